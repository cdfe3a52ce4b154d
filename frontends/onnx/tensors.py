"""The constants of a file as arrays, no length believed."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import ml_dtypes
import numpy as np

from .external import read_external
from .file import Array, File, is_too_large


@dataclass(frozen=True)
class Storage:
    """How elements of a type are stored: in `raw_data`, and in the list `field` where there is no raw data."""

    dtype: np.dtype[Any]
    field: str
    bits: int | None = None
    """Bits of an element that is smaller than a byte; `dtype` is the type it is widened to."""


def _of(name: str, field: str) -> Storage:
    return Storage(np.dtype(name), field)


STORAGE: dict[int, Storage] = {
    1: _of("<f4", "float_data"),
    2: _of("u1", "int32_data"),
    3: _of("i1", "int32_data"),
    4: _of("<u2", "int32_data"),
    5: _of("<i2", "int32_data"),
    6: _of("<i4", "int32_data"),
    7: _of("<i8", "int64_data"),
    9: _of("?", "int32_data"),
    10: _of("<f2", "int32_data"),
    11: _of("<f8", "double_data"),
    12: _of("<u4", "uint64_data"),
    13: _of("<u8", "uint64_data"),
    16: Storage(np.dtype(ml_dtypes.bfloat16), "int32_data"),
    21: Storage(np.dtype("u1"), "int32_data", 4),
    22: Storage(np.dtype("i1"), "int32_data", 4),
    25: Storage(np.dtype("u1"), "int32_data", 2),
    26: Storage(np.dtype("i1"), "int32_data", 2),
}
"""Number of an element type (TensorProto.DataType) -> its storage."""

TYPE_NAMES = {
    1: "FLOAT",
    2: "UINT8",
    3: "INT8",
    4: "UINT16",
    5: "INT16",
    6: "INT32",
    7: "INT64",
    8: "STRING",
    9: "BOOL",
    10: "FLOAT16",
    11: "DOUBLE",
    12: "UINT32",
    13: "UINT64",
    14: "COMPLEX64",
    15: "COMPLEX128",
    16: "BFLOAT16",
    17: "FLOAT8E4M3FN",
    18: "FLOAT8E4M3FNUZ",
    19: "FLOAT8E5M2",
    20: "FLOAT8E5M2FNUZ",
    21: "UINT4",
    22: "INT4",
    23: "FLOAT4E2M1",
    24: "FLOAT8E8M0",
    25: "UINT2",
    26: "INT2",
    27: "FLOAT6E2M3",
    28: "FLOAT6E3M2",
}
"""Names of element types, for messages."""

EXTERNAL = 1
"""TensorProto.DataLocation.EXTERNAL."""


def type_name(number: int) -> str:
    """The name of an element type."""
    return TYPE_NAMES.get(number, f"type {number}")


def tensor_array(file: File, proto: Any, name: str) -> Array:
    """The elements of a TensorProto; those smaller than a byte are widened to one.

    Raises:
        ModelError: its type is not supported, or its data does not fill its shape.
    """
    storage = STORAGE.get(proto.data_type)
    if storage is None:
        raise file.refuse(
            f"a constant of {type_name(proto.data_type)}", "export the model in float32, or quantized to 8 bits", name
        )
    shape = tuple(int(size) for size in proto.dims)
    if any(size < 0 for size in shape) or is_too_large(shape):
        raise file.refuse(f"a constant of shape {list(shape)}", "no constant so large is supported", name)
    if proto.HasField("segment"):
        raise file.refuse("a constant in segments", "export the model again", name)
    count = prod(shape)
    if storage.bits is None:
        return _elements(file, proto, name, storage, count).reshape(shape)
    per_byte = 8 // storage.bits
    packed = _elements(file, proto, name, Storage(np.dtype("u1"), storage.field), -(-count // per_byte))
    return _unpack(packed, storage.bits, count, signed=storage.dtype.kind == "i").reshape(shape)


def tensor_bits(proto: Any) -> int | None:
    """Bits of a TensorProto's elements, where they are smaller than a byte."""
    storage = STORAGE.get(proto.data_type)
    return None if storage is None else storage.bits


def _elements(file: File, proto: Any, name: str, storage: Storage, count: int) -> Array:
    size = count * storage.dtype.itemsize
    if proto.data_location == EXTERNAL:
        record = {str(entry.key): str(entry.value) for entry in proto.external_data}
        return np.frombuffer(read_external(file, name, record, size), storage.dtype)
    if proto.HasField("raw_data"):
        if len(proto.raw_data) != size:
            raise file.refuse(
                f"{len(proto.raw_data)} bytes of data where its shape needs {size}", "export the model again", name
            )
        return np.frombuffer(proto.raw_data, storage.dtype)
    numbers = getattr(proto, storage.field)
    if len(numbers) != count:
        raise file.refuse(f"{len(numbers)} elements where its shape needs {count}", "export the model again", name)
    array = np.array(numbers, np.uint64 if storage.field == "uint64_data" else None)
    if storage.field != "int32_data" or storage.dtype.kind in "iub":
        return array.astype(storage.dtype)
    # Half precision: the list holds bit patterns.
    return array.astype(np.uint16).view(storage.dtype)


def _unpack(packed: Array, bits: int, count: int, *, signed: bool) -> Array:
    """Elements of `bits` bits, lowest first in each byte, as bytes."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    codes = ((packed[:, np.newaxis] >> shifts) & ((1 << bits) - 1)).reshape(-1)[:count]
    if not signed:
        return codes
    return ((codes.astype(np.int8) ^ (1 << (bits - 1))) - (1 << (bits - 1))).astype(np.int8)
