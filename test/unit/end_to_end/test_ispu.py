"""The ISPU: its vendor's published figures, whole programs in a device's memory, budgets, and code for size."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.backends.cortex_m.kernels import TABLE as CORTEX_M
from dqnnc.backends.ispu.kernels import TABLE
from dqnnc.tools.dqnnc.compile import Compiled, Options, compile_model, write_c
from dqnnc.tools.dqnnc.main import main
from dqnnc.tools.emulator import build_target, read_project, run
from support.models import ROOT, model
from support.onnx_runtime import needs_onnx_runtime

ISPU = Options(target="ispu")
DIGITS = ROOT / "examples/digits_int8/digits_int8.tflite"

PUBLISHED = {
    "dense_64x32.onnx": (3_008, 11_408, 384),
    "qdense_64x32.onnx": (2_938, 3_152, 224),
    "qcnn_8x8x8.tflite": (12_552, 760, 1_008),
}
"""Operations, bytes of weights and biases, and of activations, that the vendor's tool reports for these networks."""

EVERY = 12
"""Of so many digits one is run where a reference is at hand for all."""

needs_stand_in = pytest.mark.skipif(
    shutil.which("riscv64-unknown-elf-gcc") is None or shutil.which("qemu-riscv32") is None,
    reason="needs gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf and qemu-user",
)

WHOLE_PROGRAM = """\
#include "net.h"
#include <stdint.h>

static uint8_t activations[NET_ACTIVATIONS_BYTES] __attribute__((aligned(NET_ACTIVATIONS_ALIGN)));
static NET_INPUT_0_TYPE input[NET_INPUT_0_BYTES / sizeof(NET_INPUT_0_TYPE)];
static NET_OUTPUT_0_TYPE output[NET_OUTPUT_0_BYTES / sizeof(NET_OUTPUT_0_TYPE)];

int main(void) {
    const void *const inputs[] = {input};
    void *const outputs[] = {output};
    return net_run(activations, inputs, outputs);
}
"""

STACK_BYTES = 2048
"""That the C library's linker script sets aside."""

FLASH, RAM = 32 << 10, 8 << 10
"""Of the smaller devices."""


def report(tmp_path: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What a command writes as JSON."""
    file = tmp_path / "report.json"
    assert main([*arguments, "-t", "ispu", "--json", str(file)]) == status
    return json.loads(file.read_text())


def budget(result: dict[str, Any], memory: str) -> dict[str, Any]:
    """A budget of a report; its parts become a dictionary."""
    [found] = [item for item in result["budget"] if item["memory"] == memory]
    return {**found, "parts": {part["name"]: part["bytes"] for part in found["parts"]}}


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_more_than_the_vendors_tool_takes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Activations with the inputs and outputs in them, as the vendor counts them."""
    macc, weights, activations = PUBLISHED[name]
    edges = ["--allocate-inputs", "--allocate-outputs", "--input-data-type", "float32"]
    result = report(tmp_path, "analyze", "-m", str(model(f"st_ispu/{name}")), *edges)
    assert (result["macc"], result["weights"]["bytes"]) == (macc, weights)
    assert result["memory"]["ram_bytes"] == result["memory"]["activations_bytes"] <= activations
    tables = result["weights"]["requantization_bytes"]
    assert f"vs float model; requantization tables {tables} B " in capsys.readouterr().out


def link_whole_program(network: Compiled, folder: Path) -> tuple[int, int]:
    """Bytes of code with constants, and of data with stack, of a program that a linker puts into a device's memory.

    All is in it: the C library's start-up, what it and the compiler's library give, and the stack.
    """
    write_c(network, folder / "project", "net")
    project = read_project(folder / "project")
    (folder / "main.c").write_text(WHOLE_PROGRAM)
    core = network.target.core
    includes = [f"-I{path}" for path in project.include_directories(portable_kernels=True)]
    limits = f"--defsym=__flash_size={FLASH},--defsym=__ram_size={RAM}"
    small = ["-Os", "-DDQNN_SMALL_CODE", "-ffp-contract=off", "-ffunction-sections", "-fdata-sections"]
    sources = [folder / "main.c", *project.sources(portable_kernels=True)]
    elf = folder / "program.elf"
    command = [core.compiler, *core.flags, "-std=c99", *small, *includes, *sources, f"-Wl,{limits}", "-lm", "-o", elf]
    subprocess.run(command, check=True)
    listing = subprocess.run(["riscv64-unknown-elf-size", "-B", elf], check=True, capture_output=True, text=True).stdout
    text, data, zeroed = map(int, listing.splitlines()[1].split()[:3])
    return text + data, data + zeroed


@needs_stand_in
@pytest.mark.parametrize("name", ["qdense_64x32.onnx", "qcnn_8x8x8.tflite"])
def test_a_whole_program_fits_the_smaller_devices(name: str, tmp_path: Path) -> None:
    network = compile_model(model(f"st_ispu/{name}"), ISPU)
    flash, ram = link_whole_program(network, tmp_path)
    assert flash <= FLASH
    assert ram <= RAM
    result = report(tmp_path, "analyze", "-m", str(network.file), "--check-budget")
    assert all(item["complete"] for item in result["budget"])
    reported = budget(result, "flash")["used"], budget(result, "ram")["used"]
    stack = budget(result, "ram")["parts"]["stack"]
    print(
        f"{name}: {flash} bytes of code and constants, {ram} of data with {STACK_BYTES} of stack; reported {reported}"
    )
    # Beside the network there are the start-up and main; the linker makes calls of functions nearby shorter.
    assert abs(flash - reported[0]) < 600
    assert 0 < stack <= STACK_BYTES
    assert 0 <= ram - STACK_BYTES - (reported[1] - stack) < 64


@needs_stand_in
def test_what_does_not_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a device named, the smallest: and all is measured without being asked for."""
    path = str(model("mlperf_tiny/kws_ref_model.tflite"))
    small = report(tmp_path, "analyze", "-m", path)
    assert (small["target"]["device"], small["target"]["stand_in"]) == ("ism330is", "rv32imf")
    told = capsys.readouterr().out
    assert "ispu (ism330is): ispu-core (rv32imf stands in for it), no CMSIS-NN, portable kernels" in told
    flash, ram = budget(small, "flash"), budget(small, "ram")
    assert (flash["limit"], ram["limit"]) == (FLASH, RAM)
    assert set(flash["parts"]) == {"weights", "requantization tables", "code", "libraries"}
    assert None not in flash["parts"].values()
    assert (flash["over"], ram["over"]) == (flash["used"] - flash["limit"], ram["used"] - ram["limit"])
    assert f"{flash['used']:,} B of 32,768 B (ism330is), {flash['over']:,} B over" in told

    large = report(tmp_path, "analyze", "-m", path, "--device", "IIS3DWB10IS", "--check-budget", status=1)
    assert (budget(large, "ram")["limit"], budget(large, "ram")["over"]) == (56 << 10, 0)
    assert capsys.readouterr().err.endswith(
        f"flash is {flash['over']:,} bytes over: {flash['used']:,} of 32,768 (iis3dwb10is): weights 24,368, "
        f"requantization tables 4,608, code {flash['parts']['code']:,}, libraries {flash['parts']['libraries']:,}; "
        "take a smaller network, or another --device\n"
    )


@needs_stand_in
def test_small_code_and_fast_code(tmp_path: Path) -> None:
    sizes: dict[str, int] = {}
    for choice, build_type in (("auto", "MinSizeRel"), ("size", "MinSizeRel"), ("speed", "Release")):
        out = ["-o", str(tmp_path / choice), "--optimize", choice]
        result = report(tmp_path, "generate", "-m", str(DIGITS), *out)["analysis"]
        sizes[choice] = budget(result, "flash")["parts"]["code"]
        cmake = (tmp_path / choice / "CMakeLists.txt").read_text()
        assert f"set(CMAKE_BUILD_TYPE {build_type})" in cmake
        assert ("DQNN_SMALL_CODE" in cmake) == (choice != "speed")
    assert sizes["auto"] == sizes["size"] < 0.7 * sizes["speed"]
    other = compile_model(DIGITS, Options(target="stm32f4"))
    assert other.optimize == "speed"


def test_it_serves_what_other_cores_do() -> None:
    """With kernels that need nothing of the core, and no less for each."""
    others = {row.id: row for row in CORTEX_M.rows}
    assert {row.id for row in TABLE.rows} == set(others)
    for row in TABLE.rows:
        assert row.constraints == others[row.id].constraints
        assert any(kernel.library == "portable" and not kernel.features for kernel in row.kernels), row.id


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kernels", "cmsis-nn"], "there is no CMSIS-NN for target 'ispu': leave out kernels cmsis-nn"),
        (["--build", "dsp"], "there is no CMSIS-NN for target 'ispu': leave out build dsp"),
        (["--device", "lis2du12"], "use one of imu_22, iis3dwb10is, ism330is, lsm6dso16is"),
    ],
)
def test_what_it_does_not_have(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "-m", str(DIGITS), "-t", "ispu", *arguments]) == 1
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


@needs_stand_in
@pytest.mark.parametrize("example", ["digits_larq", "digits_qkeras"])
def test_digits_of_keras(example: str, tmp_path: Path) -> None:
    """The classes that Keras predicts."""
    folder = ROOT / "examples" / example
    network = compile_model(folder / f"{example}.h5", Options(target="ispu", input_data_type=("float32",)))
    write_c(network, tmp_path / "project", "net")
    program = build_target(tmp_path / "project", network.target.core, tmp_path, opt="-Os", small_code=True)
    with np.load(folder / "digits_reference.npz") as data:
        images, classes = data["x_test"][::EVERY], data["keras_classes"][::EVERY]
    results = [outputs[0].argmax() for outputs in run(program, [[image[None]] for image in images])]
    assert np.array_equal(results, classes)


@needs_stand_in
def test_digits_of_tensorflow_lite(tmp_path: Path) -> None:
    """All test images: the scores that LiteRT computes, and the accuracy that the example's README states."""
    pytest.importorskip("ai_edge_litert")
    data = ["-vi", str(DIGITS.parent / "digits_test.npz"), "--mode", "emulator", "--check-budget"]
    result = report(tmp_path, "validate", "-m", str(DIGITS), *data)
    assert (result["outputs"][0]["mismatches"], result["classification"]["correct"]) == (0, 356)
    assert result["execution"]["machine"] == "qemu-riscv32"


@needs_stand_in
@needs_onnx_runtime
@pytest.mark.parametrize("name", ["dense_64x32.onnx", "qdense_64x32.onnx"])
def test_networks_of_onnx(name: str, tmp_path: Path) -> None:
    options = ["--mode", "emulator", "--samples", "50", "--check-budget"]
    result = report(tmp_path, "validate", "-m", str(model(f"st_ispu/{name}")), *options)
    assert result["passed"]
    assert result["outputs"][0]["mismatches"] == 0
