"""Which tensors of the model a value of the network equals, from import on through every pass.

Frameworks know tensors, not our operators. A frontend names what a layer of the model computes (`name_tensor`), a pass
that puts one value in the place of another says so (`stand_for`), and one that changes an operator in place, so that it
computes something else, takes the name away (`forget_tensors`). A name means: as real numbers, codes dequantized, in
order, whatever the shape, this value is that tensor of the model; or it is once its axes are in the tensor's order,
where a model has channels first and the network has them last. What a pass makes in between, as a normalization that
has moved before a pool, equals no tensor of the model and has no name.

The names stand in the location of the operator that computes the value, behind the layer's; `inherit_layer` hands on
the layer alone:

    loc("conv"("block/conv"))                 one tensor
    loc("conv"("block/conv"("axes 0 3 1 2"))) whose axis 1 is axis 3 of the value, and so on
    loc("flatten"(fused["conv", "flatten"]))  several
    loc("split"(fused["left", unknown]))      for each of several results
    loc(""("x"))                              of no layer
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ArrayAttr, FusedLoc, LocationAttr, NameLoc, NoneAttr, StringAttr, UnknownLoc
from xdsl.ir import Attribute, Operation, OpResult, SSAValue
from xdsl.utils.hints import isa

from .base import tensor_type
from .cast import DequantizeOp
from .shape import ReshapeOp, TransposeOp
from .shapes import keeps_elements_in_place

AXES = "axes"
"""What the order of a tensor's axes begins with, as a location."""


@dataclass(frozen=True)
class ModelTensor:
    """A tensor of the model that a value equals."""

    name: str
    order: tuple[int, ...] = ()
    """Its axis i is the value's axis `order[i]`; empty where the elements are in the same order."""


def model_tensors(value: SSAValue) -> tuple[ModelTensor, ...]:
    """The tensors of the model that a value equals, and the order of their axes."""
    if not isinstance(value, OpResult) or not isinstance(value.op.location, NameLoc):
        return ()
    behind = value.op.location.location
    if len(value.op.results) != 1:
        parts = _parts(behind)
        if len(parts) != len(value.op.results):
            return ()
        behind = parts[value.index]
    return tuple(tensor for tensor in _tensors(behind) if _fits(tensor, value))


def tensor_names(value: SSAValue) -> tuple[str, ...]:
    """The names of the tensors of the model that a value equals, its axes in whatever order."""
    return tuple(tensor.name for tensor in model_tensors(value))


def name_tensor(value: SSAValue, *names: str) -> None:
    """Say that a value equals these tensors of the model, too. Arguments of the network have names of their own.

    The codes that a `dequantize` makes real are the same numbers, so is what a `reshape` gives another shape, and what
    a `transpose` gives another order has that in the tensor.
    """
    _add(value, map(ModelTensor, names))


def stand_for(value: SSAValue, old: SSAValue, order: Sequence[int] = ()) -> None:
    """Say that a value equals what `old` equals, in whose place it comes: axis i of `old` is its axis `order[i]`."""
    _add(value, _through(model_tensors(old), order, value))


def forget_tensors(op: Operation) -> None:
    """Say that an operator computes no longer what it did."""
    op.location = layer_location(op.location)


def layer_location(location: LocationAttr) -> LocationAttr:
    """A location without the names of tensors."""
    if not isinstance(location, NameLoc):
        return location
    return NameLoc(location.desc, NoneAttr()) if location.desc.data else UnknownLoc()


def _add(value: SSAValue, tensors: Iterable[ModelTensor]) -> None:
    """Add tensors to those of a value, and to those of what it is only another form of."""
    new = list(tensors)
    while isinstance(value, OpResult) and (new := [tensor for tensor in new if _fits(tensor, value)]):
        op = value.op
        every = [model_tensors(result) for result in op.results]
        known = {tensor.name for tensor in every[value.index]}
        every[value.index] += tuple(tensor for tensor in new if tensor.name not in known)
        locations = [_location(result) for result in every]
        layer = layer_location(op.location)
        description = layer.desc if isinstance(layer, NameLoc) else StringAttr("")
        op.location = NameLoc(
            description, locations[0] if len(locations) == 1 else FusedLoc(tuple(locations), NoneAttr())
        )
        match op:
            case DequantizeOp():
                value = op.input
            case ReshapeOp():
                value = op.input
                # Axes in another order are none of what had another shape.
                new = [tensor for tensor in new if not tensor.order]
            case TransposeOp():
                value = op.input
                new = _through(new, op.permutation.get_values(), value)
            case _:
                return


def _through(tensors: Iterable[ModelTensor], order: Sequence[int], value: SSAValue) -> list[ModelTensor]:
    """What tensors of `transpose(value, order)` are of the value itself; an empty order is none."""
    if not order:
        return list(tensors)
    found: list[ModelTensor] = []
    for tensor in tensors:
        axes = tuple(order[axis] for axis in tensor.order) if tensor.order else tuple(order)
        is_same = keeps_elements_in_place(tensor_type(value).get_shape(), axes)
        found.append(ModelTensor(tensor.name, () if is_same else axes))
    return found


def _fits(tensor: ModelTensor, value: SSAValue) -> bool:
    """Whether a tensor's order is one of the value's axes."""
    return not tensor.order or sorted(tensor.order) == list(range(len(tensor_type(value).get_shape())))


def _location(tensors: Sequence[ModelTensor]) -> LocationAttr:
    """The location that holds tensors."""
    locations = [NameLoc(StringAttr(tensor.name), _axes(tensor.order)) for tensor in tensors]
    match locations:
        case []:
            return UnknownLoc()
        case [location]:
            return location
        case _:
            return FusedLoc(tuple(locations), NoneAttr())


def _axes(order: Sequence[int]) -> LocationAttr | NoneAttr:
    return NameLoc(StringAttr(" ".join((AXES, *map(str, order)))), NoneAttr()) if order else NoneAttr()


def _tensors(location: Attribute) -> tuple[ModelTensor, ...]:
    """The inverse of `_location`."""
    if isinstance(location, NameLoc):
        return (ModelTensor(location.desc.data, _order(location.location)),)
    return tuple(tensor for part in _parts(location) if isinstance(part, NameLoc) for tensor in _tensors(part))


def _order(location: Attribute) -> tuple[int, ...]:
    """The inverse of `_axes`."""
    text = location.desc.data if isinstance(location, NameLoc) else ""
    return tuple(map(int, text.split()[1:])) if re.fullmatch(rf"{AXES}( [0-9]{{1,3}})+", text) else ()


def _parts(location: Attribute) -> tuple[Attribute, ...]:
    if not isinstance(location, FusedLoc) or not isa(location.locations, ArrayAttr[Attribute]):
        return ()
    return location.locations.data
