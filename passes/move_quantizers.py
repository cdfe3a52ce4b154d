"""`move-quantizers`: data stays packed. Quantizers move up, and dequantizers down, past what only moves or compares.

A pool's maximum, a reshape and a concatenation give the same whether codes or the numbers they stand for go through
them: a code never falls when its number rises. On codes they move 4 or 32 times less.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Attribute, SSAValue
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from ..dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    ConcatOp,
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    LinearOp,
    MaxPool2DOp,
    QuantizeOp,
    ReshapeOp,
    inherit_layer,
    is_binary,
    quantized_element,
    replace,
    tensor_type,
)


def is_mover(op: object) -> bool:
    """Whether an operator takes codes as well as it takes reals."""
    if isinstance(op, MaxPool2DOp):
        return op.clamp_min is None and op.clamp_max is None
    return isinstance(op, ReshapeOp | ConcatOp)


def on(op: DqnnOp, operands: list[SSAValue], element: Attribute) -> DqnnOp:
    """The same operator on other operands, with another element type."""
    result = TensorType(element, tensor_type(op.results[0]).get_shape())
    return type(op).create(
        operands=operands, result_types=[result], properties=dict(op.properties), attributes=dict(op.attributes)
    )


def is_movable(op: QuantizeOp) -> bool:
    """Whether a quantizer is to signs, or one of QKeras's, Larq's or ONNX's to codes of one scale.

    TensorFlow Lite's stand where the file's own conversion is, at an edge between integer and float operators.
    """
    element = quantized_element(tensor_type(op.result))
    return element is None or (element.axis is None and op.method.data != DIVIDE_HALF_AWAY)


class QuantizeBefore(RewritePattern):
    """A quantizer that alone reads the result of a mover quantizes its inputs instead."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: QuantizeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        mover = op.input.owner
        element = tensor_type(op.result).element_type
        if not isinstance(mover, DqnnOp) or not is_mover(mover) or not op.input.has_one_use():
            return
        quantized = quantized_element(tensor_type(op.result))
        if not is_movable(op) or (quantized is not None and quantized.bitwidth != 8):
            return
        codes = [
            QuantizeOp(value, TensorType(element, tensor_type(value).get_shape()), method=op.method.data)
            for value in mover.operands
        ]
        moved = on(mover, [code.result for code in codes], element)
        inherit_layer(moved, mover)
        replace(rewriter, op, [*codes, moved], [moved.results[0]])
        rewriter.erase(mover)


class ShareQuantizer(RewritePattern):
    """Of equal quantizers of one value the first serves all readers: layers that share an input bring one each."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: QuantizeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not is_movable(op):
            return
        for use in list(op.input.uses):
            other = use.operation
            if isinstance(other, QuantizeOp) and is_equal(other, op) and op.is_before_in_block(other):
                replace(rewriter, other, [], [op.result])


def is_equal(one: QuantizeOp, other: QuantizeOp) -> bool:
    """Whether two quantizers of one value give the same codes."""
    return one.result.type == other.result.type and one.method == other.method


class DequantizeBehind(RewritePattern):
    """A mover of dequantized codes moves the codes.

    A reshape, which costs nothing, and movers of s1 do so always, others where they meet a quantizer again or the end.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: MaxPool2DOp | ReshapeOp | ConcatOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not is_mover(op):
            return
        sources = [value.owner.input for value in op.operands if isinstance(value.owner, DequantizeOp)]
        elements = {tensor_type(value).element_type for value in sources}
        if len(sources) != len(op.operands) or len(elements) != 1:
            return
        [element] = elements
        quantized = quantized_element(tensor_type(sources[0]))
        if quantized is not None and (quantized.axis is not None or quantized.bitwidth != 8):
            return
        if not (is_binary(element) or isinstance(op, ReshapeOp) or meets_quantizer(op.results[0])):
            return
        moved = on(op, sources, element)
        reals = DequantizeOp(moved.results[0], op.results[0].type)
        replace(rewriter, op, [moved, reals], [reals.result])


def meets_quantizer(value: SSAValue) -> bool:
    """Whether all that a value meets, past movers, are quantizers, layers with quantized weights, or the end."""
    for use in value.uses:
        reader = use.operation
        if isinstance(reader, DqnnOp) and is_mover(reader) and meets_quantizer(reader.results[0]):
            continue
        if isinstance(reader, ReturnOp) or (isinstance(reader, QuantizeOp) and is_movable(reader)):
            continue
        if not (isinstance(reader, LinearOp) and is_quantized_constant(reader.weights)):
            return False
    return value.first_use is not None


def is_quantized_constant(value: SSAValue) -> bool:
    """Whether a value is made of the codes of a constant."""
    return isinstance(value.owner, DequantizeOp) and isinstance(value.owner.input.owner, ConstantOp)


@dataclass(frozen=True)
class MoveQuantizersPass(ModulePass):
    """Move quantizers up and dequantizers down past max-pools, reshapes and concatenations; share equal quantizers."""

    name = "move-quantizers"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Move until nothing moves any more."""
        patterns = GreedyRewritePatternApplier([ShareQuantizer(), QuantizeBefore(), DequantizeBehind()])
        PatternRewriteWalker(patterns).rewrite_module(op)
