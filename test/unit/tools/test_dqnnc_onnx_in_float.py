"""ONNX models that become float networks: the report says so, and the code computes what ONNX Runtime does in float32.

Dynamic quantization is made by ONNX Runtime's own quantizer, mixed networks too.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from support.onnx_builder import MICROSOFT, OnnxBuilder, schema
from support.onnx_cases import codes, normal
from support.onnx_runtime import needs_onnx_runtime

INPUT = (1, 3, 6, 5)


def network(constant: Callable[[OnnxBuilder, Any], str], **options: Any) -> Any:
    """A convolution with a relu, a product and a dense layer; their weights are made by `constant`."""
    m = OnnxBuilder(opset=17)
    x = m.input(INPUT, **options)
    x = m.op("Relu", [m.op("Conv", [x, constant(m, normal(4, 3, 3, 3)), constant(m, normal(4))], pads=[1] * 4)])
    x = m.op("Flatten", [m.op("Mul", [x, constant(m, np.float32(0.25))])])
    return m.model([m.op("Add", [m.op("MatMul", [x, constant(m, normal(120, 5))]), constant(m, normal(5))])])


def in_float(m: OnnxBuilder, array: Any) -> str:
    return m.const(np.asarray(array, np.float32))


def in_half(m: OnnxBuilder, array: Any) -> str:
    return m.const(np.asarray(array, np.float16))


def in_4_bits(m: OnnxBuilder, array: Any) -> str:
    """Weights alone are quantized; numbers that are no weights stay."""
    if np.ndim(array) < 2:
        return in_float(m, array)
    scale = np.abs(array).max() / 7
    four = m.const(np.rint(array / scale).astype(np.int8), type="INT4")
    return m.op("DequantizeLinear", [four, m.scale(scale)])


class Calibration:
    """ONNX Runtime's CalibrationDataReader: a few random inputs."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.samples: Iterator[Any] = iter([{"x0": rng.random(INPUT, np.float32)} for _ in range(4)])

    def get_next(self) -> Any:
        """The next, or None."""
        return next(self.samples, None)


def quantized(folder: Path, name: str, **options: Any) -> Any:
    """What a function of onnxruntime.quantization makes of the network."""
    # The package is optional, large and untyped.
    tools: Any = importlib.import_module("onnxruntime.quantization")
    source, result = folder / "float.onnx", folder / "quantized.onnx"
    source.write_bytes(network(in_float).SerializeToString())
    reader = [Calibration()] if name == "quantize_static" else []
    getattr(tools, name)(source, result, *reader, **options)
    return schema.load(result)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs a command of dqnnc on a model; its JSON."""

    def run(command: str, model: Any, *arguments: str) -> dict[str, Any]:
        (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
        out = tmp_path / "report.json"
        assert main([command, "-m", str(tmp_path / "net.onnx"), "--json", str(out), *arguments]) == 0
        return json.loads(out.read_text())

    return run


def check(
    run: Callable[..., dict[str, Any]], model: Any, capsys: pytest.CaptureFixture[str], notes: Sequence[str]
) -> dict[str, Any]:
    """Notes stand in both forms of the report, all is float, and equal to ONNX Runtime; the analysis."""
    analysis = run("analyze", model)
    assert analysis["notes"] == list(notes)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in lines if line.startswith("note ")] == list(notes)
    assert {layer["output_type"] for layer in analysis["layers"]} == {"f32"}
    report = run("validate", model, "--per-layer", "--samples", "4")
    assert report["passed"]
    assert report["outputs"][0]["mismatches"] == 0
    compared = report["per_layer"]
    assert len(compared["layers"]) + len(compared["skipped"]) == len(analysis["layers"])
    assert len(compared["layers"]) >= len(analysis["layers"]) - 2
    return {**analysis, "reference": report["reference"]}


DYNAMIC = "dynamic quantization: computed in float32 with dequantized weights; quantize the model statically"


@needs_onnx_runtime
def test_dynamic_quantization(tmp_path: Path, run: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]):
    model = quantized(tmp_path, "quantize_dynamic")
    kinds = {node.op_type for node in model.graph.node}
    assert {"DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"} <= kinds
    analysis = check(run, model, capsys, [DYNAMIC])
    assert [item["operator"] for item in analysis["fallbacks"]] == ["conv2d", "dense"]
    assert {item["reason"] for item in analysis["fallbacks"]} == {DYNAMIC}
    assert "dynamic quantization in float32" in analysis["reference"]


@needs_onnx_runtime
def test_zero_points_of_weights_and_operators_of_onnx_runtime(
    run: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
):
    """Zero points for each channel; codes that are moved before they are multiplied; a bias in the operator."""
    m = OnnxBuilder(opset=17)
    x, scale, zero = m.op("DynamicQuantizeLinear", [m.input(INPUT)], 3)
    inputs = [x, m.const(codes(4, 3, 2, 2, dtype=np.uint8)), zero, m.const(np.array([100, 130, 7, 255], np.uint8))]
    x = m.op("Cast", [m.op("ConvInteger", inputs)], to=1)
    x = m.op("Flatten", [m.op("Mul", [x, m.op("Mul", [scale, m.scale(0.001)])])])
    y, scale, zero = m.op("DynamicQuantizeLinear", [x], 3)
    y = m.op("Reshape", [y, m.ints(1, 80)])
    y = m.op("MatMulInteger", [y, m.const(codes(80, 6)), zero, m.const(np.array([1, -2, 3, -4, 5, -6], np.int8))])
    y = m.op("Mul", [m.op("Cast", [y], to=1), m.op("Mul", [scale, m.scale(0.01)])])
    inputs = [x, m.const(codes(80, 6)), m.scale(0.02), m.const(np.int8(3)), m.const(normal(6))]
    z = m.op("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)
    check(run, m.model([m.op("Add", [y, z])]), capsys, [DYNAMIC])


@needs_onnx_runtime
def test_half_precision(run: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]):
    analysis = check(run, network(in_half, type="FLOAT16"), capsys, ["FLOAT16 tensors: computed in float32"])
    assert analysis["fallbacks"] == []
    assert analysis["reference"].endswith("with half precision and dynamic quantization in float32")


@needs_onnx_runtime
def test_weights_alone(run: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]):
    model = network(in_4_bits)
    model.opset_import[0].version, model.ir_version = 21, 10
    analysis = check(run, model, capsys, ["codes of 4 bits: taken as codes of 8 bits"])
    assert [item["type"] for item in analysis["dequantized"]] == ["s4", "s4"]
    assert {item["reason"] for item in analysis["fallbacks"]} == {"its weights alone are quantized"}
    # Rows for binary types, which ONNX does not have, are near for others.
    rows = [row for item in analysis["fallbacks"] for row in item["nearest"]]
    assert [row["row"] for row in rows] == ["s8 x s8 -> s8 convolution"]
    assert rows[0]["remedy"].startswith("quantize its input and output to 8 bits: quantize_static")
    assert [item["layer"] for item in analysis["advice"] if item["topic"] == "quantizer"] == ["conv_1"]


@needs_onnx_runtime
@pytest.mark.parametrize("layer", ["conv_0", "matmul_4"])
def test_a_mixed_network(layer: str, tmp_path: Path, run: Callable[..., dict[str, Any]]):
    """A layer that the quantizer leaves out is in float, and says what it lacks."""
    model = quantized(tmp_path, "quantize_static", nodes_to_exclude=[layer])
    analysis = run("analyze", model)
    [item] = [item for item in analysis["fallbacks"] if item["operator"] in ("conv2d", "dense")]
    assert (item["name"], item["reason"]) == (layer, "supported where input and weights are quantized, to 8 bits")
    assert analysis["notes"] == analysis["dequantized"] == []
    types = {each["name"]: each["operation_type"] for each in analysis["layers"] if "smul" in each["operation_type"]}
    assert types == {"conv_0": "smul_s8_s8", "matmul_4": "smul_s8_s8", layer: "smul_f32_f32"}
    assert run("validate", model, "--per-layer", "--samples", "20")["passed"]
