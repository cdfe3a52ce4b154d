"""The edges of a network, its inputs and outputs: what an application has to know of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, cast

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute
from xdsl.utils.hints import isa

from .base import Ints, Tensor
from .bit_order import BIT_ORDERS, BitOrder
from .methods import DIVIDE_HALF_AWAY, METHODS
from .network import argument_names, result_names
from .shapes import Shape, inverse, permuted

BIT_ORDER = "dqnn.bit_order"
"""Attribute of an s1 argument or result whose words do not have the network's own bit order, `lsb`."""
METHOD = "dqnn.method"
"""Attribute of a quantized argument: how real numbers become its codes, where not as in TensorFlow Lite."""
ORDER = "dqnn.order"
"""Attribute of an argument or result whose dimensions are not in the model's order: dimension i of it is dimension
`order[i]` of the model's."""

Role: TypeAlias = Literal["input", "output"]


@dataclass(frozen=True)
class Edge:
    """An input or output of a network."""

    name: str
    type: Tensor
    method: str = DIVIDE_HALF_AWAY
    """Method of the `dqnn.quantize` that makes its codes of real numbers."""
    bit_order: BitOrder = "lsb"
    order: Shape | None = None
    """Dimension i is dimension `order[i]` of the model's tensor; None where they are the same."""

    @property
    def model_shape(self) -> Shape:
        """The shape that the model has it in."""
        return shape_in_model(self.type.get_shape(), self.order)


class Edges(NamedTuple):
    """All inputs and outputs of a network."""

    inputs: tuple[Edge, ...]
    outputs: tuple[Edge, ...]


def edges_of(function: FuncOp) -> Edges:
    """The edges of a network on tensors.

    Raises:
        ValueError: an argument or result is no tensor.
    """
    types = function.function_type
    return Edges(
        _edges(argument_names(function), types.inputs.data, function.arg_attrs),
        _edges(result_names(function), types.outputs.data, function.res_attrs),
    )


def _edges(
    names: Sequence[str], types: Sequence[Attribute], attributes: ArrayAttr[DictionaryAttr] | None
) -> tuple[Edge, ...]:
    entries = _dictionaries(attributes, len(names))
    return tuple(edge(*parts) for parts in zip(names, types, entries, strict=True))


def _dictionaries(attributes: ArrayAttr[DictionaryAttr] | None, count: int) -> list[dict[str, Attribute]]:
    if attributes is None:
        return [{} for _ in range(count)]
    return [dict(entry.data) for entry in attributes]


def edge(name: str, type_: Attribute | None, attributes: Mapping[str, Attribute]) -> Edge:
    """The edge of a tensor type, with the attributes that the function has for it.

    Raises:
        ValueError: the type is no tensor's, or an attribute has a value that it must not have.
    """
    if not isa(type_, Tensor):
        raise ValueError(f"'{name}' is {type_}, expected a tensor")
    method = _word(attributes, METHOD, METHODS, DIVIDE_HALF_AWAY)
    bit_order = cast("BitOrder", _word(attributes, BIT_ORDER, BIT_ORDERS, "lsb"))
    return Edge(name, type_, method, bit_order, _order(attributes, len(type_.get_shape())))


def _word(attributes: Mapping[str, Attribute], key: str, words: Sequence[str], default: str) -> str:
    attribute = attributes.get(key, StringAttr(default))
    if not isinstance(attribute, StringAttr) or attribute.data not in words:
        raise ValueError(f"{key} is {attribute}, expected one of {', '.join(words)}")
    return attribute.data


def _order(attributes: Mapping[str, Attribute], rank: int) -> Shape | None:
    attribute = attributes.get(ORDER)
    if attribute is None:
        return None
    if not isa(attribute, Ints) or sorted(attribute.get_values()) != list(range(rank)):
        raise ValueError(f"{ORDER} is {attribute}, expected a permutation of {rank} dimensions")
    return tuple(attribute.get_values())


def shape_in_model(shape: Shape, order: Shape | None) -> Shape:
    """The shape that a model has a tensor in, of an edge's and the order of its dimensions."""
    return shape if order is None else permuted(shape, inverse(order))


def set_edge_attribute(function: FuncOp, role: Role, index: int, key: str, value: Attribute | None) -> None:
    """Set one attribute of an argument or result; None takes it away."""
    types = function.function_type
    count = len(types.inputs if role == "input" else types.outputs)
    entries = _dictionaries(function.arg_attrs if role == "input" else function.res_attrs, count)
    entries[index].pop(key, None)
    if value is not None:
        entries[index][key] = value
    attributes = ArrayAttr(DictionaryAttr(entry) for entry in entries)
    if role == "input":
        function.arg_attrs = attributes
    else:
        function.res_attrs = attributes
