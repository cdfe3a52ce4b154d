"""How far one set of results is from another: the figures of a validation report.

All work on real numbers (integer results are dequantized first), in float64, over all samples at once.
`error` is reference - prediction throughout. A figure that has no finite value (the signal to noise ratio of
equal results, the efficiency against a constant reference) is None.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Reals: TypeAlias = npt.NDArray[np.float64]
Classes: TypeAlias = npt.NDArray[np.int64]

EPSILON = float(np.finfo(np.float32).eps)
"""Added to the norm that the relative error is divided by."""

MAX_CONFUSION_CLASSES = 20
"""Classifiers of more classes are reported without a confusion matrix."""


@dataclass(frozen=True)
class Metrics:
    """The figures that compare a prediction with a reference."""

    rmse: float
    """sqrt(mean(error^2))"""
    mae: float
    """mean(|error|)"""
    l2r: float
    """|error| / (|prediction| + eps), Euclidean norms"""
    mean: float
    """mean(error)"""
    std: float | None
    """Standard deviation of the error, with one degree of freedom taken; None of a single value."""
    nse: float | None
    """Nash-Sutcliffe efficiency, 1 - mean(error^2) / var(reference); None where the reference is constant."""
    cos: float | None
    """Cosine of the angle between the two; None where one of them is all zeros."""
    snr: float | None
    """10 log10(sum(reference^2) / sum(error^2)) in dB; None where it is infinite."""
    acc: float | None
    """Share of samples whose largest value stands at the same place, 0 to 1; None but for classifiers."""


def compare(reference: Array, prediction: Array, *, classifier: bool = False) -> Metrics:
    """The figures for two arrays of real numbers of one shape, [samples, ...].

    Raises:
        ValueError: the shapes differ or there is no value.
    """
    if reference.shape != prediction.shape or reference.size == 0:
        raise ValueError(f"cannot compare results of shapes {reference.shape} and {prediction.shape}")
    ref = reference.astype(np.float64).ravel()
    pred = prediction.astype(np.float64).ravel()
    error = ref - pred
    square_error = float((error**2).mean())
    several = ref.size > 1
    return Metrics(
        rmse=math.sqrt(square_error),
        mae=float(np.abs(error).mean()),
        l2r=_norm(error) / (_norm(pred) + EPSILON),
        mean=float(np.mean(error)),
        std=float(error.std(ddof=1)) if several else None,
        nse=_minus_one_of(_ratio(square_error, float(ref.var(ddof=1)))) if several else None,
        cos=_ratio(float(ref @ pred), _norm(ref) * _norm(pred)),
        snr=_decibel(float(ref @ ref), float(error @ error)),
        acc=accuracy(classes(reference), classes(prediction)) if classifier else None,
    )


def classes(scores: Array) -> Classes:
    """The place of the largest value of each sample, [samples]; the first of equal ones."""
    return np.argmax(scores.reshape(len(scores), -1), axis=1).astype(np.int64)


def accuracy(labels: Classes, predicted: Classes) -> float:
    """Share of equal entries, 0 to 1."""
    return float(np.count_nonzero(labels == predicted) / len(labels))


def confusion(labels: Classes, predicted: Classes, count: int) -> list[list[int]] | None:
    """How often a sample of class `row` was taken for class `column`; None above 20 classes."""
    if count > MAX_CONFUSION_CLASSES:
        return None
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (labels, predicted), 1)
    return [[int(cell) for cell in row] for row in matrix]


def _norm(values: Reals) -> float:
    return float(np.linalg.norm(values))


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator > 0 else None


def _minus_one_of(value: float | None) -> float | None:
    return None if value is None else 1 - value


def _decibel(signal: float, noise: float) -> float | None:
    return 10 * math.log10(signal / noise) if signal > 0 and noise > 0 else None
