"""What a generated project says of itself: its files and the macros of its header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from .errors import EmulatorError

_C_TYPES = {
    "int8_t": "<i1",
    "uint8_t": "<u1",
    "int16_t": "<i2",
    "uint16_t": "<u2",
    "int32_t": "<i4",
    "uint32_t": "<u4",
    "int64_t": "<i8",
    "uint64_t": "<u8",
    "float": "<f4",
    "double": "<f8",
}
_PORTABLE = "portable"
"""The folder of a project whose files give way to CMSIS-NN's."""

_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.*?)[ \t]*(?:/\*.*|//.*)?$", re.MULTILINE)
_RUN = re.compile(r"^\s*int\s+(\w+)_run\s*\(", re.MULTILINE)
_MAIN = re.compile(r"^\s*int\s+main\s*\(", re.MULTILINE)


@dataclass(frozen=True)
class Tensor:
    """One input or output. `macro` is its macros' prefix, `in_arena` whether its memory is in the arena.

    `shape` is that of the elements in memory: words where several elements are in one.
    """

    macro: str
    bytes: int
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    in_arena: bool


@dataclass(frozen=True)
class Project:
    """A generated project directory for a network of that name."""

    directory: Path
    name: str
    header: Path
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    activations_bytes: int

    def sources(self, *, portable_kernels: bool) -> list[Path]:
        """The C files but for an example `main`; the kernels that CMSIS-NN has too only when wanted."""
        found = [path for path in _files(self.directory, ".c") if not _MAIN.search(path.read_text())]
        return [path for path in found if portable_kernels or not self._is_portable(path)]

    def include_directories(self, *, portable_kernels: bool) -> list[Path]:
        """The folders that hold headers; the headers that CMSIS-NN has too only when wanted."""
        found = _files(self.directory, ".h")
        return sorted({path.parent for path in found if portable_kernels or not self._is_portable(path)})

    def _is_portable(self, path: Path) -> bool:
        """Whether the file stands in for one of CMSIS-NN."""
        return _PORTABLE in path.relative_to(self.directory).parts[:-1]


def _files(directory: Path, suffix: str) -> Iterator[Path]:
    """The files of a project, in a fixed order, without those of a build inside it."""
    for path in sorted(directory.rglob(f"*{suffix}")):
        folders = path.relative_to(directory).parts[:-1]
        if not any(folder.startswith(("build", "CMakeFiles", ".")) for folder in folders):
            yield path


def read_project(directory: Path) -> Project:
    """Find the network in a generated project directory. Raises EmulatorError when there is none."""
    for header in _files(directory, ".h"):
        text = header.read_text()
        run = _RUN.search(text)
        if run is not None:
            macros = dict(_MACRO.findall(text))
            return _describe(directory, header, run.group(1), macros)
    raise EmulatorError(f"{directory}: no header that declares a network's _run function")


def _describe(directory: Path, header: Path, name: str, macros: dict[str, str]) -> Project:
    prefix = name.upper()

    def tensors(kind: str) -> tuple[Tensor, ...]:
        count = _integer(header, macros, f"{prefix}_{kind}_COUNT")
        return tuple(_tensor(header, macros, f"{prefix}_{kind}_{index}") for index in range(count))

    arena = _integer(header, macros, f"{prefix}_ACTIVATIONS_BYTES")
    return Project(directory, name, header, tensors("INPUT"), tensors("OUTPUT"), arena)


def _integer(header: Path, macros: dict[str, str], macro: str) -> int:
    value = re.fullmatch(r"\(?\s*(\d+)[uUlL]*\s*\)?", macros.get(macro, ""))
    if value is None:
        raise EmulatorError(f"{header}: macro {macro} is missing or no plain number")
    return int(value.group(1))


def _tensor(header: Path, macros: dict[str, str], macro: str) -> Tensor:
    size = _integer(header, macros, f"{macro}_BYTES")
    c_type = macros.get(f"{macro}_TYPE", "")
    if c_type not in _C_TYPES:
        raise EmulatorError(f"{header}: {macro}_TYPE is missing or none of {', '.join(_C_TYPES)}")
    dtype = np.dtype(_C_TYPES[c_type])
    shape = tuple(int(extent) for extent in re.findall(r"\d+", macros.get(f"{macro}_SHAPE", "")))
    if f"{macro}_WORDS_PER_PIXEL" in macros:
        shape = (*shape[:-1], _integer(header, macros, f"{macro}_WORDS_PER_PIXEL"))
    if prod(shape) * dtype.itemsize != size:
        raise EmulatorError(f"{header}: {macro}_BYTES, _SHAPE and _TYPE do not agree")
    return Tensor(macro, size, shape, dtype, f"{macro}_OFFSET" in macros)
