"""SPACE_TO_BATCH_ND, a convolution, BATCH_TO_SPACE_ND: a dilated convolution, or refused."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.same.tflite | filecheck %s --check-prefix=IMAGE
# RUN: dqnn-opt %t.line.tflite | filecheck %s --check-prefix=LINE

from typing import Any

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write

PLAIN: dict[str, Any] = {
    "padding": "VALID",
    "stride_h": 1,
    "stride_w": 1,
    "dilation_h_factor": 1,
    "dilation_w_factor": 1,
}


def phases(m: ModelBuilder, block: Any = (2, 2), paddings: Any = ((2, 3), (2, 2)), scale: float = 0.5) -> int:
    """An image of 9 by 10 as four of 7 by 7, which the file says to be one."""
    x = m.input((1, 9, 10, 1), scale=0.5, zero_point=-1, name="input")
    y = m.tensor((1, 7, 7, 1), scale=scale, zero_point=-1, name="phases")
    return m.op("SPACE_TO_BATCH_ND", [x, m.ints(block), m.ints(paddings)], y)


def convolved(m: ModelBuilder, x: int, **options: Any) -> int:
    w = m.const(np.ones((1, 3, 3, 1), np.int8), scale=0.25)
    y = m.tensor((1, 5, 5, 1), scale=0.125, name="conv")
    return m.op("CONV_2D", [x, w], y, **{**PLAIN, **options})


def joined(m: ModelBuilder, x: int, block: Any = (2, 2), crops: Any = ((0, 1), (0, 0))) -> list[int]:
    y = m.tensor((1, 9, 10, 1), scale=0.125, name="y")
    return [m.op("BATCH_TO_SPACE_ND", [x, m.ints(block), m.ints(crops)], y)]


@model
def same(m: ModelBuilder):
    """The padding less the crops, and the activation of the convolution."""
    return joined(m, convolved(m, phases(m), fused_activation_function="RELU"))


# IMAGE: func.func @main(%input: tensor<1x9x10x1x!quant.uniform<i8:f32, 5.000000e-01:-1>> {dqnn.name = "input"})
# IMAGE: %y = dqnn.conv2d %input, %conv_weights {clamp_min = 0.000000e+00, dilations = [2, 2], padding = [2, 2, 2, 2]} : tensor<1x9x10x1x!quant.uniform<i8:f32, 1.250000e-01>>
# IMAGE-NEXT: func.return %y


@model
def line(m: ModelBuilder):
    """One spatial dimension, to which reshapes add another."""
    x, y = m.input((1, 8, 1), "FLOAT32", name="input"), m.tensor((1, 4, 1), "FLOAT32")
    x = m.op("SPACE_TO_BATCH_ND", [x, m.ints((4,)), m.ints(((8, 0),))], y)
    x = m.op("EXPAND_DIMS", [x, m.ints(1)], m.tensor((1, 1, 4, 1), "FLOAT32"))
    w = m.const(np.ones((1, 1, 3, 1), np.float32))
    x = m.op("CONV_2D", [x, w], m.tensor((1, 1, 2, 1), "FLOAT32", name="conv"), **PLAIN)
    x = m.op("RESHAPE", [x, m.ints((-1, 2, 1))], m.tensor((1, 2, 1), "FLOAT32"))
    return [m.op("BATCH_TO_SPACE_ND", [x, m.ints((4,)), m.ints(((0, 0),))], m.tensor((1, 8, 1), "FLOAT32", name="y"))]


# LINE: %0 = dqnn.reshape %input : tensor<1x1x8x1xf32>
# LINE-NEXT: %conv_weights = dqnn.constant
# LINE-NEXT: %1 = dqnn.conv2d %0, %conv_weights {dilations = [1, 4], padding = [0, 0, 8, 0]} : tensor<1x1x8x1xf32>
# LINE-NEXT: %y = dqnn.reshape %1 : tensor<1x8x1xf32>


@refused
def alone(m: ModelBuilder):
    return [phases(m)]


# REFUSED: alone.tflite: layer 'phases' (SPACE_TO_BATCH_ND): an output that is used more than once, or otherwise: only a convolution between the two


@refused
def another_operator(m: ModelBuilder):
    y = m.tensor((1, 7, 7, 1), scale=0.5, zero_point=-1)
    return joined(m, m.op("RELU", [phases(m)], y))


# REFUSED: another_operator.tflite: layer 'phases' (SPACE_TO_BATCH_ND): an output that goes to RELU: only a convolution


@refused
def used_twice(m: ModelBuilder):
    x = convolved(m, phases(m))
    return [x, *joined(m, x)]


# REFUSED: used_twice.tflite: layer 'phases' (SPACE_TO_BATCH_ND): an output that is used more than once, or otherwise: only


@refused
def no_first(m: ModelBuilder):
    return joined(m, m.input((4, 5, 5, 1), scale=0.125))


# REFUSED: no_first.tflite: layer 'y' (BATCH_TO_SPACE_ND): no SPACE_TO_BATCH_ND and convolution before it: only


@refused
def strided(m: ModelBuilder):
    return joined(m, convolved(m, phases(m), stride_w=2))


# REFUSED: strided.tflite: layer 'conv' (CONV_2D): between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: strides, dilations [1, 2, 1, 1], padding VALID: only


@refused
def padded(m: ModelBuilder):
    return joined(m, convolved(m, phases(m), padding="SAME"))


# REFUSED: padded.tflite: layer 'conv' (CONV_2D): between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: strides, dilations [1, 1, 1, 1], padding SAME: only


@refused
def other_block(m: ModelBuilder):
    return joined(m, convolved(m, phases(m)), block=(2, 1))


# REFUSED: other_block.tflite: layer 'y' (BATCH_TO_SPACE_ND): another block than SPACE_TO_BATCH_ND has: only


@refused
def cropped(m: ModelBuilder):
    return joined(m, convolved(m, phases(m)), crops=((3, 1), (0, 0)))


# REFUSED: cropped.tflite: layer 'y' (BATCH_TO_SPACE_ND): crops of {{\[\[}}3, 1], [0, 0]] with paddings of {{\[\[}}2, 3], [2, 2]]: only


@refused
def other_scale(m: ModelBuilder):
    return joined(m, convolved(m, phases(m, scale=0.25)))


# REFUSED: other_scale.tflite: layer 'phases' (SPACE_TO_BATCH_ND): an output of another type or scale than the input: convert the model again


@refused
def one_block(m: ModelBuilder):
    return joined(m, convolved(m, phases(m, block=(2,))))


# REFUSED: one_block.tflite: layer 'phases' (SPACE_TO_BATCH_ND): a block of [2] for 2 spatial dimensions: one or two are supported


@refused
def other_output(m: ModelBuilder):
    return joined(m, convolved(m, phases(m)), crops=((0, 2), (0, 0)))


# REFUSED: other_output.tflite: layer 'y' (BATCH_TO_SPACE_ND): output of type tensor<1x9x10x1x


write()
