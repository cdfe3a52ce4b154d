"""The worst-case stack of networks: what the compiler's call graphs say, beside what programs take when they run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import Options, compile_model, write_c
from dqnnc.tools.dqnnc.main import main
from dqnnc.tools.emulator import CORES, LIBRARY_BYTES, EmulatorError, Program, build_target, network_stack, run_stack
from dqnnc.tools.emulator.stack import CALL_GRAPH, CallGraph, worst_case
from numpy.typing import NDArray
from support.models import ROOT, model

EXAMPLES = ROOT / "examples"
DIGITS = EXAMPLES / "digits_int8/digits_int8.tflite"

needs_cores = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("arm-none-eabi-gcc", "qemu-system-arm", "riscv64-unknown-elf-gcc")),
    reason="needs cross compilers for Arm and RISC-V, and QEMU",
)

SOURCE = """\
#include <string.h>
#include <stdint.h>
typedef int function(int);
int arm_kernel(int x);
static __attribute__((noinline)) int leaf(int x) { volatile char room[100]; room[x] = 1; return room[x] + x; }
__attribute__((noinline)) int middle(int x) { volatile char room[40]; room[x] = 2; return leaf(room[x]) + 1; }
__attribute__((noinline)) int flat(int x) { volatile char room[120]; room[x] = 2; return room[x] + 1; }
int deep_run(int x) { return flat(x) + middle(x); }
int64_t library_run(int64_t x, int64_t y) { return x / y; }
int kernel_run(int x) { return arm_kernel(x) + leaf(x); }
__attribute__((noinline)) int again(int n) { return n > 0 ? again(n - 1) * leaf(n) : 1; }
int again_run(int n) { return again(n) + 1; }
int pointer_run(function *f) { return f(3) + 1; }
int argument_run(int n) { volatile char room[n]; room[0] = 1; return leaf(room[0]); }
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> CallGraph:
    """What GCC says of SOURCE for a Cortex-M4."""
    folder = tmp_path_factory.mktemp("graph")
    (folder / "source.c").write_text(SOURCE)
    command = ["arm-none-eabi-gcc", *CORES["cortex-m4"].flags, "-Os", CALL_GRAPH, "-c", "source.c", "-o", "source.o"]
    subprocess.run(command, cwd=folder, check=True)
    result = CallGraph()
    result.add((folder / "source.ci").read_text())
    return result


@needs_cores
def test_the_deepest_way_counts(graph: CallGraph) -> None:
    deep = worst_case(graph, "deep_run")
    assert deep.path == ("deep_run", "middle", "leaf")
    # Arrays, return addresses, saved registers, alignment: flat has the largest frame, but not the deepest way.
    assert 140 + 3 * 4 <= deep.bytes <= 140 + 3 * 16 + 8
    assert (deep.libraries, deep.not_counted) == ((), ())


@needs_cores
def test_functions_without_data_are_named(graph: CallGraph) -> None:
    library, kernel = worst_case(graph, "library_run"), worst_case(graph, "kernel_run")
    assert (library.path, library.libraries) == (("library_run", "__aeabi_ldivmod"), ("__aeabi_ldivmod",))
    assert library.bytes == graph.frames["library_run"] + LIBRARY_BYTES
    assert (kernel.path, kernel.not_counted) == (("kernel_run", "leaf"), ("arm_kernel",))


@needs_cores
@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("again_run", "again calls itself"),
        ("pointer_run", "pointer_run calls through a pointer"),
        ("argument_run", "argument_run takes stack by its arguments"),
        ("absent_run", "no stack data for absent_run"),
    ],
)
def test_what_has_no_bound_is_named(graph: CallGraph, function: str, message: str) -> None:
    with pytest.raises(EmulatorError, match=message):
        worst_case(graph, function)


# Below, networks run on the emulator: the harness fills the stack with a pattern and looks at what is left of it.


def build(file: Path, core: str, folder: Path, opt: str) -> Program:
    write_c(compile_model(file, Options(target=core)), folder / "project", "net")
    return build_target(folder / "project", core, folder / "build", opt=opt)


def samples(program: Program, count: int) -> list[list[NDArray[np.generic]]]:
    random = np.random.default_rng(2)
    return [
        [
            random.uniform(-1, 1, tensor.shape).astype(np.float32)
            if tensor.dtype.kind == "f"
            else np.frombuffer(random.bytes(tensor.bytes), tensor.dtype).reshape(tensor.shape)
            for tensor in program.project.inputs
        ]
        for _ in range(count)
    ]


@needs_cores
@pytest.mark.parametrize(
    ("network", "core", "opt"),
    [
        *((DIGITS, core, "-Os") for core in ("cortex-m0", "cortex-m4", "cortex-m55", "cortex-r52", "ispu-core")),
        (DIGITS, "cortex-m4", "-O3"),
        (EXAMPLES / "digits_larq/digits_larq.h5", "cortex-m4", "-Os"),
        (EXAMPLES / "digits_qkeras/digits_qkeras.h5", "ispu-core", "-Os"),
    ],
)
def test_no_network_takes_more_than_is_reported(network: Path, core: str, opt: str, tmp_path: Path) -> None:
    program = build(network, core, tmp_path, opt)
    taken = max(run_stack(program, samples(program, 2)))
    reported = network_stack(program.objects, "net").bytes
    assert taken <= reported <= 1.5 * taken + 64


LIBRARY_CALLS = (
    *(f"for (int i = -200; i < 200; i++) f[i & 15] = {name}((float)i * (float)n * 0.01f)" for name in
      ("expf", "tanhf", "roundf", "rintf", "floorf")),
    "memcpy(y, x, (size_t)n)",
    "memset(y, n, (size_t)n)",
    *(f"f[0] = f[1] {operator} f[2]" for operator in "+-*/<"),
    "y[0] = (int)f[2]",
    "f[0] = (float)x[1]",
    *(f"y[0] = x[2] {operator} x[1]" for operator in "/%"),
    *(f"q = q {operator} (q + x[1]); y[0] = (int32_t)(q >> 3)" for operator in "*/%"),
    "q = (q << n) ^ (q >> n); y[0] = (int32_t)q",
)  # fmt: skip
"""What the kernels call of the C library and, without a word, of the compiler's own."""

LIBRARY_HEADER = """\
#define TOY_ACTIVATIONS_BYTES 4
#define TOY_ACTIVATIONS_ALIGN 4
#define TOY_INPUT_COUNT 1
#define TOY_INPUT_0_BYTES 64
#define TOY_INPUT_0_SHAPE {16}
#define TOY_INPUT_0_TYPE int32_t
#define TOY_OUTPUT_COUNT 1
#define TOY_OUTPUT_0_BYTES 64
#define TOY_OUTPUT_0_SHAPE {16}
#define TOY_OUTPUT_0_TYPE int32_t
int toy_run(void *activations, const void *const inputs[], void *const outputs[]);
"""

LIBRARY_NETWORK = """\
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "toy.h"
int toy_run(void *activations, const void *const inputs[], void *const outputs[]) {
    (void)activations;
    const int32_t *x = inputs[0];
    int32_t *y = outputs[0];
    volatile float f[16];
    for (int i = 0; i < 16; i++) f[i] = (float)x[i] * 0.37f;
    const int n = x[1];
    int64_t q = ((int64_t)x[3] << 32) + x[4];
    switch (x[0]) {
"""


@needs_cores
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-r52", "ispu-core"])
def test_what_is_allowed_for_the_libraries_is_enough(core: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    cases = [f"case {place}: {call}; break;\n" for place, call in enumerate(LIBRARY_CALLS)]
    (project / "toy.h").write_text(LIBRARY_HEADER)
    (project / "toy.c").write_text(f"{LIBRARY_NETWORK}{''.join(cases)}    }}\n    return 0;\n}}\n")
    program = build_target(project, core, tmp_path / "build", opt="-O1")
    own = network_stack(program.objects, "toy").bytes - LIBRARY_BYTES
    random = np.random.default_rng(3)
    inputs = random.normal(0, 1000, (len(LIBRARY_CALLS), 3, 16)).astype(np.int32)
    inputs[:, :, 0] = np.arange(len(LIBRARY_CALLS))[:, None]
    inputs[:, :, 1] = [1, 17, 40]
    taken = max(run_stack(program, [[sample] for sample in inputs.reshape(-1, 16)]))
    assert own < taken <= own + 0.8 * LIBRARY_BYTES


@needs_cores
def test_reports_have_the_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.json"
    assert main(["analyze", "-m", str(DIGITS), "-t", "stm32f4", "--check-budget", "--json", str(file)]) == 0
    report = json.loads(file.read_text())
    stack, ram = report["stack"], report["budget"][1]
    assert {"name": "stack", "bytes": stack["bytes"]}.items() <= ram["parts"][-1].items()
    assert stack["path"][0] == "net_run"
    assert stack["library_bytes"] == LIBRARY_BYTES
    assert "memcpy" in stack["libraries"]
    assert stack["not_counted"] == []
    assert ram["complete"]
    assert f"          stack: {stack['bytes']:,} B (-Os, with dqnnc's kernels, not CMSIS-NN's: net_run > " in (
        capsys.readouterr().out
    )


@needs_cores
def test_the_kernels_of_a_library_are_not_counted(tmp_path: Path) -> None:
    """They have no data: they are named, and the budget of RAM is not complete."""
    kernels = tmp_path / "project/kernels"
    write_c(compile_model(DIGITS), kernels.parent, "net")
    names = sorted(path.stem for path in (kernels / "portable").glob("*.c"))
    compiler = ["arm-none-eabi-gcc", *CORES["cortex-m4"].flags, "-Os", f"-I{kernels}/portable", f"-I{kernels}/include"]
    subprocess.run([*compiler, "-c", *(f"{kernels}/portable/{name}.c" for name in names)], cwd=tmp_path, check=True)
    library = tmp_path / "libkernels.a"
    subprocess.run(["arm-none-eabi-ar", "rcs", library, *(f"{name}.o" for name in names)], cwd=tmp_path, check=True)
    file = tmp_path / "report.json"
    options = ["--mode", "emulator", "--reference", "semantics", "--samples", "1", "--check-budget"]
    options += ["--cmsis-nn-include", str(kernels / "portable"), "--cmsis-nn-library", str(library)]
    assert main(["validate", "-m", str(DIGITS), "-t", "stm32f4", *options, "--json", str(file)]) == 0
    report = json.loads(file.read_text())
    assert (report["stack"]["path"], report["stack"]["not_counted"]) == (["net_run"], names)
    assert not report["budget"][1]["complete"]
    note = f": net_run; not counted: CMSIS-NN's {', '.join(names)}"
    assert report["budget"][1]["parts"][-1]["note"] == f"-Os, with CMSIS-NN{note}"


@needs_cores
def test_key_word_spotting_is_small(tmp_path: Path) -> None:
    """Kernels and network, without weights and the C library: at most 24 KB on a Cortex-M4."""
    file = tmp_path / "report.json"
    network = model("mlperf_tiny/kws_ref_model.tflite")
    assert main(["analyze", "-m", str(network), "-t", "stm32f4", "--check-budget", "--json", str(file)]) == 0
    flash = {part["name"]: part["bytes"] for part in json.loads(file.read_text())["budget"][0]["parts"]}
    assert flash["code"] <= 24 * 1024
