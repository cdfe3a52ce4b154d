"""Sliding windows over the height and width of NHWC arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .arrays import Array


def pad_hw(values: Array, padding: Sequence[int], fill: Any) -> Array:
    """Put `padding` [top, bottom, left, right] rows and columns of `fill` around an NHWC array."""
    top, bottom, left, right = padding
    return np.pad(values, [(0, 0), (top, bottom), (left, right), (0, 0)], constant_values=fill)


def taps(
    padded: Array,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    output: Sequence[int],
) -> Iterator[tuple[int, int, Array]]:
    """For each place (row, column) of a window, row by row: the values there in all windows, [N, height, width, C]."""
    for row in range(kernel[0]):
        for column in range(kernel[1]):
            top, left = row * dilations[0], column * dilations[1]
            bottom = top + (output[0] - 1) * strides[0] + 1
            right = left + (output[1] - 1) * strides[1] + 1
            yield row, column, padded[:, top : bottom : strides[0], left : right : strides[1]]
