"""Ways to damage an .onnx file: bytes of it, and what its records say. Seeded."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from .mutations import flip_bits, splice, truncate
from .onnx_builder import schema

NUMBERS = [-(1 << 63), -(1 << 31), -3, -1, 0, 1, 2, 3, 5, 100, 65536, 1 << 31, (1 << 63) - 1]


def change_lengths(rng: random.Random, data: bytearray) -> bytearray:
    """Changes small bytes: tags, lengths and numbers of the format rather than weights."""
    small = [place for place in (rng.randrange(len(data)) for _ in range(2000)) if data[place] < 64]
    for place in small[: rng.randint(1, 8)]:
        data[place] = rng.choice([0, 1, 127, 128, 255, min(data[place] + 1, 255), data[place] ^ 8])
    return data


def change_records(rng: random.Random, data: bytearray) -> bytearray:
    """Changes what nodes, constants and inputs say, in a file that stays well-formed."""
    model: Any = schema.ModelProto()
    model.ParseFromString(bytes(data))
    for _ in range(rng.randint(1, 4)):
        rng.choice(CHANGES)(rng, model.graph, model)
    return bytearray(model.SerializeToString())


def _any(rng: random.Random, values: Any) -> Any:
    return values[rng.randrange(len(values))] if len(values) else None


def _attribute(rng: random.Random, graph: Any, model: Any) -> None:
    attribute = _any(rng, _any(rng, graph.node).attribute) if graph.node else None
    if attribute is None:
        return
    if attribute.ints:
        attribute.ints[rng.randrange(len(attribute.ints))] = rng.choice(NUMBERS)
    elif attribute.HasField("i"):
        attribute.i = rng.choice(NUMBERS)
    elif attribute.HasField("f"):
        attribute.f = rng.choice([float("nan"), float("inf"), -1.0, 0.0, 1e30])
    elif attribute.HasField("s"):
        attribute.s = rng.choice([b"", b"SAME_UPPER", b"edge", b"\xff\xfe"])


def _edges(rng: random.Random, graph: Any, model: Any) -> None:
    """Lets a node read or write another value, or one more or less."""
    node = _any(rng, graph.node)
    names = [name for other in graph.node for name in (*other.input, *other.output)] + [""]
    ends = rng.choice([node.input, node.output])
    change = rng.randrange(3)
    if change == 0 and ends:
        ends[rng.randrange(len(ends))] = rng.choice(names)
    elif change == 1:
        ends.append(rng.choice(names))
    elif ends:
        del ends[rng.randrange(len(ends))]


def _kind(rng: random.Random, graph: Any, model: Any) -> None:
    _any(rng, graph.node).op_type = _any(rng, graph.node).op_type


def _order(rng: random.Random, graph: Any, model: Any) -> None:
    del graph.node[rng.randrange(len(graph.node))]
    if not graph.node:
        graph.node.add()


def _constant(rng: random.Random, graph: Any, model: Any) -> None:
    tensor = _any(rng, graph.initializer)
    if tensor is None:
        return
    change = rng.randrange(4)
    if change == 0 and tensor.dims:
        tensor.dims[rng.randrange(len(tensor.dims))] = rng.choice(NUMBERS)
    elif change == 1:
        tensor.data_type = rng.randrange(30)
    elif change == 2:
        tensor.dims[:] = [int(size) for size in reversed(tensor.dims)]
    else:
        size = len(tensor.raw_data)
        tensor.raw_data = bytes(rng.randrange(256) for _ in range(min(size, 4096))) + tensor.raw_data[4096:]


def _input(rng: random.Random, graph: Any, model: Any) -> None:
    tensor = _any(rng, graph.input).type.tensor_type
    if rng.randrange(2) or not tensor.shape.dim:
        tensor.elem_type = rng.randrange(30)
    else:
        _any(rng, tensor.shape.dim).dim_value = rng.choice(NUMBERS)


def _version(rng: random.Random, graph: Any, model: Any) -> None:
    _any(rng, model.opset_import).version = rng.choice([0, 6, 7, 9, 10, 11, 12, 13, 17, 18, 21, 23, 1 << 40])


CHANGES: list[Callable[[random.Random, Any, Any], None]] = [
    _attribute,
    _attribute,
    _constant,
    _constant,
    _edges,
    _input,
    _kind,
    _order,
    _version,
]

ONNX_MUTATIONS: list[Callable[[random.Random, bytearray], bytearray]] = [
    flip_bits,
    truncate,
    splice,
    change_lengths,
    change_records,
]
