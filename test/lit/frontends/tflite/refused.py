"""Networks and files that are refused, each with one line that says what to do."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: not dqnn-opt %t.custom.tflite 2>&1 | filecheck %s --check-prefix=DRIVER
# RUN: echo "no model" > %t.text.tflite && not dqnn-opt %t.text.tflite 2>&1 | filecheck %s --check-prefix=TEXT

import numpy as np
from support.lit_models import ModelBuilder, refused, write


def one(m: ModelBuilder, kind: str | int, type: str = "FLOAT32", version: int = 1, name: str = "y", **keywords: str):
    x = m.input((1, 4), type, scale=None if type == "FLOAT32" else 0.5)
    y = m.tensor((1, 4), type, scale=None if type == "FLOAT32" else 0.5, name=name)
    return [m.op(kind, [x], y, version=version, **keywords)]


@refused
def custom(m: ModelBuilder):
    return one(m, "CUSTOM", custom_code="FlexErf")


# DRIVER: error: {{.*}}custom.tflite: layer 'y' (CUSTOM): custom operator 'FlexErf'
# REFUSED: custom.tflite: layer 'y' (CUSTOM): custom operator 'FlexErf': convert without custom operators


@refused
def unsupported(m: ModelBuilder):
    return one(m, "CUMSUM")


# REFUSED: unsupported.tflite: layer 'y' (CUMSUM): unsupported operator: replace the layer by supported ones


@refused
def unknown(m: ModelBuilder):
    return one(m, 999)


# REFUSED: unknown.tflite: layer 'y' (operator 999): unsupported operator


@refused
def version(m: ModelBuilder):
    return one(m, "RELU", version=99)


# REFUSED: version.tflite: layer 'y' (RELU): version 99 of the operator: versions up to 3 are known


@refused
def dynamic(m: ModelBuilder):
    """A dynamic batch is 1; any other dynamic dimension of an input has no size."""
    x = m.input((1, 1), "FLOAT32", signature=(-1, -1), name="x")
    return [m.op("RELU", [x], m.tensor((1, 1), "FLOAT32"))]


# REFUSED: dynamic.tflite: layer 'x' (FLOAT32 tensor): a dynamic dimension: convert with a fixed input shape


@refused
def sparse(m: ModelBuilder):
    x = m.input((1, 2), "FLOAT32")
    w = m.const(np.ones((2, 2), np.float32), sparse=True, name="w")
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 2), "FLOAT32"))]


# REFUSED: sparse.tflite: layer 'w' (FLOAT32 tensor): sparse data: convert without sparsity


@refused
def variable(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    state = m.tensor((1, 4), "FLOAT32", variable=True)
    return [m.op("ADD", [x, state], m.tensor((1, 4), "FLOAT32", name="y"))]


# REFUSED: variable.tflite: layer 'y' (ADD): a variable tensor: state between inferences is not supported


@refused
def int4(m: ModelBuilder):
    x = m.input((1, 2), scale=0.5)
    w = m.tensor((2, 2), "INT4", scale=0.5, data=b"\x12\x34", name="w")
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 2), scale=0.5))]


# REFUSED: int4.tflite: layer 'w' (INT4 tensor): unsupported type: convert with int8 weights


@refused
def no_scale(m: ModelBuilder):
    x = m.input((1, 4), "INT8", name="x")
    return [m.op("RELU", [x], m.tensor((1, 4), scale=0.5))]


# REFUSED: no_scale.tflite: layer 'x' (INT8 tensor): no scale: quantize every tensor of the network


@refused
def order(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    later = m.tensor((1, 4), "FLOAT32", name="later")
    y = m.op("RELU", [later], m.tensor((1, 4), "FLOAT32"))
    m.op("RELU", [x], later)
    return [y]


# REFUSED: order.tflite: layer 'later' (FLOAT32 tensor): used before it is computed


@refused
def twice(m: ModelBuilder):
    (y,) = one(m, "RELU")
    return [m.op("RELU6", [y], y)]


# REFUSED: twice.tflite: layer 'y' (RELU6): writes a tensor that has a value already


@refused
def short_data(m: ModelBuilder):
    x = m.input((1, 2), "FLOAT32")
    w = m.tensor((2, 2), "FLOAT32", data=b"1234", name="w")
    return [m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 2), "FLOAT32"))]


# REFUSED: short_data.tflite: layer 'w' (FLOAT32 tensor): 4 bytes of data for shape [2, 2]: the file is corrupted or truncated


@refused
def control_characters(m: ModelBuilder):
    return one(m, "CUMSUM", name="a\nb\x1b[31m")


# REFUSED: control_characters.tflite: layer 'a\nb\x1b[31m' (CUMSUM)

# TEXT: text.tflite: not a TensorFlow Lite file: give a .tflite file

write()
