"""TRANSPOSE_CONV."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.same.tflite | filecheck %s --check-prefix=SAME
# RUN: dqnn-opt %t.valid.tflite | filecheck %s --check-prefix=VALID

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


def transposed(m: ModelBuilder, shape: tuple[int, ...], size: int, padding: str, **options: str):
    x = m.input((1, 2, 2, 1), scale=0.5)
    w = m.const(np.ones((1, 3, 3, 1), np.int8), scale=0.25)
    b = m.const(np.array([5], np.int32), scale=0.125)
    y = m.tensor((1, size, size, 1), scale=0.5, name="net/up/Relu")
    return [m.op("TRANSPOSE_CONV", [m.ints(shape), w, x, b], y, padding=padding, stride_h=2, stride_w=2, **options)]


@model
def same(m: ModelBuilder):
    """The full output is 5 by 5; of its edges the last row and column are cut."""
    return transposed(m, (1, 4, 4, 1), 4, "SAME", fused_activation_function="RELU")


# SAME: dqnn.transpose_conv2d %t0, %up_weights, %up_bias {clamp_min = 0.000000e+00, padding = [0, 1, 0, 1], strides = [2, 2]} : tensor<1x4x4x1x


@model
def valid(m: ModelBuilder):
    """An output larger than the full one: the last row and column receive the bias alone."""
    return transposed(m, (1, 6, 6, 1), 6, "VALID")


# VALID: dqnn.transpose_conv2d %t0, %up_weights, %up_bias {padding = [0, -1, 0, -1], strides = [2, 2]} : tensor<1x6x6x1x


@refused
def wrong_shape(m: ModelBuilder):
    return transposed(m, (1, 5, 5, 1), 4, "VALID")


# REFUSED: wrong_shape.tflite: layer 'net/up/Relu' (TRANSPOSE_CONV): output shape [1, 4, 4, 1] where [1, 5, 5, 1] is computed

write()
