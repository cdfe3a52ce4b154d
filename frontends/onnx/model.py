"""The records of an .onnx file: nodes, constants, inputs and outputs, checked as they are read.

The protobuf classes of the `onnx` package parse the bytes; nothing else of that package sees the file. What a file
says is taken over into the records here, so that the rest of the frontend has types to lean on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import onnx
from google.protobuf.message import DecodeError

from ..errors import ModelError
from .file import File
from .functions import inlined
from .known import Known
from .order import in_order
from .tensors import tensor_array, tensor_bits, type_name

schema: Any = onnx
"""The package, whose classes are made at run time."""

OLDEST = 7
"""Oldest version of the operator set that is read: broadcasting had another meaning before."""

STANDARD = ""
"""The domain of ONNX's own operators; files may also call it `ai.onnx`."""

MICROSOFT = "com.microsoft"
"""The domain of ONNX Runtime's operators."""

ALIASES = {"ai.onnx": STANDARD}

FLOAT, INT, STRING, TENSOR, GRAPH, FLOATS, INTS, STRINGS = range(1, 9)
"""Kinds of attributes (AttributeProto.AttributeType)."""


@dataclass(frozen=True)
class Node:
    """An operator of the graph. Names of values; an absent optional one is empty."""

    index: int
    name: str
    domain: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    """AttributeProto by name."""

    @property
    def title(self) -> str:
        """What messages and reports call the layer."""
        return self.name or next(filter(None, self.outputs), f"node {self.index}")

    @property
    def operator(self) -> str:
        """The operator with its domain where that is not the standard one."""
        return f"{self.domain}.{self.kind}" if self.domain else self.kind


@dataclass(frozen=True)
class Edge:
    """An input or output of the network."""

    name: str
    type: int | None
    """Number of the element type, or None where the file does not say."""
    dims: tuple[int | str | None, ...] | None
    """Each dimension's size, or its name, or None; None where the file does not say."""


@dataclass(frozen=True)
class Model:
    """The network of a file."""

    file: File
    opsets: Mapping[str, int]
    """Version of each domain's operator set."""
    nodes: Sequence[Node]
    """Each behind those that it reads."""
    constants: Mapping[str, Any]
    """TensorProto of each initializer."""
    inputs: Sequence[Edge]
    outputs: Sequence[Edge]

    def constant(self, name: str) -> Known:
        """The elements of an initializer."""
        return known_tensor(self.file, self.constants[name], name)


def known_tensor(file: File, proto: Any, name: str) -> Known:
    """The elements of a TensorProto."""
    return Known(tensor_array(file, proto, name), bits=tensor_bits(proto))


def read_model(data: bytes, file: File) -> Model:
    """The network in the bytes of an .onnx file.

    Raises:
        ModelError: the file is damaged, or of a version that is not read.
    """
    proto: Any = schema.ModelProto()
    try:
        proto.ParseFromString(data)
    except DecodeError as error:
        raise file.damaged("its outermost structure, which is no ONNX model") from error
    graph = proto.graph
    if not proto.HasField("graph") or not graph.node:
        raise file.refuse("no graph", "the file holds no network; export the model again")
    opsets = _opsets(file, proto)
    if proto.functions:
        proto = inlined(file, proto)
        graph = proto.graph
    if graph.sparse_initializer:
        raise file.refuse("sparse constants", "export the model without sparsity")
    constants = {_text(tensor.name): tensor for tensor in graph.initializer}
    return Model(
        file,
        opsets,
        in_order([_node(file, index, node) for index, node in enumerate(graph.node)]),
        constants,
        # Files of old versions list constants as inputs, too.
        [edge for edge in map(_edge, graph.input) if edge.name not in constants],
        [_edge(output) for output in graph.output],
    )


def _text(value: Any) -> str:
    """A string of the file; protobuf gives bytes where it is not UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _opsets(file: File, proto: Any) -> dict[str, int]:
    opsets = {ALIASES.get(_text(entry.domain), _text(entry.domain)): int(entry.version) for entry in proto.opset_import}
    version = opsets.setdefault(STANDARD, 1)
    newest = int(schema.defs.onnx_opset_version())
    if version < OLDEST:
        raise file.refuse(
            f"operator set {version}",
            f"versions from {OLDEST} on are read; bring the model to 13 with onnx.version_converter",
        )
    if version > newest:
        raise file.refuse(
            f"operator set {version}",
            f"the installed onnx package knows versions up to {newest}; install a newer one, or export to {newest}",
        )
    return opsets


def _node(file: File, index: int, proto: Any) -> Node:
    domain = _text(proto.domain)
    node = Node(
        index,
        _text(proto.name),
        ALIASES.get(domain, domain),
        _text(proto.op_type),
        tuple(map(_text, proto.input)),
        tuple(map(_text, proto.output)),
        {_text(attribute.name): attribute for attribute in proto.attribute},
    )
    if not any(node.outputs):
        raise file.damaged(f"node {index}, which has no outputs")
    return node


def _edge(proto: Any) -> Edge:
    tensor = proto.type.tensor_type if proto.type.HasField("tensor_type") else None
    if tensor is None:
        return Edge(_text(proto.name), None, None)
    dims = None
    if tensor.HasField("shape"):
        dims = tuple(map(_dimension, tensor.shape.dim))
    return Edge(_text(proto.name), int(tensor.elem_type) or None, dims)


def _dimension(proto: Any) -> int | str | None:
    if proto.HasField("dim_value"):
        # Some exporters write -1 or 0 for a size that is not known.
        return int(proto.dim_value) if proto.dim_value > 0 else None
    return _text(proto.dim_param) or None


def edge_error(file: File, edge: Edge, property: str, remedy: str) -> ModelError:
    """The error about an input or output of the network."""
    kind = "value" if edge.type is None else f"{type_name(edge.type)} tensor"
    return ModelError(file.name, property, remedy, layer=edge.name, operator=kind)
