"""CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import IntegerType, TensorType, f32
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from ....dialects.dqnn import (
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    TransposeConv2DOp,
    quantized_element,
    tensor_type,
)
from ....dialects.fixed_point import dequantize
from ....dialects.quant import UniformQuantizedType
from ..layer import Layer
from ..types import quantized_type, tensor_error
from .window import padding

MAX_BIAS_ERROR = 0.02
"""How far a bias's scale may be from input scale * weights scale, in output scales. TensorFlow Lite's own bound."""


def weights(layer: Layer, index: int, axis: int, *, input: SSAValue, rank: int) -> SSAValue:
    """Operand `index`, which holds constant weights with one scale or one for each index along `axis`.

    Where the input is float and the weights are codes (dynamic-range quantization), they become float weights.

    Raises:
        ModelError: they are not constant, or their type does not fit the input's.
    """
    tensor = layer.tensor(index)
    array = layer.known(index)
    if array is None:
        raise layer.refuse("weights that are computed at run time", "only constant weights are supported")
    if array.ndim != rank:
        raise layer.refuse(f"weights of shape {list(array.shape)}", f"{rank} dimensions are needed")
    float_input = quantized_element(tensor_type(input)) is None
    if tensor.type == "FLOAT32":
        if not float_input:
            raise layer.refuse("float weights with a quantized input", "quantize the weights too")
        return layer.constant(index, array, f32, "weights")
    element = quantized_type(layer.network.file, tensor, axis)
    if float_input:
        layer.network.dequantized[tensor.index] = element.storage_type
        return layer.constant(index, dequantize(array, element), f32, "weights")
    source = quantized_element(tensor_type(input))
    if source is not None and source.is_signed != element.is_signed:
        kind = "signed" if source.is_signed else "unsigned"
        raise layer.refuse(f"{tensor.type} weights with an input of {kind} codes", "quantize both to int8")
    return layer.constant(index, array, element, "weights")


def symmetric(layer: Layer, weights: SSAValue) -> SSAValue:
    """Weights of a convolution, which TensorFlow Lite takes as symmetric when they are int8.

    Raises:
        ModelError: an int8 weight's zero point is not 0.
    """
    element = quantized_element(tensor_type(weights))
    if element is not None and element.is_signed and any(element.zero_points):
        raise layer.refuse("int8 weights whose zero point is not 0", "quantize the weights symmetrically")
    return weights


def bias(layer: Layer, index: int, input: SSAValue, weights: SSAValue) -> SSAValue | None:
    """Operand `index`, a constant bias, or None where it is absent.

    A quantized bias counts in units of input scale * weights scale, whatever scale the file gives it (TensorFlow
    Lite's kernels do not look at it); a file whose own scale is far from that is refused.
    """
    if not layer.has(index):
        return None
    tensor = layer.tensor(index)
    array = layer.known(index)
    if array is None:
        raise layer.refuse("a bias that is computed at run time", "only a constant bias is supported")
    x, w = quantized_element(tensor_type(input)), quantized_element(tensor_type(weights))
    wanted = "FLOAT32" if x is None or w is None else "INT32"
    if tensor.type != wanted:
        raise layer.refuse(f"bias of type {tensor.type}", f"{wanted} is needed; convert the model again")
    if x is None or w is None:
        return layer.constant(index, array, f32, "bias")
    scales = [x.scale * scale for scale in w.scales]
    _check_bias_scales(layer, index, scales)
    return layer.constant(index, array, _bias_type(layer, w.axis, scales), "bias")


def _bias_type(layer: Layer, axis: int | None, scales: list[float]) -> UniformQuantizedType:
    try:
        if axis is None:
            return UniformQuantizedType.per_tensor(IntegerType(32), scales[0])
        return UniformQuantizedType.per_axis(IntegerType(32), 0, scales)
    except VerifyException as error:
        raise layer.refuse(f"bias scale: {error}", "the input's or the weights' scale is out of range") from error


def _check_bias_scales(layer: Layer, index: int, scales: list[float]) -> None:
    """Check what the file says of a bias against the scales that it must have."""
    tensor = layer.tensor(index)
    file = layer.network.file
    if tensor.quantization is None:
        return
    given = quantized_type(file, tensor, axis=0)
    if any(given.zero_points):
        raise tensor_error(file, tensor, "a bias whose zero point is not 0", "convert the model again")
    if len(given.scales) not in (1, len(scales)) and len(scales) != 1:
        raise tensor_error(file, tensor, f"{len(given.scales)} scales of a bias", f"{len(scales)} are needed")
    output = quantized_element(layer.result_type())
    error = np.abs(np.array(given.scales) - np.array(scales)).max()
    if output is not None and error / output.scale > MAX_BIAS_ERROR:
        property = "a bias scale that is not input scale * weights scale"
        raise tensor_error(file, tensor, property, "convert the model again")


def check_bias_type(layer: Layer) -> None:
    """Check the option that names the bias's type: unset (FLOAT32, its default) or INT32."""
    number = layer.options.integer("QuantizedBiasType")
    if number not in (0, 2):
        raise layer.refuse(f"QuantizedBiasType {number}", "a bias of 32 bits is needed")


def import_conv_2d(layer: Layer) -> SSAValue:
    """Input, OHWI weights, bias."""
    check_bias_type(layer)
    return _convolution(layer, Conv2DOp, axis=0)


def import_depthwise_conv_2d(layer: Layer) -> SSAValue:
    """Input, 1HWO weights, bias; DepthMultiplier is redundant (TensorFlow Lite takes it from the shapes)."""
    return _convolution(layer, DepthwiseConv2DOp, axis=3)


def _convolution(layer: Layer, op: type[Conv2DOp | DepthwiseConv2DOp], axis: int) -> SSAValue:
    x = image(layer, 0)
    w = convolution_weights(layer, axis, x)
    strides = layer.positives("StrideH", "StrideW")
    dilations = layer.positives("DilationHFactor", "DilationWFactor")
    size, kernel = tensor_type(x).get_shape()[1:3], tensor_type(w).get_shape()[1:3]
    windows = Windows(strides, padding(layer, size, kernel, strides, dilations), dilations)
    return convolution(layer, op, x, w, layer.result_type(), windows)


@dataclass(frozen=True)
class Windows:
    """Where the windows of a convolution lie."""

    strides: Sequence[int]
    padding: Sequence[int]
    """[top, bottom, left, right]"""
    dilations: Sequence[int]


def convolution_weights(layer: Layer, axis: int, x: SSAValue) -> SSAValue:
    """The weights of a convolution of `x`; scales lie along `axis`."""
    return symmetric(layer, weights(layer, 1, axis, input=x, rank=4))


def convolution(
    layer: Layer,
    op: type[Conv2DOp | DepthwiseConv2DOp],
    x: SSAValue,
    w: SSAValue,
    result: TensorType[Attribute],
    windows: Windows,
) -> SSAValue:
    """The op, with the layer's bias and activation."""
    return layer.emit(
        op(
            x,
            w,
            bias(layer, 2, x, w),
            result,
            strides=windows.strides,
            padding=windows.padding,
            dilations=windows.dilations,
            **layer.clamp(),
        )
    )


def image(layer: Layer, index: int) -> SSAValue:
    """Operand `index`, an activation that must be NHWC.

    Raises:
        ModelError: it has not four dimensions.
    """
    value = layer.input(index)
    shape = tensor_type(value).get_shape()
    if len(shape) != 4:
        raise layer.refuse(f"input of shape {list(shape)}", "four dimensions (NHWC) are needed")
    return value


def import_transpose_conv(layer: Layer) -> SSAValue:
    """Output shape, OHWI weights, input, bias.

    The file's padding is that of the convolution whose gradient this is, from the output's image to the input's.
    """
    check_bias_type(layer)
    shape = layer.integers(0, "output shape").tolist()
    x = image(layer, 2)
    w = symmetric(layer, weights(layer, 1, 0, input=x, rank=4))
    result = layer.result_of_shape(shape)
    strides = layer.positives("StrideH", "StrideW")
    kernel = tensor_type(w).get_shape()[1:3]
    if len(shape) != 4:
        raise layer.refuse(f"output of shape {shape}", "four dimensions (NHWC) are needed")
    top, _, left, _ = padding(layer, shape[1:3], kernel, strides)
    full = [
        (size - 1) * stride + window
        for size, stride, window in zip(tensor_type(x).get_shape()[1:3], strides, kernel, strict=True)
    ]
    cut = (top, full[0] - shape[1] - top, left, full[1] - shape[2] - left)
    return layer.emit(
        TransposeConv2DOp(x, w, bias(layer, 3, x, w), result, strides=strides, padding=cut, **layer.clamp())
    )


def import_fully_connected(layer: Layer) -> SSAValue:
    """Input, [O, I] weights, bias.

    The input is taken as rows of I elements, whatever its shape; with KeepNumDims the output has the input's shape
    but for the last dimension. (AsymmetricQuantizeInputs asks how LiteRT quantizes float inputs: here they stay
    float.)
    """
    check_bias_type(layer)
    if layer.options.integer("WeightsFormat") != 0:
        raise layer.refuse("shuffled weights", "convert with weights in their default format")
    x = layer.input(0)
    w = weights(layer, 1, 0, input=x, rank=2)
    outputs, inputs = tensor_type(w).get_shape()
    shape = tensor_type(x).get_shape()
    elements = int(np.prod(shape))
    if elements % inputs:
        raise layer.refuse(f"input of shape {list(shape)}", f"rows of {inputs} elements are needed")
    rows = elements // inputs
    keep = layer.options.truth("KeepNumDims")
    if keep and (not shape or shape[-1] != inputs):
        raise layer.refuse(f"input of shape {list(shape)}", f"a last dimension of {inputs} is needed")
    result = layer.result_of_shape((*shape[:-1], outputs) if keep else (rows, outputs))
    dense: TensorType[Attribute] = TensorType(result.element_type, (rows, outputs))
    x = layer.reshape(x, (rows, inputs))
    y = layer.emit(DenseOp(x, w, bias(layer, 2, x, w), dense, **layer.clamp()))
    return layer.reshape(y, result.get_shape())
