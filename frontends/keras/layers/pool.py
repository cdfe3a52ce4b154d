"""Pools."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import SSAValue

from ....dialects.dqnn import AvgPool2DOp, MaxPool2DOp
from ..layer import Layer
from .window import Image, image, padding_of

Pool = type[MaxPool2DOp] | type[AvgPool2DOp]


def import_pool(pool: Pool, spatial: int) -> Callable[[Layer], SSAValue]:
    """MaxPooling and AveragePooling of one or two dimensions; padded places take no part."""

    def convert(layer: Layer) -> SSAValue:
        source = image(layer, spatial)
        kernel = source.pair("pool_size", 2)
        strides = kernel if layer.options.get("strides") is None else source.pair("strides")
        padding = padding_of(layer, source, kernel, strides)
        result = layer.windowed(source.value, kernel, strides, padding, (1, 1), source.channels)
        op = pool(source.value, result, kernel=kernel, strides=strides, padding=padding)
        return source.restore(layer.emit(op))

    return convert


def import_global_pool(pool: Pool, spatial: int) -> Callable[[Layer], SSAValue]:
    """GlobalMaxPooling and GlobalAveragePooling: one window over the whole image."""

    def convert(layer: Layer) -> SSAValue:
        source: Image = image(layer, spatial)
        channels = source.channels
        result = layer.type((1, 1, 1, channels))
        value = layer.emit(pool(source.value, result, kernel=source.size))
        kept = (1, *(1,) * spatial, channels)
        return layer.reshape(value, kept if layer.options.truth("keepdims", False) else (1, channels))

    return convert
