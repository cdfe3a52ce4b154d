"""`dqnnc validate` against ONNX Runtime: small float and quantized networks, and wrong ones."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.passes import quantize_operators
from dqnnc.tools.dqnnc import validate as command
from dqnnc.tools.dqnnc.compile import Compiled, compile_model
from dqnnc.tools.dqnnc.main import main
from support.onnx_builder import MICROSOFT, OnnxBuilder, schema
from support.onnx_cases import codes, normal
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime


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
    assert "(arm_fully_connected_s8), alone on the reference's values, differs in" in verdict


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
            assert validate(model, "--per-layer")["passed"]
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


@needs_onnx_runtime
def test_many_codes_differ_at_borders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Every other sum of codes lies in the middle of two; ONNX Runtime takes the even one, integers the upper."""

    def has_none(_: object) -> bool:
        return False

    monkeypatch.setattr(quantize_operators, "has_structural_ties", has_none)
    m = OnnxBuilder()
    total = m.op("Add", [m.quantize(m.input((1, 50)), 0.5), m.quantize(m.input((1, 50)), 0.5)])
    report = validate(save(m.finish([m.quantize(total, 1.0)]), tmp_path))
    assert report["passed"]
    [output], [layer] = report["outputs"], report["per_layer"]["layers"]
    assert output["mismatches"] > 0.1 * output["values"]
    assert layer["alone_mismatches"] == layer["borderline"] == output["mismatches"]
    assert "of layers lie at the border of two codes" in capsys.readouterr().out.splitlines()[-1]


# --- layer by layer --------------------------------------------------------------------------------------------------


def residual_network(*, step: float = 0.004) -> bytes:
    """Channels first, and no two sides of an image equal. `step` is the scale of a channel of the second layer."""
    m = OnnxBuilder()
    x = m.quantize(m.input((1, 3, 9, 6)), 1 / 255, 0, np.uint8)
    x = m.quantize(m.op("Relu", [m.op("Conv", [x, m.weights(codes(4, 3, 3, 3), 0.004)], pads=[1] * 4)]), 0.0213, -128)
    y = m.op("Conv", [x, m.weights(codes(4, 1, 3, 3), [step, 0.003, 0.005, 0.002])], group=4, pads=[1] * 4)
    x = m.quantize(m.op("Add", [x, m.quantize(y, 0.0317, 5)]), 0.0409, -7)
    x = m.op("Concat", [m.quantize(m.op("MaxPool", [x], kernel_shape=[2, 3], strides=[2, 3]), 0.0409, -7)] * 2, axis=1)
    x = m.quantize(m.op("Flatten", [m.quantize(x, 0.0409, -7)]), 0.0409, -7)
    x = m.quantize(m.op("Gemm", [x, m.weights(codes(5, 64), 0.004)], transB=1), 0.15, 3)
    return m.finish([m.op("Softmax", [x])])


def operators_on_codes(*, step: float = 0.004) -> bytes:
    """The QOperator format: a convolution, its sum with itself, a dense layer and a softmax; `step` is of its codes."""
    m = OnnxBuilder()
    zero = m.const(np.int8(0))
    p = {
        name: [m.scale(scale), zero] for name, scale in {"x": 0.01, "w": 0.004, "y": 0.03, "s": 0.05, "d": 0.1}.items()
    }
    x = m.op("QuantizeLinear", [m.input((1, 3, 5, 4)), *p["x"]])
    x = m.op("QLinearConv", [x, *p["x"], m.const(codes(4, 3, 3, 3)), *p["w"], *p["y"]], pads=[1] * 4)
    x = m.op("QLinearAdd", [x, *p["y"], x, *p["y"], *p["s"]], domain=MICROSOFT)
    x = m.op("Flatten", [x])
    weights = [m.const(codes(5, 80)), m.scale(step), zero]
    x = m.op("QGemm", [x, *p["s"], *weights, "", *p["d"]], domain=MICROSOFT, transB=1)
    y = [m.scale(1 / 256), m.const(np.int8(-128))]
    x = m.op("QLinearSoftmax", [x, *p["d"], *y], domain=MICROSOFT, opset=13)
    return m.finish([m.op("DequantizeLinear", [x, *y])])


@needs_onnx_runtime
def test_codes_of_another_scale_are_rounded_once(tmp_path: Path):
    """Between two scales, in a concatenation too, each code becomes the one that ONNX Runtime makes of it."""
    m = OnnxBuilder()
    x = m.quantize(m.input((1, 256)), 0.0213, -8)
    y = m.quantize(m.input((1, 256)), 0.05, -28)
    outputs = [m.quantize(x, 0.031, 3), m.quantize(m.op("Concat", [x, y], axis=1), 0.05, -28)]
    np.savez(tmp_path / "all.npz", in_0=np.arange(-128, 128, dtype=np.int8)[None], in_1=np.zeros((1, 256), np.int8))
    report = validate(save(m.finish(outputs), tmp_path), "-vi", str(tmp_path / "all.npz"))
    assert report["model"]["inputs"][0]["type"] == "s8"
    assert [item["mismatches"] for item in report["outputs"]] == [0, 0]


@needs_onnx_runtime
def test_each_layer_is_compared_with_onnx_runtime(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Codes are found by their names in the file, and in its order of axes, which the network has in another."""
    report = validate(save(residual_network(), tmp_path), "--per-layer", "--samples", "20")
    assert report["passed"], capsys.readouterr().out
    layers = report["per_layer"]["layers"]
    kinds = [layer["operator"] for layer in layers]
    assert kinds.count("conv2d") == kinds.count("depthwise_conv2d") == kinds.count("add") == kinds.count("dense") == 1
    assert {"max_pool2d", "softmax"} < set(kinds)
    assert {layer["type"] for layer in layers} == {"s8", "f32"}
    # The dense layer's weights have another order, the reshape before it is a view: neither needs a tensor.
    assert report["per_layer"]["inconsistent"] == []
    for layer in layers:
        assert layer["values"] % 20 == 0
        assert layer["alone_mismatches"] <= 0.001 * layer["values"], layer
    assert "at a border" in capsys.readouterr().out


@needs_onnx_runtime
def test_the_layer_that_is_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    compile_instead(save(residual_network(step=0.003), tmp_path, "wrong.onnx"), monkeypatch)
    report = validate(save(residual_network(), tmp_path), "--per-layer")
    assert not report["passed"]
    wrong = [layer for layer in report["per_layer"]["layers"] if layer["alone_mismatches"] > layer["allowed"]]
    assert [layer["operator"] for layer in wrong] == ["depthwise_conv2d"]
    assert wrong[0]["allowed"] == 0
    assert report["per_layer"]["first_difference"] == wrong[0]["tensor"]
    assert f"'{wrong[0]['tensor']}'" in capsys.readouterr().out.splitlines()[-1]


@needs_onnx_runtime
def test_operators_on_codes_layer_by_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report = validate(save(operators_on_codes(), tmp_path), "--per-layer")
    assert report["passed"], capsys.readouterr().out
    assert [layer["tensor"].split("_")[0] for layer in report["per_layer"]["layers"]] == [
        "quantizelinear", "qlinearconv", "qlinearadd", "qgemm", "qlinearsoftmax",
    ]  # fmt: skip


@needs_onnx_runtime
def test_operators_on_codes_are_judged_before_their_softmax(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    compile_instead(save(operators_on_codes(step=0.0039), tmp_path, "wrong.onnx"), monkeypatch)
    report = validate(save(operators_on_codes(), tmp_path))
    assert not report["passed"]
    assert [item["name"].split("_")[0] for item in report["last_codes"]] == ["qgemm"]
    assert (
        "(arm_fully_connected_s8), alone on the reference's values, differs in"
        in capsys.readouterr().out.splitlines()[-1]
    )


@needs_onnx_runtime
@pytest.mark.parametrize("network", [residual_network, operators_on_codes])
def test_codes_on_an_emulated_core(network: Callable[[], bytes], tmp_path: Path):
    report = validate(save(network(), tmp_path), "--mode", "emulator", "--target", "cortex-m4", "--samples", "2")
    assert report["passed"]
    assert report["execution"]["machine"] == "mps2-an386"
    assert report["execution"]["instructions"] > 10_000


@needs_onnx_runtime
def test_layers_of_a_float_network(tmp_path: Path):
    report = validate(save(float_network(), tmp_path), "--per-layer", "--fix-shape", "height=5")
    assert report["passed"]
    assert [layer["operator"] for layer in report["per_layer"]["layers"]] == ["conv2d", "avg_pool2d", "dense"]


# --- a user's data ---------------------------------------------------------------------------------------------------

SCALES = (1 / 255, 0.05)
ZERO_POINTS = (-128, 7)
TO_FLOAT = ["--input-data-type", "float32", "--output-data-type", "float32"]


def two_inputs() -> bytes:
    """An image with channels first and a vector, each with a quantizer; outputs in codes and in float."""
    m = OnnxBuilder()
    x = m.quantize(m.input((1, 3, 4, 5)), SCALES[0], ZERO_POINTS[0])
    x = m.quantize(m.op("Conv", [x, m.weights(codes(2, 3, 2, 3), 0.004)]), 0.0213, 4)
    y = m.quantize(m.input((1, 18)), SCALES[1], ZERO_POINTS[1])
    z = m.quantize(m.op("Add", [m.quantize(m.op("Flatten", [x]), 0.0213, 4), y]), 0.0617, -2)
    return m.finish([z, m.op("Softmax", [z])])


def reals() -> list[Any]:
    """Numbers of both inputs beyond the range of their codes, and halves of steps between."""
    rng: Any = np.random.default_rng(3)
    shapes = ((6, 3, 4, 5), (6, 18))
    steps = [rng.integers(-300, 300, shape) / 2 for shape in shapes]
    return [(step * scale).astype(np.float32) for step, scale in zip(steps, SCALES, strict=True)]


def as_codes(values: list[Any]) -> list[Any]:
    """What QuantizeLinear makes of them."""
    parameters = zip(values, SCALES, ZERO_POINTS, strict=True)
    return [np.clip(np.rint(x / np.float32(s)) + z, -128, 127).astype(np.int8) for x, s, z in parameters]


def write(folder: Path, kind: str, role: str, arrays: list[Any]) -> list[str]:
    """The files of some tensors."""
    if kind == "npz":
        np.savez(folder / f"{role}.npz", **{f"m_{role}_{place}": array for place, array in enumerate(arrays, 1)})
        return [str(folder / f"{role}.npz")]
    files = [folder / f"{role}_{place}.{kind}" for place in range(len(arrays))]
    for file, array in zip(files, arrays, strict=True):
        if kind == "npy":
            np.save(file, array)
        else:
            np.savetxt(file, array.reshape(len(array), -1), "%d" if array.dtype.kind == "i" else "%.9g", delimiter=",")
    return [str(file) for file in files]


@needs_onnx_runtime
@pytest.mark.parametrize(
    ("kind", "form", "edges", "types"),
    [
        ("npz", reals, [], ["s8", "s8", "s8", "f32"]),
        ("csv", lambda: as_codes(reals()), [], ["s8", "s8", "s8", "f32"]),
        ("npy", reals, TO_FLOAT, ["f32"] * 4),
        ("csv", reals, ["--input-data-type", "float32", "uint8"], ["f32", "u8", "s8", "f32"]),
    ],
)
def test_the_users_data(kind: str, form: Any, edges: list[str], types: list[str], tmp_path: Path):
    """Real numbers for edges of either kind, codes for those of codes, in all files; channels first as in the model."""
    model = save(two_inputs(), tmp_path)
    session = OnnxRuntime(model.read_bytes())
    results = [session.run([x[None], y[None]]) for x, y in zip(*reals(), strict=True)]
    expected = [np.concatenate(column) for column in zip(*results, strict=True)]
    data = ["-vi", *write(tmp_path, kind, "inputs", form()), "-vo", *write(tmp_path, kind, "outputs", expected)]
    report = validate(model, *data, *edges)
    assert report["passed"]
    assert [item["type"] for item in (*report["model"]["inputs"], *report["model"]["outputs"])] == types
    assert report["samples"] == 6
    rows = {item["name"]: item["metrics"] for item in report["comparisons"]}
    assert list(rows) == [f"{name} #{k}" for name in ("X-cross", "HOST c-model", "original model") for k in (1, 2)]
    # The data are those of the expected outputs, so each input went to its place, in its order.
    assert all(rows[f"original model #{k}"]["rmse"] < 1e-6 for k in (1, 2))
    assert rows["HOST c-model #1"]["rmse"] < 0.02


@needs_onnx_runtime
def test_data_of_another_layout_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    x, y = reals()
    files = write(tmp_path, "npy", "inputs", [x.transpose(0, 2, 3, 1), y])
    assert main(["validate", "-m", str(save(two_inputs(), tmp_path)), "-vi", *files]) == 1
    assert "has shape [6, 4, 5, 3]; 'x0' takes [samples, 3, 4, 5]" in capsys.readouterr().err
