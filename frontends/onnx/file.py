"""The model file that is read: its name in messages, its folder, and how much of it may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ..errors import ModelError

Array = NDArray[Any]

MAX_ELEMENTS = 1 << 26
"""Elements of the largest tensor that is imported: what a microcontroller can hold, many times over."""

MAX_RANK = 8

MAX_MADE = 1 << 22
"""Most elements of a constant that is made of fewer: of a shape, say, or by putting zeros between weights."""

SPARE_BYTES = 1 << 26
"""Bytes of constants that a network may have beside what its file has: made by operators, or written twice."""


@dataclass(frozen=True)
class File:
    """A model file by the name that errors call it, and the folder that its external data must be in."""

    name: str
    folder: Path

    def damaged(self, what: str) -> ModelError:
        """The error for a file that makes no sense at `what`."""
        return ModelError(self.name, f"damaged at {what}", "the file is corrupted or truncated; export the model again")

    def refuse(self, property: str, remedy: str, tensor: str | None = None) -> ModelError:
        """The error about the file as a whole, or about a tensor of it."""
        return ModelError(self.name, property, remedy, layer=tensor, operator=None if tensor is None else "tensor")


def is_too_large(shape: tuple[int, ...]) -> bool:
    """Whether a tensor of this shape is larger than any of a network for a microcontroller."""
    return len(shape) > MAX_RANK or prod(shape) > MAX_ELEMENTS
