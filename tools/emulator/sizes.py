"""Bytes that a network takes in a target's flash."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import tools
from .build import Program
from .errors import EmulatorError


@dataclass(frozen=True)
class Sizes:
    """Bytes of what a network's run function reaches, without the C library.

    `code`: instructions, with the tables and literals that compilers keep among them. `constants`: weights, biases,
    multipliers, lookup tables. `variables`: memory that is written, beside the arena; 0 in generated code.
    """

    code: int
    constants: int
    variables: int


def sizes(program: Program) -> Sizes:
    """Measure a program built for an emulated core. Raises EmulatorError.

    The network's objects and the kernels it takes from CMSIS-NN are linked into one object, unreachable functions
    and constants dropped; `arm-none-eabi-size` says how large its sections are.
    """
    if program.core is None:
        raise EmulatorError("sizes are those of an emulated core, not of the host")
    libraries = [] if program.library is None else [program.library]
    with tempfile.TemporaryDirectory(prefix="dqnnc-sizes-") as folder:
        whole = Path(folder) / "network.o"
        link = ["-r", "-nostdlib", "-Wl,--gc-sections", f"-Wl,--entry={program.project.name}_run"]
        tools.build([program.core.compiler, *program.core.flags, *link, *program.objects, *libraries, "-o", whole])
        listing = tools.build(["arm-none-eabi-size", "-A", whole])
    return _sum_sections(listing)


def _sum_sections(listing: str) -> Sizes:
    """Add up `size -A`'s lines: section, size, address."""
    totals = dict.fromkeys((".text", ".rodata", ".data", ".bss"), 0)
    for line in listing.splitlines():
        match line.split():
            case [str(section), str(size), _] if size.isdecimal():
                kind = "." + section.split(".")[1] if section.startswith(".") else section
                if kind in totals:
                    totals[kind] += int(size)
            case _:
                pass
    return Sizes(totals[".text"], totals[".rodata"], totals[".data"] + totals[".bss"])
