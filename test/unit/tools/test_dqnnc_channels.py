"""`--inputs-ch-position` and `--outputs-ch-position` of the commands: numbers, reports, headers and refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from numpy.typing import NDArray
from support.litert import needs_litert, run_litert
from support.onnx_builder import OnnxBuilder
from support.onnx_cases import build, normal
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from support.tflite_cases import CASES

Array = NDArray[Any]

LAST = ["--inputs-ch-position", "chlast", "--outputs-ch-position", "chlast"]
FIRST = ["--inputs-ch-position", "chfirst", "--outputs-ch-position", "chfirst"]


def save(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def run(command: str, file: Path, *options: object) -> dict[str, Any]:
    """The report of a command that must succeed."""
    path = file.with_suffix(".json")
    assert main([command, "-m", str(file), "--json", str(path), *map(str, options)]) == 0
    return json.loads(path.read_text())


def shapes(report: dict[str, Any]) -> list[tuple[list[int], list[int] | None]]:
    model = report["model"] if "model" in report else report["analysis"]["model"]
    return [(edge["shape"], edge["order"]) for edge in (*model["inputs"], *model["outputs"])]


def float_network() -> bytes:
    """Two images with channels first, the second one a mask of one channel; a list of numbers; an image out."""
    m = OnnxBuilder()
    x, mask, bias = (m.input(shape) for shape in ((1, 3, 5, 6), (1, 1, 5, 6), (1, 4)))
    y = m.op("Mul", [m.op("Conv", [x, m.const(normal(4, 3, 3, 3)), m.const(normal(4))], pads=[1] * 4), mask])
    bias = m.op("Reshape", [bias, m.ints(1, 4, 1, 1)])
    return m.finish([m.op("Add", [y, bias]), m.op("Flatten", [m.op("GlobalAveragePool", [y])])])


@needs_onnx_runtime
def test_files_have_the_layout_of_the_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Whatever the network's; the other layout is refused."""
    file = save(tmp_path, "net.onnx", float_network())
    runtime, rng = OnnxRuntime(file.read_bytes()), np.random.default_rng(7)
    inputs = [rng.normal(0, 1, (4, *shape)).astype(np.float32) for shape in ((3, 5, 6), (1, 5, 6), (4,))]
    outputs = [np.concatenate(column) for column in zip(*(
        runtime.run([values[None] for values in sample]) for sample in zip(*inputs, strict=True)
    ), strict=True)]  # fmt: skip
    data = {f"in_{place}": values for place, values in enumerate(inputs)}
    data |= {f"out_{place}": values for place, values in enumerate(outputs)}
    np.savez(tmp_path / "data.npz", **data)  # pyright: ignore[reportArgumentType]
    report = run("validate", file, "-vi", tmp_path / "data.npz", *LAST)
    order = [0, 2, 3, 1]
    advice = "its transpose is for input 'x0' with channels first; --inputs-ch-position chlast drops it"
    assert {"layer": "conv_0", "topic": "layout", "text": advice} in run("analyze", file)["advice"]
    assert shapes(report) == [
        ([1, 5, 6, 3], order), ([1, 5, 6, 1], order), ([1, 4], None), ([1, 5, 6, 4], order), ([1, 4], None),
    ]  # fmt: skip
    assert {row["name"] for row in report["comparisons"]} >= {"X-cross #1", "HOST c-model #1", "HOST c-model #2"}
    assert max(row["metrics"]["rmse"] for row in report["comparisons"]) < 1e-5
    capsys.readouterr()
    analysis = run("analyze", file, *LAST)
    assert not any(layer["operator"] == "transpose" for layer in analysis["layers"])
    assert analysis["advice"] == []
    assert "x0: f32 1x5x6x3 (1x3x5x6 in the model), 360 B" in capsys.readouterr().out
    data["in_0"] = inputs[0].transpose(0, 2, 3, 1)
    np.savez(tmp_path / "other.npz", **data)  # pyright: ignore[reportArgumentType]
    assert main(["validate", "-m", str(file), "-vi", str(tmp_path / "other.npz"), *LAST]) == 1
    assert "has shape [4, 5, 6, 3]; 'x0' takes [samples, 3, 5, 6]" in capsys.readouterr().err


@needs_onnx_runtime
def test_one_dimension_beside_channels(tmp_path: Path):
    file = save(tmp_path, "net.onnx", build("conv_1d"))
    plain, last = run("validate", file), run("validate", file, *LAST)
    assert [shape for shape, _ in shapes(last)] == [[one, *two[::-1]] for (one, *two), _ in shapes(plain)]
    assert [order for _, order in shapes(last)] == [[0, 2, 1]] * len(shapes(plain))


@needs_litert
@pytest.mark.parametrize("per_layer", [[], ["--per-layer"]])
def test_a_network_with_channels_last(per_layer: list[str], tmp_path: Path):
    """TensorFlow Lite's: chlast is what it has, chfirst puts transposes at its edges."""
    data = CASES["conv_2d_strided_s8"]
    file = save(tmp_path, "net.tflite", data)
    own = run("analyze", file)
    assert shapes(run("analyze", file, *LAST)) == shapes(own)
    assert run("analyze", file, *FIRST)["advice"] == [], "it was asked for"
    report = run("validate", file, *FIRST, *per_layer)
    assert [output["mismatches"] for output in report["outputs"]] == [0]
    for (shape, _), (turned, order) in zip(shapes(own), shapes(report), strict=True):
        assert turned == [shape[0], shape[3], *shape[1:3]]
        assert order == [0, 3, 1, 2]
    if not per_layer:
        given = np.arange(np.prod(shapes(own)[0][0])).reshape(shapes(own)[0][0]).astype(np.int8)
        np.savez(tmp_path / "data.npz", x_test=given, y_test=run_litert(data, [given])[0])
        report = run("validate", file, *FIRST, "-vi", tmp_path / "data.npz")
        assert {row["metrics"]["rmse"] for row in report["comparisons"]} == {0.0}


def test_what_the_header_says(tmp_path: Path):
    file = save(tmp_path, "net.onnx", float_network())
    options = [*LAST, "--inputs-ch-position", "chlast", "auto", "chlast"]
    run("generate", file, "--output", tmp_path / "c", "--name", "net", *options)
    header = (tmp_path / "c/net.h").read_text()
    assert "dimension i of SHAPE is dimension ORDER[i] of\n * the model's tensor" in header
    found = dict(re.findall(r"^#define NET_(\w+) (.+)$", header, re.M))
    assert {name: text for name, text in found.items() if name.endswith(("_ORDER", "_SHAPE"))} == {
        "INPUT_0_SHAPE": "{1, 5, 6, 3}", "INPUT_0_ORDER": "{0, 2, 3, 1}",
        "INPUT_1_SHAPE": "{1, 1, 5, 6}", "INPUT_2_SHAPE": "{1, 4}",
        "OUTPUT_0_SHAPE": "{1, 5, 6, 4}", "OUTPUT_0_ORDER": "{0, 2, 3, 1}", "OUTPUT_1_SHAPE": "{1, 4}",
    }  # fmt: skip
    run("generate", file, "--output", tmp_path / "own", "--name", "net")
    assert "ORDER" not in (tmp_path / "own/net.h").read_text()


def no_channels() -> bytes:
    m = OnnxBuilder()
    return m.finish([m.op("Relu", [m.input((1, 3, 4), name="list")])])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (LAST, "input 0 ('list') cannot be chlast: no layer says which of its 3 dimensions holds channels; take auto"),
        (FIRST[2:], "output 0 ('relu_0_out') cannot be chfirst: no layer says"),
        (["--inputs-ch-position", "chlast", "chlast"], "2 input channel positions given, the network has 1 inputs; "),
        (["--inputs-ch-position", "nhwc"], "argument --inputs-ch-position: invalid choice: 'nhwc'"),
    ],
)
def test_refused(options: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = save(tmp_path, "net.onnx", no_channels())
    command = ["generate", "-m", str(file), "--output", str(tmp_path / "c"), *options]
    try:
        status = main(command)
    except SystemExit as end:
        status = end.code
    error = capsys.readouterr().err
    assert (status, error.count("\n")) == (1, 1)
    assert expected in error
    assert not (tmp_path / "c").exists()
