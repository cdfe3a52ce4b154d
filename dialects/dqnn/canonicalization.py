"""Rewrites that make a network simpler and never change a value; xDSL's `canonicalize` runs them."""

from __future__ import annotations

from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ..fixed_point import activation_range
from .activation import ClipOp, Relu6Op, ReluOp
from .base import DqnnOp, quantized_element, tensor_type
from .binary import is_binary
from .bounds import bounds_of
from .cast import DequantizeOp, QuantizeOp, RequantizeOp
from .constant import ConstantOp
from .elementwise import AddOp, BinaryOp, DivOp, MaximumOp, MinimumOp, MulOp, SubOp
from .layer import inherit_layer, replace
from .shape import ConcatOp, PadOp, ReshapeOp, ResizeNearestOp, SliceOp, SplitOp, TransposeOp


def forward(rewriter: PatternRewriter, op: DqnnOp, value: SSAValue) -> None:
    """Use `value`, of the same type, in place of an op's one result."""
    replace(rewriter, op, (), [value])


class ReshapeOfReshape(RewritePattern):
    """A reshape of a reshape takes the first one's input."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReshapeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if isinstance(first := op.input.owner, ReshapeOp):
            replace(rewriter, op, ReshapeOp(first.input, op.result.type))


class TransposeOfTranspose(RewritePattern):
    """Two transposes are one."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not isinstance(first := op.input.owner, TransposeOp):
            return
        order = first.permutation.get_values()
        permutation = [order[axis] for axis in op.permutation.get_values()]
        replace(rewriter, op, TransposeOp(first.input, op.result.type, permutation=permutation))


class SliceOfSlice(RewritePattern):
    """Two slices are one."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: SliceOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not isinstance(first := op.input.owner, SliceOp):
            return
        strides = first.strides.get_values()
        offsets = [
            start + stride * offset
            for start, stride, offset in zip(first.offsets.get_values(), strides, op.offsets.get_values(), strict=True)
        ]
        steps = [first * second for first, second in zip(strides, op.strides.get_values(), strict=True)]
        replace(rewriter, op, SliceOp(first.input, op.result.type, offsets=offsets, strides=steps))


class MoveNothing(RewritePattern):
    """An op that keeps every element in its place is its input.

    With input and result of one type: a reshape, pad, resize or requantize always; a transpose or a slice where it
    does not reorder.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self,
        op: ReshapeOp | TransposeOp | SliceOp | PadOp | ResizeNearestOp | RequantizeOp,
        rewriter: PatternRewriter,
        /,
    ) -> None:
        """Rewrite."""
        if op.input.type != op.result.type:
            return
        if isinstance(op, TransposeOp) and list(op.permutation.get_values()) != sorted(op.permutation.get_values()):
            return
        if isinstance(op, SliceOp) and any(offset != 0 for offset in op.offsets.get_values()):
            return
        forward(rewriter, op, op.input)


class ConcatOfOne(RewritePattern):
    """A concat of one tensor of its own type is that tensor."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ConcatOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if len(op.inputs) == 1 and op.inputs[0].type == op.result.type:
            forward(rewriter, op, op.inputs[0])


class SplitIntoOne(RewritePattern):
    """A split into one part is its input."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: SplitOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if len(op.parts) == 1:
            forward(rewriter, op, op.input)


class QuantizeOfDequantize(RewritePattern):
    """Codes that are dequantized and quantized to their own type are what they were; signs too.

    round(fl(scale * n) / scale) is n for |n| < 2^16: two roundings to float32 move the quotient by less than
    2^-22 * n. Codes of 8 bits are well inside.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: QuantizeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not isinstance(first := op.input.owner, DequantizeOp) or first.input.type != op.result.type:
            return
        element = quantized_element(tensor_type(op.result))
        if is_binary(tensor_type(op.result).element_type) or (element is not None and element.bitwidth <= 8):
            forward(rewriter, op, first.input)


class ShiftOfShift(RewritePattern):
    """Codes shifted from signed to unsigned and back, or the other way, are what they were."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: RequantizeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        first = op.input.owner
        if isinstance(first, RequantizeOp) and first.input.type == op.result.type and first.is_shift:
            forward(rewriter, op, first.input)


class ClampNothing(RewritePattern):
    """An activation whose bounds no code of its type exceeds is its input: a relu of codes that start at real 0."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReluOp | Relu6Op | ClipOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        element = quantized_element(tensor_type(op.result))
        if element is None or op.input.type != op.result.type:
            return
        if activation_range(element, *bounds_of(op)) == (element.storage_min, element.storage_max):
            forward(rewriter, op, op.input)


class NumberAsList(RewritePattern):
    """A number beside a tensor, of no dimension, gets one: it broadcasts the same, and kernels take it."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: BinaryOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not tensor_type(op.result).get_shape():
            return
        for index, value in enumerate(op.operands):
            if tensor_type(value).get_shape():
                continue
            new = as_list(value)
            rewriter.insert(new)
            op.operands[index] = new[-1].results[0]
            rewriter.notify_op_modified(op)


def as_list(value: SSAValue) -> list[DqnnOp]:
    """The ops that make a tensor of one dimension of a number; a constant becomes another constant."""
    match value.owner:
        case ConstantOp() as constant:
            made: DqnnOp = ConstantOp(constant.array.reshape(1), tensor_type(value).element_type)
        case DequantizeOp(input=SSAValue(owner=ConstantOp() as codes)) as reals:
            [constant] = as_list(codes.result)
            made = DequantizeOp(constant.results[0], TensorType(f32, (1,)))
            inherit_layer(made, reals)
            return [constant, made]
        case _:
            made = ReshapeOp(value, TensorType(tensor_type(value).element_type, (1,)))
    if isinstance(value.owner, DqnnOp):
        inherit_layer(made, value.owner)
    return [made]


PATTERNS: dict[type[DqnnOp], tuple[RewritePattern, ...]] = {
    **dict.fromkeys((AddOp, SubOp, MulOp, DivOp, MaximumOp, MinimumOp), (NumberAsList(),)),
    ClipOp: (ClampNothing(),),
    ConcatOp: (ConcatOfOne(),),
    PadOp: (MoveNothing(),),
    QuantizeOp: (QuantizeOfDequantize(),),
    Relu6Op: (ClampNothing(),),
    ReluOp: (ClampNothing(),),
    RequantizeOp: (MoveNothing(), ShiftOfShift()),
    ReshapeOp: (MoveNothing(), ReshapeOfReshape()),
    ResizeNearestOp: (MoveNothing(),),
    SliceOp: (MoveNothing(), SliceOfSlice()),
    SplitOp: (SplitIntoOne(),),
    TransposeOp: (MoveNothing(), TransposeOfTranspose()),
}
"""The patterns of each operator, tried in this order."""
