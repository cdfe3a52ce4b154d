"""`place-channels`: whether a network takes and gives its channels first or last.

Inside, every network has its channels last. At its edges it has the model's own layout, and where that is another one,
as ONNX's is, a transpose stands in between. Here an edge gets the layout that a user asks for, with a transpose behind
an input, or before an output, that gives the network what it had. `move-transposes` comes next: the two cancel.

Which dimension holds the channels is not a matter of the file's format: a model that was converted to ONNX may have
them last. It is read off the operators that know: a convolution, which has them last, says it of its input and result,
and so of what only passes operators in between that leave dimensions apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import BlockArgument, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import InsertPoint, Rewriter
from xdsl.utils.exceptions import PassFailedException

from ..dialects.dqnn import (
    BatchNormOp,
    ConcatOp,
    MeanOp,
    PadOp,
    Pool2DOp,
    ReshapeOp,
    ResizeNearestOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    StagedWindowOp,
    TransposeConv2DOp,
    TransposeOp,
    WindowedLinearOp,
    layer_loc,
    tensor_type,
)
from ..dialects.dqnn.base import ints
from ..dialects.dqnn.edge import ORDER, Edge, Role, edges_of, set_edge_attribute
from ..dialects.dqnn.shapes import Shape, inverse, permuted
from .convert_edges import one_each
from .move_transposes import ELEMENTWISE, order_of, transposed

ChannelPosition: TypeAlias = Literal["auto", "chfirst", "chlast"]
"""Where an edge is asked to have its channels; `auto` is where the model has them."""

MIN_RANK = 3
"""Of a tensor with channels and something else than channels: [batch, channels] is channels first and last."""


@dataclass(frozen=True)
class PlaceChannelsPass(ModulePass):
    """Give the network's inputs and outputs the position of channels that is asked for: second or last dimension.

    One position serves all inputs (outputs), or there is one for each. The other dimensions keep their order. An edge
    of fewer than three dimensions, and one that has its channels there already, stay as they are; so does `auto`. The
    argument or result says as `dqnn.order` which of the model's dimensions each of its own is.
    """

    name = "place-channels"

    inputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
    outputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Place the channels of every function with a body."""
        for function in [inner for inner in op.ops if isinstance(inner, FuncOp) and not inner.is_declaration]:
            self._place(function)

    def _place(self, function: FuncOp) -> None:
        end = function.get_return_op()
        if end is None:
            return
        inputs, outputs = edges_of(function)
        choices = one_each(self.inputs_ch_position, len(inputs), "input", "channel position")
        for index, (edge, choice) in enumerate(zip(inputs, choices, strict=True)):
            argument = function.body.block.args[index]
            if (order := order_for(argument, choice, _readers, "input", index, edge)) is not None:
                _turn_input(function, argument, order, edge)
        choices = one_each(self.outputs_ch_position, len(outputs), "output", "channel position")
        for index, (edge, choice) in enumerate(zip(outputs, choices, strict=True)):
            if (order := order_for(end.operands[index], choice, _owner, "output", index, edge)) is not None:
                _turn_output(function, end, index, order, edge)
        function.update_function_type()


def order_for(
    value: SSAValue, choice: ChannelPosition, neighbours: Neighbours, role: Role, index: int, edge: Edge
) -> Shape | None:
    """The order of dimensions that an edge is to get, None where it stays.

    Raises:
        PassFailedException: nothing says where its channels are.
    """
    rank = len(edge.type.get_shape())
    if choice == "auto" or rank < MIN_RANK:
        return None
    axis = channel_axis(value, neighbours)
    if axis is None:
        raise PassFailedException(
            f"{role} {index} ('{edge.name}') cannot be {choice}: no layer says which of its {rank} dimensions holds "
            f"channels; take auto for it as --{role}s-ch-position"
        )
    others = [other for other in range(rank) if other != axis]
    order = (*others, axis) if choice == "chlast" else (others[0], axis, *others[1:])
    return None if order == tuple(range(rank)) else order


# --- Where the channels are -------------------------------------------------------------------------------------


Neighbours: TypeAlias = Callable[[SSAValue], Iterator[tuple[Operation, SSAValue, list[SSAValue]]]]
"""The operators at a value, on one side of it: each with its value on this side, and those on its other side."""

Dimensions: TypeAlias = tuple[int | None, ...]
"""Of a value: which of the edge's dimensions each is; None for one that is part of several, or of none."""

CHANNELS_LAST = (WindowedLinearOp, TransposeConv2DOp, StagedWindowOp, Pool2DOp, ResizeNearestOp, BatchNormOp)
"""Operators whose input and result have channels, as their last dimension."""

APART = (*ELEMENTWISE, SoftmaxOp, ConcatOp, SplitOp, PadOp, SliceOp, MeanOp)
"""Operators whose input and result, where they are of one rank, have the same dimensions."""


def _readers(value: SSAValue) -> Iterator[tuple[Operation, SSAValue, list[SSAValue]]]:
    """Downstream."""
    for use in value.uses:
        yield use.operation, use.operation.operands[0], list(use.operation.results)


def _owner(value: SSAValue) -> Iterator[tuple[Operation, SSAValue, list[SSAValue]]]:
    """Upstream."""
    if isinstance(value.owner, Operation):
        yield value.owner, value, list(value.owner.operands)


def channel_axis(value: SSAValue, neighbours: Neighbours) -> int | None:
    """The dimension of a value that holds channels, as the nearest operator says that knows; None where none does."""
    pending: deque[tuple[SSAValue, Dimensions]] = deque([(value, tuple(range(len(tensor_type(value).get_shape()))))])
    seen = {value}
    while pending:
        value, dimensions = pending.popleft()
        for op, here, others in neighbours(value):
            if isinstance(op, CHANNELS_LAST) and here is value and dimensions[-1] is not None:
                return dimensions[-1]
            for other in others:
                across = _across(op, dimensions, value, other)
                if across is not None and other not in seen:
                    seen.add(other)
                    pending.append((other, across))
    return None


def _across(op: Operation, dimensions: Dimensions, value: SSAValue, other: SSAValue) -> Dimensions | None:
    """What the dimensions of `other` are, which an operator has on its other side; None where they are not kept."""
    source, target = tensor_type(value).get_shape(), tensor_type(other).get_shape()
    if isinstance(op, TransposeOp):
        order = order_of(op)
        return tuple(dimensions[axis] for axis in (order if other is op.result else inverse(order)))
    if isinstance(op, ReshapeOp):
        return tuple(_across_reshape(axis, source, target, dimensions) for axis in range(len(target)))
    return dimensions if isinstance(op, APART) and len(source) == len(target) else None


def _across_reshape(axis: int, source: Shape, target: Shape, dimensions: Dimensions) -> int | None:
    """The dimension that is `axis` behind a reshape. The first ones that are equal stay, and so do the last ones."""
    if source[: axis + 1] == target[: axis + 1]:
        return dimensions[axis]
    behind = len(target) - axis
    return dimensions[-behind] if source[-behind:] == target[axis:] else None


# --- Rewriting --------------------------------------------------------------------------------------------------


def _turn_input(function: FuncOp, argument: BlockArgument, order: Shape, edge: Edge) -> None:
    """Take the argument in another order of dimensions, and let its readers read what they did."""
    old = edge.type
    turned = Rewriter.replace_value_with_new_type(
        argument, TensorType(old.element_type, permuted(old.get_shape(), order))
    )
    back = _named(transposed(turned, inverse(order)), edge)
    Rewriter.insert_op(back, InsertPoint.at_start(function.body.block))
    turned.replace_uses_with_if(back.result, lambda use: use.operation is not back)
    _describe(function, "input", argument.index, order, edge)


def _turn_output(function: FuncOp, end: ReturnOp, index: int, order: Shape, edge: Edge) -> None:
    """Return a result in another order of dimensions."""
    turned = _named(transposed(end.operands[index], order), edge)
    Rewriter.insert_op(turned, InsertPoint.before(end))
    end.operands[index] = turned.result
    _describe(function, "output", index, order, edge)


def _named(op: TransposeOp, edge: Edge) -> TransposeOp:
    op.location = layer_loc(f"{edge.name}.transpose")
    return op


def _describe(function: FuncOp, role: Role, index: int, order: Shape, edge: Edge) -> None:
    """Say which of the model's dimensions each is; nothing where they are back in the model's order."""
    of_model = order if edge.order is None else permuted(edge.order, order)
    is_own = of_model == tuple(range(len(of_model)))
    set_edge_attribute(function, role, index, ORDER, None if is_own else ints(of_model))
