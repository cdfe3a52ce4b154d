"""The model file that is read: its name in messages, and how much of it may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

Array = NDArray[Any]

MAX_ELEMENTS = 1 << 26
"""Elements of the largest tensor that is imported: what a microcontroller can hold, many times over."""

MAX_CONFIG_BYTES = 1 << 26
"""Size of the largest description of a network."""


@dataclass(frozen=True)
class File:
    """A model file, or a live model, by the name that errors call it."""

    name: str

    def damaged(self, what: str) -> ModelError:
        """The error for a file that makes no sense at `what`."""
        return ModelError(self.name, f"damaged at {what}", "the file is corrupted or truncated; save the model again")

    def refuse(self, property: str, remedy: str) -> ModelError:
        """The error about the file as a whole."""
        return ModelError(self.name, property, remedy)


def is_too_large(shape: tuple[int, ...]) -> bool:
    """Whether a tensor of this shape has more elements than any network for a microcontroller."""
    return prod(shape) > MAX_ELEMENTS


def as_float32(array: Array) -> NDArray[np.float32]:
    """An array of numbers in the type that networks compute in."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, np.float32)
