"""Element-wise float kernels and reductions against LiteRT's reference kernels: equal but for exp and tanh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..c_call import Argument, Call, InOut
from .base import ACTIVATIONS, Case, Generator, Random, ints, one_operator, out, pick, real_bounds, reals, sizes
from .quantized import broadcast_shapes, broadcast_strides, random_reduction

TOLERANCE = 1e-5
"""Of the largest magnitude, where the C library's exp and tanh come in."""


def _binary(rng: Random, kind: str, fused: bool = True) -> Case:
    activation = pick(rng, *ACTIVATIONS) if fused else None
    lhs, rhs, full = broadcast_shapes(rng, int(rng.integers(1, 5)))
    a, b = reals(rng, lhs), reals(rng, rhs)
    walk: list[Argument] = [len(full), ints(full), broadcast_strides(lhs, full), broadcast_strides(rhs, full)]
    options = {} if activation is None else {"fused_activation_function": activation}
    limits = () if activation is None else real_bounds(activation)
    return Case(
        Call(f"dqnn_{kind.lower()}_f32", [a, b, out(full, "float32"), *walk, *limits]),
        lambda: one_operator(kind, [(a, {}), (b, {})], (full, "FLOAT32", {}), **options),
    )


def add_f32(rng: Random) -> Case:
    return _binary(rng, "ADD")


def sub_f32(rng: Random) -> Case:
    return _binary(rng, "SUB")


def mul_f32(rng: Random) -> Case:
    return _binary(rng, "MUL")


def div_f32(rng: Random) -> Case:
    return _binary(rng, "DIV")


def maximum_f32(rng: Random) -> Case:
    return _binary(rng, "MAXIMUM", fused=False)


def minimum_f32(rng: Random) -> Case:
    return _binary(rng, "MINIMUM", fused=False)


def mean_f32(rng: Random) -> Case:
    shape, axes, flags = random_reduction(rng)
    x = reals(rng, shape)
    kept = tuple(n for n, flag in zip(shape, flags, strict=True) if not flag)
    return Case(
        Call("dqnn_mean_f32", [x, out(kept, "float32"), len(shape), ints(shape), ints(flags)]),
        lambda: one_operator("MEAN", [(x, {}), np.asarray(axes, np.int32)], (kept, "FLOAT32", {}), keep_dims=False),
    )


def softmax_f32(rng: Random) -> Case:
    x, beta = reals(rng, sizes(rng, (1, 1), (4, 40))) * np.float32(5), pick(rng, 1.0, 0.5)
    buffer = InOut(x)
    return Case(
        Call("dqnn_softmax_f32", [buffer, buffer, *x.shape, beta]),
        lambda: one_operator("SOFTMAX", [(x, {})], (x.shape, "FLOAT32", {}), beta=beta),
        TOLERANCE,
    )


def _unary(
    rng: Random,
    kind: str,
    function: str,
    parameters: Sequence[float] = (),
    tolerance: float = 0.0,
    **options: Any,
) -> Case:
    x = np.concatenate([reals(rng, (60,)) * np.float32(4), np.asarray([0, -0.0, 3, -3, 20, -20, 100, -100])])
    buffer = InOut(x.astype(np.float32))
    return Case(
        Call(function, [buffer, buffer, x.size, *parameters]),
        lambda: one_operator(kind, [(buffer.data, {})], (x.shape, "FLOAT32", {}), **options),
        tolerance,
    )


def clip_f32(rng: Random) -> Case:
    kind = pick(rng, "RELU", "RELU6", "RELU_N1_TO_1")
    return _unary(rng, kind, "dqnn_clip_f32", real_bounds(kind))


def leaky_relu_f32(rng: Random) -> Case:
    alpha = float(np.float32(rng.uniform(0, 1)))
    return _unary(rng, "LEAKY_RELU", "dqnn_leaky_relu_f32", [alpha], alpha=alpha)


def prelu_f32(rng: Random) -> Case:
    rank = int(rng.integers(1, 5))
    full = sizes(rng, [1] * rank, [5] * rank)
    x, alpha = reals(rng, full), reals(rng, tuple(size if rng.random() < 0.5 else 1 for size in full))
    walk: list[Argument] = [len(full), ints(full), broadcast_strides(full, full), broadcast_strides(alpha.shape, full)]
    buffer = InOut(x)
    return Case(
        Call("dqnn_prelu_f32", [buffer, alpha, buffer, *walk]),
        lambda: one_operator("PRELU", [(buffer.data, {}), alpha], (full, "FLOAT32", {})),
    )


def hard_swish_f32(rng: Random) -> Case:
    return _unary(rng, "HARD_SWISH", "dqnn_hard_swish_f32")


def sigmoid_f32(rng: Random) -> Case:
    return _unary(rng, "LOGISTIC", "dqnn_sigmoid_f32", tolerance=TOLERANCE)


def tanh_f32(rng: Random) -> Case:
    return _unary(rng, "TANH", "dqnn_tanh_f32", tolerance=TOLERANCE)


FLOAT32: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        add_f32,
        sub_f32,
        mul_f32,
        div_f32,
        maximum_f32,
        minimum_f32,
        mean_f32,
        softmax_f32,
        clip_f32,
        leaky_relu_f32,
        prelu_f32,
        hard_swish_f32,
        sigmoid_f32,
        tanh_f32,
    )
}
