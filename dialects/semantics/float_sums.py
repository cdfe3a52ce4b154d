"""Near ties of convolutions, formed again in float32 as ONNX Runtime forms all sums: see `dialects/near_ties.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..dqnn import ConstantOp, Conv2DOp, quantization
from ..dqnn.bounds import clamp_bounds
from ..fixed_point import activation_range, quantize_divide_half_even
from ..near_ties import NearTies, near_ties
from .arrays import Array, clamp
from .rescale import rescale_once

LARGEST_SUM = 2.0**127
"""Half of float32's largest number: where no sum is above, none is infinite, with all that rounding adds to it."""


# The order is that of ONNX Runtime's matrix product on im2col columns of an NCHW image: channels, then rows, then
# columns of the window, each product added by a fused multiply-add. Here product and sum are formed in float64, where
# the product is exact, and rounded to float32: as one rounding but for one case in 2^29. DequantizeLinear makes the
# reals: a code less its zero point times the scale, in float32.
def float_codes(op: Conv2DOp, patches: Array, filters: Array, bias: Array) -> Array:
    """The result's codes as sums in float32 give them.

    Args:
        op: a convolution of codes.
        patches: codes less their zero point, [pixels, groups, taps, depth]; 0 where the window is outside the input.
        filters: codes less their zero points, [groups, channels, taps, depth].
        bias: int32 [channels].
    """
    source, weights, target = quantization(op.input), quantization(op.weights), quantization(op.result)
    scales = np.broadcast_to(np.array(weights.scales, np.float32), filters.shape[0] * filters.shape[1])
    inputs = patches.astype(np.float32) * np.float32(source.scale)
    factors = filters.astype(np.float32) * scales.reshape(*filters.shape[:2], 1, 1)
    # [products, pixels, groups, 1] and [products, groups, channels]
    inputs = inputs.transpose(3, 2, 0, 1).reshape(-1, *patches.shape[:2], 1).astype(np.float64)
    factors = factors.transpose(3, 2, 0, 1).reshape(-1, *filters.shape[:2]).astype(np.float64)
    sums = np.zeros((*patches.shape[:2], filters.shape[1]), np.float32)
    for values, factor in zip(inputs, factors, strict=True):
        sums = (values * factor + sums).astype(np.float32)
    reals = sums.reshape(op.result.type.get_shape()) + float_bias(op, bias)
    return clamp(quantize_divide_half_even(reals, target), target, clamp_bounds(op))


def float_bias(op: Conv2DOp, bias: Array) -> NDArray[np.float32]:
    """The bias [channels] as ONNX Runtime's quantizer means it: input scale * weight scale is rounded to float32."""
    source, weights = quantization(op.input), quantization(op.weights)
    return bias.astype(np.float32) * (np.float32(source.scale) * np.array(weights.scales, np.float32))


def integer_bias(op: Conv2DOp) -> Array:
    """The int32 bias [channels], of zeros where there is none."""
    if op.bias is None:
        return np.zeros(op.result.type.get_shape()[-1], np.int32)
    assert isinstance(op.bias.owner, ConstantOp), "constant"
    return op.bias.owner.array


def near_ties_of(op: Conv2DOp, ratios: Array) -> NearTies | None:
    """The near ties that a convolution's sums can be.

    None where they would be more than its weights, or where float32 does not hold the sums.

    Args:
        op: a convolution of one image with constant weights and bias.
        ratios: float64 [channels], input scale * weight scale / output scale.
    """
    source, weights, target = quantization(op.input), quantization(op.weights), quantization(op.result)
    assert isinstance(op.weights.owner, ConstantOp), "constant"
    codes = op.weights.owner.array.astype(np.int64)
    magnitudes = np.abs(codes - np.reshape(weights.zero_points, (-1, 1, 1, 1)))
    farthest = max(source.storage_max - source.zero_point, source.zero_point - source.storage_min)
    reach = magnitudes.sum((1, 2, 3)) * farthest
    bias, bounds = integer_bias(op).astype(np.int64), activation_range(target, *clamp_bounds(op))
    if ((reach + np.abs(bias)) * (source.scale * np.array(weights.scales)) > LARGEST_SUM).any():
        return None

    def encode(sums: Array, channels: Array) -> Array:
        return np.clip(rescale_once(sums, ratios[channels]).astype(np.int64) + target.zero_point, *bounds)

    return near_ties(ratios, bias, reach, target.zero_point, bounds, encode, codes.size)
