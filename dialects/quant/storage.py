"""What all stored quantized types share: the integer, its range, and packed numbers."""

from __future__ import annotations

import struct
from functools import lru_cache

from xdsl.dialects.builtin import I64, DenseArrayBase, IntegerType, Signedness, i64
from xdsl.utils.exceptions import VerifyException

MAX_STORAGE_BITS = 32
"""The widest integer that a quantized value can be stored in, as in MLIR."""


@lru_cache(maxsize=1024)
def unpack_floats(packed: bytes) -> tuple[float, ...]:
    """Unpack the data of a `DenseArrayBase` of f64."""
    return struct.unpack(f"<{len(packed) // 8}d", packed)


@lru_cache(maxsize=1024)
def unpack_integers(packed: bytes) -> tuple[int, ...]:
    """Unpack the data of a `DenseArrayBase` of i64."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)


StorageSpec = tuple[IntegerType, DenseArrayBase[I64]]
"""A storage type and its range."""


def default_storage_range(storage: IntegerType) -> tuple[int, int]:
    """Return the smallest and largest code; raise `VerifyException` for an illegal width."""
    width = storage.bitwidth
    if not 0 < width <= MAX_STORAGE_BITS:
        raise VerifyException(f"illegal storage type size: {width}")
    if storage.signedness.data == Signedness.UNSIGNED:
        return 0, (1 << width) - 1
    return -1 << (width - 1), (1 << (width - 1)) - 1


def storage_spec(storage: IntegerType, low: int | None, high: int | None) -> StorageSpec:
    """Complete a range; explicitly signed integers become signless, which means the same here."""
    if storage.signedness.data == Signedness.SIGNED:
        storage = IntegerType(storage.bitwidth)
    least, largest = default_storage_range(storage)
    bounds = (least if low is None else low, largest if high is None else high)
    return storage, DenseArrayBase.from_list(i64, bounds)
