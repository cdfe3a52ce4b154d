"""MAX_POOL_2D, AVERAGE_POOL_2D and MEAN."""

from __future__ import annotations

from xdsl.ir import SSAValue

from ....dialects.dqnn import AvgPool2DOp, MaxPool2DOp, MeanOp, tensor_type
from ..layer import Layer
from .linear import image
from .window import padding


def import_max_pool_2d(layer: Layer) -> SSAValue:
    """The input."""
    return _pool(layer, MaxPool2DOp)


def import_average_pool_2d(layer: Layer) -> SSAValue:
    """The input."""
    return _pool(layer, AvgPool2DOp)


def _pool(layer: Layer, op: type[MaxPool2DOp | AvgPool2DOp]) -> SSAValue:
    x = image(layer, 0)
    kernel = layer.positives("FilterHeight", "FilterWidth")
    strides = layer.positives("StrideH", "StrideW")
    size = tensor_type(x).get_shape()[1:3]
    return layer.emit(
        op(
            x,
            layer.result_type(),
            kernel=kernel,
            strides=strides,
            padding=padding(layer, size, kernel, strides),
            **layer.clamp(),
        )
    )


def import_mean(layer: Layer) -> SSAValue:
    """Input and axes, one or several."""
    x = layer.input(0)
    rank = len(tensor_type(x).get_shape())
    axes = sorted({layer.axis(axis, rank) for axis in layer.integers(1, "axes").reshape(-1).tolist()})
    keep_dims = layer.options.truth("KeepDims")
    return layer.emit(MeanOp(x, layer.result_type(), axes=axes, keep_dims=keep_dims))
