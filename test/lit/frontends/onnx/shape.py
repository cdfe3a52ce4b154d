"""Operators that move elements."""

# RUN: %python %s %t | filecheck %s

import numpy as np
from support.lit_onnx import OnnxBuilder, model, refused, write


@model
def reshapes(m: OnnxBuilder):
    x = m.input((1, 2, 3, 4))
    x = m.op("Reshape", [x, m.ints(0, -1, 4)])
    x = m.op("Unsqueeze", [x, m.ints(0, -1)])
    x = m.op("Squeeze", [x, m.ints(0)])
    x = m.op("Squeeze", [x])
    return [m.op("Flatten", [x], axis=0)]


# CHECK-LABEL: // reshapes{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3x4xf32> {dqnn.name = "x0"}) -> (tensor<1x24xf32> {dqnn.name = "flatten_4_out"}) {
# CHECK-NEXT: %reshape = dqnn.reshape %x0 : tensor<1x6x4xf32>
# CHECK-NEXT: %unsqueeze = dqnn.reshape %reshape : tensor<1x1x6x4x1xf32>
# CHECK-NEXT: %squeeze = dqnn.reshape %unsqueeze : tensor<1x6x4x1xf32>
# CHECK-NEXT: %squeeze_1 = dqnn.reshape %squeeze : tensor<6x4xf32>
# CHECK-NEXT: %flatten = dqnn.reshape %squeeze_1 : tensor<1x24xf32>
# CHECK-NEXT: func.return %flatten : tensor<1x24xf32>


@model
def transposes(m: OnnxBuilder):
    x = m.op("Transpose", [m.input((1, 2, 3))], perm=[0, 2, 1])
    return [m.op("Transpose", [x])]


# CHECK-LABEL: // transposes{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3xf32> {dqnn.name = "x0"}) -> (tensor<2x3x1xf32> {dqnn.name = "transpose_1_out"}) {
# CHECK-NEXT: %transpose = dqnn.transpose %x0 {permutation = [0, 2, 1]} : tensor<1x3x2xf32>
# CHECK-NEXT: %transpose_1 = dqnn.transpose %transpose {permutation = [2, 1, 0]} : tensor<2x3x1xf32>
# CHECK-NEXT: func.return %transpose_1 : tensor<2x3x1xf32>


@model
def slices(m: OnnxBuilder):
    """Ends past the edge, negative ones, and backwards."""
    x = m.input((1, 8, 8))
    x = m.op("Slice", [x, m.ints(1, -3), m.ints(100, -1), m.ints(1, 2), m.ints(2, 1)])
    return [m.op("Slice", [x, m.ints(-1), m.ints(-100), m.ints(1), m.ints(-1)])]


# CHECK-LABEL: // slices{{$}}
# CHECK: func.func @main(%x0: tensor<1x8x8xf32> {dqnn.name = "x0"}) -> (tensor<1x4x2xf32> {dqnn.name = "slice_1_out"}) {
# CHECK-NEXT: %slice = dqnn.slice %x0 {offsets = [0, 1, 5], strides = [1, 2, 1]} : tensor<1x4x2xf32>
# CHECK-NEXT: %slice_1 = dqnn.slice %slice {offsets = [0, 3, 0], strides = [1, -1, 1]} : tensor<1x4x2xf32>
# CHECK-NEXT: func.return %slice_1 : tensor<1x4x2xf32>


@model
def splits(m: OnnxBuilder):
    x = m.input((1, 5))
    return [*m.op("Split", [x, m.ints(2, 3)], outputs=2, axis=1), *m.op("Split", [x], outputs=2, axis=1, num_outputs=2)]


# CHECK-LABEL: // splits{{$}}
# CHECK: func.func @main(%x0: tensor<1x5xf32> {dqnn.name = "x0"}) -> (tensor<1x2xf32> {dqnn.name = "split_0_out"}, tensor<1x3xf32> {dqnn.name = "split_0_out1"}, tensor<1x3xf32> {dqnn.name = "split_1_out"}, tensor<1x2xf32> {dqnn.name = "split_1_out1"}) {
# CHECK-NEXT: %split, %0 = dqnn.split %x0 {axis = 1} : tensor<1x2xf32>, tensor<1x3xf32>
# CHECK-NEXT: %split_1, %1 = dqnn.split %x0 {axis = 1} : tensor<1x3xf32>, tensor<1x2xf32>
# CHECK-NEXT: func.return %split, %0, %split_1, %1 : tensor<1x2xf32>, tensor<1x3xf32>, tensor<1x3xf32>, tensor<1x2xf32>


@model
def gathers(m: OnnxBuilder):
    """Indices in order are a slice; one index takes its axis away."""
    x = m.input((1, 6))
    regular = m.op("Gather", [x, m.ints(1, 3, 5)], axis=1)
    any_order = m.op("Gather", [x, m.ints(0, 5, 5)], axis=1)
    return [regular, any_order, m.op("Gather", [x, m.const(np.int64(-1))], axis=1)]


# CHECK-LABEL: // gathers{{$}}
# CHECK: func.func @main(%x0: tensor<1x6xf32> {dqnn.name = "x0"}) -> (tensor<1x3xf32> {dqnn.name = "gather_0_out"}, tensor<1x3xf32> {dqnn.name = "gather_1_out"}, tensor<1xf32> {dqnn.name = "gather_2_out"}) {
# CHECK-NEXT: %gather = dqnn.slice %x0 {offsets = [0, 1], strides = [1, 2]} : tensor<1x3xf32>
# CHECK-NEXT: %gather_1 = dqnn.slice %x0 {offsets = [0, 0], strides = [1, 5]} : tensor<1x2xf32>
# CHECK-NEXT: %gather_2 = dqnn.slice %x0 {offsets = [0, 5], strides = [1, 1]} : tensor<1x1xf32>
# CHECK-NEXT: %gather_3 = dqnn.concat %gather_1, %gather_2 {axis = 1} : tensor<1x3xf32>
# CHECK-NEXT: %gather_4 = dqnn.slice %x0 {offsets = [0, 5], strides = [1, 1]} : tensor<1x1xf32>
# CHECK-NEXT: %gather_5 = dqnn.reshape %gather_4 : tensor<1xf32>
# CHECK-NEXT: func.return %gather, %gather_3, %gather_5 : tensor<1x3xf32>, tensor<1x3xf32>, tensor<1xf32>


@model
def concat(m: OnnxBuilder):
    x = m.input((1, 2))
    return [m.op("Concat", [x, x], axis=-1)]


# CHECK-LABEL: // concat{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x4xf32> {dqnn.name = "concat_0_out"}) {
# CHECK-NEXT: %concat = dqnn.concat %x0, %x0 {axis = 1} : tensor<1x4xf32>
# CHECK-NEXT: func.return %concat : tensor<1x4xf32>


@model
def pads(m: OnnxBuilder):
    """Negative amounts cut; edges repeat."""
    x = m.op("Pad", [m.input((1, 4)), m.ints(0, -1, 0, 2), m.scale(1.5)])
    return [m.op("Pad", [x, m.ints(1, 1), "", m.ints(1)], mode="edge")]


# CHECK-LABEL: // pads{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x7xf32> {dqnn.name = "pad_1_out"}) {
# CHECK-NEXT: %pad = dqnn.slice %x0 {offsets = [0, 1], strides = [1, 1]} : tensor<1x3xf32>
# CHECK-NEXT: %pad_1 = dqnn.pad %pad {padding = [0, 0, 0, 2], value = 1.500000e+00} : tensor<1x5xf32>
# CHECK-NEXT: %pad_2 = dqnn.slice %pad_1 {offsets = [0, 0], strides = [1, 1]} : tensor<1x1xf32>
# CHECK-NEXT: %pad_3 = dqnn.slice %pad_1 {offsets = [0, 4], strides = [1, 1]} : tensor<1x1xf32>
# CHECK-NEXT: %pad_4 = dqnn.concat %pad_2, %pad_1, %pad_3 {axis = 1} : tensor<1x7xf32>
# CHECK-NEXT: func.return %pad_4 : tensor<1x7xf32>


@model
def pad_of_codes(m: OnnxBuilder):
    """The value is a code."""
    x = m.op("QuantizeLinear", [m.input((1, 4)), m.scale(0.5), m.const(3, type="INT8")])
    return [m.op("Pad", [x, m.ints(0, 1, 0, 0), m.const(7, type="INT8")])]


# CHECK-LABEL: // pad_of_codes{{$}}
# CHECK: func.func @main(%x0: tensor<1x4xf32> {dqnn.name = "x0"}) -> (tensor<1x5x!quant.uniform<i8:f32, 5.000000e-01:3>> {dqnn.name = "pad_1_out"}) {
# CHECK-NEXT: %quantizelinear_0_codes = dqnn.quantize %x0 {method = "divide_half_even"} : tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:3>>
# CHECK-NEXT: %pad = dqnn.pad %quantizelinear_0_codes {padding = [0, 0, 1, 0], value = 2.000000e+00} : tensor<1x5x!quant.uniform<i8:f32, 5.000000e-01:3>>
# CHECK-NEXT: func.return %pad : tensor<1x5x!quant.uniform<i8:f32, 5.000000e-01:3>>


@model
def resizes(m: OnnxBuilder):
    """One op where it has the same pixels."""
    x = m.input((1, 1, 2, 2))
    scales = m.const(np.array([1, 1, 2, 2], np.float32))
    x = m.op(
        "Resize", [x, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
    )
    x = m.op("Resize", [x, "", scales], mode="nearest")
    return [m.op("Resize", [x, "", "", m.ints(1, 1, 3, 8)], mode="nearest", nearest_mode="ceil")]


# CHECK-LABEL: // resizes{{$}}
# CHECK: func.func @main(%x0: tensor<1x1x2x2xf32> {dqnn.name = "x0"}) -> (tensor<1x1x3x8xf32> {dqnn.name = "resize_2_out"}) {
# CHECK-NEXT: %resize_0_channels_last = dqnn.transpose %x0 {permutation = [0, 2, 3, 1]} : tensor<1x2x2x1xf32>
# CHECK-NEXT: %resize = dqnn.resize_nearest %resize_0_channels_last : tensor<1x4x4x1xf32>
# CHECK-NEXT: %resize_0_channels_first = dqnn.transpose %resize {permutation = [0, 3, 1, 2]} : tensor<1x1x4x4xf32>
# CHECK-NEXT: %resize_1_channels_last = dqnn.transpose %resize_0_channels_first {permutation = [0, 2, 3, 1]} : tensor<1x4x4x1xf32>
# CHECK-NEXT: %resize_1 = dqnn.resize_nearest %resize_1_channels_last : tensor<1x8x8x1xf32>
# CHECK-NEXT: %resize_1_channels_first = dqnn.transpose %resize_1 {permutation = [0, 3, 1, 2]} : tensor<1x1x8x8xf32>
# CHECK-NEXT: %resize_2 = dqnn.slice %resize_1_channels_first {offsets = [0, 0, 1, 0], strides = [1, 1, 3, 1]} : tensor<1x1x3x8xf32>
# CHECK-NEXT: func.return %resize_2 : tensor<1x1x3x8xf32>


@refused
def reshape(m: OnnxBuilder):
    return [m.op("Reshape", [m.input((1, 4)), m.ints(3)], name="r")]


# CHECK: reshape.onnx: layer 'r' (Reshape): a reshape of [1, 4] to [3]: export the model again, with a batch of 1


@refused
def computed_shape(m: OnnxBuilder):
    return [m.op("Reshape", [m.input((1, 4)), m.input((2,))], name="r")]


# CHECK: computed_shape.onnx: layer 'r' (Reshape): the shape computed from the network's input: export with a fixed input shape and constant weights, so that it is known at import


@refused
def squeeze(m: OnnxBuilder):
    return [m.op("Squeeze", [m.input((1, 4)), m.ints(1)], name="r")]


# CHECK: squeeze.onnx: layer 'r' (Squeeze): a squeeze of axes [1] of [1, 4]: they must have size 1; export the model again


@refused
def nothing_left(m: OnnxBuilder):
    return [m.op("Slice", [m.input((1, 4)), m.ints(4), m.ints(4), m.ints(1)], name="r")]


# CHECK: nothing_left.onnx: layer 'r' (Slice): a tensor of shape [1, 0]: none so large, and none empty, is supported


@refused
def gather(m: OnnxBuilder):
    return [m.op("Gather", [m.input((1, 4)), m.ints(4)], axis=1, name="r")]


# CHECK: gather.onnx: layer 'r' (Gather): indices out of a dimension of 4: export the model again


@refused
def split(m: OnnxBuilder):
    return m.op("Split", [m.input((1, 4)), m.ints(1, 1)], outputs=2, axis=1, name="r")


# CHECK: split.onnx: layer 'r' (Split): a split of [1, 4] along axis 1 into [1, 1]: export the model again


@refused
def linear(m: OnnxBuilder):
    x = m.input((1, 1, 2, 2))
    return [m.op("Resize", [x, "", "", m.ints(1, 1, 4, 4)], mode="linear", name="r")]


# CHECK: linear.onnx: layer 'r' (Resize): mode=linear: use one of: nearest


@refused
def concat_of_codes(m: OnnxBuilder):
    x = m.input((1, 4))
    codes = [m.op("QuantizeLinear", [x, m.scale(scale)]) for scale in (0.5, 0.25)]
    return [m.op("Concat", codes, axis=1, name="r")]


# CHECK: concat_of_codes.onnx: layer 'r' (Concat): inputs of different scales: put a DequantizeLinear before each


write()
