"""Sums of codes that give what float32 gives: for each of the 65,536 pairs of codes, not for most.

ONNX Runtime adds real numbers and rounds their quotient. TensorFlow Lite's integer sum differs for the few pairs whose
sum is next to a half, up to one part in a million. Such a pair comes again and again in a network, and the code that it
changes changes others behind it. A slightly other multiplier sends it to the same side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Block

from ...dialects.dqnn import AddOp, SumOp, quantized_element, tensor_type
from ...dialects.dqnn.base import integer
from ...dialects.fixed_point import dequantize, quantize_divide_half_even
from ...dialects.quant import UniformQuantizedType
from ...dialects.semantics import evaluate

STEP = 20
"""Units of the Q31 multiplier between the ones that are tried: 2^-26 of it, less than float32 resolves."""
STEPS = 25
"""How many are tried on either side. Beyond 2^-21 of the multiplier other pairs than those next to a half change."""


def nudge_of(op: SumOp) -> int:
    """What to add to a sum's multiplier so that the fewest pairs of codes give another code than in float32."""
    types = [quantized_element(tensor_type(value)) for value in (op.lhs, op.rhs, op.result)]
    left, right, target = types
    if left is None or right is None or target is None:
        return 0
    lhs, rhs = _codes(left)[:, np.newaxis], _codes(right)[np.newaxis, :]
    reals = dequantize(lhs, left), dequantize(rhs, right)
    expected = quantize_divide_half_even(np.add(*reals) if isinstance(op, AddOp) else np.subtract(*reals), target)
    arguments = Block(arg_types=[TensorType(left, lhs.shape), TensorType(right, rhs.shape)]).args
    result = TensorType(target, expected.shape)
    form = type(op).create(operands=arguments, result_types=[result], properties={"nudge": integer(0)})
    best, fewest = 0, expected.size
    for step in sorted(range(-STEPS, STEPS + 1), key=abs):
        form.nudge = integer(STEP * step)
        wrong = int((evaluate(form, [lhs, rhs])[0] != expected).sum())
        if wrong < fewest:
            best, fewest = STEP * step, wrong
        if fewest == 0:
            break
    return best


def _codes(element: UniformQuantizedType) -> NDArray[Any]:
    return np.arange(element.storage_min, element.storage_max + 1, dtype=element.numpy_dtype)
