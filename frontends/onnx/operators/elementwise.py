"""Operators on several tensors, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def operand(layer: Layer, index: int, shape: Sequence[int]) -> SSAValue:
    """Operand `index` in f32; a known number gets a dimension where what it is combined with, of `shape`, has one."""
    known = layer.known(index)
    if known is None or known.shape or not shape:
        return layer.real(index)
    return layer.as_value(known.reshaped((1,)), f"input {index}")


def import_binary(op: Binary) -> Callable[[Layer], SSAValue]:
    """Add, Sub, Mul."""

    def convert(layer: Layer) -> SSAValue:
        shapes = [layer.shape(layer.operand(index)) for index in range(2)]
        return combine(layer, op, operand(layer, 0, shapes[1]), operand(layer, 1, shapes[0]))

    return convert


def import_variadic(op: Binary) -> Callable[[Layer], SSAValue]:
    """Max, Min, Sum: one input or more, first to last."""

    def convert(layer: Layer) -> SSAValue:
        count = len(layer.node.inputs)
        shape = max((layer.shape(layer.operand(index)) for index in range(count)), key=len)
        value = operand(layer, 0, shape)
        for index in range(1, count):
            value = combine(layer, op, value, operand(layer, index, shape))
        return value

    return convert


def import_div(layer: Layer) -> SSAValue:
    """Div; by known numbers a product with their inverses where these are exact."""
    divisor = layer.known(1)
    x = operand(layer, 0, layer.shape(layer.operand(1)))
    if divisor is not None:
        with np.errstate(all="ignore"):
            inverse = np.float32(1) / divisor.reals()
            exact = bool(np.isfinite(inverse).all() and (np.frexp(inverse)[0] == np.copysign(0.5, inverse)).all())
        if exact:
            inverse = inverse.reshape(inverse.shape or (1,) * min(1, len(layer.shape(x))))
            return combine(layer, MulOp, x, layer.as_value(Known(inverse), "input 1"))
    return combine(layer, DivOp, x, operand(layer, 1, layer.shape(x)))


def import_neg(layer: Layer) -> SSAValue:
    """Neg."""
    return layer.scale(layer.real(0), -1.0)
