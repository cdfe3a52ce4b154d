"""Runs calls of runtime kernels, in a project like those of `dqnnc generate`: on the host or an emulated core."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from dqnnc.backends.common.targets import find_target
from dqnnc.tools.emulator import Program, build_host, build_target, run
from numpy.typing import NDArray

RUNTIME = Path(__file__).resolve().parents[2] / "backends/runtime"
SANITIZED_HOST = "host, sanitized"
R52 = find_target("cortex-r52").core
R52_STATES = {
    "cortex-r52": R52,
    "cortex-r52, Arm state": R52.with_flags(["-marm"]),
    "cortex-r52 without NEON": R52.lacking(frozenset({"neon"})),
}
"""Names of targets of `build`: thumb state with NEON, and what else code for the core may be compiled for."""

Array = NDArray[np.generic]

_C_TYPES = {"int8": "int8_t", "uint8": "uint8_t", "int32": "int32_t", "uint32": "uint32_t", "float32": "float"}
_INCLUDE = re.compile(r'^#include "(dqnn_\w+\.h)"', re.MULTILINE)


@dataclass(frozen=True)
class Call:
    """One call of `kernel`.

    `arguments` are C expressions in which `{x}` is the input called x, `{out}` the output and `{scratch}` scratch
    memory. Output and scratch hold garbage before the call.
    """

    kernel: str
    arguments: Sequence[str]
    inputs: Mapping[str, Array]
    expected: Array
    scratch_words: int = 0
    label: str = ""


def window(
    in_shape: tuple[int, ...],
    out_shape: tuple[int, ...],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    padding: tuple[int, int],
    dilations: tuple[int, int] = (1, 1),
) -> str:
    """A `const dqnn_window *` expression. Shapes HWC; `padding` is (top, left)."""
    numbers = (*in_shape, *out_shape, *kernel, *strides, *padding, *dilations, 1)
    return f"&(const dqnn_window){{{{{', '.join(map(str, numbers))}}}}}"


def write_project(folder: Path, calls: Sequence[Call], headers: Sequence[str]) -> None:
    """Write a project whose network makes all calls; the calls' inputs and outputs are the network's."""
    kernels = sorted({call.kernel for call in calls})
    _copy_runtime(folder, kernels)
    macros: list[str] = []
    body: list[str] = []
    inputs = [array for call in calls for array in call.inputs.values()]
    for kind, arrays in (("INPUT", inputs), ("OUTPUT", [call.expected for call in calls])):
        macros.append(f"#define CALLS_{kind}_COUNT {len(arrays)}")
        for index, array in enumerate(arrays):
            prefix = f"CALLS_{kind}_{index}"
            macros.append(f"#define {prefix}_BYTES {array.nbytes}")
            macros.append(f"#define {prefix}_TYPE {_C_TYPES[array.dtype.name]}")
            macros.append(f"#define {prefix}_SHAPE {{{array.size}}}")
    number = 0
    for index, call in enumerate(calls):
        names = {"out": f"outputs[{index}]", "scratch": f"scratch_{index}"}
        for name in call.inputs:
            names[name] = f"inputs[{number}]"
            number += 1
        if call.scratch_words:
            body.append(f"    static uint32_t scratch_{index}[{call.scratch_words}];")
            body.append(f"    memset(scratch_{index}, 0x5A, sizeof scratch_{index});")
        body.append(f"    memset(outputs[{index}], 0xA5, CALLS_OUTPUT_{index}_BYTES);")
        body.append(f"    {call.kernel}({', '.join(call.arguments).format(**names)});")
    macros += ["#define CALLS_ACTIVATIONS_BYTES 4", "#define CALLS_ACTIVATIONS_ALIGN 4"]
    declaration = "int calls_run(void *activations, const void *const inputs[], void *const outputs[])"
    (folder / "calls.h").write_text("\n".join([*macros, f"{declaration};", ""]))
    lines = ['#include "calls.h"', "#include <string.h>", *(f'#include "{header}"' for header in headers)]
    lines += [declaration, "{", "    (void)activations;", *body, "    return 0;", "}", ""]
    (folder / "calls.c").write_text("\n".join(lines))


def _copy_runtime(folder: Path, kernels: Sequence[str]) -> None:
    """The kernels' sources with the headers they need."""
    (folder / "include").mkdir(parents=True)
    (folder / "src").mkdir()
    todo = [f"{kernel}.c" for kernel in kernels]
    done: set[str] = set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        source = RUNTIME / "src" / name
        place = "src" if source.exists() else "include"
        shutil.copy(RUNTIME / place / name, folder / place / name)
        todo += _INCLUDE.findall((folder / place / name).read_text())


def need(*commands: str) -> None:
    """Skip the test where one of the commands is not installed."""
    for command in commands:
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not installed")


def build(folder: Path, target: str, calls: Sequence[Call], headers: Sequence[str], opt: str = "-O3") -> Program:
    """The calls' program: `target` is SANITIZED_HOST, a host compiler, an emulated core or one of R52_STATES.

    Warnings are errors. `opt` is not for SANITIZED_HOST. Where the target's tools are missing, the test is skipped.
    """
    project = folder / "project"
    write_project(project, calls, headers)
    if target == SANITIZED_HOST:
        return build_host(project, folder / "build", opt="-O0", sanitize=True, strict=True)
    if target in ("gcc", "clang"):
        need(target)
        return build_host(project, folder / "build", compiler=target, opt=opt, strict=True)
    core = R52_STATES.get(target, target)
    need("arm-none-eabi-gcc", "qemu-arm" if target in R52_STATES else "qemu-system-arm")
    return build_target(project, core, folder / "build", opt=opt, strict=True)


def check(folder: Path, target: str, calls: Sequence[Call], headers: Sequence[str], rtol: float = 0.0) -> None:
    """Run all calls; integer outputs must be the expected ones, float outputs within rtol * max|expected|."""
    program = build(folder, target, calls, headers)
    sample = [array for call in calls for array in call.inputs.values()]
    outputs = run(program, [sample])[0]
    for call, output in zip(calls, outputs, strict=True):
        label = f"{call.kernel} {call.label} on {target}"
        expected = call.expected.reshape(-1)
        if expected.dtype == np.float32:
            atol = rtol * float(np.abs(expected.astype(np.float64)).max())
            np.testing.assert_allclose(
                output.astype(np.float64), expected.astype(np.float64), rtol=0, atol=atol, err_msg=label
            )
        else:
            np.testing.assert_array_equal(output, expected, err_msg=label)
