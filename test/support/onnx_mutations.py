"""Ways to damage an .onnx file: bytes of it, and what its records say. Seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .mutations import flip_bits, splice, truncate
from .onnx_builder import schema

NUMBERS = [-(1 << 63), -(1 << 31), -3, -1, 0, 1, 2, 3, 5, 100, 4096, 65535, 65536, 1 << 22, 1 << 31, (1 << 63) - 1]

SCALES = [0.0, -0.0, -0.02, float("nan"), float("inf"), 1e-40, 1.2e-38, 1e-30, 1e30, 3e38]
"""Negative, denormal, and those that products and quotients of do not exist."""

NAMES = ["", "x0", "a b", "*/ int", "a\nb", "\0", "\\", '"', "é\u202e", "../../up", "%s%n", "n" * 300, "main", "dqnn"]

LOCATIONS = ["/etc/hostname", "../net.onnx", "net.onnx", ".", "a/../../b", "\0", "n" * 5000, "C:\\x", "/dev/zero", "é"]
"""Of external data: nothing of this may be read but the model itself, which is in its own folder."""

LIFTED = ["Relu", "Softmax", "GlobalAveragePool", "Flatten", "Shape", "Size", "Not", "Transpose", "Expand", "Resize"]


def change_lengths(rng: random.Random, data: bytearray) -> bytearray:
    """Changes small bytes: tags, lengths and numbers of the format rather than weights."""
    small = [place for place in (rng.randrange(len(data)) for _ in range(2000)) if data[place] < 64]
    for place in small[: rng.randint(1, 8)]:
        data[place] = rng.choice([0, 1, 127, 128, 255, min(data[place] + 1, 255), data[place] ^ 8])
    return data


Change = Callable[[random.Random, Any, Any], None]
"""Damages the graph of a model."""

Mutation = Callable[[random.Random, bytearray], bytearray]


def _changed(rng: random.Random, data: bytearray, changes: Sequence[Change], most: int) -> bytearray:
    """The file with up to `most` changes of its records."""
    model: Any = schema.ModelProto()
    model.ParseFromString(bytes(data))
    for _ in range(rng.randint(1, most)):
        rng.choice(changes)(rng, model.graph, model)
    return bytearray(model.SerializeToString())


def change_records(rng: random.Random, data: bytearray) -> bytearray:
    """Changes what nodes, constants and inputs say, in a file that stays well-formed."""
    return _changed(rng, data, [change for changes in CHANGES.values() for change in changes], 4)


def change_attributes(rng: random.Random, data: bytearray) -> bytearray:
    """Changes one attribute, constant list of sizes, or operator."""
    return _changed(rng, data, CHANGES["attributes"], 1)


def change_names(rng: random.Random, data: bytearray) -> bytearray:
    """Swaps, repeats and spoils names, so that graphs have cycles and values come twice or never."""
    return _changed(rng, data, CHANGES["names"], 2)


def change_constants(rng: random.Random, data: bytearray) -> bytearray:
    """Changes one constant: its sizes, type and elements, or where they are."""
    return _changed(rng, data, CHANGES["constants"], 1)


def change_quantizers(rng: random.Random, data: bytearray) -> bytearray:
    """Changes scales, zero points and biases of integers."""
    return _changed(rng, data, CHANGES["quantizers"], 2)


def change_types(rng: random.Random, data: bytearray) -> bytearray:
    """Changes types and sizes of inputs, and the operator set."""
    return _changed(rng, data, CHANGES["types"], 2)


def nest(rng: random.Random, data: bytearray) -> bytearray:
    """Puts graphs into nodes, and nodes into functions that may call themselves."""
    return _changed(rng, data, CHANGES["nesting"], 2)


def _any(rng: random.Random, values: Any) -> Any:
    return values[rng.randrange(len(values))] if len(values) else None


# --- attributes and operators -------------------------------------------------------------------------------


def _attribute(rng: random.Random, graph: Any, model: Any) -> None:
    attribute = _any(rng, [attribute for node in graph.node for attribute in node.attribute])
    if attribute is None:
        return
    if attribute.ints:
        attribute.ints[rng.randrange(len(attribute.ints))] = rng.choice(NUMBERS)
    elif attribute.HasField("i"):
        attribute.i = rng.choice(NUMBERS)
    elif attribute.HasField("f"):
        attribute.f = rng.choice([float("nan"), float("inf"), -1.0, 0.0, 1e-40, 1e30])
    elif attribute.HasField("s"):
        attribute.s = rng.choice([b"", b"SAME_UPPER", b"edge", b"\xff\xfe"])


def _attribute_kind(rng: random.Random, graph: Any, model: Any) -> None:
    attribute = _any(rng, [attribute for node in graph.node for attribute in node.attribute])
    if attribute is not None:
        attribute.type = rng.randrange(15)


def _sizes(rng: random.Random, graph: Any, model: Any) -> None:
    """Changes a constant list of integers: a shape, sizes, paddings, axes."""
    lists = [tensor for tensor in graph.initializer if tensor.data_type == 7 and tensor.raw_data]
    if (tensor := _any(rng, lists)) is not None:
        numbers = np.frombuffer(tensor.raw_data, np.int64).copy()
        numbers[rng.randrange(len(numbers))] = rng.choice(NUMBERS)
        tensor.raw_data = numbers.tobytes()


def _kind(rng: random.Random, graph: Any, model: Any) -> None:
    _any(rng, graph.node).op_type = rng.choice([_any(rng, graph.node).op_type, *LIFTED])


def _domain(rng: random.Random, graph: Any, model: Any) -> None:
    _any(rng, graph.node).domain = rng.choice(["", "ai.onnx", "com.microsoft", "ai.onnx.ml", "no.such"])


# --- names --------------------------------------------------------------------------------------------------


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


def _order(rng: random.Random, graph: Any, model: Any) -> None:
    del graph.node[rng.randrange(len(graph.node))]
    if not graph.node:
        graph.node.add()


def _name(rng: random.Random, graph: Any, model: Any) -> None:
    """Gives a node, edge or constant another name, perhaps one that is taken."""
    items = [*graph.node, *graph.input, *graph.output, *graph.initializer]
    _any(rng, items).name = rng.choice([*NAMES, _any(rng, items).name])


def _rename(rng: random.Random, graph: Any, model: Any) -> None:
    """Gives a value another name everywhere."""
    old, new = rng.choice([edge.name for edge in (*graph.input, *graph.output)]), rng.choice(NAMES)
    for edge in (*graph.input, *graph.output, *graph.initializer):
        edge.name = new if edge.name == old else edge.name
    for node in graph.node:
        for ends in (node.input, node.output):
            ends[:] = [new if name == old else name for name in ends]


def _swap(rng: random.Random, graph: Any, model: Any) -> None:
    """Lets two nodes change places, or the values that they make."""
    first, second = _any(rng, graph.node), _any(rng, graph.node)
    if rng.randrange(2):
        kept = schema.NodeProto()
        kept.CopyFrom(first)
        first.CopyFrom(second)
        second.CopyFrom(kept)
    elif first.output and second.output:
        first.output[0], second.output[0] = second.output[0], first.output[0]


def _repeat(rng: random.Random, graph: Any, model: Any) -> None:
    """Has an edge, constant or node twice."""
    items = rng.choice([graph.input, graph.output, graph.initializer, graph.node])
    if items:
        items.add().CopyFrom(_any(rng, items))


# --- constants ----------------------------------------------------------------------------------------------


def _constant(rng: random.Random, graph: Any, model: Any) -> None:
    tensor = _any(rng, graph.initializer)
    if tensor is None:
        return
    change = rng.randrange(5)
    if change == 0 and tensor.dims:
        tensor.dims[rng.randrange(len(tensor.dims))] = rng.choice(NUMBERS)
    elif change == 1:
        tensor.data_type = rng.randrange(30)
    elif change == 2:
        tensor.dims[:] = [int(size) for size in reversed(tensor.dims)]
    elif change == 3:
        tensor.dims[:] = [1] * rng.choice([0, 1, 9, 70]) + list(tensor.dims)
    else:
        size = len(tensor.raw_data)
        tensor.raw_data = bytes(rng.randrange(256) for _ in range(min(size, 4096))) + tensor.raw_data[4096:]


def _external(rng: random.Random, graph: Any, model: Any) -> None:
    tensor = _any(rng, graph.initializer)
    if tensor is None:
        return
    tensor.data_location = schema.TensorProto.EXTERNAL
    for key, values in {
        "location": LOCATIONS,
        "offset": ["0", "-1", str(1 << 62), "9" * 30, "x", ""],
        "length": [str(len(tensor.raw_data)), "0", str(1 << 40), "-8", "٣", ""],
    }.items():
        if rng.randrange(4):
            tensor.external_data.add(key=key, value=rng.choice(values))
    if rng.randrange(2):
        tensor.ClearField("raw_data")


def _list_of_numbers(rng: random.Random, graph: Any, model: Any) -> None:
    """Has numbers beside the raw data, or in its place, that may not fit the type."""
    tensor = _any(rng, graph.initializer)
    if tensor is None:
        return
    if rng.randrange(4):
        tensor.ClearField("raw_data")
    count = rng.choice([0, 1, math.prod(min(max(size, 0), 99) for size in tensor.dims[:4])])
    tensor.int32_data[:] = [rng.choice([-(1 << 31), -129, -1, 0, 1, 255, 256, (1 << 31) - 1]) for _ in range(count)]
    tensor.int64_data[:] = [rng.choice(NUMBERS) for _ in range(count)]
    tensor.float_data[:] = [rng.choice([*SCALES, 1.0]) for _ in range(count)]


# --- scales and zero points ---------------------------------------------------------------------------------


def _of_quantizers(graph: Any) -> dict[str, list[Any]]:
    """Constants that nodes use beside their first input: scales, which are float, and integers."""
    used = {name for node in graph.node if "Linear" in node.op_type for name in node.input} | {
        name for node in graph.node if node.op_type == "QGemm" for name in node.input
    }
    tensors = [tensor for tensor in graph.initializer if tensor.name in used and tensor.raw_data]
    return {
        "scales": [tensor for tensor in tensors if tensor.data_type == 1],
        "integers": [tensor for tensor in tensors if tensor.data_type in (2, 3, 6)],
    }


def _scale(rng: random.Random, graph: Any, model: Any) -> None:
    if (tensor := _any(rng, _of_quantizers(graph)["scales"])) is not None:
        scales = np.frombuffer(tensor.raw_data, np.float32).copy()
        scales[rng.randrange(len(scales))] = rng.choice(SCALES)
        tensor.raw_data = scales.tobytes()


def _zero_point(rng: random.Random, graph: Any, model: Any) -> None:
    """Sets a zero point, code or bias to a number that may be none of its type."""
    if (tensor := _any(rng, _of_quantizers(graph)["integers"])) is not None:
        numbers = list(tensor.raw_data if tensor.data_type != 6 else np.frombuffer(tensor.raw_data, np.int32).tolist())
        numbers[rng.randrange(len(numbers))] = rng.choice([-(1 << 31), -129, -128, 127, 128, 255, 256, (1 << 31) - 1])
        tensor.ClearField("raw_data")
        tensor.int32_data[:] = numbers


def _code_type(rng: random.Random, graph: Any, model: Any) -> None:
    """Gives integers another type of the same size, or more or fewer bits."""
    if (tensor := _any(rng, _of_quantizers(graph)["integers"])) is not None:
        tensor.data_type = rng.choice([2, 3, 5, 6, 9, 17, 21, 22, 25])


def _count(rng: random.Random, graph: Any, model: Any) -> None:
    """Makes a list of scales or zero points longer, shorter, or one of two dimensions."""
    found = _of_quantizers(graph)
    if (tensor := _any(rng, [*found["scales"], *found["integers"]])) is not None:
        times = rng.choice([0, 1, 2, 3])
        tensor.raw_data = tensor.raw_data * times
        tensor.dims[:] = rng.choice([[times], [times, *tensor.dims], [*tensor.dims, times]])


# --- types and versions -------------------------------------------------------------------------------------


def _input(rng: random.Random, graph: Any, model: Any) -> None:
    tensor = _any(rng, graph.input).type.tensor_type
    change = rng.randrange(4)
    if change == 0 or not tensor.shape.dim:
        tensor.elem_type = rng.randrange(30)
    elif change == 1:
        tensor.shape.dim.add().dim_value = rng.choice(NUMBERS)
    elif change == 2:
        del tensor.shape.dim[rng.randrange(len(tensor.shape.dim))]
    else:
        _any(rng, tensor.shape.dim).dim_value = rng.choice(NUMBERS)


def _open(rng: random.Random, graph: Any, model: Any) -> None:
    """Leaves a dimension, a shape or a type open."""
    type = _any(rng, graph.input).type
    change = rng.randrange(4)
    if change == 0 and type.tensor_type.shape.dim:
        _any(rng, type.tensor_type.shape.dim).dim_param = rng.choice(["", "N", "a\nb"])
    elif change == 1:
        type.tensor_type.ClearField("shape")
    elif change == 2:
        type.ClearField("tensor_type")
    else:
        type.sequence_type.elem_type.tensor_type.elem_type = 1


def _version(rng: random.Random, graph: Any, model: Any) -> None:
    entry = _any(rng, model.opset_import)
    entry.version = rng.choice([-1, 0, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18, 19, 21, 23, 25, 1 << 40])


# --- nesting ------------------------------------------------------------------------------------------------


def _subgraph(rng: random.Random, graph: Any, model: Any) -> None:
    """Gives a node the whole graph as an attribute, up to some levels deep."""
    node = _any(rng, graph.node)
    node.op_type = rng.choice([node.op_type, "If", "Loop", "Scan"])
    for _ in range(rng.choice([1, 2, 5])):
        whole = schema.GraphProto()
        whole.CopyFrom(graph)
        attribute = node.attribute.add(name=rng.choice(["then_branch", "body", "axis"]), type=5)
        attribute.g.CopyFrom(whole)


def _function(rng: random.Random, graph: Any, model: Any) -> None:
    """Makes an operator a function of the model's own, which may call itself, or two others twice each."""
    node = _any(rng, graph.node)
    kind = node.op_type
    bodies = rng.choice([[kind], ["Relu"], ["Again", "Again"]])
    if not any(entry.domain == "own" for entry in model.opset_import):
        model.opset_import.append(schema.helper.make_opsetid("own", 1))
    inputs, outputs = [f"i{i}" for i in range(len(node.input))], [f"o{i}" for i in range(len(node.output))]
    opsets = list(model.opset_import)
    results = [*([f"t{i}"] for i in range(len(bodies) - 1)), outputs]
    calls = [
        schema.helper.make_node(body, inputs, result, domain="" if body == "Relu" else "own")
        for body, result in zip(bodies, results, strict=True)
    ]
    model.functions.append(schema.helper.make_function("own", kind, inputs, outputs, calls, opsets))
    if "Again" in bodies:
        for level in range(40):
            name, inner = ("Again" if not level else f"Again{level}"), f"Again{level + 1}"
            body = [schema.helper.make_node(inner, ["x"], [y], domain="own") for y in ("t", "y")]
            model.functions.append(schema.helper.make_function("own", name, ["x"], ["y"], body, opsets))
    node.domain = "own"


CHANGES: dict[str, list[Change]] = {
    "attributes": [_attribute, _attribute, _attribute_kind, _sizes, _sizes, _kind, _domain],
    "names": [_edges, _name, _order, _rename, _repeat, _swap],
    "constants": [_constant, _constant, _external, _list_of_numbers],
    "quantizers": [_scale, _scale, _zero_point, _code_type, _count],
    "types": [_input, _input, _open, _version],
    "nesting": [_subgraph, _function],
}

BYTES: list[Mutation] = [flip_bits, truncate, splice, change_lengths]
"""Damage to the file's structure."""

RECORDS: list[Mutation] = [
    change_records,
    change_attributes,
    change_names,
    change_constants,
    change_quantizers,
    change_types,
    nest,
]
"""Damage to what a well-formed file says."""

ONNX_MUTATIONS = BYTES + RECORDS
