"""Which tensors of the model a value of the network equals, from import on through every pass.

Frameworks know tensors, not our operators. A frontend names what a layer of the model computes (`name_tensor`), a pass
that puts one value in the place of another says so (`stand_for`), and one that changes an operator in place, so that it
computes something else, takes the name away (`forget_tensors`). A name means: as real numbers, codes dequantized, in
order, whatever the shape, this value is that tensor of the model. What a pass makes in between, as a normalization that
has moved before a pool, equals no tensor of the model and has no name.

The names stand in the location of the operator that computes the value, behind the layer's; `inherit_layer` hands on
the layer alone:

    loc("conv"("block/conv"))                 one tensor
    loc("flatten"(fused["conv", "flatten"]))  several
    loc("split"(fused["left", unknown]))      for each of several results
    loc(""("x"))                              of no layer
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, FusedLoc, LocationAttr, NameLoc, NoneAttr, StringAttr, UnknownLoc
from xdsl.ir import Attribute, Operation, OpResult, SSAValue
from xdsl.utils.hints import isa

from .cast import DequantizeOp
from .shape import ReshapeOp


def tensor_names(value: SSAValue) -> tuple[str, ...]:
    """The tensors of the model that a value equals."""
    if not isinstance(value, OpResult) or not isinstance(value.op.location, NameLoc):
        return ()
    behind = value.op.location.location
    if len(value.op.results) == 1:
        return _names(behind)
    parts = _parts(behind)
    return _names(parts[value.index]) if len(parts) == len(value.op.results) else ()


def name_tensor(value: SSAValue, *names: str) -> None:
    """Say that a value equals these tensors of the model, too. Arguments of the network have names of their own.

    The codes that a `dequantize` makes real are the same numbers, and so is what a `reshape` gives another shape.
    """
    while isinstance(value, OpResult):
        op = value.op
        all_names = [tensor_names(result) for result in op.results]
        all_names[value.index] = tuple(dict.fromkeys((*all_names[value.index], *names)))
        locations = [_location(result) for result in all_names]
        layer = layer_location(op.location)
        description = layer.desc if isinstance(layer, NameLoc) else StringAttr("")
        op.location = NameLoc(
            description, locations[0] if len(locations) == 1 else FusedLoc(tuple(locations), NoneAttr())
        )
        if not isinstance(op, DequantizeOp | ReshapeOp):
            return
        value = op.input


def stand_for(value: SSAValue, old: SSAValue) -> None:
    """Say that a value equals what `old` equals, in whose place it comes."""
    if names := tensor_names(old):
        name_tensor(value, *names)


def forget_tensors(op: Operation) -> None:
    """Say that an operator computes no longer what it did."""
    op.location = layer_location(op.location)


def layer_location(location: LocationAttr) -> LocationAttr:
    """A location without the names of tensors."""
    if not isinstance(location, NameLoc):
        return location
    return NameLoc(location.desc, NoneAttr()) if location.desc.data else UnknownLoc()


def _location(names: Sequence[str]) -> LocationAttr:
    """The location that holds names."""
    locations = [NameLoc(StringAttr(name), NoneAttr()) for name in names]
    match locations:
        case []:
            return UnknownLoc()
        case [location]:
            return location
        case _:
            return FusedLoc(tuple(locations), NoneAttr())


def _names(location: Attribute) -> tuple[str, ...]:
    """The inverse of `_location`."""
    if isinstance(location, NameLoc):
        return (location.desc.data,)
    return tuple(part.desc.data for part in _parts(location) if isinstance(part, NameLoc))


def _parts(location: Attribute) -> tuple[Attribute, ...]:
    if not isinstance(location, FusedLoc) or not isa(location.locations, ArrayAttr[Attribute]):
        return ()
    return location.locations.data
