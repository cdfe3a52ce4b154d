"""Whether generated code computes what its reference computes."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .report import OutputDifference, TensorInfo

Array: TypeAlias = npt.NDArray[Any]

FLOAT_TOLERANCE = 1e-5
"""Largest difference of a float output, as a share of the reference's largest magnitude."""


def difference(output: TensorInfo, reference: Array, generated: Array) -> OutputDifference:
    """Compare an output's values over all samples: codes must be equal, real numbers within the tolerance."""
    if output.scale is None:
        return _of_reals(output, reference, generated)
    distance = np.abs(reference.astype(np.int64) - generated.astype(np.int64))
    largest = int(distance.max())
    return OutputDifference(
        name=output.name,
        values=reference.size,
        mismatches=int(np.count_nonzero(distance)),
        max_code_difference=largest,
        max_difference=largest * output.scale,
        tolerance=0.0,
    )


def dequantize(tensor: TensorInfo, values: Array) -> npt.NDArray[np.float64]:
    """The real numbers that a tensor's values stand for."""
    if tensor.scale is None:
        return values.astype(np.float64)
    return (values.astype(np.float64) - (tensor.zero_point or 0)) * tensor.scale


def _of_reals(output: TensorInfo, reference: Array, generated: Array) -> OutputDifference:
    ref, got = reference.astype(np.float64), generated.astype(np.float64)
    tolerance = FLOAT_TOLERANCE * float(np.abs(ref).max())
    is_same = (ref == got) | (np.isnan(ref) & np.isnan(got))  # an infinity's distance from itself is NaN
    with np.errstate(invalid="ignore"):
        distance = np.where(is_same, 0.0, np.abs(ref - got))
    return OutputDifference(
        name=output.name,
        values=reference.size,
        mismatches=int(np.count_nonzero(~(distance <= tolerance))),
        max_code_difference=None,
        max_difference=float(distance.max()),
        tolerance=tolerance,
    )
