"""SLICE, STRIDED_SLICE, SPLIT, SPLIT_V and UNPACK."""

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.slices.tflite | filecheck %s --check-prefix=SLICES
# RUN: dqnn-opt %t.masks.tflite | filecheck %s --check-prefix=MASKS
# RUN: dqnn-opt %t.splits.tflite | filecheck %s --check-prefix=SPLITS

from support.lit_models import ModelBuilder, model, refused, write


@model
def slices(m: ModelBuilder):
    """A size of -1 goes to the end; a negative stride counts down; ends may count from begins."""
    x = m.input((1, 6, 4), "FLOAT32")
    x = m.op("SLICE", [x, m.ints([0, 1, 0]), m.ints([1, -1, 4])], m.tensor((1, 5, 4), "FLOAT32"))
    every_other = [m.ints([0, 4, 0]), m.ints([1, -6, 4]), m.ints([1, -2, 1])]
    x = m.op("STRIDED_SLICE", [x, *every_other], m.tensor((1, 3, 4), "FLOAT32"))
    one = [m.ints([0, 1, 1]), m.ints([1, 1, 2]), m.ints([1, 1, 1])]
    return [m.op("STRIDED_SLICE", [x, *one], m.tensor((1, 1, 2), "FLOAT32"), offset=True)]


# SLICES: [[A:%.*]] = dqnn.slice %t0 {offsets = [0, 1, 0], strides = [1, 1, 1]} : tensor<1x5x4xf32>
# SLICES-NEXT: [[B:%.*]] = dqnn.slice [[A]] {offsets = [0, 4, 0], strides = [1, -2, 1]} : tensor<1x3x4xf32>
# SLICES-NEXT: dqnn.slice [[B]] {offsets = [0, 1, 1], strides = [1, 1, 1]} : tensor<1x1x2xf32>


@model
def masks(m: ModelBuilder):
    """x[..., newaxis, 2, :3] and x[-2:], where a range over everything takes no slice."""
    x = m.input((4, 5, 3, 6), "FLOAT32")
    operands = [m.ints([9, 9, 2, 9]), m.ints([9, 9, 9, 3]), m.ints([1, 1, 1, 1])]
    bits = {"ellipsis_mask": 1, "new_axis_mask": 2, "shrink_axis_mask": 4, "begin_mask": 8}
    y = m.op("STRIDED_SLICE", [x, *operands], m.tensor((4, 5, 1, 3), "FLOAT32"), **bits)
    tail = [m.ints([-2]), m.ints([0]), m.ints([1])]
    z = m.op("STRIDED_SLICE", [y, *tail], m.tensor((2, 5, 1, 3), "FLOAT32"), end_mask=1)
    everything = [m.ints([0]), m.ints([9]), m.ints([1])]
    return [m.op("STRIDED_SLICE", [z, *everything], m.tensor((2, 5, 1, 3), "FLOAT32"))]


# MASKS: [[A:%.*]] = dqnn.slice %t0 {offsets = [0, 0, 2, 0], strides = [1, 1, 1, 1]} : tensor<4x5x1x3xf32>
# MASKS-NEXT: [[B:%.*]] = dqnn.slice [[A]] {offsets = [2, 0, 0, 0], strides = [1, 1, 1, 1]} : tensor<2x5x1x3xf32>
# MASKS-NEXT: func.return [[B]]


@model
def splits(m: ModelBuilder):
    def f32(*shape: int):
        return m.tensor(shape, "FLOAT32")

    x = m.input((1, 6, 2), "FLOAT32")
    a, b = f32(1, 3, 2), f32(1, 3, 2)
    m.op("SPLIT", [m.ints(1), x], a, b, num_splits=2)
    c, d = f32(1, 1, 2), f32(1, 2, 2)
    m.op("SPLIT_V", [a, m.ints([1, -1]), m.ints(-2)], c, d, num_splits=2)
    e, f = f32(1, 3), f32(1, 3)
    m.op("UNPACK", [b], e, f, axis=2, num=2)
    return [c, d, e, f]


# SPLITS: [[A:%.*]], [[B:%.*]] = dqnn.split %t0 {axis = 1} : tensor<1x3x2xf32>, tensor<1x3x2xf32>
# SPLITS-NEXT: [[C:%.*]], [[D:%.*]] = dqnn.split [[A]] {axis = 1} : tensor<1x1x2xf32>, tensor<1x2x2xf32>
# SPLITS-NEXT: [[E:%.*]], [[F:%.*]] = dqnn.split [[B]] {axis = 2} : tensor<1x3x1xf32>, tensor<1x3x1xf32>
# SPLITS-NEXT: [[G:%.*]] = dqnn.reshape [[E]] : tensor<1x3xf32>
# SPLITS-NEXT: [[H:%.*]] = dqnn.reshape [[F]] : tensor<1x3xf32>
# SPLITS-NEXT: func.return [[C]], [[D]], [[G]], [[H]]


@refused
def outside(m: ModelBuilder):
    x = m.input((1, 6), "FLOAT32")
    return [m.op("SLICE", [x, m.ints([0, 4]), m.ints([1, 3])], m.tensor((1, 3), "FLOAT32", name="y"))]


# REFUSED: outside.tflite: layer 'y' (SLICE): slice of [1, 6] from [0, 4] of size [1, 3]


@refused
def empty(m: ModelBuilder):
    x = m.input((1, 6), "FLOAT32")
    operands = [m.ints([0, 4]), m.ints([1, 2]), m.ints([1, 1])]
    return [m.op("STRIDED_SLICE", [x, *operands], m.tensor((1, 2), "FLOAT32", name="y"))]


# REFUSED: empty.tflite: layer 'y' (STRIDED_SLICE): an empty slice of [1, 6]


@refused
def index(m: ModelBuilder):
    x = m.input((1, 6), "FLOAT32")
    operands = [m.ints([0, 6]), m.ints([1, 7]), m.ints([1, 1])]
    return [m.op("STRIDED_SLICE", [x, *operands], m.tensor((1,), "FLOAT32", name="y"), shrink_axis_mask=2)]


# REFUSED: index.tflite: layer 'y' (STRIDED_SLICE): index 6 of a dimension of 6


@refused
def unequal(m: ModelBuilder):
    x = m.input((1, 5), "FLOAT32")
    parts = [m.tensor((1, 2), "FLOAT32", name="y"), m.tensor((1, 2), "FLOAT32")]
    m.op("SPLIT", [m.ints(1), x], *parts, num_splits=2)
    return parts


# REFUSED: unequal.tflite: layer 'y' (SPLIT): split of a dimension of 5 into 2

write()
