"""Whether generated code computes what its reference computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .report import OutputDifference, TensorInfo

Array: TypeAlias = npt.NDArray[Any]

FLOAT_TOLERANCE = 1e-5
"""Largest difference of a float output, as a share of the reference's largest magnitude."""

MAX_SHARE = 0.02
"""Share of the codes of an ONNX model that may differ."""
MAX_STEPS = 2
"""How far they may."""


def difference(output: TensorInfo, reference: Array, generated: Array) -> OutputDifference:
    """Compare an output's values over all samples: codes must be equal, real numbers within the tolerance."""
    distances = real_distances(reference, generated)
    mismatches = int(np.count_nonzero(_mismatches(output, reference, generated)))
    largest = float(distances.max())
    return OutputDifference(
        name=output.name,
        values=reference.size,
        mismatches=mismatches,
        max_code_difference=None if output.scale is None else int(largest),
        max_difference=largest * (output.scale or 1.0),
        tolerance=real_tolerance(reference) if reference.dtype.kind == "f" else 0.0,
    )


def differing_samples(
    outputs: Sequence[TensorInfo], reference: Sequence[Array], generated: Sequence[Array]
) -> list[int]:
    """The places of the samples of which an output differs."""
    differs = np.zeros(len(reference[0]), np.bool_)
    for output, *values in zip(outputs, reference, generated, strict=True):
        is_wrong = _mismatches(output, *values)
        differs |= is_wrong.reshape(len(is_wrong), -1).any(axis=1)
    return np.flatnonzero(differs).tolist()


def real_distances(reference: Array, generated: Array) -> npt.NDArray[np.float64]:
    """How far values are from each other; 0 for equal infinities and for two NaNs, infinite for one."""
    ref, got = reference.astype(np.float64), generated.astype(np.float64)
    is_same = (ref == got) | (np.isnan(ref) & np.isnan(got))  # an infinity's distance from itself is NaN
    with np.errstate(invalid="ignore"):
        distance = np.where(is_same, 0.0, np.abs(ref - got))
    return np.where(np.isnan(distance), np.inf, distance)


def real_tolerance(reference: Array) -> float:
    """How far two real numbers may be from each other, by the largest finite one of the reference."""
    finite = reference[np.isfinite(reference)]
    return FLOAT_TOLERANCE * float(np.abs(finite).max(initial=0.0))


def _mismatches(output: TensorInfo, reference: Array, generated: Array) -> npt.NDArray[np.bool_]:
    if output.type == "f32":
        return real_distances(reference, generated) > real_tolerance(reference)
    return reference != generated


def dequantize(tensor: TensorInfo, values: Array) -> npt.NDArray[np.float64]:
    """The real numbers that a tensor's values stand for."""
    if tensor.scale is None:
        return values.astype(np.float64)
    return (values.astype(np.float64) - (tensor.zero_point or 0)) * tensor.scale
