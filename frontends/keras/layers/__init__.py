"""The layers that can be imported: one table, which the importer and `dqnnc supported-ops` read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from ....dialects.dqnn import AddOp, AvgPool2DOp, MaximumOp, MaxPool2DOp, MinimumOp, MulOp, SubOp
from ..layer import Layer
from ..options import Options
from ..weights import Role
from . import activation, linear, merge, normalization, pool, shape
from .linear import KERAS, LARQ, LARQ_DEPTHWISE, QKERAS, QKERAS_DEPTHWISE, QKERAS_FOLDED, linear_roles


def no_roles(options: Options) -> list[Role]:
    """No weights."""
    return []


def prelu_roles(options: Options) -> list[Role]:
    """The slopes."""
    return [Role("alpha")]


@dataclass(frozen=True)
class Importer:
    """How one class of layers is imported."""

    convert: Callable[[Layer], SSAValue]
    """Makes the ops of one call."""
    roles: Callable[[Options], Sequence[Role]] = no_roles
    """The weights that a layer of such options has, in Keras's order."""


_KERNEL = linear_roles("kernel")
_DEPTHWISE = linear_roles("depthwise_kernel")
_SEPARABLE = linear_roles("depthwise_kernel", "pointwise_kernel")
_QUANTIZER = Importer(activation.import_quantizer)
_DROPPED = Importer(shape.import_nothing)

SUPPORTED: dict[str, Importer] = {
    "Activation": Importer(activation.import_activation),
    "ActivityRegularization": _DROPPED,
    "Add": Importer(merge.import_merge(AddOp)),
    "AlphaDropout": _DROPPED,
    "ApproxSign": _QUANTIZER,
    "Average": Importer(merge.import_average),
    "AveragePooling1D": Importer(pool.import_pool(AvgPool2DOp, 1)),
    "AveragePooling2D": Importer(pool.import_pool(AvgPool2DOp, 2)),
    "BatchNormalization": Importer(normalization.import_batch_norm(quantized=False), normalization.batch_norm_roles),
    "Concatenate": Importer(merge.import_concatenate),
    "Conv1D": Importer(linear.import_conv(KERAS, 1), _KERNEL),
    "Conv2D": Importer(linear.import_conv(KERAS, 2), _KERNEL),
    "Conv2DTranspose": Importer(linear.import_conv_transpose(KERAS), _KERNEL),
    "Cropping1D": Importer(shape.import_cropping(1)),
    "Cropping2D": Importer(shape.import_cropping(2)),
    "Dense": Importer(linear.import_dense(KERAS), _KERNEL),
    "DepthwiseConv1D": Importer(linear.import_depthwise(KERAS, 1), _DEPTHWISE),
    "DepthwiseConv2D": Importer(linear.import_depthwise(KERAS), _DEPTHWISE),
    "DoReFa": _QUANTIZER,
    "DoReFaQuantizer": _QUANTIZER,
    "Dropout": _DROPPED,
    "Flatten": Importer(shape.import_flatten),
    "GaussianDropout": _DROPPED,
    "GaussianNoise": _DROPPED,
    "GlobalAveragePooling1D": Importer(pool.import_global_pool(AvgPool2DOp, 1)),
    "GlobalAveragePooling2D": Importer(pool.import_global_pool(AvgPool2DOp, 2)),
    "GlobalMaxPooling1D": Importer(pool.import_global_pool(MaxPool2DOp, 1)),
    "GlobalMaxPooling2D": Importer(pool.import_global_pool(MaxPool2DOp, 2)),
    "Identity": _DROPPED,
    "LeakyReLU": Importer(activation.import_leaky_relu),
    "MaxPooling1D": Importer(pool.import_pool(MaxPool2DOp, 1)),
    "MaxPooling2D": Importer(pool.import_pool(MaxPool2DOp, 2)),
    "Maximum": Importer(merge.import_merge(MaximumOp)),
    "Minimum": Importer(merge.import_merge(MinimumOp)),
    "Multiply": Importer(merge.import_merge(MulOp)),
    "NoOp": _QUANTIZER,
    "NoOpQuantizer": _QUANTIZER,
    "PReLU": Importer(activation.import_prelu, prelu_roles),
    "Permute": Importer(shape.import_permute),
    "QActivation": Importer(activation.import_activation),
    "QBatchNormalization": Importer(normalization.import_batch_norm(quantized=True), normalization.batch_norm_roles),
    "QConv1D": Importer(linear.import_conv(QKERAS, 1), _KERNEL),
    "QConv2D": Importer(linear.import_conv(QKERAS, 2), _KERNEL),
    "QConv2DBatchnorm": Importer(linear.import_conv(QKERAS_FOLDED, 2), linear.folded_roles),
    "QConv2DTranspose": Importer(linear.import_conv_transpose(QKERAS), _KERNEL),
    "QDense": Importer(linear.import_dense(QKERAS), _KERNEL),
    "QDenseBatchnorm": Importer(linear.import_dense(QKERAS_FOLDED), linear.folded_roles),
    "QDepthwiseConv2D": Importer(linear.import_depthwise(QKERAS_DEPTHWISE), _DEPTHWISE),
    "QuantConv1D": Importer(linear.import_conv(LARQ, 1), _KERNEL),
    "QuantConv2D": Importer(linear.import_conv(LARQ, 2), _KERNEL),
    "QuantDense": Importer(linear.import_dense(LARQ), _KERNEL),
    "QuantDepthwiseConv2D": Importer(linear.import_depthwise(LARQ_DEPTHWISE), _DEPTHWISE),
    "QuantSeparableConv1D": Importer(linear.import_separable(LARQ_DEPTHWISE, 1), _SEPARABLE),
    "QuantSeparableConv2D": Importer(linear.import_separable(LARQ_DEPTHWISE, 2), _SEPARABLE),
    "ReLU": Importer(activation.import_relu),
    "Rescaling": Importer(shape.import_rescaling),
    "Reshape": Importer(shape.import_reshape),
    "SeparableConv1D": Importer(linear.import_separable(KERAS, 1), _SEPARABLE),
    "SeparableConv2D": Importer(linear.import_separable(KERAS, 2), _SEPARABLE),
    "Softmax": Importer(activation.import_softmax),
    "SpatialDropout1D": _DROPPED,
    "SpatialDropout2D": _DROPPED,
    "SteSign": _QUANTIZER,
    "Subtract": Importer(merge.import_merge(SubOp, 2)),
    "SwishSign": _QUANTIZER,
    "UpSampling1D": Importer(shape.import_up_sampling(1)),
    "UpSampling2D": Importer(shape.import_up_sampling(2)),
    "ZeroPadding1D": Importer(shape.import_zero_padding(1)),
    "ZeroPadding2D": Importer(shape.import_zero_padding(2)),
}
"""A layer's class, as files name it -> its importer."""
