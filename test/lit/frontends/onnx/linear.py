"""Conv, ConvTranspose, Gemm and MatMul."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import OnnxBuilder, filled, model, refused, write


@model
def conv(m: OnnxBuilder):
    """Channel-first outside, channel-last inside; weights OIHW become OHWI."""
    x = m.input((1, 2, 5, 5))
    return [m.op("Conv", [x, m.const(filled((3, 2, 3, 3))), m.const(filled((3,)))], strides=[2, 2], pads=[1, 0, 1, 2])]


# CHECK-LABEL: // conv{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x5x5xf32> {dqnn.name = "x0"}) -> (tensor<1x3x3x3xf32> {dqnn.name = "conv_0_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x5x5x2xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense_resource<__elided__> : tensor<3x3x3x2xf32>
# CHECK-NEXT: %conv_0_bias = dqnn.constant dense<[0.000000e+00, 1.250000e-01, -1.250000e-01]> : tensor<3xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_0_channels_last, %conv_0_weights, %conv_0_bias {padding = [1, 1, 0, 2], strides = [2, 2]} : tensor<1x3x3x3xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x3x3x3xf32>
# CHECK-NEXT: func.return %conv_0_channels_first : tensor<1x3x3x3xf32>


@model
def conv_same(m: OnnxBuilder):
    """auto_pad; the odd row and column goes to the end, or to the beginning."""
    x = m.input((1, 1, 4, 4))
    x = m.op("Conv", [x, m.const(filled((1, 1, 2, 2)))], auto_pad="SAME_UPPER")
    return [m.op("Conv", [x, m.const(filled((1, 1, 2, 2)))], auto_pad="SAME_LOWER", dilations=[1, 2])]


# CHECK-LABEL: // conv_same{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x4x4xf32> {dqnn.name = "x0"}) -> (tensor<1x1x4x4xf32> {dqnn.name = "conv_1_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00], [1.250000e-01]], {{\[\[}}-1.250000e-01], [2.500000e-01]]]]> : tensor<1x2x2x1xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_0_channels_last, %conv_0_weights {padding = [0, 1, 0, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x1x4x4xf32>
# CHECK-NEXT: %conv_1_channels_last = dqnn.transpose %conv_0_channels_first {permutation = [0, 2, 3, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %conv_1_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00], [1.250000e-01]], {{\[\[}}-1.250000e-01], [2.500000e-01]]]]> : tensor<1x2x2x1xf32>
# CHECK-NEXT: %conv_1 = dqnn.conv2d %conv_1_channels_last, %conv_1_weights {dilations = [1, 2], padding = [1, 0, 1, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %conv_1_channels_first = dqnn.transpose %conv_1 {permutation = [0, 3, 1, 2]} : tensor<1x1x4x4xf32>
# CHECK-NEXT: func.return %conv_1_channels_first : tensor<1x1x4x4xf32>


@model
def conv_depthwise(m: OnnxBuilder):
    """A group for each channel, here with two outputs each: weights 1HWC."""
    return [m.op("Conv", [m.input((1, 2, 4, 4)), m.const(filled((4, 1, 3, 3)))], group=2)]


# CHECK-LABEL: // conv_depthwise{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x4x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4x2x2xf32> {dqnn.name = "conv_0_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x4x4x2xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense_resource<__elided__> : tensor<1x3x3x4xf32>
# CHECK-NEXT: %conv = dqnn.depthwise_conv2d %conv_0_channels_last, %conv_0_weights : tensor<1x2x2x4xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x4x2x2xf32>
# CHECK-NEXT: func.return %conv_0_channels_first : tensor<1x4x2x2xf32>


@model
def conv_groups(m: OnnxBuilder):
    """Other groups show in the weights' last axis."""
    return [m.op("Conv", [m.input((1, 4, 1, 1)), m.const(filled((2, 2, 1, 1)))], group=2)]


# CHECK-LABEL: // conv_groups{{$}}
# CHECK: func.func @main(%x0: tensor<1x4x1x1xf32> {dqnn.name = "x0"}) -> (tensor<1x2x1x1xf32> {dqnn.name = "conv_0_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x1x1x4xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00, 1.250000e-01]]], {{\[\[\[}}-1.250000e-01, 2.500000e-01]]]]> : tensor<2x1x1x2xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_0_channels_last, %conv_0_weights : tensor<1x1x1x2xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x2x1x1xf32>
# CHECK-NEXT: func.return %conv_0_channels_first : tensor<1x2x1x1xf32>


@model
def conv_1d(m: OnnxBuilder):
    """One dimension is the width of an image of height 1."""
    return [m.op("Conv", [m.input((1, 2, 6)), m.const(filled((1, 2, 3)))], strides=[2], pads=[1, 0])]


# CHECK-LABEL: // conv_1d{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x6xf32> {dqnn.name = "x0"}) -> (tensor<1x1x3xf32> {dqnn.name = "conv_0_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 1]} : tensor<1x6x2xf32>
# CHECK-NEXT: %conv = dqnn.reshape %conv_0_channels_last : tensor<1x1x6x2xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00, 2.500000e-01], [1.250000e-01, -2.500000e-01], [-1.250000e-01, 3.750000e-01]]]]> : tensor<1x1x3x2xf32>
# CHECK-NEXT: %conv_1 = dqnn.conv2d %conv, %conv_0_weights {padding = [0, 0, 1, 0], strides = [1, 2]} : tensor<1x1x3x1xf32>
# CHECK-NEXT: %conv_2 = dqnn.reshape %conv_1 : tensor<1x3x1xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv_2 {permutation = [0, 2, 1]} : tensor<1x1x3xf32>
# CHECK-NEXT: func.return %conv_0_channels_first : tensor<1x1x3xf32>


@model
def conv_quantized(m: OnnxBuilder):
    """Codes of weights per channel, and a bias of int32."""
    x = m.quantize(m.input((1, 2, 3, 3)), 0.5, 3)
    codes = np.arange(4, dtype=np.int8).reshape(2, 2, 1, 1)
    w = m.weights(codes, [0.25, 0.125])
    b = m.weights(np.array([7, -9], np.int32), [0.125, 0.0625])
    return [m.quantize(m.op("Conv", [x, w, b]), 1.0, -128)]


# CHECK-LABEL: // conv_quantized{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2x3x3xf32> {dqnn.name = "dequantizelinear_6_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x2x3x3x!quant.uniform<i8:f32, 5.000000e-01:3>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %quantizelinear_0_codes : tensor<1x2x3x3xf32>
# CHECK-NEXT: %conv_4_channels_last = dqnn.transpose %dequantizelinear {permutation = [0, 2, 3, 1]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %conv_4_weights_codes = dqnn.constant dense<{{\[\[\[\[}}0, 1]]], {{\[\[\[}}2, 3]]]]> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32:0, {2.500000e-01,1.250000e-01}>
# CHECK-NEXT: %conv_4_weights = dqnn.dequantize %conv_4_weights_codes : tensor<2x1x1x2xf32>
# CHECK-NEXT: %conv_4_bias_codes = dqnn.constant dense<[7, -9]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {1.250000e-01,6.250000e-02}>
# CHECK-NEXT: %conv_4_bias = dqnn.dequantize %conv_4_bias_codes : tensor<2xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_4_channels_last, %conv_4_weights, %conv_4_bias : tensor<1x3x3x2xf32>
# CHECK-NEXT: %conv_4_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
# CHECK-NEXT: %quantizelinear_5_codes = dqnn.quantize %conv_4_channels_first {method = "divide_half_even"} : tensor<1x2x3x3x!quant.uniform<i8:f32, 1.000000e+00:-128>>
# CHECK-NEXT: %dequantizelinear_1 = dqnn.dequantize %quantizelinear_5_codes : tensor<1x2x3x3xf32>
# CHECK-NEXT: func.return %dequantizelinear_1 : tensor<1x2x3x3xf32>


@model
def conv_input_channels(m: OnnxBuilder):
    """Scales along another axis than the outputs stay with their axis."""
    w = m.weights(np.arange(4, dtype=np.int8).reshape(2, 2, 1, 1), [0.25, 0.125], axis=1)
    return [m.op("Conv", [m.input((1, 2, 3, 3)), w])]


# CHECK-LABEL: // conv_input_channels{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2x3x3xf32> {dqnn.name = "conv_1_out"}) {
# CHECK-NEXT: %conv_1_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %conv_1_weights_codes = dqnn.constant dense<{{\[\[\[\[}}0, 1]]], {{\[\[\[}}2, 3]]]]> : tensor<2x1x1x2xi8> as !quant.uniform<i8:f32:3, {2.500000e-01,1.250000e-01}>
# CHECK-NEXT: %conv_1_weights = dqnn.dequantize %conv_1_weights_codes : tensor<2x1x1x2xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_1_channels_last, %conv_1_weights : tensor<1x3x3x2xf32>
# CHECK-NEXT: %conv_1_channels_first = dqnn.transpose %conv {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
# CHECK-NEXT: func.return %conv_1_channels_first : tensor<1x2x3x3xf32>


@model
def conv_computed_bias(m: OnnxBuilder):
    """A bias that is computed is added."""
    return [m.op("Conv", [m.input((1, 1, 2, 2)), m.const(filled((2, 1, 1, 1))), m.input((2,), name="b")])]


# CHECK-LABEL: // conv_computed_bias{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}, %b: tensor<2xf32> {dqnn.name = "b"}) -> (tensor<1x2x2x2xf32> {dqnn.name = "conv_0_out"}) {
# CHECK-NEXT: %conv_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %conv_0_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00]]], {{\[\[\[}}1.250000e-01]]]]> : tensor<2x1x1x1xf32>
# CHECK-NEXT: %conv = dqnn.conv2d %conv_0_channels_last, %conv_0_weights : tensor<1x2x2x2xf32>
# CHECK-NEXT: %conv_1 = dqnn.add %conv, %b : tensor<1x2x2x2xf32>
# CHECK-NEXT: %conv_0_channels_first = dqnn.transpose %conv_1 {permutation = [0, 3, 1, 2]} : tensor<1x2x2x2xf32>
# CHECK-NEXT: func.return %conv_0_channels_first : tensor<1x2x2x2xf32>


@model
def conv_transpose(m: OnnxBuilder):
    """Weights IOHW become OHWI; output_padding adds rows and columns at the end."""
    x = m.input((1, 2, 3, 3))
    w = m.const(filled((2, 1, 3, 3)))
    return [m.op("ConvTranspose", [x, w], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 0])]


# CHECK-LABEL: // conv_transpose{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x3xf32> {dqnn.name = "x0"}) -> (tensor<1x1x6x5xf32> {dqnn.name = "convtranspose_0_out"}) {
# CHECK-NEXT: %convtranspose_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %convtranspose_0_weights = dqnn.constant dense_resource<__elided__> : tensor<1x3x3x2xf32>
# CHECK-NEXT: %convtranspose = dqnn.transpose_conv2d %convtranspose_0_channels_last, %convtranspose_0_weights {padding = [1, 0, 1, 1], strides = [2, 2]} : tensor<1x6x5x1xf32>
# CHECK-NEXT: %convtranspose_0_channels_first = dqnn.transpose %convtranspose {permutation = [0, 3, 1, 2]} : tensor<1x1x6x5xf32>
# CHECK-NEXT: func.return %convtranspose_0_channels_first : tensor<1x1x6x5xf32>


@model
def conv_transpose_shape(m: OnnxBuilder):
    """output_shape says what is cut."""
    x = m.input((1, 1, 2, 2))
    return [m.op("ConvTranspose", [x, m.const(filled((1, 1, 2, 2)))], strides=[3, 3], output_shape=[5, 6])]


# CHECK-LABEL: // conv_transpose_shape{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1x5x6xf32> {dqnn.name = "convtranspose_0_out"}) {
# CHECK-NEXT: %convtranspose_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %convtranspose_0_weights = dqnn.constant dense<{{\[\[\[\[}}0.000000e+00], [1.250000e-01]], {{\[\[}}-1.250000e-01], [2.500000e-01]]]]> : tensor<1x2x2x1xf32>
# CHECK-NEXT: %convtranspose = dqnn.transpose_conv2d %convtranspose_0_channels_last, %convtranspose_0_weights {padding = [0, 0, 0, -1], strides = [3, 3]} : tensor<1x5x6x1xf32>
# CHECK-NEXT: %convtranspose_0_channels_first = dqnn.transpose %convtranspose {permutation = [0, 3, 1, 2]} : tensor<1x1x5x6xf32>
# CHECK-NEXT: func.return %convtranspose_0_channels_first : tensor<1x1x5x6xf32>


@model
def conv_transpose_groups(m: OnnxBuilder):
    """Groups become zeros."""
    return [m.op("ConvTranspose", [m.input((1, 2, 1, 1)), m.const(np.ones((2, 1, 1, 1), np.float32))], group=2)]


# CHECK-LABEL: // conv_transpose_groups{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x1x1xf32> {dqnn.name = "x0"}) -> (tensor<1x2x1x1xf32> {dqnn.name = "convtranspose_0_out"}) {
# CHECK-NEXT: %convtranspose_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x1x1x2xf32>
# CHECK-NEXT: %convtranspose_0_weights = dqnn.constant dense<{{\[\[\[\[}}1.000000e+00, 0.000000e+00]]], {{\[\[\[}}0.000000e+00, 1.000000e+00]]]]> : tensor<2x1x1x2xf32>
# CHECK-NEXT: %convtranspose = dqnn.transpose_conv2d %convtranspose_0_channels_last, %convtranspose_0_weights : tensor<1x1x1x2xf32>
# CHECK-NEXT: %convtranspose_0_channels_first = dqnn.transpose %convtranspose {permutation = [0, 3, 1, 2]} : tensor<1x2x1x1xf32>
# CHECK-NEXT: func.return %convtranspose_0_channels_first : tensor<1x2x1x1xf32>


@model
def gemm(m: OnnxBuilder):
    """Weights [O, I] as they are with transB; alpha and beta go into constants."""
    x = m.input((1, 3))
    x = m.op("Gemm", [x, m.const(filled((2, 3))), m.const(filled((2,)))], transB=1)
    w, b = m.const(np.ones((2, 2), np.float32)), m.const(np.ones((1, 2), np.float32))
    return [m.op("Gemm", [x, w, b], alpha=0.5, beta=2.0)]


# CHECK-LABEL: // gemm{{$}}
# CHECK: func.func @main(%x0: tensor<1x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2xf32> {dqnn.name = "gemm_1_out"}) {
# CHECK-NEXT: %gemm_0_weights = dqnn.constant dense<{{\[\[}}0.000000e+00, 1.250000e-01, -1.250000e-01], [2.500000e-01, -2.500000e-01, 3.750000e-01]]> : tensor<2x3xf32>
# CHECK-NEXT: %gemm_0_bias = dqnn.constant dense<[0.000000e+00, 1.250000e-01]> : tensor<2xf32>
# CHECK-NEXT: %gemm = dqnn.dense %x0, %gemm_0_weights, %gemm_0_bias : tensor<1x2xf32>
# CHECK-NEXT: %gemm_1_weights = dqnn.constant dense<5.000000e-01> : tensor<2x2xf32>
# CHECK-NEXT: %gemm_1_bias = dqnn.constant dense<2.000000e+00> : tensor<2xf32>
# CHECK-NEXT: %gemm_1 = dqnn.dense %gemm, %gemm_1_weights, %gemm_1_bias : tensor<1x2xf32>
# CHECK-NEXT: func.return %gemm_1 : tensor<1x2xf32>


@model
def gemm_reversed(m: OnnxBuilder):
    """Weights on the left, and a sum that is no bias."""
    x, c = m.input((3, 1)), m.input((2, 1), name="c")
    return [m.op("Gemm", [m.const(filled((2, 3))), x, c])]


# CHECK-LABEL: // gemm_reversed{{$}}
# CHECK: func.func @main(%x0: tensor<3x1xf32> {dqnn.name = "x0"}, %c: tensor<2x1xf32> {dqnn.name = "c"}) -> (tensor<2x1xf32> {dqnn.name = "gemm_0_out"}) {
# CHECK-NEXT: %gemm = dqnn.transpose %x0 {permutation = [1, 0]} : tensor<1x3xf32>
# CHECK-NEXT: %gemm_0_weights = dqnn.constant dense<{{\[\[}}0.000000e+00, 1.250000e-01, -1.250000e-01], [2.500000e-01, -2.500000e-01, 3.750000e-01]]> : tensor<2x3xf32>
# CHECK-NEXT: %gemm_1 = dqnn.dense %gemm, %gemm_0_weights : tensor<1x2xf32>
# CHECK-NEXT: %gemm_2 = dqnn.transpose %gemm_1 {permutation = [1, 0]} : tensor<2x1xf32>
# CHECK-NEXT: %gemm_3 = dqnn.add %gemm_2, %c : tensor<2x1xf32>
# CHECK-NEXT: func.return %gemm_3 : tensor<2x1xf32>


@model
def matmul(m: OnnxBuilder):
    """Rows in more dimensions."""
    return [m.op("MatMul", [m.input((1, 2, 3)), m.const(filled((3, 4)))])]


# CHECK-LABEL: // matmul{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2x4xf32> {dqnn.name = "matmul_0_out"}) {
# CHECK-NEXT: %matmul = dqnn.reshape %x0 : tensor<2x3xf32>
# CHECK-NEXT: %matmul_0_weights = dqnn.constant dense_resource<__elided__> : tensor<4x3xf32>
# CHECK-NEXT: %matmul_1 = dqnn.dense %matmul, %matmul_0_weights : tensor<2x4xf32>
# CHECK-NEXT: %matmul_2 = dqnn.reshape %matmul_1 : tensor<1x2x4xf32>
# CHECK-NEXT: func.return %matmul_2 : tensor<1x2x4xf32>


@model
def matmul_batches(m: OnnxBuilder):
    """A matrix for each batch."""
    return [m.op("MatMul", [m.input((2, 1, 3)), m.const(filled((2, 3, 1)))])]


# CHECK-LABEL: // matmul_batches{{$}}
# CHECK: func.func @main(%x0: tensor<2x1x3xf32> {dqnn.name = "x0"}) -> (tensor<2x1x1xf32> {dqnn.name = "matmul_0_out"}) {
# CHECK-NEXT: %matmul = dqnn.slice %x0 {offsets = [0, 0, 0], strides = [1, 1, 1]} : tensor<1x1x3xf32>
# CHECK-NEXT: %matmul_1 = dqnn.reshape %matmul : tensor<1x3xf32>
# CHECK-NEXT: %matmul_0_weights = dqnn.constant dense<{{\[\[}}0.000000e+00, 1.250000e-01, -1.250000e-01]]> : tensor<1x3xf32>
# CHECK-NEXT: %matmul_2 = dqnn.dense %matmul_1, %matmul_0_weights : tensor<1x1xf32>
# CHECK-NEXT: %matmul_3 = dqnn.slice %x0 {offsets = [1, 0, 0], strides = [1, 1, 1]} : tensor<1x1x3xf32>
# CHECK-NEXT: %matmul_4 = dqnn.reshape %matmul_3 : tensor<1x3xf32>
# CHECK-NEXT: %matmul_0_weights_1 = dqnn.constant dense<{{\[\[}}2.500000e-01, -2.500000e-01, 3.750000e-01]]> : tensor<1x3xf32>
# CHECK-NEXT: %matmul_5 = dqnn.dense %matmul_4, %matmul_0_weights_1 : tensor<1x1xf32>
# CHECK-NEXT: %matmul_6 = dqnn.concat %matmul_2, %matmul_5 {axis = 0} : tensor<2x1xf32>
# CHECK-NEXT: %matmul_7 = dqnn.reshape %matmul_6 : tensor<2x1x1xf32>
# CHECK-NEXT: func.return %matmul_7 : tensor<2x1x1xf32>


@refused
def computed_weights(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 1, 2, 2)), m.input((1, 1, 1, 1))], name="c")]


# CHECK: computed_weights.onnx: layer 'c' (Conv): weights computed from the network's input: export with a fixed input shape and constant weights, so that it is known at import


@refused
def computed_factors(m: OnnxBuilder):
    return [m.op("MatMul", [m.input((1, 2)), m.input((2, 1))], name="c")]


# CHECK: computed_factors.onnx: layer 'c' (MatMul): a product of two computed tensors: one of them must be constant weights


@refused
def three_dimensions(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 1, 2, 2, 2)), m.const(filled((1, 1, 1, 1, 1)))], name="c")]


# CHECK: three_dimensions.onnx: layer 'c' (Conv): an input of shape [1, 1, 2, 2, 2]: one or two spatial dimensions are supported


@refused
def groups(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 3, 2, 2)), m.const(filled((2, 2, 1, 1)))], group=2, name="c")]


# CHECK: groups.onnx: layer 'c' (Conv): group=2, weights of shape [2, 2, 1, 1] and 3 input channels: export the model again


@refused
def window(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 1, 2, 2)), m.const(filled((1, 1, 3, 3)))], name="c")]


# CHECK: window.onnx: layer 'c' (Conv): a window of height 3 does not fit into 2: the attributes do not fit the input; export the model again


@refused
def strides(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 1, 2, 2)), m.const(filled((1, 1, 1, 1)))], strides=[0, 1], name="c")]


# CHECK: strides.onnx: layer 'c' (Conv): strides=[0, 1]: 2 numbers from 1 on are needed; export the model again


@refused
def bias(m: OnnxBuilder):
    return [m.op("Conv", [m.input((1, 1, 2, 2)), m.const(filled((1, 1, 1, 1))), m.const(filled((2,)))], name="c")]


# CHECK: bias.onnx: layer 'c' (Conv): a bias of shape [2]: it must be [1]; export the model again


@refused
def inner_sizes(m: OnnxBuilder):
    return [m.op("MatMul", [m.input((1, 2)), m.const(filled((3, 1)))], name="c")]


# CHECK: inner_sizes.onnx: layer 'c' (MatMul): matrices of shapes [1, 2] and [3, 1]: export the model again


write()
