"""`fuse-activation`: an activation becomes the bounds of the operator before it."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern

from ..dialects.dqnn import ArithmeticOp, ClipOp, LinearOp, Pool2DOp, Relu6Op, ReluOp, forget_tensors, replace
from ..dialects.dqnn.base import real
from ..dialects.dqnn.bounds import bounds_of, clamp_bounds, intersection


class FuseActivation(RewritePattern):
    """relu, relu6 or clip of the only use of a linear operator, pool, add, sub or mul.

    Both results must be of one type. Then clamping codes to the codes of the bounds after clamping them to the codes
    of the operator's own bounds is clamping them to the codes of the intersection, since a larger real number never
    has a smaller code. Where the types differ, the activation rescales, with a rounding of its own.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReluOp | Relu6Op | ClipOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        producer = op.input.owner
        if not isinstance(producer, LinearOp | Pool2DOp | ArithmeticOp):
            return
        if not op.input.has_one_use() or op.input.type != op.result.type:
            return
        bounds = intersection(clamp_bounds(producer), bounds_of(op))
        if bounds is None:
            return
        producer.clamp_min, producer.clamp_max = (None if bound is None else real(bound) for bound in bounds)
        forget_tensors(producer)
        rewriter.notify_op_modified(producer)
        replace(rewriter, op, (), [producer.result])


@dataclass(frozen=True)
class FuseActivationPass(ModulePass):
    """Make relu, relu6 and clip the fused activation of the layer before them, where that changes no value.

    The layers are convolutions, dense layers, pools, add, sub and mul. An activation stays where something else uses
    the layer's result, which would be clamped as well; where it changes scale or zero point, which rounds once more;
    and where its bounds and the layer's own do not meet, since no pair of bounds does what the two do.
    """

    name = "fuse-activation"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Fuse everywhere."""
        PatternRewriteWalker(FuseActivation()).rewrite_module(op)
