"""Quantizers give what the libraries' own functions give, on dense grids with ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.keras import import_keras_file
from dqnnc.frontends.keras.quantizers import make_quantizer, parse_call
from support.keras import frameworks, needs_keras
from support.keras_builder import KerasBuilder

pytestmark = needs_keras

TIES = np.concatenate([np.arange(-1100, 1100) / 2.0**k for k in range(-1, 12)])
GRID = np.unique(
    np.concatenate([np.linspace(-3, 3, 60_001), np.linspace(-400, 400, 20_001), TIES, [-0.0, 1e-30, -1e-30]])
).astype(np.float32)
"""From -1100 to 1100, dense near 0, with every tie of scales from 2^-11 to 2."""

ACTIVATIONS = [
    "quantized_bits(8,0,1)",
    "quantized_bits(8, 7, alpha=1)",
    "quantized_bits(8,2,0)",
    "quantized_bits(8, 0, 0, keep_negative=False)",
    "quantized_bits(bits=4,integer=1,symmetric=True)",
    "quantized_bits(10,0)",
    "quantized_bits(1,0)",
    "quantized_bits(8,0,alpha=0.7)",
    "quantized_relu(8)",
    "quantized_relu(8,2)",
    "quantized_relu(8, 8)",
    "quantized_relu(6,3)",
    "quantized_relu(8,2,negative_slope=0.25)",
    "quantized_tanh(8)",
    "quantized_tanh(8,symmetric=1)",
    "quantized_tanh(4)",
    "binary",
    "binary()",
    "binary(alpha=1)",
    "binary(alpha=2.5)",
    "binary(use_01=1,alpha=1)",
    "stochastic_binary(alpha=1)",
    "stochastic_binary()",
]

LARQ_ACTIVATIONS: list[tuple[str, dict[str, Any]]] = [
    ("SteSign", {}),
    ("SteSign", {"clip_value": 1.25}),
    ("ApproxSign", {}),
    ("SwishSign", {"beta": 2.0}),
    ("DoReFa", {"k_bit": 8, "mode": "activations"}),
    ("DoReFa", {"k_bit": 3, "mode": "activations"}),
    ("NoOp", {"precision": 1}),
]


def imported(spelling: Any) -> Array:
    """What the network of one activation layer gives on the grid."""
    m = KerasBuilder()
    data = m.finish([m.layer("QActivation", m.input(GRID.shape), activation=spelling)])
    return semantics.run(import_keras_file(data, "net.h5"), [GRID[None]])[0][0]


def differing(ours: Array, theirs: Array) -> Array:
    """Where two results differ by more than the rounding of QKeras's x + (q - x)."""
    return np.flatnonzero(np.abs(ours - theirs) > 1e-6 * np.maximum(np.abs(theirs), np.abs(GRID)) + 1e-12)


@pytest.mark.parametrize("text", ACTIVATIONS)
def test_qkeras_on_activations(text: str):
    theirs = np.asarray(frameworks().qkeras.get_quantizer(text)(GRID))
    places = differing(imported(text), theirs)
    if text.startswith("quantized_tanh"):
        # QKeras computes 2 * (x/2 + 1/2) - 1, which rounds: values within 2^-24 of a tie may fall on it.
        off = np.abs(np.abs(GRID[places] * 2.0**7) % 1 - 0.5)
        assert (off < 1e-4).all()
        assert len(places) <= len(GRID) // 1000
        return
    assert places.size == 0, (GRID[places][:5], theirs[places][:5], imported(text)[places][:5])


@pytest.mark.parametrize(("name", "config"), LARQ_ACTIVATIONS)
def test_larq_on_activations(name: str, config: dict[str, Any]):
    theirs = np.asarray(getattr(frameworks().larq.quantizers, name)(**config)(GRID))
    ours = imported({"class_name": name, "config": config})
    assert np.array_equal(ours, theirs)
    assert np.array_equal(imported({"class_name": f"Larq>{name}", "config": config}), theirs)


WEIGHTS = [
    ("quantized_bits(8,0,1)", False),
    ("quantized_bits(8,0,alpha=1)", False),
    ("quantized_bits(8,0,alpha=0.3)", False),
    ("quantized_bits(8,0,alpha='auto')", False),
    ("quantized_bits(8,0,alpha='auto_po2')", False),
    ("quantized_bits(4,1,alpha='auto_po2')", False),
    ("quantized_bits(8,0)", True),
    ("binary(alpha=1)", True),
    ("binary", True),
    ("binary(alpha='auto')", False),
    ("binary(alpha='auto_po2')", False),
    ("binary(use_01=1,alpha='auto')", False),
    ("stochastic_binary(alpha='auto_po2')", False),
    ("quantized_po2(4)", False),
    ("quantized_po2(5,2)", False),
    ("quantized_po2(5,quadratic_approximation=True)", False),
    ("quantized_relu_po2(6,2048)", False),
    ("quantized_relu_po2(6,quadratic_approximation=True)", False),
    ("quantized_relu_po2(4,negative_slope=0.25)", False),
    ("quantized_relu(8,1)", False),
]
"""Calls, and whether they are a QKeras layer's own kernel quantizer, which finds its scale."""


@pytest.mark.parametrize("shape", [(3, 3, 4, 6), (20, 5), (3, 3, 4, 1)])
@pytest.mark.parametrize(("text", "trainable"), WEIGHTS)
def test_qkeras_on_weights(text: str, trainable: bool, shape: tuple[int, ...]):
    rng = np.random.default_rng(len(text))
    weights = rng.normal(0, 0.6, shape).astype(np.float32)
    weights.flat[:4] = [0.0, -0.0, 0.5, -1.5]
    quantizer = frameworks().qkeras.get_quantizer(text)
    if trainable:
        quantizer._set_trainable_parameter()
    theirs = np.asarray(quantizer(weights))
    ours = make_quantizer(parse_call(text), trainable=trainable).evaluate(weights)
    assert np.abs(ours - theirs).max() <= 1e-6 * max(1.0, np.abs(theirs).max())


@pytest.mark.parametrize("bits", [8, 2])
def test_dorefa_on_weights(bits: int):
    weights = np.random.default_rng(3).normal(0, 0.5, (3, 3, 8, 16)).astype(np.float32)
    theirs = np.asarray(frameworks().larq.quantizers.DoReFa(k_bit=bits, mode="weights")(weights))
    levels = 2**bits - 1
    ours = make_quantizer(parse_call(f"DoReFa(k_bit={bits}, mode='weights')"), trainable=False).on_weights(weights)
    codes = np.rint(theirs.astype(float) * levels)
    # A tanh in another order of operations may fall on the other side of a tie.
    assert (np.abs(ours.codes - codes) <= 2).all()
    assert np.count_nonzero(ours.codes != codes) <= 2


def test_weights_of_zero():
    zeros = np.zeros((3, 2), np.float32)
    assert make_quantizer(parse_call("DoReFa(8, 'weights')"), trainable=False).on_weights(zeros).codes.max() <= 1
    assert np.array_equal(make_quantizer(parse_call("binary(alpha='auto')"), trainable=False).evaluate(zeros), zeros)
