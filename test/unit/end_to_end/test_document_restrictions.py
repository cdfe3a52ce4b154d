"""The source document's restrictions: what a layer of the real libraries then becomes, and that the report says why.

All layers are in one file. Each runs in float, gives what Keras gives, and says what to change; or is served exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest
from dqnnc.dialects.dqnn import DqnnOp, LinearOp, StagedOp, layer_name
from dqnnc.dialects.dqnn.fallback import Fallback
from dqnnc.passes.target import computed_ops
from dqnnc.tools.dqnnc.compile import Options, compile_model, write_c
from dqnnc.tools.emulator import build_host, run
from support.keras import Frameworks, frameworks, needs_keras, randomize, run_keras, saved

pytestmark = [needs_keras, pytest.mark.xdist_group("restrictions")]  # one worker builds and runs them all

IMAGE, ROWS, VECTOR = (6, 5, 7), (3, 40), (40,)


Build: TypeAlias = Callable[[Frameworks, Any, str], Any]
"""Makes the output of a layer of a name from an input."""


class Case(NamedTuple):
    """A layer called `layer`, and what its report has to say; None where a kernel on codes serves it."""

    shape: tuple[int, ...]
    build: Build
    reason: str | None


def _signs(f: Frameworks, x: Any) -> Any:
    return f.qkeras.QActivation("binary(alpha=1)")(x)


def _binary(**options: Any) -> Build:
    """A convolution of signs by the weights of a binary quantizer with these options."""
    return lambda f, x, name: f.qkeras.QConv2D(
        5, 3, kernel_quantizer=f.qkeras.binary(**options), use_bias=False, name=name
    )(_signs(f, x))


def _bits(bits: int) -> Build:
    return lambda f, x, name: f.qkeras.QDense(
        5, kernel_quantizer=f.qkeras.quantized_bits(bits, 0, alpha=1), use_bias=False, name=name
    )(_signs(f, x))


def _dorefa(layer: str, part: str = "kernel", *, bits: int = 8, **options: Any) -> Build:
    """A layer of Larq whose input and weights DoReFa quantizes."""

    def build(f: Frameworks, x: Any, name: str) -> Any:
        make: Any = f.larq.quantizers.DoReFa
        given = {"input_quantizer": make(8, mode="activations"), f"{part}_quantizer": make(bits, mode="weights")}
        return getattr(f.larq.layers, layer)(**given, **options, name=name)(x)

    return build


def _larq_same(f: Frameworks, x: Any, name: str) -> Any:
    return f.larq.layers.QuantConv2D(
        5, 3, padding="same", pad_values=0.0, input_quantizer="ste_sign", kernel_quantizer="ste_sign", name=name
    )(x)


def _dense_of_rows(f: Frameworks, x: Any, name: str) -> Any:
    return f.qkeras.QDense(5, kernel_quantizer="binary(alpha=1)", name=name)(_signs(f, x))


CASES = {
    "alpha": Case(IMAGE, _binary(alpha=2.0), None),
    "use_01": Case(IMAGE, _binary(alpha=1, use_01=True), "use_01"),
    "four_bits": Case(VECTOR, _bits(4), None),
    "ten_bits": Case(VECTOR, _bits(10), "bits"),
    "rank_3": Case(ROWS, _dense_of_rows, "Flatten"),
    "dorefa_dense": Case(VECTOR, _dorefa("QuantDense", units=5, use_bias=False), "DoReFa"),
    "dorefa_depthwise": Case(
        IMAGE, _dorefa("QuantDepthwiseConv2D", "depthwise", kernel_size=3, use_bias=False), "DoReFa"
    ),
    "dorefa_bias": Case(IMAGE, _dorefa("QuantConv2D", filters=5, kernel_size=3), "use_bias=False"),
    "dorefa_bits": Case(IMAGE, _dorefa("QuantConv2D", bits=4, filters=5, kernel_size=3, use_bias=False), "no such row"),
    "larq_same": Case(IMAGE, _larq_same, None),
}


class Outcome(NamedTuple):
    """One compilation of all cases: the operators of each layer, and both frameworks' outputs."""

    ops: dict[str, list[DqnnOp]]
    ours: dict[str, Any]
    keras: dict[str, Any]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    f, folder = frameworks(), tmp_path_factory.mktemp("restrictions")
    inputs = {case.shape: f.keras.Input(case.shape) for case in CASES.values()}
    results = [case.build(f, inputs[case.shape], name) for name, case in CASES.items()]
    model = f.keras.Model(list(inputs.values()), results)
    randomize(model)
    saved(model, folder)
    random: Any = np.random.default_rng(3)
    arrays = [random.normal(0, 1, (1, *shape)).astype(np.float32) for shape in inputs]
    options = Options(input_data_type=("float32",), output_data_type=("float32",))
    network = compile_model(folder / "model.h5", options)
    write_c(network, folder / "project", "net")
    [ours] = run(build_host(folder / "project", folder / "build"), [arrays])
    ops: dict[str, list[DqnnOp]] = {name: [] for name in CASES}
    for op in computed_ops(network.selected):
        if (name := layer_name(op)) in ops:
            ops[name].append(op)
    return Outcome(ops, dict(zip(CASES, ours, strict=True)), dict(zip(CASES, run_keras(model, arrays), strict=True)))


@pytest.mark.parametrize("name", CASES)
def test_layer_says_why_it_is_in_float(name: str, outcome: Outcome):
    ops, reason = outcome.ops[name], CASES[name].reason
    if reason is None:
        assert any(isinstance(op, StagedOp) for op in ops)
        return
    [layer] = [op for op in ops if isinstance(op, LinearOp)]
    fallback = Fallback.of(layer)
    assert fallback is not None
    assert reason in fallback.reason


@pytest.mark.parametrize("name", CASES)
def test_layer_gives_what_keras_gives(name: str, outcome: Outcome):
    ours, keras = outcome.ours[name], outcome.keras[name]
    assert np.abs(ours - keras).max() <= 1e-5 * np.abs(keras).max()
