"""What goes into a network and comes out, in the forms that different stages of it take.

The model file, the generated code and a user's files may have other types for one edge: real numbers, codes, signs.
Values of one are values of the other by way of the real numbers that they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import MemRefType, ModuleOp
from xdsl.ir import Attribute

from ..backends.common.binary import pack, unpack
from ..dialects.dqnn import is_binary
from ..dialects.dqnn.edge import Edge, Edges, edges_of
from ..dialects.dqnn.memory_form import memory_edges
from ..dialects.dqnn.network import network_function
from ..dialects.dqnn.shapes import inverse
from ..dialects.fixed_point import dequantize
from ..dialects.quant import UniformQuantizedType
from ..dialects.semantics.cast import QUANTIZERS

Array: TypeAlias = npt.NDArray[Any]


def network_edges(module: ModuleOp) -> Edges:
    """The edges of the network in a module, on tensors or in memory form.

    Raises:
        ValueError: it has none that can be described.
    """
    function = network_function(module)
    is_memory = any(isinstance(type_, MemRefType) for type_ in function.function_type.inputs)
    return memory_edges(function) if is_memory else edges_of(function)


def to_reals(values: Array, element: Attribute) -> Array:
    """The real numbers that codes, or signs, stand for."""
    return dequantize(values, element) if isinstance(element, UniformQuantizedType) else values.astype(np.float32)


def from_reals(values: Array, edge: Edge) -> Array:
    """Real numbers as the codes, or signs, of an edge: what a quantizer at that edge makes of them."""
    element = edge.type.element_type
    if is_binary(element):
        return np.where(values < 0, -1, 1).astype(np.int8)
    if not isinstance(element, UniformQuantizedType):
        return values.astype(np.float32)
    return QUANTIZERS[edge.method](values, element)


def convert(values: Array, source: Edge, target: Edge) -> Array:
    """Values of one form of an edge in another one's; dimensions before the edge's own, as of samples, stay."""
    values = turned(turned(values, source.order, back=True), target.order)
    if source.type.element_type == target.type.element_type:
        return values
    return from_reals(to_reals(values, source.type.element_type), target)


def turned(values: Array, order: Sequence[int] | None, *, back: bool = False) -> Array:
    """Values with their last dimensions in another order, or `back` from it."""
    if order is None:
        return values
    leading = values.ndim - len(order)
    axes = inverse(order) if back else order
    return values.transpose(*range(leading), *(leading + axis for axis in axes))


def convert_all(values: Sequence[Array], sources: Sequence[Edge], targets: Sequence[Edge]) -> list[Array]:
    """`convert` for each edge."""
    return [convert(*each) for each in zip(values, sources, targets, strict=True)]


def to_memory(values: Array, edge: Edge) -> Array:
    """An edge's values as they lie in memory: signs as words."""
    return pack(values, edge.bit_order) if is_binary(edge.type.element_type) else values


def from_memory(data: Array, edge: Edge) -> Array:
    """The values that an edge's memory holds."""
    if not is_binary(edge.type.element_type):
        return data
    return unpack(data.astype(np.uint32), edge.type.get_shape()[-1], edge.bit_order)
