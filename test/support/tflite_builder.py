"""Builds small .tflite files in memory, with the `tflite` schema package and no TensorFlow.

    m = ModelBuilder()
    x = m.input((1, 8, 8, 3), scale=0.5, zero_point=-1)
    w = m.const(weights, scales=[0.01, 0.02], axis=0)
    y = m.tensor((1, 8, 8, 2), scale=0.25)
    m.op("CONV_2D", [x, w], y, padding="SAME", stride_h=1, stride_w=1)
    data = m.finish([y])

A tensor is named by its index (an int). Nothing is checked: a test of the frontend's errors builds wrong
files with the same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import tflite
from numpy.typing import NDArray

# The schema package has no type information.
schema: Any = tflite
FlatBuilder: Any = flatbuffers.Builder

TYPE_OF_DTYPE = {
    "float32": "FLOAT32",
    "float16": "FLOAT16",
    "float64": "FLOAT64",
    "int8": "INT8",
    "uint8": "UINT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "bool": "BOOL",
}
"""numpy dtype name -> name in the schema's TensorType."""

OPTIONS = {
    "ADD": "AddOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "CALL_ONCE": "CallOnceOptions",
    "CAST": "CastOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "DIV": "DivOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "GATHER": "GatherOptions",
    "LEAKY_RELU": "LeakyReluOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "MUL": "MulOptions",
    "PACK": "PackOptions",
    "REDUCE_PROD": "ReducerOptions",
    "RESHAPE": "ReshapeOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions",
    "SHAPE": "ShapeOptions",
    "SOFTMAX": "SoftmaxOptions",
    "SPLIT": "SplitOptions",
    "SPLIT_V": "SplitVOptions",
    "SQUEEZE": "SqueezeOptions",
    "STRIDED_SLICE": "StridedSliceOptions",
    "SUB": "SubOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "UNPACK": "UnpackOptions",
}
"""Operator -> its options table, for operators that have options with fields."""

ENUMS = {
    "fused_activation_function": "ActivationFunctionType",
    "in_data_type": "TensorType",
    "out_data_type": "TensorType",
    "out_type": "TensorType",
    "padding": "Padding",
    "quantized_bias_type": "TensorType",
    "weights_format": "FullyConnectedOptionsWeightsFormat",
}
"""Option field -> the enumeration its value's name is taken from."""

OptionValue = int | float | bool | str | Sequence[int]


@dataclass
class _Tensor:
    name: str
    shape: tuple[int, ...] | None
    type: str
    signature: tuple[int, ...] | None
    data: bytes | None
    scales: Sequence[float] | None
    zero_points: Sequence[int] | None
    axis: int
    variable: bool
    sparse: bool


@dataclass
class _Operator:
    kind: str | int
    version: int
    inputs: list[int]
    outputs: list[int]
    options: dict[str, OptionValue]
    custom_code: str | None


@dataclass
class ModelBuilder:
    """One model with one subgraph (`empty_subgraphs` adds more, which hold nothing)."""

    name: str = "main"
    empty_subgraphs: int = 0
    tensors: list[_Tensor] = field(default_factory=list[_Tensor])
    operators: list[_Operator] = field(default_factory=list[_Operator])
    inputs: list[int] = field(default_factory=list[int])

    def tensor(
        self,
        shape: Sequence[int] | None,
        type: str = "INT8",
        *,
        scale: float | None = None,
        zero_point: int = 0,
        scales: Sequence[float] | None = None,
        zero_points: Sequence[int] | None = None,
        axis: int = 0,
        name: str | None = None,
        signature: Sequence[int] | None = None,
        data: bytes | None = None,
        variable: bool = False,
        sparse: bool = False,
    ) -> int:
        """Adds a tensor. `scale` and `zero_point` quantize per layer, `scales` (with `axis`) per channel.

        `type` is a name in the schema's TensorType, `signature` the shape with -1 for dynamic dimensions.
        """
        if scale is not None:
            scales, zero_points = [scale], [zero_point]
        elif scales is not None and zero_points is None:
            zero_points = [0] * len(scales)
        self.tensors.append(
            _Tensor(
                name=f"t{len(self.tensors)}" if name is None else name,
                shape=None if shape is None else tuple(shape),
                type=type,
                signature=None if signature is None else tuple(signature),
                data=data,
                scales=scales,
                zero_points=zero_points,
                axis=axis,
                variable=variable,
                sparse=sparse,
            )
        )
        return len(self.tensors) - 1

    def input(self, shape: Sequence[int], type: str = "INT8", **quantization: Any) -> int:
        """Adds a tensor that is an input of the model; keywords as for `tensor`."""
        index = self.tensor(shape, type, **quantization)
        self.inputs.append(index)
        return index

    def const(self, array: NDArray[Any], **quantization: Any) -> int:
        """Adds a constant tensor of the array's type, shape and data; keywords as for `tensor`."""
        little = array.astype(array.dtype.newbyteorder("<"))
        return self.tensor(array.shape, TYPE_OF_DTYPE[array.dtype.name], data=little.tobytes(), **quantization)

    def ints(self, values: Any, name: str | None = None) -> int:
        """Adds an int32 constant: shapes, axes, paddings."""
        return self.const(np.asarray(values, np.int32), name=name)

    def op(
        self,
        kind: str | int,
        inputs: Sequence[int | None],
        *outputs: int,
        version: int = 1,
        custom_code: str | None = None,
        **options: OptionValue,
    ) -> int:
        """Adds an operator and returns its first output.

        `kind` is a name in the schema's BuiltinOperator (or a number that has none). `None` among `inputs` is
        an absent one. Options are fields of the operator's options table in snake_case, enumerations by name.
        """
        self.operators.append(
            _Operator(
                kind=kind,
                version=version,
                inputs=[-1 if i is None else i for i in inputs],
                outputs=list(outputs),
                options=options,
                custom_code=custom_code,
            )
        )
        return outputs[0]

    def finish(self, outputs: Sequence[int]) -> bytes:
        """The file's bytes, with `outputs` as the model's outputs."""
        b = FlatBuilder(1024)
        # Buffer 0 is empty by convention: tensors without data refer to it.
        buffers = [_buffer(b, None)] + [_buffer(b, t.data) for t in self.tensors if t.data is not None]
        holders = [i for i, t in enumerate(self.tensors) if t.data is not None]
        tensors = [_tensor(b, t, holders.index(i) + 1 if t.data is not None else 0) for i, t in enumerate(self.tensors)]
        codes = list(dict.fromkeys((op.kind, op.version, op.custom_code) for op in self.operators))
        operators = [_operator(b, op, codes.index((op.kind, op.version, op.custom_code))) for op in self.operators]
        subgraphs = [_subgraph(b, self.name, tensors, self.inputs, outputs, operators)]
        subgraphs += [_subgraph(b, "empty", [], [], [], []) for _ in range(self.empty_subgraphs)]
        fields = {
            "OperatorCodes": _table_vector(b, [_operator_code(b, *code) for code in codes]),
            "Subgraphs": _table_vector(b, subgraphs),
            "Description": b.CreateString("built by a test"),
            "Buffers": _table_vector(b, buffers),
            "Version": 3,
        }
        b.Finish(_table(b, "Model", fields), file_identifier=b"TFL3")
        return bytes(b.Output())


def _table(b: Any, table: str, fields: dict[str, Any]) -> int:
    """Writes a table whose vectors, strings and subtables are written already; `None` leaves a field out."""
    getattr(schema, f"{table}Start")(b)
    for name, value in fields.items():
        if value is not None:
            getattr(schema, f"{table}Add{name}")(b, value)
    return getattr(schema, f"{table}End")(b)


def _table_vector(b: Any, offsets: Sequence[int]) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    return b.EndVector()


def _vector(b: Any, values: Sequence[float] | None, dtype: type[np.generic]) -> int | None:
    return None if values is None else b.CreateNumpyVector(np.asarray(values, dtype).reshape(-1))


def _buffer(b: Any, data: bytes | None) -> int:
    if data is None:
        return _table(b, "Buffer", {})
    # The schema wants constant data aligned to 16 bytes.
    b.StartVector(1, len(data), 16)
    b.head = b.Head() - len(data)
    b.Bytes[b.head : b.head + len(data)] = data
    return _table(b, "Buffer", {"Data": b.EndVector()})


def _tensor(b: Any, t: _Tensor, buffer: int) -> int:
    quantization = None
    if t.scales is not None:
        quantization = {
            "Scale": _vector(b, t.scales, np.float32),
            "ZeroPoint": _vector(b, t.zero_points, np.int64),
            "QuantizedDimension": t.axis,
        }
        quantization = _table(b, "QuantizationParameters", quantization)
    fields = {
        "Shape": _vector(b, t.shape, np.int32),
        "Type": getattr(schema.TensorType, t.type),
        "Buffer": buffer,
        "Name": b.CreateString(t.name),
        "Quantization": quantization,
        "IsVariable": t.variable,
        "Sparsity": _table(b, "SparsityParameters", {}) if t.sparse else None,
        "ShapeSignature": _vector(b, t.signature, np.int32),
    }
    return _table(b, "Tensor", fields)


def _option_value(b: Any, field: str, value: OptionValue) -> Any:
    if isinstance(value, str):
        return getattr(getattr(schema, ENUMS[field]), value)
    return value if isinstance(value, int | float) else _vector(b, value, np.int32)


def _camel_case(field: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in field.split("_"))


def _operator(b: Any, op: _Operator, opcode: int) -> int:
    table = OPTIONS.get(op.kind) if isinstance(op.kind, str) else None
    options = None
    if table is not None:
        values = {_camel_case(f): _option_value(b, f, v) for f, v in op.options.items()}
        options = _table(b, table, values)
    elif op.options:
        raise ValueError(f"{op.kind}: no table of options is known for it")
    fields = {
        "OpcodeIndex": opcode,
        "Inputs": _vector(b, op.inputs, np.int32),
        "Outputs": _vector(b, op.outputs, np.int32),
        "BuiltinOptionsType": None if table is None else getattr(schema.BuiltinOptions, table),
        "BuiltinOptions": options,
    }
    return _table(b, "Operator", fields)


def _operator_code(b: Any, kind: str | int, version: int, custom_code: str | None) -> int:
    code = kind if isinstance(kind, int) else getattr(schema.BuiltinOperator, kind)
    fields = {
        # The old 8-bit field says "see the new one" for codes that do not fit.
        "DeprecatedBuiltinCode": min(code, schema.BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES),
        "CustomCode": None if custom_code is None else b.CreateString(custom_code),
        "Version": version,
        "BuiltinCode": code,
    }
    return _table(b, "OperatorCode", fields)


def _subgraph(
    b: Any,
    name: str,
    tensors: Sequence[int],
    inputs: Sequence[int],
    outputs: Sequence[int],
    operators: Sequence[int],
) -> int:
    fields = {
        "Tensors": _table_vector(b, tensors),
        "Inputs": _vector(b, inputs, np.int32),
        "Outputs": _vector(b, outputs, np.int32),
        "Operators": _table_vector(b, operators),
        "Name": b.CreateString(name),
    }
    return _table(b, "SubGraph", fields)
