"""`dqnnc validate` against ONNX Runtime: small float and quantized networks, and wrong ones."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from dqnnc.tools.dqnnc import validate as command
from dqnnc.tools.dqnnc.compile import Compiled, compile_model
from dqnnc.tools.dqnnc.main import main
from support.onnx_builder import OnnxBuilder, schema
from support.onnx_cases import codes, normal
from support.onnx_runtime import needs_onnx_runtime


def validate(model: Path, *arguments: str) -> dict[str, Any]:
    """The report of a validation, `status` in it."""
    file = model.with_suffix(".json")
    status = main(["validate", "-m", str(model), "--json", str(file), *arguments])
    return {"status": status, **json.loads(file.read_text())}


def save(model: bytes, folder: Path, name: str = "net.onnx") -> Path:
    path = folder / name
    path.write_bytes(model)
    return path


def float_network() -> bytes:
    """A batch and a height that the file leaves open."""
    m = OnnxBuilder()
    x = m.op("Conv", [m.input(("n", 3, "height", 6)), m.const(normal(4, 3, 3, 3)), m.const(normal(4))], pads=[1] * 4)
    x = m.op("GlobalAveragePool", [m.op("Relu", [x])])
    return m.finish([m.op("Gemm", [m.op("Flatten", [x]), m.const(normal(4, 5))])])


def quantized_network(*, softmax: bool = False, step: float = 0.002) -> bytes:
    """Quantizers around a convolution and a dense layer, weights per channel; `step` is of the last layer's."""
    m = OnnxBuilder()
    x = m.quantize(m.input((1, 3, 6, 6)), 1 / 255, -128)
    x = m.op("Conv", [x, m.weights(codes(4, 3, 3, 3), [0.004, 0.003, 0.005, 0.002])], pads=[1] * 4)
    x = m.quantize(m.op("Relu", [x]), 0.02, -128)
    x = m.op("Flatten", [x])
    x = m.quantize(m.op("Gemm", [x, m.weights(codes(5, 144), step)], transB=1), 0.15, 3)
    return m.finish([m.op("Softmax", [x]) if softmax else x])


@needs_onnx_runtime
def test_a_float_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report = validate(save(float_network(), tmp_path), "--fix-shape", "height=5")
    assert (report["status"], report["passed"]) == (0, True)
    assert report["reference"].startswith("ONNX Runtime")
    assert report["model"]["inputs"][0]["shape"] == [1, 3, 5, 6]
    assert report["outputs"][0]["tolerance"] > 0
    assert report["last_codes"] == []
    assert "PASS" in capsys.readouterr().out


@needs_onnx_runtime
@pytest.mark.parametrize(
    "edges", [[], ["--input-data-type", "float32", "--output-data-type", "float32"], ["--input-data-type", "uint8"]]
)
@pytest.mark.parametrize("softmax", [False, True])
def test_a_quantized_network(softmax: bool, edges: list[str], tmp_path: Path):
    report = validate(save(quantized_network(softmax=softmax), tmp_path), "--samples", "40", *edges)
    assert report["passed"]
    compared = report["last_codes"] or report["outputs"]
    assert all(item["mismatches"] <= 0.02 * item["values"] for item in compared)


def test_a_quantized_network_without_onnx_runtime(tmp_path: Path):
    report = validate(save(quantized_network(softmax=True), tmp_path), "--samples", "40", "--reference", "semantics")
    assert report["passed"]
    assert report["per_layer"] is None


def compile_instead(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `validate` compile another model than the one that ONNX Runtime gets."""

    def compile_wrong(file: Path, *arguments: Any) -> Compiled:
        return dataclasses.replace(compile_model(model, *arguments), file=file, data=file.read_bytes())

    monkeypatch.setattr(command, "compile_model", compile_wrong)


@needs_onnx_runtime
@pytest.mark.parametrize("softmax", [False, True])
def test_a_wrong_network_fails(
    softmax: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    right = save(quantized_network(softmax=softmax), tmp_path)
    wrong = save(quantized_network(softmax=softmax, step=0.001), tmp_path, "wrong.onnx")
    compile_instead(wrong, monkeypatch)
    report = validate(right)
    assert (report["status"], report["passed"]) == (1, False)
    assert bool(report["last_codes"]) == softmax
    verdict = capsys.readouterr().out.splitlines()[-1]
    assert verdict.startswith("FAIL")
    assert ("before a softmax" in verdict) == softmax
    assert verdict.endswith("of an ONNX model 2% may, by 2")


@needs_onnx_runtime
def test_a_wrong_softmax_fails_though_its_codes_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    proto = schema.ModelProto.FromString(quantized_network(softmax=True))
    proto.graph.node[-1].op_type = "HardSigmoid"
    proto.graph.node[-1].ClearField("attribute")
    wrong = save(proto.SerializeToString(), tmp_path, "wrong.onnx")
    compile_instead(wrong, monkeypatch)
    report = validate(save(quantized_network(softmax=True), tmp_path))
    assert not report["passed"]
    assert [item["mismatches"] <= 0.02 * item["values"] for item in report["last_codes"]] == [True]


@needs_onnx_runtime
def test_weights_beside_the_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """They are read as the frontend reads them: a path out of the folder is refused also where no layer needs it."""
    m = OnnxBuilder()
    weights = normal(4, 3)
    proto = m.model([m.op("MatMul", [m.input((1, 4)), m.const(weights, name="w")])])
    proto.graph.initializer.append(schema.numpy_helper.from_array(weights, "unused"))
    inside = [{"location": "weights.bin", "offset": "4"}] * 2
    for records, is_right in ((inside, True), ([inside[0], {"location": "../model/weights.bin"}], False)):
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        (folder / "weights.bin").write_bytes(b"\0\0\0\0" + weights.tobytes())
        for tensor, record in zip(proto.graph.initializer, records, strict=True):
            tensor.ClearField("raw_data")
            tensor.ClearField("external_data")
            tensor.data_location = schema.TensorProto.EXTERNAL
            for key, value in record.items():
                tensor.external_data.add(key=key, value=value)
        model = save(proto.SerializeToString(), folder)
        if is_right:
            assert validate(model)["passed"]
        else:
            assert main(["validate", "-m", str(model)]) == 1
            assert "it must be a file in the model's folder" in capsys.readouterr().err


def test_without_onnx_runtime_the_remedies_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    model = save(float_network(), tmp_path)
    fixed = ["--fix-shape", "height=5"]
    assert main(["validate", "-m", str(model), *fixed]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: validate runs the model with ONNX Runtime")
    assert "pip install 'dqnnc[validate]'" in error
    assert "--reference semantics" in error
    report = validate(model, "--reference", "semantics", *fixed)
    assert report["passed"]
    assert report["reference"] == "the reference semantics of the IR"


def test_layers_are_compared_with_our_semantics_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["validate", "-m", str(save(float_network(), tmp_path)), "--per-layer"]) == 1
    assert "add --reference semantics" in capsys.readouterr().err
