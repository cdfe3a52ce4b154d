"""Quantized ONNX layers as the C that they become, against ONNX Runtime: scales along every axis, oddities of zoos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import Compiled, Options, compile_model
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.dqnnc.main import main
from dqnnc.tools.run_compiled import run_samples
from support.onnx_builder import OnnxBuilder
from support.onnx_cases import build, codes
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime

pytestmark = needs_onnx_runtime

CODES_OFF = 0.02
"""Share of codes that may be one step away: ONNX Runtime computes in float32 between two roundings."""

REALS = Options(input_data_type=("float32",), output_data_type=("float32",))


class Case(NamedTuple):
    """A layer, and the axes of its weights along which scales are those of output channels."""

    kind: str
    input: tuple[int, ...]
    weights: tuple[int, ...]
    channel_axes: tuple[int, ...]
    options: dict[str, Any]


LAYERS = {
    "conv": Case("Conv", (1, 3, 6, 6), (4, 3, 3, 3), (0,), {"pads": [1] * 4}),
    "depthwise": Case("Conv", (1, 4, 6, 6), (4, 1, 3, 3), (0,), {"group": 4}),
    "groups": Case("Conv", (1, 4, 6, 6), (4, 2, 3, 3), (0,), {"group": 2}),
    "one_dimension": Case("Conv", (1, 3, 9), (4, 3, 5), (0,), {}),
    "transposed": Case("ConvTranspose", (1, 3, 5, 5), (3, 4, 3, 3), (1,), {"strides": [2, 2]}),
    "gemm": Case("Gemm", (1, 6), (6, 5), (1, -1), {}),
    "gemm_transposed": Case("Gemm", (1, 6), (5, 6), (0, -2), {"transB": 1}),
    "matmul": Case("MatMul", (1, 6), (6, 5), (1, -1), {}),
}

STEP = 0.25
"""Of the layers' outputs."""


def add(m: OnnxBuilder, name: str, x: str, axis: int | None, dtype: Any) -> str:
    """One layer with weights of scales along an axis (None: one scale), signed symmetric or unsigned asymmetric."""
    case, title = LAYERS[name], f"{name}/{np.dtype(dtype)}/{axis}"
    count = 1 if axis is None else case.weights[axis]
    scales, zeros = np.geomspace(0.002, 0.02, count), np.arange(count) + (125 if dtype == np.uint8 else 0)
    if dtype == np.int8:
        zeros[:] = 0
    weights = m.weights(
        codes(*case.weights, dtype=dtype),
        scales.tolist() if axis is not None else 0.01,
        axis=0 if axis is None else axis,
        zero_point=zeros if axis is not None else zeros[0],
    )
    return m.quantize(m.op(case.kind, [x, weights], name=title, **case.options), STEP, -4)


def every_axis(dtype: Any) -> bytes:
    """All layers with scales along each axis, on inputs that those of one shape share."""
    m = OnnxBuilder()
    inputs = {case.input: m.input(case.input) for case in LAYERS.values()}
    codes_of = {shape: m.quantize(x, 0.02, 5) for shape, x in inputs.items()}
    return m.finish(
        [
            add(m, name, codes_of[case.input], axis, dtype)
            for name, case in LAYERS.items()
            for axis in (None, *range(len(case.weights)), -1)
        ]
    )


def differences(data: bytes, compiled: Compiled, samples: int = 10) -> Sequence[tuple[str, Any]]:
    """Name of each output, and how many steps its values are from ONNX Runtime's."""
    runtime = OnnxRuntime(data)
    rng: Any = np.random.default_rng(0)
    shapes = [value.shape for value in runtime.session.get_inputs()]
    inputs = [[rng.normal(0, 1, shape).astype(np.float32) for shape in shapes] for _ in range(samples)]
    results = [np.stack(column) for column in zip(*run_samples(compiled.planned, inputs), strict=True)]
    expected = [np.stack(column) for column in zip(*map(runtime.run, inputs), strict=True)]
    names = [value.name for value in runtime.session.get_outputs()]
    return [
        (name, np.rint(np.abs(result - there) / STEP))
        for name, result, there in zip(names, results, expected, strict=True)
    ]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_scales_along_every_axis(dtype: Any, tmp_path: Path):
    """Output channels are computed on codes, others in float32, said in the report; all are right."""
    data, file = every_axis(dtype), tmp_path / "net.onnx"
    file.write_bytes(data)
    compiled = compile_model(file, REALS)
    for name, steps in differences(data, compiled):
        assert steps.max() <= 1, name
        assert (steps > 0).mean() <= CODES_OFF, name
    in_float = {fallback.name for fallback in analysis_of(compiled).fallbacks}
    assert in_float == {
        f"{name}/{np.dtype(dtype)}/{axis}"
        for name, case in LAYERS.items()
        for axis in (*range(len(case.weights)), -1)
        # Axis 1 of a depthwise layer's weights has one scale.
        if axis not in case.channel_axes and case.weights[axis] > 1
    }


@pytest.mark.parametrize(("kind", "axis"), [("Conv", 1), ("Conv", 3), ("Conv", -1), ("Relu", 2)])
def test_scales_of_activations_along_an_axis(kind: str, axis: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    m = OnnxBuilder()
    parameters = [m.const(np.array([0.01, 0.02, 0.03], np.float32)), m.const(np.zeros(3, np.int8))]
    x = m.op("QuantizeLinear", [m.input((1, 3, 3, 3)), *parameters], axis=axis)
    x = m.op("DequantizeLinear", [x, *parameters], axis=axis)
    x = m.op(kind, [x] if kind == "Relu" else [x, m.weights(codes(4, 3, 3, 3), 0.01)])
    file = tmp_path / "net.onnx"
    file.write_bytes(m.finish([m.quantize(x, 0.05)]))
    assert main(["analyze", "-m", str(file)]) == 1
    error = capsys.readouterr().err
    assert "layer 'quantizelinear_0'" in error
    assert "quantize activations per tensor" in error


@pytest.mark.parametrize("name", ["qdq_conv", "qdq_conv_1d", "qdq_oddities"])
def test_oddities_are_computed_on_codes(name: str, tmp_path: Path):
    data, file = build(name), tmp_path / "net.onnx"
    file.write_bytes(data)
    compiled = compile_model(file)
    found = analysis_of(compiled)
    assert found.fallbacks == ()
    assert {edge.type for edge in (*found.model.inputs, *found.model.outputs)} == {"s8"}
    assert {layer.operation_type for layer in found.layers} <= {"smul_s8_s8", "op_s8_s8", "conv_s8_s8"}
    assert main(["validate", "-m", str(file), "--samples", "40"]) == 0
