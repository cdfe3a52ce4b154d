"""Operators on one tensor, and BatchNormalization."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import OnnxBuilder, filled, model, refused, write


@model
def all_of_them(m: OnnxBuilder):
    x = m.input((1, 4))
    for kind in ("Relu", "Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "HardSigmoid", "Neg", "Identity", "Dropout"):
        x = m.op(kind, [x])
    return [m.op("LeakyRelu", [x], alpha=0.5)]


# CHECK-LABEL: // all_of_them{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "leakyrelu_9_out"}) {
# CHECK-NEXT: %relu = dqnn.relu %x0 : tensor<1x4xf32>
# CHECK-NEXT: %sigmoid = dqnn.sigmoid %relu : tensor<1x4xf32>
# CHECK-NEXT: %tanh = dqnn.tanh %sigmoid : tensor<1x4xf32>
# CHECK-NEXT: %hardswish = dqnn.hard_swish %tanh : tensor<1x4xf32>
# CHECK-NEXT: %leakyrelu = dqnn.leaky_relu %hardswish {alpha = 1.000000e-02} : tensor<1x4xf32>
# CHECK-NEXT: %hardsigmoid_5_constant = dqnn.constant dense<2.000000e-01> : tensor<1xf32>
# CHECK-NEXT: %hardsigmoid = dqnn.mul %leakyrelu, %hardsigmoid_5_constant : tensor<1x4xf32>
# CHECK-NEXT: %hardsigmoid_5_constant_1 = dqnn.constant dense<5.000000e-01> : tensor<1xf32>
# CHECK-NEXT: %hardsigmoid_1 = dqnn.add %hardsigmoid, %hardsigmoid_5_constant_1 : tensor<1x4xf32>
# CHECK-NEXT: %hardsigmoid_2 = dqnn.clip %hardsigmoid_1 {max = 1.000000e+00, min = 0.000000e+00} : tensor<1x4xf32>
# CHECK-NEXT: %neg_6_constant = dqnn.constant dense<-1.000000e+00> : tensor<1xf32>
# CHECK-NEXT: %neg = dqnn.mul %hardsigmoid_2, %neg_6_constant : tensor<1x4xf32>
# CHECK-NEXT: %leakyrelu_1 = dqnn.leaky_relu %neg {alpha = 5.000000e-01} : tensor<1x4xf32>
# CHECK-NEXT: func.return %leakyrelu_1 : tensor<1x4xf32>


@model
def clips(m: OnnxBuilder):
    x = m.input((1, 4))
    x = m.op("Clip", [x, m.scale(0.0), m.scale(6.0)])
    x = m.op("Clip", [x, m.scale(0.0)])
    x = m.op("Clip", [x, "", m.scale(1.0)])
    return [m.op("Clip", [x])]


# CHECK-LABEL: // clips{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "clip_3_out"}) {
# CHECK-NEXT: %clip = dqnn.relu6 %x0 : tensor<1x4xf32>
# CHECK-NEXT: %clip_1 = dqnn.relu %clip : tensor<1x4xf32>
# CHECK-NEXT: %clip_2 = dqnn.clip %clip_1 {max = 1.000000e+00, min = 0xff800000} : tensor<1x4xf32>
# CHECK-NEXT: func.return %clip_2 : tensor<1x4xf32>


@model
def prelu(m: OnnxBuilder):
    x = m.op("PRelu", [m.input((1, 2, 2, 2)), m.const(filled((2, 1, 1)))])
    return [m.op("PRelu", [x, m.const(filled((2,))[1:])])]


# CHECK-LABEL: // prelu{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2x2x2xf32> {dqnn.name = "prelu_1_out"}) {
# CHECK-NEXT: %prelu_0_constant = dqnn.constant dense<{{\[\[\[}}0.000000e+00]], {{\[\[}}1.250000e-01]]]> : tensor<2x1x1xf32>
# CHECK-NEXT: %prelu = dqnn.prelu %x0, %prelu_0_constant : tensor<1x2x2x2xf32>
# CHECK-NEXT: %prelu_1 = dqnn.leaky_relu %prelu {alpha = 1.250000e-01} : tensor<1x2x2x2xf32>
# CHECK-NEXT: func.return %prelu_1 : tensor<1x2x2x2xf32>


@model
def softmax(m: OnnxBuilder):
    """Along the last axis, and along another one."""
    x = m.op("Softmax", [m.input((1, 2, 3))])
    return [m.op("Softmax", [x], axis=1)]


# CHECK-LABEL: // softmax{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2x3xf32> {dqnn.name = "softmax_1_out"}) {
# CHECK-NEXT: %softmax = dqnn.softmax %x0 : tensor<1x2x3xf32>
# CHECK-NEXT: %softmax_1 = dqnn.transpose %softmax {permutation = [0, 2, 1]} : tensor<1x3x2xf32>
# CHECK-NEXT: %softmax_2 = dqnn.softmax %softmax_1 : tensor<1x3x2xf32>
# CHECK-NEXT: %softmax_3 = dqnn.transpose %softmax_2 {permutation = [0, 2, 1]} : tensor<1x2x3xf32>
# CHECK-NEXT: func.return %softmax_3 : tensor<1x2x3xf32>


@model
def batch_norm(m: OnnxBuilder):
    x = m.input((1, 2, 3, 3))
    parameters = [m.const(np.array(values, np.float32)) for values in ([1, 2], [0, 1], [0.5, 0], [1, 1])]
    return [m.op("BatchNormalization", [x, *parameters], epsilon=0.5)]


# CHECK-LABEL: // batch_norm{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x3xf32> {dqnn.name = "x0"}) -> (tensor<1x2x3x3xf32> {dqnn.name = "batchnormalization_0_out"}) {
# CHECK-NEXT: %batchnormalization_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %batchnormalization_0_scale = dqnn.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
# CHECK-NEXT: %batchnormalization_0_bias = dqnn.constant dense<[0.000000e+00, 1.000000e+00]> : tensor<2xf32>
# CHECK-NEXT: %batchnormalization_0_mean = dqnn.constant dense<[5.000000e-01, 0.000000e+00]> : tensor<2xf32>
# CHECK-NEXT: %batchnormalization_0_variance = dqnn.constant dense<1.000000e+00> : tensor<2xf32>
# CHECK-NEXT: %batchnormalization = dqnn.batch_norm %batchnormalization_0_channels_last, %batchnormalization_0_scale, %batchnormalization_0_bias, %batchnormalization_0_mean, %batchnormalization_0_variance {epsilon = 5.000000e-01, formula = "scaled"} : tensor<1x3x3x2xf32>
# CHECK-NEXT: %batchnormalization_0_channels_first = dqnn.transpose %batchnormalization {permutation = [0, 3, 1, 2]} : tensor<1x2x3x3xf32>
# CHECK-NEXT: func.return %batchnormalization_0_channels_first : tensor<1x2x3x3xf32>


@model
def dropout(m: OnnxBuilder):
    """At inference the mask keeps everything."""
    kept, mask = m.op("Dropout", [m.input((1, 2))], outputs=2)
    return [m.op("Relu", [kept]), m.op("Cast", [mask], to=1)]


# CHECK-LABEL: // dropout{{$}}
# CHECK: %relu = dqnn.relu %x0 : tensor<1x2xf32>
# CHECK: %cast_2_out_constant = dqnn.constant dense<1.000000e+00> : tensor<1x2xf32>


@refused
def training(m: OnnxBuilder):
    p = m.const(filled((2,)))
    return [m.op("BatchNormalization", [m.input((1, 2)), p, p, p, p], training_mode=1, name="n")]


# CHECK: training.onnx: layer 'n' (BatchNormalization): training_mode, or spatial=0: export the model for inference


@refused
def computed_bound(m: OnnxBuilder):
    return [m.op("Clip", [m.input((1, 4)), m.input(())], name="n")]


# CHECK: computed_bound.onnx: layer 'n' (Clip): the least value computed from the network's input: export with a fixed input shape and constant weights, so that it is known at import


@refused
def slope(m: OnnxBuilder):
    return [m.op("PRelu", [m.input((1, 4)), m.const(filled((2, 4)))], name="n")]


# CHECK: slope.onnx: layer 'n' (PRelu): a slope of shape [2, 4]: it must not be larger than the input; export the model again


@refused
def alpha(m: OnnxBuilder):
    return [m.op("LeakyRelu", [m.input((1, 4))], alpha=float("nan"), name="n")]


# CHECK: alpha.onnx: layer 'n' (LeakyRelu): alpha=nan: it must be finite; export the model again


@refused
def codes(m: OnnxBuilder):
    x = m.op("QuantizeLinear", [m.input((1, 4)), m.scale(0.5)])
    return [m.op("Relu", [x], name="n")]


# CHECK: codes.onnx: layer 'n' (Relu): input 0 of 8-bit codes: put a DequantizeLinear before it


write()
