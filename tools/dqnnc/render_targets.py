"""The report of `targets` as text for a terminal, as JSON, and as the page of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .as_json import as_json
from .report import TargetEntry, Targets
from .table import Column, markdown_table, table

COLUMNS = [
    Column("target"),
    Column("core"),
    Column("features"),
    Column("CMSIS-NN"),
    Column("flash", right=True),
    Column("RAM", right=True),
    Column("chip"),
    Column("emulator"),
    Column("notes"),
]
FLAG_COLUMNS = [*map(Column, ("core", "compiler", "flags"))]
REFUSED_COLUMNS = [*map(Column, ("name", "reason"))]


def as_text(targets: Targets) -> str:
    """For a terminal."""
    sections = [
        ["Targets", *table(COLUMNS, _rows(targets))],
        ["Flags of the compiler", *table(FLAG_COLUMNS, _flags(targets))],
        ["Refused", *table(REFUSED_COLUMNS, _refused(targets))],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def as_markdown(targets: Targets) -> str:
    """The page `docs/targets.md`."""
    lines = [
        "# Targets",
        "",
        "<!-- Written by `dqnnc targets --format markdown`; a test compares. Do not edit. -->",
        "",
        "What `--target` takes. A name may be written in capitals. Flash and RAM are those of one chip of a series, a",
        "large one; `--flash` and `--ram` say what yours has, `--device` which of a target's chips it is, and",
        "`--check-budget` fails where a network does not fit. `--target-file` describes a board of your own: see",
        "[add-a-target.md](add-a-target.md). A core's name is a target, too.",
        "",
        *markdown_table(COLUMNS, _rows(targets)),
        "",
        "## Flags of the compiler",
        "",
        *markdown_table(FLAG_COLUMNS, _flags(targets)),
        "",
        "## Refused",
        "",
        "Names that begin so:",
        "",
        *markdown_table(REFUSED_COLUMNS, _refused(targets)),
    ]
    return "\n".join(lines) + "\n"


RENDERERS: Mapping[str, Callable[[Targets], str]] = {
    "text": as_text,
    "json": lambda targets: as_json("targets", targets),
    "markdown": as_markdown,
}
"""What `--format` takes."""


def _rows(targets: Targets) -> list[list[str]]:
    return [row for target in targets.targets if target.name != target.core for row in _target_rows(target)]


def _target_rows(target: TargetEntry) -> list[list[str]]:
    """A target, and a row for each of its devices."""
    first = [
        target.name,
        target.core,
        " ".join(target.features) or "-",
        "yes" if target.cmsis_nn else "no",
        size(target.flash),
        size(target.ram),
        target.chip or "-",
        target.emulator or "-",
        "; ".join(_notes(target)),
    ]
    devices = [["", "", "", "", size(item.flash), size(item.ram), item.name, "", ""] for item in target.devices]
    return [first, *devices]


def _notes(target: TargetEntry) -> Sequence[str]:
    notes = [] if target.built else ["not built yet"]
    notes += [f"also {', '.join(target.aliases)}"] if target.aliases else []
    notes += [f"compiled and run here as {target.stand_in}"] if target.stand_in else []
    return [*notes, target.note] if target.note else notes


def _flags(targets: Targets) -> list[list[str]]:
    return [
        [target.core, target.compiler, " ".join(target.flags)]
        for target in targets.targets
        if target.name == target.core
    ]


def _refused(targets: Targets) -> list[list[str]]:
    return [[item.name, item.reason] for item in targets.refused]


def size(count: int | None) -> str:
    """Bytes in the largest unit that divides them."""
    if count is None:
        return "-"
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} B"
