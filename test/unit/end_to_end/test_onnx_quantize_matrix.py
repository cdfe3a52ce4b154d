"""A small network in every form that ONNX Runtime's static quantizer gives it, against ONNX Runtime.

Each network goes through the passes by itself and is run with the reference semantics; all of an operator set go
through them together, into one program in C.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.frontends.onnx import import_onnx
from dqnnc.passes.pipelines import (
    DqnnToCallsPipeline,
    LegalizePipeline,
    OptimizePipeline,
    PreparePipeline,
    QuantizePipeline,
    expand,
)
from dqnnc.tools.dqnnc.compile import Options, compile_model, write_c
from dqnnc.tools.dqnnc.execute import run_values
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.dqnnc.schemes import schemes_of
from dqnnc.tools.edges import from_reals, network_edges, to_reals
from dqnnc.tools.emulator import build_target
from dqnnc.tools.run_compiled import run_samples
from numpy.typing import NDArray
from support.onnx_builder import OnnxBuilder, schema
from support.onnx_quantized import (
    Scheme,
    float_network,
    images,
    in_opset,
    merged,
    other_operators,
    preprocessed,
    quantized,
    simplified,
    with_logits,
    with_unsigned_weights,
)
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from xdsl.context import Context

pytestmark = needs_onnx_runtime

TOOLS = ("arm-none-eabi-gcc", "riscv64-unknown-elf-gcc", "qemu-system-arm", "qemu-arm", "qemu-riscv32")
needs_cores = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason="needs cross compilers for Arm and RISC-V, and QEMU"
)

Array = NDArray[Any]

CODES_OFF = 0.02
"""Share of the codes in front of the softmax that may differ from ONNX Runtime's."""
STEPS_OFF = 2
"""How far one may be off."""
SAMPLES, SAMPLES_IN_C = 16, 100

EXPORTS = Path(__file__).parents[2] / "data/pytorch"
"""Models that PyTorch exported; `export.py` beside them says how."""

# --- The networks -------------------------------------------------------------------------------------------------

TYPES = [("QInt8", "QInt8"), ("QUInt8", "QInt8"), ("QUInt8", "QUInt8")]
"""Activations, weights. The quantizer refuses the fourth pair."""

METHODS = ("MinMax", "Entropy", "Percentile")

MATRIX = [
    Scheme(*types, per_channel=per_channel, format=format, calibration=method)
    for types, per_channel, format, method in product(TYPES, (True, False), ("QDQ", "QOperator"), METHODS)
]

COMMON = [Scheme(), Scheme("QUInt8", "QUInt8", per_channel=False, format="QOperator")]
"""What other options, and networks from elsewhere, are tried with."""

EXCLUDED = [("residual",), ("depthwise", "dense"), ("dense", "softmax")]

OTHERS = [
    *(Scheme(*types, format=format, reduce_range=True) for types in TYPES for format in ("QDQ", "QOperator")),
    *(replace(scheme, nodes_to_exclude=nodes) for nodes in EXCLUDED for scheme in COMMON),
    *(replace(scheme, nodes_to_quantize=("stem", "pointwise", "last", "last_relu", "dense")) for scheme in COMMON),
    *(replace(scheme, extra=(("ActivationSymmetric", True),)) for scheme in COMMON),
    *(replace(scheme, extra=(("WeightSymmetric", False),)) for scheme in MATRIX[-12::3]),
    *(Scheme(extra=((option, True),)) for option in ("AddQDQPairToWeight", "DedicatedQDQPair")),
]

FILES = sorted(EXPORTS.glob("*.onnx"))

SOURCES: dict[str, Callable[[], Any]] = {
    "other_operators": other_operators,
    "raw": lambda: float_network(raw=True),
    "preprocessed": lambda: preprocessed(float_network(raw=True)),
    "simplified": lambda: simplified(float_network(raw=True)),
    "opset_10_to_13": lambda: in_opset(float_network(10), 13),
    "opset_13_to_21": lambda: in_opset(float_network(), 21),
    **{file.stem: partial(schema.load, file) for file in FILES},
    **{f"{file.stem}_preprocessed": lambda file=file: preprocessed(schema.load(file)) for file in FILES},
}
"""One of other operators; the same network as other tools leave it, and of the same layers as PyTorch exports it."""


def title(scheme: Scheme) -> str:
    """The matrix's options, then the others where they are not the default."""
    words = [scheme.activations, scheme.weights, "channel" if scheme.per_channel else "tensor", scheme.format]
    words += [scheme.calibration] + ["reduce_range"] * scheme.reduce_range
    words += [f"without_{name}" for name in scheme.nodes_to_exclude] + ["some_nodes"] * bool(scheme.nodes_to_quantize)
    return "-".join(words + [f"{name}={value}" for name, value in scheme.extra])


CELLS: dict[str, tuple[Callable[[], Any], Scheme]] = {
    **{title(scheme): (float_network, scheme) for scheme in (*MATRIX, *OTHERS)},
    **{f"{name}-{scheme.format}": (source, scheme) for name, source in SOURCES.items() for scheme in COMMON},
}
"""Each with the network in float and the scheme."""


@cache
def cell(name: str) -> tuple[Any, float | None]:
    """The quantized model of a cell, with the numbers in front of its softmax, and their scale."""
    if name.startswith("simplified"):
        pytest.importorskip("onnxsim")
    source, scheme = CELLS[name]
    return with_logits(quantized(source(), scheme))


# --- What must come out -------------------------------------------------------------------------------------------


@cache
def saturates() -> bool:
    """Whether ONNX Runtime's products of uint8 and int8 saturate on this machine: 16 * 255 * 127 must become 200."""
    m = OnnxBuilder(opset=13)
    x = [m.input((16, 16), "UINT8"), m.scale(1.0), m.const(np.uint8(0))]
    w = [m.const(np.full((16, 16), 127, np.int8)), m.scale(1.0), m.const(np.int8(0))]
    y = m.op("QLinearMatMul", [*x, *w, m.scale(16 * 255 * 127 / 200), m.const(np.uint8(0))])
    [codes] = OnnxRuntime(m.finish([y])).run([np.full((16, 16), 255, np.uint8)])
    return bool((codes != 200).any())


def expected_of(name: str, samples: Sequence[Array]) -> list[Array]:
    """ONNX Runtime's outputs; where it saturates, those of the same network with unsigned weights."""
    model, _ = cell(name)
    runtime = OnnxRuntime((with_unsigned_weights(model) if saturates() else model).SerializeToString())
    return outputs_of([runtime.run([sample]) for sample in samples])


def outputs_of(runs: Iterable[Sequence[Array]]) -> list[Array]:
    """One array for each output, of all runs."""
    return [np.concatenate(values) for values in zip(*runs, strict=True)]


def check(name: str, outputs: Sequence[Array], expected: Sequence[Array]):
    """Nearly all codes in front of the softmax are ONNX Runtime's, and all classes."""
    (classes, logits), (classes_there, logits_there) = outputs, expected
    # Where they are no codes: what a step would be.
    step = cell(name)[1] or float(np.ptp(logits_there)) / 255
    steps = np.rint(np.abs(logits - logits_there) / step)
    print(f"{name}: {(steps > 0).mean():.2%} of codes differ, by up to {steps.max():.0f}")
    assert np.ptp(logits_there) > 100 * step, "the codes are not spread, so that equal ones say little"
    assert (steps > 0).mean() <= CODES_OFF
    assert steps.max() <= STEPS_OFF
    chosen = np.take_along_axis(classes_there, classes.argmax(1)[:, np.newaxis], 1)[:, 0]
    np.testing.assert_array_equal(chosen, classes_there.max(1))


@pytest.mark.parametrize("name", CELLS)
def test_semantics(name: str):
    """The passes on each network by itself."""
    data = cell(name)[0].SerializeToString()
    module = import_onnx(data, name)
    for item in expand([PreparePipeline(), QuantizePipeline(), OptimizePipeline(), LegalizePipeline()]):
        item.apply(Context(), module)
    edges, samples = network_edges(module), images(SAMPLES, seed=2)
    elements = [edge.type.element_type for edge in edges.outputs]
    runs = [semantics.run(module, [from_reals(sample, edges.inputs[0])]) for sample in samples]
    check(name, [to_reals(*each) for each in zip(outputs_of(runs), elements, strict=True)], expected_of(name, samples))


def test_in_c(tmp_path: Path):
    """All networks of an operator set as one program."""
    has_simplifier = importlib.util.find_spec("onnxsim") is not None
    # Methods of calibration differ in constants alone.
    names = [name for name, (_, scheme) in CELLS.items() if scheme.calibration == "MinMax"]
    names = [name for name in names if has_simplifier or not name.startswith("simplified")]
    names = [name for name in names if cell(name)[0].opset_import[0].version == 13]
    file = tmp_path / "cells.onnx"
    schema.save(merged({f"cell{index}": cell(name)[0] for index, name in enumerate(names)}), file)
    module = import_onnx(file.read_bytes(), file.name)
    for item in expand([DqnnToCallsPipeline()]):
        item.apply(Context(), module)
    edges, samples = network_edges(module), images(SAMPLES_IN_C, seed=3)
    runs = run_samples(module, [[from_reals(sample, edge) for edge in edges.inputs] for sample in samples])
    outputs = [
        to_reals(codes, edge.type.element_type) for codes, edge in zip(outputs_of(runs), edges.outputs, strict=True)
    ]
    assert len(names) > 40
    for index, name in enumerate(names):
        check(name, outputs[2 * index : 2 * index + 2], expected_of(name, samples))


# --- Each scheme on each core -------------------------------------------------------------------------------------

TARGETS = ("stm32", "stellar-e", "stellar-pg-r52", "stellar-pg-m4", "ispu")
"""Cortex-M4, -M7, -R52, -M4, and the stand-in for the ISPU's core. Binary networks: test_digits_on_cores, test_ispu."""

SCHEMES = {
    ("ss/sa", "per channel"): title(Scheme()),
    ("ss/sa", "per tensor"): title(Scheme(per_channel=False)),
    ("ss/ua", "per channel"): title(Scheme("QUInt8")),
    ("ua/ua", "per tensor"): title(Scheme("QUInt8", "QUInt8", per_channel=False)),
}


@pytest.fixture(scope="module")
def schemes_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network in each scheme, as one model."""
    file = tmp_path_factory.mktemp("schemes") / "schemes.onnx"
    schema.save(merged({f"cell{index}": cell(name)[0] for index, name in enumerate(SCHEMES.values())}), file)
    return file


@pytest.fixture(scope="module")
def host_codes(schemes_file: Path) -> list[Array]:
    """The same, compiled for Cortex-M and run on this machine."""
    module = import_onnx(schemes_file.read_bytes(), schemes_file.name)
    for item in expand([DqnnToCallsPipeline()]):
        item.apply(Context(), module)
    edges, samples = network_edges(module), images(SAMPLES, seed=5)
    return outputs_of(run_samples(module, [[from_reals(sample, edge) for edge in edges.inputs] for sample in samples]))


@needs_cores
@pytest.mark.xdist_group("schemes")  # one worker quantizes them
@pytest.mark.parametrize("target", TARGETS)
def test_schemes_on_each_core(target: str, schemes_file: Path, host_codes: list[Array], tmp_path: Path):
    """The classes and nearly all codes of ONNX Runtime, and everywhere the same codes."""
    compiled = compile_model(schemes_file, Options(target=target))
    found = {(scheme.name, scheme.granularity): scheme.layers for scheme in analysis_of(compiled).schemes}
    assert found == dict.fromkeys(SCHEMES, 5)
    write_c(compiled, tmp_path / "project", "net")
    program = build_target(tmp_path / "project", compiled.target.core, tmp_path / "build", opt="-Os")
    edges, samples = network_edges(compiled.planned), images(SAMPLES, seed=5)
    columns = [np.stack([from_reals(sample, edge) for sample in samples]) for edge in edges.inputs]
    codes = run_values(program, columns, edges.inputs, edges.outputs)
    outputs = [
        to_reals(values, edge.type.element_type).reshape(SAMPLES, -1)
        for values, edge in zip(codes, edges.outputs, strict=True)
    ]
    for index, name in enumerate(SCHEMES.values()):
        check(name, outputs[2 * index : 2 * index + 2], expected_of(name, samples))
    for values, there in zip(codes, host_codes, strict=True):
        np.testing.assert_array_equal(values.reshape(there.shape), there)


# --- What the cells are -------------------------------------------------------------------------------------------


def test_refused_pair_of_types():
    """Were it supported, it would have to be in the matrix."""
    with pytest.raises(ValueError, match="doesn't support data format"):
        quantized(float_network(), Scheme("QInt8", "QUInt8"))


@pytest.mark.parametrize("format", ["QDQ", "QOperator"])
@pytest.mark.parametrize(("types", "name"), list(zip(TYPES, ["ss/sa", "ss/ua", "ua/ua"], strict=True)))
def test_schemes(types: tuple[str, str], name: str, format: str):
    """All layers are of the scheme that the cell is meant to have."""
    # Operators on codes have signed weights where there is a scale for each channel, whatever is asked for.
    per_channel = format == "QDQ"
    model, _ = cell(title(Scheme(*types, per_channel=per_channel, format=format)))
    schemes = schemes_of(import_onnx(model.SerializeToString(), name))
    granularity = "per channel" if per_channel else "per tensor"
    assert [(scheme.name, scheme.granularity, scheme.layers) for scheme in schemes] == [(name, granularity, 5)]


def test_calibration_methods_differ():
    """Each clips in its own way, so that the cells are different networks."""
    models = [cell(title(Scheme(calibration=method)))[0] for method in METHODS]
    assert len({model.SerializeToString() for model in models}) == len(METHODS)


@pytest.mark.parametrize("scheme", [scheme for scheme in MATRIX[::3] if scheme.format == "QOperator"], ids=title)
def test_unsigned_weights_are_the_same_network(scheme: Scheme):
    """What stands for ONNX Runtime's own result where that saturates."""
    if saturates():
        pytest.skip("this machine has no VNNI instructions")
    model, _ = cell(title(scheme))
    for sample in images(SAMPLES, seed=4):
        results = (
            OnnxRuntime(form.SerializeToString()).run([sample]) for form in (model, with_unsigned_weights(model))
        )
        for one, other in zip(*results, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("scheme", [scheme for scheme in OTHERS if scheme.nodes_to_exclude], ids=title)
def test_excluded_nodes_stay_in_float(scheme: Scheme, tmp_path: Path):
    """The report names them, and no other layer.

    Only operators on codes know that their neighbours are excluded: `residual` has quantizers all around there, as QDQ
    models write an operator that is quantized.
    """
    excluded = set(scheme.nodes_to_exclude)
    in_float = excluded - {"residual"} if scheme.format == "QOperator" else excluded
    file = tmp_path / "net.onnx"
    schema.save(quantized(float_network(), scheme), file)
    analysis = analysis_of(compile_model(file))
    reported = {fallback.name.removesuffix("_quant") for fallback in analysis.fallbacks}
    layers = {"stem", "depthwise", "pointwise", "residual", "last", "dense"}
    assert reported & (layers | excluded) == in_float
    assert all(layer.operation_type.endswith("f32") for layer in analysis.layers if layer.name in in_float)


@pytest.mark.parametrize("opset", [13, 18, 19, 22])
def test_order_of_average_pools(opset: int):
    """Bit for bit: errors of the sums decide to which side means of codes are rounded."""
    m = OnnxBuilder(opset=opset)
    x = m.input((1, 3, 11, 12))
    windows: list[dict[str, Any]] = [
        {"kernel_shape": [2, 2], "strides": [2, 2]},
        {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]},
        {"kernel_shape": [3, 2], "strides": [3, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1},
        {"kernel_shape": [3, 2], "strides": [1, 3]},
    ]
    data = m.finish([m.op("AveragePool", [x], **window) for window in windows])
    sample = np.random.default_rng(5).normal(size=(1, 3, 11, 12)).astype(np.float32)
    module = import_onnx(data, "pools")
    for result, expected in zip(semantics.run(module, [sample]), OnnxRuntime(data).run([sample]), strict=True):
        np.testing.assert_array_equal(result, expected)
