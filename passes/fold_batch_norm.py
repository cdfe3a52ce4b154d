"""`fold-batch-norm`: a batch normalization becomes part of the float layer before it, or a product and a sum.

With inv = gamma / sqrt(variance + epsilon), (w x + b - mean) * inv + beta = (w inv) x + (b inv + beta - mean * inv).
Formed in float64 and rounded once, so a folded layer may differ from the unfolded one in its last bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, f32
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern

from ..dialects.dqnn import (
    AddOp,
    BatchNormOp,
    ConstantOp,
    LinearOp,
    MulOp,
    inherit_layer,
    replace,
    stand_for,
)
from ..dialects.semantics.normalization import inverse_deviation
from .quantized.layer import Array, Layer, has_constants, match_layer, tables_of


def coefficients(op: BatchNormOp) -> tuple[Array, Array]:
    """Scale and offset of each channel, in float64."""
    gamma, beta, mean, variance = (table.astype(np.float64) for table in tables_of(op))
    inverse = inverse_deviation(gamma, variance, op.epsilon.value.data).astype(np.float64)
    return inverse, beta - mean * inverse


class FoldBatchNorm(RewritePattern):
    """Behind a layer in f32 whose result nothing else reads: into its weights and bias. Else: mul and add."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: BatchNormOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not has_constants(op):
            return
        scale, offset = coefficients(op)
        layer = match_layer(op.input.owner) if isinstance(op.input.owner, LinearOp) else None
        if layer is not None and op.input.has_one_use() and is_float(layer):
            self.fold(layer, op, scale, offset, rewriter)
            return
        factor, summand = (ConstantOp(values.astype(np.float32), f32) for values in (scale, offset))
        product = MulOp(op.input, factor, op.result.type)
        replace(rewriter, op, [factor, summand, product, AddOp(product, summand, op.result.type)])

    def fold(self, layer: Layer, op: BatchNormOp, scale: Array, offset: Array, rewriter: PatternRewriter) -> None:
        """Replace layer and normalization by one layer."""
        codes = layer.weights.array.astype(np.float64)
        shape = [-1 if axis == layer.channel_axis else 1 for axis in range(codes.ndim)]
        weights = ConstantOp((codes * scale.reshape(shape)).astype(np.float32), f32)
        bias = ConstantOp((layer.bias.astype(np.float64) * scale + offset).astype(np.float32), f32)
        folded = type(layer.op).create(
            operands=[layer.op.input, weights.result, bias.result],
            result_types=[op.result.type],
            properties=dict(layer.op.properties),
            attributes=dict(layer.op.attributes),
        )
        for new in (weights, bias, folded):
            inherit_layer(new, layer.op)
        stand_for(folded.results[0], op.result)
        rewriter.replace(op, [weights, bias, folded], [folded.results[0]])
        rewriter.erase(layer.op)


def is_float(layer: Layer) -> bool:
    """Whether the weights are reals, and no activation stands between the layer and what is behind it."""
    has_clamp = layer.op.clamp_min is not None or layer.op.clamp_max is not None
    return layer.op.weights is layer.weights.result and not layer.has_code_weights and not has_clamp


@dataclass(frozen=True)
class FoldBatchNormPass(ModulePass):
    """Leave no batch normalization: fold it into the float layer before it, or make it a product and a sum."""

    name = "fold-batch-norm"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Fold everywhere."""
        PatternRewriteWalker(FoldBatchNorm()).rewrite_module(op)
