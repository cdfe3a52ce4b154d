"""Measurements as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from dqnnc.tools.dqnnc.table import Column, table
from measure import Measurement


@dataclass(frozen=True)
class Row:
    """A network on a core: its measurements by the label of the variant, the first one first."""

    network: str
    core: str
    measurements: dict[str, Measurement]


METRICS = (
    ("instructions", "instructions"),
    ("arena", "arena_bytes"),
    ("bound", "lower_bound_bytes"),
    ("code", "code_bytes"),
    ("constants", "constant_bytes"),
    ("stack", "stack_bytes"),
    ("generate s", "generate_seconds"),
)
"""Head of the column, field of Measurement."""


def overview(rows: Sequence[Row]) -> list[str]:
    """One line for each build; where a network has two, a third with the first divided by the second."""
    columns = [Column("network"), Column("core"), Column("build"), *(Column(head, right=True) for head, _ in METRICS)]
    cells: list[list[str]] = []
    for row in rows:
        for label, measurement in row.measurements.items():
            cells.append([row.network, row.core, label, *map(_text, _values(measurement))])
        if len(row.measurements) == 2:
            first, second = row.measurements.values()
            ratios = [_ratio(a, b) for a, b in zip(_values(first), _values(second), strict=True)]
            cells.append(["", "", "ratio", *ratios])
    return table(columns, cells)


def breakdown(row: Row, unit: Literal["kernel", "function"], limit: int) -> list[str]:
    """The kernels or functions that take most instructions, `limit` of them, and the sum of the others."""
    labels = list(row.measurements)
    counts: list[dict[str, int]] = [getattr(measurement, f"by_{unit}") for measurement in row.measurements.values()]
    names = sorted({name for count in counts for name in count}, key=lambda name: -max(c.get(name, 0) for c in counts))
    columns = [Column(unit), *(Column(label, right=True) for label in labels)]
    columns += [Column(f"{label} %", right=True) for label in labels]
    totals = [measurement.instructions for measurement in row.measurements.values()]

    def line(name: str, values: Sequence[int]) -> list[str]:
        shares = [f"{100 * value / total:.1f}" for value, total in zip(values, totals, strict=True)]
        return [name, *map(_text, values), *shares]

    cells = [line(name, [count.get(name, 0) for count in counts]) for name in names[:limit]]
    rest = [sum(count.get(name, 0) for name in names[limit:]) for count in counts]
    if any(rest):
        cells.append(line(f"{len(names) - limit} others", rest))
    return [f"{row.network} on {row.core}", "", *table(columns, cells, line("all", totals))]


def as_json(rows: Sequence[Row], skipped: dict[str, str], opt: str) -> str:
    """The same as a JSON document; `skipped` says why a network was left out."""
    measurements = [
        {"network": row.network, "core": row.core, "build": label, **asdict(measurement)}
        for row in rows
        for label, measurement in row.measurements.items()
    ]
    return json.dumps({"opt": opt, "measurements": measurements, "skipped": skipped}, indent=2) + "\n"


def _values(measurement: Measurement) -> list[float | None]:
    return [getattr(measurement, field) for _, field in METRICS]


def _text(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


def _ratio(first: float | None, second: float | None) -> str:
    return f"{first / second:.3f}" if first is not None and second else "-"
