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
    conditions: tuple[str, ...] = ()
    """On which such layers are read, or, where it says so, computed on codes."""


_KERNEL = linear_roles("kernel")
_DEPTHWISE = linear_roles("depthwise_kernel")
_SEPARABLE = linear_roles("depthwise_kernel", "pointwise_kernel")
_QUANTIZER = Importer(activation.import_quantizer)
_DROPPED = Importer(shape.import_nothing, conditions=("dropped: it does nothing at inference",))

_NHWC = "channels last"
_LAST_AXIS = "the axis is the last"
_ONE_GROUP = "in binary layers: one group"
_ONE_FILTER = "in binary layers: depth_multiplier 1"
_EQUAL_STRIDES = "equal strides"
_FLAT = "in binary layers: an input of 2 dimensions, batch included; else put a Flatten layer before it"
_PAD_VALUES = "on codes: pad_values, if any, a code of the input (of binary inputs 0, 1 or -1)"
_NO_DOREFA = "on codes: no DoReFa weights"
_EXACT_SIZE = "dilation_rate 1, no output_padding"
_TURNED = "on codes: strides of 1, padding 'valid'"
_ACTIVATIONS = (f"one of {', '.join(sorted(activation.ACTIVATIONS))}, or a quantizer",)

_IMAGE = (_NHWC,)
_CONV = (_NHWC, _ONE_GROUP)
_LARQ_CONV = (_NHWC, _ONE_GROUP, _PAD_VALUES)
_DEPTHWISE_CONV = (_NHWC, _EQUAL_STRIDES, _ONE_FILTER)

SUPPORTED: dict[str, Importer] = {
    "Activation": Importer(activation.import_activation, conditions=_ACTIVATIONS),
    "ActivityRegularization": _DROPPED,
    "Add": Importer(merge.import_merge(AddOp), conditions=("inputs of one shape, or that broadcast",)),
    "AlphaDropout": _DROPPED,
    "ApproxSign": _QUANTIZER,
    "Average": Importer(merge.import_average, conditions=("inputs of one shape",)),
    "AveragePooling1D": Importer(pool.import_pool(AvgPool2DOp, 1), conditions=_IMAGE),
    "AveragePooling2D": Importer(pool.import_pool(AvgPool2DOp, 2), conditions=_IMAGE),
    "BatchNormalization": Importer(
        normalization.import_batch_norm(quantized=False), normalization.batch_norm_roles, conditions=(_LAST_AXIS,)
    ),
    "Concatenate": Importer(merge.import_concatenate, conditions=("the axis is not the batch",)),
    "Conv1D": Importer(linear.import_conv(KERAS, 1), _KERNEL, conditions=_CONV),
    "Conv2D": Importer(linear.import_conv(KERAS, 2), _KERNEL, conditions=_CONV),
    "Conv2DTranspose": Importer(linear.import_conv_transpose(KERAS), _KERNEL, conditions=(_NHWC, _EXACT_SIZE)),
    "Cropping1D": Importer(shape.import_cropping(1)),
    "Cropping2D": Importer(shape.import_cropping(2), conditions=_IMAGE),
    "Dense": Importer(linear.import_dense(KERAS), _KERNEL),
    "DepthwiseConv1D": Importer(linear.import_depthwise(KERAS, 1), _DEPTHWISE, conditions=_DEPTHWISE_CONV),
    "DepthwiseConv2D": Importer(linear.import_depthwise(KERAS), _DEPTHWISE, conditions=_DEPTHWISE_CONV),
    "DoReFa": _QUANTIZER,
    "DoReFaQuantizer": _QUANTIZER,
    "Dropout": _DROPPED,
    "Flatten": Importer(shape.import_flatten),
    "GaussianDropout": _DROPPED,
    "GaussianNoise": _DROPPED,
    "GlobalAveragePooling1D": Importer(pool.import_global_pool(AvgPool2DOp, 1), conditions=_IMAGE),
    "GlobalAveragePooling2D": Importer(pool.import_global_pool(AvgPool2DOp, 2), conditions=_IMAGE),
    "GlobalMaxPooling1D": Importer(pool.import_global_pool(MaxPool2DOp, 1), conditions=_IMAGE),
    "GlobalMaxPooling2D": Importer(pool.import_global_pool(MaxPool2DOp, 2), conditions=_IMAGE),
    "Identity": _DROPPED,
    "LeakyReLU": Importer(activation.import_leaky_relu),
    "MaxPooling1D": Importer(pool.import_pool(MaxPool2DOp, 1), conditions=_IMAGE),
    "MaxPooling2D": Importer(pool.import_pool(MaxPool2DOp, 2), conditions=_IMAGE),
    "Maximum": Importer(merge.import_merge(MaximumOp), conditions=("inputs of one shape, or that broadcast",)),
    "Minimum": Importer(merge.import_merge(MinimumOp), conditions=("inputs of one shape, or that broadcast",)),
    "Multiply": Importer(merge.import_merge(MulOp), conditions=("inputs of one shape, or that broadcast",)),
    "NoOp": _QUANTIZER,
    "NoOpQuantizer": _QUANTIZER,
    "PReLU": Importer(activation.import_prelu, prelu_roles),
    "Permute": Importer(shape.import_permute),
    "QActivation": Importer(activation.import_activation, conditions=_ACTIVATIONS),
    "QBatchNormalization": Importer(
        normalization.import_batch_norm(quantized=True), normalization.batch_norm_roles, conditions=(_LAST_AXIS,)
    ),
    "QConv1D": Importer(linear.import_conv(QKERAS, 1), _KERNEL, conditions=_CONV),
    "QConv2D": Importer(linear.import_conv(QKERAS, 2), _KERNEL, conditions=_CONV),
    "QConv2DBatchnorm": Importer(linear.import_conv(QKERAS_FOLDED, 2), linear.folded_roles, conditions=_CONV),
    "QConv2DTranspose": Importer(
        linear.import_conv_transpose(QKERAS), _KERNEL, conditions=(_NHWC, _EXACT_SIZE, _TURNED)
    ),
    "QDense": Importer(linear.import_dense(QKERAS), _KERNEL, conditions=(_FLAT,)),
    "QDenseBatchnorm": Importer(linear.import_dense(QKERAS_FOLDED), linear.folded_roles, conditions=(_FLAT,)),
    "QDepthwiseConv2D": Importer(linear.import_depthwise(QKERAS_DEPTHWISE), _DEPTHWISE, conditions=_DEPTHWISE_CONV),
    "QuantConv1D": Importer(linear.import_conv(LARQ, 1), _KERNEL, conditions=_LARQ_CONV),
    "QuantConv2D": Importer(linear.import_conv(LARQ, 2), _KERNEL, conditions=_LARQ_CONV),
    "QuantDense": Importer(linear.import_dense(LARQ), _KERNEL, conditions=(_FLAT, _NO_DOREFA)),
    "QuantDepthwiseConv2D": Importer(
        linear.import_depthwise(LARQ_DEPTHWISE), _DEPTHWISE, conditions=(*_DEPTHWISE_CONV, _PAD_VALUES, _NO_DOREFA)
    ),
    "QuantSeparableConv1D": Importer(
        linear.import_separable(LARQ_DEPTHWISE, 1), _SEPARABLE, conditions=(*_DEPTHWISE_CONV, _PAD_VALUES, _NO_DOREFA)
    ),
    "QuantSeparableConv2D": Importer(
        linear.import_separable(LARQ_DEPTHWISE, 2), _SEPARABLE, conditions=(*_DEPTHWISE_CONV, _PAD_VALUES, _NO_DOREFA)
    ),
    "ReLU": Importer(activation.import_relu, conditions=("threshold 0",)),
    "Rescaling": Importer(shape.import_rescaling),
    "Reshape": Importer(shape.import_reshape),
    "SeparableConv1D": Importer(linear.import_separable(KERAS, 1), _SEPARABLE, conditions=_DEPTHWISE_CONV),
    "SeparableConv2D": Importer(linear.import_separable(KERAS, 2), _SEPARABLE, conditions=_DEPTHWISE_CONV),
    "Softmax": Importer(activation.import_softmax, conditions=(_LAST_AXIS,)),
    "SpatialDropout1D": _DROPPED,
    "SpatialDropout2D": _DROPPED,
    "SteSign": _QUANTIZER,
    "Subtract": Importer(merge.import_merge(SubOp, 2), conditions=("two inputs of one shape, or that broadcast",)),
    "SwishSign": _QUANTIZER,
    "UpSampling1D": Importer(shape.import_up_sampling(1), conditions=("interpolation 'nearest'",)),
    "UpSampling2D": Importer(shape.import_up_sampling(2), conditions=(_NHWC, "interpolation 'nearest'")),
    "ZeroPadding1D": Importer(shape.import_zero_padding(1)),
    "ZeroPadding2D": Importer(shape.import_zero_padding(2), conditions=_IMAGE),
}
"""A layer's class, as files name it -> its importer."""
