"""Between the edges of the IR and what reports say of tensors; between the network's edges and the model file's."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal, TypeAlias

from xdsl.dialects.builtin import IntegerType, Signedness, TensorType, f32

from ...backends.common.binary import words
from ...backends.common.configuration import type_tag
from ...dialects.dqnn import DIVIDE_HALF_AWAY, DIVIDE_HALF_EVEN, MULTIPLY_HALF_EVEN, is_binary, s1
from ...dialects.dqnn.constant import element_dtype
from ...dialects.dqnn.edge import Edge
from ...dialects.quant import UniformQuantizedType
from ..edges import Array, convert_all, network_edges
from .compile import Compiled
from .report import TensorInfo

WORD_BYTES = 4

Rounding: TypeAlias = Literal["half_away", "half_even", "quotient_half_even"]

ROUNDINGS: dict[str, Rounding] = {
    DIVIDE_HALF_AWAY: "half_away",
    DIVIDE_HALF_EVEN: "quotient_half_even",
    MULTIPLY_HALF_EVEN: "half_even",
}
"""What reports call the methods of `dqnn.quantize`."""
METHODS: dict[str | None, str] = {rounding: method for method, rounding in ROUNDINGS.items()}


def tensor_info(edge: Edge) -> TensorInfo:
    """A tensor as reports show it."""
    element, shape = edge.type.element_type, edge.type.get_shape()
    if is_binary(element):
        size = WORD_BYTES * prod(shape[:-1]) * words(shape[-1])
        return TensorInfo(edge.name, "s1", shape, None, None, size, bit_order=edge.bit_order, order=edge.order)
    size = prod(shape) * element_dtype(element).itemsize
    if not isinstance(element, UniformQuantizedType):
        return TensorInfo(edge.name, type_tag(element), shape, None, None, size, order=edge.order)
    return TensorInfo(
        name=edge.name,
        type=type_tag(element),
        shape=shape,
        scale=element.scale,
        zero_point=element.zero_point,
        bytes=size,
        minimum=element.storage_min,
        maximum=element.storage_max,
        rounding=ROUNDINGS[edge.method],
        order=edge.order,
    )


def edge_of(tensor: TensorInfo) -> Edge:
    """The edge that a report's tensor describes; integers without a scale count as codes of scale 1."""
    method = METHODS.get(tensor.rounding, DIVIDE_HALF_AWAY)
    if tensor.type == "s1":
        return Edge(tensor.name, TensorType(s1, tensor.shape), bit_order=tensor.bit_order or "lsb", order=tensor.order)
    if tensor.type == "f32":
        return Edge(tensor.name, TensorType(f32, tensor.shape), order=tensor.order)
    signedness = Signedness.UNSIGNED if tensor.type.startswith("u") else Signedness.SIGNLESS
    storage = IntegerType(int(tensor.type[1:]), signedness)
    scale = 1.0 if tensor.scale is None else tensor.scale
    element = UniformQuantizedType.per_tensor(storage, scale, tensor.zero_point or 0, tensor.minimum, tensor.maximum)
    return Edge(tensor.name, TensorType(element, tensor.shape), method, order=tensor.order)


# --- The model file's own edges ---------------------------------------------------------------------------------


def model_tensors(compiled: Compiled) -> tuple[tuple[TensorInfo, ...], tuple[TensorInfo, ...]]:
    """Inputs and outputs as the model file has them; those of the generated network may have other types."""
    own = network_edges(compiled.imported)
    return tuple(map(tensor_info, own.inputs)), tuple(map(tensor_info, own.outputs))


def model_inputs(compiled: Compiled, values: Sequence[Array]) -> tuple[Array, ...]:
    """Values of the network's inputs as those of the model's."""
    own, network = network_edges(compiled.imported), network_edges(compiled.selected)
    return tuple(convert_all(values, network.inputs, own.inputs))


def network_outputs(compiled: Compiled, values: Sequence[Array]) -> tuple[Array, ...]:
    """Values of the model's outputs as those of the network's.

    Codes of real numbers are exact: the model gives no other numbers than its last quantizer does.
    """
    own, network = network_edges(compiled.imported), network_edges(compiled.selected)
    return tuple(convert_all(values, own.outputs, network.outputs))
