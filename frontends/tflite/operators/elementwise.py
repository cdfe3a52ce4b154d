"""ADD, SUB, MUL, DIV, MAXIMUM and MINIMUM."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import SSAValue

from ....dialects.dqnn import ArithmeticOp, SelectionOp
from ..layer import Layer


def import_arithmetic(op: type[ArithmeticOp]) -> Callable[[Layer], SSAValue]:
    """The importer of an operator on two tensors with a fused activation.

    The option PotScaleInt16 concerns 16-bit activations alone, which are refused by their type.
    """
    return lambda layer: layer.emit(op(layer.input(0), layer.input(1), layer.result_type(), **layer.clamp()))


def import_selection(op: type[SelectionOp]) -> Callable[[Layer], SSAValue]:
    """The importer of an operator that picks from two tensors."""
    return lambda layer: layer.emit(op(layer.input(0), layer.input(1), layer.result_type()))
