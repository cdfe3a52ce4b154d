"""Activations as layers and as options, merges, reshapes and pools."""

# RUN: %python %s %t
# RUN: dqnn-opt %t.activations.h5 | filecheck %s
# RUN: dqnn-opt %t.moves.h5 | filecheck %s --check-prefix=MOVES

from support.lit_keras import KerasBuilder, model, write


@model
def activations(m: KerasBuilder):
    x = m.input((2, 3), name="x")
    x = m.layer("ReLU", x, name="a", max_value=None, negative_slope=0.0, threshold=0.0)
    x = m.layer("ReLU", x, name="b", max_value=6.0)
    x = m.layer("ReLU", x, name="c", max_value=1.0, negative_slope=0.5)
    x = m.layer("LeakyReLU", x, name="d", alpha=0.25)
    x = m.layer("PReLU", x, name="e", shared_axes=[1], weights={"alpha": (1, 3)})
    x = m.layer("Activation", x, name="f", activation="sigmoid")
    x = m.layer("Activation", x, name="g", activation={"class_name": "function", "config": "tanh"})
    x = m.layer("Activation", x, name="h", activation="hard_sigmoid")
    x = m.layer("Activation", x, name="i", activation="swish")
    x = m.layer("Softmax", x, name="j", axis=-1)
    return [x]


# CHECK: %a = dqnn.relu %x
# CHECK-NEXT: %b = dqnn.relu6 %a
# CHECK-NEXT: [[C:%.*]] = dqnn.leaky_relu %b {alpha = 5.000000e-01}
# CHECK-NEXT: [[D:%.*]] = dqnn.clip [[C]] {max = 1.000000e+00, min = 0xff800000}
# CHECK-NEXT: %d = dqnn.leaky_relu [[D]] {alpha = 2.500000e-01}
# CHECK-NEXT: %e_alpha = dqnn.constant dense<{{.*}}> : tensor<1x3xf32>
# CHECK-NEXT: %e = dqnn.prelu %d, %e_alpha
# CHECK-NEXT: %f = dqnn.sigmoid %e
# CHECK-NEXT: %g = dqnn.tanh %f
# CHECK: dqnn.mul %g
# CHECK: dqnn.add
# CHECK: [[H:%.*]] = dqnn.clip {{.*}} {max = 1.000000e+00, min = 0.000000e+00}
# CHECK: [[I:%.*]] = dqnn.sigmoid [[H]]
# CHECK-NEXT: [[J:%.*]] = dqnn.mul [[H]], [[I]]
# CHECK-NEXT: dqnn.softmax [[J]] : tensor<1x2x3xf32>


@model
def moves(m: KerasBuilder):
    x = m.input((4, 6, 2), name="x")
    a = m.layer("AveragePooling2D", x, name="a", pool_size=[3, 3], strides=[2, 2], padding="same")
    b = m.layer("GlobalMaxPooling2D", x, name="b", keepdims=True)
    c = m.layer("Multiply", [a, b], name="c")
    d = m.layer("Permute", c, name="d", dims=[2, 3, 1])
    e = m.layer("Reshape", d, name="e", target_shape=[-1, 4])
    return [m.layer("MaxPooling1D", e, name="f", pool_size=[3], strides=[1], padding="valid")]


# MOVES: %a = dqnn.avg_pool2d %x {kernel = [3, 3], padding = [0, 1, 0, 1], strides = [2, 2]} : tensor<1x2x3x2xf32>
# MOVES: %b = dqnn.max_pool2d %x {kernel = [4, 6]} : tensor<1x1x1x2xf32>
# MOVES: %c = dqnn.mul %a, %b : tensor<1x2x3x2xf32>
# MOVES: %d = dqnn.transpose %c {permutation = [0, 2, 3, 1]} : tensor<1x3x2x2xf32>
# MOVES: %e = dqnn.reshape %d : tensor<1x3x4xf32>
# MOVES: [[F:%.*]] = dqnn.reshape %e : tensor<1x1x3x4xf32>
# MOVES: [[G:%.*]] = dqnn.max_pool2d [[F]] {kernel = [1, 3]} : tensor<1x1x1x4xf32>
# MOVES: dqnn.reshape [[G]] : tensor<1x1x4xf32>

write()
