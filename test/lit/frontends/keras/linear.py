"""Dense, Conv1D, Conv2D, DepthwiseConv2D, SeparableConv2D and Conv2DTranspose of Keras."""

# RUN: %python %s %t
# RUN: dqnn-opt %t.layers.h5 --elide-large-constants=0 | filecheck %s
# RUN: dqnn-opt %t.layout.h5 | filecheck %s --check-prefix=LAYOUT
# RUN: dqnn-opt %t.rows.h5 --elide-large-constants=0 | filecheck %s --check-prefix=ROWS

from support.lit_keras import KerasBuilder, model, write


@model
def layers(m: KerasBuilder):
    x = m.input((7, 8, 3), name="image")
    x = m.layer(
        "Conv2D",
        x,
        name="a",
        filters=4,
        kernel_size=[3, 3],
        strides=[2, 2],
        padding="same",
        activation="relu",
        weights={"kernel": (3, 3, 3, 4), "bias": (4,)},
    )
    x = m.layer(
        "DepthwiseConv2D",
        x,
        name="b",
        kernel_size=[2, 2],
        depth_multiplier=2,
        use_bias=False,
        weights={"depthwise_kernel": (2, 2, 4, 2)},
    )
    x = m.layer(
        "SeparableConv2D",
        x,
        name="c",
        filters=5,
        kernel_size=[3, 1],
        dilation_rate=[1, 1],
        weights={"depthwise_kernel": (3, 1, 8, 1), "pointwise_kernel": (1, 1, 8, 5), "bias": (5,)},
    )
    x = m.layer(
        "Conv2DTranspose",
        x,
        name="d",
        filters=2,
        kernel_size=[3, 3],
        strides=[2, 2],
        padding="same",
        weights={"kernel": (3, 3, 2, 5), "bias": (2,)},
    )
    x = m.layer("Reshape", x, name="e", target_shape=[-1, 2])
    x = m.layer(
        "Conv1D",
        x,
        name="f",
        filters=3,
        kernel_size=[2],
        padding="causal",
        dilation_rate=[2],
        weights={"kernel": (2, 2, 3), "bias": (3,)},
    )
    return [x]


# A total padding of 3 rows, and of 1 column: the larger half comes after.
# CHECK: func.func @main(%image: tensor<1x7x8x3xf32> {dqnn.name = "image"}) -> (tensor<1x12x3xf32> {dqnn.name = "f"})
# CHECK: [[A:%.*]] = dqnn.conv2d %image, %a_kernel, %a_bias {padding = [1, 1, 0, 1], strides = [2, 2]} : tensor<1x4x4x4xf32>
# CHECK-NEXT: [[R:%.*]] = dqnn.relu [[A]] : tensor<1x4x4x4xf32>
# CHECK: [[B:%.*]] = dqnn.depthwise_conv2d [[R]], %b_depthwise : tensor<1x3x3x8xf32>
# CHECK: [[C:%.*]] = dqnn.depthwise_conv2d [[B]], %c_depthwise : tensor<1x1x3x8xf32>
# CHECK: [[P:%.*]] = dqnn.conv2d [[C]], %c_pointwise, %c_bias : tensor<1x1x3x5xf32>
# CHECK: [[D:%.*]] = dqnn.transpose_conv2d [[P]], %d_kernel, %d_bias {padding = [0, 1, 0, 1], strides = [2, 2]} : tensor<1x2x6x2xf32>
# CHECK: [[E:%.*]] = dqnn.reshape [[D]] : tensor<1x12x2xf32>
# CHECK: [[W:%.*]] = dqnn.reshape [[E]] : tensor<1x1x12x2xf32>
# CHECK: [[F:%.*]] = dqnn.conv2d [[W]], %f_kernel, %f_bias {dilations = [1, 2], padding = [0, 0, 2, 0]} : tensor<1x1x12x3xf32>
# CHECK-NEXT: dqnn.reshape [[F]] : tensor<1x12x3xf32>


@model
def layout(m: KerasBuilder):
    x = m.input((2, 1, 1))
    x = m.layer("Conv2D", x, filters=2, kernel_size=[2, 1], use_bias=False, weights={"kernel": (2, 1, 1, 2)})
    x = m.layer("Flatten", x)
    return [m.layer("Dense", x, units=3, use_bias=False, weights={"kernel": (2, 3)})]


# HWIO [[[[0, 1/8]]], [[[-1/8, 1/4]]]] becomes OHWI, [I, O] becomes [O, I].
# LAYOUT: dqnn.constant dense<{{\[\[\[\[}}0.000000e+00]], {{\[\[}}-1.250000e-01]]], {{\[\[\[}}1.250000e-01]], {{\[\[}}2.500000e-01]]]]> : tensor<2x2x1x1xf32>
# LAYOUT: dqnn.constant dense<{{\[\[}}0.000000e+00, 2.500000e-01], [1.250000e-01, -2.500000e-01], [-1.250000e-01, 3.750000e-01]]> : tensor<3x2xf32>


@model
def rows(m: KerasBuilder):
    x = m.input((4, 3))
    return [m.layer("Dense", x, units=2, activation="softmax", weights={"kernel": (3, 2), "bias": (2,)})]


# ROWS: [[X:%.*]] = dqnn.reshape %x0 : tensor<4x3xf32>
# ROWS: [[Y:%.*]] = dqnn.dense [[X]], %dense_kernel, %dense_bias : tensor<4x2xf32>
# ROWS-NEXT: [[Z:%.*]] = dqnn.reshape [[Y]] : tensor<1x4x2xf32>
# ROWS-NEXT: dqnn.softmax [[Z]] : tensor<1x4x2xf32>
# ROWS-NOT: dqnn.fallback

write()
