"""The emulator support on a small project written by hand, in the form that `dqnnc generate` writes."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.emulator import (
    CORES,
    EmulatorError,
    UserMode,
    build_host,
    build_target,
    profile,
    read_project,
    run,
    run_counted,
    sizes,
)
from dqnnc.tools.emulator.objects import VARIABLE
from numpy.typing import NDArray

HEADER = """\
#ifndef TOY_H
#define TOY_H
#define TOY_ACTIVATIONS_BYTES 64 /* the arena */
#define TOY_ACTIVATIONS_ALIGN 16
#define TOY_INPUT_COUNT 2
#define TOY_INPUT_0_BYTES 12
#define TOY_INPUT_0_SHAPE {1, 3, 4}
#define TOY_INPUT_0_TYPE int8_t
#define TOY_INPUT_1_BYTES 16
#define TOY_INPUT_1_SHAPE {1, 4}
#define TOY_INPUT_1_TYPE float
#define TOY_OUTPUT_COUNT 2
#define TOY_OUTPUT_0_BYTES 48
#define TOY_OUTPUT_0_SHAPE {1, 3, 4}
#define TOY_OUTPUT_0_TYPE int32_t
#define TOY_OUTPUT_1_BYTES 16
#define TOY_OUTPUT_1_SHAPE {1, 4}
#define TOY_OUTPUT_1_TYPE float
int toy_run(void *activations, const void *const inputs[], void *const outputs[]);
#endif
"""

# Input 0 squared plus a constant of the kernel library; input 1 halved. A first byte of 127 is refused with
# -3, 126 reads an address that no core has, 125 never ends, 124 reads behind the arena, 123 takes long.
NETWORK = """\
#include "toy.h"
#include "arm_nnfunctions.h"
#include "dqnn_kernels.h"
int toy_run(void *activations, const void *const inputs[], void *const outputs[]) {
    const int8_t *x = inputs[0];
    int32_t *squares = activations;
    if (x[0] == 127) {
        return -3;
    }
    if (x[0] == 126) {
        dqnn_wait(*(volatile const uint32_t *)(uintptr_t)0xF0000000u);
    }
    while (x[0] == 125) {
        dqnn_wait(1);
    }
    if (x[0] == 124) {
        dqnn_half((const float *)activations + 14, outputs[1], 4);
        return 0;
    }
    if (x[0] == 123) {
        dqnn_wait(400000000);
    }
    arm_square(x, squares, 12);
    arm_square(x, outputs[0], 12);
    dqnn_half(inputs[1], outputs[1], 4);
    dqnn_wait(1000);
    return 0;
}
"""

ARM_HEADER = """\
#include <stdint.h>
void arm_square(const int8_t *x, int32_t *y, int n);
"""

SQUARE = """\
#include "arm_nnfunctions.h"
void arm_square(const int8_t *x, int32_t *y, int n) {{
    for (int i = 0; i < n; i++) {{
        y[i] = x[i] * x[i] + {constant};
    }}
}}
"""

DQNN_HEADER = """\
#include <stdint.h>
void dqnn_half(const float *x, float *y, int n);
void dqnn_wait(uint32_t rounds);
void dqnn_never_called(float *x);
extern const int8_t dqnn_table[100], dqnn_unused[50];
"""

# The wait takes two instructions a round and one to return: 6 bytes in all.
KERNELS = """\
#include "dqnn_kernels.h"
const int8_t dqnn_table[100] = {1};
const int8_t dqnn_unused[50] = {1};
void dqnn_half(const float *x, float *y, int n) {
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * (dqnn_table[n] == 0 ? 0.5f : 0.25f);
    }
}
void dqnn_never_called(float *x) {
    for (int i = 0; i < 1000; i++) {
        x[i] = x[i] / 3.0f + 2.0f;
    }
}
#ifdef __arm__
__attribute__((naked)) void dqnn_wait(uint32_t rounds) {
    (void)rounds;
    __asm__ volatile(".syntax unified\\n1: subs r0, r0, #1\\nbne 1b\\nbx lr");
}
#elif defined __riscv
__attribute__((naked)) void dqnn_wait(uint32_t rounds) {
    (void)rounds;
    __asm__ volatile("1: addi a0, a0, -1\\nbnez a0, 1b\\nret");
}
#else
void dqnn_wait(uint32_t rounds) {
    for (volatile uint32_t i = 0; i < rounds; i++) {
    }
}
#endif
"""

EXAMPLE = "int main(void) { return 1; }\n"

needs_cores = pytest.mark.skipif(
    shutil.which("arm-none-eabi-gcc") is None
    or shutil.which("qemu-system-arm") is None
    or shutil.which("qemu-arm") is None
    or shutil.which("riscv64-unknown-elf-gcc") is None,
    reason="needs cross compilers for Arm and RISC-V, qemu-system-arm and qemu-user",
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("toy")
    (directory / "kernels/include").mkdir(parents=True)
    (directory / "kernels/portable").mkdir()
    (directory / "toy.h").write_text(HEADER)
    (directory / "toy.c").write_text(NETWORK)
    (directory / "main.c").write_text(EXAMPLE)
    (directory / "kernels/portable/arm_nnfunctions.h").write_text(ARM_HEADER)
    (directory / "kernels/include/dqnn_kernels.h").write_text(DQNN_HEADER)
    (directory / "kernels/portable/arm_square.c").write_text(SQUARE.format(constant=7))
    (directory / "kernels/dqnn_kernels.c").write_text(KERNELS)
    return directory


def samples(count: int) -> list[list[NDArray[np.generic]]]:
    random = np.random.default_rng(3)

    def codes() -> NDArray[np.generic]:
        return np.minimum(np.frombuffer(random.bytes(12), np.int8), 119).reshape(1, 3, 4)

    return [[codes(), random.normal(size=(1, 4)).astype(np.float32)] for _ in range(count)]


def sample_that_starts_with(value: int) -> list[NDArray[np.generic]]:
    codes, numbers = samples(1)[0]
    codes[0, 0, 0] = value  # pyright: ignore[reportIndexIssue]
    return [codes, numbers]


def check(inputs: list[list[NDArray[np.generic]]], outputs: list[list[NDArray[np.generic]]], constant: int):
    assert len(outputs) == len(inputs)
    for (codes, numbers), (squares, halves) in zip(inputs, outputs, strict=True):
        assert squares.dtype == np.int32
        assert halves.dtype == np.float32
        np.testing.assert_array_equal(squares, codes.astype(np.int32) ** 2 + constant)
        np.testing.assert_array_equal(halves, numbers.astype(np.float32) / 2)


def test_the_header_is_read(toy: Path):
    project = read_project(toy)
    assert project.name == "toy"
    assert project.activations_bytes == 64
    assert [(t.shape, t.dtype.name) for t in project.inputs] == [((1, 3, 4), "int8"), ((1, 4), "float32")]
    assert [(t.shape, t.dtype.name) for t in project.outputs] == [((1, 3, 4), "int32"), ((1, 4), "float32")]
    assert "main.c" not in [path.name for path in project.sources(portable_kernels=True)]
    portable = {path.name for path in project.sources(portable_kernels=True)}
    assert portable - {path.name for path in project.sources(portable_kernels=False)} == {"arm_square.c"}


def test_a_directory_without_a_network_is_refused(tmp_path: Path):
    with pytest.raises(EmulatorError, match="no header that declares"):
        read_project(tmp_path)


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("#define TOY_INPUT_1_BYTES 16", "", "TOY_INPUT_1_BYTES is missing"),
        ("#define TOY_INPUT_1_BYTES 16", "#define TOY_INPUT_1_BYTES 12", "TOY_INPUT_1_BYTES, _SHAPE and _TYPE do not"),
        ("#define TOY_INPUT_1_TYPE float", "#define TOY_INPUT_1_TYPE toy", "TOY_INPUT_1_TYPE is missing or none of"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(tmp_path: Path, line: str, instead: str, message: str):
    (tmp_path / "toy.h").write_text(HEADER.replace(line, instead))
    with pytest.raises(EmulatorError, match=message):
        read_project(tmp_path)


def can_sanitize(compiler: str) -> bool:
    """Whether the compiler's sanitizer runtime, a package of its own for clang, is there."""
    command = [compiler, "-fsanitize=address,undefined", "-x", "c", "-", "-o", "/dev/null"]
    return subprocess.run(command, input=b"int main(void) { return 0; }", capture_output=True).returncode == 0


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("sanitize", [False, True])
def test_outputs_on_the_host(toy: Path, tmp_path: Path, compiler: str, sanitize: bool):
    if shutil.which(compiler) is None:
        pytest.skip(f"needs {compiler}")
    if sanitize and not can_sanitize(compiler):
        pytest.skip(f"needs {compiler}'s sanitizer runtime")
    program = build_host(toy, tmp_path, compiler=compiler, sanitize=sanitize, strict=True)
    inputs = samples(20)
    check(inputs, run(program, inputs), constant=7)


def test_the_sanitizers_find_a_read_behind_the_arena(toy: Path, tmp_path: Path):
    program = build_host(toy, tmp_path, sanitize=True)
    with pytest.raises(EmulatorError, match=r"AddressSanitizer|runtime error"):
        run(program, [sample_that_starts_with(124)])


@needs_cores
@pytest.mark.parametrize("core", CORES)
def test_outputs_on_a_core(toy: Path, tmp_path: Path, core: str):
    program = build_target(toy, core, tmp_path, strict=True)
    inputs = samples(20)
    check(inputs, run(program, inputs), constant=7)


@needs_cores
@pytest.mark.parametrize("core", CORES)
def test_instruction_counts_are_exact_and_repeatable(toy: Path, tmp_path: Path, core: str):
    program = build_target(toy, core, tmp_path)
    inputs = samples(1)
    counts = profile(program, inputs[0])
    assert counts == profile(program, inputs[0])
    assert counts.by_function["dqnn_wait"] == 2 * 1000 + 1
    assert counts.by_kernel["dqnn_wait"] == 2 * 1000 + 1
    assert set(counts.by_kernel) == {"toy_run", "arm_square", "dqnn_half", "dqnn_wait"}
    assert sum(counts.by_kernel.values()) == counts.instructions
    # Without an FPU, halving calls the compiler's multiplication.
    calls = "__aeabi_fmul" in counts.by_function
    assert counts.by_kernel["dqnn_half"] - counts.by_function["dqnn_half"] == (
        counts.by_function["__aeabi_fmul"] if calls else 0
    )
    assert {"toy_run", "arm_square", "dqnn_half", "dqnn_wait"} <= set(counts.by_function)
    assert all(count > 0 for count in counts.by_function.values())
    allowed = {"toy_run", "arm_square", "dqnn_half", "dqnn_wait", "__aeabi_fmul"}
    assert set(counts.by_function) <= allowed

    if isinstance(CORES[core].machine, UserMode):
        with pytest.raises(EmulatorError, match=r"qemu-\w+ has no clock: profile"):
            run_counted(program, inputs)
        return
    # The clock sees the call of the network as well, and counts whole ticks.
    counted = run_counted(program, inputs)
    check(inputs, counted.outputs, constant=7)
    assert counted.instructions == run_counted(program, inputs).instructions
    assert 0 <= counted.instructions[0] - counts.instructions < 150


@needs_cores
def test_sizes_are_of_what_the_network_reaches(toy: Path, tmp_path: Path):
    program = build_target(toy, "cortex-m4", tmp_path)
    symbols = subprocess.run(
        ["arm-none-eabi-nm", "--print-size", *program.objects], capture_output=True, text=True, check=True
    ).stdout
    functions = {f[3]: int(f[1], 16) for line in symbols.splitlines() if len(f := line.split()) == 4 and f[2] == "T"}
    assert functions.pop("dqnn_never_called") > 0
    found = sizes(program)
    assert found.constants == 100
    assert found.variables == 0
    # Sections are padded to the alignment of the code.
    assert sum(functions.values()) <= found.code <= sum(functions.values()) + 4 * len(functions)


@needs_cores
@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_the_clock_may_wrap(toy: Path, tmp_path: Path, core: str):
    program = build_target(toy, core, tmp_path)
    long, short = run_counted(program, [sample_that_starts_with(123), samples(1)[0]]).instructions
    assert abs(long - short - 800_000_001) < 200


@needs_cores
def test_a_kernel_library_takes_the_place_of_the_portable_kernels(toy: Path, tmp_path: Path):
    include = tmp_path / "theirs"
    include.mkdir()
    (include / "arm_nnfunctions.h").write_text(ARM_HEADER)
    (include / "arm_square.c").write_text(SQUARE.format(constant=9))
    flags = CORES["cortex-m4"].flags
    compile_command = ["arm-none-eabi-gcc", *flags, "-c", "arm_square.c", "-o", "arm_square.o"]
    subprocess.run(compile_command, cwd=include, check=True)
    subprocess.run(["arm-none-eabi-ar", "rcs", "libtheirs.a", "arm_square.o"], cwd=include, check=True)
    program = build_target(
        toy,
        "cortex-m4",
        tmp_path / "build",
        cmsis_nn_include=include,
        cmsis_nn_library=include / "libtheirs.a",
    )
    inputs = samples(2)
    check(inputs, run(program, inputs), constant=9)


@needs_cores
def test_a_library_needs_its_include_folder(toy: Path, tmp_path: Path):
    with pytest.raises(EmulatorError, match="both its include folder and its library"):
        build_target(toy, "cortex-m4", tmp_path, cmsis_nn_library=tmp_path)
    with pytest.raises(EmulatorError, match="absent: not found"):
        build_target(toy, "cortex-m4", tmp_path, cmsis_nn_include=tmp_path / "absent", cmsis_nn_library=tmp_path)


def test_an_unknown_core_is_refused(toy: Path, tmp_path: Path):
    with pytest.raises(EmulatorError, match=r"no emulator for core z80; there is one for cortex-m0"):
        build_target(toy, "z80", tmp_path)


@needs_cores
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (127, "toy on cortex-m55: the network returned -3 on sample 1"),
        (126, "toy on cortex-m55: the core took a fault"),
        (125, "qemu-system-arm did not end within 2 seconds"),
    ],
)
def test_a_network_that_fails_on_a_core(toy: Path, tmp_path: Path, value: int, message: str):
    program = build_target(toy, "cortex-m55", tmp_path)
    with pytest.raises(EmulatorError, match=message):
        run(program, [*samples(1), sample_that_starts_with(value)], timeout=2)


def test_a_network_that_fails_on_the_host(toy: Path, tmp_path: Path):
    program = build_host(toy, tmp_path)
    with pytest.raises(EmulatorError, match="toy on the host: the network returned -3 on sample 1"):
        run(program, [*samples(1), sample_that_starts_with(127)])
    with pytest.raises(EmulatorError, match="did not end within 1 seconds"):
        run(program, [sample_that_starts_with(125)], timeout=1)
    with pytest.raises(EmulatorError, match="ended by signal 11"):
        run(program, [sample_that_starts_with(126)])


def test_inputs_of_the_wrong_kind_are_refused(toy: Path, tmp_path: Path):
    program = build_host(toy, tmp_path)
    codes, numbers = samples(1)[0]
    with pytest.raises(EmulatorError, match="sample 0 has 1 inputs, the network has 2"):
        run(program, [[codes]])
    with pytest.raises(EmulatorError, match=r"TOY_INPUT_1 is float32 \[1, 4\], not float64 \[1, 4\]"):
        run(program, [[codes, numbers.astype(np.float64)]])
    with pytest.raises(EmulatorError, match=r"TOY_INPUT_0 is int8 \[1, 3, 4\], not int8 \[1, 2, 4\]"):
        run(program, [[codes[:, :2], numbers]])


def test_a_compile_error_becomes_one_line(toy: Path, tmp_path: Path):
    broken = tmp_path / "broken"
    shutil.copytree(toy, broken)
    (broken / "toy.c").write_text("int toy_run(void) { return undeclared; }\n")
    with pytest.raises(EmulatorError, match=r"gcc: .*toy\.c:1:\d+: error:") as error:
        build_host(broken, tmp_path / "build")
    assert "\n" not in str(error.value)


def test_objects_are_kept_between_builds(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """They are compiled again where a header that they include has changed, or an option."""
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv(VARIABLE, str(kept))
    project = tmp_path / "project"
    shutil.copytree(toy, project)
    inputs = samples(1)

    def new_objects(build: str, opt: str = "-O1") -> int:
        before = len(list(kept.iterdir()))
        check(inputs, run(build_host(project, tmp_path / build, opt=opt), inputs), constant=7)
        return len(list(kept.iterdir())) - before

    assert new_objects("first") == 5  # network, two files of kernels, the harness and its tie to the network
    assert new_objects("same") == 0
    (project / "kernels/include/dqnn_kernels.h").write_text(DQNN_HEADER + "/* changed */\n")
    assert new_objects("header") == 2
    assert new_objects("option", "-O2") == 5


def test_a_missing_tool_names_its_package(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmulatorError, match=r"gcc is not installed: .* package gcc$"):
        build_host(toy, tmp_path / "build")
    with pytest.raises(EmulatorError, match=r"arm-none-eabi-gcc is .* package gcc-arm-none-eabi$"):
        build_target(toy, "cortex-m4", tmp_path / "build")


def test_a_tensor_may_lie_in_the_arena(toy: Path, tmp_path: Path):
    shared = tmp_path / "shared"
    shutil.copytree(toy, shared)
    (shared / "toy.h").write_text(
        HEADER.replace("BYTES 64", "BYTES 128")
        .replace("TOY_INPUT_0_BYTES 12", "TOY_INPUT_0_BYTES 12\n#define TOY_INPUT_0_OFFSET 64")
        .replace("TOY_OUTPUT_1_BYTES 16", "TOY_OUTPUT_1_BYTES 16\n#define TOY_OUTPUT_1_OFFSET 80")
    )
    program = build_host(shared, tmp_path / "build", sanitize=True, strict=True)
    inputs = samples(3)
    check(inputs, run(program, inputs), constant=7)
