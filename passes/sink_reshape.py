"""`sink-reshape`: a reshape goes behind what is computed element by element, which then stands behind its layer.

Layers of one dimension compute as layers of two between reshapes, [1, L, C] -> [1, 1, L, C] and back. A batch
normalization or activation behind such a layer is part of it only where nothing comes between.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern

from ..dialects.dqnn import BatchNormOp, ClipOp, Relu6Op, ReluOp, ReshapeOp, inherit_layer, replace, tensor_type


class SinkReshape(RewritePattern):
    """reshape -> batch_norm, relu, relu6 or clip in f32, the only reader: the other way round."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: BatchNormOp | ReluOp | Relu6Op | ClipOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        reshape = op.input.owner
        if not isinstance(reshape, ReshapeOp) or not op.input.has_one_use():
            return
        source, result = tensor_type(reshape.input), tensor_type(op.result)
        if source.element_type != f32 or result.element_type != f32:
            return
        # A normalization has parameters for each channel: they must be the same channels.
        if isinstance(op, BatchNormOp) and source.get_shape()[-1:] != result.get_shape()[-1:]:
            return
        moved = type(op).create(
            operands=[reshape.input, *op.operands[1:]],
            result_types=[TensorType(f32, source.get_shape())],
            properties=dict(op.properties),
            attributes=dict(op.attributes),
        )
        behind = ReshapeOp(moved.results[0], result)
        inherit_layer(moved, op)
        inherit_layer(behind, reshape)
        replace(rewriter, op, [moved, behind], [behind.result])
        rewriter.erase(reshape)


@dataclass(frozen=True)
class SinkReshapePass(ModulePass):
    """Let batch normalizations and activations stand before a reshape, behind the layer that they belong to."""

    name = "sink-reshape"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Move until nothing moves any more."""
        PatternRewriteWalker(SinkReshape()).rewrite_module(op)
