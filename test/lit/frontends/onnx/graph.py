"""What concerns the file and the graph: inputs, constants that are computed, names, damage."""

# RUN: %python %s %t | filecheck %s
# RUN: dqnn-opt %t.open_dimensions.onnx --fix-shape length=6 --fix-shape 'x0[3]=2' | filecheck %s --check-prefix=OPEN

import numpy as np
from support.lit_onnx import OnnxBuilder, filled, model, refused, refused_data, write


@model
def batch(m: OnnxBuilder):
    """A batch that is open is 1, also where its name stands elsewhere."""
    return [m.op("Add", [m.input(("N", 4), name="in/put:0"), m.input((None, "N"))])]


# CHECK-LABEL: // batch{{$}}
# CHECK: func.func @main(%in_put: tensor<1x4xf32> {dqnn.name = "in/put:0"}, %x1: tensor<1x1xf32> {dqnn.name = "x1"}) -> (tensor<1x4xf32> {dqnn.name = "add_0_out"}) {
# CHECK-NEXT: %add = dqnn.add %in_put, %x1 : tensor<1x4xf32>
# CHECK-NEXT: func.return %add : tensor<1x4xf32>


@model
def shape_chain(m: OnnxBuilder):
    """What a shape is computed of is known."""
    x = m.input(("N", 2, 3))
    n = m.op("Gather", [m.op("Shape", [x]), m.const(np.int64(0))])
    half = m.op("Div", [m.op("Size", [x]), m.const(np.int64(2))])
    shape = m.op(
        "Concat", [m.op("Unsqueeze", [n, m.ints(0)]), m.op("Unsqueeze", [half, m.ints(0)]), m.ints(-1)], axis=0
    )
    return [m.op("Reshape", [x, shape])]


# CHECK-LABEL: // shape_chain{{$}}
# CHECK: func.func @main(%x0: tensor<1x2x3xf32> {dqnn.name = "x0"}) -> (tensor<1x3x2xf32> {dqnn.name = "reshape_7_out"}) {
# CHECK-NEXT: %reshape = dqnn.reshape %x0 : tensor<1x3x2xf32>
# CHECK-NEXT: func.return %reshape : tensor<1x3x2xf32>


@model
def constant_arithmetic(m: OnnxBuilder):
    """So are constants that are made of others."""
    scale = m.op("Sqrt", [m.op("Add", [m.const(np.array([3, 8], np.float32)), m.op("Constant", [], value_float=1.0)])])
    spread = m.op("Expand", [scale, m.ints(1, 2)])
    return [m.op("Mul", [m.input((1, 2)), spread])]


# CHECK-LABEL: // constant_arithmetic{{$}}
# CHECK: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2xf32> {dqnn.name = "mul_4_out"}) {
# CHECK-NEXT: %mul_4_constant = dqnn.constant dense<{{\[\[}}2.000000e+00, 3.000000e+00]]> : tensor<1x2xf32>
# CHECK-NEXT: %mul = dqnn.mul %x0, %mul_4_constant : tensor<1x2xf32>
# CHECK-NEXT: func.return %mul : tensor<1x2xf32>


@model
def half_precision(m: OnnxBuilder):
    x = m.op("Add", [m.input((1, 2), "FLOAT16"), m.const(np.ones(2, np.float16))])
    return [m.op("Cast", [x], to=10)]


# CHECK-LABEL: // half_precision{{$}}
# CHECK: builtin.module attributes {dqnn.notes = ["FLOAT16 tensors: computed in float32"]} {
# CHECK-NEXT: func.func @main(%x0: tensor<1x2xf32> {dqnn.name = "x0"}) -> (tensor<1x2xf32> {dqnn.name = "cast_1_out"}) {
# CHECK-NEXT: %add_0_constant = dqnn.constant dense<1.000000e+00> : tensor<2xf32>
# CHECK-NEXT: %add = dqnn.add %x0, %add_0_constant : tensor<1x2xf32>
# CHECK-NEXT: func.return %add : tensor<1x2xf32>


@model
def out_of_order(m: OnnxBuilder):
    """As tools leave it that put inserted nodes at the end of the list."""
    y = m.op("Tanh", [m.op("Sigmoid", [m.op("Relu", [m.input((1, 2))])])])
    m.nodes.reverse()
    return [y]


# CHECK-LABEL: // out_of_order{{$}}
# CHECK: %relu = dqnn.relu %x0
# CHECK-NEXT: %sigmoid = dqnn.sigmoid %relu
# CHECK-NEXT: %tanh = dqnn.tanh %sigmoid


@refused
def open_dimensions(m: OnnxBuilder):
    return [m.op("Relu", [m.input((1, 2, "length", None))])]


# CHECK: open_dimensions.onnx: layer 'x0' (FLOAT tensor): dimension 2 of no fixed size: fix it, with --fix-shape 'length=N' for size N
# OPEN: %relu = dqnn.relu %x0 : tensor<1x2x6x2xf32>


@refused
def custom(m: OnnxBuilder):
    return [m.op("Relu", [m.input((1, 2))], domain="my.domain", name="n")]


# CHECK: custom.onnx: layer 'n' (my.domain.Relu): a custom operator: export the model without operators of other domains


@refused
def unsupported(m: OnnxBuilder):
    return [m.op("Einsum", [m.input((1, 2))], equation="ij->ji", name="n")]


# CHECK: unsupported.onnx: layer 'n' (Einsum): unsupported operator: replace the layer by supported ones (`dqnnc supported-ops` lists them)


@refused
def recurrent(m: OnnxBuilder):
    return [m.op("LSTM", [m.input((1, 2, 3)), m.input((1, 2, 3)), m.input((1, 2, 3))], name="n")]


# CHECK: recurrent.onnx: layer 'n' (LSTM): unsupported operator: replace the layer by supported ones (`dqnnc supported-ops` lists them)


@refused
def integer_input(m: OnnxBuilder):
    return [m.op("Relu", [m.input((1, 2), "INT64", name="ids")])]


# CHECK: integer_input.onnx: layer 'ids' (INT64 tensor): an input of this type: feed the network with float32, int8 or uint8


@refused
def no_shape(m: OnnxBuilder):
    return [m.op("Relu", [m.input(None, name="x")])]


# CHECK: no_shape.onnx: layer 'x' (FLOAT tensor): an input without a shape: export the model with a fixed input shape


@refused
def circle(m: OnnxBuilder):
    m.input((1, 2))
    m.op("Relu", ["b_out"], name="a")
    return [m.op("Relu", ["a_out"], name="b")]


# CHECK: circle.onnx: layer 'a' (Relu): input 'b_out', which nothing before it computes: export the model again


@refused
def undefined(m: OnnxBuilder):
    m.input((1, 2))
    return [m.op("Relu", ["nothing"], name="n")]


# CHECK: undefined.onnx: layer 'n' (Relu): input 'nothing', which nothing before it computes: export the model again


@refused
def no_such_output(m: OnnxBuilder):
    m.op("Relu", [m.input((1, 2))])
    return ["nothing"]


# CHECK: no_such_output.onnx: layer 'nothing' (value): an output that nothing computes: export the model again


@refused
def old(m: OnnxBuilder):
    m.opset = 6
    return [m.op("Relu", [m.input((1, 2))])]


# CHECK: old.onnx: operator set 6: versions from 7 on are read; bring the model to 13 with onnx.version_converter


@refused
def new(m: OnnxBuilder):
    m.opset = 9999
    return [m.op("Relu", [m.input((1, 2))])]


# CHECK: new.onnx: operator set 9999: the installed onnx package knows versions up to 28; install a newer one, or export to 28


@refused
def not_yet_there(m: OnnxBuilder):
    m.opset = 11
    return [m.op("HardSwish", [m.input((1, 2))], name="n")]


# CHECK: not_yet_there.onnx: layer 'n' (HardSwish): an operator that operator set 11 does not have: export the model again


@refused
def arguments(m: OnnxBuilder):
    return [m.op("Relu", [m.input((1, 2)), m.input((1, 2))], name="n")]


# CHECK: arguments.onnx: layer 'n' (Relu): 2 inputs: export the model again


@refused
def attribute(m: OnnxBuilder):
    return [m.op("Flatten", [m.input((1, 2))], axis=0.5, name="n")]


# CHECK: attribute.onnx: layer 'n' (Flatten): attribute 'axis' of another kind: export the model again


@refused
def large(m: OnnxBuilder):
    return [m.op("Pad", [m.input((1, 2)), m.ints(0, 0, 0, 1 << 40)], name="n")]


# CHECK: large.onnx: layer 'n' (Pad): a tensor of shape [1, 1099511627778]: none so large, and none empty, is supported


@refused
def made_large(m: OnnxBuilder):
    y = m.op("ConstantOfShape", [m.ints(1 << 20, 1 << 20)], name="n")
    return [m.op("Add", [m.input((1, 2)), y])]


# CHECK: made_large.onnx: layer 'n' (ConstantOfShape): a constant of shape [1048576, 1048576]: no constant so large is supported


@refused_data
def cut():
    m = OnnxBuilder()
    return m.finish([m.op("Add", [m.input((1, 2)), m.const(filled((2,)))])])[:-20]


# CHECK: cut.onnx: damaged at its outermost structure, which is no ONNX model: the file is corrupted or truncated; export the model again


@refused_data
def text():
    return b"no model at all"


# CHECK: text.onnx: damaged at its outermost structure, which is no ONNX model: the file is corrupted or truncated; export the model again


@refused_data
def empty():
    return b""


# CHECK: empty.onnx: no graph: the file holds no network; export the model again


write()
