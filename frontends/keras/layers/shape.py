"""Layers that move elements."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from xdsl.ir import SSAValue

from ....dialects.dqnn import PadOp, ResizeNearestOp, SliceOp, TransposeOp
from ..layer import Layer
from .window import check_channels_last, image


def import_nothing(layer: Layer) -> SSAValue:
    """Dropout and the like, which do nothing at inference."""
    return layer.input


def import_flatten(layer: Layer) -> SSAValue:
    """All dimensions but the batch as one, in the order of the elements."""
    check_channels_last(layer)
    shape = layer.shape()
    return layer.reshape(layer.input, (shape[0], prod(shape[1:])))


def import_reshape(layer: Layer) -> SSAValue:
    """Another shape behind the batch; one size may be -1."""
    options, shape = layer.options, layer.shape()
    sizes = options.integers("target_shape")
    elements, known = prod(shape[1:]), prod(size for size in sizes if size != -1)
    if sizes.count(-1) > 1 or any(size < -1 or size == 0 for size in sizes) or elements % known:
        raise options.wrong("target_shape", f"sizes of {elements} elements")
    return layer.reshape(layer.input, (1, *(elements // known if size == -1 else size for size in sizes)))


def import_permute(layer: Layer) -> SSAValue:
    """Axes in another order; they are counted from 1, behind the batch."""
    shape = layer.shape()
    order = (0, *layer.options.counts("dims", len(shape) - 1))
    if sorted(order) != list(range(len(shape))):
        raise layer.options.wrong("dims", f"the axes 1 to {len(shape) - 1} in another order")
    result = layer.type([shape[axis] for axis in order])
    return layer.emit(TransposeOp(layer.input, result, permutation=order))


def import_zero_padding(spatial: int) -> Callable[[Layer], SSAValue]:
    """ZeroPadding1D and 2D."""

    def convert(layer: Layer) -> SSAValue:
        check_channels_last(layer)
        shape = layer.shape(rank=spatial + 2)
        edges = ((0, 0), *layer.options.edges("padding", spatial), (0, 0))
        result = layer.type([low + size + high for size, (low, high) in zip(shape, edges, strict=True)])
        return layer.emit(PadOp(layer.input, result, padding=[amount for pair in edges for amount in pair]))

    return convert


def import_cropping(spatial: int) -> Callable[[Layer], SSAValue]:
    """Cropping1D and 2D."""

    def convert(layer: Layer) -> SSAValue:
        check_channels_last(layer)
        shape = layer.shape(rank=spatial + 2)
        edges = ((0, 0), *layer.options.edges("cropping", spatial), (0, 0))
        sizes = [size - low - high for size, (low, high) in zip(shape, edges, strict=True)]
        if min(sizes) < 1:
            raise layer.options.wrong("cropping", "less than the image")
        offsets = [low for low, _ in edges]
        return layer.emit(SliceOp(layer.input, layer.type(sizes), offsets=offsets, strides=[1] * len(sizes)))

    return convert


def import_up_sampling(spatial: int) -> Callable[[Layer], SSAValue]:
    """UpSampling1D and 2D, which repeat pixels."""

    def convert(layer: Layer) -> SSAValue:
        remedy = "only 'nearest' is supported"
        layer.options.choice("interpolation", ("nearest",), "nearest", remedy)
        source = image(layer, spatial)
        height, width = source.size
        factor = source.pair("size", 2)
        result = layer.type((1, height * factor[0], width * factor[1], source.channels))
        return source.restore(layer.emit(ResizeNearestOp(source.value, result)))

    return convert


def import_rescaling(layer: Layer) -> SSAValue:
    """X * scale + offset."""
    return layer.scale(layer.input, layer.options.real("scale"), layer.options.real("offset", 0.0))
