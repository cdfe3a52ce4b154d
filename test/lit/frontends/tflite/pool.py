"""MAX_POOL_2D, AVERAGE_POOL_2D and MEAN."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.pools.tflite | filecheck %s
# RUN: dqnn-opt %t.mean.tflite | filecheck %s --check-prefix=MEAN

from support.lit_models import ModelBuilder, model, refused, write


@model
def pools(m: ModelBuilder):
    x = m.input((1, 5, 4, 2), scale=0.5)
    options = {"padding": "SAME", "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 2}
    y = m.op("MAX_POOL_2D", [x], m.tensor((1, 3, 2, 2), scale=0.5), fused_activation_function="RELU", **options)
    options = {"padding": "VALID", "stride_h": 3, "stride_w": 1, "filter_height": 3, "filter_width": 2}
    z = m.tensor((1, 1, 1, 2), scale=0.5)
    return [m.op("AVERAGE_POOL_2D", [y], z, fused_activation_function="RELU_N1_TO_1", **options)]


# CHECK: [[Y:%.*]] = dqnn.max_pool2d %t0 {clamp_min = 0.000000e+00, kernel = [3, 2], padding = [1, 1, 0, 0], strides = [2, 2]} : tensor<1x3x2x2x
# CHECK-NEXT: dqnn.avg_pool2d [[Y]] {clamp_max = 1.000000e+00, clamp_min = -1.000000e+00, kernel = [3, 2], strides = [3, 1]} : tensor<1x1x1x2x


@model
def mean(m: ModelBuilder):
    """Negative axes count from the end; an axis that stands twice counts once; one axis may be a scalar."""
    x = m.input((1, 4, 4, 2), scale=0.5)
    y = m.op("MEAN", [x, m.ints([-2, 1, 2])], m.tensor((1, 1, 1, 2), scale=0.25), keep_dims=True)
    return [m.op("MEAN", [y, m.ints(-1)], m.tensor((1, 1, 1), scale=0.25))]


# MEAN: [[Y:%.*]] = dqnn.mean %t0 {axes = [1, 2], keep_dims = true} : tensor<1x1x1x2x!quant.uniform<i8:f32, 2.500000e-01>>
# MEAN-NEXT: dqnn.mean [[Y]] {axes = [3]} : tensor<1x1x1x!quant.uniform<i8:f32, 2.500000e-01>>


@refused
def axis(m: ModelBuilder):
    x = m.input((1, 4), scale=0.5)
    return [m.op("MEAN", [x, m.ints(2)], m.tensor((1,), scale=0.5, name="y"))]


# REFUSED: axis.tflite: layer 'y' (MEAN): axis 2 of 2 dimensions

write()
