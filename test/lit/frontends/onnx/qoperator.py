"""Operators on codes: dequantize, the operator in float, quantize."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import MICROSOFT, OnnxBuilder, model, refused, write


def parameters(m: OnnxBuilder, scale: float, zero_point: int = 0):
    return [m.scale(scale), m.const(zero_point, type="INT8")]


def codes(m: OnnxBuilder, shape, scale: float = 0.5, zero_point: int = 0):
    p = parameters(m, scale, zero_point)
    return [m.op("QuantizeLinear", [m.input(shape), *p]), *p]


@model
def conv(m: OnnxBuilder):
    """The bias is in units of both scales."""
    w = [
        m.const(np.ones((2, 1, 1, 1), np.int8)),
        m.const(np.array([0.5, 0.25], np.float32)),
        m.const(np.zeros(2, np.int8)),
    ]
    b = m.const(np.array([5, 6], np.int32))
    return [m.op("QLinearConv", [*codes(m, (1, 1, 2, 2)), *w, *parameters(m, 1.0, 3), b])]


# CHECK-LABEL: // conv{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2x2x2x!quant.uniform<i8:f32, 1.000000e+00:3>> {dqnn.name = "qlinearconv_1_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x1x2x2x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qlinearconv = dqnn.dequantize %quantizelinear_0_codes : tensor<1x1x2x2xf32>
# CHECK-NEXT: %qlinearconv_1_channels_last = dqnn.transpose %qlinearconv {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %qlinearconv_1_weights_codes = dqnn.constant dense<1> : tensor<2x1x1x1xi8> as !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
# CHECK-NEXT: %qlinearconv_1_weights = dqnn.dequantize %qlinearconv_1_weights_codes : tensor<2x1x1x1xf32>
# CHECK-NEXT: %qlinearconv_1_bias_codes = dqnn.constant dense<[5, 6]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {2.500000e-01,1.250000e-01}>
# CHECK-NEXT: %qlinearconv_1_bias = dqnn.dequantize %qlinearconv_1_bias_codes : tensor<2xf32>
# CHECK-NEXT: %qlinearconv_1 = dqnn.conv2d %qlinearconv_1_channels_last, %qlinearconv_1_weights, %qlinearconv_1_bias attributes {dqnn.integer_sums} : tensor<1x2x2x2xf32>
# CHECK-NEXT: %qlinearconv_1_channels_first = dqnn.transpose %qlinearconv_1 {permutation = [0, 3, 1, 2]} : tensor<1x2x2x2xf32>
# CHECK-NEXT: %qlinearconv_1_codes = dqnn.quantize %qlinearconv_1_channels_first {method = "divide_half_even"} : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.000000e+00:3>>
# CHECK-NEXT: func.return %qlinearconv_1_codes : tensor<1x2x2x2x!quant.uniform<i8:f32, 1.000000e+00:3>>


@model
def matmul(m: OnnxBuilder):
    w = [m.const(np.ones((2, 2), np.int8)), m.const(np.array([0.5, 0.25], np.float32)), m.const(np.zeros(2, np.int8))]
    return [m.op("QLinearMatMul", [*codes(m, (1, 2)), *w, *parameters(m, 1.0)])]


# CHECK-LABEL: // matmul{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2x!quant.uniform<i8:f32, 1.000000e+00>> {dqnn.name = "qlinearmatmul_1_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qlinearmatmul = dqnn.dequantize %quantizelinear_0_codes : tensor<1x2xf32>
# CHECK-NEXT: %qlinearmatmul_1_weights_codes = dqnn.constant dense<1> : tensor<2x2xi8> as !quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>
# CHECK-NEXT: %qlinearmatmul_1_weights = dqnn.dequantize %qlinearmatmul_1_weights_codes : tensor<2x2xf32>
# CHECK-NEXT: %qlinearmatmul_1 = dqnn.dense %qlinearmatmul, %qlinearmatmul_1_weights : tensor<1x2xf32>
# CHECK-NEXT: %qlinearmatmul_1_codes = dqnn.quantize %qlinearmatmul_1 {method = "divide_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 1.000000e+00>>
# CHECK-NEXT: func.return %qlinearmatmul_1_codes : tensor<1x2x!quant.uniform<i8:f32, 1.000000e+00>>


@model
def gemm(m: OnnxBuilder):
    """Without a scale of the result it is real."""
    w = [m.const(np.ones((1, 2), np.int8)), *parameters(m, 0.25)]
    inputs = [*codes(m, (1, 2)), *w, m.const(np.array([5], np.int32))]
    return [
        m.op("QGemm", inputs, transB=1, domain=MICROSOFT),
        m.op("QGemm", [*inputs, *parameters(m, 1.0)], transB=1, domain=MICROSOFT),
    ]


# CHECK-LABEL: // gemm{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "qgemm_1_out"}, tensor<1x1x!quant.uniform<i8:f32, 1.000000e+00>> {dqnn.name = "qgemm_2_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qgemm = dqnn.dequantize %quantizelinear_0_codes : tensor<1x2xf32>
# CHECK-NEXT: %qgemm_1_weights_codes = dqnn.constant dense<1> : tensor<1x2xi8> as !quant.uniform<i8:f32, 2.500000e-01>
# CHECK-NEXT: %qgemm_1_weights = dqnn.dequantize %qgemm_1_weights_codes : tensor<1x2xf32>
# CHECK-NEXT: %qgemm_1_bias_codes = dqnn.constant dense<5> : tensor<1xi32> as !quant.uniform<i32:f32, 1.250000e-01>
# CHECK-NEXT: %qgemm_1_bias = dqnn.dequantize %qgemm_1_bias_codes : tensor<1xf32>
# CHECK-NEXT: %qgemm_1 = dqnn.dense %qgemm, %qgemm_1_weights, %qgemm_1_bias : tensor<1x1xf32>
# CHECK-NEXT: %qgemm_2 = dqnn.dequantize %quantizelinear_0_codes : tensor<1x2xf32>
# CHECK-NEXT: %qgemm_2_weights_codes = dqnn.constant dense<1> : tensor<1x2xi8> as !quant.uniform<i8:f32, 2.500000e-01>
# CHECK-NEXT: %qgemm_2_weights = dqnn.dequantize %qgemm_2_weights_codes : tensor<1x2xf32>
# CHECK-NEXT: %qgemm_2_bias_codes = dqnn.constant dense<5> : tensor<1xi32> as !quant.uniform<i32:f32, 1.250000e-01>
# CHECK-NEXT: %qgemm_2_bias = dqnn.dequantize %qgemm_2_bias_codes : tensor<1xf32>
# CHECK-NEXT: %qgemm_3 = dqnn.dense %qgemm_2, %qgemm_2_weights, %qgemm_2_bias : tensor<1x1xf32>
# CHECK-NEXT: %qgemm_2_codes = dqnn.quantize %qgemm_3 {method = "divide_half_even"} : tensor<1x1x!quant.uniform<i8:f32, 1.000000e+00>>
# CHECK-NEXT: func.return %qgemm_1, %qgemm_2_codes : tensor<1x1xf32>, tensor<1x1x!quant.uniform<i8:f32, 1.000000e+00>>


@model
def binary(m: OnnxBuilder):
    x = m.op("QLinearAdd", [*codes(m, (1, 4)), *codes(m, (1, 4), 0.25), *parameters(m, 1.0)], domain=MICROSOFT)
    return [m.op("QLinearMul", [x, *parameters(m, 1.0), *codes(m, (1, 4)), *parameters(m, 2.0)], domain=MICROSOFT)]


# CHECK-LABEL: // binary{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}, %x1: tensor<1x4xf32> {dqnn.name = "x1"}, %x2: tensor<1x4xf32> {dqnn.name = "x2"}) -> (tensor<1x4x!quant.uniform<i8:f32, 2.000000e+00>> {dqnn.name = "qlinearmul_4_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %quantizelinear_1_codes = dqnn.quantize %x1 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
# CHECK-NEXT: %qlinearadd = dqnn.dequantize %quantizelinear_0_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearadd_1 = dqnn.dequantize %quantizelinear_1_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearadd_2 = dqnn.add %qlinearadd, %qlinearadd_1 attributes {dqnn.rounds_with_zero_point} : tensor<1x4xf32>
# CHECK-NEXT: %qlinearadd_2_codes = dqnn.quantize %qlinearadd_2 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 1.000000e+00>>
# CHECK-NEXT: %quantizelinear_3_codes = dqnn.quantize %x2 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qlinearmul = dqnn.dequantize %qlinearadd_2_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearmul_1 = dqnn.dequantize %quantizelinear_3_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearmul_2 = dqnn.mul %qlinearmul, %qlinearmul_1 attributes {dqnn.rounds_with_zero_point} : tensor<1x4xf32>
# CHECK-NEXT: %qlinearmul_4_codes = dqnn.quantize %qlinearmul_2 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.000000e+00>>
# CHECK-NEXT: func.return %qlinearmul_4_codes : tensor<1x4x!quant.uniform<i8:f32, 2.000000e+00>>


@model
def unary(m: OnnxBuilder):
    x = m.op("QLinearLeakyRelu", [*codes(m, (1, 4)), *parameters(m, 0.25)], alpha=0.5, domain=MICROSOFT)
    x = m.op("QLinearSigmoid", [x, *parameters(m, 0.25), *parameters(m, 1 / 256, -128)], domain=MICROSOFT)
    return [
        m.op(
            "QLinearSoftmax",
            [x, *parameters(m, 1 / 256, -128), *parameters(m, 1 / 256, -128)],
            axis=-1,
            domain=MICROSOFT,
        )
    ]


# CHECK-LABEL: // unary{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>> {dqnn.name = "qlinearsoftmax_3_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qlinearleakyrelu = dqnn.dequantize %quantizelinear_0_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearleakyrelu_1 = dqnn.leaky_relu %qlinearleakyrelu {alpha = 5.000000e-01} : tensor<1x4xf32>
# CHECK-NEXT: %qlinearleakyrelu_1_codes = dqnn.quantize %qlinearleakyrelu_1 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
# CHECK-NEXT: %qlinearsigmoid = dqnn.dequantize %qlinearleakyrelu_1_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearsigmoid_1 = dqnn.sigmoid %qlinearsigmoid : tensor<1x4xf32>
# CHECK-NEXT: %qlinearsigmoid_2_codes = dqnn.quantize %qlinearsigmoid_1 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>
# CHECK-NEXT: %qlinearsoftmax = dqnn.dequantize %qlinearsigmoid_2_codes : tensor<1x4xf32>
# CHECK-NEXT: %qlinearsoftmax_1 = dqnn.softmax %qlinearsoftmax : tensor<1x4xf32>
# CHECK-NEXT: %qlinearsoftmax_3_codes = dqnn.quantize %qlinearsoftmax_1 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>
# CHECK-NEXT: func.return %qlinearsoftmax_3_codes : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>


@model
def pools(m: OnnxBuilder):
    x = codes(m, (1, 1, 4, 4))
    x = m.op("QLinearAveragePool", [*x, *parameters(m, 0.25)], kernel_shape=[2, 2], domain=MICROSOFT)
    return [m.op("QLinearGlobalAveragePool", [x, *parameters(m, 0.25), *parameters(m, 0.5)], domain=MICROSOFT)]


# CHECK-LABEL: // pools{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x4x4xf32> {dqnn.name = "x0"}) -> (tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>> {dqnn.name = "qlinearglobalaveragepool_2_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x1x4x4x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %qlinearaveragepool = dqnn.dequantize %quantizelinear_0_codes : tensor<1x1x4x4xf32>
# CHECK-NEXT: %qlinearaveragepool_1_channels_last = dqnn.transpose %qlinearaveragepool {permutation = [0, 2, 3, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %qlinearaveragepool_1 = dqnn.avg_pool2d %qlinearaveragepool_1_channels_last {kernel = [2, 2]} : tensor<1x3x3x1xf32>
# CHECK-NEXT: %qlinearaveragepool_1_channels_first = dqnn.transpose %qlinearaveragepool_1 {permutation = [0, 3, 1, 2]} : tensor<1x1x3x3xf32>
# CHECK-NEXT: %qlinearaveragepool_1_codes = dqnn.quantize %qlinearaveragepool_1_channels_first {method = "divide_half_even"} : tensor<1x1x3x3x!quant.uniform<i8:f32, 2.500000e-01>>
# CHECK-NEXT: %qlinearglobalaveragepool = dqnn.dequantize %qlinearaveragepool_1_codes : tensor<1x1x3x3xf32>
# CHECK-NEXT: %qlinearglobalaveragepool_2_channels_last = dqnn.transpose %qlinearglobalaveragepool {permutation = [0, 2, 3, 1]} : tensor<1x3x3x1xf32>
# CHECK-NEXT: %qlinearglobalaveragepool_1 = dqnn.avg_pool2d %qlinearglobalaveragepool_2_channels_last {kernel = [3, 3]} : tensor<1x1x1x1xf32>
# CHECK-NEXT: %qlinearglobalaveragepool_2_channels_firs = dqnn.transpose %qlinearglobalaveragepool_1 {permutation = [0, 3, 1, 2]} : tensor<1x1x1x1xf32>
# CHECK-NEXT: %qlinearglobalaveragepool_2_codes = dqnn.quantize %qlinearglobalaveragepool_2_channels_firs {method = "divide_half_even"} : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: func.return %qlinearglobalaveragepool_2_codes : tensor<1x1x1x1x!quant.uniform<i8:f32, 5.000000e-01>>


@model
def concat(m: OnnxBuilder):
    parts = [*codes(m, (1, 2)), *codes(m, (1, 2), 0.25)]
    return [m.op("QLinearConcat", [*parameters(m, 1.0), *parts], axis=1, domain=MICROSOFT)]


# CHECK-LABEL: // concat{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}, %x1: tensor<1x2xf32> {dqnn.name = "x1"}) -> (tensor<1x4x!quant.uniform<i8:f32, 1.000000e+00>> {dqnn.name = "qlinearconcat_2_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01>>
# CHECK-NEXT: %quantizelinear_1_codes = dqnn.quantize %x1 {method = "divide_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 2.500000e-01>>
# CHECK-NEXT: %qlinearconcat = dqnn.dequantize %quantizelinear_0_codes : tensor<1x2xf32>
# CHECK-NEXT: %qlinearconcat_1 = dqnn.dequantize %quantizelinear_1_codes : tensor<1x2xf32>
# CHECK-NEXT: %qlinearconcat_2 = dqnn.concat %qlinearconcat, %qlinearconcat_1 {axis = 1} : tensor<1x4xf32>
# CHECK-NEXT: %qlinearconcat_2_codes = dqnn.quantize %qlinearconcat_2 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 1.000000e+00>>
# CHECK-NEXT: func.return %qlinearconcat_2_codes : tensor<1x4x!quant.uniform<i8:f32, 1.000000e+00>>


@refused
def bias(m: OnnxBuilder):
    w = [m.const(np.ones((1, 1, 1, 1), np.int8)), *parameters(m, 0.5)]
    b = m.const(np.array([5], np.int8))
    return [m.op("QLinearConv", [*codes(m, (1, 1, 2, 2)), *w, *parameters(m, 1.0), b], name="q")]


# CHECK: bias.onnx: layer 'q' (QLinearConv): a bias of int8: it must be int32; export the model again


@refused
def real_input(m: OnnxBuilder):
    x = m.const(np.ones((1, 4), np.float32))
    y = m.op("QLinearSigmoid", [x, *parameters(m, 1.0), *parameters(m, 1.0)], domain=MICROSOFT, name="q")
    return [m.op("QLinearAdd", [*codes(m, (1, 4)), y, *parameters(m, 1.0), *parameters(m, 1.0)], domain=MICROSOFT)]


# CHECK: real_input.onnx: layer 'q' (com.microsoft.QLinearSigmoid): codes that are real numbers already: export the model again


write()
