"""Run a built program, on the host or under QEMU."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import tools
from .build import Program
from .errors import EmulatorError
from .machines import Board, UserMode

Tensors = list[NDArray[np.generic]]

FAULT_STATUS = 125  # c/startup.c leaves with it after a fault


@dataclass(frozen=True)
class CountedRun:
    """Outputs of each sample, and the instructions each took, give or take a tick of the board's clock."""

    outputs: list[Tensors]
    instructions: list[int]


def run(program: Program, inputs: Sequence[Sequence[NDArray[np.generic]]], *, timeout: float = 600) -> list[Tensors]:
    """The network's outputs for each sample: `inputs[sample][input]`, `result[sample][output]`.

    An input has its tensor's type and size (any shape); an output has its tensor's type and shape. `timeout`,
    in seconds, is for all samples together. Raises EmulatorError.
    """
    return _run(program, inputs, timeout, counted=False)[0]


def run_counted(
    program: Program, inputs: Sequence[Sequence[NDArray[np.generic]]], *, timeout: float = 600
) -> CountedRun:
    """As `run`, on an emulated core, and counts instructions by the core's clock: no plugin, little cost."""
    board = _board(program)
    outputs, text = _run(program, inputs, timeout, counted=True)
    return CountedRun(outputs, [round(int(line) * board.instructions_per_tick) for line in text.split()])


def run_stack(program: Program, inputs: Sequence[Sequence[NDArray[np.generic]]], *, timeout: float = 600) -> list[int]:
    """Bytes of stack that the network's run function and all that it calls write, on an emulated core, for each sample.

    What is set aside but not written is not seen: of the stack that is needed this is a part.
    """
    if program.core is None:
        raise EmulatorError("stack is measured on an emulated core, not on the host")
    text = execute(program, pack(program, inputs), timeout=timeout, mode="stack")[0]
    return [int(line) for line in text.split()]


def execute(
    program: Program, samples: bytes, *, timeout: float, mode: str = "", emulator_options: Sequence[str] = ()
) -> tuple[bytes, str]:
    """Run the harness on packed samples. Returns the packed outputs and the text it printed.

    That text is each sample's ticks. With a number as the mode, which asks for so many runs of each sample, there is
    none; with the mode `stack` the bytes of stack that each sample took stand in place of the outputs, as text.
    """
    with tempfile.TemporaryDirectory(prefix="dqnnc-run-") as name:
        folder = Path(name)
        (folder / "inputs").write_bytes(samples)
        arguments = ["inputs", "outputs", *([mode] if mode else [])]
        if program.core is None:
            command = [str(program.path.resolve()), *arguments]
        else:
            command = _qemu(program.core.machine, program.path.resolve(), arguments, emulator_options)
        done = tools.call(command, timeout=timeout, cwd=folder)
        if done.returncode != 0:
            reason = _failure(done.returncode, done.stderr)
            raise EmulatorError(f"{program.project.name} on {_place(program)}: {reason}", done.stderr)
        return (folder / "outputs").read_bytes(), done.stdout


def pack(program: Program, inputs: Sequence[Sequence[NDArray[np.generic]]]) -> bytes:
    """The harness's input file: each sample's tensors, little-endian; checks their number, type and size."""
    chunks: list[bytes] = []
    expected = program.project.inputs
    for index, sample in enumerate(inputs):
        if len(sample) != len(expected):
            raise EmulatorError(f"sample {index} has {len(sample)} inputs, the network has {len(expected)}")
        for tensor, array in zip(expected, sample, strict=True):
            if array.dtype != tensor.dtype or array.nbytes != tensor.bytes:
                raise EmulatorError(
                    f"sample {index}: {tensor.macro} is {tensor.dtype} {list(tensor.shape)}, "
                    f"not {array.dtype} {list(array.shape)}"
                )
            chunks.append(array.astype(tensor.dtype, copy=False).tobytes())
    return b"".join(chunks)


def _unpack(program: Program, data: bytes, samples: int) -> list[Tensors]:
    tensors = program.project.outputs
    expected = samples * sum(tensor.bytes for tensor in tensors)
    if len(data) != expected:
        raise EmulatorError(f"{program.project.name}: {len(data)} bytes of outputs instead of {expected}")
    outputs: list[Tensors] = []
    offset = 0
    for _ in range(samples):
        sample: Tensors = []
        for tensor in tensors:
            part = np.frombuffer(data, tensor.dtype, tensor.bytes // tensor.dtype.itemsize, offset)
            sample.append(part.reshape(tensor.shape).copy())
            offset += tensor.bytes
        outputs.append(sample)
    return outputs


def _run(
    program: Program, inputs: Sequence[Sequence[NDArray[np.generic]]], timeout: float, *, counted: bool
) -> tuple[list[Tensors], str]:
    options = ("-icount", "shift=0") if counted else ()
    data, text = execute(program, pack(program, inputs), timeout=timeout, emulator_options=options)
    return _unpack(program, data, len(inputs)), text


def _qemu(machine: Board | UserMode, elf: Path, arguments: Sequence[str], emulator_options: Sequence[str]) -> list[str]:
    if isinstance(machine, UserMode):
        return [machine.name, *machine.options, *emulator_options, str(elf), *arguments]
    semihosting = ",".join(["enable=on", "target=native", *(f"arg={word}" for word in ("harness", *arguments))])
    devices = ["-nographic", "-monitor", "none", "-serial", "null"]
    command = ["qemu-system-arm", "-M", machine.name, *devices, "-semihosting-config", semihosting]
    return [*command, *emulator_options, "-kernel", str(elf)]


def _board(program: Program) -> Board:
    if program.core is None:
        raise EmulatorError("instructions are counted on an emulated core, not on the host")
    if isinstance(program.core.machine, UserMode):
        raise EmulatorError(f"{program.core.machine.name} has no clock: profile() counts its instructions")
    return program.core.machine


def _place(program: Program) -> str:
    return "the host" if program.core is None else program.core.name


def _failure(status: int, stderr: str) -> str:
    """One line on why a program failed."""
    if status == FAULT_STATUS:
        return "the core took a fault (a bad address, or an instruction it does not have)"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "runtime error:" in line or "ERROR:" in line] or lines
    if telling:
        return telling[0]
    return f"ended by signal {-status}" if status < 0 else f"exit status {status}"
