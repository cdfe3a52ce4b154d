"""The command `dqnnc` on the example network: its reports, its files, and what it says when it cannot work."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc import progress, reference, validate
from dqnnc.tools.dqnnc.main import main
from support.litert import needs_litert
from support.models import ROOT

EXAMPLE = ROOT / "examples/digits_int8"
MODEL = EXAMPLE / "digits_int8.tflite"
DATA = EXAMPLE / "digits_test.npz"
SAMPLES = 360

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: (exit status, standard output, standard error)."""

    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


def refused(result: tuple[int, str, str], message: str) -> None:
    """Check that a command ended in one line that matches `message`, and wrote nothing else."""
    status, out, err = result
    assert (status, out) == (1, "")
    assert re.fullmatch(r"error: .*\n", err), err
    assert re.search(message, err), err


def command(*arguments: object, stdin: Any = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    line = [sys.executable, "-m", "dqnnc.tools.dqnnc", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, stdin=stdin, check=False)


# --- analyze ----------------------------------------------------------------------------------------------------


def test_analyze_prints_an_aligned_report(run: Run) -> None:
    status, out, err = run("analyze", "-m", MODEL, "--target", "stm32f4")
    assert (status, err) == (0, "")
    assert re.search(r"^target +: stm32f4: cortex-m4, dsp build, auto kernels$", out, re.M)
    assert re.search(r"^input 1/1 +: .*: s8 1x8x8x1, scale 0\.0\d+, zero point -128, 64 B", out, re.M)
    assert re.search(r"^weights \(ro\) +: [\d,]+ B .*\(-\d\d\.\d%\) vs float model", out, re.M)
    assert re.search(r"^ +0 +0 .*arm_convolve_wrapper_s8 .*smul_s8_s8$", out, re.M)
    head, rule, *_ = out[out.index("c_id") :].splitlines()
    assert rule == "-" * len(rule)
    column = head.index("kernel")
    calls = [line for line in out.splitlines() if re.search(r"_s8 +\S+ +s8 ", line)]
    assert len(calls) > 3
    assert all(line[column - 1] == " " and line[column] != " " for line in calls)
    assert "Activation tensors" not in out
    assert "Weight tensors" not in out
    assert "Fallbacks" not in out
    assert "Advice" not in out


def test_analyze_verbose_prints_every_tensor(run: Run) -> None:
    _, out, _ = run("analyze", "-m", MODEL, "--verbose", "--allocate-inputs", "--allocate-outputs")
    assert "Activation tensors" in out
    assert re.search(r"^ +0  stem_1 +weights +s8 +s8 16x3x3x1 +16 scales +144  \w+_weights$", out, re.M)
    assert re.search(r"^ +0  stem_1 +bias +s32 +s32 16 +16 scales +64  \w+_bias$", out, re.M)
    assert re.search(r"-1\.\.0 +input +s8", out)
    assert re.search(r" output +s8", out)


@pytest.mark.parametrize(
    ("build", "shown"), [("c", "c"), ("dsp", "dsp"), ("mve", "mve"), ("auto", "dsp"), (None, "dsp")]
)
def test_the_build_of_cmsis_nn_is_the_cores_or_the_users(run: Run, build: str | None, shown: str) -> None:
    option = [] if build is None else ["--build", build]
    _, out, _ = run("analyze", "-m", MODEL, "--target", "stm32f4", *option)
    assert f"stm32f4: cortex-m4, {shown} build" in out


def test_figures_of_analyze_agree_with_each_other(run: Run, tmp_path: Path) -> None:
    run("analyze", "-m", MODEL, "--json", tmp_path / "a.json")
    report = json.loads((tmp_path / "a.json").read_text())
    memory, weights = report["memory"], report["weights"]
    assert report["macc"] == sum(layer["macc"] for layer in report["layers"])
    assert report["macc"] == sum(kind["macc"] for kind in report["operation_types"])
    assert sum(kind["share"] for kind in report["operation_types"]) == pytest.approx(1)
    assert [layer["c_id"] for layer in report["layers"]] == list(range(len(report["layers"])))
    assert memory["lower_bound_bytes"] <= memory["activations_bytes"] <= memory["greedy_by_size_bytes"]
    assert memory["ram_bytes"] == memory["activations_bytes"] + memory["inputs_bytes"] + memory["outputs_bytes"]
    inside = [buffer for buffer in memory["buffers"] if buffer["offset"] is not None]
    assert all(buffer["offset"] + buffer["bytes"] <= memory["activations_bytes"] for buffer in inside)
    outside = sum(buffer["bytes"] for buffer in memory["buffers"] if buffer["offset"] is None)
    assert outside == memory["inputs_bytes"] + memory["outputs_bytes"]
    stored = {True: 0, False: 0}
    for constant in weights["constants"]:
        stored[constant["is_parameter"]] += constant["bytes"]
    assert (weights["bytes"], weights["requantization_bytes"]) == (stored[True], stored[False])
    assert {layer["bias_type"] for layer in report["layers"] if layer["weights_type"]} == {"s32"}
    assert weights["float_bytes"] == 4 * report["model"]["params"]
    assert weights["bytes"] < weights["float_bytes"]
    assert weights["requantization_bytes"] > 0


def test_a_float_network_of_ir_is_counted_by_the_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.mlir").write_text(NETWORK)
    status, _, err = run("analyze", "-m", tmp_path / "net.mlir", "--json", tmp_path / "a.json")
    assert (status, err) == (0, "")
    report = json.loads((tmp_path / "a.json").read_text())
    counts = {layer["operator"]: layer["macc"] for layer in report["layers"]}
    assert counts == {
        "conv2d": 2 * 3 * 3 * 1 * 4 * 4 + 2 + 2 * 4 * 4,  # products, bias, and the relu, which is not free in float
        "max_pool2d": 2 * 2 * 2 * 4,
        "dense": 8 * 3 + 3,
        "softmax": 15 * 3,
    }
    assert {kind["type"] for kind in report["operation_types"]} == {"smul_f32_f32", "op_f32_f32"}
    assert report["model"]["params"] == 18 + 2 + 24 + 3
    assert report["weights"]["bytes"] == 4 * report["model"]["params"]
    assert report["fallbacks"] == []


def _dense(shape: Sequence[int]) -> str:
    """Small distinct numbers as MLIR's hexadecimal data."""
    values = np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32)
    return f'dense<"0x{values.tobytes().hex().upper()}"> : tensor<{"x".join(map(str, shape))}xf32>'


NETWORK = f"""\
func.func @net(%x : tensor<1x4x4x1xf32>) -> tensor<1x3xf32> {{
  %w = dqnn.constant {_dense([2, 3, 3, 1])}
  %b = dqnn.constant {_dense([2])}
  %c = dqnn.conv2d %x, %w, %b {{padding = [1, 1, 1, 1], clamp_min = 0.0}} : tensor<1x4x4x2xf32>
  %p = dqnn.max_pool2d %c {{kernel = [2, 2], strides = [2, 2]}} : tensor<1x2x2x2xf32>
  %f = dqnn.reshape %p : tensor<1x8xf32>
  %v = dqnn.constant {_dense([3, 8])}
  %d = dqnn.constant {_dense([3])}
  %e = dqnn.dense %f, %v, %d : tensor<1x3xf32>
  %y = dqnn.softmax %e : tensor<1x3xf32>
  func.return %y : tensor<1x3xf32>
}}
"""


# --- generate ---------------------------------------------------------------------------------------------------


def test_generate_writes_a_complete_directory(run: Run, tmp_path: Path) -> None:
    project, report = tmp_path / "project", tmp_path / "g.json"
    status, out, err = run("generate", "-m", MODEL, "--output", project, "--name", "digits", "--main", "--json", report)
    assert (status, err) == (0, "")
    assert re.search(r"^output +: .*project, \d+ files$", out, re.M)
    files = json.loads(report.read_text())["files"]
    assert {"CMakeLists.txt", "digits.c", "digits.h", "digits_main.c", "digits_weights.c"} <= set(files)
    assert files == sorted(path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file())
    assert "int digits_run(" in (project / "digits.h").read_text()


def test_generate_names_the_network_after_the_file(run: Run, tmp_path: Path) -> None:
    model = tmp_path / "8 digits-v2.tflite"
    model.write_bytes(MODEL.read_bytes())
    run("generate", "-m", model, "--output", tmp_path / "project")
    assert (tmp_path / "project/network_8_digits_v2.h").exists()


def test_generate_keeps_what_it_did_not_write(run: Run, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "thesis.txt").write_text("precious")
    refused(run("generate", "-m", MODEL, "--output", project), "not written by dqnnc")
    assert [path.name for path in project.iterdir()] == ["thesis.txt"]
    assert run("generate", "-m", MODEL, "--output", project, "--force")[0] == 0
    assert not (project / "thesis.txt").exists()
    assert run("generate", "-m", MODEL, "--output", project)[0] == 0


# --- supported-ops ----------------------------------------------------------------------------------------------


def test_supported_ops_lists_the_table_and_the_frontend(run: Run, tmp_path: Path) -> None:
    status, out, err = run("supported-ops", "--target", "stm32n6", "--json", tmp_path / "s.json")
    assert (status, err) == (0, "")
    report = json.loads((tmp_path / "s.json").read_text())
    names = {item["name"] for form in report["formats"] if "tflite" in form["extensions"] for item in form["operators"]}
    assert {"CONV_2D", "SOFTMAX", "STRIDED_SLICE"} <= names
    dense = [row for row in report["rows"] if row["operator"] == "dense"]
    assert {"arm_fully_connected_s8", "arm_fully_connected_per_channel_s8", "dqnn_dense_f32"} <= {
        kernel for row in dense for kernel in row["kernels"]
    }
    assert re.search(r"^convolution +f32 +f32 +f32 +dqnn_conv2d_f32 +\d+ \d+$", out, re.M)
    conditions = {condition for row in report["rows"] for condition in row["conditions"]}
    assert all(re.search(rf"^ *\d+  {re.escape(condition)}$", out, re.M) for condition in conditions)


def test_supported_ops_follows_the_choice_of_kernels(run: Run) -> None:
    assert "dqnn_sub_s8" in run("supported-ops", "--kernels", "portable")[1]
    refused(run("supported-ops", "--target", "stm33"), "no target 'stm33'")


# --- validate ---------------------------------------------------------------------------------------------------


@needs_litert
def test_validate_on_random_data(run: Run, tmp_path: Path) -> None:
    status, out, err = run("validate", "-m", MODEL, "--json", tmp_path / "v.json")
    assert (status, err) == (0, "")
    assert out.endswith("PASS: equal to the reference\n")
    assert re.search(r"^X-cross #1 +0\.000000 .* 1\.000000 ", out, re.M)
    report = json.loads((tmp_path / "v.json").read_text())
    assert report["data"] == "10 random samples, seed 42"
    assert report["outputs"][0]["mismatches"] == 0
    assert report["outputs"][0]["max_code_difference"] == 0
    assert report["comparisons"][0]["metrics"]["acc"] == 1
    assert report["classification"] is None


@needs_litert
def test_validate_on_labelled_data(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("validate", "-m", MODEL, "-vi", DATA, "--json", tmp_path / "v.json", "--sanitize")
    assert status == 0
    report = json.loads((tmp_path / "v.json").read_text())
    result = report["classification"]
    assert report["samples"] == SAMPLES
    assert result["generated_accuracy"] == result["reference_accuracy"] == result["correct"] / SAMPLES
    assert result["generated_accuracy"] > 0.95
    assert sum(result["confusion"][digit][digit] for digit in range(10)) == result["correct"]
    assert sum(map(sum, result["confusion"])) == SAMPLES
    assert "Confusion matrix" in out


@needs_litert
def test_validate_compares_with_expected_outputs(run: Run, tmp_path: Path) -> None:
    with np.load(DATA) as data:
        np.save(tmp_path / "x.npy", data["x_test"])
        np.save(tmp_path / "y.npy", np.eye(10, dtype=np.float32)[data["y_test"]])
    files = ["-vi", tmp_path / "x.npy", "-vo", tmp_path / "y.npy", "--json", tmp_path / "v.json"]
    status, _, _ = run("validate", "-m", MODEL, *files)
    assert status == 0
    report = json.loads((tmp_path / "v.json").read_text())
    assert [row["name"] for row in report["comparisons"]] == ["X-cross #1", "HOST c-model #1", "original model #1"]
    against_expected = report["comparisons"][1]["metrics"]
    assert against_expected == report["comparisons"][2]["metrics"]
    assert against_expected["acc"] > 0.95
    assert against_expected["rmse"] > 0


@needs_litert
def test_validate_fails_where_one_code_differs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disturbed(*arguments: Any, **options: Any) -> Any:
        (scores,), tensors = reference.run_litert(*arguments, **options)
        scores[3, 7] -= np.int8(2) if scores[3, 7] > 0 else np.int8(-2)
        return (scores,), tensors

    monkeypatch.setattr(validate, "run_litert", disturbed)
    status, out, err = run("validate", "-m", MODEL, "--json", tmp_path / "v.json")
    assert (status, err) == (1, "")
    assert out.endswith("FAIL: 1 of 100 output values differ from the reference\n")
    report = json.loads((tmp_path / "v.json").read_text())
    assert report["passed"] is False
    assert (report["outputs"][0]["mismatches"], report["outputs"][0]["max_code_difference"]) == (1, 2)
    assert report["comparisons"][0]["metrics"]["mae"] > 0


@needs_litert
def test_validate_each_layer_of_a_tflite_model(run: Run, tmp_path: Path) -> None:
    status, out, err = run("validate", "-m", MODEL, "--per-layer", "--json", tmp_path / "v.json")
    assert (status, err) == (0, "")
    assert "first difference: none" in out
    layers = json.loads((tmp_path / "v.json").read_text())["per_layer"]["layers"]
    assert len(layers) > 3
    assert not any(layer["mismatches"] or layer["alone_mismatches"] or layer["borderline"] for layer in layers)


def test_validate_each_layer_of_ir(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.mlir").write_text(NETWORK)
    status, _, _ = run("validate", "-m", tmp_path / "net.mlir", "--per-layer", "--json", tmp_path / "v.json")
    assert status == 0
    assert json.loads((tmp_path / "v.json").read_text())["per_layer"]["layers"]


def test_validate_ir_with_its_own_semantics(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.mlir").write_text(NETWORK)
    status, _, _ = run("validate", "-m", tmp_path / "net.mlir", "--json", tmp_path / "v.json")
    report = json.loads((tmp_path / "v.json").read_text())
    assert status == 0
    assert report["reference"] == reference.SEMANTICS
    assert report["outputs"][0]["max_code_difference"] is None
    assert 0 <= report["outputs"][0]["max_difference"] <= report["outputs"][0]["tolerance"] < 1.1e-5


@needs_litert
@pytest.mark.parametrize(("target", "machine"), [("stm32f4", "mps2-an386"), ("stm32n6", "mps3-an547")])
def test_validate_on_an_emulated_core(run: Run, tmp_path: Path, target: str, machine: str) -> None:
    arguments = ["--mode", "emulator", "--target", target, "--samples", "3", "--json", tmp_path / "v.json"]
    status, out, _ = run("validate", "-m", MODEL, *arguments)
    assert status == 0
    execution = json.loads((tmp_path / "v.json").read_text())["execution"]
    assert (execution["mode"], execution["machine"]) == ("emulator", machine)
    assert 10_000 < execution["instructions"] < 10_000_000
    assert f"{execution['instructions']:,} per inference" in out


# --- Errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["analyze", "generate", pytest.param("validate", marks=needs_litert)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-m", "none.tflite"], r"none\.tflite: cannot be read: No such file"),
        (["-m", "model.onnx"], r"model\.onnx: no graph: the file holds no network"),
        (["-m", "model.h5"], r"model\.h5: neither an HDF5 file nor a \.keras archive"),
        (["-m", "model.keras"], r"model\.keras: neither an HDF5 file nor a \.keras archive"),
        (
            ["-m", "model.pt"],
            r"model\.pt: no model format known by this extension; .*\.h5, \.keras, \.mlir, \.onnx, \.tflite",
        ),
        (["-m", "text.tflite"], r"text\.tflite: .*not a TensorFlow Lite file"),
        (["-m", "cut.tflite"], r"cut\.tflite: "),
        (["-m", "empty.mlir"], r"empty\.mlir: .*one function"),
        (["-m", "wrong.mlir"], r"wrong\.mlir:1:"),
        (["-m", "no_input.mlir"], r"no_input\.mlir: the network has no input"),
        (["-m", "no_output.mlir"], r"no_output\.mlir: the network has no output"),
        (["-m", "deep.mlir"], r"deep\.mlir: is nested too deeply"),
        (["-m", "wide.mlir"], r"wide\.mlir: input 0 is tensor<1xi64>; make it a tensor of f32, s8, u8, s16, s32"),
        (["-m", "binary.mlir"], r"binary\.mlir: "),
        (["-m", MODEL, "--target", "stm33"], r"no target 'stm33': use one of .*stm32f4"),
        (["-m", MODEL, "--target", "neural-art"], r"'neural-art' is not supported: .*accelerator"),
        (["-m", MODEL, "--target", "stm32mp1"], r"'stm32mp1' is not supported: it runs Linux"),
        (["-m", MODEL, "--target", "mlc"], r"'mlc' is not supported"),
        (["-m", MODEL, "--json", "none/report.json"], r"none/report\.json: cannot be written: No such file"),
        (["-m", MODEL, "--json", "."], r"\.: is a directory"),
    ],
)
def test_what_cannot_be_served_ends_in_one_line(
    name: str,
    arguments: Sequence[object],
    message: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("model.onnx", "model.h5", "model.keras", "model.pt"):
        Path(file).touch()
    Path("empty.mlir").write_text("builtin.module {}")
    Path("text.tflite").write_text("no flatbuffer at all")
    Path("cut.tflite").write_bytes(MODEL.read_bytes()[:3000])
    Path("wrong.mlir").write_text("func.func @net(")
    constant = "%c = dqnn.constant dense<1.0> : tensor<1xf32>"
    Path("no_input.mlir").write_text(
        f"func.func @net() -> tensor<1xf32> {{ {constant} func.return %c : tensor<1xf32> }}"
    )
    Path("no_output.mlir").write_text("func.func @net(%x : tensor<1xf32>) { func.return }")
    Path("deep.mlir").write_text("module {" * 3000)
    Path("wide.mlir").write_text(
        "func.func @net(%x : tensor<1xi64>) -> tensor<1xi64> { func.return %x : tensor<1xi64> }"
    )
    Path("binary.mlir").write_bytes(b"\xff\xfe\x00")
    before = sorted(tmp_path.iterdir())
    output = ["--output", "project"] if name == "generate" else []
    refused(run(name, *arguments, *output), message)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-vo", DATA], "-vo needs the inputs"),
        (["--mode", "emulator", "--sanitize"], "--sanitize needs --mode host"),
        (["--cmsis-nn-include", "."], "go together"),
        (["--cmsis-nn-include", ".", "--cmsis-nn-library", "a.a"], "needs --mode emulator"),
        pytest.param(
            ["--mode", "emulator", "--target", "cortex-m85"], "no emulator for core cortex-m85", marks=needs_litert
        ),
        pytest.param(["-vi", "none.npz"], r"none\.npz: cannot be read", marks=needs_litert),
    ],
)
def test_what_cannot_be_validated(run: Run, arguments: Sequence[object], message: str) -> None:
    refused(run("validate", "-m", MODEL, *arguments), message)


@pytest.mark.parametrize("name", ["8bit", "a b", "", "net;rm", "_net"])
def test_names_that_c_does_not_take(run: Run, tmp_path: Path, name: str) -> None:
    arguments = ["--output", tmp_path / "project", f"--name={name}"]
    refused(run("generate", "-m", MODEL, *arguments), "--name .*C identifier")
    assert not (tmp_path / "project").exists()


def test_without_litert_validate_names_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    refused(run("validate", "-m", MODEL), r"pip install 'dqnnc\[validate\]'")


@needs_litert
def test_an_error_of_our_own_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AssertionError("first line\nsecond line")

    monkeypatch.setattr(validate, "random_samples", broken)
    refused(run("validate", "-m", MODEL), r"internal error, please report it: AssertionError: first line second line")
    monkeypatch.setenv("DQNNC_TRACEBACK", "1")
    with pytest.raises(AssertionError):
        run("validate", "-m", MODEL)


@pytest.mark.parametrize(
    "arguments",
    [[], ["compile"], ["analyze"], ["generate", "-m", "a.tflite"], ["validate", "-m", "a.tflite", "--samples", "0"]],
)
def test_wrong_command_lines_end_in_one_line_too(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 1
    assert re.fullmatch(r"error: [^\n]+; 'dqnnc[ a-z]* --help' lists what there is\n", capsys.readouterr().err)


@pytest.mark.parametrize("place", [".", "..", "inner/.."])
def test_the_folder_one_is_in_is_never_replaced(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    folder = tmp_path / "work"
    (folder / "inner").mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    monkeypatch.chdir(folder)
    refused(run("generate", "-m", MODEL, "--output", place, "--force"), "the folder that you are in, or above it")
    assert (folder / "mine.txt").read_text() == "mine"


def test_a_link_stays_and_its_file_is_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "file.json")
    assert run("analyze", "-m", MODEL, "--json", tmp_path / "link.json")[0] == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "file.json").read_text())["command"] == "analyze"


def test_a_pipe_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        text = pool.submit(pipe.read_text)
        assert run("analyze", "-m", MODEL, "--json", pipe)[0] == 0
        assert json.loads(text.result(timeout=60))["command"] == "analyze"
    assert pipe.is_fifo()


# --- The process --------------------------------------------------------------------------------------------------


def test_help_imports_nothing_heavy() -> None:
    script = "\n".join(
        [
            "import sys",
            "from dqnnc.tools.dqnnc.main import main",
            "try: main(['generate', '--help'])",
            "except SystemExit: pass",
            "heavy = {'numpy', 'xdsl', 'tflite', 'flatbuffers'} & set(sys.modules)",
            "sys.exit(f'imported {heavy}' if heavy else 0)",
        ]
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


def test_a_reader_that_leaves_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "dqnnc.tools.dqnnc", "analyze", "-m", str(MODEL)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() in (0, 1)


@pytest.mark.parametrize(("redirection", "reason"), [(">/dev/full", "cannot be written"), (">&-", "is closed")])
def test_a_report_that_cannot_be_printed(redirection: str, reason: str) -> None:
    script = f'"$0" -m dqnnc.tools.dqnnc analyze -m "$1" {redirection}'
    done = subprocess.run(["sh", "-c", script, sys.executable, str(MODEL)], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert re.fullmatch(rf"error: standard output: {reason}[^\n]*\n", done.stderr)


@needs_litert
def test_a_pipe_gets_no_progress() -> None:
    done = command("validate", "-m", MODEL)
    assert (done.returncode, done.stderr) == (0, "")


def read_all(screen: int) -> bytes:
    """What was written to a pseudo-terminal until its other side was closed."""
    shown = b""
    while True:
        try:
            shown += os.read(screen, 4096)
        except OSError:  # Linux's way to say so
            return shown


@needs_litert
def test_a_terminal_gets_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    try:
        screen, keyboard = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be opened: {error}")
    with ThreadPoolExecutor(1) as pool, os.fdopen(screen, "rb"):
        shown = pool.submit(read_all, screen)
        with os.fdopen(keyboard, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            status = main(["validate", "-m", str(MODEL)])
        text = shown.result(timeout=60).decode()
    assert status == 0
    assert re.search(r"Compiling the generated code for this computer \(\d+ s\)", text)
    assert text.endswith(progress.ERASE_LINE)


def test_json_goes_to_no_standard_stream(run: Run, tmp_path: Path) -> None:
    _, with_json, _ = run("analyze", "-m", MODEL, "--json", tmp_path / "a.json")
    _, without, _ = run("analyze", "-m", MODEL)
    assert with_json == without
    assert io.StringIO((tmp_path / "a.json").read_text()).readline() == "{\n"
