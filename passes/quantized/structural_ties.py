"""Scales whose ratios are so simple that sums and products of codes lie in the middle of two codes all the time.

With powers of two, which many quantizers choose, half of the sums do where the result's scale is twice the operands'.
Then the way of rounding decides the result: integer kernels send halves away from zero or up, ONNX Runtime to even, and
where scales are no powers of two as float32's errors have it. Pairs of codes with other ratios come as near to a middle
by chance alone (`dialects/near_ties.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import SSAValue

from ...dialects.dqnn import AddOp, ConstantOp, SubOp, quantization
from ...dialects.dqnn.elementwise import RescalingOp
from ...dialects.near_ties import MANY, NEAR
from ...dialects.quant import UniformQuantizedType
from ...dialects.semantics.elementwise import float_range
from .stage import Affine


# With ratio = step / output scale, a sum lies in the middle of codes k and k + 1 where (k + 1/2 - offset) / ratio is a
# whole number, offset being in codes. For scales without a common measure that is next to a whole number by chance, and
# 2 * NEAR of all sums are near ties. With a ratio of 2^-8 it is one for every k, and one sum in 256 is a tie: so many
# codes differ between rounding halves up and to even.
def sums_have_structural_ties(stage: Affine, reach: NDArray[Any], target: UniformQuantizedType) -> bool:
    """Whether so many sums are near ties that this is no chance.

    Args:
        stage: scale and offset of each channel, in reals.
        reach: the largest magnitude of each channel's sum.
        target: the result's type.
    """
    ratios = np.abs(stage.scale / target.scale)
    sloping = ratios * reach >= 0.5
    if not sloping.any():
        return False
    ratios, offsets, reach = ratios[sloping], (stage.offset / target.scale)[sloping], reach[sloping]
    codes = np.arange(target.storage_min, target.storage_max) - target.zero_point
    middles = codes[:, np.newaxis] + 0.5 - offsets
    sums = np.rint(middles / ratios)
    is_tie = (np.abs(sums * ratios - middles) < NEAR) & (np.abs(sums) <= reach)
    within = np.minimum(2 * reach + 1, len(codes) / ratios)
    return bool(is_tie.sum() > MANY * within.sum())


# code = rne(x) + zero point changes from k to k + 1 at x = k + 1/2 - zero point. Middles outside the bounds of the
# fused activation, and of the type, change nothing.
def has_structural_ties(op: RescalingOp) -> bool:
    """Whether many pairs of its operands' codes lie next to the middle of two codes of its result.

    Of an operand that is constant only the codes that it has count.
    """
    target = quantization(op.result)
    lhs, rhs = _reals(op.lhs)[:, np.newaxis], _reals(op.rhs)
    exact = lhs + rhs if isinstance(op, AddOp) else lhs - rhs if isinstance(op, SubOp) else lhs * rhs
    quotients = exact / target.scale
    below = np.floor(quotients)
    low, high = float_range(op)
    inside = (below + target.zero_point >= low) & (below + target.zero_point < high)
    return bool((inside & (np.abs(quotients - below - 0.5) < NEAR)).mean() > MANY)


def _reals(value: SSAValue) -> NDArray[Any]:
    """What the codes of an operand stand for, in float64."""
    element = quantization(value)
    codes = np.arange(element.storage_min, element.storage_max + 1)
    if isinstance(value.owner, ConstantOp):
        codes = np.unique(value.owner.array).astype(np.int64)
    return (codes - element.zero_point) * element.scale
