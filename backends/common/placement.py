"""Where each tensor of a network lies, before any memory is made: in a buffer of its own, or in a piece of another's.

A reshape, a run of a slice or a part of a split is a piece of its input. An operand of a concatenation along a leading
axis is a piece of the result, so that its producer writes it there at once. A returned value is written straight into
the output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import NamedTuple

from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument, SSAValue

from ...dialects.dqnn import ConcatOp, ConstantOp, DqnnOp, ReshapeOp, SliceOp, SplitOp, TransposeOp, tensor_type
from ...dialects.dqnn.constant import element_dtype
from .binary import WORD_BITS, holds_binary, memory_shape
from .window import integers


class Piece(NamedTuple):
    """Part of the memory of `whole`, from byte `offset` on."""

    whole: SSAValue
    offset: int


class Placement:
    """The places of a function's tensors.

    `is_view` tells whether an operator's results are pieces of its input. What is neither an argument, a constant nor
    a piece of another value is a whole: some kernel writes it.
    """

    def __init__(self, function: FuncOp, is_view: Callable[[DqnnOp], bool]):
        self._pieces: dict[SSAValue, Piece] = {}
        """Where values lie that are pieces of another."""
        self._outputs: dict[SSAValue, int] = {}
        """Wholes that are written into an output of the function."""
        self._placed: set[tuple[DqnnOp, int]] = set()
        """Operands of concatenations that are written to their place at once."""
        self.copied_outputs: dict[int, SSAValue] = {}
        """Outputs that another value's memory has to be copied to."""
        block = function.body.block
        operators = [op for op in block.ops if isinstance(op, DqnnOp)]
        for op in operators:
            if is_view(op):
                self._pieces |= zip(op.results, view_pieces(op), strict=True)
        assert block.last_op is not None
        for index, value in enumerate(block.last_op.operands):
            whole = self._movable_whole(value)
            if whole is None or whole in self._outputs:
                self.copied_outputs[index] = value
            else:
                self._outputs[whole] = index
        for op in operators:
            if isinstance(op, ConcatOp):
                self._place_operands(op)

    def _place_operands(self, op: ConcatOp) -> None:
        """Let producers write operands into the result, where these are runs of its memory and free to move."""
        axis = op.axis.value.data % len(tensor_type(op.result).get_shape())
        if prod(tensor_type(op.result).get_shape()[:axis]) != 1 or _shares_words(op, axis):
            return
        offset = 0
        for index, value in enumerate(op.inputs):
            whole = self._movable_whole(value)
            if whole is not None and whole not in self._outputs:
                self._pieces[whole] = Piece(op.result, offset)
                self._placed.add((op, index))
            offset += storage_bytes(value)

    def _movable_whole(self, value: SSAValue) -> SSAValue | None:
        """The whole that a value fills from end to end, if a kernel of this function writes it."""
        whole, offset = self.place(value)
        if isinstance(whole, BlockArgument) or isinstance(whole.owner, ConstantOp):
            return None
        return whole if offset == 0 and storage_bytes(whole) == storage_bytes(value) else None

    def place(self, value: SSAValue) -> Piece:
        """The whole that holds a value, and where in it."""
        offset = 0
        while (piece := self._pieces.get(value)) is not None:
            value, offset = piece.whole, offset + piece.offset
        return Piece(value, offset)

    def output_of(self, whole: SSAValue) -> int | None:
        """The function output that a whole is written into, or None where it needs a buffer."""
        return self._outputs.get(whole)

    def is_placed(self, op: DqnnOp, index: int) -> bool:
        """Whether operand `index` of a concatenation needs no copy."""
        return (op, index) in self._placed


def _shares_words(op: ConcatOp, axis: int) -> bool:
    """Whether channels of two operands of an s1 concatenation may lie in one word."""
    is_last = axis == len(tensor_type(op.result).get_shape()) - 1
    sizes = [tensor_type(value).get_shape()[axis] for value in op.inputs]
    return holds_binary(op.result) and is_last and any(size % WORD_BITS for size in sizes)


def storage_bytes(value: SSAValue) -> int:
    """Bytes of a tensor as it is stored."""
    if holds_binary(value):
        return 4 * prod(memory_shape(value))
    type_ = tensor_type(value)
    return prod(type_.get_shape()) * element_dtype(type_.element_type).itemsize


def view_pieces(op: DqnnOp) -> Iterator[Piece]:
    """The piece of its input that each result of an operator is.

    Raises:
        ValueError: the operator's results are no such pieces.
    """
    match op:
        case ReshapeOp() | TransposeOp():
            yield Piece(op.input, 0)
        case SliceOp():
            element = storage_bytes(op.input) // prod(tensor_type(op.input).get_shape())
            yield Piece(op.input, run_start(op) * element)
        case SplitOp():
            offset = 0
            for part in op.parts:
                yield Piece(op.input, offset)
                offset += storage_bytes(part)
        case _:
            raise ValueError(f"the results of {op.name} are no pieces of its input")


def is_run(op: SliceOp) -> bool:
    """Whether the elements of a slice lie one after the other in its input's memory."""
    source, result = tensor_type(op.input).get_shape(), tensor_type(op.result).get_shape()
    if any(stride != 1 and size != 1 for stride, size in zip(integers(op.strides), result, strict=True)):
        return False
    cut = [axis for axis in range(len(source)) if source[axis] != result[axis]]
    return not cut or all(size == 1 for size in result[: cut[-1]])


def run_start(op: SliceOp) -> int:
    """The index of a slice's first element in its input's memory."""
    shape = tensor_type(op.input).get_shape()
    return sum(offset * prod(shape[axis + 1 :]) for axis, offset in enumerate(integers(op.offsets)))
