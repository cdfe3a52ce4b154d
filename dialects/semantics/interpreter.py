"""Running a module, or one operator, with the reference semantics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.interpreter import Interpreter, InterpreterFunctions
from xdsl.ir import Attribute, Operation
from xdsl.utils.hints import isa

from ..dqnn import DqnnOp
from ..dqnn.base import Tensor
from ..dqnn.constant import element_dtype
from ..dqnn.network import argument_names, network_function
from .activation import ActivationFunctions
from .arrays import Array
from .cast import CastFunctions
from .constant import ConstantFunctions
from .elementwise import ElementwiseFunctions
from .flip import FlipFunctions
from .function import FunctionFunctions
from .linear import LinearFunctions
from .normalization import NormalizationFunctions
from .pool import PoolFunctions
from .shape import ShapeFunctions
from .staged import StagedFunctions

FUNCTIONS: tuple[type[InterpreterFunctions], ...] = (
    ActivationFunctions,
    CastFunctions,
    ConstantFunctions,
    ElementwiseFunctions,
    FlipFunctions,
    LinearFunctions,
    NormalizationFunctions,
    PoolFunctions,
    ShapeFunctions,
    StagedFunctions,
)
"""The operator groups."""


def run(module: ModuleOp, inputs: Sequence[Array]) -> list[Array]:
    """Compute the outputs of the network of a module.

    Args:
        module: a module with one function.
        inputs: an array for each argument, in its shape, of storage codes or float32.

    Returns:
        An array for each result, likewise.

    Raises:
        ValueError: the module has not one function, or an input has another shape or type than its argument.
        InterpretationError: an op has no semantics.
    """
    function = network_function(module)
    check_inputs(function, inputs)
    return list(_interpreter(module).call_op(function, tuple(inputs)))


def evaluate(op: Operation, arguments: Sequence[Array]) -> tuple[Array, ...]:
    """Compute the results of one operator.

    Raises:
        InterpretationError: the op has no semantics.
    """
    return _interpreter(ModuleOp([])).run_op(op, tuple(arguments))


def can_run(module: ModuleOp) -> bool:
    """Whether `run` knows every op of a module."""
    return all(isinstance(op, ModuleOp | FuncOp | ReturnOp | DqnnOp) for op in module.walk())


def array_form(type_: Attribute) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Shape and numpy type of the array that holds a value of a tensor type.

    Raises:
        ValueError: the type is no tensor that a network has.
    """
    if not isa(type_, Tensor):
        raise ValueError(f"expected a tensor, got {type_}")
    return type_.get_shape(), element_dtype(type_.element_type)


def check_inputs(function: FuncOp, inputs: Sequence[Array]) -> None:
    """Check that inputs fit the arguments of a function.

    Raises:
        ValueError: the number, or the shape or type of one, does not.
    """
    arguments = function.body.block.args
    if len(inputs) != len(arguments):
        raise ValueError(f"the network has {len(arguments)} inputs, got {len(inputs)}")
    for name, argument, array in zip(argument_names(function), arguments, inputs, strict=True):
        shape, dtype = array_form(argument.type)
        if array.shape != shape or array.dtype != dtype:
            got = f"{array.dtype}{list(array.shape)}"
            raise ValueError(f"input '{name}' is {dtype}{list(shape)}, got {got}")


def _interpreter(module: ModuleOp) -> Interpreter:
    interpreter = Interpreter(module)
    interpreter.register_implementations(FunctionFunctions())
    for functions in FUNCTIONS:
        interpreter.register_implementations(functions())
    return interpreter
