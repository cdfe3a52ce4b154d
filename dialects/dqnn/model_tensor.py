"""Which tensors of the model a value of the network equals, from import on through every pass.

Frameworks know tensors, not our operators. A frontend names what a layer of the model computes (`name_tensor`), a pass
that puts one value in the place of another says so (`stand_for`), and one that changes an operator in place, so that it
computes something else, takes the name away (`forget_tensors`). A name means: as real numbers, codes dequantized, in
order, whatever the shape, this value is that tensor of the model. What a pass makes in between, as a normalization that
has moved before a pool, equals no tensor of the model and has no name.

The names stand in the location of the operator that computes the value, around the layer's:

    loc(fused<{dqnn.tensors = [["block/conv"]]}>["conv"])     a list for each result

`inherit_layer` hands on the layer alone.
"""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FusedLoc, LocationAttr, StringAttr
from xdsl.ir import Attribute, Operation, OpResult, SSAValue
from xdsl.utils.hints import isa

from .cast import DequantizeOp
from .shape import ReshapeOp

TENSORS = "dqnn.tensors"
"""Key of the names in a location's metadata."""


def tensor_names(value: SSAValue) -> tuple[str, ...]:
    """The tensors of the model that a value equals."""
    if not isinstance(value, OpResult):
        return ()
    names = _names(value.op.location)
    return names[value.index] if value.index < len(names) else ()


def name_tensor(value: SSAValue, *names: str) -> None:
    """Say that a value equals these tensors of the model, too. Arguments of the network have names of their own.

    The codes that a `dequantize` makes real are the same numbers, and so is what a `reshape` gives another shape.
    """
    while isinstance(value, OpResult):
        all_names = [tensor_names(result) for result in value.op.results]
        all_names[value.index] = tuple(dict.fromkeys((*all_names[value.index], *names)))
        value.op.location = _located(layer_location(value.op.location), all_names)
        if not isinstance(value.op, DequantizeOp | ReshapeOp):
            return
        value = value.op.input


def stand_for(value: SSAValue, old: SSAValue) -> None:
    """Say that a value equals what `old` equals, in whose place it comes."""
    if names := tensor_names(old):
        name_tensor(value, *names)


def forget_tensors(op: Operation) -> None:
    """Say that an operator computes no longer what it did."""
    op.location = layer_location(op.location)


def layer_location(location: LocationAttr) -> LocationAttr:
    """A location without the names of tensors."""
    if _names(location) and isinstance(location, FusedLoc) and isa(location.locations, ArrayAttr[Attribute]):
        [inner] = location.locations.data
        assert isinstance(inner, LocationAttr)
        return inner
    return location


def _names(location: LocationAttr) -> tuple[tuple[str, ...], ...]:
    if not isinstance(location, FusedLoc) or not isinstance(location.metadata, DictionaryAttr):
        return ()
    names = location.metadata.data.get(TENSORS)
    if not isa(names, ArrayAttr[ArrayAttr[StringAttr]]):
        return ()
    return tuple(tuple(name.data for name in result.data) for result in names.data)


def _located(layer: LocationAttr, names: list[tuple[str, ...]]) -> FusedLoc:
    lists = ArrayAttr([ArrayAttr([StringAttr(name) for name in result]) for result in names])
    return FusedLoc((layer,), DictionaryAttr({TENSORS: lists}))
