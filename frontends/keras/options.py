"""The options of a layer or quantizer, as a description of a network says them, each checked where it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from ..errors import ModelError
from .file import File

Json = Any
"""What a description consists of: dictionaries, lists, texts, numbers, truth values and None."""

MAX_OPTION = 1 << 20
"""Largest count, size or stride that makes sense."""


MAX_REAL = 3e38
"""Largest magnitude of a number."""


def as_mapping(value: Json) -> Mapping[str, Json] | None:
    """A JSON object, or None where the value is something else."""
    return cast("Mapping[str, Json]", value) if isinstance(value, dict) else None


def as_list(value: Json) -> list[Json] | None:
    """A JSON array, or None where the value is something else."""
    return cast("list[Json]", value) if isinstance(value, list | tuple) else None


def is_real(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a number that float32 holds (in its range)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_REAL


def show(value: Json) -> str:
    """A value in messages."""
    return repr(value) if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class Options:
    """The options of one layer. Absent ones have the default that the caller gives."""

    file: File
    layer: str
    class_name: str
    values: Mapping[str, Json]

    def refuse(self, property: str, remedy: str) -> ModelError:
        """The error about this layer."""
        return ModelError(self.file.name, property, remedy, layer=self.layer, operator=self.class_name)

    def wrong(self, name: str, expected: str) -> ModelError:
        """The error about an option whose value is none that Keras writes."""
        return self.refuse(f"{name}={show(self.values.get(name))}", f"{expected} is expected; save the model again")

    def get(self, name: str, default: Json = None) -> Json:
        """Any value."""
        return self.values.get(name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def choice(self, name: str, choices: Sequence[str], default: str, remedy: str) -> str:
        """A text of a few, in lower case.

        Raises:
            ModelError: it is another.
        """
        value = self.text(name, default).lower()
        if value not in choices:
            raise self.refuse(f"{name}={show(value)}", remedy)
        return value

    def truth(self, name: str, default: bool) -> bool:
        """A truth value."""
        value = self.values.get(name, default)
        if value not in (True, False):
            raise self.wrong(name, "true or false")
        return bool(value)

    def real(self, name: str, default: float | None = None) -> float:
        """A finite number (also as Keras writes a numpy one: a list of one, or a tagged value)."""
        value = self.values.get(name, default)
        if (tagged := as_mapping(value)) is not None:
            value = as_mapping(tagged.get("config", tagged))
            value = None if value is None else value.get("value")
        if not is_real(value):
            raise self.wrong(name, "a finite number")
        return float(value)

    def optional_real(self, name: str) -> float | None:
        """A finite number, or None."""
        return None if self.values.get(name) is None else self.real(name)

    def count(self, name: str, default: int | None = None, *, least: int = 1) -> int:
        """A small integer."""
        return self._count(name, self.values.get(name, default), least)

    def counts(self, name: str, length: int, default: int | None = None, *, least: int = 1) -> tuple[int, ...]:
        """A list of `length` small integers; one integer stands for all."""
        value = self.values.get(name, default)
        items = as_list(value)
        if items is None:
            items = [value] * length
        if len(items) != length:
            raise self.wrong(name, f"{length} numbers")
        return tuple(self._count(name, item, least) for item in items)

    def _count(self, name: str, value: Json, least: int) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_OPTION:
            raise self.wrong(name, f"a number from {least} to {MAX_OPTION}")
        return value

    def integers(self, name: str, default: Json = None) -> list[int]:
        """A list of integers, or one as a list; empty where it is None."""
        value = self.values.get(name, default)
        items = as_list(value)
        if items is None:
            items = [] if value is None else [value]
        if any(isinstance(item, bool) or not isinstance(item, int) or abs(item) > MAX_OPTION for item in items):
            raise self.wrong(name, "integers")
        return items

    def edges(self, name: str, axes: int) -> tuple[tuple[int, int], ...]:
        """Amounts before and after each of `axes` axes: `n`, `[n, m]` or `[[a, b], [c, d]]`."""
        value = self.values.get(name, 1)
        items = as_list(value)
        if items is None or (axes == 1 and len(items) == 2):
            items = [value] * axes if items is None else [items]
        if len(items) != axes:
            raise self.wrong(name, f"{axes} amounts")
        pairs: list[tuple[int, int]] = []
        for item in items:
            pair = as_list(item)
            pair = [item, item] if pair is None else pair
            if len(pair) != 2:
                raise self.wrong(name, "two amounts for each axis")
            pairs.append((self._count(name, pair[0], 0), self._count(name, pair[1], 0)))
        return tuple(pairs)
