"""RELU, RELU6, RELU_N1_TO_1, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH and SOFTMAX."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.all_of_them.tflite | filecheck %s

from support.lit_models import ModelBuilder, model, refused, write


@model
def all_of_them(m: ModelBuilder):
    def q(scale: float, zero_point: int = 0):
        return m.tensor((1, 4), scale=scale, zero_point=zero_point)

    x = m.input((1, 4), scale=0.5)
    x = m.op("RELU", [x], q(0.25, -128))
    x = m.op("RELU6", [x], q(0.25))
    x = m.op("RELU_N1_TO_1", [x], q(0.25))
    x = m.op("LEAKY_RELU", [x], q(0.125), alpha=0.5)
    x = m.op("HARD_SWISH", [x], q(0.125))
    x = m.op("LOGISTIC", [x], q(1 / 256, -128))
    x = m.op("TANH", [x], q(1 / 128))
    return [m.op("SOFTMAX", [x], q(1 / 256, -128), beta=2.0)]


# CHECK: [[A:%.*]] = dqnn.relu %t0 : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01:-128>>
# CHECK-NEXT: [[B:%.*]] = dqnn.relu6 [[A]] : tensor<1x4x!quant.uniform<i8:f32, 2.500000e-01>>
# CHECK-NEXT: [[C:%.*]] = dqnn.clip [[B]] {max = 1.000000e+00, min = -1.000000e+00} : tensor<1x4x
# CHECK-NEXT: [[D:%.*]] = dqnn.leaky_relu [[C]] {alpha = 5.000000e-01} : tensor<1x4x
# CHECK-NEXT: [[E:%.*]] = dqnn.hard_swish [[D]] : tensor<1x4x
# CHECK-NEXT: [[F:%.*]] = dqnn.sigmoid [[E]] : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>
# CHECK-NEXT: [[G:%.*]] = dqnn.tanh [[F]] : tensor<1x4x!quant.uniform<i8:f32, 7.812500e-03>>
# CHECK-NEXT: dqnn.softmax [[G]] {beta = 2.000000e+00} : tensor<1x4x!quant.uniform<i8:f32, 3.906250e-03:-128>>


@refused
def softmax_scale(m: ModelBuilder):
    x = m.input((1, 4), scale=0.5)
    return [m.op("SOFTMAX", [x], m.tensor((1, 4), scale=0.5, name="y"), beta=1.0)]


# REFUSED: softmax_scale.tflite: layer 'y' (SOFTMAX): output scale 0.5 and zero point 0: TensorFlow Lite fixes them at 0.00390625 and -128


@refused
def tanh_scale(m: ModelBuilder):
    x = m.input((1, 4), "UINT8", scale=0.5, zero_point=128)
    return [m.op("TANH", [x], m.tensor((1, 4), "UINT8", scale=1 / 128, name="y"))]


# REFUSED: tanh_scale.tflite: layer 'y' (TANH): output scale 0.0078125 and zero point 0: TensorFlow Lite fixes them at 0.0078125 and 128


@refused
def alpha(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    return [m.op("LEAKY_RELU", [x], m.tensor((1, 4), "FLOAT32", name="y"), alpha=float("nan"))]


# REFUSED: alpha.tflite: layer 'y' (LEAKY_RELU): Alpha is nan: it must be finite

write()
