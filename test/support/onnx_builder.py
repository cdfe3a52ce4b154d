"""Builds small .onnx files in memory, with the `onnx` package's protobuf classes.

    m = OnnxBuilder()
    x = m.input((1, 3, 8, 8))
    w = m.const(weights)
    y = m.op("Conv", [x, w], strides=[2, 2])
    data = m.finish([y])

A value is named by a text. Nothing is checked: a test of the frontend's errors builds wrong files with the same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

Array = NDArray[Any]

schema: Any = onnx
"""The package, whose classes are made at run time."""

MICROSOFT = "com.microsoft"


def filled(shape: Sequence[int]) -> NDArray[np.float32]:
    """An array with 0, 1/8, -1/8, 1/4, -1/4 and so on."""
    index = np.arange(int(np.prod(shape)))
    return ((index + 1) // 2 % 8 * np.where(index % 2, 1, -1) / 8).reshape(shape).astype(np.float32)


@dataclass
class OnnxBuilder:
    """A model under construction."""

    opset: int = 21
    nodes: list[Any] = field(default_factory=list[Any])
    inputs: list[Any] = field(default_factory=list[Any])
    constants: list[Any] = field(default_factory=list[Any])
    outputs: list[str] = field(default_factory=list[str])
    """For tests that keep a builder and its outputs together."""

    def input(self, shape: Sequence[int | str | None] | None, type: str = "FLOAT", name: str | None = None) -> str:
        """An input of the network; dimensions may be names, or None."""
        name = name or f"x{len(self.inputs)}"
        number = getattr(schema.TensorProto, type)
        self.inputs.append(schema.helper.make_tensor_value_info(name, number, shape))
        return name

    def const(self, array: Any, name: str | None = None, type: str | None = None) -> str:
        """A constant; `type` names an element type that numpy does not have."""
        name = name or f"c{len(self.constants)}"
        values = np.asarray(array)
        if type is None:
            proto = schema.numpy_helper.from_array(values, name)
        else:
            number = getattr(schema.TensorProto, type)
            proto = schema.helper.make_tensor(name, number, values.shape, values.reshape(-1).tolist())
        self.constants.append(proto)
        return name

    def scale(self, value: float) -> str:
        """A constant of one float32."""
        return self.const(np.float32(value))

    def ints(self, *values: int) -> str:
        """A constant list of integers."""
        return self.const(np.array(values, np.int64))

    def op(
        self, kind: str, inputs: Sequence[str], outputs: int = 1, domain: str = "", name: str = "", **options: Any
    ) -> Any:
        """A node; its outputs, one by itself. The name is the operator's and a number where none is given."""
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        names = [f"{name}_out{i}" if i else f"{name}_out" for i in range(outputs)]
        self.nodes.append(schema.helper.make_node(kind, inputs, names, name=name, domain=domain, **options))
        return names[0] if outputs == 1 else names

    def quantize(self, x: str, scale: float, zero_point: int = 0, dtype: Any = np.int8) -> str:
        """QuantizeLinear and DequantizeLinear of a value."""
        parameters = [self.scale(scale), self.const(np.array(zero_point, dtype))]
        return self.op("DequantizeLinear", [self.op("QuantizeLinear", [x, *parameters]), *parameters])

    def weights(self, codes: Array, scale: float | Sequence[float], axis: int = 0, zero_point: Any = None) -> str:
        """A DequantizeLinear of constant codes."""
        zeros = np.zeros(np.shape(scale), codes.dtype) if zero_point is None else np.asarray(zero_point, codes.dtype)
        inputs = [self.const(codes), self.const(np.asarray(scale, np.float32)), self.const(zeros)]
        return self.op("DequantizeLinear", inputs, axis=axis)

    def model(self, outputs: Sequence[str]) -> Any:
        """The ModelProto."""
        edges = [schema.ValueInfoProto(name=name) for name in outputs]
        graph = schema.helper.make_graph(self.nodes, "net", self.inputs, edges, self.constants)
        opsets = [schema.helper.make_opsetid("", self.opset), schema.helper.make_opsetid(MICROSOFT, 1)]
        return schema.helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def finish(self, outputs: Sequence[str]) -> bytes:
        """The bytes of the file."""
        return self.model(outputs).SerializeToString()
