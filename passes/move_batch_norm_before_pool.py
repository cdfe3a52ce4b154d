"""`move-batch-norm-before-pool`: batch normalization and quantizer go before the max-pool between them and the layer.

A normalization with scale s >= 0 never falls, so it commutes with a maximum. With s < 0 it never rises: the sign of
the largest input is the smallest of the signs, min(x) = -max(-x). So a negated sign goes into the pool and what comes
out is negated: a mask before the pool, which the layer's threshold takes in, and one behind it, which the pool's kernel
has. Exact for sums of 0 too, for which the sign is +1 either way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern, op_type_rewrite_pattern

from ..dialects.dqnn import (
    BatchNormOp,
    ConstantOp,
    DqnnOp,
    FlipOp,
    LinearOp,
    MaxPool2DFlipOp,
    MaxPool2DOp,
    QuantizeOp,
    inherit_layer,
    is_binary,
    s1,
    stand_for,
    tensor_type,
)
from .quantized.layer import has_constants, match_layer, tables_of


class MoveBatchNormBeforePool(RewritePattern):
    """layer -> max_pool2d -> batch_norm -> quantize, each the only reader of the one before."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: QuantizeOp, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        norm = op.input.owner
        if not isinstance(norm, BatchNormOp) or not op.input.has_one_use() or not has_constants(norm):
            return
        pool = norm.input.owner
        if not isinstance(pool, MaxPool2DOp) or not norm.input.has_one_use() or pool.clamp_min or pool.clamp_max:
            return
        layer = pool.input.owner
        if not isinstance(layer, LinearOp) or not pool.input.has_one_use():
            return
        gamma = tables_of(norm)[0]
        if (gamma < 0).any() and not (is_binary(tensor_type(op.result).element_type) and takes_flip(layer)):
            return
        moved = BatchNormOp(
            pool.input,
            norm.gamma,
            norm.beta,
            norm.mean,
            norm.variance,
            pool.input.type,
            epsilon=norm.epsilon.value.data,
            formula=norm.formula.data,
        )
        element = tensor_type(op.result).element_type
        codes = QuantizeOp(moved, TensorType(element, tensor_type(pool.input).get_shape()), method=op.method.data)
        kernel, strides, padding = (p.get_values() for p in (pool.kernel, pool.strides, pool.padding))
        new: list[DqnnOp] = [moved, codes]
        if (gamma < 0).any():
            mask = ConstantOp(np.where(gamma < 0, -1, 1), s1)
            flip = FlipOp(codes, mask, codes.result.type)
            new += [
                mask,
                flip,
                MaxPool2DFlipOp(flip, mask, op.result.type, kernel=kernel, strides=strides, padding=padding),
            ]
        else:
            new.append(MaxPool2DOp(codes, op.result.type, kernel=kernel, strides=strides, padding=padding))
        for inserted in new[:-1]:
            inherit_layer(inserted, norm)
        inherit_layer(new[-1], pool)
        stand_for(new[-1].results[0], op.result)
        rewriter.replace(op, new, [new[-1].results[0]])
        rewriter.erase(norm)
        rewriter.erase(pool)


def takes_flip(op: LinearOp) -> bool:
    """Whether a layer sums codes, so that its thresholds can take in a mask."""
    layer = match_layer(op)
    return layer is not None and layer.source.is_codes and layer.has_code_weights


@dataclass(frozen=True)
class MoveBatchNormBeforePoolPass(ModulePass):
    """Let a layer's batch normalization and quantizer stand before the max-pool, where the layer can take them in."""

    name = "move-batch-norm-before-pool"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Move everywhere."""
        PatternRewriteWalker(MoveBatchNormBeforePool()).rewrite_module(op)
