"""RESHAPE, SQUEEZE, EXPAND_DIMS and TRANSPOSE."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.all_of_them.tflite | filecheck %s

from support.lit_models import ModelBuilder, model, refused, write


@model
def all_of_them(m: ModelBuilder):
    """The shape as an operand or as an option, with a dimension to work out."""
    x = m.input((1, 2, 3), "FLOAT32")
    x = m.op("RESHAPE", [x, m.ints([1, -1])], m.tensor((1, 6), "FLOAT32"))
    x = m.op("RESHAPE", [x], m.tensor((1, 3, 2), "FLOAT32"), new_shape=[1, 3, 2])
    x = m.op("EXPAND_DIMS", [x, m.ints(-1)], m.tensor((1, 3, 2, 1), "FLOAT32"))
    x = m.op("SQUEEZE", [x], m.tensor((3, 2, 1), "FLOAT32"), squeeze_dims=[0])
    x = m.op("SQUEEZE", [x], m.tensor((3, 2), "FLOAT32"))
    return [m.op("TRANSPOSE", [x, m.ints([1, 0])], m.tensor((2, 3), "FLOAT32"))]


# CHECK: [[A:%.*]] = dqnn.reshape %t0 : tensor<1x6xf32>
# CHECK-NEXT: [[B:%.*]] = dqnn.reshape [[A]] : tensor<1x3x2xf32>
# CHECK-NEXT: [[C:%.*]] = dqnn.reshape [[B]] : tensor<1x3x2x1xf32>
# CHECK-NEXT: [[D:%.*]] = dqnn.reshape [[C]] : tensor<3x2x1xf32>
# CHECK-NEXT: [[E:%.*]] = dqnn.reshape [[D]] : tensor<3x2xf32>
# CHECK-NEXT: dqnn.transpose [[E]] {permutation = [1, 0]} : tensor<2x3xf32>


@refused
def elements(m: ModelBuilder):
    x = m.input((1, 6), "FLOAT32")
    return [m.op("RESHAPE", [x, m.ints([1, 5])], m.tensor((1, 5), "FLOAT32", name="y"))]


# REFUSED: elements.tflite: layer 'y' (RESHAPE): reshape of [1, 6] to [1, 5]


@refused
def squeeze_of_two(m: ModelBuilder):
    x = m.input((1, 2), "FLOAT32")
    return [m.op("SQUEEZE", [x], m.tensor((1,), "FLOAT32", name="y"), squeeze_dims=[1])]


# REFUSED: squeeze_of_two.tflite: layer 'y' (SQUEEZE): squeeze of axes [1] of [1, 2]


@refused
def permutation(m: ModelBuilder):
    x = m.input((1, 2), "FLOAT32")
    return [m.op("TRANSPOSE", [x, m.ints([1, 1])], m.tensor((2, 2), "FLOAT32", name="y"))]


# REFUSED: permutation.tflite: layer 'y' (TRANSPOSE): permutation [1, 1] of 2 dimensions


@refused
def rescales(m: ModelBuilder):
    """A reshape copies codes; it cannot give them another meaning."""
    x = m.input((1, 6), scale=0.5)
    return [m.op("RESHAPE", [x, m.ints([6])], m.tensor((6,), scale=0.25, name="y"))]


# REFUSED: rescales.tflite: layer 'y' (RESHAPE): output of type tensor<6x!quant.uniform<i8:f32, 2.500000e-01>> where tensor<6x!quant.uniform<i8:f32, 5.000000e-01>> is computed: shape, scale and zero point must be the input's here

write()
