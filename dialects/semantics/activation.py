"""Operators on one tensor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import ClipOp, HardSwishOp, LeakyReluOp, PReluOp, Relu6Op, ReluOp, SigmoidOp, SoftmaxOp, TanhOp, UnaryOp
from ..dqnn.bounds import Bounds
from ..fixed_point import (
    dequantize,
    exp_on_negative_values,
    multiply_by_quantized_multiplier,
    quantize_divide_half_even,
    quantize_multiplier,
    reciprocal,
    round_half_away,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    softmax_parameters,
)
from ..quant import UniformQuantizedType
from .arrays import Array, centered, clamp, element, in_reals, rescale, single

SUM_INTEGER_BITS = 12
"""Integer bits of the softmax's sum of exponentials."""


def clip(op: UnaryOp, values: Array, bounds: Bounds) -> Array:
    """Clamp, and bring codes to the result's scale. QuantizedReluX in tensorflow/lite/kernels/activations.cc."""
    source, target = element(op.input), element(op.result)
    if source is None or target is None:
        return clamp(values, None, bounds)
    scaled = rescale(centered(values, source), float(single(source.scale) / single(target.scale)))
    return clamp(scaled.astype(np.int64) + target.zero_point, target, bounds)


def leaky_relu(values: Array, source: UniformQuantizedType, target: UniformQuantizedType, alpha: float) -> Array:
    """Two multipliers, one for each sign; that of a negative slope is its magnitude, and its result is negated.

    LeakyReluPrepare in tensorflow/lite/kernels/activations.cc, QuantizeLeakyRelu in reference/leaky_relu.h.
    """
    inputs = centered(values, source)
    identity = float(single(source.scale) / single(target.scale))
    slope = float(single(source.scale) * single(alpha) / single(target.scale))
    negative = -rescale(inputs, -slope) if slope < 0 else rescale(inputs, slope)
    scaled = np.where(inputs >= 0, rescale(inputs, identity), negative)
    return clamp(scaled.astype(np.int64) + target.zero_point, target)


def lookup(
    codes: Array, source: UniformQuantizedType, target: UniformQuantizedType, function: Callable[[Array], Array]
) -> Array:
    """A function of each code, evaluated in float32 as TensorFlow Lite fills its tables of 256 results.

    `function` maps float64 to float64 and is rounded to float32. LUTPopulate in tensorflow/lite/kernels/internal/
    common.h: round(f(x) * (1 / scale)) + zero point.
    """
    reals = single(source.scale) * centered(codes, source).astype(np.float32)
    results = function(reals.astype(np.float64)).astype(np.float32)
    steps = round_half_away(results * (np.float32(1) / single(target.scale)))
    return clamp(steps.astype(np.int64) + target.zero_point, target)


def sigmoid(values: Array) -> Array:
    """1 / (1 + exp(-x)), exp, sum and quotient each rounded to float32."""
    with np.errstate(over="ignore"):
        exponentials = np.exp(-values.astype(np.float64)).astype(np.float32)
    return np.float32(1) / (np.float32(1) + exponentials)


def softmax(values: Array, beta: float) -> Array:
    """exp(beta * (x - max)) over its sum, in float32."""
    exponentials = np.exp((values - values.max(axis=-1, keepdims=True)) * np.float32(beta))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def softmax_of_codes(codes: Array, source: UniformQuantizedType, beta: float) -> Array:
    """The 8-bit softmax, result of scale 1/256 with the smallest code as zero point.

    Exponentials in Q31, their sum with 12 integer bits; those that are too small count as 0.
    tensorflow/lite/kernels/internal/reference/softmax.h.
    """
    multiplier, left_shift, diff_min = softmax_parameters(source.scale, beta)
    differences = codes.astype(np.int32) - codes.max(axis=-1, keepdims=True).astype(np.int32)
    counted = differences >= diff_min
    scaled = multiply_by_quantized_multiplier(np.where(counted, differences, 0), multiplier, left_shift)
    exponentials = np.where(counted, exp_on_negative_values(scaled), 0)
    sums = rounding_divide_by_pot(exponentials, SUM_INTEGER_BITS).sum(axis=-1, keepdims=True, dtype=np.int32)
    inverse, bits_over_unit = reciprocal(sums, SUM_INTEGER_BITS)
    quotients = saturating_rounding_doubling_high_mul(exponentials, inverse)
    rounded = rounding_divide_by_pot(quotients, bits_over_unit + 31 - 8) + source.storage_min
    return np.clip(rounded, source.storage_min, source.storage_max).astype(source.numpy_dtype)


def hard_swish(codes: Array, source: UniformQuantizedType, target: UniformQuantizedType) -> Array:
    """Compute x * relu6(x + 3) / 6 in 16-bit fixed point.

    x is taken in units of scale / 128. relu6(x + 3) / 6 is (1 + x / 3) / 2 saturated, with x / 3 in Q15.
    tensorflow/lite/kernels/internal/reference/hard_swish.h; parameters from HardSwishPrepare in activations.cc.
    """
    fine_scale = np.float32(1 / 128) * single(source.scale)
    output_multiplier, output_shift = quantize_multiplier(float(fine_scale / single(target.scale)))
    relu_multiplier, relu_shift = quantize_multiplier(float(fine_scale / np.float32(3 / 32768)))
    fine = centered(codes, source).astype(np.int64) << 7
    on_output_scale = _high_mul_16(fine, _half_multiplier(output_multiplier))
    gate = _saturate_16(fine << max(relu_shift - 1, 0))
    gate = _high_mul_16(gate, _half_multiplier(relu_multiplier))
    gate = _saturate_16(gate << 1) if relu_shift > 0 else _divide_by_pot(gate, -relu_shift)
    gate = (gate + (1 << 15)) >> 1
    product = gate * on_output_scale
    # C division: towards zero.
    product = np.sign(product) * (np.abs(product) >> 15)
    scaled = _divide_by_pot(product, -output_shift)
    return clamp(scaled + target.zero_point, target)


def _half_multiplier(multiplier: int) -> int:
    """A Q31 mantissa as Q15, rounded."""
    return min((multiplier + (1 << 15)) >> 16, (1 << 15) - 1)


def _saturate_16(values: Array) -> Array:
    return np.clip(values, -(1 << 15), (1 << 15) - 1)


def _high_mul_16(values: Array, multiplier: int) -> Array:
    """Multiply by a Q15 number, rounding to nearest, halves away from zero (gemmlowp's 16-bit high multiplication)."""
    product = values * multiplier
    nudged = product + np.where(product >= 0, 1 << 14, 1 - (1 << 14))
    return np.sign(nudged) * (np.abs(nudged) >> 15)


def _divide_by_pot(values: Array, exponent: int) -> Array:
    return rounding_divide_by_pot(values, exponent).astype(np.int64)


@register_impls
class ActivationFunctions(InterpreterFunctions):
    """Where a result's type is not one that TensorFlow Lite has a kernel for, the op computes in real numbers."""

    @impl(ReluOp)
    def run_relu(self, interpreter: Interpreter, op: ReluOp, args: PythonValues) -> PythonValues:
        """max(x, 0)."""
        del interpreter
        return (clip(op, args[0], (0.0, None)),)

    @impl(Relu6Op)
    def run_relu6(self, interpreter: Interpreter, op: Relu6Op, args: PythonValues) -> PythonValues:
        """min(max(x, 0), 6)."""
        del interpreter
        return (clip(op, args[0], (0.0, 6.0)),)

    @impl(ClipOp)
    def run_clip(self, interpreter: Interpreter, op: ClipOp, args: PythonValues) -> PythonValues:
        """min(max(x, min), max); an infinite bound is none."""
        del interpreter
        low, high = op.min.value.data, op.max.value.data
        return (clip(op, args[0], (None if low == -inf else low, None if high == inf else high)),)

    @impl(LeakyReluOp)
    def run_leaky_relu(self, interpreter: Interpreter, op: LeakyReluOp, args: PythonValues) -> PythonValues:
        """Negative values times alpha."""
        del interpreter
        source, target, alpha = element(op.input), element(op.result), op.alpha.value.data
        if source is not None and target is not None and op.method is None:
            return (leaky_relu(args[0], source, target, alpha),)
        values: Array = args[0] if source is None else dequantize(args[0], source)
        results = np.where(values > 0, values, values * np.float32(alpha))
        return (results if target is None else quantize_divide_half_even(results, target),)

    @impl(PReluOp)
    def run_prelu(self, interpreter: Interpreter, op: PReluOp, args: PythonValues) -> PythonValues:
        """Negative values times their slope."""
        del interpreter, op
        return (np.where(args[0] > 0, args[0], args[0] * args[1]),)

    @impl(HardSwishOp)
    def run_hard_swish(self, interpreter: Interpreter, op: HardSwishOp, args: PythonValues) -> PythonValues:
        """The product x * relu6(x + 3) / 6."""
        del interpreter
        source, target = element(op.input), element(op.result)
        if source is not None and target is not None:
            return (hard_swish(args[0], source, target),)
        three, six = np.float32(3), np.float32(6)
        return (args[0] * np.clip(args[0] + three, np.float32(0), six) / six,)

    @impl(SigmoidOp)
    def run_sigmoid(self, interpreter: Interpreter, op: SigmoidOp, args: PythonValues) -> PythonValues:
        """1 / (1 + exp(-x))."""
        del interpreter
        source, target = element(op.input), element(op.result)
        if source is not None and target is not None:
            return (lookup(args[0], source, target, sigmoid),)
        return (sigmoid(args[0]),)

    @impl(TanhOp)
    def run_tanh(self, interpreter: Interpreter, op: TanhOp, args: PythonValues) -> PythonValues:
        """The hyperbolic tangent."""
        del interpreter
        source, target = element(op.input), element(op.result)
        if source is not None and target is not None:
            return (lookup(args[0], source, target, np.tanh),)
        return (np.tanh(args[0]),)

    @impl(SoftmaxOp)
    def run_softmax(self, interpreter: Interpreter, op: SoftmaxOp, args: PythonValues) -> PythonValues:
        """exp(beta * x) over its sum; in integers where the result has scale 1/256 and the smallest code for 0."""
        del interpreter
        source, target, beta = element(op.input), element(op.result), op.beta.value.data
        if (
            source is not None
            and target is not None
            and (target.scale, target.zero_point) == (1 / 256, target.storage_min)
        ):
            return (softmax_of_codes(args[0], source, beta),)
        return (in_reals(op, partial(softmax, beta=beta), args),)
