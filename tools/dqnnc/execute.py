"""Compiles a generated project and runs it on samples: here, or on an emulated core."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...backends.common.target import Core, Optimize
from ...dialects.dqnn.edge import Edge
from ..edges import from_memory, to_memory
from ..emulator import (
    EmulatorError,
    Program,
    UserMode,
    build_host,
    build_target,
    definitions,
    profile,
    run,
    run_counted,
)
from .compile import OPTIMIZATIONS
from .errors import UserError
from .progress import Progress
from .report import Execution, ModelInfo
from .samples import Array, Samples
from .tensors import edge_of

TIMEOUT = 3600.0
"""Seconds for all samples together."""

HOST_COMPILER = "gcc"
HOST_OPTIMIZATION = "-O2"


@dataclass(frozen=True)
class CmsisNN:
    """A user's build of CMSIS-NN."""

    include: Path
    library: Path


@dataclass(frozen=True)
class Machine:
    """What generated code runs on: this computer, or an emulated core."""

    core: Core | None = None
    """The core that is emulated; None for this computer."""
    sanitize: bool = False
    cmsis_nn: CmsisNN | None = None
    optimize: Optimize = "speed"
    """What code for the core is compiled for."""

    def build(self, project: Path, build: Path) -> Program:
        """Compile a project.

        Raises:
            UserError: a tool is missing, or the code does not compile.
        """
        with _user_errors():
            if self.core is None:
                return build_host(project, build, compiler=HOST_COMPILER, opt=HOST_OPTIMIZATION, sanitize=self.sanitize)
            return build_target(
                project,
                self.core,
                build,
                cmsis_nn_include=None if self.cmsis_nn is None else self.cmsis_nn.include,
                cmsis_nn_library=None if self.cmsis_nn is None else self.cmsis_nn.library,
                opt=OPTIMIZATIONS[self.optimize],
                small_code=self.optimize == "size",
            )

    def __str__(self) -> str:
        return "this computer" if self.core is None else f"an emulated {self.core.name}"


def run_values(
    program: Program, columns: Sequence[Array], inputs: Sequence[Edge], outputs: Sequence[Edge]
) -> list[Array]:
    """What a program computes: values [samples, ...] of each output, for such values of each input.

    Raises:
        UserError: the program fails.
    """
    with _user_errors():
        return _values(run(program, _arguments(columns, inputs), timeout=TIMEOUT), outputs)


def execute(
    project: Path, build: Path, samples: Samples, model: ModelInfo, machine: Machine, progress: Progress
) -> tuple[tuple[Array, ...], Execution]:
    """Compile and run a project: the values of its outputs, [samples, ...] each, and how it was run.

    On an emulated core the instructions of an inference are counted: the mean of all samples, or, where the emulator
    has no clock, those of the first.

    Raises:
        UserError: a tool is missing, or the code does not compile or fails.
    """
    inputs, outputs = map(edge_of, model.inputs), [edge_of(tensor) for tensor in model.outputs]
    arguments = _arguments(samples.inputs, list(inputs))
    with progress.step(f"Compiling the generated code for {machine}"):
        program = machine.build(project, build)
    instructions: int | None = None
    with progress.step(f"Running the generated code on {samples.count} samples, on {machine}"), _user_errors():
        if program.core is None:
            results = run(program, arguments, timeout=TIMEOUT)
        elif isinstance(program.core.machine, UserMode):
            results = run(program, arguments, timeout=TIMEOUT)
            instructions = profile(program, arguments[0], timeout=TIMEOUT).instructions
        else:
            counted = run_counted(program, arguments, timeout=TIMEOUT)
            results, instructions = counted.outputs, round(sum(counted.instructions) / len(counted.instructions))
    return tuple(_values(results, outputs)), _execution(program, machine, instructions)


def _execution(program: Program, machine: Machine, instructions: int | None) -> Execution:
    if program.core is None:
        sanitizers = ("-fsanitize=address,undefined",) if machine.sanitize else ()
        return Execution("host", HOST_COMPILER, (HOST_OPTIMIZATION, *sanitizers), None, None, None)
    return Execution(
        mode="emulator",
        compiler=program.core.compiler,
        flags=(*program.core.flags, OPTIMIZATIONS[machine.optimize], *definitions(machine.optimize == "size")),
        machine=program.core.machine.name,
        cmsis_nn=None if machine.cmsis_nn is None else str(machine.cmsis_nn.library),
        instructions=instructions,
    )


@contextmanager
def _user_errors() -> Generator[None]:
    """Tell the user what the tools say."""
    try:
        yield
    except EmulatorError as error:
        raise UserError(str(error)) from error


def _arguments(columns: Sequence[Array], inputs: Sequence[Edge]) -> list[list[Array]]:
    """The memory of the inputs, sample by sample."""
    memory = [to_memory(values, edge) for values, edge in zip(columns, inputs, strict=True)]
    return [list(sample) for sample in zip(*memory, strict=True)]


def _values(results: Sequence[Sequence[Array]], outputs: Sequence[Edge]) -> list[Array]:
    """What the memory of the outputs holds, sample by sample, as values [samples, ...] of each output."""
    return [
        np.stack([from_memory(memory, edge).reshape(_sample_shape(edge)) for memory in column])
        for column, edge in zip(zip(*results, strict=True), outputs, strict=True)
    ]


def _sample_shape(edge: Edge) -> tuple[int, ...]:
    """An edge's shape without the batch of one, where it has one."""
    shape = edge.type.get_shape()
    return shape[1:] if shape[:1] == (1,) else shape
