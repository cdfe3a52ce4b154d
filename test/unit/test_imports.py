"""Rooms of the package import what stands below them, and nothing else of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "dialects": ("dialects",),
    "frontends": ("frontends", "dialects"),
    "backends/common": ("backends/common", "dialects"),
    "backends/c": ("backends/c", "backends/common", "backends/runtime", "dialects"),
    "passes": ("passes", "backends/common", "dialects"),
}
"""A room, and the rooms that its modules may import: those of a backend come from `backends/common`'s table."""

OF_A_BACKEND = ("backends/common", "passes", "dialects")
"""What the package of a backend may import beside itself."""


def imports(file: Path) -> Iterator[Path]:
    """The modules and packages of this tree that a file imports, as paths without suffix."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = file.parents[node.level - 1].relative_to(ROOT)
            if node.module is not None:
                yield base.joinpath(*node.module.split("."))
            else:
                yield from (base / name.name for name in node.names)


def rooms() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from MAY_IMPORT.items()
    for package in sorted((ROOT / "backends").glob("*/dialect.py")):
        room = package.parent.relative_to(ROOT).as_posix()
        yield room, (room, *OF_A_BACKEND)


@pytest.mark.parametrize(("room", "allowed"), [*rooms()], ids=lambda item: item if isinstance(item, str) else "")
def test_a_room_imports_what_stands_below_it(room: str, allowed: tuple[str, ...]) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        for module in imports(file):
            below = any(module.is_relative_to(other) for other in allowed)
            assert below, f"{file.relative_to(ROOT)} imports {module}: {room} may import {', '.join(allowed)}"
