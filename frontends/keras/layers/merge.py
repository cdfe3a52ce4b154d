"""Layers of several inputs."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from ....dialects.dqnn import AddOp, ConcatOp, MaximumOp, MinimumOp, MulOp, SubOp
from ....dialects.dqnn.shapes import broadcast, joined
from ..layer import Layer

Binary = type[AddOp] | type[SubOp] | type[MulOp] | type[MaximumOp] | type[MinimumOp]


def import_merge(op: Binary, most: int = 1 << 16) -> Callable[[Layer], SSAValue]:
    """Add, Subtract, Multiply, Maximum and Minimum, first input to last; shapes broadcast."""

    def convert(layer: Layer) -> SSAValue:
        if not 2 <= len(layer.inputs) <= most:
            raise layer.refuse(f"{len(layer.inputs)} inputs", f"2 to {most} are expected")
        value, *others = layer.inputs
        for other in others:
            try:
                shape = broadcast(layer.shape(value), layer.shape(other))
            except VerifyException as error:
                raise layer.refuse(str(error), "give the layer inputs of one shape") from error
            value = layer.emit(op(value, other, layer.type(shape)))
        return value

    return convert


def import_average(layer: Layer) -> SSAValue:
    """The sum times 1 / n."""
    total = import_merge(AddOp)(layer)
    return layer.scale(total, 1 / len(layer.inputs))


def import_concatenate(layer: Layer) -> SSAValue:
    """Inputs one after the other along an axis that is not the batch."""
    if not layer.inputs:
        raise layer.refuse("no inputs", "at least one is expected")
    rank = len(layer.shape(layer.inputs[0]))
    axis = layer.options.get("axis", -1)
    if isinstance(axis, bool) or not isinstance(axis, int) or not -rank <= axis < rank or axis % rank == 0:
        raise layer.options.wrong("axis", "an axis that is not the batch")
    try:
        shape = joined([layer.shape(value) for value in layer.inputs], axis % rank)
    except VerifyException as error:
        raise layer.refuse(str(error), "give the layer inputs that differ along the axis alone") from error
    return layer.emit(ConcatOp(layer.inputs, layer.type(shape), axis=axis % rank))
