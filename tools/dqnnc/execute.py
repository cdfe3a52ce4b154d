"""Compiles a generated project and runs it on samples: here, or on an emulated core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..edges import from_memory, to_memory
from ..emulator import EmulatorError, build_host, build_target, run, run_counted
from .errors import UserError
from .progress import Progress
from .report import Execution, ModelInfo, TensorInfo
from .samples import Array, Samples, stack
from .tensors import edge_of

TIMEOUT = 3600.0
"""Seconds for all samples together."""

HOST_COMPILER = "gcc"
HOST_OPTIMIZATION = "-O2"
TARGET_COMPILER = "arm-none-eabi-gcc"
TARGET_OPTIMIZATION = "-O3"


@dataclass(frozen=True)
class CmsisNN:
    """A user's build of CMSIS-NN."""

    include: Path
    library: Path


def run_on_host(
    project: Path,
    build: Path,
    samples: Samples,
    model: ModelInfo,
    progress: Progress,
    *,
    sanitize: bool = False,
) -> tuple[tuple[Array, ...], Execution]:
    """Run a project on this computer: the values of its outputs, [samples, ...] each.

    Raises:
        UserError: a tool is missing, or the code does not compile or fails.
    """
    try:
        with progress.step("Compiling the generated code"):
            program = build_host(project, build, compiler=HOST_COMPILER, opt=HOST_OPTIMIZATION, sanitize=sanitize)
        with progress.step(f"Running the generated code on {samples.count} samples"):
            results = run(program, _arguments(samples, model.inputs), timeout=TIMEOUT)
    except EmulatorError as error:
        raise UserError(str(error)) from error
    execution = Execution(
        mode="host",
        compiler=HOST_COMPILER,
        flags=(HOST_OPTIMIZATION, *(("-fsanitize=address,undefined",) if sanitize else ())),
        machine=None,
        cmsis_nn=None,
        instructions=None,
    )
    return _values(results, model.outputs), execution


def run_on_emulator(
    project: Path,
    build: Path,
    samples: Samples,
    model: ModelInfo,
    progress: Progress,
    *,
    core: str,
    cmsis_nn: CmsisNN | None = None,
) -> tuple[tuple[Array, ...], Execution]:
    """The same on an emulated core, with the instructions that an inference takes."""
    try:
        with progress.step(f"Compiling the generated code for {core}"):
            program = build_target(
                project,
                core,
                build,
                cmsis_nn_include=None if cmsis_nn is None else cmsis_nn.include,
                cmsis_nn_library=None if cmsis_nn is None else cmsis_nn.library,
                opt=TARGET_OPTIMIZATION,
            )
        with progress.step(f"Running the generated code on {samples.count} samples, on an emulated {core}"):
            counted = run_counted(program, _arguments(samples, model.inputs), timeout=TIMEOUT)
    except EmulatorError as error:
        raise UserError(str(error)) from error
    assert program.core is not None
    execution = Execution(
        mode="emulator",
        compiler=TARGET_COMPILER,
        flags=(*program.core.flags, TARGET_OPTIMIZATION),
        machine=program.core.board.name,
        cmsis_nn=None if cmsis_nn is None else str(cmsis_nn.library),
        instructions=round(sum(counted.instructions) / len(counted.instructions)),
    )
    return _values(counted.outputs, model.outputs), execution


def _arguments(samples: Samples, inputs: Sequence[TensorInfo]) -> list[list[Array]]:
    """The memory of the inputs, sample by sample."""
    columns = [to_memory(values, edge_of(tensor)) for values, tensor in zip(samples.inputs, inputs, strict=True)]
    return [list(sample) for sample in zip(*columns, strict=True)]


def _values(results: Sequence[Sequence[Array]], outputs: Sequence[TensorInfo]) -> tuple[Array, ...]:
    """What the memory of the outputs holds, sample by sample, as values [samples, ...] of each output."""
    edges = [edge_of(tensor) for tensor in outputs]
    return stack([[from_memory(*each) for each in zip(result, edges, strict=True)] for result in results], outputs)
