"""The scales that QKeras finds for weights with alpha='auto' and 'auto_po2', computed in float32 as QKeras does.

Weights have Keras's layout: output channels last, a scale for each.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from ..file import Array

Scale: TypeAlias = float | str
"""A number, or one of `AUTO`."""

AUTO = ("auto", "auto_po2")
"""Names of the scales that are found from the weights; `auto_po2` is a power of two."""

EPSILON = np.float32(1e-7)
"""Keras's own, which keeps logarithms and quotients finite."""

ROUNDS = 5
"""How often codes and power-of-two scales of quantized_bits are fitted to each other."""


def _other_axes(array: Array) -> tuple[int, ...]:
    """All axes but the last; the only one of a vector, whose elements share a scale."""
    return tuple(range(array.ndim - 1)) if array.ndim > 1 else (0,)


def _power_of_two(scales: Array) -> Array:
    logs = np.log(scales + EPSILON) / np.float32(np.log(2.0))
    return np.exp2(np.rint(logs)).astype(np.float32)


def least_squares(array: Array, codes: Array, alpha: str) -> Array:
    """The scale s of each channel for which s * codes is nearest to the weights, as quotient of two means.

    Of a vector, each element has its own. `_get_scale` in qkeras/quantizers.py.
    """
    values, steps = array.astype(np.float32), codes.astype(np.float32)
    products, squares = values * steps, steps * steps
    if array.ndim > 1:
        axes = _other_axes(array)
        products, squares = products.mean(axes, keepdims=True), squares.mean(axes, keepdims=True)
    scales = products / (squares + EPSILON)
    return _power_of_two(scales) if alpha == "auto_po2" else scales


def binary_scales(array: Array, codes: Array, alpha: str) -> Array:
    """The scale of each output channel for `binary`'s codes."""
    return least_squares(array, codes, alpha).reshape(-1)


def fixed_point_scales(array: Array, bits: int, integer: int, alpha: str) -> tuple[Array, Array]:
    """Codes and scales of quantized_bits: value = scale * code with |code| <= 2^(bits - 1) - 1.

    The first scale maps the channel's largest weight to the largest code. `quantized_bits.__call__` in
    qkeras/quantizers.py.
    """
    unit = np.float32(2.0**integer)
    values = array.astype(np.float32) / unit
    limit = np.float32((1 << (bits - 1)) - 1)
    with np.errstate(all="ignore"):
        scales = np.abs(values).max(axis=_other_axes(array), keepdims=True) * np.float32(2) / (2 * limit)
        if alpha == "auto_po2":
            scales = _power_of_two(scales)
            for _ in range(ROUNDS):
                scales = least_squares(values, _codes(values, scales, limit), alpha)
        codes = _codes(values, scales, limit)
    # Of a vector, QKeras's codes have been found with the scale of the last round already applied.
    width = array.shape[-1]
    scales = np.broadcast_to(scales * unit, (*scales.shape[:-1], width)).reshape(-1)[:width]
    storage = np.int8 if bits <= 8 else np.int16 if bits <= 16 else np.int32
    return np.nan_to_num(codes).astype(storage), np.ascontiguousarray(scales)


def _codes(values: Array, scales: Array, limit: np.float32) -> Array:
    steps = np.floor(np.abs(values) / scales + np.float32(0.5))
    return np.sign(values) * np.minimum(steps, limit)
