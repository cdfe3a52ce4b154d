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

from ...dialects.dqnn import AddOp, ConstantOp, SubOp, quantized_element, tensor_type
from ...dialects.dqnn.elementwise import RescalingOp
from ...dialects.near_ties import MANY, NEAR
from ...dialects.semantics.elementwise import float_range


# code = rne(x) + zero point changes from k to k + 1 at x = k + 1/2 - zero point. Middles outside the bounds of the
# fused activation, and of the type, change nothing.
def has_structural_ties(op: RescalingOp) -> bool:
    """Whether many pairs of its operands' codes lie next to the middle of two codes of its result.

    Of an operand that is constant only the codes that it has count.
    """
    target = quantized_element(tensor_type(op.result))
    assert target is not None, "codes"
    lhs, rhs = _reals(op.lhs)[:, np.newaxis], _reals(op.rhs)
    exact = lhs + rhs if isinstance(op, AddOp) else lhs - rhs if isinstance(op, SubOp) else lhs * rhs
    quotients = exact / target.scale
    below = np.floor(quotients)
    low, high = float_range(op)
    inside = (below + target.zero_point >= low) & (below + target.zero_point < high)
    return bool((inside & (np.abs(quotients - below - 0.5) < NEAR)).mean() > MANY)


def _reals(value: SSAValue) -> NDArray[Any]:
    """What the codes of an operand stand for, in float64."""
    element = quantized_element(tensor_type(value))
    assert element is not None, "codes"
    codes = np.arange(element.storage_min, element.storage_max + 1)
    if isinstance(value.owner, ConstantOp):
        codes = np.unique(value.owner.array).astype(np.int64)
    return (codes - element.zero_point) * element.scale
