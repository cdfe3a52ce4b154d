"""Pools, and the mean."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import SSAValue

from ....dialects.dqnn import AvgPool2DOp, MaxPool2DOp, MeanOp, PadOp
from ....dialects.dqnn.shapes import reduced, windowed
from ..layer import Layer
from .window import Image, Padding, image, kernel_size, padding_of

Pool = type[MaxPool2DOp] | type[AvgPool2DOp]


def import_max_pool(layer: Layer) -> SSAValue:
    """MaxPool, of codes too: the largest code is the largest number."""
    layer.unused(1)
    return pool(layer, layer.value(0), MaxPool2DOp)


def import_average_pool(layer: Layer) -> SSAValue:
    """AveragePool."""
    return pool(layer, layer.real(0), AvgPool2DOp)


def pool(layer: Layer, x: SSAValue, op: Pool, *, last: bool = False) -> SSAValue:
    """A pool over windows."""
    source = image(layer, x, last=last)
    kernel, strides, dilations = kernel_size(source), source.sizes("strides"), source.sizes("dilations")
    if dilations != (1, 1) and any(size > 1 for size in kernel):
        raise layer.refuse(f"dilations={list(dilations)}", "pools have none here; use a convolution, or none")
    padding = padding_of(source, kernel, strides)
    value = source.value
    if op is AvgPool2DOp and layer.truth("count_include_pad") and any(padding):
        # Padded zeros count: they become part of the input. What ceil_mode adds does not.
        value, padding = _padded(source, padding), (0, 0, 0, 0)
    if layer.truth("ceil_mode"):
        padding = _rounded_up(layer.shape(value), kernel, strides, padding)
    shape = layer.infer(windowed, layer.shape(value), kernel, strides, padding, (1, 1), source.channels)
    result = layer.emit(op(value, layer.like(value, shape), kernel=kernel, strides=strides, padding=padding))
    return source.restore(result)


def _padded(source: Image, padding: Padding) -> SSAValue:
    """The image with zeros around it."""
    layer, (top, bottom, left, right) = source.layer, padding
    batch, height, width, channels = source.shape
    shape = (batch, top + height + bottom, left + width + right, channels)
    op = PadOp(source.value, layer.like(source.value, shape), padding=(0, 0, top, bottom, left, right, 0, 0))
    return layer.emit(op, "padded")


def _rounded_up(shape: tuple[int, ...], kernel: tuple[int, int], strides: tuple[int, int], padding: Padding) -> Padding:
    """The padding that makes the number of windows round up; none starts behind the input and its first padding."""
    result: list[int] = []
    for axis in (0, 1):
        before, after = padding[2 * axis], padding[2 * axis + 1]
        size, window, stride = shape[1 + axis], kernel[axis], strides[axis]
        count = -(-(size + before + after - window) // stride) + 1
        if (count - 1) * stride >= size + before:
            count -= 1
        result += [before, max((count - 1) * stride + window - size - before, 0)]
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
    """ReduceMean: axes as an attribute, or from version 18 on as an input; all of them where there are none."""
    x = layer.real(0)
    shape = layer.shape(x)
    axes = layer.ints("axes")
    if layer.has(1):
        axes = layer.integers(1, "axes")
    if not axes:
        if layer.truth("noop_with_empty_axes") or not shape:
            return x
        axes = list(range(len(shape)))
    axes = sorted(layer.axes(axes, len(shape)))
    keep_dims = layer.truth("keepdims", True)
    result = layer.type(layer.infer(reduced, shape, axes, keep_dims=keep_dims))
    return layer.emit(MeanOp(x, result, axes=axes, keep_dims=keep_dims))
