"""The constant."""

from __future__ import annotations

from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import ConstantOp


@register_impls
class ConstantFunctions(InterpreterFunctions):
    """Data known at compile time."""

    @impl(ConstantOp)
    def run_constant(self, interpreter: Interpreter, op: ConstantOp, args: PythonValues) -> PythonValues:
        """The data."""
        del interpreter, args
        return (op.array,)
