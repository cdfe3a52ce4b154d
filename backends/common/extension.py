"""Kernels that other packages bring: rows for the tables of all backends, and the C functions that the rows call.

In such a package's pyproject.toml, with any name on the left:

    [project.entry-points."dqnnc.kernels"]
    my-kernels = "my_package.kernels:KERNELS"

where `KERNELS` is an `Extension`. docs/add-a-kernel.md makes one from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from .kernel_table import Row

GROUP = "dqnnc.kernels"
"""The group of the entry points."""


class ExtensionError(ValueError):
    """A package that brings kernels cannot be used; one sentence says why, and what to do."""


@dataclass(frozen=True)
class Extension:
    """What a package brings."""

    rows: tuple[Row, ...]
    """They stand before the backends' own, so that they are asked first. Their kernels are `portable`."""
    runtime: Path
    """A folder with each C function in `src/<function>.c`, and their headers in `include/`."""


@cache
def extensions() -> tuple[Extension, ...]:
    """What all packages of this environment bring, by the names of the entry points.

    Raises:
        ExtensionError: a package cannot be loaded, or offers something else.
    """
    found: list[Extension] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            extension = entry.load()
        except Exception as error:
            raise ExtensionError(f"kernels of {entry.value}: {error}; mend the package, or remove it") from error
        if not isinstance(extension, Extension):
            raise ExtensionError(f"kernels of {entry.value}: no Extension; mend the package, or remove it")
        found.append(extension)
    return tuple(found)
