"""Schemes of quantization in the report, edges of unsigned codes, and networks whose weights alone have codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from support.litert import needs_litert
from support.models import model, needs_models
from support.tflite_builder import ModelBuilder
from support.tflite_cases import CASES, UNSIGNED_CASES

Dense: TypeAlias = Callable[[ModelBuilder], int]


def dense(weights: Dense) -> bytes:
    """A float dense layer of random weights."""
    m = ModelBuilder()
    x = m.input((1, 16), "FLOAT32", name="x")
    y = m.tensor((1, 8), "FLOAT32", name="y")
    m.op("FULLY_CONNECTED", [x, weights(m), m.const(np.ones(8, np.float32))], y)
    return m.finish([y])


def codes(m: ModelBuilder, dtype: Any = np.int8, zero_point: int = 0) -> int:
    rng: Any = np.random.default_rng(0)
    array = rng.integers(np.iinfo(dtype).min + 1, np.iinfo(dtype).max + 1, (8, 16), dtype)
    return m.const(array, scale=0.013, zero_point=zero_point, name="w")


def unsigned_codes(m: ModelBuilder) -> int:
    """As old converters wrote them."""
    return codes(m, np.uint8, 119)


def dequantized(m: ModelBuilder) -> int:
    """Weight-only quantization."""
    return m.op("DEQUANTIZE", [codes(m)], m.tensor((8, 16), "FLOAT32", name="w_float"))


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs a command of dqnnc on a .tflite file's bytes; its JSON."""

    def run(command: str, data: bytes, *arguments: str) -> dict[str, Any]:
        (tmp_path / "net.tflite").write_bytes(data)
        out = tmp_path / "report.json"
        assert main([command, "-m", str(tmp_path / "net.tflite"), "--json", str(out), *arguments]) == 0
        return json.loads(out.read_text())

    return run


Report: TypeAlias = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("data", "scheme"),
    [
        (CASES["conv_2d_strided_s8"], ("ss/sa", "per channel")),
        (CASES["conv_2d_per_tensor_s8"], ("ss/sa", "per tensor")),
        (CASES["fully_connected_ties_s8"], ("ss/ss", "per tensor")),
        (UNSIGNED_CASES["conv_2d_strided_u8"], ("ua/ua", "per tensor")),
    ],
)
def test_scheme(data: bytes, scheme: tuple[str, str], report: Report, capsys: pytest.CaptureFixture[str]):
    found = report("analyze", data)
    assert found["schemes"] == [{"name": scheme[0], "granularity": scheme[1], "layers": 1}]
    assert found["dequantized"] == []
    assert f"{scheme[0]} (weights/activations), {scheme[1]}: 1 layer with weights" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["conv_2d_strided_f32", "relu_s8"])
def test_no_scheme(name: str, report: Report):
    assert report("analyze", CASES[name])["schemes"] == []


@pytest.mark.parametrize(
    ("weights", "constant"),
    [
        (codes, {"name": "w", "type": "s8"}),
        (unsigned_codes, {"name": "w", "type": "u8"}),
        (dequantized, {"name": "w_float", "type": "s8"}),
    ],
    ids=["dynamic-range", "dynamic-range-u8", "weight-only"],
)
@needs_litert
def test_quantized_weights_alone(
    weights: Dense, constant: dict[str, str], report: Report, capsys: pytest.CaptureFixture[str]
):
    data = dense(weights)
    found = report("analyze", data)
    assert (found["schemes"], found["dequantized"]) == ([], [constant])
    assert {layer["kernel"] for layer in found["layers"]} == {"dqnn_dense_f32"}
    assert "quantize with a representative dataset" in capsys.readouterr().out
    result = report("validate", data)
    assert result["outputs"][0]["max_difference"] <= 1e-5
    is_exchanged = "with the model's 8-bit weights in float32" in result["reference"]
    assert is_exchanged == (constant["name"] == "w"), "behind a DEQUANTIZE LiteRT computes in float itself"


@needs_litert
@pytest.mark.parametrize(
    ("choice", "conversions", "type"), [("auto", 2, "u8"), ("int8", 0, "s8"), ("uint8", 2, "u8"), ("float32", 2, "f32")]
)
def test_edges_of_unsigned_networks(choice: str, conversions: int, type: str, report: Report):
    edges = ["--input-data-type", choice, "--output-data-type", choice]
    data = UNSIGNED_CASES["conv_2d_strided_u8"]
    found = report("analyze", data, *edges)
    assert [found["model"][role][0]["type"] for role in ("inputs", "outputs")] == [type, type]
    operators = [layer["operator"] for layer in found["layers"]]
    assert operators.count("conv2d") == 1
    assert len(operators) == 1 + conversions
    report("validate", data, *edges)


@needs_litert
@needs_models
def test_dynamic_range_network(report: Report, tmp_path: Path):
    rng: Any = np.random.default_rng(0)
    np.savez(tmp_path / "data.npz", in_0=rng.normal(0, 10, (20, 49, 10, 1)).astype(np.float32))
    data = model("mlperf_tiny/kws_ref_model_float32.tflite").read_bytes()
    result = report("validate", data, "-vi", str(tmp_path / "data.npz"))
    assert result["outputs"][0]["max_difference"] <= 1e-5 * 1.0, "a softmax whose largest value is near 1"
