"""The runtime's kernels: numbers against references, warnings, memory errors, bad arguments."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import dqnnc.backends.runtime
import numpy as np
import pytest
from dqnnc.tools.emulator.stack import CALL_GRAPH, SUFFIX, CallGraph, worst_case
from support.c_call import Call, Library, Out, Struct, render
from support.kernel_cases import CASES
from support.kernel_cases.base import bounds, dims, real_bounds, tile
from support.litert import needs_litert

RUNTIME = Path(dqnnc.backends.runtime.__file__).parent
SOURCES = sorted((RUNTIME / "src").glob("*.c"))
HEADERS = ["arm_nnfunctions.h", "dqnn_kernels.h", "dqnn_float_s8_kernels.h"]
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", f"-I{RUNTIME / 'include'}"]
UNDEFINED = ["-fsanitize=undefined", "-fno-sanitize-recover=all"]

pytestmark = pytest.mark.xdist_group("kernels")  # one worker builds the library

CASES_EACH = 40
SANITIZED_EACH = 6


def compile_c(compiler: str, *args: str | Path) -> None:
    run = subprocess.run([compiler, *args], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def rng_for(name: str) -> np.random.Generator:
    """The same numbers for a name every time."""
    return np.random.default_rng(zlib.crc32(name.encode()))


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    path = tmp_path_factory.mktemp("runtime") / "kernels.so"
    compile_c("gcc", "-O1", "-shared", "-fPIC", CALL_GRAPH, *UNDEFINED, *FLAGS, *SOURCES, "-lm", "-o", path)
    return Library(str(path))


@pytest.mark.usefixtures("library")
def test_the_stack_of_each_kernel_has_a_bound(tmp_path_factory: pytest.TempPathFactory) -> None:
    """None calls itself or through a pointer, or takes stack by its arguments."""
    graph = CallGraph()
    for file in tmp_path_factory.getbasetemp().glob(f"runtime*/*{SUFFIX}"):
        graph.add(file.read_text())
    for source in SOURCES:
        worst_case(graph, source.stem)


@needs_litert
@pytest.mark.parametrize("name", CASES)
def test_numbers(name: str, library: Library) -> None:
    rng = rng_for(name)
    for number in range(CASES_EACH):
        case = CASES[name](rng)
        (result,) = library.run(case.call)
        expected = case.expected()
        limit = case.tolerance * np.abs(expected).max(initial=0)
        difference = np.abs(result.reshape(expected.shape).astype(np.float64) - expected)
        assert difference.max(initial=0) <= limit, f"{name} {number}: {case.call}"


def test_bounds_that_are_none_let_infinities_pass(library: Library) -> None:
    x = np.array([-np.inf, -2, 7, np.inf], np.float32)
    for activation, expected in (("NONE", x), ("RELU", [0, 0, 7, np.inf]), ("RELU6", [0, 0, 6, 6])):
        (result,) = library.run(Call("dqnn_clip_f32", [x, Out((4,), "float32"), 4, *real_bounds(activation)]))
        np.testing.assert_array_equal(result, np.asarray(expected, np.float32))


def test_no_access_outside_a_buffer(tmp_path: Path) -> None:
    """Every buffer is a heap block of its size under AddressSanitizer.

    These are the first calls of `test_numbers`, where the sanitizer of undefined behaviour watches them.
    """
    calls = [CASES[name](rng).call for name in CASES for rng in [rng_for(name)] for _ in range(SANITIZED_EACH)]
    program = tmp_path / "calls"
    program.with_suffix(".c").write_text(render(calls, HEADERS))
    called = {name for header in HEADERS for name in functions_of(header)}
    sources = [program.with_suffix(".c"), *(path for path in SOURCES if path.stem in called)]
    compile_c("gcc", "-O1", "-fsanitize=address", f"-I{RUNTIME / 'include'}", *sources, "-lm", "-o", program)
    run = subprocess.run([program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def functions_of(header: str) -> set[str]:
    text = (RUNTIME / "include" / header).read_text()
    return set(re.findall(r"^\w+ (\w+)\(", text, re.MULTILINE))


def test_every_kernel_has_cases() -> None:
    declared = {name for header in HEADERS for name in functions_of(header)}
    called = {CASES[name](rng).call.function for name in CASES for rng in [rng_for(name)] for _ in range(20)}
    # test_s1_conv.py, test_s1_layers.py, test_s8_layers.py
    elsewhere = functions_of("dqnn_s1_kernels.h") | functions_of("dqnn_s8_kernels.h")
    assert declared | elsewhere == {path.stem for path in SOURCES}
    assert declared == called


@pytest.mark.parametrize(
    ("compiler", "how"),
    [
        # GCC for this machine compiles the `library`, with -O1. Some of its warnings depend on optimization.
        ("arm-none-eabi-gcc", ["-O2", "-c", "-mcpu=cortex-m0", "-mthumb"]),
        ("clang", ["-fsyntax-only"]),
    ],
)
def test_no_warning(compiler: str, how: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    monkeypatch.chdir(tmp_path)
    compile_c(compiler, *how, *FLAGS, *SOURCES)


@pytest.mark.parametrize("header", HEADERS)
def test_headers_are_cpp(header: str, tmp_path: Path) -> None:
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    unit = tmp_path / "unit.cpp"
    unit.write_text(f'#include "{header}"\n')
    compile_c("g++", "-std=c++11", *FLAGS[1:], "-c", unit, "-o", tmp_path / "unit.o")


def pool_call(function: str, batch: int, input_size: int, padding: int) -> Call:
    params = Struct(
        "cmsis_nn_pool_params",
        {"stride": tile((1, 1)), "padding": tile((padding, padding)), "activation": bounds((-128, 127))},
    )
    image = (1, input_size, input_size, 1)
    args = [None, params, dims((batch, *image[1:])), np.zeros(image, np.int8), dims((1, 2, 2, 1)), dims((1, 1, 1, 1))]
    return Call(function, [*args, Out((1, 1, 1, 1))], -1)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(pool_call("arm_avgpool_s8", 0, 2, 0), id="avgpool of no batch"),
        pytest.param(pool_call("arm_max_pool_s8", 0, 2, 0), id="max_pool of no batch"),
        pytest.param(pool_call("arm_avgpool_s8", 1, 2, 2), id="avgpool of padding alone"),
    ],
)
def test_bad_arguments_are_reported(call: Call, library: Library) -> None:
    library.run(call)


@pytest.mark.parametrize(("channels", "depth", "outputs"), [(7, 2, 6), (8, 2, 6), (2, 4, 2)])
def test_groups_that_do_not_divide_the_channels(channels: int, depth: int, outputs: int, library: Library) -> None:
    one = Struct("cmsis_nn_tile", {"w": 1, "h": 1})
    params = {"input_offset": 0, "output_offset": 0, "stride": one, "padding": tile((0, 0)), "dilation": one}
    conv = Struct("cmsis_nn_conv_params", {**params, "activation": bounds((-128, 127))})
    numbers = np.zeros(outputs, np.int32)
    quant = Struct("cmsis_nn_per_channel_quant_params", {"multiplier": numbers, "shift": numbers})
    x, w = np.zeros((1, 1, 1, channels), np.int8), np.zeros((outputs, 1, 1, depth), np.int8)
    y = (1, 1, 1, outputs)
    args = [None, conv, quant, dims(x.shape), x, dims(w.shape), w, dims((1, 1, 1, outputs)), None, dims(y)]
    library.run(Call("arm_convolve_wrapper_s8", [*args, Out(y)], -1))


def test_transpose_refuses_a_dimension_that_is_not_there(library: Library) -> None:
    x = np.zeros((2, 2, 2), np.int8)
    permutation = np.asarray([0, 1, 3], np.uint32)
    params = Struct("cmsis_nn_transpose_params", {"num_dims": 3, "permutations": permutation})
    library.run(Call("arm_transpose_s8", [x, Out((2, 2, 2)), dims(x.shape), dims(x.shape), params], -1))


def test_quantize_saturates(library: Library) -> None:
    x = np.asarray([np.inf, -np.inf, 3e38, -3e38, np.nan], np.float32)
    (codes,) = library.run(Call("dqnn_quantize_f32_s8", [x, Out(x.shape), x.size, 1e-3, 5]))
    assert codes.tolist() == [127, -128, 127, -128, -128]
