"""Measure one build of a network on one core."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from dqnnc.tools.emulator import EmulatorError, Program, Project, build_target, network_stack, profile, sizes
from numpy.typing import NDArray

NETWORK_NAME = "net"
SEED = 1


@dataclass(frozen=True)
class CmsisNN:
    """A CMSIS-NN that the user built: its include folder, and its library for a core.

    `{core}` in the library's path stands for the core's name.
    """

    include: Path
    library: str

    def library_for(self, core: str) -> Path:
        """The library's path for that core."""
        return Path(self.library.replace("{core}", core))


@dataclass(frozen=True)
class Variant:
    """One way to build a network: options of `dqnnc generate`, or a directory that it wrote earlier."""

    label: str
    options: tuple[str, ...] = ()
    project: Path | None = None
    cmsis_nn: CmsisNN | None = None


@dataclass(frozen=True)
class Measurement:
    """One build on one core. Bytes, seconds; None where there is nothing to say (a project made earlier)."""

    instructions: int
    by_kernel: dict[str, int] = field(repr=False)
    by_function: dict[str, int] = field(repr=False)
    arena_bytes: int
    lower_bound_bytes: int | None
    code_bytes: int
    constant_bytes: int
    stack_bytes: int | None
    generate_seconds: float | None


@dataclass(frozen=True)
class Generated:
    """What a call of `dqnnc generate` gave: the project, the arena's lower bound, the seconds it took."""

    directory: Path
    lower_bound_bytes: int | None = None
    seconds: float | None = None


def measure(made: Generated, core: str, cmsis_nn: CmsisNN | None, *, opt: str, timeout: float) -> Measurement:
    """Build a project and run it, `timeout` seconds at most. Raises EmulatorError."""
    include, library = None, None
    if cmsis_nn is not None:
        include, library = cmsis_nn.include, cmsis_nn.library_for(core)
    with tempfile.TemporaryDirectory(prefix="dqnnc-bench-") as folder:
        program = build_target(
            made.directory,
            core,
            Path(folder),
            cmsis_nn_include=include,
            cmsis_nn_library=library,
            opt=opt,
        )
        return _measure_program(program, made, timeout)


def _measure_program(program: Program, made: Generated, timeout: float) -> Measurement:
    counts = profile(program, random_sample(program.project), timeout=timeout)
    flash = sizes(program)
    return Measurement(
        instructions=counts.instructions,
        by_kernel=counts.by_kernel,
        by_function=counts.by_function,
        arena_bytes=program.project.activations_bytes,
        lower_bound_bytes=made.lower_bound_bytes,
        code_bytes=flash.code,
        constant_bytes=flash.constants,
        stack_bytes=_stack_of(program),
        generate_seconds=made.seconds,
    )


def _stack_of(program: Program) -> int | None:
    """What the run function takes at most; None where kernels without stack data take a part, or there is no bound."""
    try:
        stack = network_stack(program.objects, program.project.name)
    except EmulatorError:
        return None
    return None if stack.not_counted else stack.bytes


def generate(model: Path, core: str, options: tuple[str, ...], directory: Path) -> Generated:
    """Run `dqnnc generate` in a process of its own and take its time, start-up included. Raises EmulatorError."""
    report = directory.with_suffix(".json")
    command = [sys.executable, "-m", "dqnnc.tools.dqnnc", "generate", "--model", str(model), "--target", core]
    command += ["--name", NETWORK_NAME, "--output", str(directory), "--json", str(report), *options]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"dqnnc generate: exit status {done.returncode}"]
        raise EmulatorError(lines[-1].removeprefix("error: "), done.stderr)
    document: dict[str, Any] = json.loads(report.read_text())
    return Generated(directory, document["analysis"]["memory"]["lower_bound_bytes"], seconds)


def random_sample(project: Project) -> list[NDArray[np.generic]]:
    """One sample: random codes over the whole range of an integer input, numbers in [-1, 1) for a float one."""
    random = np.random.default_rng(SEED)
    sample: list[NDArray[np.generic]] = []
    for tensor in project.inputs:
        if tensor.dtype.kind == "f":
            sample.append(random.uniform(-1, 1, tensor.shape).astype(tensor.dtype))
        else:
            sample.append(np.frombuffer(random.bytes(tensor.bytes), tensor.dtype).reshape(tensor.shape))
    return sample
