"""From int32 sums to codes, zero point and clamp aside. Ratios have an entry for each channel, the last axis."""

from __future__ import annotations

import numpy as np

from ..fixed_point import (
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    quantize_multiplier_once,
    round_half_away,
)
from .arrays import Array


def rescale_in_fixed_point(accumulators: Array, ratios: Array) -> Array:
    """Multiply by the nearest Q31 mantissa and power of two, with two roundings."""
    pairs = np.array([quantize_multiplier(ratio) for ratio in ratios], np.int64).reshape(-1, 2)
    return multiply_by_quantized_multiplier(accumulators, pairs[:, 0], pairs[:, 1])


def rescale_once(accumulators: Array, ratios: Array) -> Array:
    """Multiply by a Q31 number that is not normalized, with one rounding, halves up."""
    pairs = np.array([quantize_multiplier_once(ratio) for ratio in ratios], np.int64).reshape(-1, 2)
    return multiply_by_quantized_multiplier(accumulators, pairs[:, 0], pairs[:, 1])


def rescale_exactly(accumulators: Array, ratios: Array) -> Array:
    """Multiply in float64 and round once, halves away from zero.

    FullyConnected in tflite/kernels/internal/reference/integer_ops/fully_connected.h of LiteRT.
    """
    return round_half_away(accumulators.astype(np.float64) * ratios)
