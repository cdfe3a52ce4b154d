"""CONCATENATION, PACK, PAD, PADV2 and RESIZE_NEAREST_NEIGHBOR."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.joins.tflite | filecheck %s --check-prefix=JOINS
# RUN: dqnn-opt %t.pads.tflite | filecheck %s --check-prefix=PADS
# RUN: dqnn-opt %t.resizes.tflite | filecheck %s --check-prefix=RESIZES
# RUN: dqnn-opt %t.concat_rescales.tflite | filecheck %s --check-prefix=RESCALES

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def joins(m: ModelBuilder):
    x, y = m.input((1, 2), "FLOAT32"), m.input((1, 3), "FLOAT32")
    z = m.op("CONCATENATION", [x, y, x], m.tensor((1, 7), "FLOAT32"), axis=-1)
    return [m.op("PACK", [z, z], m.tensor((1, 2, 7), "FLOAT32"), axis=1, values_count=2)]


# JOINS: [[Z:%.*]] = dqnn.concat %t0, %t1, %t0 {axis = 1} : tensor<1x7xf32>
# JOINS-NEXT: [[A:%.*]] = dqnn.reshape [[Z]] : tensor<1x1x7xf32>
# JOINS-NEXT: [[B:%.*]] = dqnn.reshape [[Z]] : tensor<1x1x7xf32>
# JOINS-NEXT: dqnn.concat [[A]], [[B]] {axis = 1} : tensor<1x2x7xf32>


@model
def pads(m: ModelBuilder):
    """PAD's value is real zero; PADV2's is a code of the input's type: (7 + 1) * 0.5."""
    x = m.input((1, 4), scale=0.5, zero_point=-1)
    y = m.op("PAD", [x, m.ints([[0, 0], [1, 2]])], m.tensor((1, 7), scale=0.5, zero_point=-1))
    value = m.const(np.array(7, np.int8), scale=0.5, zero_point=-1)
    return [m.op("PADV2", [y, m.ints([[0, 1], [0, 0]]), value], m.tensor((2, 7), scale=0.5, zero_point=-1))]


# PADS: [[Y:%.*]] = dqnn.pad %t0 {padding = [0, 0, 1, 2]} : tensor<1x7x
# PADS-NEXT: dqnn.pad [[Y]] {padding = [0, 1, 0, 0], value = 4.000000e+00} : tensor<2x7x


@model
def resizes(m: ModelBuilder):
    x = m.input((1, 2, 3, 1), "FLOAT32")
    y = m.tensor((1, 4, 6, 1), "FLOAT32")
    y = m.op("RESIZE_NEAREST_NEIGHBOR", [x, m.ints([4, 6])], y, align_corners=True)
    z = m.tensor((1, 8, 6, 1), "FLOAT32")
    return [m.op("RESIZE_NEAREST_NEIGHBOR", [y, m.ints([8, 6])], z, half_pixel_centers=True)]


# RESIZES: [[Y:%.*]] = dqnn.resize_nearest %t0 {align_corners = true} : tensor<1x4x6x1xf32>
# RESIZES-NEXT: dqnn.resize_nearest [[Y]] {half_pixel_centers = true} : tensor<1x8x6x1xf32>


@refused
def concat_relu(m: ModelBuilder):
    x = m.input((1, 2), "FLOAT32")
    y = m.tensor((1, 4), "FLOAT32", name="y")
    return [m.op("CONCATENATION", [x, x], y, axis=1, fused_activation_function="RELU")]


# REFUSED: concat_relu.tflite: layer 'y' (CONCATENATION): fused activation RELU


@refused
def concat_scales(m: ModelBuilder):
    """TensorFlow Lite's int8 kernel does not rescale."""
    x, y = m.input((1, 2), scale=0.5), m.input((1, 2), scale=0.25)
    return [m.op("CONCATENATION", [x, y], m.tensor((1, 4), scale=0.5, name="y"), axis=1)]


# REFUSED: concat_scales.tflite: layer 'y' (CONCATENATION): inputs of another scale or zero point than the output: convert the model again


@model
def concat_rescales(m: ModelBuilder):
    """Its uint8 kernel does."""
    x, y = m.input((1, 2), "UINT8", scale=0.5), m.input((1, 2), "UINT8", scale=0.25)
    return [m.op("CONCATENATION", [x, y], m.tensor((1, 4), "UINT8", scale=0.5), axis=1)]


# RESCALES: dqnn.concat %t0, %t1 {axis = 1} : tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01>>


@refused
def resize_both(m: ModelBuilder):
    x, y = m.input((1, 2, 3, 1), "FLOAT32"), m.tensor((1, 4, 6, 1), "FLOAT32", name="y")
    options = {"align_corners": True, "half_pixel_centers": True}
    return [m.op("RESIZE_NEAREST_NEIGHBOR", [x, m.ints([4, 6])], y, **options)]


# REFUSED: resize_both.tflite: layer 'y' (RESIZE_NEAREST_NEIGHBOR): align_corners and half_pixel_centers exclude each other


@refused
def negative_pad(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    return [m.op("PAD", [x, m.ints([[0, 0], [-1, 2]])], m.tensor((1, 5), "FLOAT32", name="y"))]


# REFUSED: negative_pad.tflite: layer 'y' (PAD): paddings {{.*}} of 2 dimensions

write()
