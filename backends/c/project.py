"""Writes the complete directory of a network: generated C, the kernels it calls and no others, and the build file.

    <out>/
      <name>.h <name>.c              the network
      <name>_weights.h <name>_weights.c
      <name>_main.c                  example, where asked for
      CMakeLists.txt
      kernels/dqnn_*.c               kernels of this project
      kernels/include/dqnn_*.h       headers of all kernels
      kernels/portable/arm_*         kernels and headers that stand in for CMSIS-NN
      .dqnnc                         says that dqnnc wrote the directory, and which files

Equal input gives equal files, byte for byte. The directory is written aside and then renamed, so there is never half
of one. A directory that is there already is replaced only if it is empty, or if dqnnc wrote it and nothing has been
added since: files that are not listed in `.dqnnc` are somebody's work, or a build, and only `force` removes them. The
folder that the process works in, or one above it, is never replaced.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException

from ..common.target import Optimize
from .cmake import cmake_lists
from .example import example
from .header import header
from .kernels import RUNTIME, runtime_files
from .network import read_network
from .source import source
from .weights import weights_header, weights_source

MARKER = ".dqnnc"
"""The file that lists what dqnnc wrote, a path a line."""


def write_project(
    module: ModuleOp,
    out_dir: Path,
    name: str | None = None,
    *,
    with_example: bool = False,
    force: bool = False,
    optimize: Optimize = "speed",
    runtime: Path = RUNTIME,
) -> list[str]:
    """Write the planned network in `module` to `out_dir`; the files' paths inside it, sorted.

    `name` replaces the name of the network's function; `optimize` is what CMake builds for by itself. Raises
    DiagnosticException or ValueError for a module that cannot be printed, and for a directory that must not be
    replaced; OSError where the file system fails.
    """
    files = project_files(module, name, with_example=with_example, optimize=optimize, runtime=runtime)
    _verify_replaceable(out_dir, force=force)
    out_dir = out_dir.absolute()
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out_dir.name}.", dir=out_dir.parent) as aside:
        fresh, old = Path(aside, "new"), Path(aside, "old")
        fresh.mkdir()
        for path, text in files.items():
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _replace(out_dir, fresh, old)
    return sorted(files)


def project_files(
    module: ModuleOp,
    name: str | None = None,
    *,
    with_example: bool = False,
    optimize: Optimize = "speed",
    runtime: Path = RUNTIME,
) -> dict[str, str]:
    """The texts of all files by path; raises as `write_project` does."""
    network = read_network(module, name)
    kernels = runtime_files({op.callee.data for op in network.calls}, {op.header.data for op in network.calls}, runtime)
    files = {
        f"{network.name}.h": header(network),
        f"{network.name}.c": source(network),
        f"{network.name}_weights.h": weights_header(network),
        f"{network.name}_weights.c": weights_source(network),
    }
    main = f"{network.name}_main.c" if with_example else None
    if main is not None:
        files[main] = example(network)
    files |= {f"kernels/{path}": text for path, text in kernels.own_sources.items()}
    files |= {f"kernels/include/{path}": text for path, text in kernels.own_headers.items()}
    portable = kernels.portable_sources | kernels.portable_headers
    files |= {f"kernels/portable/{path}": text for path, text in portable.items()}
    files["CMakeLists.txt"] = cmake_lists(
        network.name,
        [f"kernels/{path}" for path in kernels.own_sources],
        [f"kernels/portable/{path}" for path in kernels.portable_sources],
        uses_math=kernels.uses_math,
        optimize=optimize,
        example=main,
    )
    files[MARKER] = "".join(f"{path}\n" for path in sorted([*files, MARKER]))
    return files


def _verify_replaceable(out_dir: Path, *, force: bool) -> None:
    """Raise DiagnosticException where replacing `out_dir` would lose what dqnnc did not write."""
    if not os.path.lexists(out_dir):
        return
    if out_dir.is_symlink() or not out_dir.is_dir():
        raise DiagnosticException(f"{out_dir}: is no directory; choose another output directory")
    if Path.cwd().is_relative_to(out_dir.resolve()):
        raise DiagnosticException(f"{out_dir}: is the folder that you are in, or above it; name a folder inside it")
    present = sorted(path.relative_to(out_dir).as_posix() for path in out_dir.rglob("*") if not path.is_dir())
    if force or not present:
        return
    if MARKER not in present:
        raise DiagnosticException(f"{out_dir}: is not empty, and not written by dqnnc; remove it or use --force")
    written = set((out_dir / MARKER).read_text(encoding="utf-8", errors="replace").splitlines())
    if foreign := [path for path in present if path not in written]:
        raise DiagnosticException(
            f"{out_dir}: has files that dqnnc did not write, as {foreign[0]}; move them or use --force"
        )


def _replace(out_dir: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `out_dir`; what was there stays until then, and comes back where that fails."""
    if not out_dir.exists():
        os.replace(fresh, out_dir)
        return
    os.replace(out_dir, old)
    try:
        os.replace(fresh, out_dir)
    except BaseException:
        os.replace(old, out_dir)
        raise
