"""`move-transposes`: transposes go outward, to the network's edges, and cancel where they meet.

A model with channels first is imported with its spatial operators on channels last, each between two transposes. Most
operators compute the same whatever the order of the axes, so a transpose may go past them:

    op(transpose(x, p)) = transpose(op'(x), p)       op' has its axes mapped: axis a of y = transpose(x, p) is p[a] of x

Three steps, each of which ends:

1. Down. A transpose goes past its reader where all the reader's operands have the same transpose or are constants, and
   where all other readers let it pass as well. Each time one is nearer to the network's end. Inverses cancel, a
   transpose before the flattening into a dense layer becomes an order of that layer's weights.
2. Up. What is left goes past the operator that it reads where that moves no more bytes than before: then it transposes
   codes, not real numbers, and what several readers want transposed is transposed once. Each is nearer to the start.
3. A transpose that moves nothing but axes of size 1 is a reshape, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)
from xdsl.rewriter import InsertPoint
from xdsl.transforms.dead_code_elimination import dce

from ..dialects.dqnn import (
    BinaryOp,
    ClipOp,
    ConcatOp,
    ConstantOp,
    DenseOp,
    DequantizeOp,
    DqnnOp,
    HardSwishOp,
    LeakyReluOp,
    MeanOp,
    PadOp,
    PReluOp,
    Relu6Op,
    ReluOp,
    ReshapeOp,
    SigmoidOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    TanhOp,
    TransposeOp,
    quantized_element,
    replace,
    stand_for,
    tensor_type,
)
from ..dialects.dqnn.base import integer, ints
from ..dialects.dqnn.canonicalization import PATTERNS
from ..dialects.dqnn.cast import CastOp
from ..dialects.dqnn.constant import element_dtype
from ..dialects.dqnn.model_tensor import layer_location
from ..dialects.dqnn.shapes import inverse, keeps_elements_in_place

Order = tuple[int, ...]
"""A permutation: axis i of the transposed tensor is axis `order[i]` of the other."""

ELEMENTWISE = (
    CastOp, ClipOp, HardSwishOp, LeakyReluOp, Relu6Op, ReluOp, SigmoidOp, TanhOp, BinaryOp, PReluOp,
)  # fmt: skip
"""Operators that compute element by element: no axis means anything to them."""


# --- Orders of axes ---------------------------------------------------------------------------------------------


def order_of(op: TransposeOp) -> Order:
    """The permutation of a transpose."""
    return tuple(op.permutation.get_values())


def permute(values: Sequence[int], order: Sequence[int]) -> Order:
    """A shape, or whatever has an entry for each axis, in another order."""
    return tuple(values[axis] for axis in order)


def transposed(value: SSAValue, order: Order) -> TransposeOp:
    """The transpose of a value."""
    tensor = tensor_type(value)
    return TransposeOp(value, TensorType(tensor.element_type, permute(tensor.get_shape(), order)), permutation=order)


def byte_count(value: SSAValue) -> int:
    """The bytes that a transpose of a value moves; none where only axes of size 1 would."""
    tensor = tensor_type(value)
    element = tensor.element_type
    return prod(tensor.get_shape()) * element_dtype(element).itemsize


def axes_of_sizes(shape: Sequence[int], other: Sequence[int]) -> list[int] | None:
    """The axes larger than 1 of a shape that differs from another in axes of size 1; None where it differs in more."""
    places = [axis for axis, size in enumerate(shape) if size != 1]
    is_same = [shape[axis] for axis in places] == [size for size in other if size != 1]
    return places if is_same and len(places) > 1 else None


def ranks(order: Order, shape: Sequence[int]) -> list[int]:
    """Of each axis larger than 1 of a transpose's result: the how many-th of these it is in the transpose's input."""
    sources = [order[axis] for axis, size in enumerate(shape) if size != 1]
    return [sorted(sources).index(source) for source in sources]


# --- Operators for which the order of axes makes no difference ---------------------------------------------------


def on_other_order(op: DqnnOp, order: Order) -> dict[str, Attribute] | None:
    """The properties of the operator that computes the same with its axes in another order; None where there is none.

    Axis a of the operator's input is to be `order[a]`. There is none where one has several scales, or codes of more
    than 8 bits: a transpose has not.
    """
    properties = dict(op.properties)
    rank = len(order)
    elements = [quantized_element(tensor_type(value)) for value in (*op.operands, *op.results)]
    if any(element is not None and (element.axis is not None or element.bitwidth != 8) for element in elements):
        return None
    match op:
        case SoftmaxOp() if order[-1] == rank - 1:
            return properties
        case ConcatOp() | SplitOp():
            return properties | {"axis": integer(order[op.axis.value.data])}
        case MeanOp():
            return properties | {"axes": ints(sorted(order[axis] for axis in op.axes.get_values()))}
        case PadOp():
            pairs = list(zip(op.padding.get_values()[::2], op.padding.get_values()[1::2], strict=True))
            return properties | {"padding": ints([n for axis in inverse(order) for n in pairs[axis]])}
        case SliceOp():
            offsets, strides = op.offsets.get_values(), op.strides.get_values()
            return properties | {
                "offsets": ints(permute(offsets, inverse(order))),
                "strides": ints(permute(strides, inverse(order))),
            }
        case _ if isinstance(op, ELEMENTWISE):
            return properties
        case _:
            return None


def result_order(op: DqnnOp, order: Order) -> Order:
    """The order that the result of `op` has, where that of its input is `order`: a mean may have fewer axes."""
    if not isinstance(op, MeanOp) or op.keep_dims.value.data:
        return order
    kept = [axis for index, axis in enumerate(order) if index not in op.axes.get_values()]
    return tuple(sorted(kept).index(axis) for axis in kept)


def is_constant(value: SSAValue) -> bool:
    """Whether a value is known at compile time, as it is or as codes of one scale that a dequantize makes real."""
    codes = value.owner.input if isinstance(value.owner, DequantizeOp) else value
    element = quantized_element(tensor_type(codes))
    return isinstance(codes.owner, ConstantOp) and (element is None or element.axis is None)


def rebuilt(op: DqnnOp, operands: Sequence[SSAValue], properties: dict[str, Attribute], order: Order) -> DqnnOp:
    """The operator with its axes in another order, on operands that have theirs already; axis a becomes `order[a]`."""
    back = inverse(result_order(op, order))
    types = [
        TensorType(tensor_type(result).element_type, permute(tensor_type(result).get_shape(), back))
        for result in op.results
    ]
    new = type(op).create(
        operands=list(operands), result_types=types, properties=properties, attributes=dict(op.attributes)
    )
    new.location = layer_location(op.location)
    return new


def aligned(value: SSAValue, order: Order, new: list[Operation]) -> SSAValue:
    """`transpose(value, order)`. A constant is transposed now, one of lower rank with axes of size 1 in front."""
    if not is_constant(value):
        op = transposed(value, order)
        new.append(op)
        return op.result
    codes = value.owner.input if isinstance(value.owner, DequantizeOp) else value
    assert isinstance(codes.owner, ConstantOp), "constant"
    array = codes.owner.array
    wide = array.reshape((1,) * (len(order) - array.ndim) + array.shape).transpose(order)
    constant = ConstantOp(wide, tensor_type(codes).element_type)
    new.append(constant)
    if codes is not value:
        new.append(DequantizeOp(constant, TensorType(tensor_type(value).element_type, wide.shape)))
    return new[-1].results[0]


# --- Down -------------------------------------------------------------------------------------------------------


def passes_down(op: Operation, order: Order) -> bool:
    """Whether a transpose in front of an operator may go behind it and leave none in front."""
    if not isinstance(op, DqnnOp) or on_other_order(op, order) is None:
        return False
    if any(len(tensor_type(value).get_shape()) > len(order) for value in op.operands):
        return False
    return all(has_order(value, order) or is_free(value, order) for value in op.operands)


def has_order(value: SSAValue, order: Order) -> bool:
    """Whether a value is a transpose of that order."""
    return isinstance(value.owner, TransposeOp) and order_of(value.owner) == order


def is_free(value: SSAValue, order: Order) -> bool:
    """Whether undoing an order on a value costs nothing: it is a constant, or another reader needs that already.

    The second counts for the larger of an order and its inverse alone, so that no transpose goes there and back.
    """
    if is_constant(value):
        return True
    readers = [use.operation for use in value.uses]
    transposes = [op for op in readers if isinstance(op, TransposeOp) and op.result.first_use is not None]
    return order > inverse(order) and any(order_of(op) == inverse(order) for op in transposes)


class SinkTranspose(RewritePattern):
    """transpose -> op, with all operands transposed alike or constant: op -> transpose."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite the first reader."""
        order = order_of(op)
        readers = [use.operation for use in op.result.uses]
        if not readers or not all(isinstance(reader, TransposeOp) or passes_down(reader, order) for reader in readers):
            return
        reader = next((reader for reader in readers if not isinstance(reader, TransposeOp)), None)
        if reader is None:
            return
        assert isinstance(reader, DqnnOp), "passed"
        properties = on_other_order(reader, order)
        assert properties is not None, "passed"
        new: list[Operation] = []
        operands = [
            value.owner.input if isinstance(value.owner, TransposeOp) and has_order(value, order)
            else aligned(value, inverse(order), new)
            for value in reader.operands
        ]  # fmt: skip
        moved = rebuilt(reader, operands, properties, order)
        behind = [transposed(result, result_order(reader, order)) for result in moved.results]
        for transpose in behind:
            transpose.location = layer_location(op.location)
        replace(rewriter, reader, [*new, moved, *behind], [transpose.result for transpose in behind])


class SinkPastUnitAxes(RewritePattern):
    """transpose -> reshape that adds or drops axes of size 1: reshape -> transpose."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReshapeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        transpose = op.input.owner
        if not isinstance(transpose, TransposeOp) or not op.input.has_one_use():
            return
        order, shape = order_of(transpose), tensor_type(transpose.result).get_shape()
        target = tensor_type(op.result)
        places = axes_of_sizes(target.get_shape(), shape)
        if places is None:
            return
        new_shape, new_order = list(target.get_shape()), list(range(len(target.get_shape())))
        for place, source in zip(places, (places[rank] for rank in ranks(order, shape)), strict=True):
            new_shape[source] = target.get_shape()[place]
            new_order[place] = source
        reshape = ReshapeOp(transpose.input, TensorType(target.element_type, new_shape))
        behind = TransposeOp(reshape.result, target, permutation=new_order)
        replace(rewriter, op, [reshape, behind], [behind.result])


class HoistOverFlattening(RewritePattern):
    """transpose -> reshape -> op, op element by element on one tensor: transpose -> op -> reshape.

    So that the transpose can follow, up to the dense layer that the reshape flattens for.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReshapeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not isinstance(op.input.owner, TransposeOp) or len(list(op.result.uses)) != 1:
            return
        reader = next(iter(op.result.uses)).operation
        if not isinstance(reader, ELEMENTWISE) or len(reader.operands) != 1:
            return
        if on_other_order(reader, ()) is None:
            return
        result = TensorType(tensor_type(reader.results[0]).element_type, tensor_type(op.input).get_shape())
        moved = type(reader).create(
            operands=[op.input],
            result_types=[result],
            properties=dict(reader.properties),
            attributes=dict(reader.attributes),
        )
        behind = ReshapeOp(moved.results[0], reader.results[0].type)
        moved.location, behind.location = layer_location(reader.location), layer_location(op.location)
        replace(rewriter, reader, [moved, behind], [behind.result])
        rewriter.erase(op)


class PermuteDenseWeights(RewritePattern):
    """transpose -> reshape -> dense of one row: the columns of the weights change their places.

    Column k of the weights is for element k of the flattened transpose. With the columns in the transpose's shape,
    undoing the transpose on them gives the columns for its input.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: DenseOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        reshape = op.input.owner
        transpose = reshape.input.owner if isinstance(reshape, ReshapeOp) else None
        if not isinstance(reshape, ReshapeOp) or not isinstance(transpose, TransposeOp):
            return
        if tensor_type(op.input).get_shape()[0] != 1:
            return
        codes = op.weights.owner.input if isinstance(op.weights.owner, DequantizeOp) else op.weights
        constant = codes.owner
        element = quantized_element(tensor_type(codes))
        if not isinstance(constant, ConstantOp) or (element is not None and element.axis not in (None, 0)):
            return
        shape = tensor_type(transpose.result).get_shape()
        outputs, columns = constant.array.shape
        back = [0, *(axis + 1 for axis in inverse(order_of(transpose)))]
        array = constant.array.reshape(outputs, *shape).transpose(back).reshape(outputs, columns)
        weights = ConstantOp(array, tensor_type(codes).element_type)
        flat = ReshapeOp(transpose.input, op.input.type)
        new: list[DqnnOp] = [weights, flat]
        operand: SSAValue = weights.result
        if codes is not op.weights:
            new.append(DequantizeOp(weights, op.weights.type))
            operand = new[-1].results[0]
        new[0].location, flat.location = constant.location, layer_location(reshape.location)
        dense = op.clone()
        dense.operands[0], dense.operands[1] = flat.result, operand
        replace(rewriter, op, [*new, dense], [dense.result])


# --- Up ---------------------------------------------------------------------------------------------------------


class HoistTranspose(RewritePattern):
    """op -> transpose, for all that read op: transpose -> op, where that moves no more bytes."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite, with all the transposes of the value at once."""
        producer, order = op.input.owner, order_of(op)
        if not isinstance(producer, DqnnOp) or len(producer.results) != 1 or isinstance(producer, MeanOp):
            return
        readers = {use.operation for use in op.input.uses}
        if not all(isinstance(reader, TransposeOp) and order_of(reader) == order for reader in readers):
            return
        properties = on_other_order(producer, inverse(order))
        full = len(order)
        values = [value for value in producer.operands if not is_constant(value)]
        if properties is None or any(len(tensor_type(value).get_shape()) != full for value in values):
            return
        # A transpose of a transpose is one still.
        cost = sum(byte_count(value) for value in set(values) if not isinstance(value.owner, TransposeOp))
        saved = byte_count(op.input) * len(readers)
        if cost > saved or (cost == saved and len(values) > 1):
            return
        new: list[Operation] = []
        operands = [aligned(value, order, new) for value in producer.operands]
        moved = rebuilt(producer, operands, properties, inverse(order))
        for inserted in new:
            inserted.location = layer_location(op.location)
        # Another reader may come first.
        rewriter.insert([*new, moved], InsertPoint.before(producer))
        for reader in readers:
            assert isinstance(reader, TransposeOp), "checked"
            stand_for(moved.results[0], reader.result)
            rewriter.replace(reader, [], [moved.results[0]])
        for value, old in zip((*operands, moved.results[0]), (*producer.operands, producer.results[0]), strict=True):
            stand_for(value, old, inverse(order))
        rewriter.erase(producer)


class HoistPastUnitAxes(RewritePattern):
    """reshape that adds or drops axes of size 1 -> transpose: transpose -> reshape."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        reshape, order = op.input.owner, order_of(op)
        if not isinstance(reshape, ReshapeOp) or not op.input.has_one_use():
            return
        shape, result = tensor_type(reshape.input).get_shape(), tensor_type(op.result)
        places = axes_of_sizes(shape, tensor_type(op.input).get_shape())
        if places is None or keeps_elements_in_place(tensor_type(op.input).get_shape(), order):
            return
        new_order = list(range(len(shape)))
        for place, rank in zip(places, ranks(order, result.get_shape()), strict=True):
            new_order[place] = places[rank]
        before = transposed(reshape.input, tuple(new_order))
        before.location = layer_location(op.location)
        behind = ReshapeOp(before.result, result)
        behind.location = layer_location(reshape.location)
        replace(rewriter, op, [before, behind], [behind.result])
        rewriter.erase(reshape)


class ShareTranspose(RewritePattern):
    """Of equal transposes of one value the first serves all readers."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        for use in list(op.input.uses):
            other = use.operation
            if isinstance(other, TransposeOp) and other.permutation == op.permutation and op.is_before_in_block(other):
                rewriter.replace(other, [], [op.result])


class MoveNoElement(RewritePattern):
    """A transpose of nothing but axes of size 1 is a reshape."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if keeps_elements_in_place(tensor_type(op.input).get_shape(), order_of(op)):
            replace(rewriter, op, ReshapeOp(op.input, op.result.type))


# --- The pass ---------------------------------------------------------------------------------------------------


def _simplifications() -> Iterator[RewritePattern]:
    yield from PATTERNS[TransposeOp]
    yield from PATTERNS[ReshapeOp]


@dataclass(frozen=True)
class MoveTransposesPass(ModulePass):
    """Move transposes to the edges of the network, and cancel them on the way.

    They go past what computes element by element, casts, concatenation, split, slice, pad and mean, past a softmax
    where its axis stays the last, past reshapes of axes of size 1, and into the weights of dense layers. One stays
    where an operand of its reader has another order, where a reader wants its order, and at the network's edges: there
    it is the model's own outer layout.
    """

    name = "move-transposes"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Down, up, and what is left to reshapes."""
        simplify = list(_simplifications())
        steps: list[list[RewritePattern]] = [
            [*simplify, SinkTranspose(), SinkPastUnitAxes(), HoistOverFlattening(), PermuteDenseWeights()],
            [*simplify, ShareTranspose(), HoistPastUnitAxes(), HoistTranspose()],
            [MoveNoElement(), *simplify],
        ]
        for patterns in steps:
            PatternRewriteWalker(GreedyRewritePatternApplier(patterns, dce_enabled=False)).rewrite_module(op)
            dce(op)
