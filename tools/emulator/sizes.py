"""Bytes that a network takes in a target's flash."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...backends.common.target import Core
from . import tools
from .build import C_FLAGS, Program, compile_sources
from .errors import EmulatorError
from .project import read_project


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
    and constants dropped; `size` says how large its sections are.
    """
    if program.core is None:
        raise EmulatorError("sizes are those of an emulated core, not of the host")
    libraries = [] if program.library is None else [program.library]
    objects = [*program.objects, *libraries]
    return _linked_sizes(program.core.compiler, program.core.flags, program.project.name, objects)


def network_sizes(
    project_dir: Path,
    core: Core,
    build_dir: Path,
    *,
    cmsis_nn_include: Path | None = None,
    cmsis_nn_library: Path | None = None,
    opt: str = "-Os",
) -> Sizes:
    """The same of a generated project, for a core that nothing here may run. Raises EmulatorError."""
    project = read_project(project_dir)
    is_portable = cmsis_nn_library is None
    flags = [*core.flags, *C_FLAGS, opt, "-ffunction-sections", "-fdata-sections"]
    flags += [f"-I{folder}" for folder in project.include_directories(portable_kernels=is_portable)]
    if cmsis_nn_include is not None:
        flags += ["-isystem", str(cmsis_nn_include)]
    build_dir.mkdir(parents=True, exist_ok=True)
    objects = compile_sources(core.compiler, flags, project.sources(portable_kernels=is_portable), build_dir)
    libraries = [] if cmsis_nn_library is None else [cmsis_nn_library]
    return _linked_sizes(core.compiler, core.flags, project.name, [*objects, *libraries])


def _linked_sizes(compiler: str, flags: Sequence[str], name: str, objects: Sequence[Path]) -> Sizes:
    """What the run function of the network `name` reaches in its objects and libraries."""
    with tempfile.TemporaryDirectory(prefix="dqnnc-sizes-") as folder:
        whole = Path(folder) / "network.o"
        link = ["-r", "-nostdlib", "-Wl,--gc-sections", f"-Wl,--entry={name}_run"]
        core = [flag for flag in flags if flag.startswith("-m")]  # the C library's would name a linker script
        tools.build([compiler, *core, *link, *objects, "-o", whole])
        listing = tools.build([f"{compiler.removesuffix('gcc')}size", "-A", whole])
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
