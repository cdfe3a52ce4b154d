"""TensorFlow Lite's integer arithmetic in numpy, exact, on arrays of any shape.

Notation: a Q31 number is an int32 m that stands for m / 2^31; "Qn.f" has n integer bits and f = 31 - n fractional
bits. Every function takes arrays (or numbers) of integers in the range of int32 and returns int32 arrays; arguments
broadcast, so that a multiplier may be one number or one for each channel. Sums and products are exact (int64) where
the C++ is, and wrap to 32 bits where it wraps.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .quant import UniformQuantizedType

Int32Array = NDArray[np.int32]
Float32Array = NDArray[np.float32]

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1


# --- Rounding ---------------------------------------------------------------------------------------------------


# round(x) = sign(x) * floor(|x| + 1/2), C's std::round, which is TfLiteRound in tensorflow/lite/kernels/internal/
# cppmath.h. Splitting off the fraction is exact in floating point, adding 1/2 is not.
def round_half_away(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Round to the nearest integer, halves away from zero; the type stays."""
    fraction, whole = np.modf(values)
    return whole + np.where(np.abs(fraction) >= 0.5, np.copysign(1.0, values), 0.0).astype(values.dtype)


# x / 2^n rounded to nearest, halves away from zero. RoundingDivideByPOT in gemmlowp/fixedpoint/fixedpoint.h: the
# arithmetic shift rounds down; add 1 if the bits shifted out are more than a half (for x >= 0: at least a half).
def rounding_divide_by_pot(values: ArrayLike, exponent: ArrayLike) -> Int32Array:
    """Divide by 2^exponent, 0 <= exponent <= 31, rounding to nearest, halves away from zero."""
    x, n = np.asarray(values, np.int64), np.asarray(exponent, np.int64)
    mask = (np.int64(1) << n) - 1
    threshold = (mask >> 1) + (x < 0)
    return ((x >> n) + ((x & mask) > threshold)).astype(np.int32)


# --- Multipliers ------------------------------------------------------------------------------------------------


# real = q * 2^shift with 1/2 <= q < 1, and mantissa = round(q * 2^31); if that is 2^31 it becomes 2^30 and shift + 1.
# Below 2^-32 the result is 0. QuantizeMultiplier in tensorflow/lite/kernels/internal/quantization_util.cc.
def quantize_multiplier(real: float) -> tuple[int, int]:
    """Split a real multiplier into a Q31 mantissa and a shift (left when positive): real ~ mantissa * 2^(shift-31).

    The mantissa is 0 or in [2^30, 2^31) (negative for a negative multiplier), the shift at least -31.
    Raises ValueError if `real` is not finite.
    """
    if not math.isfinite(real):
        raise ValueError(f"a multiplier must be finite, not {real}")
    fraction, shift = math.frexp(real)
    # |fraction| * 2^31 + 1/2 is exact: a float64 has 53 bits.
    mantissa = math.floor(abs(fraction) * (1 << 31) + 0.5)
    if mantissa == 1 << 31:
        mantissa, shift = 1 << 30, shift + 1
    if shift < -31:
        mantissa, shift = 0, 0
    return (-mantissa if real < 0 else mantissa), shift


# As quantize_multiplier, for 0 < real < 1. QuantizeMultiplierSmallerThanOneExp, in the same file.
def quantize_multiplier_smaller_than_one(real: float) -> tuple[int, int]:
    """Split a multiplier between 0 and 1 (both exclusive) into a Q31 mantissa and a shift that is at most 0.

    Raises ValueError for a multiplier outside that range.
    """
    if not 0.0 < real < 1.0:
        raise ValueError(f"a multiplier between 0 and 1 is needed, not {real}")
    mantissa, shift = quantize_multiplier(real)
    if shift > 0:
        raise ValueError(f"{real} is too close to 1 for a shift of at most 0")
    return mantissa, shift


def quantize_multiplier_once(real: float) -> tuple[int, int]:
    """Turn a multiplier into a Q31 number and a left shift, never a right one, which would round again.

    Below 1 the number is not normalized: it has the fewer bits the smaller it is, and is exact for a power of two from
    2^-31 on.
    """
    number = round(real * (1 << 31))
    return (number, 0) if number <= INT32_MAX else quantize_multiplier(real)


# floor(a * b / 2^31 + 1/2); only (-2^31)^2 / 2^31 = 2^31 does not fit and saturates to 2^31 - 1.
# SaturatingRoundingDoublingHighMul in gemmlowp/fixedpoint/fixedpoint.h: its nudge by the product's sign and division
# towards zero come to the same, halves up for either sign.
def saturating_rounding_doubling_high_mul(a: ArrayLike, b: ArrayLike) -> Int32Array:
    """Multiply by a Q31 number (or: take the rounded high half of twice the product)."""
    product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
    return np.minimum((product + (1 << 30)) >> 31, INT32_MAX).astype(np.int32)


# x * real for (multiplier, shift) = quantize_multiplier(real), rounded twice: to an integer after the product by the
# mantissa, and again after the right shift. MultiplyByQuantizedMultiplier in tensorflow/lite/kernels/internal/common.h,
# without TFLITE_SINGLE_ROUNDING.
def multiply_by_quantized_multiplier(acc: ArrayLike, multiplier: ArrayLike, shift: ArrayLike) -> Int32Array:
    """Scale int32 accumulators by a mantissa and shift, as `quantize_multiplier` makes them, with two roundings.

    `acc * 2^shift` for a positive shift must fit int32; it wraps as in C.
    """
    shift = np.asarray(shift, np.int64)
    shifted = (np.asarray(acc, np.int64) << np.maximum(shift, 0)).astype(np.int32)
    return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(shifted, multiplier), np.maximum(-shift, 0))


# --- Codes and reals --------------------------------------------------------------------------------------------


# code = clamp(zero_point + round(real / scale)), in float32. AffineQuantize in
# tensorflow/lite/kernels/internal/reference/quantize.h.
def quantize(values: ArrayLike, type: UniformQuantizedType) -> NDArray[np.integer[Any]]:
    """Return the codes of reals, in the type's storage dtype and clamped to its storage range.

    Reals too far away for int32 saturate as well (in C++ they are undefined); NaN becomes the zero point.
    """
    reals = np.asarray(values, np.float32)
    with np.errstate(over="ignore"):
        steps = round_half_away(reals / _along_axis(type.scales, type, reals.ndim).astype(np.float32))
    return _saturated_codes(steps, type)


def _saturated_codes(steps: Float32Array, type: UniformQuantizedType) -> NDArray[np.integer[Any]]:
    codes = np.nan_to_num(steps.astype(np.float64)) + _along_axis(type.zero_points, type, steps.ndim)
    return np.clip(codes, type.storage_min, type.storage_max).astype(type.numpy_dtype)


# code = clamp(zero_point + round(real * (1 / scale))), in float32: what QKeras and Larq compute, whose scales are
# powers of two (quantized_bits in qkeras/quantizers.py) or 1/255 (DoReFa in larq/quantizers.py: round(x * n)).
def quantize_half_even(values: ArrayLike, type: UniformQuantizedType) -> NDArray[np.integer[Any]]:
    """As `quantize`, with a product by the inverse scale and halves rounded to even."""
    reals = np.asarray(values, np.float32)
    inverses = (1.0 / _along_axis(type.scales, type, reals.ndim)).astype(np.float32)
    with np.errstate(over="ignore"):
        steps = np.rint(reals * inverses)
    return _saturated_codes(steps, type)


# code = clamp(zero_point + round_half_even(real / scale)), in float32: QuantizeLinear of ONNX's operator set.
def quantize_divide_half_even(values: ArrayLike, type: UniformQuantizedType) -> NDArray[np.integer[Any]]:
    """As `quantize`, with halves rounded to even."""
    reals = np.asarray(values, np.float32)
    with np.errstate(over="ignore"):
        steps = np.rint(reals / _along_axis(type.scales, type, reals.ndim).astype(np.float32))
    return _saturated_codes(steps, type)


# real = scale * (code - zero_point), rounded once to float32. Dequantize in
# tensorflow/lite/kernels/internal/reference/dequantize.h.
def dequantize(codes: ArrayLike, type: UniformQuantizedType) -> Float32Array:
    """Return the reals that codes stand for."""
    stored = np.asarray(codes, np.int64)
    steps = stored - _along_axis(type.zero_points, type, stored.ndim)
    with np.errstate(over="ignore"):
        return (_along_axis(type.scales, type, stored.ndim) * steps).astype(np.float32)


# code(f) = zero_point + round(f / scale) in float32; low = max(storage_min, code(clamp_min)), high likewise.
# CalculateActivationRangeQuantized in tensorflow/lite/kernels/kernel_util.cc.
def activation_range(type: UniformQuantizedType, clamp_min: float | None, clamp_max: float | None) -> tuple[int, int]:
    """Return the codes that a fused activation clamps to, both inclusive; None means no bound of its own.

    `type` is the output's, per layer.
    """
    low = type.storage_min if clamp_min is None else int(quantize(clamp_min, type))
    high = type.storage_max if clamp_max is None else int(quantize(clamp_max, type))
    return low, high


def _along_axis(parameters: tuple[float, ...] | tuple[int, ...], type: UniformQuantizedType, rank: int) -> NDArray[Any]:
    """Shape per-channel parameters to broadcast against an array of `rank` dimensions."""
    array = np.asarray(parameters)
    if type.axis is None:
        return array[0]
    return array.reshape([-1 if dimension == type.axis else 1 for dimension in range(rank)])


# --- Softmax ----------------------------------------------------------------------------------------------------

SCALED_DIFF_INTEGER_BITS = 5
"""Integer bits of `beta * (x - max(x))` in the softmax: Q5.26."""


class SoftmaxParameters(NamedTuple):
    """How the int8 softmax turns a difference of codes into Q5.26."""

    multiplier: int
    """Q31 mantissa of beta * scale * 2^26."""
    left_shift: int
    diff_min: int
    """Smallest difference from the maximum whose rescaled value fits; below, the exponential counts as 0."""


# beta * scale * (code - max) in Q5.26 is (code - max) * real with real = min(beta * scale * 2^26, 2^31 - 1), and it
# fits if |code - max| <= floor((2^5 - 1) * 2^26 / 2^left_shift). PreprocessSoftmaxScaling and CalculateInputRadius in
# tensorflow/lite/kernels/internal/quantization_util.cc.
def softmax_parameters(input_scale: float, beta: float) -> SoftmaxParameters:
    """Return the parameters for an input of `input_scale`.

    Raises ValueError unless beta * input_scale is over 2^-26.
    """
    fractional_bits = 31 - SCALED_DIFF_INTEGER_BITS
    real = min(beta * input_scale * (1 << fractional_bits), INT32_MAX)
    if not real > 1.0:
        raise ValueError(f"a softmax input scale of {input_scale} with beta {beta} is too small")
    multiplier, left_shift = quantize_multiplier(real)
    radius = (((1 << SCALED_DIFF_INTEGER_BITS) - 1) << fractional_bits) >> left_shift
    return SoftmaxParameters(multiplier, left_shift, -radius)


# Horner-like Taylor series about -1/8: exp(a) = exp(-1/8) * (1 + x + x^2/2 + x^3/6 + x^4/24) with x = a + 1/8.
# exp_on_interval_between_negative_one_quarter_and_0_excl in gemmlowp/fixedpoint/fixedpoint.h.
def _exp_on_last_quarter(a: ArrayLike) -> Int32Array:
    """Exponential of a in [-1/4, 0), Q31 to Q31."""
    mul = saturating_rounding_doubling_high_mul
    exp_minus_eighth, one_third = 1895147668, 715827883
    x = np.asarray(a, np.int64) + (1 << 28)
    x2 = mul(x, x)
    x3 = mul(x2, x)
    x4 = mul(x2, x2)
    high_terms = mul(rounding_divide_by_pot(x4, 2).astype(np.int64) + x3, one_third).astype(np.int64) + x2
    series = x + rounding_divide_by_pot(high_terms, 1)
    return (exp_minus_eighth + mul(exp_minus_eighth, series).astype(np.int64)).astype(np.int32)


_EXP_OF_BITS = (
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)
"""(n, exp(-2^n) in Q31) for each bit of a Q5.26 number above its last quarter."""


# a = -(r + sum of 2^n over some n >= -2) with 0 < r <= 1/4, so exp(a) = exp(-r) * product of exp(-2^n).
# exp_on_negative_values in gemmlowp/fixedpoint/fixedpoint.h.
def exp_on_negative_values(a: ArrayLike) -> Int32Array:
    """Exponential of a <= 0, Q5.26 to Q31 (exp(0) is 2^31 - 1)."""
    fractional_bits = 31 - SCALED_DIFF_INTEGER_BITS
    a = np.asarray(a, np.int64)
    quarter = 1 << (fractional_bits - 2)
    last_quarter = (a & (quarter - 1)) - quarter
    result = _exp_on_last_quarter(last_quarter << SCALED_DIFF_INTEGER_BITS)
    bits = last_quarter - a
    for exponent, factor in _EXP_OF_BITS:
        bit_set = (bits & (1 << (fractional_bits + exponent))) != 0
        result = np.where(bit_set, saturating_rounding_doubling_high_mul(result, factor), result)
    return np.where(a == 0, INT32_MAX, result).astype(np.int32)


# Newton-Raphson for 1/d with d = (1 + a) / 2 in [1/2, 1): x = 48/17 - 32/17 * d, then three times
# x += x * (1 - d * x), in Q2.29; 1 / (1 + a) = x / 2. one_over_one_plus_x_for_x_in_0_1 in
# gemmlowp/fixedpoint/fixedpoint.h.
def one_over_one_plus(a: ArrayLike) -> Int32Array:
    """Return 1 / (1 + a) for a in [0, 1), Q31 to Q31."""
    mul = saturating_rounding_doubling_high_mul
    one, two_integer_bits = 1 << 29, 2
    # RoundingHalfSum of a and 1 (that is, 2^31 - 1).
    half_denominator = (np.asarray(a, np.int64) + INT32_MAX + 1) // 2
    x = 1515870810 + mul(half_denominator, -1010580540).astype(np.int64)
    for _ in range(3):
        error = one - mul(half_denominator, x).astype(np.int64)
        x = x + _saturating_shift_left(mul(x, error), two_integer_bits)
    return _saturating_shift_left(x, 1)


# 1 / x for x in Q(n).(31-n): x = 2^(n - k) * (1 + a) with k the leading zeros, so 1 / x = 2^(k - n) / (1 + a).
# GetReciprocal in tensorflow/lite/kernels/internal/common.h.
def reciprocal(x: ArrayLike, integer_bits: int) -> tuple[Int32Array, Int32Array]:
    """Return (r, n) with 1 / x = r / 2^n for x > 0 of `integer_bits` integer bits; r is Q31.

    n is TFLite's `num_bits_over_unit`.
    """
    x = np.asarray(x, np.int64)
    leading_zeros = 32 - np.frexp(x.astype(np.float64))[1].astype(np.int64)
    fraction = (x << leading_zeros) - (1 << 31)
    return one_over_one_plus(fraction), (integer_bits - leading_zeros).astype(np.int32)


def _saturating_shift_left(values: ArrayLike, bits: int) -> Int32Array:
    """SaturatingRoundingMultiplyByPOT of gemmlowp for a positive exponent."""
    return np.clip(np.asarray(values, np.int64) << bits, INT32_MIN, INT32_MAX).astype(np.int32)
