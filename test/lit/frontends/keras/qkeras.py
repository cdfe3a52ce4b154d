"""Layers of QKeras: quantizers are explicit, weights are codes, what has no kernel says why."""

# RUN: %python %s %t
# RUN: dqnn-opt %t.layers.h5 | filecheck %s
# RUN: dqnn-opt %t.scales.h5 | filecheck %s --check-prefix=SCALES
# RUN: dqnn-opt %t.fallbacks.h5 | filecheck %s --check-prefix=FALLBACK
# RUN: dqnn-opt %t.folded.h5 | filecheck %s --check-prefix=FOLDED
# RUN: dqnn-opt %t.folded_dense.h5 | filecheck %s --check-prefix=DENSE

import numpy as np
from support.lit_keras import KerasBuilder, model, write

BINARY = {"class_name": "binary", "config": {"use_01": False, "alpha": 1, "use_stochastic_rounding": False}}


@model
def layers(m: KerasBuilder):
    x = m.input((4, 4, 2), name="image")
    x = m.layer("QActivation", x, name="a", activation="quantized_bits(8, 0, 1, alpha=1)")
    x = m.layer(
        "QConv2D",
        x,
        name="b",
        filters=2,
        kernel_size=[1, 1],
        kernel_quantizer=BINARY,
        bias_quantizer="quantized_bits(8,0,1)",
        weights={"kernel": (1, 1, 2, 2), "bias": (2,)},
    )
    x = m.layer("QActivation", x, name="c", activation=BINARY)
    x = m.layer(
        "QConv2DTranspose",
        x,
        name="d",
        filters=1,
        kernel_size=[2, 1],
        kernel_quantizer="quantized_bits(8,0,1,alpha=1)",
        use_bias=False,
        weights={"kernel": (2, 1, 1, 2)},
    )
    x = m.layer("Flatten", x, name="e")
    x = m.layer(
        "QDense",
        x,
        name="f",
        units=2,
        kernel_quantizer="binary(alpha=1)",
        bias_quantizer="binary()",
        activation="quantized_relu(8,2)",
        weights={"kernel": (20, 2), "bias": (2,)},
    )
    return [x]


# Halves round to even, x is multiplied by 1 / scale.
# CHECK: %a_codes = dqnn.quantize %image {method = "multiply_half_even"} : tensor<1x4x4x2x!quant.uniform<i8<-127:127>:f32, 7.812500e-03>>
# CHECK-NEXT: %a = dqnn.dequantize %a_codes : tensor<1x4x4x2xf32>
# CHECK-NEXT: [[W:%.*]] = dqnn.constant dense<{{\[\[\[\[}}1, -1]]], {{\[\[\[}}1, 1]]]]> : tensor<2x1x1x2xi8> as !dqnn.s1
# CHECK-NEXT: [[WF:%.*]] = dqnn.dequantize [[W]] : tensor<2x1x1x2xf32>
# CHECK-NEXT: [[B:%.*]] = dqnn.constant dense<[0, 16]> : tensor<2xi8> as !quant.uniform<i8<-127:127>:f32, 7.812500e-03>
# CHECK-NEXT: [[BF:%.*]] = dqnn.dequantize [[B]] : tensor<2xf32>
# CHECK-NEXT: %b = dqnn.conv2d %a, [[WF]], [[BF]] attributes {dqnn.bias_format = !quant.uniform<i8<-127:127>:f32, 7.812500e-03>} : tensor<1x4x4x2xf32>
# CHECK-NEXT: %c_codes = dqnn.quantize %b : tensor<1x4x4x2x!dqnn.s1>
# CHECK-NEXT: %c = dqnn.dequantize %c_codes : tensor<1x4x4x2xf32>
# The transposed convolution: kernel [[0, 1/8], [-1/8, 1/4]] of two rows, turned.
# CHECK-NEXT: dqnn.constant dense<{{\[\[\[\[}}-16, 32]], {{\[\[}}0, 16]]]]> : tensor<1x2x1x2xi8> as !quant.uniform<i8<-127:127>:f32, 7.812500e-03>
# CHECK: %d = dqnn.conv2d %c, %{{.*}} {padding = [1, 1, 0, 0]} : tensor<1x5x4x1xf32>
# CHECK-NEXT: %e = dqnn.reshape %d : tensor<1x20xf32>
# CHECK: dqnn.constant {{.*}} : tensor<2x20xi8> as !dqnn.s1
# CHECK: dqnn.constant dense<1> : tensor<2xi8> as !dqnn.s1
# CHECK: %f = dqnn.dense %e
# CHECK-NEXT: %f_codes = dqnn.quantize %f {method = "multiply_half_even"} : tensor<1x2x!quant.uniform<i8:f32, 1.562500e-02:-128>>
# CHECK-NOT: dqnn.fallback


@model
def scales(m: KerasBuilder):
    kernel = np.array([[1.0, 0.25], [-0.5, 0.125]], np.float32)
    x = m.input((2,))
    for name, quantizer in {
        "a": "quantized_bits(8,0,1,alpha='auto_po2')",
        "b": "quantized_bits(8,0,1)",
        "c": "binary(alpha='auto')",
        "d": "binary(alpha=0.5)",
        "e": "binary(use_01=1, alpha=1)",
    }.items():
        x = m.layer(
            "QDense", x, name=name, units=2, use_bias=False, kernel_quantizer=quantizer, weights={"kernel": kernel}
        )
    return [x]


# A kernel's quantizer without alpha finds a power of two.
# SCALES: dqnn.constant dense<{{\[\[}}127, -64], [127, 64]]> : tensor<2x2xi8> as !quant.uniform<i8<-127:127>:f32:0, {7.812500e-03,0.001953125}>
# SCALES: dqnn.constant dense<{{\[\[}}127, -64], [127, 64]]> : tensor<2x2xi8> as !quant.uniform<i8<-127:127>:f32:0, {7.812500e-03,0.001953125}>
# SCALES: dqnn.constant dense<{{\[\[}}1, -1], [1, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32:0, {0.74999994039535522,0.18749998509883881}>
# SCALES: dqnn.constant dense<{{\[\[}}1, -1], [1, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32, 5.000000e-01>
# SCALES: dqnn.constant dense<{{\[\[}}1, 0], [1, 1]]> : tensor<2x2xi8> as !quant.uniform<i8<-1:1>:f32, 1.000000e+00>
# SCALES-NEXT: dqnn.dequantize {{.*}} attributes {dqnn.fallback = "binary(use_01=1, alpha=1): only use_01=False has kernels"}
# SCALES: dqnn.dense {{.*}} attributes {dqnn.fallback = "binary(use_01=1, alpha=1): only use_01=False has kernels"}


@model
def fallbacks(m: KerasBuilder):
    x = m.input((2, 3))
    x = m.layer("QActivation", x, activation="quantized_bits(10,0)")
    x = m.layer("QDense", x, units=2, kernel_quantizer=BINARY, use_bias=False, weights={"kernel": (3, 2)})
    x = m.layer("QActivation", x, activation="binary(use_01=1,alpha=1)")
    return [m.layer("QActivation", x, activation="binary(alpha=2.0)")]


# FALLBACK: dqnn.quantize %x0 {method = "multiply_half_even"} attributes {dqnn.fallback = "quantized_bits(10, 0): only up to 8 bits have kernels"} : tensor<1x2x3x!quant.uniform<i16<-512:511>:f32, 0.001953125>>
# FALLBACK: dqnn.dense {{.*}} attributes {dqnn.fallback = "an input of 3 dimensions: put a Flatten layer before it"} : tensor<2x2xf32>
# FALLBACK: dqnn.quantize {{.*}} attributes {dqnn.fallback = "binary(use_01=1, alpha=1): only use_01=False with alpha=1 has kernels"} : tensor<1x2x2x!dqnn.s1>
# FALLBACK: dqnn.mul
# FALLBACK: dqnn.add
# FALLBACK: dqnn.quantize {{.*}} attributes {dqnn.fallback = "binary(alpha=2.0): only use_01=False with alpha=1 has kernels"}
# FALLBACK: dqnn.mul


@model
def folded(m: KerasBuilder):
    x = m.input((2, 2, 1))
    parameters = {
        "gamma": np.array([2.0], np.float32),
        "beta": np.array([0.5], np.float32),
        "moving_mean": np.array([0.25], np.float32),
        "moving_variance": np.array([3.0], np.float32),
    }
    x = m.layer(
        "QConv2DBatchnorm",
        x,
        name="conv",
        filters=1,
        kernel_size=[1, 1],
        kernel_quantizer="quantized_bits(8,2,alpha=1)",
        bias_quantizer=None,
        epsilon=1.0,
        folding_mode="ema_stats_folding",
        weights={"kernel": np.full((1, 1, 1, 1), 0.75, np.float32), "bias": np.ones(1, np.float32), **parameters},
    )
    return [
        m.layer("BatchNormalization", x, name="bn", axis=[3], epsilon=1.0, weights=parameters),
        m.layer(
            "QBatchNormalization",
            x,
            name="qbn",
            axis=[3],
            epsilon=1.0,
            gamma_quantizer="quantized_relu_po2(6, 2048)",
            beta_quantizer="quantized_po2(5)",
            mean_quantizer=None,
            variance_quantizer="quantized_relu_po2(6, quadratic_approximation=True)",
            weights=parameters,
        ),
    ]


# inv = 2 / sqrt(3 + 1) = 1: kernel 0.75, bias 1 * (1 - 0.25) + 0.5.
# FOLDED: dqnn.constant dense<24> : tensor<1x1x1x1xi8> as !quant.uniform<i8:f32, 3.125000e-02>
# FOLDED: dqnn.constant dense<1.250000e+00> : tensor<1xf32>
# FOLDED: [[Y:%.*]] = dqnn.conv2d
# FOLDED: dqnn.batch_norm [[Y]], %{{.*}} {epsilon = 1.000000e+00} : tensor<1x2x2x1xf32>
# The variance 3 is the even power of two 4; no fused kernel computes this one.
# FOLDED: [[V:%.*]] = dqnn.constant dense<4.000000e+00> : tensor<1xf32>
# FOLDED: dqnn.batch_norm [[Y]], %{{.*}}, [[V]] {epsilon = 1.000000e+00, formula = "scaled"} : tensor<1x2x2x1xf32>


@model
def folded_dense(m: KerasBuilder):
    """QDenseBatchnorm, which newer versions of QKeras than the released ones have."""
    x = m.layer(
        "QDenseBatchnorm",
        m.input((2,)),
        units=2,
        use_bias=False,
        kernel_quantizer="quantized_bits(8,2,alpha=1)",
        bias_quantizer="quantized_bits(8,2)",
        center=False,
        epsilon=1.0,
        weights={
            "kernel": np.array([[0.5, 0.25], [1.0, -0.5]], np.float32),
            "gamma": np.array([2.0, 4.0], np.float32),
            "moving_mean": np.array([0.25, -0.5], np.float32),
            "moving_variance": np.array([3.0, 3.0], np.float32),
        },
    )
    return [x]


# inv = gamma / 2 = [1, 2]: kernel [[0.5, 0.5], [1, -1]], bias -inv * mean = [-0.25, 1], in units of 1/32.
# DENSE: dqnn.constant dense<{{\[\[}}16, 32], [16, -32]]> : tensor<2x2xi8> as !quant.uniform<i8:f32, 3.125000e-02>
# DENSE: dqnn.constant dense<[-8, 32]> : tensor<2xi8> as !quant.uniform<i8:f32, 3.125000e-02>
# DENSE: dqnn.dense

write()
