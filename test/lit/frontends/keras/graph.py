"""Sequences, graphs, networks in networks, shared layers, several inputs and outputs."""

# RUN: %python %s %t
# RUN: dqnn-opt %t.edges.h5 | filecheck %s --check-prefix=EDGES
# RUN: dqnn-opt %t.shared.h5 | filecheck %s --check-prefix=SHARED
# RUN: dqnn-opt %t.in_sequence.h5 --print-debuginfo | filecheck %s --check-prefix=SEQUENCE
# RUN: dqnn-opt %t.nested.h5 | filecheck %s --check-prefix=NESTED

import numpy as np
from support.keras_builder import h5_file
from support.lit_keras import KerasBuilder, data, model, sequential, write


@model
def edges(m: KerasBuilder):
    a, b = m.input((2,), name="a"), m.input((3,), name="b")
    y = m.layer("Concatenate", [b, a], name="y", axis=-1)
    z = m.layer("Add", [a, a], name="z")
    return [z, y, z]


# EDGES: func.func @main(%a: tensor<1x2xf32> {dqnn.name = "a"}, %b: tensor<1x3xf32> {dqnn.name = "b"}) -> (tensor<1x2xf32> {dqnn.name = "z"}, tensor<1x5xf32> {dqnn.name = "y"}, tensor<1x2xf32> {dqnn.name = "z"})
# EDGES-NEXT: %y = dqnn.concat %b, %a {axis = 1} : tensor<1x5xf32>
# EDGES-NEXT: %z = dqnn.add %a, %a : tensor<1x2xf32>
# EDGES-NEXT: func.return %z, %y, %z


@model
def shared(m: KerasBuilder):
    x = m.input((2,), name="x")
    a = m.layer("Dense", x, name="a", units=2, use_bias=False, weights={"kernel": (2, 2)})
    b = m.layer("ReLU", a, name="b")
    return [m.again(a, b)]


# The weights of a layer that is called twice are one constant.
# SHARED: %a_kernel = dqnn.constant
# SHARED-NEXT: [[A:%.*]] = dqnn.dense %x, %a_kernel
# SHARED-NEXT: [[B:%.*]] = dqnn.relu [[A]]
# SHARED-NEXT: [[C:%.*]] = dqnn.dense [[B]], %a_kernel
# SHARED-NEXT: func.return [[C]]


@data
def in_sequence():
    return sequential(
        (4, 4, 1),
        ("ZeroPadding2D", {"padding": [[1, 0], [2, 3]]}, {}),
        ("Cropping2D", {"cropping": [[0, 2], [1, 1]]}, {}),
        ("UpSampling2D", {"size": [2, 1], "interpolation": "nearest"}, {}),
        ("MaxPooling2D", {"pool_size": [2, 2], "strides": None, "padding": "valid"}, {}),
        ("GlobalAveragePooling2D", {"keepdims": False}, {}),
        ("Dropout", {"rate": 0.5}, {}),
    )


# SEQUENCE: func.func @main(%zeropadding2d_0_input: tensor<1x4x4x1xf32> {dqnn.name = "zeropadding2d_0_input"}
# SEQUENCE: [[A:%.*]] = dqnn.pad %zeropadding2d_0_input {padding = [0, 0, 1, 0, 2, 3, 0, 0]} : tensor<1x5x9x1xf32> loc("zeropadding2d_0"("zeropadding2d_0"))
# SEQUENCE: [[B:%.*]] = dqnn.slice [[A]] {offsets = [0, 0, 1, 0], strides = [1, 1, 1, 1]} : tensor<1x3x7x1xf32> loc("cropping2d_1"("cropping2d_1"))
# SEQUENCE: [[C:%.*]] = dqnn.resize_nearest [[B]] : tensor<1x6x7x1xf32> loc("upsampling2d_2"("upsampling2d_2"))
# SEQUENCE: [[D:%.*]] = dqnn.max_pool2d [[C]] {kernel = [2, 2], strides = [2, 2]} : tensor<1x3x3x1xf32> loc("maxpooling2d_3"("maxpooling2d_3"))
# SEQUENCE: [[E:%.*]] = dqnn.avg_pool2d [[D]] {kernel = [3, 3]} : tensor<1x1x1x1xf32> loc("globalaveragepooling2d_4"(fused["globalaveragepooling2d_4", "dropout_5"]))
# SEQUENCE: [[F:%.*]] = dqnn.reshape [[E]] : tensor<1x1xf32>
# SEQUENCE-NEXT: func.return [[F]]


@data
def nested():
    """A sequence in a graph, called twice: its calls count from 1, and its frozen layer's weights come last."""

    def layer(class_name: str, name: str, **config: object):
        return {"class_name": class_name, "config": {"name": name, **config}}

    inner = layer(
        "Sequential",
        "inner",
        layers=[
            layer("InputLayer", "inner_input", batch_input_shape=[None, 2]),
            layer("Dense", "frozen", units=2, use_bias=False, trainable=False),
            layer("Dense", "free", units=2, use_bias=False),
        ],
    )
    layers = [
        {**layer("InputLayer", "x", batch_input_shape=[None, 2]), "name": "x", "inbound_nodes": []},
        {**inner, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]]},
    ]
    config = {"name": "net", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["inner", 2, 0]]}
    weights = {"free/kernel:0": np.full((2, 2), 0.5, "f"), "frozen/kernel:0": np.full((2, 2), 0.25, "f")}
    return h5_file({"class_name": "Functional", "config": config}, {"inner": weights})


# NESTED: %frozen_kernel = dqnn.constant dense<2.500000e-01>
# NESTED-NEXT: [[A:%.*]] = dqnn.dense %x, %frozen_kernel
# NESTED-NEXT: %free_kernel = dqnn.constant dense<5.000000e-01>
# NESTED-NEXT: [[B:%.*]] = dqnn.dense [[A]], %free_kernel
# NESTED-NEXT: [[C:%.*]] = dqnn.dense [[B]], %frozen_kernel
# NESTED-NEXT: [[D:%.*]] = dqnn.dense [[C]], %free_kernel
# NESTED-NEXT: func.return [[D]]

write()
