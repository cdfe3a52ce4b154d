"""Bytes that a network takes in a target's flash."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ...backends.common.target import Core
from . import tools
from .build import C_FLAGS, OBJECT_FLAGS, Program, compile_sources, definitions
from .errors import EmulatorError
from .project import read_project

_GROUP = ("-Wl,--start-group", "-lm", "-lc", "-lgcc", "-Wl,--end-group")
_LINK = {
    "arm-none-eabi-gcc": ("--specs=nano.specs", *_GROUP),
    "riscv64-unknown-elf-gcc": _GROUP,
}
"""How small programs link the C library of a cross compiler."""

_KINDS = {
    "text": "code",
    "rodata": "constants",
    "srodata": "constants",
    **dict.fromkeys(("data", "sdata", "tdata", "bss", "sbss", "tbss"), "variables"),
}
"""What the sections of object files hold, by the first part of their names. RISC-V has sections for small objects."""


@dataclass(frozen=True)
class Sizes:
    """Bytes of what a network's run function reaches, without the C library.

    `code`: instructions, with the tables and literals that compilers keep among them. `constants`: weights, biases,
    multipliers, lookup tables. `variables`: memory that is written, beside the arena; 0 in generated code.
    """

    code: int
    constants: int
    variables: int

    def __sub__(self, other: Sizes) -> Sizes:
        return Sizes(self.code - other.code, self.constants - other.constants, self.variables - other.variables)


class NetworkSizes(NamedTuple):
    """What a network's run function reaches: its own code and the kernels', and what these take of the libraries."""

    own: Sizes
    library: Sizes
    """Of the C library with its mathematics, and of the compiler's own."""


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
    small_code: bool = False,
) -> NetworkSizes:
    """The same of a generated project, for a core that nothing here may run, and of libraries.

    `small_code` is for the kernels, as the project's CMakeLists.txt says it. Call graphs lie in `build_dir` then (see
    stack.py). Raises EmulatorError.
    """
    tools.find_c_library(core.compiler)
    project = read_project(project_dir)
    is_portable = cmsis_nn_library is None
    flags = [*core.flags, *C_FLAGS, opt, *OBJECT_FLAGS, *definitions(small_code)]
    flags += [f"-I{folder}" for folder in project.include_directories(portable_kernels=is_portable)]
    if cmsis_nn_include is not None:
        flags += ["-isystem", str(cmsis_nn_include)]
    build_dir.mkdir(parents=True, exist_ok=True)
    objects = compile_sources(core.compiler, flags, project.sources(portable_kernels=is_portable), build_dir)
    libraries = [] if cmsis_nn_library is None else [cmsis_nn_library]
    own = _linked_sizes(core.compiler, core.flags, project.name, [*objects, *libraries])
    everything = [*objects, *libraries, *_LINK[core.compiler]]
    return NetworkSizes(own, _linked_sizes(core.compiler, core.flags, project.name, everything) - own)


def _linked_sizes(compiler: str, flags: Sequence[str], name: str, objects: Sequence[Path | str]) -> Sizes:
    """What the run function of the network `name` reaches in its objects and libraries."""
    with tempfile.TemporaryDirectory(prefix="dqnnc-sizes-") as folder:
        whole, script = Path(folder) / "network.o", Path(folder) / "network.ld"
        script.touch()  # an empty one: sections stay apart, and the C library's own describes a machine
        link = ["-r", "-nostartfiles", "-nodefaultlibs", "-T", script, "-Wl,--gc-sections", f"-Wl,--entry={name}_run"]
        tools.build([compiler, *flags, *link, *objects, "-o", whole])
        listing = tools.build([f"{compiler.removesuffix('gcc')}size", "-A", whole])
    return _sum_sections(listing)


def _sum_sections(listing: str) -> Sizes:
    """Add up `size -A`'s lines: section, size, address."""
    totals = dict.fromkeys(_KINDS.values(), 0)
    for line in listing.splitlines():
        match line.split():
            case [str(section), str(size), _] if size.isdecimal():
                kind = _KINDS.get(section.removeprefix(".").split(".")[0])
                if kind is not None:
                    totals[kind] += int(size)
            case _:
                pass
    return Sizes(**totals)
