"""`fold-constants`: what depends on constants alone is computed at compile time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, Use
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriter, PatternRewriteWalker, RewritePattern
from xdsl.transforms.dead_code_elimination import dce

from ..dialects import semantics
from ..dialects.dqnn import BinaryOp, ConcatOp, ConstantOp, DequantizeOp, DqnnOp, LinearOp, replace, tensor_type

MOST_RESULTS = 16
"""How many of the largest results one run may make, in a network that has not as many elements of constants itself."""


@dataclass
class FoldConstants(RewritePattern):
    """An operator on constants becomes the constants that its reference semantics give."""

    max_elements: int
    spare: int = field(compare=False)
    """Elements that may still be made, over all operators."""

    def match_and_rewrite(self, op: Operation, rewriter: PatternRewriter, /) -> None:
        """Rewrite."""
        if not isinstance(op, DqnnOp) or isinstance(op, ConstantOp):
            return
        constants = [owner for operand in op.operands if isinstance(owner := operand.owner, ConstantOp)]
        if len(constants) != len(op.operands) or not constants:
            return
        if isinstance(op, DequantizeOp) and all(takes_codes(use) for use in op.result.uses):
            return
        types = [tensor_type(result) for result in op.results]
        made = sum(prod(type_.get_shape()) for type_ in types)
        if made > min(self.max_elements, self.spare):
            return
        self.spare -= made
        arrays = semantics.evaluate(op, [constant.array for constant in constants])
        folded = [ConstantOp(array, type_.element_type) for array, type_ in zip(arrays, types, strict=True)]
        replace(rewriter, op, folded, [constant.result for constant in folded])


def takes_codes(use: Use) -> bool:
    """Whether a value is the weights of a layer, or an operand of an operator that also computes on codes."""
    op = use.operation
    return isinstance(op, BinaryOp | ConcatOp) or (isinstance(op, LinearOp) and op.weights is op.operands[use.index])


@dataclass(frozen=True)
class FoldConstantsPass(ModulePass):
    """Compute every operator whose operands are all constants, with its reference semantics.

    An operator with more than `max_elements` elements in its results stays: repeating a constant at run time may be
    cheaper than to store the copies. So do those that would together double the network's constants, once these are
    many: a small network must not fill the memory. So does a dequantizer of a layer's weights, or of an operand of a
    sum and the like: of what codes they are made says which kernel fits (`fuse-quantizers` leaves none of these). What
    nothing uses any more is dropped.
    """

    name = "fold-constants"

    max_elements: int = 1 << 20

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Fold, first definitions first, then drop dead code."""
        there = sum(prod(tensor_type(each.result).get_shape()) for each in op.walk() if isinstance(each, ConstantOp))
        spare = max(MOST_RESULTS * self.max_elements, there)
        PatternRewriteWalker(FoldConstants(self.max_elements, spare), apply_recursively=False).rewrite_module(op)
        dce(op)
