"""Operators on several tensors, element by element."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from xdsl.ir import SSAValue

from ....dialects.dqnn import AddOp, DivOp, MaximumOp, MinimumOp, MulOp, SubOp
from ....dialects.dqnn.shapes import broadcast
from ..known import Known
from ..layer import Layer

Binary = type[AddOp] | type[SubOp] | type[MulOp] | type[DivOp] | type[MaximumOp] | type[MinimumOp]


def combine(layer: Layer, op: Binary, lhs: SSAValue, rhs: SSAValue) -> SSAValue:
    """The op on two values, whose shapes broadcast."""
    shape = layer.infer(broadcast, layer.shape(lhs), layer.shape(rhs))
    return layer.emit(op(lhs, rhs, layer.type(shape)))


def import_binary(op: Binary) -> Callable[[Layer], SSAValue]:
    """Add, Sub, Mul."""
    return lambda layer: combine(layer, op, layer.real(0), layer.real(1))


def import_variadic(op: Binary) -> Callable[[Layer], SSAValue]:
    """Max, Min, Sum: one input or more, first to last."""

    def convert(layer: Layer) -> SSAValue:
        value = layer.real(0)
        for index in range(1, len(layer.node.inputs)):
            value = combine(layer, op, value, layer.real(index))
        return value

    return convert


def import_div(layer: Layer) -> SSAValue:
    """Div; by known numbers a product with their inverses where these are exact."""
    x, divisor = layer.real(0), layer.known(1)
    if divisor is not None:
        with np.errstate(all="ignore"):
            inverse = np.float32(1) / divisor.reals()
            exact = bool(np.isfinite(inverse).all() and (np.frexp(inverse)[0] == np.copysign(0.5, inverse)).all())
        if exact:
            return combine(layer, MulOp, x, layer.as_value(Known(inverse), "input 1"))
    return combine(layer, DivOp, x, layer.real(1))


def import_neg(layer: Layer) -> SSAValue:
    """Neg."""
    return layer.scale(layer.real(0), -1.0)
