"""What a .tflite file says, as plain records: one subgraph's tensors and operators, every index checked.

A record says what the file says. Whether a network can be made of it (types, dynamic shapes, quantization
parameters) is decided where a tensor or an operator is used, so that what nothing uses does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .table import File, Table, schema

IDENTIFIER = b"TFL3"
"""Bytes 4 to 8 of every file of the schema's version 3, the only one in use."""


def enumeration(name: str) -> dict[int, str]:
    """The names of an enumeration of the schema, by number."""
    members = cast(dict[str, object], vars(getattr(schema, name)))
    return {value: key for key, value in members.items() if isinstance(value, int)}


OPERATORS = enumeration("BuiltinOperator")
TENSOR_TYPES = enumeration("TensorType")


@dataclass(frozen=True)
class Quantization:
    """Affine parameters as the file has them: real = scale * (code - zero point), one or several along `axis`."""

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int


@dataclass(frozen=True)
class Tensor:
    """A tensor: `type` is the name in the schema's TensorType, `data` its constant bytes, or None."""

    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    dynamic: bool
    """Whether a dimension other than the batch is dynamic. A dynamic batch is 1 in `shape`."""
    quantization: Quantization | None
    data: NDArray[np.uint8] | None
    variable: bool
    sparse: bool


@dataclass(frozen=True)
class Operator:
    """An operator: `kind` is the name in the schema's BuiltinOperator; an absent input is -1."""

    index: int
    kind: str
    custom_code: str
    version: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    table: Table

    def options(self, options: str) -> Table:
        """The operator's options, which must be the schema's table `options`; defaults where it has none.

        Raises:
            ModelError: the options are another operator's.
        """
        kind = self.table.integer("BuiltinOptionsType")
        if kind == schema.BuiltinOptions.NONE:
            return Table.empty(self.table.file, options, self.table.where)
        if kind != getattr(schema.BuiltinOptions, options):
            raise self.table.file.damaged(f"{self.table.where}, BuiltinOptionsType")
        return self.table.union("BuiltinOptions", options)


@dataclass(frozen=True)
class Model:
    """The first subgraph of a file. Others are reached by control flow alone, which nothing here imports."""

    file: File
    tensors: Sequence[Tensor]
    operators: Sequence[Operator]
    inputs: Sequence[int]
    outputs: Sequence[int]


def read_model(data: bytes, name: str) -> Model:
    """Read a file's bytes; `name` is how errors call it.

    Raises:
        ModelError: the bytes are no .tflite file, or a damaged one.
    """
    file = File(name, data)
    if data[4:8] != IDENTIFIER:
        raise ModelError(name, "not a TensorFlow Lite file", "give a .tflite file, as the converter writes it")
    table = Table.root(file, "Model")
    if (version := table.integer("Version")) != 3:
        raise ModelError(name, f"schema version {version}", "only version 3 is known; convert the model again")
    buffers = table.tables("Buffers")
    codes = table.tables("OperatorCodes")
    subgraphs = table.tables("Subgraphs")
    if not subgraphs:
        raise ModelError(name, "no subgraph", "the file holds no network; convert the model again")
    subgraph = subgraphs[0]
    tensors = [_read_tensor(t, i, buffers) for i, t in enumerate(subgraph.tables("Tensors"))]
    operators = [_read_operator(t, i, codes, len(tensors)) for i, t in enumerate(subgraph.tables("Operators"))]
    return Model(
        file=file,
        tensors=tensors,
        operators=operators,
        inputs=_indices(subgraph, "Inputs", len(tensors)),
        outputs=_indices(subgraph, "Outputs", len(tensors)),
    )


def _indices(table: Table, field: str, count: int, *, optional: bool = False) -> tuple[int, ...]:
    """A vector of tensor indices, each within `count`; -1 too where operands may be absent."""
    indices = table.integers(field)
    if any(not (-1 if optional else 0) <= index < count for index in indices):
        raise table.file.damaged(f"{table.where}, {field}")
    return indices


def _read_tensor(table: Table, index: int, buffers: Sequence[Table]) -> Tensor:
    shape = table.integers("Shape")
    signature = table.integers("ShapeSignature")
    # The signature repeats the shape, with -1 where a dimension is dynamic. The batch is 1 at run time.
    dynamic = [-1 in pair for pair in zip(shape, signature or shape, strict=False)]
    if dynamic and dynamic[0]:
        shape = (1, *shape[1:])
    type_number = table.integer("Type")
    return Tensor(
        index=index,
        name=table.text("Name") or f"tensor_{index}",
        type=TENSOR_TYPES.get(type_number, f"type {type_number}"),
        shape=shape,
        dynamic=any(dynamic[1:]),
        quantization=_read_quantization(table.table("Quantization")),
        data=_read_buffer(table, buffers),
        variable=table.truth("IsVariable"),
        sparse=table.table("Sparsity") is not None,
    )


def _read_quantization(table: Table | None) -> Quantization | None:
    if table is None:
        return None
    scales = table.reals("Scale")
    if not scales:
        return None
    zero_points = table.integers("ZeroPoint") or (0,) * len(scales)
    return Quantization(scales, zero_points, table.integer("QuantizedDimension"))


def _read_buffer(tensor: Table, buffers: Sequence[Table]) -> NDArray[np.uint8] | None:
    """The tensor's data, or None where it has none: buffer 0, or one that is empty."""
    index = tensor.integer("Buffer")
    if index >= len(buffers):
        raise tensor.file.damaged(f"{tensor.where}, Buffer")
    buffer = buffers[index]
    # Files beyond 2 GB keep data after the flatbuffer; 1 is a placeholder that such writers leave.
    if buffer.integer("Offset") > 1:
        raise ModelError(
            tensor.file.name,
            f"{tensor.where}: data outside of the flatbuffer",
            "networks this large are not supported; convert without large or external buffers",
        )
    data = buffer.array("Data")
    return None if data is None or data.size == 0 else data


def _read_operator(table: Table, index: int, codes: Sequence[Table], tensors: int) -> Operator:
    code_index = table.integer("OpcodeIndex")
    if code_index >= len(codes):
        raise table.file.damaged(f"{table.where}, OpcodeIndex")
    code = codes[code_index]
    # Old writers fill the 8-bit field alone; new ones put a placeholder there for codes that do not fit.
    number = max(code.integer("BuiltinCode"), code.integer("DeprecatedBuiltinCode"))
    return Operator(
        index=index,
        kind=OPERATORS.get(number, f"operator {number}"),
        custom_code=code.text("CustomCode"),
        version=code.integer("Version"),
        inputs=_indices(table, "Inputs", tensors, optional=True),
        outputs=_indices(table, "Outputs", tensors),
        table=table,
    )
