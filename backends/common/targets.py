"""Finds targets by name, in the package's table `backends/targets.toml` and in a file of the user's."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from .target import BuildChoice, Core, Target
from .target_table import TargetFileError, TargetTable, read_table

FILE = "targets.toml"

LONGEST_FILE = 1 << 16
"""Bytes of a user's file."""


@cache
def package_table() -> TargetTable:
    """The package's own table."""
    return read_table((files("dqnnc.backends") / FILE).read_bytes(), FILE)


def table_with(file: str | None) -> TargetTable:
    """The package's table, with the targets of a user's file where one is named.

    Raises:
        ValueError: the file cannot be read, or is wrong; one sentence says where.
    """
    if file is None:
        return package_table()
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(LONGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise TargetFileError(f"{file}: cannot be read: {reason}") from None
    if len(data) > LONGEST_FILE:
        raise TargetFileError(f"{file}: is longer than {LONGEST_FILE // 1024} KiB; keep to tables [target.NAME]")
    return package_table().with_own(data, file)


def find_target(name: str, build: BuildChoice = "auto", file: str | None = None) -> Target:
    """The target of that name: a series, an alias of one, a core, or what a user's file describes.

    `build` takes another build of CMSIS-NN than the core's own.

    Raises:
        ValueError: there is none, or the file is wrong; one sentence says why, or what there is.
    """
    table, key = table_with(file), name.lower()
    target = table.find(key)
    if target is None:
        refused = next((reason for start, reason in table.refused.items() if key.startswith(start)), None)
        if refused is not None:
            raise ValueError(f"target '{name}' is not supported: {refused}")
        raise ValueError(f"no target '{name}': use one of {', '.join(built_targets(table))}")
    if not is_built(target.core):
        raise ValueError(
            f"target '{target.name}' is not supported yet: the backend for {target.core.name} is not built; "
            "'dqnnc targets' lists those that are"
        )
    return target.with_build(build)


def built_targets(table: TargetTable) -> list[str]:
    """The names that `find_target` takes, but for aliases."""
    return [name for name in table.names if (target := table.find(name)) is not None and is_built(target.core)]


def is_built(core: Core) -> bool:
    """Whether the backend of a core is there."""
    return package_table().backends[core.backend].built


def built_backends() -> dict[str, str]:
    """The names of all backends that are there, each with the target that its passes take where none is named."""
    return {entry.name: entry.default for entry in package_table().backends.values() if entry.built}
