"""Advice: each subject where it is due, and none where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from dqnnc.frontends.keras import import_keras_file
from support.analysis import analysis
from support.keras_builder import KerasBuilder, Ref

BINARY = "binary(alpha=1)"
BITS = "quantized_bits(8,0,alpha=1)"
NORM: tuple[str, ...] = ("gamma", "beta", "moving_mean", "moving_variance")


@dataclass
class Net:
    """A network of QKeras layers under construction."""

    keras: KerasBuilder = field(default_factory=KerasBuilder)

    def input(self, *shape: int) -> Ref:
        return self.keras.input(shape)

    def q(self, x: Ref, quantizer: str) -> Ref:
        return self.keras.layer("QActivation", x, activation=quantizer)

    def conv(self, x: Ref, inputs: int, filters: int, quantizer: str, name: str) -> Ref:
        weights = {"kernel": (1, 1, inputs, filters)}
        options: dict[str, Any] = {"kernel_quantizer": quantizer, "use_bias": False}
        return self.keras.layer(
            "QConv2D", x, name=name, filters=filters, kernel_size=[1, 1], weights=weights, **options
        )

    def dense(self, x: Ref, inputs: int, units: int, quantizer: str, name: str) -> Ref:
        options: dict[str, Any] = {"kernel_quantizer": quantizer, "use_bias": False}
        return self.keras.layer("QDense", x, name=name, units=units, weights={"kernel": (inputs, units)}, **options)

    def norm(self, x: Ref, channels: int, name: str = "norm") -> Ref:
        weights = dict.fromkeys(NORM, np.ones(channels, np.float32))
        return self.keras.layer("BatchNormalization", x, name=name, weights=weights)

    def pool(self, x: Ref) -> Ref:
        return self.keras.layer("MaxPooling2D", x, name="pool", pool_size=[2, 2])

    def flatten(self, x: Ref) -> Ref:
        return self.keras.layer("Flatten", x)


def advice_on(net: Net, output: Ref) -> list[tuple[str, str, str]]:
    report = analysis(import_keras_file(net.keras.finish([output]), "net.h5"))
    return [(item.topic, item.layer, item.text) for item in report.advice]


def advice_about(topic: str, build: Callable[[Net], Ref]) -> list[tuple[str, str]]:
    net = Net()
    return [(layer, text) for found, layer, text in advice_on(net, build(net)) if found == topic]


def good(net: Net) -> Ref:
    """8 bits at both ends, 32 binary channels, the pool before the batch normalization."""
    x = net.q(net.input(4, 4, 1), BITS)
    x = net.q(net.norm(net.conv(x, 1, 32, BITS, "first"), 32, "n1"), BINARY)
    x = net.q(net.norm(net.pool(net.conv(x, 32, 32, BINARY, "middle")), 32, "n2"), BINARY)
    x = net.q(net.norm(net.conv(x, 32, 8, BINARY, "third"), 8, "n3"), BITS)
    return net.q(net.conv(x, 8, 4, BITS, "last"), BITS)


def test_no_advice_where_none_is_due() -> None:
    net = Net()
    assert advice_on(net, good(net)) == []


# --- Channels ----------------------------------------------------------------------------------------------------


def channels(count: int) -> Callable[[Net], Ref]:
    def build(net: Net) -> Ref:
        x = net.q(net.norm(net.conv(net.q(net.input(2, 2, 1), BITS), 1, count, BITS, "first"), count), BINARY)
        return net.q(net.conv(x, count, 3, BINARY, "last"), BITS)

    return build


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (7, "7 binary channels lie in 1 word of 32 bits, which holds 32; make them a multiple of 32"),
        (33, "33 binary channels lie in 2 words of 32 bits, which hold 64; make them a multiple of 32"),
    ],
)
def test_binary_channels_that_leave_a_word_part_empty(count: int, text: str) -> None:
    assert advice_about("channels", channels(count)) == [("first", text)]


@pytest.mark.parametrize("count", [32, 64])
def test_full_words(count: int) -> None:
    assert advice_about("channels", channels(count)) == []


def test_channels_of_8_bits_are_never_too_few() -> None:
    def build(net: Net) -> Ref:
        return net.q(net.conv(net.q(net.input(2, 2, 1), BITS), 1, 7, BITS, "c"), BITS)

    assert advice_about("channels", build) == []


# --- Pools -------------------------------------------------------------------------------------------------------


def pooled(*order: str) -> Callable[[Net], Ref]:
    def build(net: Net) -> Ref:
        x = net.conv(net.q(net.input(4, 4, 32), BINARY), 32, 32, BINARY, "conv")
        steps: dict[str, Callable[[Ref], Ref]] = {
            "norm": lambda x: net.norm(x, 32),
            "pool": net.pool,
            "sign": lambda x: net.q(x, BINARY),
            "bits": lambda x: net.q(x, BITS),
        }
        for step in order:
            x = steps[step](x)
        return x

    return build


@pytest.mark.parametrize("order", [("norm", "pool", "sign"), ("norm", "sign", "pool")])
def test_a_pool_behind_the_batch_normalization(order: tuple[str, ...]) -> None:
    [(layer, text)] = advice_about("pool-order", pooled(*order))
    assert layer == "pool"
    assert text == "it stands behind batch normalization 'norm'; put MaxPooling2D before BatchNormalization"


@pytest.mark.parametrize("order", [("pool", "norm", "sign"), ("norm", "pool", "bits"), ("sign", "pool")])
def test_a_pool_in_its_place(order: tuple[str, ...]) -> None:
    assert advice_about("pool-order", pooled(*order)) == []


# --- First and last layers ---------------------------------------------------------------------------------------


def test_binary_ends() -> None:
    def build(net: Net) -> Ref:
        x = net.q(net.norm(net.conv(net.q(net.input(2, 2, 32), BINARY), 32, 32, BINARY, "a"), 32, "n1"), BINARY)
        x = net.q(net.norm(net.conv(x, 32, 32, BINARY, "b"), 32, "n2"), BITS)
        return net.dense(net.flatten(x), 128, 3, BINARY, "c")

    first = [("a", "the first layer has binary input and weights; s8 or f32 is more exact there")]
    assert advice_about("first-layer", build) == first
    assert advice_about("last-layer", build) == [
        ("c", "the last layer has binary weights; s8 or f32 is more exact there")
    ]


def test_ends_of_8_bits() -> None:
    assert advice_about("first-layer", good) == advice_about("last-layer", good) == []


# --- Batch normalization -----------------------------------------------------------------------------------------


def test_binary_weights_want_a_batch_normalization() -> None:
    [(layer, text)] = advice_about("batch-norm", pooled("sign"))
    assert layer == "conv"
    assert text.startswith("no batch normalization before its sign")
    assert advice_about("batch-norm", pooled("norm", "sign")) == []
    assert advice_about("batch-norm", pooled("bits")) == [], "no sign"


# --- Layers in float ---------------------------------------------------------------------------------------------


def test_another_quantizer_would_do() -> None:
    def build(net: Net) -> Ref:
        x = net.conv(net.q(net.input(2, 2, 1), BITS), 1, 2, BINARY, "c")
        return net.q(net.norm(x, 2), BITS)

    assert advice_about("quantizer", build) == [
        (
            "c",
            "8-bit weights: kernel_quantizer=quantized_bits(8, ..., alpha=1); "
            "then it is computed as s8 x s8 -> s8 convolution",
        )
    ]


def test_a_float_layer_by_choice_needs_no_quantizer() -> None:
    def build(net: Net) -> Ref:
        return net.keras.layer("Dense", net.input(4), units=2, weights={"kernel": (4, 2), "bias": (2,)})

    assert advice_about("quantizer", build) == []


@pytest.mark.parametrize(("shape", "rows"), [((3, 4), 3), ((4,), 1)])
def test_dense_layers_of_rows(shape: tuple[int, ...], rows: int) -> None:
    def build(net: Net) -> Ref:
        return net.q(net.dense(net.q(net.input(*shape), BINARY), 4, 32, BINARY, "d"), BINARY)

    expected: list[Any] = [("d", f"it is computed for {rows} rows of its input; put a Flatten layer before it")]
    assert advice_about("flatten", build) == (expected if rows > 1 else [])
