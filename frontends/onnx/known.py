"""Tensors whose elements are known at import, as numbers or as codes of real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...dialects.fixed_point import dequantize
from ...dialects.quant import UniformQuantizedType
from .file import Array


@dataclass(frozen=True, eq=False)
class Known:
    """A constant: `array` itself or, where `element` is there, the real numbers that its codes stand for."""

    array: Array
    element: UniformQuantizedType | None = None
    bits: int | None = None
    """Bits of each integer, where the file has them in less than a byte."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        return self.array.shape

    def numbers(self) -> Array:
        """The elements as the file means them: codes of real numbers dequantized."""
        return self.array if self.element is None else dequantize(self.array, self.element)

    def reals(self) -> NDArray[np.float32]:
        """The elements as float32."""
        with np.errstate(over="ignore"):
            return np.asarray(self.numbers()).astype(np.float32)

    def transposed(self, permutation: Sequence[int]) -> Known:
        """Axes in another order; scales go with their axis."""
        element = self.element
        if element is not None and element.axis is not None:
            element = along(element, list(permutation).index(element.axis))
        return Known(self.array.transpose(permutation), element, self.bits)

    def reshaped(self, shape: Sequence[int]) -> Known:
        """The same elements in another shape; dequantized where scales would follow no axis of it."""
        element = self.element
        if element is None or element.axis is None:
            return Known(self.array.reshape(shape), element, self.bits)
        # An axis survives if the number of elements before it and its size do.
        before = int(np.prod(self.shape[: element.axis]))
        for axis, size in enumerate(shape):
            if int(np.prod(shape[:axis])) == before and size == self.shape[element.axis]:
                return Known(self.array.reshape(shape), along(element, axis))
        return Known(self.reals().reshape(shape))

    def at(self, index: Sequence[int]) -> Known:
        """What is at these indices of the first axes."""
        element = self.element
        if element is None or element.axis is None:
            return Known(self.array[tuple(index)], element)
        if element.axis < len(index):
            return Known(self.reals()[tuple(index)])
        return Known(self.array[tuple(index)], along(element, element.axis - len(index)))


def along(element: UniformQuantizedType, axis: int) -> UniformQuantizedType:
    """A per-axis type along another axis."""
    return UniformQuantizedType.per_axis(
        element.storage_type, axis, element.scales, element.zero_points, element.storage_min, element.storage_max
    )
