"""ADD, SUB, MUL, DIV, MAXIMUM and MINIMUM."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.all_of_them.tflite | filecheck %s

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def all_of_them(m: ModelBuilder):
    x = m.input((1, 2, 3), scale=0.5)
    c = m.const(np.array([1, -2, 3], np.int8), scale=0.25, zero_point=4, name="c")
    a = m.op("ADD", [x, c], m.tensor((1, 2, 3), scale=1.0), fused_activation_function="RELU")
    s = m.op("SUB", [x, a], m.tensor((1, 2, 3), scale=2.0))
    p = m.op("MUL", [s, c], m.tensor((1, 2, 3), scale=4.0), fused_activation_function="RELU6")
    q = m.op("DIV", [p, c], m.tensor((1, 2, 3), scale=4.0), fused_activation_function="RELU")
    high = m.op("MAXIMUM", [q, p], m.tensor((1, 2, 3), scale=4.0))
    return [m.op("MINIMUM", [high, p], m.tensor((1, 2, 3), scale=4.0))]


# CHECK: %c = dqnn.constant dense<[1, -2, 3]> : tensor<3xi8> as !quant.uniform<i8:f32, 2.500000e-01:4>
# CHECK-NEXT: [[A:%.*]] = dqnn.add %t0, %c {clamp_min = 0.000000e+00} : tensor<1x2x3x!quant.uniform<i8:f32, 1.000000e+00>>
# CHECK-NEXT: [[S:%.*]] = dqnn.sub %t0, [[A]] : tensor<1x2x3x!quant.uniform<i8:f32, 2.000000e+00>>
# CHECK-NEXT: [[P:%.*]] = dqnn.mul [[S]], %c {clamp_max = 6.000000e+00, clamp_min = 0.000000e+00} : tensor<1x2x3x
# CHECK-NEXT: [[Q:%.*]] = dqnn.div [[P]], %c {clamp_min = 0.000000e+00} : tensor<1x2x3x!quant.uniform<i8:f32, 4.000000e+00>>
# CHECK-NEXT: [[HIGH:%.*]] = dqnn.maximum [[Q]], [[P]] : tensor<1x2x3x
# CHECK-NEXT: dqnn.minimum [[HIGH]], [[P]] : tensor<1x2x3x


@refused
def shapes(m: ModelBuilder):
    x, y = m.input((1, 2), "FLOAT32"), m.input((1, 3), "FLOAT32")
    return [m.op("ADD", [x, y], m.tensor((1, 3), "FLOAT32", name="y"))]


# REFUSED: shapes.tflite: layer 'y' (ADD): {{.*}}: the file contradicts itself


@refused
def per_channel(m: ModelBuilder):
    x = m.input((1, 2), scale=0.5)
    c = m.const(np.array([1, 2], np.int8), scales=[0.25, 0.5], name="c")
    return [m.op("ADD", [x, c], m.tensor((1, 2), scale=0.5))]


# REFUSED: per_channel.tflite: layer 'c' (INT8 tensor): 2 scales: per-channel quantization is for weights only

write()
