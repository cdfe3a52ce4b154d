"""Element-wise s8 kernels, reductions and conversions, against LiteRT's reference kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from dqnnc.dialects.fixed_point import quantize_multiplier, softmax_parameters

from ..c_call import Argument, Call, InOut
from .base import (
    ACTIVATIONS,
    Array,
    Case,
    Generator,
    Quant,
    Random,
    code_bounds,
    codes,
    dims,
    ints,
    one_operator,
    out,
    pick,
    random_quant,
    sizes,
)

LEFT_SHIFT = 20
"""Bits that TensorFlow Lite's int8 sums gain before they are rescaled."""


def broadcast_shapes(rng: Random, rank: int) -> tuple[tuple[int, ...], ...]:
    """Two shapes of a rank and the shape that they broadcast to."""
    full = sizes(rng, [1] * rank, [4] * rank)
    repeated = [pick(rng, "", "", "lhs", "rhs") for _ in full]
    lhs, rhs = (
        tuple(1 if which == side else n for n, which in zip(full, repeated, strict=True)) for side in ("lhs", "rhs")
    )
    return lhs, rhs, full


def broadcast_strides(shape: Sequence[int], full: Sequence[int]) -> Array:
    """Strides in elements of an operand of `shape` seen as `full`."""
    dense = [int(np.prod(shape[d + 1 :])) for d in range(len(shape))]
    return ints([0 if n == 1 < m else s for n, m, s in zip(shape, full, dense, strict=True)])


def sum_parameters(lhs: Quant, rhs: Quant, result: Quant) -> list[int]:
    """Offsets, multipliers and shifts of ADD and SUB, in the kernels' order up to the output's shift."""
    unit = 2 * max(lhs.scale, rhs.scale)
    numbers: list[int] = []
    for quant in (lhs, rhs):
        numbers += [-quant.zero_point, *quantize_multiplier(quant.scale / unit)]
    return [
        *numbers,
        LEFT_SHIFT,
        result.zero_point,
        *quantize_multiplier(unit / ((1 << LEFT_SHIFT) * result.scale)),
    ]


def elementwise_add_s8(rng: Random) -> Case:
    """In place over either operand, or not."""
    shape, activation = sizes(rng, [1] * 4, [5] * 4), pick(rng, *ACTIVATIONS)
    a, b = (InOut(codes(rng, shape)) for _ in range(2))
    place, quants = pick(rng, a, b, None), [random_quant(rng) for _ in range(3)]
    o1, m1, s1, o2, m2, s2, left, *result = sum_parameters(*quants)
    operands: list[Argument] = [a if place is a else a.data, b if place is b else b.data]
    args = [*operands, o1, m1, s1, o2, m2, s2, left, place or out(shape), *result]
    return Case(
        Call("arm_elementwise_add_s8", [*args, *code_bounds(activation, quants[2]), a.data.size], 0),
        lambda: _binary("ADD", a.data, b.data, shape, quants, activation),
    )


def elementwise_mul_s8(rng: Random) -> Case:
    shape, activation = sizes(rng, [1] * 4, [5] * 4), pick(rng, *ACTIVATIONS)
    a, b, quants = codes(rng, shape), codes(rng, shape), _product_quants(rng)
    lhs, rhs, result = quants
    multiplier = quantize_multiplier(lhs.scale * rhs.scale / result.scale)
    args = [a, b, -lhs.zero_point, -rhs.zero_point, out(shape), result.zero_point, *multiplier]
    return Case(
        Call("arm_elementwise_mul_s8", [*args, *code_bounds(activation, result), a.size], 0),
        lambda: _binary("MUL", a, b, shape, quants, activation),
    )


def _product_quants(rng: Random) -> list[Quant]:
    lhs, rhs = random_quant(rng), random_quant(rng)
    return [lhs, rhs, random_quant(rng, lhs.scale * rhs.scale * float(rng.uniform(20, 200)))]


def _binary(
    kind: str, a: Array, b: Array, shape: tuple[int, ...], quants: Sequence[Quant], activation: str | None = None
) -> Array:
    options = {} if activation is None else {"fused_activation_function": activation}
    inputs = [(x, quant.keywords) for x, quant in zip((a, b), quants, strict=False)]
    return one_operator(kind, inputs, (shape, "INT8", quants[2].keywords), version=2, **options)


def _broadcast_sum(rng: Random, kind: str, function: str) -> Case:
    activation, quants = pick(rng, *ACTIVATIONS), [random_quant(rng) for _ in range(3)]
    lhs, rhs, full = broadcast_shapes(rng, int(rng.integers(1, 5)))
    a, b = codes(rng, lhs), codes(rng, rhs)
    walk = [len(full), ints(full), broadcast_strides(lhs, full), broadcast_strides(rhs, full)]
    args = [a, b, out(full), *walk, *sum_parameters(*quants), *code_bounds(activation, quants[2])]
    return Case(Call(function, args), lambda: _binary(kind, a, b, full, quants, activation))


def add_s8(rng: Random) -> Case:
    return _broadcast_sum(rng, "ADD", "dqnn_add_s8")


def sub_s8(rng: Random) -> Case:
    return _broadcast_sum(rng, "SUB", "dqnn_sub_s8")


def mul_s8(rng: Random) -> Case:
    activation, quants = pick(rng, *ACTIVATIONS), _product_quants(rng)
    shapes = broadcast_shapes(rng, int(rng.integers(1, 5)))
    a, b, full = codes(rng, shapes[0]), codes(rng, shapes[1]), shapes[2]
    lhs, rhs, result = quants
    multiplier = quantize_multiplier(lhs.scale * rhs.scale / result.scale)
    walk = [len(full), ints(full), *(broadcast_strides(shape, full) for shape in shapes[:2])]
    args = [a, b, out(full), *walk, -lhs.zero_point, -rhs.zero_point, result.zero_point, *multiplier]
    return Case(
        Call("dqnn_mul_s8", [*args, *code_bounds(activation, result)]),
        lambda: _binary("MUL", a, b, full, quants, activation),
    )


def _extremum(rng: Random, kind: str, function: str) -> Case:
    quant = random_quant(rng)
    lhs, rhs, full = broadcast_shapes(rng, 4)
    a, b = codes(rng, lhs), codes(rng, rhs)
    args = [None, a, dims(lhs), b, dims(rhs), out(full), dims(full)]
    return Case(Call(function, args, 0), lambda: _binary(kind, a, b, full, [quant] * 3))


def minimum_s8(rng: Random) -> Case:
    return _extremum(rng, "MINIMUM", "arm_minimum_s8")


def maximum_s8(rng: Random) -> Case:
    return _extremum(rng, "MAXIMUM", "arm_maximum_s8")


def softmax_s8(rng: Random) -> Case:
    rows, columns = sizes(rng, (1, 1), (4, 40))
    x = pick(rng, codes(rng, (rows, columns)), codes(rng, (rows, columns)) // 32)
    quant, beta = random_quant(rng), pick(rng, 1.0, 0.5)
    p = softmax_parameters(quant.scale, beta)
    buffer = InOut(x)
    args = [buffer, rows, columns, p.multiplier, p.left_shift, p.diff_min, buffer]
    result = {"scale": 1 / 256, "zero_point": -128}
    return Case(
        Call("arm_softmax_s8", args),
        lambda: one_operator("SOFTMAX", [(x, quant.keywords)], (x.shape, "INT8", result), version=2, beta=beta),
    )


def lut_s8(rng: Random) -> Case:
    x, table = codes(rng, (int(rng.integers(1, 300)),)), codes(rng, (256,))
    buffer = InOut(x)
    return Case(Call("dqnn_lut_s8", [buffer, table, buffer, x.size]), lambda: table[x.astype(int) + 128])


def requantize_s8(rng: Random) -> Case:
    x, source = codes(rng, (200,)), random_quant(rng)
    target = random_quant(rng, source.scale * pick(rng, 0.01, 0.3, 0.9, 1.7, 30.0))
    multiplier = quantize_multiplier(source.scale / target.scale)
    args = [x, out(x.shape), x.size, -source.zero_point, *multiplier, target.zero_point]
    return Case(
        Call("dqnn_requantize_s8", args),
        lambda: one_operator("QUANTIZE", [(x, source.keywords)], (x.shape, "INT8", target.keywords), version=2),
    )


def quantize_f32_s8(rng: Random) -> Case:
    """Random numbers, and the halves between codes, where rounding shows."""
    quant = random_quant(rng)
    halves = np.arange(-300, 300) + np.float32(0.5)
    x = np.concatenate([halves, rng.normal(0, 200, 100)]).astype(np.float32) * np.float32(quant.scale)
    return Case(
        Call("dqnn_quantize_f32_s8", [x, out(x.shape), x.size, float(quant.scale), quant.zero_point]),
        lambda: one_operator("QUANTIZE", [(x, {})], (x.shape, "INT8", quant.keywords)),
    )


def quantize_even_f32_s8(rng: Random) -> Case:
    """Random numbers, and the halves between codes, in a range of codes that may be narrowed."""
    zero_point, low = int(rng.integers(-128, 128)), int(rng.integers(-128, -126))
    inverse = 2.0 ** int(rng.integers(-3, 8))
    halves = np.arange(-300, 300) + np.float32(0.5)
    x = (np.concatenate([halves, rng.normal(0, 200, 100)]) / inverse).astype(np.float32)
    expected = np.clip(np.rint(x * np.float32(inverse)) + zero_point, low, 127).astype(np.int8)
    return Case(
        Call("dqnn_quantize_even_f32_s8", [x, out(x.shape), x.size, inverse, zero_point, low, 127]),
        lambda: expected,
    )


def quantize_divide_even_f32_s8(rng: Random) -> Case:
    """Random numbers, and the halves between codes, against numpy's division and rounding in float32."""
    quant, low = random_quant(rng), int(rng.integers(-128, -126))
    halves = np.arange(-300, 300) + np.float32(0.5)
    scale = np.float32(quant.scale)
    x = np.concatenate([halves, rng.normal(0, 200, 100)]).astype(np.float32) * scale
    expected = np.clip(np.rint(x / scale) + quant.zero_point, low, 127).astype(np.int8)
    args = [x, out(x.shape), x.size, float(scale), quant.zero_point, low, 127]
    return Case(Call("dqnn_quantize_divide_even_f32_s8", args), lambda: expected)


def fake_quantize_f32(rng: Random) -> Case:
    """To codes of some bits and back, halves included."""
    scale, high = 2.0 ** -int(rng.integers(-3, 8)), float(2 ** int(rng.integers(2, 11)) - 1)
    x = (np.concatenate([np.arange(-300, 300) + np.float32(0.5), rng.normal(0, 200, 100)]) * scale).astype(np.float32)
    expected = (np.clip(np.rint(x / np.float32(scale)), -high - 1, high) * np.float32(scale)).astype(np.float32)
    args = [x, out(x.shape, "float32"), x.size, 1 / scale, scale, -high - 1, high]
    return Case(Call("dqnn_fake_quantize_f32", args), lambda: expected)


def dequantize_s8_f32(rng: Random) -> Case:
    x, quant = np.arange(-128, 128).astype(np.int8), random_quant(rng)
    return Case(
        Call("dqnn_dequantize_s8_f32", [x, out(x.shape, "float32"), x.size, float(quant.scale), quant.zero_point]),
        lambda: one_operator("DEQUANTIZE", [(x, quant.keywords)], (x.shape, "FLOAT32", {}), version=2),
    )


def random_reduction(rng: Random) -> tuple[tuple[int, ...], list[int], list[int]]:
    """A shape, the axes to reduce and a flag for each dimension."""
    rank = int(rng.integers(1, 5))
    axes = sorted(rng.choice(rank, int(rng.integers(1, rank + 1)), replace=False).tolist())
    return sizes(rng, [1] * rank, [9] * rank), axes, [int(d in axes) for d in range(rank)]


def mean_s8(rng: Random) -> Case:
    shape, axes, flags = random_reduction(rng)
    x, source = codes(rng, shape), random_quant(rng)
    target = pick(rng, source, random_quant(rng, source.scale * float(rng.uniform(0.2, 2))))
    kept = tuple(n for n, flag in zip(shape, flags, strict=True) if not flag)
    count = x.size // int(np.prod(kept))
    # The derivation of the multiplier in dqnn_mean_s8.c.
    multiplier, shift = quantize_multiplier(source.scale / target.scale)
    headroom = min(count.bit_length() - 1, 31 + shift)
    numbers = [-source.zero_point, (multiplier << headroom) // count, shift - headroom, target.zero_point]
    return Case(
        Call("dqnn_mean_s8", [x, out(kept), len(shape), ints(shape), ints(flags), *numbers]),
        lambda: one_operator(
            "MEAN",
            [(x, source.keywords), np.asarray(axes, np.int32)],
            (kept, "INT8", target.keywords),
            version=2,
            keep_dims=False,
        ),
    )


QUANTIZED: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        elementwise_add_s8,
        elementwise_mul_s8,
        add_s8,
        sub_s8,
        mul_s8,
        minimum_s8,
        maximum_s8,
        softmax_s8,
        lut_s8,
        requantize_s8,
        quantize_f32_s8,
        quantize_even_f32_s8,
        quantize_divide_even_f32_s8,
        fake_quantize_f32,
        dequantize_s8_f32,
        mean_s8,
    )
}
