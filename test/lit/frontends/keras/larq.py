"""Layers of Larq."""

# RUN: %python %s %t
# RUN: dqnn-opt %t.layers.h5 | filecheck %s
# RUN: dqnn-opt %t.dorefa.h5 | filecheck %s --check-prefix=DOREFA

import numpy as np
from support.lit_keras import KerasBuilder, model, write


@model
def layers(m: KerasBuilder):
    x = m.input((3, 3, 2), name="image")
    x = m.layer(
        "Larq>QuantConv2D",
        x,
        name="a",
        filters=2,
        kernel_size=[3, 1],
        padding="same",
        strides=[2, 2],
        pad_values=1.0,
        use_bias=False,
        input_quantizer={"class_name": "Larq>SteSign", "config": {"name": "ste_sign", "clip_value": 1.0}},
        kernel_quantizer={"class_name": "SteSign", "config": {"name": "ste_sign", "clip_value": 1.0}},
        weights={"kernel": (3, 1, 2, 2)},
    )
    x = m.layer(
        "QuantDepthwiseConv2D",
        x,
        name="b",
        kernel_size=[3, 3],
        padding="same",
        pad_values=0.0,
        use_bias=False,
        input_quantizer="approx_sign",
        depthwise_quantizer="swish_sign",
        weights={"depthwise_kernel": (3, 3, 2, 1)},
    )
    x = m.layer("Flatten", x, name="c")
    return [
        m.layer(
            "QuantDense",
            x,
            name="d",
            units=2,
            input_quantizer={"class_name": "function", "config": "ste_sign"},
            kernel_quantizer="ste_sign",
            weights={"kernel": (8, 2), "bias": (2,)},
        )
    ]


# The input is made binary first, then +1 is put around it.
# CHECK: %a_codes = dqnn.quantize %image : tensor<1x3x3x2x!dqnn.s1>
# CHECK-NEXT: %a = dqnn.dequantize %a_codes : tensor<1x3x3x2xf32>
# CHECK-NEXT: %a_padded = dqnn.pad %a {padding = [0, 0, 1, 1, 0, 0, 0, 0], value = 1.000000e+00} : tensor<1x5x3x2xf32>
# CHECK-NEXT: dqnn.constant {{.*}} : tensor<2x3x1x2xi8> as !dqnn.s1
# CHECK: %{{.*}} = dqnn.conv2d %a_padded, %{{.*}} {strides = [2, 2]} : tensor<1x2x2x2xf32>
# CHECK: %b_codes = dqnn.quantize
# CHECK: dqnn.depthwise_conv2d %b, %{{.*}} {padding = [1, 1, 1, 1]} : tensor<1x2x2x2xf32>
# CHECK: %d_codes = dqnn.quantize %c : tensor<1x8x!dqnn.s1>
# CHECK: dqnn.dense %d, %{{.*}}, %d_bias : tensor<1x2xf32>
# CHECK-NOT: dqnn.fallback


@model
def dorefa(m: KerasBuilder):
    activations = {"class_name": "DoReFa", "config": {"k_bit": 8, "mode": "activations"}}
    weights = {"class_name": "DoReFa", "config": {"k_bit": 8, "mode": "weights"}}
    x = m.input((2, 2, 1))
    x = m.layer(
        "QuantConv2D",
        x,
        name="a",
        filters=2,
        kernel_size=[1, 1],
        use_bias=False,
        input_quantizer=activations,
        kernel_quantizer=weights,
        weights={"kernel": np.array([[[[1.0, -1.0]]]], np.float32)},
    )
    x = m.layer(
        "QuantConv2D",
        x,
        name="b",
        filters=1,
        kernel_size=[1, 1],
        kernel_quantizer=weights,
        weights={"kernel": (1, 1, 2, 1), "bias": (1,)},
    )
    x = m.layer("Flatten", x)
    return [m.layer("QuantDense", x, units=1, use_bias=False, kernel_quantizer=weights, weights={"kernel": (4, 1)})]


# Weights (2k - 255) / 255 are exact as codes 2k - 255.
# DOREFA: dqnn.quantize %x0 {method = "multiply_half_even"} : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.0039215686274509803:-128>>
# DOREFA: dqnn.constant dense<{{\[\[\[\[}}255]]], {{\[\[\[}}-255]]]]> : tensor<2x1x1x1xi16> as !quant.uniform<i16<-255:255>:f32, 0.0039215686274509803>
# DOREFA: %{{.*}} = dqnn.conv2d %a, %{{[^{]*}} : tensor<1x2x2x2xf32>
# DOREFA: dqnn.conv2d {{.*}} attributes {dqnn.fallback = "DoReFa weights with a bias: set use_bias=False"}
# DOREFA: dqnn.dense {{.*}} attributes {dqnn.fallback = "DoReFa weights of a dense layer: only QuantConv2D has kernels for them"}

write()
