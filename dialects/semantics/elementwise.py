"""Operators on two tensors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.ir import SSAValue

from ..dqnn import AddOp, DivOp, MaximumOp, MinimumOp, MulOp, SelectionOp, SubOp, SumOp, quantization
from ..dqnn.bounds import clamp_bounds
from ..dqnn.elementwise import RescalingOp, rounds_in_float
from ..fixed_point import (
    multiply_by_quantized_multiplier,
    quantize_divide_half_even,
    quantize_multiplier,
    quantize_multiplier_once,
)
from .arrays import Array, centered, clamp, element, in_reals, rescale, single

SUM_SHIFT = 20
"""Bits by which the operands of an 8-bit sum are shifted left, so that their rescaling loses nothing."""

Combine = Callable[[Array, Array], Array]


# real = float(code - zero point) * scale and code = rne(f(real, real) / scale) + zero point, each step rounded to
# float32: onnxruntime/core/providers/cpu/quantization/quantize_linear.cc (DequantizeLinear, and QuantizeLinear by way
# of MlasQuantizeLinear) around Add, Sub or Mul of providers/cpu/math/element_wise_ops.cc.
def in_float(op: RescalingOp, lhs: Array, rhs: Array, combine: Combine) -> Array:
    """The codes that ONNX Runtime gives for float32 operators between quantizers.

    A relu or clip before the quantizer is a clamp of codes, to the codes of its bounds: rounding keeps the order.
    """
    target = quantization(op.result)
    with np.errstate(over="ignore", invalid="ignore"):
        reals = combine(single_reals(lhs, op.lhs), single_reals(rhs, op.rhs))
    return np.clip(quantize_divide_half_even(reals, target), *float_range(op)).astype(target.numpy_dtype)


def single_reals(codes: Array, value: SSAValue) -> Array:
    """What codes stand for, by way of float32 scales."""
    type_ = quantization(value)
    return centered(codes, type_).astype(np.float32) * single(type_.scale)


def float_range(op: RescalingOp) -> tuple[int, int]:
    """The least and the largest code of a result that is made in float32, after the fused activation."""
    target = quantization(op.result)
    low, high = clamp_bounds(op)
    return (
        target.storage_min if low is None else int(quantize_divide_half_even(low, target)),
        target.storage_max if high is None else int(quantize_divide_half_even(high, target)),
    )


def combine_sums(op: SumOp, lhs: Array, rhs: Array, combine: Combine) -> Array:
    """Sum or difference of two tensors.

    Both operands are brought, in units of 2^-20, to twice the larger scale, combined, and brought to the result's
    scale. tensorflow/lite/kernels/add.cc (PrepareGeneralAddOp) and its reference kernel.
    """
    left, right, target = element(op.lhs), element(op.rhs), element(op.result)
    bounds = clamp_bounds(op)
    if left is None or right is None or target is None:
        return clamp(combine(lhs, rhs), None, bounds)
    if rounds_in_float(op):
        return in_float(op, lhs, rhs, combine)
    common = 2.0 * max(left.scale, right.scale)
    scaled = (
        rescale(centered(codes, type_) << SUM_SHIFT, type_.scale / common)
        for codes, type_ in ((lhs, left), (rhs, right))
    )
    multiplier, shift = quantize_multiplier(common / ((1 << SUM_SHIFT) * target.scale))
    total = multiply_by_quantized_multiplier(combine(*scaled), multiplier + op.nudge.value.data, shift)
    return clamp(total.astype(np.int64) + target.zero_point, target, bounds)


def multiply(op: MulOp, lhs: Array, rhs: Array) -> Array:
    """Product; the multiplier lhs scale * rhs scale / scale is formed in float32. tensorflow/lite/kernels/mul.cc."""
    left, right, target = element(op.lhs), element(op.rhs), element(op.result)
    bounds = clamp_bounds(op)
    if left is None or right is None or target is None:
        return clamp(lhs * rhs, None, bounds)
    if rounds_in_float(op):
        return in_float(op, lhs, rhs, np.multiply)
    multiplier = single(left.scale) * single(right.scale) / single(target.scale)
    encode = quantize_multiplier if op.rounding is None else quantize_multiplier_once
    products = centered(lhs, left) * centered(rhs, right)
    scaled = multiply_by_quantized_multiplier(products, *encode(float(multiplier)))
    return clamp(scaled.astype(np.int64) + target.zero_point, target, bounds)


def divide(op: DivOp, lhs: Array, rhs: Array) -> Array:
    """Quotient of the real numbers, by IEEE's rules where the divisor is 0."""

    def quotient(left: Array, right: Array) -> Array:
        return clamp(left / right, None, clamp_bounds(op))

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return in_reals(op, quotient, (lhs, rhs))


def select(op: SelectionOp, lhs: Array, rhs: Array, pick: Combine) -> Array:
    """The larger or smaller value: of the codes where all types are one, else of the real numbers."""
    if element(op.lhs) == element(op.rhs) == element(op.result):
        return pick(lhs, rhs)
    return in_reals(op, pick, (lhs, rhs))


@register_impls
class ElementwiseFunctions(InterpreterFunctions):
    """TensorFlow Lite's ADD, SUB, MUL, DIV, MAXIMUM and MINIMUM."""

    @impl(AddOp)
    def run_add(self, interpreter: Interpreter, op: AddOp, args: PythonValues) -> PythonValues:
        """The sum."""
        del interpreter
        return (combine_sums(op, args[0], args[1], np.add),)

    @impl(SubOp)
    def run_sub(self, interpreter: Interpreter, op: SubOp, args: PythonValues) -> PythonValues:
        """The difference."""
        del interpreter
        return (combine_sums(op, args[0], args[1], np.subtract),)

    @impl(MulOp)
    def run_mul(self, interpreter: Interpreter, op: MulOp, args: PythonValues) -> PythonValues:
        """The product."""
        del interpreter
        return (multiply(op, args[0], args[1]),)

    @impl(DivOp)
    def run_div(self, interpreter: Interpreter, op: DivOp, args: PythonValues) -> PythonValues:
        """The quotient."""
        del interpreter
        return (divide(op, args[0], args[1]),)

    @impl(MaximumOp)
    def run_maximum(self, interpreter: Interpreter, op: MaximumOp, args: PythonValues) -> PythonValues:
        """The larger value."""
        del interpreter
        return (select(op, args[0], args[1], np.maximum),)

    @impl(MinimumOp)
    def run_minimum(self, interpreter: Interpreter, op: MinimumOp, args: PythonValues) -> PythonValues:
        """The smaller value."""
        del interpreter
        return (select(op, args[0], args[1], np.minimum),)
