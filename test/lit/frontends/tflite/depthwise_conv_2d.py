"""DEPTHWISE_CONV_2D."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.basic.tflite | filecheck %s

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def basic(m: ModelBuilder):
    """Two outputs a channel. The bias's axis is a copy of the weights', as old converters write it."""
    x = m.input((1, 4, 4, 1), scale=0.5)
    w = m.const(np.ones((1, 3, 3, 2), np.int8), scales=[0.25, 0.5], axis=3)
    b = m.const(np.array([1, 2], np.int32), scales=[0.125, 0.25], axis=3)
    y = m.tensor((1, 2, 2, 2), scale=0.5, name="net/depthwise/Relu")
    options = {"padding": "SAME", "stride_h": 2, "stride_w": 2, "depth_multiplier": 2}
    return [m.op("DEPTHWISE_CONV_2D", [x, w, b], y, fused_activation_function="RELU", **options)]


# CHECK: %depthwise_weights = dqnn.constant dense<1> : tensor<1x3x3x2xi8> as !quant.uniform<i8:f32:3, {2.500000e-01,5.000000e-01}>
# CHECK-NEXT: %depthwise_bias = dqnn.constant dense<[1, 2]> : tensor<2xi32> as !quant.uniform<i32:f32:0, {1.250000e-01,2.500000e-01}>
# CHECK-NEXT: %depthwise = dqnn.depthwise_conv2d %t0, %depthwise_weights, %depthwise_bias {clamp_min = 0.000000e+00, padding = [0, 1, 0, 1], strides = [2, 2]} : tensor<1x2x2x2x!quant.uniform<i8:f32, 5.000000e-01>>


@refused
def wrong_channels(m: ModelBuilder):
    x = m.input((1, 4, 4, 2), scale=0.5)
    w = m.const(np.ones((1, 1, 1, 3), np.int8), scale=0.25)
    y = m.tensor((1, 4, 4, 3), scale=0.5, name="y")
    return [m.op("DEPTHWISE_CONV_2D", [x, w], y, padding="SAME", stride_h=1, stride_w=1)]


# REFUSED: wrong_channels.tflite: layer 'y' (DEPTHWISE_CONV_2D): {{.*}}: the file contradicts itself

write()
