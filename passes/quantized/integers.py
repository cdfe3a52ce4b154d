"""The int8 layer of quantized networks, made of a scale and an offset, and where that is exact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...dialects.fixed_point import INT32_MAX, quantize_multiplier_once
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


def fit(numbers: Integers, reach: Array) -> bool:
    """Whether no sum with its bias leaves 32 bits."""
    return bool((np.abs(numbers.biases) + reach <= INT32_MAX).all())
