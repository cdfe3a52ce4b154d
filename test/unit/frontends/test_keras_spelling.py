"""How quantizers are spelled, and quantizers of plugins. Needs no framework."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import ConstantOp, QuantizeOp, is_binary, quantized_element, tensor_type
from dqnnc.dialects.dqnn.fallback import FALLBACK
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.keras import import_keras_file
from dqnnc.frontends.keras.quantizers import SpellingError, parse_call, plugin, spelling_of
from support.keras_builder import KerasBuilder
from xdsl.dialects.builtin import ModuleOp

CALLS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "ste_sign": ("ste_sign", (), {}),
    "binary()": ("binary", (), {}),
    " binary ( alpha = 1 ) ": ("binary", (), {"alpha": 1}),
    "quantized_bits(8,0,1)": ("quantized_bits", (8, 0, 1), {}),
    "quantized_bits(8, -2, alpha='auto_po2')": ("quantized_bits", (8, -2), {"alpha": "auto_po2"}),
    'quantized_bits(bits=4,alpha="auto",keep_negative=False,)': (
        "quantized_bits",
        (),
        {"bits": 4, "alpha": "auto", "keep_negative": False},
    ),
    "quantized_relu(8,2,negative_slope=1e-1)": ("quantized_relu", (8, 2), {"negative_slope": 0.1}),
    "binary(alpha=None,use_01=True)": ("binary", (), {"alpha": None, "use_01": True}),
    "qkeras.quantizers.binary(1)": ("binary", (1,), {}),
    "Larq>SteSign": ("SteSign", (), {}),
}


@pytest.mark.parametrize("text", CALLS)
def test_calls(text: str):
    spelling = parse_call(text)
    assert (spelling.name, spelling.arguments, dict(spelling.named)) == CALLS[text]


@pytest.mark.parametrize(
    "text",
    ["", "binary(", "binary)", "binary(alpha=)", "f(g(1))", "f(a=1, 2)", "f(1 2)", "1(2)", "f(x)", "f('a)", "f(,)"],
)
def test_no_calls(text: str):
    with pytest.raises(SpellingError):
        parse_call(text)


@pytest.mark.parametrize("value", [1, True, ["binary"], "x" * 2000])
def test_no_spellings(value: Any):
    with pytest.raises(SpellingError):
        spelling_of(value)


def test_serialized_objects():
    entry = {"class_name": "Larq>DoReFa", "config": {"k_bit": 8}}
    spelling = spelling_of(entry)
    assert spelling is not None
    assert (spelling.name, dict(spelling.named), spelling.known_package) == ("DoReFa", {"k_bit": 8}, True)
    spelling = spelling_of({"module": "builtins", "class_name": "function", "config": "ste_sign"})
    assert spelling is not None
    assert spelling.name == "ste_sign"
    spelling = spelling_of(
        {"module": "my.code", "class_name": "binary", "config": {}, "registered_name": "mine>binary"}
    )
    assert spelling is not None
    assert not spelling.known_package


# --- plugins ----------------------------------------------------------------------------------------------------


def my_sign(x: Array) -> Array:
    """A sign of the user's own."""
    return np.where(x >= 0, 1.0, -1.0)


def my_steps(x: Array, step: float = 0.5) -> Array:
    """Multiples of a step, from -3 to 4 steps."""
    return np.clip(np.rint(x / np.float32(step)), -3, 4) * step


def my_curve(x: Array) -> Array:
    """No quantizer at all."""
    return np.sin(x)


def my_failure(x: Array) -> Array:
    raise RuntimeError("no such thing")


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch):
    functions = {"my_sign": my_sign, "my_steps": my_steps, "my_curve": my_curve, "my_failure": my_failure}

    class Entry(EntryPoint):
        def load(self) -> Any:
            return functions[self.name]

    def entries(group: str, name: str) -> list[EntryPoint]:
        assert group == "dqnnc.quantizers"
        return [Entry(name, f"mine:{name}", group)] if name in functions else []

    monkeypatch.setattr(plugin, "entry_points", entries)


def network(activation: Any, kernel: Any = None) -> ModuleOp:
    """A quantizer on activations, then a dense layer whose kernel has one."""
    m = KerasBuilder()
    x = m.layer("Activation", m.input((4,)), activation=activation)
    weights = {"kernel": np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.0], [0.5, 1.0]], np.float32)}
    y = m.layer("QDense", x, units=2, use_bias=False, kernel_quantizer=kernel, weights=weights)
    return import_keras_file(m.finish([x, y]), "net.h5")


X = np.array([[-1.2, -0.2, 0.3, 5.0]], np.float32)


def test_a_sign_is_binary():
    module = network("my_sign", {"module": "mine", "class_name": "my_sign", "config": {}})
    values = {type(op): op for op in module.walk()}
    assert is_binary(tensor_type(values[QuantizeOp].results[0]).element_type)
    assert is_binary(tensor_type(values[ConstantOp].results[0]).element_type)
    assert np.array_equal(semantics.run(module, [X])[0], my_sign(X))


@pytest.mark.parametrize("step", [0.5, 0.1])
def test_steps_have_a_scale(step: float):
    module = network({"class_name": "mine>my_steps", "config": {"step": step}}, f"my_steps(step={step})")
    op = next(op for op in module.walk() if isinstance(op, QuantizeOp))
    element = quantized_element(tensor_type(op.result))
    assert element is not None
    assert (element.storage_min, element.storage_max) == (-3, 4)
    assert np.allclose(semantics.run(module, [X])[0], my_steps(X, step), rtol=1e-6)


def test_weights_that_are_no_steps_stay_in_float():
    module = network("linear", "my_curve")
    assert any(FALLBACK in op.attributes for op in module.walk())


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        ("my_curve", "neither a sign nor a rounding to equal steps"),
        ("my_failure", "plugin failed: no such thing: mend the plugin"),
        ("my_steps(1)", "arguments without names"),
        ("not_mine", "unknown activation: use one of hard_sigmoid, .*, or a quantizer"),
    ],
)
def test_plugins_that_cannot_be_used(activation: str, message: str):
    with pytest.raises(ModelError, match=message):
        network(activation)
