"""The function that is a network in memory form: its steps, and its arguments' roles, names, types and places.

Arguments are inputs, then outputs, memrefs both. What the application has to know of each stands in `arg_attrs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, IntegerAttr, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.dialects.memref import AllocOp, GetGlobalOp
from xdsl.ir import Attribute, BlockArgument
from xdsl.utils.exceptions import DiagnosticException

from .edge import Edge, Edges, edge
from .layer import describe
from .memory import ArenaOp, BufferOp, ViewOp, place_of
from .network import NAME_ATTRIBUTE

TYPE = "dqnn.type"
"""Argument attribute: the tensor's type before it became memory, with its quantization."""
OFFSET = "dqnn.offset"
"""Argument attribute: where the argument lies in the arena, in bytes."""
OUTPUT = "dqnn.output"
"""Argument attribute: the network writes this argument. It says so where the function's body no longer shows it."""


class Arguments(NamedTuple):
    """A network function's arguments by what it does with them."""

    inputs: tuple[BlockArgument, ...]
    outputs: tuple[BlockArgument, ...]


def buffer_ops(func: FuncOp) -> list[BufferOp]:
    """The steps of a network, in order. Raises DiagnosticException for an op that has no place there."""
    steps: list[BufferOp] = []
    for op in func.body.block.ops:
        if isinstance(op, BufferOp):
            steps.append(op)
        elif not isinstance(op, AllocOp | ArenaOp | ViewOp | GetGlobalOp | ReturnOp):
            raise DiagnosticException(f"{describe(op)}: expected kernel calls on memory only")
    return steps


def network_arguments(func: FuncOp) -> Arguments:
    """Split arguments into inputs and outputs: outputs are those that the function writes, or is marked to write.

    Raises DiagnosticException where an output stands before an input.
    """
    written = {place_of(value).base for op in buffer_ops(func) for value in (*op.outputs, *op.scratch)}
    arguments = func.body.block.args
    outputs = [arg for arg in arguments if arg in written or OUTPUT in argument_attributes(func, arg)]
    inputs = tuple(argument for argument in arguments if argument not in outputs)
    if inputs != tuple(arguments[: len(inputs)]):
        raise DiagnosticException(
            f"function '{func.sym_name.data}': writes an argument that stands before one that it only reads; "
            "outputs come after inputs"
        )
    return Arguments(inputs, tuple(arguments[len(inputs) :]))


def argument_name(func: FuncOp, argument: BlockArgument) -> str | None:
    """The name that an argument's tensor has in the model file."""
    name = argument_attributes(func, argument).get(NAME_ATTRIBUTE)
    return name.data if isinstance(name, StringAttr) else None


def memory_edges(func: FuncOp) -> Edges:
    """The edges of a network in memory form, as they were on tensors.

    Raises:
        DiagnosticException: an output stands before an input.
        ValueError: an argument does not say what tensor it holds.
    """

    def edges(arguments: Sequence[BlockArgument]) -> tuple[Edge, ...]:
        return tuple(map(described, arguments))

    def described(argument: BlockArgument) -> Edge:
        attributes = argument_attributes(func, argument)
        name = argument_name(func, argument) or f"argument {argument.index}"
        return edge(name, attributes.get(TYPE), attributes)

    inputs, outputs = network_arguments(func)
    return Edges(edges(inputs), edges(outputs))


def argument_offset(func: FuncOp, argument: BlockArgument) -> int | None:
    """Where an argument lies in the arena, in bytes, or None where its memory is the application's."""
    offset = argument_attributes(func, argument).get(OFFSET)
    return offset.value.data if isinstance(offset, IntegerAttr) else None


def set_argument_attribute(func: FuncOp, argument: BlockArgument, key: str, value: Attribute) -> None:
    """Set one attribute of one argument."""
    attributes = [DictionaryAttr({})] * len(func.body.block.args) if func.arg_attrs is None else [*func.arg_attrs]
    attributes[argument.index] = DictionaryAttr({**attributes[argument.index].data, key: value})
    func.arg_attrs = ArrayAttr(attributes)


def argument_attributes(func: FuncOp, argument: BlockArgument) -> Mapping[str, Attribute]:
    """The attributes of one argument."""
    return {} if func.arg_attrs is None else func.arg_attrs.data[argument.index].data
