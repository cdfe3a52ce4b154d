"""Each layer gives what Keras gives, from an .h5 file, a .keras file and the model object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import QuantizeOp
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.keras import SUPPORTED, import_keras, import_keras_file
from support.keras import Frameworks, frameworks, needs_keras, randomize, run_keras, saved
from xdsl.dialects.builtin import ModuleOp

pytestmark = needs_keras

Build = Callable[[Frameworks, Any], Any]
"""Makes the output of a model from its input."""

IMAGE, LINE, VECTOR = (9, 8, 4), (11, 4), (24,)

CASES: dict[str, tuple[tuple[int, ...], Build]] = {
    "dense": (VECTOR, lambda f, x: f.layers.Dense(5, activation="sigmoid")(x)),
    "dense rows": ((3, 6), lambda f, x: f.layers.Dense(5, use_bias=False)(x)),
    "conv1d": (LINE, lambda f, x: f.layers.Conv1D(3, 3, padding="causal", dilation_rate=2)(x)),
    "conv1d strided": (LINE, lambda f, x: f.layers.Conv1D(3, 4, padding="same", strides=3)(x)),
    "conv2d same": (IMAGE, lambda f, x: f.layers.Conv2D(6, (4, 3), padding="same", strides=2)(x)),
    "conv2d dilated": (IMAGE, lambda f, x: f.layers.Conv2D(6, 3, padding="same", dilation_rate=2)(x)),
    "conv2d groups": (IMAGE, lambda f, x: f.layers.Conv2D(6, 3, groups=2, activation="relu6")(x)),
    "depthwise": (IMAGE, lambda f, x: f.layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(x)),
    "depthwise1d": (LINE, lambda f, x: f.layers.DepthwiseConv1D(3, strides=2, padding="same")(x)),
    "separable": (IMAGE, lambda f, x: f.layers.SeparableConv2D(5, 3, depth_multiplier=2, padding="same")(x)),
    "separable1d": (LINE, lambda f, x: f.layers.SeparableConv1D(5, 3)(x)),
    "transposed valid": (IMAGE, lambda f, x: f.layers.Conv2DTranspose(3, 3, strides=2)(x)),
    "transposed same": (IMAGE, lambda f, x: f.layers.Conv2DTranspose(3, 4, strides=3, padding="same")(x)),
    "transposed gaps": (IMAGE, lambda f, x: f.layers.Conv2DTranspose(3, 2, strides=3)(x)),
    "batch norm 4": (IMAGE, lambda f, x: f.layers.BatchNormalization()(x)),
    "batch norm 2": (VECTOR, lambda f, x: f.layers.BatchNormalization(epsilon=0.01)(x)),
    "batch norm 3": (LINE, lambda f, x: f.layers.BatchNormalization(axis=-1)(x)),
    "batch norm bare": (IMAGE, lambda f, x: f.layers.BatchNormalization(scale=False, center=False)(x)),
    "batch norm shift": (IMAGE, lambda f, x: f.layers.BatchNormalization(scale=False)(x)),
    "batch norm scale": (IMAGE, lambda f, x: f.layers.BatchNormalization(center=False)(x)),
    "max pool": (IMAGE, lambda f, x: f.layers.MaxPooling2D(3, strides=2, padding="same")(x)),
    "max pool default": (IMAGE, lambda f, x: f.layers.MaxPooling2D()(x)),
    "average pool": (IMAGE, lambda f, x: f.layers.AveragePooling2D((3, 2), strides=(2, 1), padding="same")(x)),
    "max pool1d": (LINE, lambda f, x: f.layers.MaxPooling1D(2)(x)),
    "average pool1d": (LINE, lambda f, x: f.layers.AveragePooling1D(3, strides=2, padding="same")(x)),
    "global average": (IMAGE, lambda f, x: f.layers.GlobalAveragePooling2D()(x)),
    "global average kept": (IMAGE, lambda f, x: f.layers.GlobalAveragePooling2D(keepdims=True)(x)),
    "global max": (IMAGE, lambda f, x: f.layers.GlobalMaxPooling2D()(x)),
    "global average1d": (LINE, lambda f, x: f.layers.GlobalAveragePooling1D()(x)),
    "global max1d": (LINE, lambda f, x: f.layers.GlobalMaxPooling1D(keepdims=True)(x)),
    "merge": (
        IMAGE,
        lambda f, x: f.layers.Add()(
            [f.layers.Multiply()([x, x]), f.layers.Subtract()([x, f.layers.ReLU()(x)]), f.layers.Maximum()([x, x, x])]
        ),
    ),
    "average": (IMAGE, lambda f, x: f.layers.Average()([x, f.layers.ReLU()(x), f.layers.Minimum()([x, x])])),
    "broadcast": (IMAGE, lambda f, x: f.layers.Multiply()([x, f.layers.GlobalMaxPooling2D(keepdims=True)(x)])),
    "concat": (IMAGE, lambda f, x: f.layers.Concatenate(axis=1)([x, x, f.layers.ReLU()(x)])),
    "shapes": (
        IMAGE,
        lambda f, x: f.layers.Permute((2, 3, 1))(f.layers.Reshape((4, -1, 6))(f.layers.Flatten()(x))),
    ),
    "zero padding": (IMAGE, lambda f, x: f.layers.ZeroPadding2D(((1, 2), (0, 3)))(x)),
    "zero padding1d": (LINE, lambda f, x: f.layers.ZeroPadding1D((2, 1))(x)),
    "cropping": (IMAGE, lambda f, x: f.layers.Cropping2D(((1, 2), (0, 3)))(x)),
    "cropping1d": (LINE, lambda f, x: f.layers.Cropping1D(2)(x)),
    "up sampling": (IMAGE, lambda f, x: f.layers.UpSampling2D((2, 3))(x)),
    "up sampling1d": (LINE, lambda f, x: f.layers.UpSampling1D(3)(x)),
    "relu": (IMAGE, lambda f, x: f.layers.ReLU(max_value=0.5, negative_slope=0.1)(x)),
    "relu bound": (IMAGE, lambda f, x: f.layers.ReLU(max_value=0.75)(x)),
    "leaky relu": (IMAGE, lambda f, x: f.layers.LeakyReLU(alpha=0.2)(x)),
    "prelu": (IMAGE, lambda f, x: f.layers.PReLU()(x)),
    "prelu shared": (IMAGE, lambda f, x: f.layers.PReLU(shared_axes=[1, 2])(x)),
    "softmax": (LINE, lambda f, x: f.layers.Softmax()(x)),
    "activations": (
        VECTOR,
        lambda f, x: f.layers.Concatenate()(
            [
                f.layers.Activation(name)(x)
                for name in ("relu", "sigmoid", "tanh", "softmax", "linear", "hard_sigmoid", "swish")
            ]
        ),
    ),
    "dropped": (
        VECTOR,
        lambda f, x: f.layers.GaussianNoise(1.0)(f.layers.Dropout(0.5)(f.layers.ActivityRegularization(0.1)(x))),
    ),
    "rescaling": (IMAGE, lambda f, x: f.layers.Rescaling(1 / 255, offset=-0.5)(x)),
    "q dense": (
        VECTOR,
        lambda f, x: f.qkeras.QDense(
            5, kernel_quantizer="quantized_bits(8,0,1)", bias_quantizer="quantized_bits(8,2,1)"
        )(x),
    ),
    "q dense binary": (
        VECTOR,
        lambda f, x: f.qkeras.QDense(
            5,
            kernel_quantizer=f.qkeras.binary(alpha=1),
            bias_quantizer=f.qkeras.binary(alpha=1),
            activation="quantized_relu(8,4)",
        )(x),
    ),
    "q dense rows": ((3, 6), lambda f, x: f.qkeras.QDense(5, kernel_quantizer="binary")(x)),
    "q conv": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2D(
            7, 3, padding="same", kernel_quantizer=f.qkeras.quantized_bits(4, 0, 1), bias_quantizer="quantized_po2(4)"
        )(x),
    ),
    "q conv binary": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2D(
            7, 3, strides=2, kernel_quantizer=f.qkeras.binary(alpha=1), use_bias=False, padding="same"
        )(f.qkeras.QActivation(f.qkeras.binary(alpha=1))(x)),
    ),
    "q conv auto": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2D(7, 3, kernel_quantizer=f.qkeras.binary(alpha="auto"), use_bias=False)(x),
    ),
    "q conv1d": (LINE, lambda f, x: f.qkeras.QConv1D(7, 3, kernel_quantizer="quantized_bits(8,0,alpha='auto')")(x)),
    "q transposed": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DTranspose(3, (3, 2), kernel_quantizer="quantized_bits(8,0,1,alpha=1)")(x),
    ),
    "q transposed auto": (IMAGE, lambda f, x: f.qkeras.QConv2DTranspose(3, 3, kernel_quantizer="binary")(x)),
    "q transposed strided": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DTranspose(3, 3, strides=(2, 2), kernel_quantizer=f.qkeras.binary(alpha=1))(x),
    ),
    "q depthwise": (
        IMAGE,
        lambda f, x: f.qkeras.QDepthwiseConv2D(
            3,
            padding="same",
            depthwise_quantizer=f.qkeras.binary(alpha=1),
            bias_quantizer=f.qkeras.quantized_bits(8, 1),
        )(x),
    ),
    "q depthwise auto": (
        IMAGE,
        lambda f, x: f.qkeras.QDepthwiseConv2D(3, depth_multiplier=3, depthwise_quantizer="quantized_bits(8)")(x),
    ),
    "q conv folded": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DBatchnorm(
            6, 3, kernel_quantizer="quantized_bits(8,2,alpha=1)", bias_quantizer="quantized_bits(8,2)"
        )(x),
    ),
    "q conv folded auto": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DBatchnorm(6, 3, kernel_quantizer="binary", scale=False, use_bias=False)(x),
    ),
    "q conv folded by batch statistics": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DBatchnorm(
            6,
            3,
            kernel_quantizer="quantized_bits(8,0)",
            bias_quantizer=f.qkeras.quantized_bits(8, 2, alpha=1),
            folding_mode="batch_stats_folding",
            ema_freeze_delay=10,
        )(x),
    ),
    "q conv folded bare": (
        IMAGE,
        lambda f, x: f.qkeras.QConv2DBatchnorm(
            6, 3, kernel_quantizer="quantized_bits(8,2,alpha=1)", folding_mode="batch_stats_folding", scale=False
        )(x),
    ),
    "q batch norm": (IMAGE, lambda f, x: f.qkeras.QBatchNormalization()(x)),
    "q batch norm 2": (VECTOR, lambda f, x: f.qkeras.QBatchNormalization(scale=False)(x)),
    "q batch norm bits": (
        VECTOR,
        lambda f, x: f.qkeras.QBatchNormalization(
            gamma_quantizer="quantized_bits(8,1)", beta_quantizer="quantized_bits(8,2)", mean_quantizer=None
        )(x),
    ),
    "larq dense": (
        VECTOR,
        lambda f, x: f.larq.layers.QuantDense(6, input_quantizer="ste_sign", kernel_quantizer="swish_sign")(x),
    ),
    "larq conv": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantConv2D(
            6, 3, padding="same", input_quantizer="approx_sign", kernel_quantizer="ste_sign", use_bias=False
        )(x),
    ),
    "larq conv pad +1": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantConv2D(
            6, 3, padding="same", strides=2, input_quantizer="ste_sign", kernel_quantizer="ste_sign", pad_values=1.0
        )(x),
    ),
    "larq conv pad -1": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantConv2D(
            6, 4, padding="same", input_quantizer="ste_sign", kernel_quantizer="ste_sign", pad_values=-1.0
        )(x),
    ),
    "larq conv1d": (
        LINE,
        lambda f, x: f.larq.layers.QuantConv1D(6, 3, padding="same", kernel_quantizer="ste_sign", pad_values=1)(x),
    ),
    "larq dorefa": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantConv2D(
            6,
            3,
            input_quantizer=f.larq.quantizers.DoReFa(k_bit=8, mode="activations"),
            kernel_quantizer=f.larq.quantizers.DoReFa(k_bit=8, mode="weights"),
            use_bias=False,
        )(x),
    ),
    "larq depthwise": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantDepthwiseConv2D(
            3, padding="same", input_quantizer="ste_sign", depthwise_quantizer="ste_sign", pad_values=1.0
        )(x),
    ),
    "larq separable": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantSeparableConv2D(
            5, 3, depthwise_quantizer="ste_sign", pointwise_quantizer="ste_sign", input_quantizer="ste_sign"
        )(x),
    ),
    "larq separable 1": (
        LINE,
        lambda f, x: f.larq.layers.QuantSeparableConv1D(
            5, 3, depthwise_quantizer="ste_sign", pointwise_quantizer="ste_sign", input_quantizer="ste_sign"
        )(x),
    ),
    "larq dense 3": ((3, 6), lambda f, x: f.larq.layers.QuantDense(5, kernel_quantizer="ste_sign")(x)),
    "larq quantizers": (
        VECTOR,
        lambda f, x: f.layers.Concatenate()(
            [
                quantizer(x)
                for quantizer in (
                    f.larq.quantizers.SteSign(clip_value=1.25),
                    f.larq.quantizers.ApproxSign(),
                    f.larq.quantizers.SwishSign(),
                    f.larq.quantizers.DoReFa(k_bit=8, mode="activations"),
                    f.larq.quantizers.NoOp(precision=1),
                )
            ]
        ),
    ),
    "larq quantizer as activation": (
        VECTOR,
        lambda f, x: f.layers.Add()(
            [
                f.layers.Activation(f.larq.quantizers.ste_sign)(x),
                f.layers.Activation(f.larq.quantizers.ApproxSign())(x),
            ]
        ),
    ),
    "larq options of training": (
        IMAGE,
        lambda f, x: f.larq.layers.QuantConv2D(
            4,
            3,
            activation="relu",
            input_quantizer="ste_sign",
            kernel_quantizer="ste_sign",
            kernel_constraint="weight_clip",
            kernel_regularizer="l2",
        )(x),
    ),
    "q activations": (
        VECTOR,
        lambda f, x: f.layers.Concatenate()(
            [
                f.qkeras.QActivation(name)(x)
                for name in ("relu", "tanh", "sigmoid", "hard_tanh", "hard_sigmoid", "quantized_relu(8,2)", "binary()")
            ]
        ),
    ),
    "q dense hard sigmoid": (
        VECTOR,
        lambda f, x: f.qkeras.QDense(5, kernel_quantizer=f.qkeras.binary(alpha=1), activation="hard_sigmoid")(x),
    ),
    "q depthwise spelled": (
        IMAGE,
        lambda f, x: f.layers.Concatenate()(
            [
                f.qkeras.QDepthwiseConv2D(3, depthwise_quantizer=quantizer)(x)
                for quantizer in (None, "binary(alpha=1)", {"class_name": "binary", "config": {"alpha": 1}})
            ]
        ),
    ),
    "shared": (VECTOR, lambda f, x: _twice(f.layers.Dense(24, activation="tanh"), x)),
    "nested": (VECTOR, lambda f, x: _twice(_block(f), x)),
    "nested twice": (
        VECTOR,
        lambda f, x: f.keras.Sequential([_block(f), f.layers.Dense(3)])(x),
    ),
}


def _twice(layer: Any, x: Any) -> Any:
    return layer(layer(x))


def _block(f: Frameworks) -> Any:
    """A network with a frozen layer and a batch normalization: its weights are saved in another order."""
    x = f.keras.Input(VECTOR)
    y = f.layers.Dense(24, name="inner", trainable=False)(x)
    y = f.layers.BatchNormalization()(y)
    y = f.layers.Dense(24, name="outer")(y)
    return f.keras.Model(x, f.layers.Add()([x, y]))


def build(name: str) -> Any:
    shape, output = CASES[name]
    f = frameworks()
    x = f.keras.Input(shape)
    model = f.keras.Model(x, output(f, x))
    randomize(model)
    return model


def check(module: ModuleOp, model: Any, seed: int = 1) -> None:
    """Check the outputs of both on random inputs."""
    module.verify()
    rng = np.random.default_rng(seed)
    inputs: list[Array] = [rng.normal(0, 0.7, (1, *x.shape[1:])).astype(np.float32) for x in model.inputs]
    for ours, theirs in zip(semantics.run(module, inputs), run_keras(model, inputs), strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


@pytest.mark.parametrize("name", CASES)
def test_layer(name: str, tmp_path: Path):
    model = build(name)
    from_file = import_keras_file(saved(model, tmp_path), "model.h5")
    check(from_file, model)
    assert str(import_keras(model)) == str(from_file)
    assert str(import_keras_file(saved(model, tmp_path, "keras"), "model.keras")) == str(from_file)


def test_every_class_of_the_libraries_is_tested():
    tested = {layer.__class__.__name__ for name in CASES for layer in all_layers(build(name))}
    # QDenseBatchnorm is in no released QKeras; AlphaDropout and the like are Dropout's.
    untested = {
        "AlphaDropout", "GaussianDropout", "Identity", "QDenseBatchnorm", "SpatialDropout1D", "SpatialDropout2D",
        "DoReFaQuantizer", "NoOpQuantizer",  # older names of DoReFa and NoOp
    }  # fmt: skip
    assert set(SUPPORTED) - tested == untested


def all_layers(model: Any) -> list[Any]:
    layers: list[Any] = []
    for layer in model.layers:
        layers += all_layers(layer) if hasattr(layer, "layers") else [layer]
    return layers


def test_several_inputs_and_outputs(tmp_path: Path):
    f = frameworks()
    a, b = f.keras.Input((4,), name="a"), f.keras.Input((6,), name="b")
    y = f.layers.Concatenate(name="y")([b, a])
    z = f.layers.Dense(3, name="z")(a)
    model = f.keras.Model([a, b], [y, z, y])
    randomize(model)
    for extension in ("h5", "keras"):
        check(import_keras_file(saved(model, tmp_path, extension), "model"), model)


def test_sequential(tmp_path: Path):
    f = frameworks()
    for first in ([], [f.layers.InputLayer((6, 6, 2))]):
        shape = {} if first else {"input_shape": (6, 6, 2)}
        layers = [*first, f.layers.Conv2D(3, 3, **shape), f.layers.Flatten(), f.layers.Dense(4)]
        model = f.keras.Sequential(layers)
        randomize(model)
        for extension in ("h5", "keras"):
            check(import_keras_file(saved(model, tmp_path, extension), "model"), model)


def test_sequential_without_input_shape(tmp_path: Path):
    f = frameworks()
    model = f.keras.Sequential([f.layers.Dense(4), f.layers.Dense(2)])
    model.build((None, 5))
    check(import_keras_file(saved(model, tmp_path), "model"), model)


@pytest.fixture
def keras3() -> Any:
    keras = pytest.importorskip("keras")
    if keras.__version__.startswith("2"):
        pytest.skip("Keras 3 is not installed")
    return keras


def check_keras_3(keras: Any, inputs: Any, outputs: Any, folder: Path) -> None:
    """Check that both forms of file, and the model, give one module, and that it computes what Keras does."""
    model = keras.Model(inputs, outputs)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.uniform(0.1, 1.0, weight.shape))
    module = import_keras(model)
    check(module, model)
    for extension in ("keras", "h5"):
        assert str(import_keras_file(saved(model, folder, extension), "model")) == str(module)


def test_keras_3(keras3: Any, tmp_path: Path):
    """Keras 3 writes graphs otherwise, and normalizes with the other formula."""
    layers = keras3.layers
    x = keras3.Input((7, 6, 3))
    y = layers.Conv2D(4, 3, padding="same")(x)
    y = layers.BatchNormalization()(y)
    y = layers.Add()([y, layers.LeakyReLU(negative_slope=0.2)(y)])
    inner = keras3.Sequential([keras3.Input((7, 6, 4)), layers.Conv2D(4, 1), layers.BatchNormalization()])
    y = inner(inner(y))
    block = keras3.Input((7, 6, 4))
    y = keras3.Model(block, layers.Multiply()([block, layers.ReLU(max_value=0.5)(block)]))(y)
    y = layers.SeparableConv2D(3, 2)(layers.DepthwiseConv2D(2, depth_multiplier=2)(y))
    y = layers.Conv2D(3, 2, activation="leaky_relu")(layers.Activation("leaky_relu")(y))
    y = layers.Dense(3, activation="hard_sigmoid")(layers.Flatten()(y))
    check_keras_3(keras3, x, y, tmp_path)


def test_keras_3_counts_the_calls_of_a_graph_in_two_ways(keras3: Any, tmp_path: Path):
    """From 0 where other calls use them, from 1 where they are outputs of the network."""
    layers = keras3.layers
    source = keras3.Input((4,))
    block = keras3.Model(source, layers.Add()([source, layers.Dense(4)(source)]))
    x = keras3.Input((4,))
    once, twice = block(x), block(block(x))
    check_keras_3(keras3, x, block(block(block(x))), tmp_path)
    check_keras_3(keras3, x, [once, twice], tmp_path)
    check_keras_3(keras3, x, [layers.ReLU()(once), twice], tmp_path)


def test_quantizers_are_explicit(tmp_path: Path):
    """Each quantizer on activations is one op; none hides in a layer."""
    model = build("larq dorefa")
    module = import_keras_file(saved(model, tmp_path), "model.h5")
    assert sum(isinstance(op, QuantizeOp) for op in module.walk()) == 1
