"""CONV_2D."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.quantized.tflite | filecheck %s --check-prefix=QUANTIZED
# RUN: dqnn-opt %t.floating.tflite | filecheck %s --check-prefix=FLOATING
# RUN: dqnn-opt %t.dynamic_range.tflite | filecheck %s --check-prefix=DYNAMIC-RANGE

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def quantized(m: ModelBuilder):
    """SAME padding of 5 columns by windows of 2, dilated: one column at the end. Per-channel weights, relu6."""
    x = m.input((1, 4, 5, 1), scale=0.5, zero_point=-1, name="input")
    w = m.const(np.arange(8, dtype=np.int8).reshape(2, 2, 2, 1), scales=[0.25, 0.5], name="net/conv/kernel")
    b = m.const(np.array([1, -1], np.int32), scales=[0.125, 0.25], name="net/conv/bias")
    y = m.tensor((1, 2, 5, 2), scale=0.125, zero_point=-128, name="net/conv/Conv2D")
    options = {"padding": "SAME", "stride_h": 2, "stride_w": 1, "dilation_h_factor": 1, "dilation_w_factor": 1}
    return [m.op("CONV_2D", [x, w, b], y, fused_activation_function="RELU6", **options)]


# QUANTIZED: func.func @main(%input: tensor<1x4x5x1x!quant.uniform<i8:f32, 5.000000e-01:-1>> {dqnn.name = "input"})
# QUANTIZED-SAME: -> (tensor<1x2x5x2x!quant.uniform<i8:f32, 1.250000e-01:-128>> {dqnn.name = "net/conv/Conv2D"})
# QUANTIZED-NEXT: %conv_weights = dqnn.constant dense<{{.*}}> : tensor<2x2x2x1xi8> as !quant.uniform<i8:f32:0, {2.500000e-01,5.000000e-01}>
# QUANTIZED-NEXT: %conv_bias = dqnn.constant dense<[1, -1]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {1.250000e-01,2.500000e-01}>
# QUANTIZED-NEXT: %conv = dqnn.conv2d %input, %conv_weights, %conv_bias {clamp_max = 6.000000e+00, clamp_min = 0.000000e+00, padding = [0, 0, 0, 1], strides = [2, 1]} : tensor<1x2x5x2x!quant.uniform<i8:f32, 1.250000e-01:-128>>
# QUANTIZED-NEXT: func.return %conv


@model
def floating(m: ModelBuilder):
    """VALID padding, dilation, no bias; an absent bias is -1 or not there."""
    x = m.input((1, 5, 5, 1), "FLOAT32", name="input")
    w = m.const(np.ones((1, 2, 2, 1), np.float32))
    y = m.tensor((1, 3, 2, 1), "FLOAT32", name="y")
    options = {"padding": "VALID", "stride_h": 1, "stride_w": 1, "dilation_h_factor": 2, "dilation_w_factor": 3}
    return [m.op("CONV_2D", [x, w, None], y, **options)]


# FLOATING: %y_weights = dqnn.constant dense<1.000000e+00> : tensor<1x2x2x1xf32>
# FLOATING-NEXT: dqnn.conv2d %input, %y_weights {dilations = [2, 3]} : tensor<1x3x2x1xf32>


@model
def dynamic_range(m: ModelBuilder):
    """Float activations with int8 weights: the weights become float."""
    x = m.input((1, 1, 1, 1), "FLOAT32")
    w = m.const(np.array([4, -8], np.int8).reshape(2, 1, 1, 1), scales=[0.25, 0.5])
    y = m.tensor((1, 1, 1, 2), "FLOAT32", name="y")
    return [m.op("CONV_2D", [x, w], y, padding="VALID", stride_h=1, stride_w=1)]


# DYNAMIC-RANGE: %y_weights = dqnn.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}-4.000000e+00]]]]> : tensor<2x1x1x1xf32> attributes {dqnn.dequantized = i8}


@refused
def mixed_signs(m: ModelBuilder):
    """LiteRT has no kernel for it."""
    x = m.input((1, 1, 1, 1), "UINT8", scale=0.5, zero_point=128)
    w = m.const(np.ones((1, 1, 1, 1), np.int8), scale=0.5)
    y = m.tensor((1, 1, 1, 1), "UINT8", scale=0.5, name="y")
    return [m.op("CONV_2D", [x, w], y, padding="VALID", stride_h=1, stride_w=1)]


# REFUSED: mixed_signs.tflite: layer 'y' (CONV_2D): INT8 weights with an input of unsigned codes: quantize both to int8


def small(m: ModelBuilder, size: int = 2, zero_point: int = 0, axis: int = 0, stride: int = 1, **options: str):
    x = m.input((1, 2, 2, 2), scale=0.5)
    w = m.const(np.ones((2, 1, 1, 2), np.int8), scales=[0.5, 0.5], zero_points=[0, zero_point], axis=axis, name="w")
    b = m.const(np.ones(2, np.int32), scales=[0.25, 0.3], name="b")
    y = m.tensor((1, size, size, 2), scale=0.5, name="y")
    bias = [b] if options.pop("bias", None) else []
    return [m.op("CONV_2D", [x, w, *bias], y, padding="SAME", stride_h=1, stride_w=stride, **options)]


@refused
def tanh(m: ModelBuilder):
    return small(m, fused_activation_function="TANH")


# REFUSED: tanh.tflite: layer 'y' (CONV_2D): fused activation TANH: convert with the activation as an operator


@refused
def wrong_size(m: ModelBuilder):
    return small(m, size=1)


# REFUSED: wrong_size.tflite: layer 'y' (CONV_2D): {{.*}}: the file contradicts itself; convert the model again


@refused
def wrong_axis(m: ModelBuilder):
    return small(m, axis=3)


# REFUSED: wrong_axis.tflite: layer 'w' (INT8 tensor): per-channel quantization along axis 3: the operator needs axis 0


@refused
def asymmetric(m: ModelBuilder):
    return small(m, zero_point=1)


# REFUSED: asymmetric.tflite: layer 'y' (CONV_2D): int8 weights whose zero point is not 0: quantize the weights symmetrically


@refused
def bias_scale(m: ModelBuilder):
    return small(m, bias="yes")


# REFUSED: bias_scale.tflite: layer 'b' (INT32 tensor): a bias scale that is not input scale * weights scale


@refused
def zero_stride(m: ModelBuilder):
    return small(m, stride=0)


# REFUSED: zero_stride.tflite: layer 'y' (CONV_2D): StrideW is 0: it must be positive

write()
