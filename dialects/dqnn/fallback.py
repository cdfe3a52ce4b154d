"""Why an operator stays in float, as an attribute that frontends and passes set and that the reports read.

A frontend that knows a reason before any target is chosen writes a text, `dqnn.fallback = "..."`. A pass that has
looked into a kernel table writes a dictionary:

    dqnn.fallback = {asked = "s8 x s1 -> s8 convolution", reason = "there is no such row in the kernel table of stm32",
                     nearest = [{row = "s8 x s8 -> s8 convolution", remedy = "8-bit weights: ..."}]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, StringAttr
from xdsl.ir import Attribute, Operation
from xdsl.utils.hints import isa

FALLBACK = "dqnn.fallback"
"""The attribute's name."""


class Nearest(NamedTuple):
    """A configuration that there is a kernel for, and how a user gets there."""

    row: str
    remedy: str


@dataclass(frozen=True)
class Fallback:
    """Why no integer kernel computes an operator."""

    reason: str
    asked: str | None = None
    """The configuration that the network asks for, as `s8 x s1 -> s8 convolution`: input x weights -> output."""
    nearest: tuple[Nearest, ...] = ()
    """Configurations that there are kernels for, the one with the easiest change first."""

    @property
    def attribute(self) -> DictionaryAttr:
        """The attribute that says so."""
        fields: dict[str, Attribute] = {} if self.asked is None else {"asked": StringAttr(self.asked)}
        fields["reason"] = StringAttr(self.reason)
        if self.nearest:
            fields["nearest"] = ArrayAttr(
                DictionaryAttr({"row": StringAttr(row), "remedy": StringAttr(remedy)}) for row, remedy in self.nearest
            )
        return DictionaryAttr(fields)

    @classmethod
    def of(cls, op: Operation) -> Fallback | None:
        """What an operator's attribute says; None where it has none."""
        attribute = op.attributes.get(FALLBACK)
        if isinstance(attribute, StringAttr):
            return cls(attribute.data)
        if not isinstance(attribute, DictionaryAttr):
            return None
        nearest = attribute.data.get("nearest")
        entries = nearest.data if isa(nearest, ArrayAttr[DictionaryAttr]) else ()
        found = (Nearest(_text(entry, "row") or "", _text(entry, "remedy") or "") for entry in entries)
        return cls(_text(attribute, "reason") or "", _text(attribute, "asked"), tuple(found))

    def __str__(self) -> str:
        asked = "" if self.asked is None else f"{self.asked}: "
        options = [f"{row} ({remedy})" if remedy else row for row, remedy in self.nearest]
        nearest = f"; nearest: {', or '.join(options)}" if options else ""
        return f"{asked}{self.reason}{nearest}"


def _text(attribute: DictionaryAttr, key: str) -> str | None:
    value = attribute.data.get(key)
    return value.data if isinstance(value, StringAttr) else None
