"""The pass `sink-activation`: max-pool first, then the activation, on the fewer values that are left."""

from dataclasses import dataclass

from dqnnc.dialects.dqnn import MaxPool2DOp, Relu6Op, ReluOp, inherit_layer, replace, tensor_type
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern


class SinkActivation(RewritePattern):
    """max_pool(activation(x)) becomes activation(max_pool(x)).

    Both are equal for an activation that never falls: the largest value of a window stays the largest. That holds
    for codes too, whatever the types on both sides of the activation, since its rounding never falls either.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: MaxPool2DOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite `op`, where its input comes from an activation."""
        activation = op.input.owner
        if not isinstance(activation, ReluOp | Relu6Op):
            return
        if not activation.result.has_one_use():
            return  # Someone else needs the activation of every value.
        if op.clamp_min is not None or op.clamp_max is not None:
            return  # The pool's own bounds are meant for the activation's results.

        element = tensor_type(activation.input).element_type
        pool = MaxPool2DOp(
            activation.input,
            TensorType(element, op.result.type.get_shape()),
            kernel=op.kernel.get_values(),
            strides=op.strides.get_values(),
            padding=op.padding.get_values(),
        )
        sunk = type(activation)(pool, op.result.type)
        inherit_layer(sunk, activation)
        replace(rewriter, op, [pool, sunk])
        rewriter.erase(activation)


@dataclass(frozen=True)
class SinkActivationPass(ModulePass):
    """Move activations below the max-pool that follows them."""

    name = "sink-activation"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Rewrite every max-pool in the module."""
        PatternRewriteWalker(SinkActivation()).rewrite_module(op)
