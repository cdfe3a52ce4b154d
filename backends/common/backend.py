"""Backends: what one brings beside its entries in `targets.toml`, and how it is found.

A backend is a package in `backends/` whose `__init__` has a `BACKEND`. All else lives once: which kernel an operator
gets (`kernel_table`), the memory form (`lowering`, `placement`), the passes and pipelines (`passes`), and the C printer
(`backends/c`), which prints any `KernelCallOp`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from xdsl.ir import Dialect

from .call import KernelCallOp
from .extension import extensions
from .kernel_table import KernelTable


@dataclass(frozen=True)
class Backend:
    """One family of cores."""

    dialect: Dialect
    """Called as the package is; it has `call` at least."""
    call: type[KernelCallOp]
    """What operators become."""
    table: KernelTable
    alignment: int = 4
    """Bytes that buffers are aligned to: kernels keep int32 sums and float32 values in their scratch memory."""


@cache
def find_backend(name: str) -> Backend:
    """The backend in the package of that name, with the rows that other packages bring before its own.

    Raises:
        ExtensionError: such a package cannot be used.
    """
    backend = import_module(f"..{name}", __package__).BACKEND
    assert isinstance(backend, Backend)
    further = [row for extension in extensions() for row in extension.rows]
    return replace(backend, table=KernelTable([*further, *backend.table.rows])) if further else backend
