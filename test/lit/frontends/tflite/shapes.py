"""Integer operators, which compute shapes: evaluated at import, or refused."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.flatten.tflite | filecheck %s --check-prefix=FLATTEN
# RUN: dqnn-opt %t.every_operator.tflite | filecheck %s --check-prefix=EVERY

import numpy as np
from support.lit_models import ModelBuilder, model, refused, write


@model
def flatten(m: ModelBuilder):
    """What converters make of a flatten with a dynamic batch: reshape(x, pack(shape(x)[0], 6))."""
    x = m.input((7, 2, 3), "FLOAT32", signature=(-1, 2, 3), name="x")
    shape = m.op("SHAPE", [x], m.tensor((3,), "INT32"), out_type="INT32")
    batch = m.tensor((), "INT32")
    m.op("STRIDED_SLICE", [shape, m.ints([0]), m.ints([1]), m.ints([1])], batch, shrink_axis_mask=1)
    target = m.op("PACK", [batch, m.ints(6)], m.tensor((2,), "INT32"), values_count=2)
    return [m.op("RESHAPE", [x, target], m.tensor((7, 6), "FLOAT32", signature=(-1, 6)))]


# FLATTEN: func.func @main(%x: tensor<1x2x3xf32>
# FLATTEN-NEXT: [[Y:%.*]] = dqnn.reshape %x : tensor<1x6xf32>
# FLATTEN-NEXT: func.return [[Y]]


@model
def every_operator(m: ModelBuilder):
    """Each operator that can be evaluated takes part in the shape [2, 12]."""

    def i32(kind: str, inputs: list[int | None], *shape: int, **options: int):
        return m.op(kind, inputs, m.tensor(shape, "INT32"), **options)

    x = m.input((1, 2, 3, 4), "FLOAT32", name="x")
    shape = m.op("SHAPE", [x], m.tensor((4,), "INT64"), out_type="INT64")
    shape = i32("CAST", [shape], 4)
    tail = i32("SLICE", [shape, m.ints([1]), m.ints([3])], 3)
    tail = i32("RESHAPE", [tail, m.ints([3, 1])], 3, 1)
    tail = i32("SQUEEZE", [tail], 3)
    two = i32("GATHER", [tail, m.ints(0)])
    three, four = m.tensor((1,), "INT32"), m.tensor((1,), "INT32")
    rest = i32("SLICE", [tail, m.ints([1]), m.ints([2])], 2)
    m.op("SPLIT", [m.ints(0), rest], three, four, num_splits=2)
    six = i32("ADD", [three, m.ints(3)], 1)
    twelve = i32("MUL", [six, m.ints(2)], 1)
    twelve = i32("MAXIMUM", [twelve, four], 1)
    twelve = i32("MINIMUM", [twelve, m.ints([100])], 1)
    twelve = i32("SUB", [twelve, m.ints([0])], 1)
    twelve = i32("EXPAND_DIMS", [twelve, m.ints(0)], 1, 1)
    twelve = i32("REDUCE_PROD", [twelve, m.ints([0])], 1)
    a, b, c = (m.tensor((), "INT32") for _ in range(3))
    m.op("UNPACK", [tail], a, b, c, num=3)
    pair = i32("PACK", [a, two], 2, values_count=2)
    one_two = i32("STRIDED_SLICE", [pair, m.ints([0]), m.ints([1]), m.ints([1])], 1)
    target = i32("CONCATENATION", [one_two, twelve], 2, axis=0)
    return [m.op("RESHAPE", [x, target], m.tensor((2, 12), "FLOAT32"))]


# EVERY: func.func @main
# EVERY-NEXT: dqnn.reshape %x : tensor<2x12xf32>
# EVERY-NEXT: func.return


@refused
def from_input(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    target = m.tensor((2,), "INT32", name="target")
    return [m.op("RESHAPE", [x, target], m.tensor((1, 4), "FLOAT32", name="y"))]


# REFUSED: from_input.tflite: layer 'y' (RESHAPE): shape computed from the network's input: convert with a fixed input shape


@refused
def cast_to_float(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    return [m.op("CAST", [x], m.tensor((1, 4), "FLOAT32", name="y"))]


# REFUSED: cast_to_float.tflite: layer 'y' (CAST): FLOAT32 output: it may only compute shapes


@refused
def overflow(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    y = m.op("MUL", [m.ints(65536), m.ints(65536)], m.tensor((), "INT32", name="y"))
    return [m.op("RESHAPE", [x, y], m.tensor((1, 4), "FLOAT32"))]


# REFUSED: overflow.tflite: layer 'y' (MUL): a value out of the range of INT32


@refused
def unknown(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    y = m.op("RELU", [m.const(np.array([4], np.int32))], m.tensor((1,), "INT32", name="y"))
    return [m.op("RESHAPE", [x, y], m.tensor((4,), "FLOAT32"))]


# REFUSED: unknown.tflite: layer 'y' (RELU): INT32 output: integer tensors may only compute shapes

write()
