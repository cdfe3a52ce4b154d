"""QuantizeLinear, DequantizeLinear, and dynamic quantization."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import MICROSOFT, OnnxBuilder, model, refused, write


@model
def types(m: OnnxBuilder):
    """uint8 stays as it is; without a zero point codes are uint8."""
    x = m.quantize(m.input((1, 4)), 0.5, 128, np.uint8)
    x = m.quantize(x, 0.25, -3)
    x = m.quantize(x, 0.001, 0, np.int16)
    x = m.op("QuantizeLinear", [x, m.scale(2.0)])
    return [m.op("DequantizeLinear", [x, m.scale(2.0)])]


# CHECK-LABEL: // types{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "dequantizelinear_7_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:128>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %quantizelinear_0_codes : tensor<1x4xf32>
# CHECK-NEXT: %quantizelinear_2_codes = dqnn.quantize %dequantizelinear {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01:-3>>
# CHECK-NEXT: %dequantizelinear_1 = dqnn.dequantize %quantizelinear_2_codes : tensor<1x4xf32>
# CHECK-NEXT: %quantizelinear_4_codes = dqnn.quantize %dequantizelinear_1 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i16:f32, 0.0010000000474974513>>
# CHECK-NEXT: %dequantizelinear_2 = dqnn.dequantize %quantizelinear_4_codes : tensor<1x4xf32>
# CHECK-NEXT: %quantizelinear_6_codes = dqnn.quantize %dequantizelinear_2 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<u8:f32, 2.000000e+00>>
# CHECK-NEXT: %dequantizelinear_3 = dqnn.dequantize %quantizelinear_6_codes : tensor<1x4xf32>
# CHECK-NEXT: func.return %dequantizelinear_3 : tensor<1x4xf32>


@model
def microsoft(m: OnnxBuilder):
    p = [m.scale(0.5), m.const(3, type="INT8")]
    x = m.op("QuantizeLinear", [m.input((1, 4)), *p], domain=MICROSOFT)
    return [m.op("DequantizeLinear", [x, *p], domain=MICROSOFT)]


# CHECK-LABEL: // microsoft{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "dequantizelinear_1_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %quantizelinear_0_codes : tensor<1x4xf32>
# CHECK-NEXT: func.return %dequantizelinear : tensor<1x4xf32>


@model
def other_meaning(m: OnnxBuilder):
    """Codes that are read with another scale and zero point than they were made with."""
    x = m.op("QuantizeLinear", [m.input((1, 4)), m.scale(0.5), m.const(3, type="INT8")])
    return [m.op("DequantizeLinear", [x, m.scale(1.0), m.const(1, type="INT8")])]


# CHECK-LABEL: // other_meaning{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "dequantizelinear_1_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %quantizelinear_0_codes : tensor<1x4xf32>
# CHECK-NEXT: %dequantizelinear_1_constant = dqnn.constant dense<2.000000e+00> : tensor<1xf32>
# CHECK-NEXT: %dequantizelinear_1 = dqnn.mul %dequantizelinear, %dequantizelinear_1_constant : tensor<1x4xf32>
# CHECK-NEXT: %dequantizelinear_1_constant_1 = dqnn.constant dense<2.000000e+00> : tensor<1xf32>
# CHECK-NEXT: %dequantizelinear_2 = dqnn.add %dequantizelinear_1, %dequantizelinear_1_constant_1 : tensor<1x4xf32>
# CHECK-NEXT: func.return %dequantizelinear_2 : tensor<1x4xf32>


@model
def input_of_codes(m: OnnxBuilder):
    """The meaning stands behind a reshape."""
    x = m.op("Reshape", [m.input((1, 4), "UINT8"), m.ints(1, 2, 2)])
    return [m.op("DequantizeLinear", [x, m.scale(0.5), m.const(128, type="UINT8")])]


# CHECK-LABEL: // input_of_codes{{$}}
# CHECK: func.func @main(%x0: tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:128>> {dqnn.name = "x0"}) -> (tensor<1x2x2xf32> {dqnn.name = "dequantizelinear_1_out"}) {
# CHECK-NEXT: %reshape = dqnn.reshape %x0 : tensor<1x2x2x!quant.uniform<u8:f32, 5.000000e-01:128>>
# CHECK-NEXT: %dequantizelinear = dqnn.dequantize %reshape : tensor<1x2x2xf32>
# CHECK-NEXT: func.return %dequantizelinear : tensor<1x2x2xf32>


@model
def input_of_pixels(m: OnnxBuilder):
    return [m.op("Cast", [m.input((1, 4), "UINT8")], to=1)]


# CHECK-LABEL: // input_of_pixels{{$}}
# CHECK: func.func @main(%x0: tensor<1x4x!quant.uniform<u8:f32, 1.000000e+00>> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "cast_0_out"}) {
# CHECK-NEXT: %cast = dqnn.dequantize %x0 : tensor<1x4xf32>
# CHECK-NEXT: func.return %cast : tensor<1x4xf32>


@model
def weights_quantized_here(m: OnnxBuilder):
    """A float constant behind quantizers is a constant of codes."""
    w = m.quantize(m.const(np.array([[0.5], [-100.0]], np.float32)), 0.25)
    return [m.op("MatMul", [m.input((1, 2)), w])]


# CHECK-LABEL: // weights_quantized_here{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "matmul_2_out"}) {
# CHECK-NEXT: %matmul_2_weights_codes = dqnn.constant dense<{{\[\[}}2, -128]]> : tensor<1x2xi8> as !quant.uniform<i8:f32, 2.500000e-01>
# CHECK-NEXT: %matmul_2_weights = dqnn.dequantize %matmul_2_weights_codes : tensor<1x2xf32>
# CHECK-NEXT: %matmul = dqnn.dense %x0, %matmul_2_weights : tensor<1x1xf32>
# CHECK-NEXT: func.return %matmul : tensor<1x1xf32>


@model
def through_identity(m: OnnxBuilder):
    w = m.op("Transpose", [m.op("Identity", [m.weights(np.array([[1, 2]], np.int8), [0.5], axis=0)])])
    return [m.op("MatMul", [m.input((1, 2)), w])]


# CHECK-LABEL: // through_identity{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "matmul_3_out"}) {
# CHECK-NEXT: %matmul_3_weights_codes = dqnn.constant dense<{{\[\[}}1, 2]]> : tensor<1x2xi8> as !quant.uniform<i8:f32, 5.000000e-01>
# CHECK-NEXT: %matmul_3_weights = dqnn.dequantize %matmul_3_weights_codes : tensor<1x2xf32>
# CHECK-NEXT: %matmul = dqnn.dense %x0, %matmul_3_weights : tensor<1x1xf32>
# CHECK-NEXT: func.return %matmul : tensor<1x1xf32>


@model
def four_bits(m: OnnxBuilder):
    """Codes of 4 bits are taken as those of 8."""
    codes, zero = m.const([[-8], [7]], type="INT4"), m.const(0, type="INT4")
    return [m.op("MatMul", [m.input((1, 2)), m.op("DequantizeLinear", [codes, m.scale(0.5), zero])])]


# CHECK-LABEL: // four_bits{{$}}
# CHECK: builtin.module attributes {dqnn.notes = ["codes of 4 bits: taken as codes of 8 bits"]} {
# CHECK-NEXT: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "matmul_1_out"}) {
# CHECK-NEXT: %matmul_1_weights_codes = dqnn.constant dense<{{\[\[}}-8, 7]]> : tensor<1x2xi8> as !quant.uniform<i8<-8:7>:f32, 5.000000e-01>
# CHECK-NEXT: %matmul_1_weights = dqnn.dequantize %matmul_1_weights_codes : tensor<1x2xf32>
# CHECK-NEXT: %matmul = dqnn.dense %x0, %matmul_1_weights : tensor<1x1xf32>
# CHECK-NEXT: func.return %matmul : tensor<1x1xf32>


@model
def dynamic(m: OnnxBuilder):
    """A dynamic quantizer becomes float32, with dequantized weights."""
    x, scale, zero = m.op("DynamicQuantizeLinear", [m.input((1, 2))], outputs=3)
    w = m.const(np.array([[130], [127]], np.uint8))
    y = m.op("MatMulInteger", [x, w, zero, m.const(np.array(128, np.uint8))])
    return [m.op("Mul", [m.op("Cast", [y], to=1), m.op("Mul", [scale, m.scale(0.5)])])]


# CHECK-LABEL: // dynamic{{$}}
# CHECK: builtin.module attributes {dqnn.notes = ["dynamic quantization: computed in float32 with dequantized weights; quantize the model statically"]} {
# CHECK-NEXT: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1xf32> {dqnn.name = "mul_4_out"}) {
# CHECK-NEXT: %matmulinteger_1_weights = dqnn.constant dense<{{\[\[}}2.000000e+00, -1.000000e+00]]> : tensor<1x2xf32>
# CHECK-NEXT: %matmulinteger = dqnn.dense %x0, %matmulinteger_1_weights attributes {dqnn.fallback = "dynamic quantization: computed in float32 with dequantized weights; quantize the model statically"} : tensor<1x1xf32>
# CHECK-NEXT: %mul_4_constant = dqnn.constant dense<5.000000e-01> : tensor<f32>
# CHECK-NEXT: %mul = dqnn.mul %matmulinteger, %mul_4_constant : tensor<1x1xf32>
# CHECK-NEXT: func.return %mul : tensor<1x1xf32>


@model
def blocks(m: OnnxBuilder):
    """Weights with a scale for every two of three rows become float32."""
    w = m.const(np.array([[1], [2], [3]], np.int8))
    parameters = [m.const(np.array([[0.5], [2.0]], np.float32)), m.const(np.array([[0], [1]], np.int8))]
    y = m.op("DequantizeLinear", [w, *parameters], axis=0, block_size=2)
    return [m.op("MatMul", [m.input((1, 3)), y])]


# CHECK-LABEL: // blocks{{$}}
# CHECK: dqnn.notes = ["weights quantized in blocks: computed in float32; quantize per tensor or per channel"]
# CHECK: dqnn.constant dense<{{\[\[}}5.000000e-01, 1.000000e+00, 4.000000e+00]]> : tensor<1x3xf32>


@refused
def blocks_of_other_sizes(m: OnnxBuilder):
    w = m.const(np.ones((4, 2), np.int8))
    y = m.op("DequantizeLinear", [w, m.const(np.ones((2, 2), np.float32))], axis=0, block_size=3, name="d")
    z = m.op("DequantizeLinear", [w, m.const(np.ones((1, 2), np.float32))], axis=0, block_size=3, name="e")
    return [m.op("MatMul", [m.input((1, 4)), y]), z]


# CHECK: blocks_of_other_sizes.onnx: layer 'e' (DequantizeLinear): scales or zero points of shape [1, 2] in blocks of 3: they must be [2, 2], one for each block; quantize the model again


@refused
def blocks_of_an_input(m: OnnxBuilder):
    x = m.input((2, 2), "INT8")
    return [m.op("DequantizeLinear", [x, m.const(np.ones((1, 2), np.float32))], axis=0, block_size=2, name="d")]


# CHECK: blocks_of_an_input.onnx: layer 'x0' (INT8 tensor): scales of float32 and shape [1, 2]: quantize per tensor or channel


@refused
def blocks_of_activations(m: OnnxBuilder):
    scales = m.const(np.ones((1, 2), np.float32))
    return [m.op("QuantizeLinear", [m.input((2, 2)), scales], axis=0, block_size=2, name="q")]


# CHECK: blocks_of_activations.onnx: layer 'q' (QuantizeLinear): quantization in blocks, of what is no constant: quantize per tensor or per channel


@refused
def scales(m: OnnxBuilder):
    w = m.const(np.ones((4, 2), np.int8))
    y = m.op("DequantizeLinear", [w, m.const(np.ones(3, np.float32))], axis=0, name="d")
    return [m.op("MatMul", [m.input((1, 4)), y])]


# CHECK: scales.onnx: layer 'd' (DequantizeLinear): 3 scales along axis 0 of [4, 2]: there must be one for each index of the axis; quantize the model again


@refused
def axis(m: OnnxBuilder):
    w = m.const(np.ones(2, np.int8))
    y = m.op("DequantizeLinear", [w, m.const(np.ones(2, np.float32))], axis=1, name="d")
    return [m.op("MatMul", [m.input((1, 2)), y])]


# CHECK: axis.onnx: layer 'd' (DequantizeLinear): axis=1 of 1 dimensions: it must be an axis; quantize the model again


@refused
def scale_of_zero(m: OnnxBuilder):
    return [m.op("QuantizeLinear", [m.input((1, 4)), m.scale(0.0)], name="d")]


# CHECK: scale_of_zero.onnx: layer 'd' (QuantizeLinear): illegal scale: 0.000000e+00: quantize the model again


@refused
def zero_point_of_another_type(m: OnnxBuilder):
    w = m.const(np.ones((2, 2), np.int8))
    y = m.op("DequantizeLinear", [w, m.scale(1.0), m.const(0, type="UINT8")], name="d")
    return [m.op("MatMul", [m.input((1, 2)), y])]


# CHECK: zero_point_of_another_type.onnx: layer 'd' (DequantizeLinear): zero point of uint8 and shape []: it must be int8, one for each of 1 scales; export the model again


@refused
def computed_scale(m: OnnxBuilder):
    return [m.op("QuantizeLinear", [m.input((1, 4)), m.input(())], name="d")]


# CHECK: computed_scale.onnx: layer 'd' (QuantizeLinear): the scale computed from the network's input: export with a fixed input shape and constant weights, so that it is known at import


@refused
def float8(m: OnnxBuilder):
    zero = m.const(0.0, name="z", type="FLOAT8E4M3FN")
    return [m.op("QuantizeLinear", [m.input((1, 4)), m.scale(1.0), zero])]


# CHECK: float8.onnx: layer 'z' (tensor): a constant of FLOAT8E4M3FN: export the model in float32, or quantized to 8 bits


@refused
def codes_of_no_scale(m: OnnxBuilder):
    return [m.op("MaxPool", [m.input((1, 1, 2, 2), "INT8", name="x")], kernel_shape=[2, 2])]


# CHECK: codes_of_no_scale.onnx: layer 'x' (INT8 tensor): codes that nothing gives a scale: put a DequantizeLinear behind the input, or use float32


write()
