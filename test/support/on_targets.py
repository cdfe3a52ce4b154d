"""Running the C of a network on this machine and on emulated cores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dqnnc.tools.dqnnc.compile import Options, compile_model, write_c
from dqnnc.tools.emulator import build_host, build_target, run
from numpy.typing import NDArray

from .kernel_calls import need

Array = NDArray[Any]

COMPILERS = {
    "stm32": (),
    "stm32f0": ("arm-none-eabi-gcc", "qemu-system-arm"),
    "stm32f4": ("arm-none-eabi-gcc", "qemu-system-arm"),
    "cortex-r52": ("arm-none-eabi-gcc", "qemu-arm"),
    "ispu": ("riscv64-unknown-elf-gcc", "qemu-riscv32"),
}
"""What each target needs; stm32 stands for this machine. An stm32f0 has no fused multiply-add, nor float32."""


def run_on(target: str, file: Path, samples: Sequence[Sequence[Array]], folder: Path) -> list[list[Array]]:
    """What the C of a model file gives for each sample, with the portable kernels and warnings as errors.

    Sanitizers watch it on this machine. Where the target's tools are missing, the test is skipped.
    """
    need(*COMPILERS[target])
    compiled = compile_model(file, Options(target=target, kernels="portable"))
    write_c(compiled, folder / "project", "net")
    if target == "stm32":
        program = build_host(folder / "project", folder / "build", opt="-O1", sanitize=True, strict=True)
    else:
        program = build_target(folder / "project", compiled.target.core, folder / "build", strict=True)
    return run(program, samples)
