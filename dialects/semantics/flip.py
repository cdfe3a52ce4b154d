"""Operators on signs alone."""

from __future__ import annotations

from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import FlipOp, MaxPool2DFlipOp, ReverseBitsOp
from .pool import max_pool


@register_impls
class FlipFunctions(InterpreterFunctions):
    """Products with a mask of signs, and the order of bits, which values do not show."""

    @impl(FlipOp)
    def run_flip(self, interpreter: Interpreter, op: FlipOp, args: PythonValues) -> PythonValues:
        """Each channel times its sign."""
        del interpreter, op
        return (args[0] * args[1],)

    @impl(MaxPool2DFlipOp)
    def run_max_pool2d_flip(self, interpreter: Interpreter, op: MaxPool2DFlipOp, args: PythonValues) -> PythonValues:
        """The largest value of each window times its channel's sign."""
        del interpreter
        return (max_pool(args[0], op) * args[1],)

    @impl(ReverseBitsOp)
    def run_reverse_bits(self, interpreter: Interpreter, op: ReverseBitsOp, args: PythonValues) -> PythonValues:
        """The input."""
        del interpreter, op
        return (args[0],)
