"""The one error of all frontends: a file that cannot be imported, and what its owner can do about it."""

from __future__ import annotations

MAX_PART = 240
"""Longest part of a message, in characters: names and shapes come from the file."""


def one_line(text: str) -> str:
    """Text from a file, fit for one line of a terminal: nothing unprintable, and not too long."""
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return clean if len(clean) <= MAX_PART else f"{clean[: MAX_PART - 3]}..."


class ModelError(ValueError):
    """A model file that cannot be imported.

    Its text is one line, `file: layer 'name' (OPERATOR): property: remedy`; the layer is left out where the trouble
    is with the file as a whole.
    """

    def __init__(self, file: str, property: str, remedy: str, *, layer: str | None = None, operator: str | None = None):
        self.file = one_line(file)
        self.layer = None if layer is None else one_line(layer)
        self.operator = None if operator is None else one_line(operator)
        self.property = one_line(property)
        self.remedy = one_line(remedy)
        super().__init__(self.file, self.layer, self.operator, self.property, self.remedy)

    def __str__(self) -> str:
        where = "" if self.layer is None else f"layer '{self.layer}'"
        if self.operator is not None:
            where = f"{where} ({self.operator})" if where else self.operator
        return ": ".join(part for part in (self.file, where, self.property, self.remedy) if part)
