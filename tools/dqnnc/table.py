"""Tables of text: columns as wide as their widest cell, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = "  "


@dataclass(frozen=True)
class Column:
    """A column's head, and whether its cells stand to the right."""

    head: str
    right: bool = False

    def align(self, cell: str, width: int) -> str:
        """The cell, filled up with blanks."""
        return cell.rjust(width) if self.right else cell.ljust(width)


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], total: Sequence[str] | None = None) -> list[str]:
    """The lines of a table; `total` is a last row under a rule of its own."""
    body = [*rows] if total is None else [*rows, total]
    widths = [max(len(cell) for cell in cells) for cells in zip([c.head for c in columns], *body, strict=True)]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))

    def line(cells: Sequence[str]) -> str:
        parts = (column.align(cell, width) for column, cell, width in zip(columns, cells, widths, strict=True))
        return GAP.join(parts).rstrip()

    lines = [line([column.head for column in columns]), rule, *map(line, rows)]
    return lines if total is None else [*lines, rule, line(total)]


def markdown_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table in Markdown."""
    lines = [[column.head for column in columns], ["--:" if column.right else "---" for column in columns]]
    cells = [*lines, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in cells]


def pairs(items: Sequence[tuple[str, str]]) -> list[str]:
    """Lines `name : value` with the colons in one column."""
    width = max(len(name) for name, _ in items)
    return [f"{name.ljust(width)} : {value}" for name, value in items]
