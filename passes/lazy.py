"""Names that are imported when they are asked for: a table of passes costs nothing until one of them runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(package: str | None, path: str) -> Callable[[], Any]:
    """A function that imports `path`, `"<module relative to package>:<name>"`, and returns what it names."""
    module, _, name = path.partition(":")
    return lambda: getattr(import_module(module, package), name)


def lazy_table(package: str | None, paths: Mapping[str, str]) -> dict[str, Callable[[], Any]]:
    """`lazy` for each entry of a table."""
    return {name: lazy(package, path) for name, path in paths.items()}
