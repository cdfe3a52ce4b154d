"""Compile a generated project with the harness: for the host, or for an emulated core."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ...backends.common import target
from . import tools
from .errors import EmulatorError
from .harness import harness_source
from .machines import VECTOR_BYTES, Board, Core, find_core
from .objects import compile_object
from .project import Project, read_project
from .stack import CALL_GRAPH

C_DIRECTORY = Path(__file__).resolve().parent / "c"
C_FLAGS = ("-std=c99", "-ffp-contract=off")  # as the project's CMakeLists.txt has them
OBJECT_FLAGS = ("-ffunction-sections", "-fdata-sections", CALL_GRAPH)
"""Of code for a core: the linker drops what is not reached; call graphs say what stack it takes."""
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion")
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")


@dataclass(frozen=True)
class Program:
    """An executable that runs a network on a file of samples. `core` is None for the host.

    `objects` are the project's own object files, without the harness; `library` the CMSIS-NN they link with.
    """

    path: Path
    project: Project
    core: Core | None
    objects: tuple[Path, ...]
    library: Path | None = None


def build_host(
    project_dir: Path,
    build_dir: Path,
    *,
    compiler: str = "gcc",
    opt: str = "-O2",
    sanitize: bool = False,
    strict: bool = False,
) -> Program:
    """Compile a project for this machine.

    `sanitize` adds the address and undefined-behaviour sanitizers, which end the program at their first
    finding; `strict` makes any warning an error. Objects and executable go to `build_dir`. Raises
    EmulatorError.
    """
    project = read_project(project_dir)
    sanitizers = SANITIZERS if sanitize else ()
    flags = [*C_FLAGS, opt, *sanitizers, *_warnings(strict)]
    flags += _includes(project.include_directories(portable_kernels=True))
    build_dir.mkdir(parents=True, exist_ok=True)
    objects = compile_sources(compiler, flags, project.sources(portable_kernels=True), build_dir / "network")
    harness = _compile_harness(compiler, flags, project, (), build_dir)
    executable = build_dir / "program"
    tools.build([compiler, *sanitizers, *objects, *harness, "-lm", "-o", executable])
    return Program(executable, project, None, tuple(objects))


def build_target(
    project_dir: Path,
    core: str | target.Core,
    build_dir: Path,
    *,
    cmsis_nn_include: Path | None = None,
    cmsis_nn_library: Path | None = None,
    opt: str = "-O3",
    small_code: bool = False,
    strict: bool = False,
) -> Program:
    """Compile a project for an emulated core (a name in `machines.CORES`, or one of a target).

    With CMSIS-NN (include folder and library, both or none), its kernels take the place of the portable ones
    of the same names. `small_code` is for the kernels; `strict` makes any warning an error. Objects and ELF file
    go to `build_dir`. Raises EmulatorError.
    """
    if (cmsis_nn_include is None) != (cmsis_nn_library is None):
        raise EmulatorError("CMSIS-NN needs both its include folder and its library")
    for path in (cmsis_nn_include, cmsis_nn_library):
        if path is not None and not path.exists():
            raise EmulatorError(f"{path}: not found")
    chip = find_core(core)
    tools.find_c_library(chip.compiler)
    project = read_project(project_dir)
    flags = [*chip.flags, *C_FLAGS, opt, *OBJECT_FLAGS, *_warnings(strict), *definitions(small_code)]
    flags += _includes(project.include_directories(portable_kernels=cmsis_nn_include is None))
    if cmsis_nn_include is not None:
        flags += ["-isystem", str(cmsis_nn_include)]  # as system headers: no warnings of them
    build_dir.mkdir(parents=True, exist_ok=True)
    sources = project.sources(portable_kernels=cmsis_nn_library is None)
    objects = compile_sources(chip.compiler, flags, sources, build_dir / "network")
    if isinstance(chip.machine, Board):
        startup = [C_DIRECTORY / "startup.c"]
        harness = _compile_harness(chip.compiler, [*flags, "-DHARNESS_TICKS"], project, startup, build_dir)
        (build_dir / "memory.ld").write_text(_memory_script(chip.machine))
        link = ["--specs=rdimon.specs", "-Wl,--gc-sections", "-L", C_DIRECTORY, "-T", build_dir / "memory.ld"]
    else:
        startup = [C_DIRECTORY / name for name in chip.machine.startup]
        harness = _compile_harness(chip.compiler, flags, project, startup, build_dir)
        link = [*chip.machine.link, "-Wl,--gc-sections"]
    elf = build_dir / "program.elf"
    libraries = [] if cmsis_nn_library is None else [cmsis_nn_library]
    tools.build([chip.compiler, *chip.flags, *objects, *harness, *libraries, "-lm", *link, "-o", elf])
    return Program(elf, project, chip, tuple(objects), cmsis_nn_library)


def definitions(small_code: bool) -> tuple[str, ...]:
    """Flags that make kernels small at the cost of speed."""
    return (f"-D{target.SMALL_CODE}",) if small_code else ()


def _warnings(strict: bool) -> tuple[str, ...]:
    return (*WARNINGS, "-Werror") if strict else WARNINGS


def _includes(folders: Iterable[Path]) -> list[str]:
    return [f"-I{folder}" for folder in folders]


def _compile_harness(
    compiler: str, flags: Sequence[str], project: Project, startup: Sequence[Path], build_dir: Path
) -> list[Path]:
    """Objects of the harness for this network."""
    tie = build_dir / "harness_network.c"
    tie.write_text(harness_source(project))
    sources = [C_DIRECTORY / "harness.c", tie, *startup]
    return compile_sources(compiler, [*flags, f"-I{C_DIRECTORY}"], sources, build_dir / "harness")


def compile_sources(compiler: str, flags: Sequence[str], sources: Sequence[Path], folder: Path) -> list[Path]:
    """Compile each source to an object in `folder`, some at a time. Objects come in the order of sources."""
    folder.mkdir(exist_ok=True)
    # Two folders of a project may hold files of one name.
    objects = [folder / f"{index}_{source.stem}.o" for index, source in enumerate(sources)]

    def compile_one(source: Path, target: Path) -> None:
        compile_object(compiler, flags, source, target)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compile_one, sources, objects))
    return objects


def _memory_script(board: Board) -> str:
    """The linker script of a board: its memory, then the sections that all boards share."""
    regions = (
        ("VECTORS", board.vectors, VECTOR_BYTES),
        ("CODE", board.code.origin, board.code.length),
        ("DATA", board.data.origin, board.data.length),
    )
    lines = [f"  {name} : ORIGIN = {origin:#x}, LENGTH = {length:#x}" for name, origin, length in regions]
    return "\n".join(["MEMORY", "{", *lines, "}", "INCLUDE sections.ld", ""])
