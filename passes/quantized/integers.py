"""The int8 layer of quantized networks, made of a scale and an offset, and where that is exact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...dialects.fixed_point import INT32_MAX, quantize_multiplier_once
from ...dialects.near_ties import MANY, NEAR
from ...dialects.quant import UniformQuantizedType
from .layer import Array
from .stage import Affine

FLOAT32_ERROR = 2.0**-24
"""The relative error of rounding to float32."""


class Integers(NamedTuple):
    """What becomes of scale and offset where the layer has an int32 bias; an entry for each channel."""

    steps: Array
    """float64, positive: the real number that a sum of 1 stands for."""
    signs: Array
    """-1, 0 or 1: the weights are multiplied by it."""
    biases: Array
    """float64 integers."""


def integers(stage: Affine, steps: Array) -> Integers:
    """Scales made positive, and offsets in whole steps. `steps`: what a sum of 1 stands for before the stage."""
    positive = np.where(stage.scale == 0, steps, np.abs(stage.scale))
    return Integers(positive, np.sign(stage.scale), np.rint(stage.offset / positive))


# A code is the integer next to (acc + offset / step) * ratio, with ratio = step / output scale. The int8 layer computes
#
#   floor((acc + bias) * m / 2^31 + 1/2),   bias = rint(offset / step),   m = rint(ratio * 2^31)
#
# and errs by |bias - offset / step| * ratio + |acc + bias| * |m / 2^31 - ratio| codes before it rounds. The first term
# is up to half a ratio: it moves ratio / 4 of all codes or so, 0.1 % for a ratio of 2^-8, and is 0 where the offset is
# a whole number of steps. That is so for biases of quantizers that are no finer than the sums, and by chance only
# behind a batch normalization. The second is 0 for ratios 2^-k, k <= 31, and a relative error of 2^-32 / ratio at most
# for others. Without either, results differ from those of other roundings at exact halves alone.
#
# The form in float32 errs by 2^-24 of the product and of the sum, and by none where the ratio is a power of two and
# |acc| < 2^24. So integers, which have the faster kernels, are exact enough where the first term is 0 and the second is
# no larger than float32's.
def are_exact(numbers: Integers, stage: Affine, reach: Array, output_scale: float) -> bool:
    """Whether the int8 layer's codes are those of real arithmetic but for halves, and for float32's own errors.

    Args:
        numbers: the int8 layer.
        stage: the scale and offset that it is made of.
        reach: the largest magnitude of each channel's sum.
        output_scale: the real number of one step of a result's code.
    """
    if not fit(numbers, reach) or (numbers.biases * numbers.steps != stage.offset).any():
        return False
    ratios = numbers.steps / output_scale
    pairs = np.array([quantize_multiplier_once(ratio) for ratio in ratios], np.float64)
    multipliers = np.ldexp(pairs[:, 0], pairs[:, 1].astype(np.int64) - 31)
    return bool((np.abs(multipliers - ratios) <= FLOAT32_ERROR * ratios).all())


# With ratio = step / output scale, a sum lies in the middle of codes k and k + 1 where (k + 1/2 - offset) / ratio is a
# whole number, offset being in codes. For scales without a common measure that is next to a whole number by chance, and
# 2 * NEAR of all sums are near ties. With a ratio of 2^-8 it is one for every k, and one sum in 256 is a tie: so many
# codes differ between rounding halves up and to even.
def has_many_ties(stage: Affine, reach: Array, target: UniformQuantizedType) -> bool:
    """Whether so many sums are near ties that this is no chance.

    Args:
        stage: scale and offset of each channel, in reals.
        reach: the largest magnitude of each channel's sum.
        target: the result's type.
    """
    ratios = np.abs(stage.scale / target.scale)
    sloping = ratios * reach >= 0.5
    if not sloping.any():
        return False
    ratios, offsets, reach = ratios[sloping], (stage.offset / target.scale)[sloping], reach[sloping]
    codes = np.arange(target.storage_min, target.storage_max) - target.zero_point
    middles = codes[:, np.newaxis] + 0.5 - offsets
    sums = np.rint(middles / ratios)
    is_tie = (np.abs(sums * ratios - middles) < NEAR) & (np.abs(sums) <= reach)
    within = np.minimum(2 * reach + 1, len(codes) / ratios)
    return bool(is_tie.sum() > MANY * within.sum())


def fit(numbers: Integers, reach: Array) -> bool:
    """Whether no sum with its bias leaves 32 bits."""
    return bool((np.abs(numbers.biases) + reach <= INT32_MAX).all())
