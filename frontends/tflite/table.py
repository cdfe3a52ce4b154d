"""Reads the tables of a .tflite flatbuffer, believing nothing.

The schema package's accessors follow whatever offsets a file holds. They cannot reach outside of the file (every read
is one of Python's bounded reads), but on a damaged file they raise errors of many types, return junk, or describe a
vector of four thousand million elements. `Table` wraps one accessor object: it turns those errors into `ModelError`,
checks each length against the file, and counts what has been read, because overlapping vectors could describe
quadratically more than the file holds.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import tflite
from numpy.typing import NDArray

from ..errors import ModelError

schema: Any = tflite
"""The schema package, which has no type information."""

READ_FACTOR = 16
"""How many times a file's own size may be read before it counts as damaged (writers may share equal vectors)."""

ACCESSOR_ERRORS = (struct.error, IndexError, TypeError, ValueError, OverflowError, MemoryError, RecursionError)
"""What the package's accessors raise on a damaged file."""

EMPTY_TABLE = struct.pack("<IHHi", 8, 4, 4, 4)
"""A flatbuffer whose root table has no fields: the root's place, the vtable (two sizes), the root's way back to it."""


@dataclass
class File:
    """The bytes of a model file, and how much of them may still be read."""

    name: str
    data: bytes
    budget: int = field(init=False)

    def __post_init__(self) -> None:
        self.budget = READ_FACTOR * len(self.data) + 65536

    def damaged(self, what: str) -> ModelError:
        """The error for a file whose bytes make no sense at `what`."""
        return ModelError(self.name, f"damaged at {what}", "the file is corrupted or truncated; get it again")

    def charge(self, size: int, what: str) -> None:
        """Count `size` bytes as read.

        Raises:
            ModelError: the file describes far more than it holds.
        """
        self.budget -= size
        if self.budget < 0:
            raise self.damaged(what)


class Table:
    """A table of the file; fields by their name in the schema package (`StrideW`), absent ones as their default."""

    def __init__(self, file: File, accessor: Any, where: str):
        self.file = file
        self.where = where
        self._accessor = accessor

    @classmethod
    def empty(cls, file: File, table: str, where: str) -> Table:
        """A table of the schema's type `table` with every field at its default."""
        return cls(file, getattr(schema, table).GetRootAs(EMPTY_TABLE), where)

    @classmethod
    def root(cls, file: File, table: str) -> Table:
        """The file's root table, of the schema's type `table`."""
        try:
            return cls(file, getattr(schema, table).GetRootAs(file.data), "the model")
        except ACCESSOR_ERRORS as error:
            raise file.damaged("its root") from error

    def _read(self, field: str, *arguments: int) -> Any:
        accessor = getattr(self._accessor, field)
        try:
            return accessor(*arguments)
        except ACCESSOR_ERRORS as error:
            raise self.file.damaged(f"{self.where}, {field}") from error

    def integer(self, field: str) -> int:
        """An integer, or the number of an enumeration's value."""
        return int(self._read(field))

    def truth(self, field: str) -> bool:
        """A truth value."""
        return bool(self._read(field))

    def real(self, field: str) -> float:
        """A float32."""
        return float(self._read(field))

    def text(self, field: str) -> str:
        """A string; bytes that are not UTF-8 are replaced."""
        text = self._read(field) or b""
        self.file.charge(len(text), self.where)
        return bytes(text).decode("utf-8", "replace")

    def array(self, field: str) -> NDArray[Any] | None:
        """A vector of numbers as a read-only view of the file, or None where it is absent."""
        if self._read(f"{field}IsNone"):
            return None
        array: NDArray[Any] = self._read(f"{field}AsNumpy")
        return array

    def integers(self, field: str) -> tuple[int, ...]:
        """A vector of integers; an absent one is empty."""
        return tuple(self._numbers(field))

    def reals(self, field: str) -> tuple[float, ...]:
        """A vector of floats; an absent one is empty."""
        return tuple(self._numbers(field))

    def _numbers(self, field: str) -> list[Any]:
        array = self.array(field)
        if array is None:
            return []
        self.file.charge(array.nbytes, f"{self.where}, {field}")
        return array.tolist()

    def place(self, entry: int) -> int:
        """Where in the file the scalar of a vtable entry is, which must not be absent."""
        table = self._accessor._tab
        try:
            return int(table.Pos + table.Offset(entry))
        except ACCESSOR_ERRORS as error:
            raise self.file.damaged(self.where) from error

    def table(self, field: str) -> Table | None:
        """A table in this one, or None where it is absent."""
        accessor = self._read(field)
        return None if accessor is None else Table(self.file, accessor, f"{self.where}, {field}")

    def tables(self, field: str) -> list[Table]:
        """A vector of tables; an absent one is empty."""
        length = self._read(f"{field}Length")
        self.file.charge(4 * length, f"{self.where}, {field}")
        return [Table(self.file, self._read(field, index), f"{self.where}, {field} {index}") for index in range(length)]

    def union(self, field: str, table: str) -> Table:
        """The table in a union field, read as the schema's type `table`."""
        generic = self._read(field)
        accessor = getattr(schema, table)()
        accessor.Init(generic.Bytes, generic.Pos)
        return Table(self.file, accessor, f"{self.where}, {table}")
