"""The order of nodes: each behind those that it reads.

A file has its nodes in such an order. Tools that insert nodes, as converters to float16 do, put them at the end of the
list, which ONNX Runtime takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Reader(Protocol):
    """What has names of values that it reads and makes."""

    @property
    def inputs(self) -> Sequence[str]:
        """The values that it reads."""
        ...

    @property
    def outputs(self) -> Sequence[str]:
        """The values that it makes."""
        ...


NodeType = TypeVar("NodeType", bound=Reader)


def in_order(nodes: Sequence[NodeType]) -> list[NodeType]:
    """The nodes with each as early as in the file, or straight behind the last that it reads.

    Nodes that read each other in a circle come last.
    """
    missing = {name for node in nodes for name in node.outputs if name}
    waiting: defaultdict[str, list[NodeType]] = defaultdict(list)
    ordered: list[NodeType] = []
    for node in nodes:
        ready = [node]
        while ready:
            candidate = ready.pop()
            absent = next((name for name in candidate.inputs if name in missing), None)
            if absent is not None:
                waiting[absent].append(candidate)
                continue
            ordered.append(candidate)
            missing.difference_update(candidate.outputs)
            ready += [reader for name in reversed(candidate.outputs) for reader in reversed(waiting.pop(name, []))]
    return [*ordered, *(node for readers in waiting.values() for node in readers)]
