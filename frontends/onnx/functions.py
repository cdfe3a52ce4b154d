"""A model's own functions: calls of them are replaced by their bodies, once it is known that this comes to an end.

Functions that call others twice each double the nodes with every level, and the `onnx` package's inliner, which does
the work, would go on until the memory is full. So the nodes are counted before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ModelError
from .file import File

MAX_NODES = 1 << 16
"""Most nodes of a network without its functions."""

MAX_DEPTH = 100
"""Most functions that call each other, one in the next."""

Key = tuple[str, str, str]
"""Domain, name and overload."""


def inlined(file: File, proto: Any) -> Any:
    """The ModelProto with calls of its own functions replaced by their bodies.

    Raises:
        ModelError: functions call themselves, make too many nodes, or do not fit their calls.
    """
    from onnx import inliner

    functions = {_key(function): function for function in proto.functions}
    if _Nodes(file, functions).of(proto.graph.node, 0) > MAX_NODES:
        raise file.refuse(f"functions of more than {MAX_NODES} nodes", REMEDY)
    inline: Any = inliner.inline_local_functions
    try:
        return inline(proto)
    except Exception as error:  # whatever the package's C++ code finds wrong
        raise file.refuse("functions that cannot be inlined", REMEDY) from error


REMEDY = "export the model without functions"


def _key(proto: Any) -> Key:
    """Of a function, or of the one that a node would call."""
    kind = proto.op_type if hasattr(proto, "op_type") else proto.name
    return str(proto.domain), str(kind), str(proto.overload)


class _Nodes:
    """Counts of nodes with all calls inlined; each function is counted once."""

    def __init__(self, file: File, functions: Mapping[Key, Any]):
        self.file = file
        self.functions = functions
        self.counts: dict[Key, int] = {}

    def of(self, nodes: Any, depth: int) -> int:
        """How many nodes these become, those in their graphs included."""
        if depth > MAX_DEPTH:
            raise self._too_deep()
        return sum(self._of_node(node, depth) for node in nodes)

    def _of_node(self, node: Any, depth: int) -> int:
        inner = sum(self.of(graph.node, depth + 1) for graph in _graphs(node))
        key = _key(node)
        if key not in self.functions:
            return 1 + inner
        if key not in self.counts:
            # A function that calls itself is met again before it is counted, until it is too deep.
            self.counts[key] = self.of(self.functions[key].node, depth + 1)
        return self.counts[key] + inner

    def _too_deep(self) -> ModelError:
        return self.file.refuse(f"functions in functions, over {MAX_DEPTH} deep or without an end", REMEDY)


def _graphs(node: Any) -> Iterator[Any]:
    """The graphs among a node's attributes."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs
