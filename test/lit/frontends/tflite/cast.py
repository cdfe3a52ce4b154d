"""QUANTIZE and DEQUANTIZE."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.edges.tflite | filecheck %s --check-prefix=EDGES
# RUN: dqnn-opt %t.weights.tflite | filecheck %s --check-prefix=WEIGHTS

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def edges(m: ModelBuilder):
    """Float outside, quantized inside; QUANTIZE of what is quantized gives it another scale or sign."""
    x = m.input((1, 4), "FLOAT32")
    a = m.op("QUANTIZE", [x], m.tensor((1, 4), "UINT8", scale=0.5, zero_point=128))
    b = m.op("QUANTIZE", [a], m.tensor((1, 4), scale=0.5))
    return [m.op("DEQUANTIZE", [b], m.tensor((1, 4), "FLOAT32"))]


# EDGES: [[A:%.*]] = dqnn.quantize %t0 : tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:128>>
# EDGES-NEXT: [[B:%.*]] = dqnn.requantize [[A]] : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
# EDGES-NEXT: dqnn.dequantize [[B]] : tensor<1x4xf32>


@model
def weights(m: ModelBuilder):
    """Constants behind a DEQUANTIZE are float constants."""
    x = m.input((1, 2), "FLOAT32", name="x")
    codes = m.const(np.array([[4, -4], [2, 2]], np.int8), scales=[0.25, 2.0])
    w = m.op("DEQUANTIZE", [codes], m.tensor((2, 2), "FLOAT32"))
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 2), "FLOAT32", name="y"))]


# WEIGHTS: %y_weights = dqnn.constant dense<{{\[\[}}1.000000e+00, -1.000000e+00], [4.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
# WEIGHTS-NEXT: %y = dqnn.dense %x, %y_weights : tensor<1x2xf32>


@refused
def to_int16(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    return [m.op("QUANTIZE", [x], m.tensor((1, 4), "INT16", scale=0.5, name="y"))]


# REFUSED: to_int16.tflite: layer 'y' (INT16 tensor): unsupported type: 16-bit activations are not supported; quantize with int8 activations

write()
