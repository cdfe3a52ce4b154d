"""Fixed-point arithmetic against its definitions in exact rational numbers and against LiteRT's reference kernels."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import fixed_point as fp
from dqnnc.dialects.quant import UniformQuantizedType
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.litert import needs_litert, run_litert
from support.tflite_builder import ModelBuilder
from xdsl.dialects.builtin import IntegerType, Signedness, i8, i16, i32

INT32 = st.integers(fp.INT32_MIN, fp.INT32_MAX)
ALL_S8 = np.arange(-128, 128, dtype=np.int8)
u8 = IntegerType(8, Signedness.UNSIGNED)

# The same examples every time, however busy the machine.
steady = settings(deadline=None, derandomize=True)


def half_up(x: Fraction) -> int:
    return math.floor(x + Fraction(1, 2))


def half_away(x: Fraction) -> int:
    return half_up(x) if x >= 0 else -half_up(-x)


def s8(scale: float, zero_point: int = 0) -> UniformQuantizedType:
    return UniformQuantizedType.per_tensor(i8, float(np.float32(scale)), zero_point)


# --- Definitions ------------------------------------------------------------------------------------------------


@steady
@given(INT32, INT32)
@example(fp.INT32_MIN, fp.INT32_MIN)
@example(fp.INT32_MIN, fp.INT32_MAX)
@example(1 << 30, -1)
@example(-3, 1 << 30)
def test_doubling_high_mul(a: int, b: int) -> None:
    expected = min(half_up(Fraction(a * b, 1 << 31)), fp.INT32_MAX)
    assert fp.saturating_rounding_doubling_high_mul(a, b) == expected


@steady
@given(INT32, st.integers(0, 31))
@example(fp.INT32_MIN, 31)
@example(-1, 1)
@example(fp.INT32_MAX, 31)
def test_rounding_divide_by_pot(x: int, exponent: int) -> None:
    assert fp.rounding_divide_by_pot(x, exponent) == half_away(Fraction(x, 1 << exponent))


@steady
@given(INT32, st.integers(1 << 30, fp.INT32_MAX), st.integers(-31, 0))
def test_multiply_rounds_twice(acc: int, multiplier: int, shift: int) -> None:
    product = half_up(Fraction(acc * multiplier, 1 << 31))
    expected = half_away(Fraction(product, 1 << -shift))
    assert fp.multiply_by_quantized_multiplier(acc, multiplier, shift) == expected


def test_multiply_with_a_left_shift_and_a_multiplier_a_channel() -> None:
    acc = np.array([[100, 100], [-7, 1 << 20]])
    scaled = fp.multiply_by_quantized_multiplier(acc, np.array([1 << 30, 3 << 29]), np.array([3, -1]))
    assert scaled.tolist() == [[400, 38], [-28, 393216]]
    assert scaled.dtype == np.int32


def test_multiply_wraps_what_a_left_shift_overflows() -> None:
    assert fp.multiply_by_quantized_multiplier((1 << 30) + 1, 1 << 30, 2) == 2


@steady
@given(st.floats(min_value=2.0**-32, max_value=2.0**31, exclude_min=True))
def test_quantize_multiplier_is_the_nearest(real: float) -> None:
    mantissa, shift = fp.quantize_multiplier(real)
    assert 1 << 30 <= mantissa <= fp.INT32_MAX
    assert shift >= -31
    error = abs(Fraction(mantissa) * Fraction(2) ** (shift - 31) - Fraction(real))
    assert error <= Fraction(2) ** (shift - 32)
    assert fp.quantize_multiplier(-real) == (-mantissa, shift)


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        (0.0, (0, 0)),
        (-0.0, (0, 0)),
        (1.0, (1 << 30, 1)),
        (0.5, (1 << 30, 0)),
        (-0.5, (-(1 << 30), 0)),
        # 2^31 after rounding becomes 2^30 and one shift more.
        (1.0 - 2.0**-33, (1 << 30, 1)),
        # Halves go away from zero.
        (0.5 + 2.0**-32, ((1 << 30) + 1, 0)),
        (-0.5 - 2.0**-32, (-(1 << 30) - 1, 0)),
        # The smallest that is not 0, and what rounds up to it.
        (2.0**-32, (1 << 30, -31)),
        (2.0**-32 * (1 - 2.0**-33), (1 << 30, -31)),
        (2.0**-32 * (1 - 2.0**-31), (0, 0)),
        (5e-324, (0, 0)),
    ],
)
def test_quantize_multiplier_edges(real: float, expected: tuple[int, int]) -> None:
    assert fp.quantize_multiplier(real) == expected


@pytest.mark.parametrize("real", [math.inf, -math.inf, math.nan])
def test_quantize_multiplier_refuses(real: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        fp.quantize_multiplier(real)


def test_quantize_multiplier_smaller_than_one() -> None:
    assert fp.quantize_multiplier_smaller_than_one(0.375) == (3 << 29, -1)
    for real in (0.0, 1.0, 1.5, -0.5, math.nan, 1.0 - 2.0**-33):
        with pytest.raises(ValueError, match=r"is needed|too close to 1"):
            fp.quantize_multiplier_smaller_than_one(real)


def test_round_half_away() -> None:
    values = np.array([0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, -0.49999997, 8388609.0, 0.0], np.float32)
    rounded = fp.round_half_away(values)
    assert rounded.tolist() == [1, -1, 2, 3, -3, 0, 0, 8388609, 0]
    assert rounded.dtype == np.float32


# --- Codes and reals --------------------------------------------------------------------------------------------


def test_quantize_clamps_to_the_storage_range() -> None:
    narrow = UniformQuantizedType.per_tensor(u8, 0.5, 10, 2, 20)
    reals = [-100.0, -4.0, 0.0, 0.25, 0.75, 4.9, 1e38, -math.inf, math.inf, math.nan]
    assert fp.quantize(reals, narrow).tolist() == [2, 2, 10, 11, 12, 20, 20, 2, 20, 10]
    assert fp.quantize(reals, narrow).dtype == np.uint8


def test_quantize_and_dequantize_along_an_axis() -> None:
    channels = UniformQuantizedType.per_axis(i16, 1, [0.5, 2.0], [0, -1])
    codes = fp.quantize([[1.0, 1.0], [-3.0, -3.0]], channels)
    assert codes.tolist() == [[2, 0], [-6, -3]]
    assert codes.dtype == np.int16
    reals = fp.dequantize(codes, channels)
    assert reals.tolist() == [[1.0, 2.0], [-3.0, -4.0]]
    assert reals.dtype == np.float32


@steady
@given(st.floats(2.0**-20, 2.0**20, width=32), st.integers(-128, 127))
def test_codes_survive_dequantization(scale: float, zero_point: int) -> None:
    type = s8(scale, zero_point)
    assert np.array_equal(fp.quantize(fp.dequantize(ALL_S8, type), type), ALL_S8)


def test_wide_codes_are_exact() -> None:
    bias = UniformQuantizedType.per_tensor(i32, 2.0**-20)
    codes = np.array([fp.INT32_MIN, fp.INT32_MAX, 16777217])
    assert fp.dequantize(codes, bias).tolist() == [-2048.0, 2048.0, 16.0]
    assert fp.quantize(np.array([-3000.0, 3000.0]), bias).tolist() == [fp.INT32_MIN, fp.INT32_MAX]


@pytest.mark.parametrize(
    ("clamp", "expected"),
    [
        ((None, None), (-128, 127)),
        ((0.0, None), (-28, 127)),
        ((0.0, 6.0), (-28, 92)),
        ((-1.0, 1.0), (-48, -8)),
        ((-100.0, 100.0), (-128, 127)),
        # Halves away from zero, before the zero point is added.
        ((-0.025, 0.025), (-29, -27)),
    ],
)
def test_activation_range(clamp: tuple[float | None, float | None], expected: tuple[int, int]) -> None:
    assert fp.activation_range(s8(0.05, -28), *clamp) == expected


# --- Exponential and reciprocal ---------------------------------------------------------------------------------


def test_exp_on_negative_values() -> None:
    reals = np.concatenate([np.linspace(-32, 0, 10007), -np.logspace(-7.5, 1.5, 1000)])
    raw = np.rint(reals * (1 << 26)).astype(np.int64).clip(fp.INT32_MIN, 0)
    computed = fp.exp_on_negative_values(raw) / (1 << 31)
    # The series stops before x^5 / 120 with |x| <= 1/8; roundings are small beside that.
    assert np.max(np.abs(computed - np.exp(raw / (1 << 26)))) < 1.05 * 0.125**5 / 120
    assert fp.exp_on_negative_values(0) == fp.INT32_MAX


def test_reciprocal() -> None:
    values = np.unique(np.geomspace(1, fp.INT32_MAX, 5000).astype(np.int64))
    mantissa, bits = fp.reciprocal(values, integer_bits=12)
    product = (mantissa / (1 << 31) / np.exp2(bits)) * (values / (1 << 19))
    assert np.max(np.abs(product - 1)) < 2.0**-27


def test_softmax_parameters() -> None:
    # 1/16 * 2^26 = 2^22 = 2^30/2^31 * 2^23; (31 << 26) >> 23 = 248.
    assert fp.softmax_parameters(0.0625, 1.0) == (1 << 30, 23, -248)
    # A real multiplier over 2^31 - 1 is cut off there.
    assert fp.softmax_parameters(64.0, 1.0) == (fp.INT32_MAX, 31, 0)
    with pytest.raises(ValueError, match="too small"):
        fp.softmax_parameters(2.0**-26, 1.0)


# --- LiteRT -----------------------------------------------------------------------------------------------------


def run_op(kind: str, x: NDArray[Any], source: dict[str, Any], target: dict[str, Any], **options: Any) -> NDArray[Any]:
    model = ModelBuilder()
    input = model.input(x.shape, **source)
    output = model.tensor(x.shape, **target)
    model.op(kind, [input], output, **options)
    return run_litert(model.finish([output]), [x])[0]


def quantization(type: UniformQuantizedType) -> dict[str, Any]:
    return {"scale": type.scale, "zero_point": type.zero_point}


SCALE_PAIRS = [
    (s8(0.1, 3), s8(0.1, -4)),
    (s8(0.25, -128), s8(0.5, 127)),
    (s8(0.023528477, 12), s8(0.0371, -5)),
    (s8(3.7, 0), s8(0.11, 100)),
    (s8(1e-4, 1), s8(0.9, 2)),
]


@needs_litert
@pytest.mark.parametrize(("source", "target"), SCALE_PAIRS)
def test_requantization_is_litert_s(source: UniformQuantizedType, target: UniformQuantizedType) -> None:
    multiplier = fp.quantize_multiplier(source.scale / target.scale)
    centered = ALL_S8.astype(np.int32) - source.zero_point
    codes = fp.multiply_by_quantized_multiplier(centered, *multiplier) + target.zero_point
    expected = run_op("QUANTIZE", ALL_S8, quantization(source), quantization(target))
    assert np.array_equal(np.clip(codes, -128, 127), expected)


@needs_litert
@pytest.mark.parametrize("type", [s8(0.05, -28), s8(1 / 3, 5), s8(0.0078125)])
def test_quantize_and_dequantize_are_litert_s(type: UniformQuantizedType) -> None:
    steps = np.arange(-600, 600) / 4
    reals = np.concatenate(
        [steps * type.scale, np.nextafter(steps * type.scale, 1e9, dtype=np.float32), np.array([1e6, -1e6])]
    ).astype(np.float32)
    codes = run_op("QUANTIZE", reals, {"type": "FLOAT32"}, quantization(type))
    assert np.array_equal(fp.quantize(reals, type), codes)
    back = run_op("DEQUANTIZE", ALL_S8, quantization(type), {"type": "FLOAT32"})
    assert np.array_equal(fp.dequantize(ALL_S8, type), back)


@needs_litert
@pytest.mark.parametrize("type", [s8(0.05, -28), s8(0.0236, -128), s8(1 / 3, 5), s8(0.4, 126)])
@pytest.mark.parametrize(
    ("activation", "clamp"), [("RELU", (0.0, None)), ("RELU6", (0.0, 6.0)), ("RELU_N1_TO_1", (-1.0, 1.0))]
)
def test_activation_range_is_litert_s(
    type: UniformQuantizedType, activation: str, clamp: tuple[float | None, float | None]
) -> None:
    x = ALL_S8.reshape(1, 16, 16, 1)
    same = quantization(type)
    pooled = run_op(
        "MAX_POOL_2D",
        x,
        same,
        same,
        padding="VALID",
        stride_h=1,
        stride_w=1,
        filter_height=1,
        filter_width=1,
        fused_activation_function=activation,
    )
    assert np.array_equal(np.clip(x, *fp.activation_range(type, *clamp)), pooled)


def softmax(x: NDArray[np.int8], scale: float, beta: float) -> NDArray[np.int8]:
    """Softmax along the last axis, put together from the functions under test; output scale 1/256, zero point -128."""
    multiplier, left_shift, diff_min = fp.softmax_parameters(scale, beta)
    difference = x.astype(np.int32) - x.max(axis=-1, keepdims=True).astype(np.int32)
    counts = difference >= diff_min
    rescaled = fp.multiply_by_quantized_multiplier(np.where(counts, difference, 0), multiplier, left_shift)
    exponentials = fp.exp_on_negative_values(rescaled)
    # The sum is kept with 12 integer bits.
    total = np.where(counts, fp.rounding_divide_by_pot(exponentials, 12), 0).sum(axis=-1, keepdims=True)
    inverse, bits = fp.reciprocal(total, integer_bits=12)
    shares = fp.saturating_rounding_doubling_high_mul(inverse, exponentials)
    codes = fp.rounding_divide_by_pot(shares, bits + 31 - 8) - 128
    return np.where(counts, np.clip(codes, -128, 127), -128).astype(np.int8)


@needs_litert
@pytest.mark.parametrize(
    ("scale", "beta"), [(0.05, 1.0), (0.33, 1.0), (1.7, 1.0), (0.004, 1.0), (0.05, 0.5), (0.0625, 2.0), (60.0, 1.0)]
)
def test_softmax_is_litert_s(scale: float, beta: float) -> None:
    rng: Any = np.random.default_rng(7)
    x = rng.integers(-128, 128, (400, 12), dtype=np.int8)
    # Rows of equal codes and rows of two codes at every distance: every exponential that can occur.
    x[0], x[1], x[2] = -128, 127, 0
    pairs = np.full((256, 12), -128, np.int8)
    pairs[:, 0] = ALL_S8
    x = np.concatenate([x, pairs])
    type = s8(scale, 4)
    expected = run_op("SOFTMAX", x, quantization(type), {"scale": 1 / 256, "zero_point": -128}, beta=beta)
    assert np.array_equal(softmax(x, type.scale, beta), expected)
