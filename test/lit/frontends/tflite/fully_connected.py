"""FULLY_CONNECTED."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.flattens.tflite | filecheck %s --check-prefix=FLATTENS
# RUN: dqnn-opt %t.keeps_dims.tflite | filecheck %s --check-prefix=KEEPS-DIMS

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def flattens(m: ModelBuilder):
    """An input that is not [N, I] is taken as rows of I elements."""
    x = m.input((1, 2, 2, 1), scale=0.5, name="x")
    w = m.const(np.ones((3, 4), np.int8), scale=0.25)
    b = m.const(np.array([1, 2, 3], np.int32), scale=0.125)
    return [m.op("FULLY_CONNECTED", [x, w, b], m.tensor((1, 3), scale=0.5, name="net/dense/MatMul"))]


# FLATTENS: %dense_weights = dqnn.constant dense<1> : tensor<3x4xi8> as !quant.uniform<i8:f32, 2.500000e-01>
# FLATTENS: [[ROWS:%.*]] = dqnn.reshape %x : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01>>
# FLATTENS: %dense_bias = dqnn.constant dense<[1, 2, 3]> : tensor<3xi32> as !quant.uniform<i32:f32, 1.250000e-01>
# FLATTENS: %dense = dqnn.dense [[ROWS]], %dense_weights, %dense_bias : tensor<1x3x!quant.uniform<i8:f32, 5.000000e-01>>


@model
def keeps_dims(m: ModelBuilder):
    x = m.input((1, 2, 4), "FLOAT32", name="x")
    w = m.const(np.ones((3, 4), np.float32))
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 2, 3), "FLOAT32"), keep_num_dims=True)]


# KEEPS-DIMS: [[ROWS:%.*]] = dqnn.reshape %x : tensor<2x4xf32>
# KEEPS-DIMS: [[DENSE:%.*]] = dqnn.dense [[ROWS]], {{%.*}} : tensor<2x3xf32>
# KEEPS-DIMS: dqnn.reshape [[DENSE]] : tensor<1x2x3xf32>


@refused
def shuffled(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    w = m.const(np.ones((3, 4), np.float32))
    y = m.tensor((1, 3), "FLOAT32", name="y")
    return [m.op("FULLY_CONNECTED", [x, w], y, weights_format="SHUFFLED4x16INT8")]


# REFUSED: shuffled.tflite: layer 'y' (FULLY_CONNECTED): shuffled weights: convert with weights in their default format


@refused
def rows(m: ModelBuilder):
    x = m.input((1, 5), "FLOAT32")
    w = m.const(np.ones((3, 4), np.float32))
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 3), "FLOAT32", name="y"))]


# REFUSED: rows.tflite: layer 'y' (FULLY_CONNECTED): input of shape [1, 5]: rows of 4 elements are needed


@refused
def run_time_weights(m: ModelBuilder):
    x, w = m.input((1, 4), "FLOAT32"), m.input((3, 4), "FLOAT32")
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 3), "FLOAT32", name="y"))]


# REFUSED: run_time_weights.tflite: layer 'y' (FULLY_CONNECTED): weights that are computed at run time: only constant weights are supported


@refused
def half_weights(m: ModelBuilder):
    """Float16 weights stand behind a DEQUANTIZE."""
    x = m.input((1, 4), "FLOAT32")
    half = m.const(np.ones((3, 4), np.float16), name="half")
    w = m.op("DEQUANTIZE", [half], m.tensor((3, 4), "FLOAT32"))
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 3), "FLOAT32"))]


# REFUSED: half_weights.tflite: layer 'half' (FLOAT16 tensor): unsupported type: convert without float16 quantization


@refused
def wide_bias(m: ModelBuilder):
    x = m.input((1, 4), scale=0.5)
    w = m.const(np.ones((3, 4), np.int8), scale=0.25)
    b = m.const(np.array([1, 2, 3], np.int64), scale=0.125)
    return [m.op("FULLY_CONNECTED", [x, w, b], m.tensor((1, 3), scale=0.5, name="y"), quantized_bias_type="INT64")]


# REFUSED: wide_bias.tflite: layer 'y' (FULLY_CONNECTED): QuantizedBiasType 4: a bias of 32 bits is needed

write()
