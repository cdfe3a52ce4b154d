"""Operators on several tensors."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import OnnxBuilder, filled, model, refused, write


@model
def binary(m: OnnxBuilder):
    x, y = m.input((1, 2, 3)), m.input((3,))
    for kind in ("Add", "Sub", "Mul", "Div"):
        x = m.op(kind, [x, y])
    return [x]


# CHECK-LABEL: // binary{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3xf32> {dqnn.name = "x0"}, %x1: tensor<3xf32> {dqnn.name = "x1"}) -> (tensor<1x2x3xf32> {dqnn.name = "div_3_out"}) {
# CHECK-NEXT: %add = dqnn.add %x0, %x1 : tensor<1x2x3xf32>
# CHECK-NEXT: %sub = dqnn.sub %add, %x1 : tensor<1x2x3xf32>
# CHECK-NEXT: %mul = dqnn.mul %sub, %x1 : tensor<1x2x3xf32>
# CHECK-NEXT: %div = dqnn.div %mul, %x1 : tensor<1x2x3xf32>
# CHECK-NEXT: func.return %div : tensor<1x2x3xf32>


@model
def variadic(m: OnnxBuilder):
    x, y, z = (m.input((1, 2)) for _ in range(3))
    return [m.op("Max", [x, y, z]), m.op("Min", [x]), m.op("Sum", [x, y])]


# CHECK-LABEL: // variadic{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}, %x1: tensor<1x2xf32> {dqnn.name = "x1"}, %x2: tensor<1x2xf32> {dqnn.name = "x2"}) -> (tensor<1x2xf32> {dqnn.name = "max_0_out"}, tensor<1x2xf32> {dqnn.name = "min_1_out"}, tensor<1x2xf32> {dqnn.name = "sum_2_out"}) {
# CHECK-NEXT: %max = dqnn.maximum %x0, %x1 : tensor<1x2xf32>
# CHECK-NEXT: %max_1 = dqnn.maximum %max, %x2 : tensor<1x2xf32>
# CHECK-NEXT: %sum = dqnn.add %x0, %x1 : tensor<1x2xf32>
# CHECK-NEXT: func.return %max_1, %x0, %sum : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>


@model
def constants(m: OnnxBuilder):
    """A division by powers of two is a product; constants of codes stay so."""
    x = m.op("Div", [m.input((1, 2)), m.const(np.array([2, 0.25], np.float32))])
    return [m.op("Add", [x, m.weights(np.array([1, 2], np.int8), 0.5)])]


# CHECK-LABEL: // constants{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2xf32> {dqnn.name = "add_2_out"}) {
# CHECK-NEXT: %div_0_constant = dqnn.constant dense<[5.000000e-01, 4.000000e+00]> : tensor<2xf32>
# CHECK-NEXT: %div = dqnn.mul %x0, %div_0_constant : tensor<1x2xf32>
# CHECK-NEXT: %add_2_constant_codes = dqnn.constant dense<[1, 2]> : tensor<2xi8> as !quant.uniform<i8:f32, 5.000000e-01>
# CHECK-NEXT: %add_2_constant = dqnn.dequantize %add_2_constant_codes : tensor<2xf32>
# CHECK-NEXT: %add = dqnn.add %div, %add_2_constant : tensor<1x2xf32>
# CHECK-NEXT: func.return %add : tensor<1x2xf32>


@refused
def shapes(m: OnnxBuilder):
    return [m.op("Add", [m.input((1, 2)), m.const(filled((3,)))], name="a")]


# CHECK: shapes.onnx: layer 'a' (Add): shapes [1, 2] and [3] do not broadcast: the attributes do not fit the input; export the model again


@refused
def integers(m: OnnxBuilder):
    return [m.op("Add", [m.input((1, 2)), m.ints(1, 2)], name="a")]


# CHECK: integers.onnx: layer 'a' (Add): input 1 of int64 elements: only float tensors and 8-bit codes are computed with


write()
