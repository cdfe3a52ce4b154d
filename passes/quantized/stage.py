"""Computing output stages: thresholds, or scale and offset, of each channel.

A threshold is found by value: the very operators that stand behind the layer are run, with their float32 roundings in
the framework's order, on sums that the layer can form. Channel by channel they never fall or never rise, so the place
where the sign changes is found by bisection. No algebra, which would round elsewhere, comes in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...dialects import semantics
from ...dialects.dqnn import MAX_THRESHOLD, BatchNormOp, DqnnOp, QuantizeOp, quantized_element, tensor_type
from ...dialects.semantics.linear import finish
from ...dialects.semantics.normalization import inverse_deviation
from .layer import Array, Layer, tables_of


class Thresholds(NamedTuple):
    """A comparison of each channel."""

    values: Array
    """int32: the sign is -1 where the sum, of weights turned round where `negated` says so, is below it."""
    negated: Array
    """Whether a channel's weights change their sign."""


class Affine(NamedTuple):
    """Scale and offset of each channel, in float64."""

    scale: Array
    offset: Array


def reach(layer: Layer) -> Array:
    """The largest magnitude of each channel's sum, an int64."""
    magnitudes = np.abs(layer.centered_weights)
    axes = tuple(axis for axis in range(magnitudes.ndim) if axis != layer.channel_axis)
    return magnitudes.sum(axes) * layer.source.farthest


def thresholds(layer: Layer) -> Thresholds:
    """The comparisons that give the signs at the end of a layer's chain."""

    def signs(sums: Array) -> Array:
        values = finish(layer.op, sums * layer.steps, layer.bias if layer.op.bias is not None else None)
        return run(layer.chain, values)

    return bisect(signs, reach(layer))


def codes_of(layer: Layer, quantizer: QuantizeOp, sums: Array) -> Array:
    """The codes, less their zero point, that the framework's operators make of sums [channels]."""
    values = finish(layer.op, sums * layer.steps, layer.bias if layer.op.bias is not None else None)
    element = quantized_element(tensor_type(quantizer.result))
    assert element is not None, "codes"
    return run(layer.chain, values).astype(np.int64) - element.zero_point


# Where a normalization has all but no slope (QKeras makes scales of 0 and below 2^-32), what it gives for all sums may
# lie next to the middle of two codes, and roundings in another order than the framework's would decide. A channel whose
# sums give two codes, k and k + 1, is therefore made a comparison. With t the threshold of k + 1, s = +-1 the direction
# in which codes rise and d = 2^-15,
#
#     acc * (s * d) + k + 1/2 - (t - 1/2) * d  =  k + 1/2 + (s * acc - t + 1/2) * d
#
# is beyond k + 1/2 exactly where s * acc >= t, and within 1 of it where |acc| < 2^14. All terms are multiples of 2^-16
# below 2^8: no float32 operation rounds. A channel of one code has scale 0.
def settle(layer: Layer, quantizer: QuantizeOp, stage: Affine) -> Affine:
    """Scale and offset, in codes, with those of channels that have but one or two codes made exact."""
    limits = reach(layer)
    lowest, highest = (codes_of(layer, quantizer, sums) for sums in (-limits, limits))
    first = np.minimum(lowest, highest)
    is_constant = lowest == highest
    is_step = (np.abs(highest - lowest) == 1) & (limits < 2**14)
    if not (is_constant | is_step).any():
        return stage
    found = bisect(lambda sums: np.where(codes_of(layer, quantizer, sums) > first, 1, -1), limits)
    step = 2.0**-15
    scale = np.where(found.negated, -step, step)
    offset = first + 0.5 - (found.values.astype(np.float64) - 0.5) * step
    return Affine(
        np.where(is_constant, 0.0, np.where(is_step, scale, stage.scale)),
        np.where(is_constant, first, np.where(is_step, offset, stage.offset)),
    )


def run(chain: tuple[DqnnOp, ...], values: Array) -> Array:
    """What operators one behind the other make of values [channels]."""
    for op in chain:
        values = semantics.evaluate(op, [values, *tables_of(op)])[0]
    return values


def bisect(signs: Callable[[Array], Array], limits: Array) -> Thresholds:
    """The thresholds of a function from sums to signs that is monotonic in each channel.

    Args:
        signs: takes one int64 sum for each channel.
        limits: the largest magnitude of each channel's sum.
    """
    low, high = -limits, limits.copy()
    lowest, highest = signs(low), signs(high)
    negated = lowest > highest
    direction = np.where(negated, -1, 1)
    constant = np.where(lowest > 0, -MAX_THRESHOLD, MAX_THRESHOLD)
    is_constant = lowest == highest
    # The sign at low is -1 and at high +1, of sums counted in the direction in which the signs rise.
    while (high - low > 1).any():
        middle = (low + high) // 2
        above = signs(middle * direction) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return Thresholds(np.where(is_constant, constant, high).astype(np.int32), negated & ~is_constant)


def affine(layer: Layer, norms: tuple[BatchNormOp, ...]) -> Affine:
    """Scale and offset of a layer with its bias and batch normalizations, for sums of codes.

    offset = bias * scale + (beta - mean * scale), formed in float64 from float32 tables.
    """
    scale, offset = layer.steps.copy(), layer.bias.astype(np.float64)
    for norm in norms:
        gamma, beta, mean, variance = tables_of(norm)
        inverse = inverse_deviation(gamma, variance, norm.epsilon.value.data).astype(np.float64)
        scale, offset = (
            scale * inverse,
            offset * inverse + (beta.astype(np.float64) - mean.astype(np.float64) * inverse),
        )
    return Affine(scale, offset)


def negate(weights: Array, axis: int, negated: Array) -> Array | None:
    """Codes of weights with some channels turned round, or None where the storage has no such code."""
    shape = [-1 if dimension == axis else 1 for dimension in range(weights.ndim)]
    turned = weights.astype(np.int64) * np.where(negated, -1, 1).reshape(shape)
    limits = np.iinfo(weights.dtype)
    return None if turned.size and turned.max() > limits.max else turned.astype(weights.dtype)
