"""Rows of operators on two s8 tensors."""

from __future__ import annotations

from math import frexp
from typing import Any

import numpy as np
from xdsl.ir import SSAValue

from ....dialects.dqnn import AddOp, MaximumOp, MinimumOp, MulOp, SubOp
from ....dialects.dqnn.elementwise import RescalingOp, rounds_in_float
from ....dialects.fixed_point import (
    quantize_multiplier,
    quantize_multiplier_once,
    quantize_multiplier_smaller_than_one,
)
from ....dialects.semantics.elementwise import float_range
from ..c_args import NullAttr
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from .support import (
    CMSIS_NN,
    PER_LAYER,
    RANK_FITS,
    RUNTIME,
    SAME_QUANTIZATION,
    SAME_SHAPES,
    array,
    both_libraries,
    code_range,
    context,
    count_of,
    dims,
    float32_product,
    float32_quotient,
    in_place_of,
    per_build,
    per_element,
    quantization,
    real,
    shape_of,
    unit_strides,
)

SUM_SHIFT = 20
"""Bits by which TFLite widens the inputs of int8 sums before it scales them."""


def _sum_scales(op: Any) -> tuple[float, float, float]:
    """Multipliers of a sum: of each input to twice the larger input scale, and from there to the output's.

    Source: tensorflow/lite/kernels/add.cc and sub.cc, PrepareGeneralSubOp and its like.
    """
    lhs, rhs, out = (quantization(value).scale for value in (op.lhs, op.rhs, op.result))
    twice = 2 * max(lhs, rhs)
    return lhs / twice, rhs / twice, twice / ((1 << SUM_SHIFT) * out)


SUM_SCALES_FIT = Constraint(
    f"the larger input scale is less than 2^{SUM_SHIFT - 1} times the output scale", lambda op: _sum_scales(op)[2] < 1.0
)


def _sum_arguments(op: Any) -> tuple[list[int], list[int]]:
    """Arguments of a sum before and after the output pointer, where CMSIS-NN has it."""
    lhs, rhs, (multiplier, shift) = (quantize_multiplier_smaller_than_one(scale) for scale in _sum_scales(op))
    out = (multiplier + op.nudge.value.data, shift)
    inputs = [-quantization(op.lhs).zero_point, *lhs, -quantization(op.rhs).zero_point, *rhs, SUM_SHIFT]
    return inputs, [quantization(op.result).zero_point, *out, *code_range(op)]


def _product_arguments(op: Any) -> tuple[list[int], list[int]]:
    """Arguments of a product before and after the output pointer; TFLite multiplies these scales in float32.

    Source: tensorflow/lite/kernels/mul.cc.
    """
    product = float32_product(quantization(op.lhs).scale, quantization(op.rhs).scale)
    encode = quantize_multiplier if op.rounding is None else quantize_multiplier_once
    multiplier, shift = encode(float32_quotient(product, quantization(op.result).scale))
    inputs = [-quantization(op.lhs).zero_point, -quantization(op.rhs).zero_point]
    return inputs, [quantization(op.result).zero_point, multiplier, shift, *code_range(op)]


SCALE_BITS = 30
"""Scales from 2^-30 to 2^30 have products and quotients that float32 neither rounds to 0 nor sends to infinity."""


# (a s + b t) / 2^n = a (s / 2^n) + b (t / 2^n) and (a s) (b t) / 2^n = (a (s / 2^n)) (b t), rounding for rounding: a
# power of two only moves the exponent.
def _float_scales(op: RescalingOp) -> tuple[float, float, float]:
    """Scales of both operands and the divisor, which is 1 where the operands' scales can take it in."""
    lhs, rhs, out = scales = tuple(float(np.float32(quantization(value).scale)) for value in (*op.operands, op.result))
    if frexp(out)[0] != 0.5 or not all(2.0**-SCALE_BITS <= scale <= 2.0**SCALE_BITS for scale in scales):
        return lhs, rhs, out
    return lhs / out, rhs if isinstance(op, MulOp) else rhs / out, 1.0


def _float_arguments(op: Any) -> tuple[list[Any], list[Any]]:
    """Arguments of an operator that is computed in float32, behind the operands."""
    lhs, rhs, divisor = _float_scales(op)
    inputs = [-quantization(op.lhs).zero_point, real(lhs), -quantization(op.rhs).zero_point, real(rhs)]
    return inputs, [quantization(op.result).zero_point, real(divisor), *float_range(op)]


def _elementwise(callee: str, arguments: Any) -> Any:
    """The call of CMSIS-NN's function on two tensors of one shape."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        before, after = arguments(op)
        lhs, rhs, result = call.read(op.lhs), call.read(op.rhs), call.write(op.result)
        args = [lhs, rhs, *before, result, *after, count_of(op.result)]
        call.call(callee, args, header=CMSIS_NN, checked=True, in_place=in_place_of(op))

    return emit


def broadcast_operands(op: Any, call: CallBuilder) -> list[Any]:
    """What the runtime's broadcasting kernels take first: pointers, rank, the output's shape, and both strides."""
    shape = shape_of(op.result)
    lhs, rhs = op.operands
    return [
        call.read(lhs),
        call.read(rhs),
        call.write(op.result),
        len(shape),
        array("shape", shape),
        array("lhs_strides", unit_strides(shape, shape_of(lhs))),
        array("rhs_strides", unit_strides(shape, shape_of(rhs))),
    ]


def _broadcast(callee: str, arguments: Any, header: str = RUNTIME, rates: tuple[float, ...] = (40,)) -> tuple[Kernel]:
    """The runtime's kernel on tensors whose shapes broadcast, and its instructions for each element."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        before, after = arguments(op)
        args = [*broadcast_operands(op, call), *before, *after]
        call.call(callee, args, header=header, in_place=in_place_of(op))

    return (Kernel(callee, "portable", emit, per_build(per_element(1), *rates)),)


def _float_row(name: str, op: type[RescalingOp]) -> Row:
    """The row of an operator that is computed in float32."""
    callee = f"dqnn_{name}_float_s8"
    kernels = _broadcast(callee, _float_arguments, FLOAT_RUNTIME, FLOAT_RATES)
    return Row(
        f"{name}-float-s8", op, "s8", None, "s8", kernels, "op_s8_s8", per_element(1), (PER_LAYER, IN_FLOAT, RANK_FITS)
    )


def _selection_shapes_fit(op: Any) -> bool:
    """Whether CMSIS-NN repeats an input rightly: it errs where one repeats along the width and not along the height."""
    shape = shape_of(op.result)
    return all(shape_of(value) == shape or count_of(value) in (1, shape_of(value)[-1]) for value in (op.lhs, op.rhs))


SELECTION_SHAPES = Constraint(
    "each input has the output's shape, or is a scalar, or a vector along the last axis", _selection_shapes_fit
)
FOUR_DIMENSIONS = Constraint("the output has at most 4 dimensions", lambda op: len(shape_of(op.result)) <= 4)


def _selection(callee: str) -> tuple[Kernel, Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        def operand(value: SSAValue, name: str) -> list[Any]:
            return [call.read(value), dims(name, shape_of(value))]

        args = [
            context("ctx", NullAttr(), 0),
            *operand(op.lhs, "input_1_dims"),
            *operand(op.rhs, "input_2_dims"),
            call.write(op.result),
            dims("output_dims", shape_of(op.result)),
        ]
        in_place = in_place_of(op) if shape_of(op.lhs) == shape_of(op.rhs) else ()
        call.call(callee, args, header=CMSIS_NN, checked=True, in_place=in_place)

    return both_libraries(callee, emit, per_element(1), (8, 8, 0.5))


ADD = both_libraries(
    "arm_elementwise_add_s8", _elementwise("arm_elementwise_add_s8", _sum_arguments), per_element(1), (38, 30, 12)
)
MUL = both_libraries(
    "arm_elementwise_mul_s8", _elementwise("arm_elementwise_mul_s8", _product_arguments), per_element(1), (20, 16, 6)
)
IN_FLOAT = Constraint("near ties of codes are frequent, and rounded as float32 has them", rounds_in_float)
IN_INTEGERS = Constraint("codes are rounded as integers have them", lambda op: not rounds_in_float(op))
FLOAT_RUNTIME = "dqnn_float_s8_kernels.h"
FLOAT_RATES = (600, 29)
"""Instructions for each element; those of a core without float32 in hardware first."""

SUMS = (PER_LAYER, IN_INTEGERS, SUM_SCALES_FIT)
PRODUCTS = (PER_LAYER, IN_INTEGERS)

ROWS = (
    Row("add-s8", AddOp, "s8", None, "s8", ADD, "op_s8_s8", per_element(1), (*SUMS, SAME_SHAPES)),
    Row(
        "add-s8-broadcast", AddOp, "s8", None, "s8", _broadcast("dqnn_add_s8", _sum_arguments),
        "op_s8_s8", per_element(1), (*SUMS, RANK_FITS),
    ),
    Row(
        "sub-s8", SubOp, "s8", None, "s8", _broadcast("dqnn_sub_s8", _sum_arguments),
        "op_s8_s8", per_element(1), (*SUMS, RANK_FITS),
    ),
    Row("mul-s8", MulOp, "s8", None, "s8", MUL, "op_s8_s8", per_element(1), (*PRODUCTS, SAME_SHAPES)),
    Row(
        "mul-s8-broadcast", MulOp, "s8", None, "s8", _broadcast("dqnn_mul_s8", _product_arguments),
        "op_s8_s8", per_element(1), (*PRODUCTS, RANK_FITS),
    ),
    _float_row("add", AddOp),
    _float_row("sub", SubOp),
    _float_row("mul", MulOp),
    Row(
        "maximum-s8", MaximumOp, "s8", None, "s8", _selection("arm_maximum_s8"),
        "op_s8_s8", per_element(1), (PER_LAYER, SAME_QUANTIZATION, FOUR_DIMENSIONS, SELECTION_SHAPES),
    ),
    Row(
        "minimum-s8", MinimumOp, "s8", None, "s8", _selection("arm_minimum_s8"),
        "op_s8_s8", per_element(1), (PER_LAYER, SAME_QUANTIZATION, FOUR_DIMENSIONS, SELECTION_SHAPES),
    ),
)  # fmt: skip
