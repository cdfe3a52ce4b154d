"""Entering and leaving a function.

As `xdsl.interpreters.func`, but importing that package imports the interpreters of every dialect: half a second.
"""

from __future__ import annotations

from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    ReturnedValues,
    TerminatorValue,
    impl_callable,
    impl_terminator,
    register_impls,
)


@register_impls
class FunctionFunctions(InterpreterFunctions):
    """`func.func` and `func.return`."""

    @impl_callable(FuncOp)
    def call_function(self, interpreter: Interpreter, op: FuncOp, args: PythonValues) -> PythonValues:
        """Run the body."""
        return interpreter.run_ssacfg_region(op.body, args, op.sym_name.data)

    @impl_terminator(ReturnOp)
    def run_return(
        self, interpreter: Interpreter, op: ReturnOp, args: PythonValues
    ) -> tuple[TerminatorValue, PythonValues]:
        """Hand the operands to the caller."""
        del interpreter, op
        return ReturnedValues(args), ()
