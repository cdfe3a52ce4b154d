"""Pools, and the mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, prod
from typing import cast

import numpy as np
from xdsl.dialects.builtin import f32
from xdsl.ir import SSAValue

from ....dialects.dqnn import (
    AddOp,
    AvgPool2DOp,
    ConstantOp,
    MaximumOp,
    MaxPool2DOp,
    MeanOp,
    MulOp,
    PadOp,
    quantized_element,
    tensor_type,
)
from ....dialects.dqnn.base import boolean
from ....dialects.dqnn.shapes import Shape, reduced, windowed
from ..file import MAX_MADE
from ..layer import Layer
from .shape import MAX_PIECES, Slicing, cut
from .window import Image, Padding, image, kernel_size, padding_of

Pool = type[MaxPool2DOp] | type[AvgPool2DOp]


def import_max_pool(layer: Layer) -> SSAValue:
    """MaxPool, of codes too: the largest code is the largest number."""
    layer.unused(1)
    return pool(layer, layer.value(0), MaxPool2DOp)


def import_average_pool(layer: Layer) -> SSAValue:
    """AveragePool."""
    return pool(layer, layer.real(0), AvgPool2DOp, by_columns=layer.version < 19)


# The errors of the sums decide to which side a quantizer rounds means of codes that are halves, of which a network of
# average pools has many. MlasPool in ONNX Runtime's pooling.cpp has a kernel for vectors for such strides and kernels,
# which adds up columns first; others go row by row, as do all for version 19 of the operator.
def adds_columns(kernel: tuple[int, int], strides: tuple[int, int]) -> bool:
    """Whether ONNX Runtime adds up windows column by column, where its kernel for vectors serves the version."""
    return strides[1] <= 2 and max(kernel) <= 32 and min(kernel) > 1


def pool(layer: Layer, x: SSAValue, op: Pool, *, last: bool = False, by_columns: bool = False) -> SSAValue:
    """A pool over windows; by columns where ONNX Runtime's kernel for vectors serves them."""
    source = image(layer, x, last=last)
    kernel, strides, dilations = kernel_size(source), source.sizes("strides"), source.sizes("dilations")
    given = padding_of(source, kernel, strides, dilations)
    padding = _rounded_up(source, kernel, strides, dilations, given) if layer.truth("ceil_mode") else given
    # Padded zeros may count in a mean; what ceil_mode adds to them does not.
    counts = op is AvgPool2DOp and layer.truth("count_include_pad")
    counted = cast("Padding", tuple(map(min, given, padding))) if counts else (0, 0, 0, 0)
    shape = layer.infer(windowed, source.shape, kernel, strides, padding, dilations, source.channels)
    if dilations != (1, 1):
        return source.restore(_tap_by_tap(source, op, Windows(kernel, strides, dilations, padding), counted, shape))
    value = _padded(source, counted, 0.0) if any(counted) else source.value
    padding = tuple(whole - part for whole, part in zip(padding, counted, strict=True))
    pooled = op(value, layer.like(value, shape), kernel=kernel, strides=strides, padding=padding)
    if isinstance(pooled, AvgPool2DOp) and by_columns and adds_columns(kernel, strides):
        pooled.by_columns = boolean(True)
    return source.restore(layer.emit(pooled))


@dataclass(frozen=True)
class Windows:
    """Where windows lie."""

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilations: tuple[int, int]
    padding: Padding

    def taps(self, shape: Shape) -> list[Slicing]:
        """What each place of the window sees of a padded image, as slices of the result's shape."""
        return [
            Slicing((0, row * self.dilations[0], column * self.dilations[1], 0), (1, *self.strides, 1), shape)
            for row in range(self.kernel[0])
            for column in range(self.kernel[1])
        ]


def _tap_by_tap(source: Image, op: Pool, windows: Windows, counted: Padding, shape: Shape) -> SSAValue:
    """A pool whose windows have holes: slices of the padded image, combined."""
    layer = source.layer
    taps = windows.taps((*shape[:3], source.channels))
    if len(taps) > MAX_PIECES:
        raise layer.refuse(f"dilations={list(windows.dilations)}", f"windows of {MAX_PIECES} places are supported")
    mean = op is AvgPool2DOp
    if mean and prod(shape[1:3]) * len(taps) > MAX_MADE:
        raise layer.refuse(f"dilations={list(windows.dilations)} of a large image", "use no dilations")
    padded = _padded(source, windows.padding, 0.0 if mean else _lowest(source.value))
    value, *others = (cut(layer, padded, tap) for tap in taps)
    for other in others:
        value = layer.emit((AddOp if mean else MaximumOp)(value, other, tensor_type(value)))
    if not mean:
        return value
    # Which places of the padded image count, then how many of them each window sees.
    top, bottom, left, right = (whole - part for whole, part in zip(windows.padding, counted, strict=True))
    _, height, width, _ = layer.shape(padded)
    places = np.zeros((1, height, width, 1), np.float32)
    places[:, top : height - bottom, left : width - right] = 1.0
    count = sum(Slicing(tap.offsets, tap.strides, (1, *shape[1:3], 1)).take(places) for tap in taps)
    inverse = layer.emit(ConstantOp(np.float32(1.0) / np.maximum(count, 1.0), f32), "inverse_counts")
    return layer.emit(MulOp(value, inverse, tensor_type(value)))


def _lowest(value: SSAValue) -> float:
    """The real number below all that a value's elements may be."""
    element = quantized_element(tensor_type(value))
    return -inf if element is None else element.scale * (element.storage_min - element.zero_point)


def _padded(source: Image, padding: Padding, fill: float) -> SSAValue:
    """The image with a number around it."""
    if not any(padding):
        return source.value
    layer, (top, bottom, left, right) = source.layer, padding
    batch, height, width, channels = source.shape
    shape = (batch, top + height + bottom, left + width + right, channels)
    amounts = (0, 0, top, bottom, left, right, 0, 0)
    return layer.emit(PadOp(source.value, layer.like(source.value, shape), padding=amounts, value=fill), "padded")


def _rounded_up(
    source: Image, kernel: tuple[int, int], strides: tuple[int, int], dilations: tuple[int, int], padding: Padding
) -> Padding:
    """The padding that makes the number of windows round up; none starts behind the input and its first padding."""
    result: list[int] = []
    for axis in (0, 1):
        before, after = padding[2 * axis], padding[2 * axis + 1]
        size, stride, span = source.size[axis], strides[axis], (kernel[axis] - 1) * dilations[axis] + 1
        count = -(-(size + before + after - span) // stride) + 1
        if (count - 1) * stride >= size + before:
            count -= 1
        result += [before, max((count - 1) * stride + span - size - before, 0)]
    return result[0], result[1], result[2], result[3]


def import_global_pool(op: Pool) -> Callable[[Layer], SSAValue]:
    """GlobalAveragePool, GlobalMaxPool: one window over the whole image."""
    return lambda layer: global_pool(layer, layer.real(0), op)


def global_pool(layer: Layer, x: SSAValue, op: Pool, *, last: bool = False) -> SSAValue:
    """A pool over one window."""
    source = image(layer, x, last=last)
    result = layer.like(source.value, (source.shape[0], 1, 1, source.channels))
    return source.restore(layer.emit(op(source.value, result, kernel=source.size)))


def import_reduce_mean(layer: Layer) -> SSAValue:
    """ReduceMean."""
    return _reduced(layer)[0]


def import_reduce_sum(layer: Layer) -> SSAValue:
    """ReduceSum: the mean times the number of elements."""
    value, count = _reduced(layer)
    return layer.scale(value, float(count))


def _reduced(layer: Layer) -> tuple[SSAValue, int]:
    """The mean along axes, and of how many elements it is.

    Axes are an attribute, or in later versions an input; all of them where there are none.
    """
    x = layer.real(0)
    shape = layer.shape(x)
    axes = layer.integers(1, "axes") if layer.has(1) else layer.ints("axes")
    if not axes:
        if layer.truth("noop_with_empty_axes") or not shape:
            return x, 1
        axes = list(range(len(shape)))
    axes = sorted(layer.axes(axes, len(shape)))
    keep_dims = layer.truth("keepdims", True)
    result = layer.type(layer.infer(reduced, shape, axes, keep_dims=keep_dims))
    return layer.emit(MeanOp(x, result, axes=axes, keep_dims=keep_dims)), prod(shape[axis] for axis in axes)
