"""The report of `supported-ops` as text for a terminal, as JSON, and as the page of the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

from .as_json import as_json
from .render import WIDTH, target_line
from .report import Format, KernelRow, SupportedItem, SupportedOps, TargetChoice
from .table import Column, markdown_table, table

Numbers = Mapping[str, str]
"""Condition -> the number that stands for it."""


def as_text(supported: SupportedOps) -> str:
    """For a terminal: conditions of kernels are numbered, and stand at the end."""
    different = dict.fromkeys(text for row in supported.rows for text in row.conditions)
    numbers = {text: str(number) for number, text in enumerate(different, 1)}
    sections = [
        *(_format(form) for form in supported.formats),
        [f"Kernels for {target_line(supported.target)}", *table(KERNEL_COLUMNS, _kernel_rows(supported.rows, numbers))],
        table([Column("", right=True), Column("condition")], [[number, text] for text, number in numbers.items()]),
        ["Targets", *table(TARGET_COLUMNS, _target_rows(supported.targets))],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def as_markdown(supported: SupportedOps) -> str:
    """The page `docs/supported-ops.md`."""
    lines = [
        "# Supported operators",
        "",
        "<!-- Written by `dqnnc supported-ops --format markdown`; a test compares. Do not edit. -->",
        "",
        "What a model may consist of, and what of it is computed on codes. Types: `f32`, `s8` (8-bit codes), `s1` (+1",
        "and -1, one bit each). A layer whose types have no row is computed in `f32`, with conversions around it;",
        "`dqnnc analyze` says which, and what would change that.",
        "",
        *(line for form in supported.formats for line in _markdown_format(form)),
        "## Kernels",
        "",
        f"For {target_line(supported.target)}.",
        "The first row that fits is taken, and of its kernels the cheapest. A layer's bias and batch normalization are",
        "part of its row, whatever their format.",
        "",
        *markdown_table(KERNEL_COLUMNS, _kernel_rows(supported.rows)),
        "",
        "## Targets",
        "",
        *markdown_table(TARGET_COLUMNS, _target_rows(supported.targets)),
    ]
    return "\n".join(lines) + "\n"


RENDERERS: Mapping[str, Callable[[SupportedOps], str]] = {
    "text": as_text,
    "json": lambda supported: as_json("supported-ops", supported),
    "markdown": as_markdown,
}
"""What `--format` takes."""


KERNEL_COLUMNS = [*map(Column, ("operator", "input", "weights", "output", "kernel", "conditions"))]
TARGET_COLUMNS = [*map(Column, ("target", "core", "build of CMSIS-NN", "float unit")), Column("rows", right=True)]


def _kernel_rows(rows: Sequence[KernelRow], numbers: Numbers | None = None) -> list[list[str]]:
    """Cells of the kernel table; conditions in full, or by their numbers."""
    return [
        [
            row.operator,
            row.input,
            row.weights or "-",
            row.output,
            ", ".join(row.kernels) or "(a view, no copy)",
            "; ".join(row.conditions) if numbers is None else " ".join(numbers[text] for text in row.conditions),
        ]
        for row in rows
    ]


def _target_rows(targets: Sequence[TargetChoice]) -> list[list[str]]:
    return [[t.name, t.core, t.build or "-", "yes" if t.has_fpu else "no", str(t.rows)] for t in targets]


def _grouped(items: Sequence[SupportedItem]) -> Mapping[tuple[str, ...], list[str]]:
    """Names by their conditions."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for item in items:
        alike.setdefault(item.conditions, []).append(item.name)
    return alike


# --- Text -------------------------------------------------------------------------------------------------------


def _format(form: Format) -> list[str]:
    """What is read of a format."""
    files = ", ".join(f".{extension}" for extension in form.extensions)
    lines = [f"Operators of {form.name} ({files})", *_items(form.operators)]
    return [*lines, "", f"Quantizers of {form.name}", *_items(form.quantizers)] if form.quantizers else lines


def _items(items: Sequence[SupportedItem]) -> list[str]:
    """A paragraph for each group of operators that have the same conditions."""
    lines: list[str] = []
    for conditions, names in _grouped(items).items():
        text = ", ".join(names) + (f": {'; '.join(conditions)}" if conditions else "")
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    return lines


# --- Markdown ---------------------------------------------------------------------------------------------------


def _markdown_format(form: Format) -> list[str]:
    files = ", ".join(f"`.{extension}`" for extension in form.extensions)
    lines = [f"## {form.name} ({files})", "", *_markdown_items("operator", form.operators), ""]
    if form.quantizers:
        lines += ["### Quantizers", "", *_markdown_items("quantizer", form.quantizers), ""]
    return lines


def _markdown_items(what: str, items: Sequence[SupportedItem]) -> list[str]:
    return markdown_table(
        [Column(what), Column("conditions")],
        [
            [", ".join(f"`{name}`" for name in names), "; ".join(conditions)]
            for conditions, names in _grouped(items).items()
        ],
    )
