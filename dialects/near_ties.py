"""Near ties: sums of a convolution so near to the middle of two codes that float32's own errors decide between them.

ONNX Runtime computes a convolution between DequantizeLinear and QuantizeLinear in float32, integer kernels compute its
sums exactly. The codes differ where a sum lies within float32's error, some 1e-5 of a code, of the middle of two: one
code in a million, but in an early layer that one moves others in all layers behind it. A convolution whose `rounding`
is "float_near_ties" therefore forms near ties, and no other sums, once more as ONNX Runtime does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

NEAR = 2.0**-16
"""How far from the middle, in codes, a sum may lie to be a near tie: float32 numbers from 128 to 256 lie as far apart.
A third of it was seen to miss some that matter; more found no others, and makes tables longer."""
MANY = 1e-3
"""Share of sums, or of other results in codes, from which on it is no chance that they are near ties. Scales without a
common measure make some 2 * NEAR, 3e-5."""
LARGEST = 65535
"""Number of an entry or a channel, in 16 bits."""
MOST_PRODUCTS = 128
"""Of a sum: up to here ONNX Runtime's product of two matrices adds one product after the other, and behind it in blocks
whose size depends on the machine."""


def is_near_tie(quotients: Array, zero_point: int, bounds: tuple[int, int]) -> Array:
    """Whether real numbers, in codes, are near ties of two codes of the result; `bounds` are its least and largest."""
    steps = np.floor(quotients)
    lower = steps + zero_point
    return (np.abs(quotients - steps - 0.5) < NEAR) & (bounds[0] <= lower) & (lower < bounds[1])


class NearTies(NamedTuple):
    """The sums of a layer that are near ties; `channels[i]` has those from place `first[i]` to `first[i + 1]`."""

    channels: NDArray[np.uint16]
    """[n], rising: those that have any."""
    first: NDArray[np.uint16]
    """[n + 1]"""
    sums: NDArray[np.int32]
    """Sums of products, without the bias; rising in a channel."""
    codes: NDArray[np.int8]
    """What rescaling in integers makes of each."""


# The code of an output channel is rne(sum * ratio) + zero point, the bias being in the sum. Codes k and k + 1 meet at
# sum = (k + 1/2 - zero point) / ratio, and sums within NEAR / ratio of that are near ties: one at most where the ratio
# is above 2 * NEAR, many where it is tiny. `is_near_tie` decides; the range has one sum more on either side, for its
# own rounding.
def _of_channel(
    ratio: float, low: int, high: int, zero_point: int, bounds: tuple[int, int], most: int
) -> NDArray[np.int64] | None:
    """Those of the sums from low to high, with the bias, of one channel; None where they are more than `most`."""
    ratio = max(ratio, float(np.finfo(np.float64).tiny))
    lower = np.arange(*bounds)
    middles = lower - zero_point + 0.5
    with np.errstate(over="ignore"):
        first = np.clip(np.ceil((middles - NEAR) / ratio) - 1, low, high + 1)
        last = np.clip(np.floor((middles + NEAR) / ratio) + 1, low - 1, high)
    if np.maximum(last - first - 1, 0).sum() > most:
        return None
    counts = np.maximum(last - first + 1, 0).astype(np.int64)
    sums: Array = np.arange(int(counts.sum())) + np.repeat(first + counts - np.cumsum(counts), counts)
    quotients = sums * ratio
    is_own = np.floor(quotients) + zero_point == np.repeat(lower, counts)
    sums = sums[is_own & is_near_tie(quotients, zero_point, bounds)].astype(np.int64)
    return sums if len(sums) <= most else None


def near_ties(
    ratios: Array,
    biases: Array,
    reach: Array,
    zero_point: int,
    bounds: tuple[int, int],
    encode: Callable[[Array, Array], Array],
    most: int,
) -> NearTies | None:
    """The near ties among the sums of a layer.

    Args:
        ratios: float64 [channels], input scale * weight scale / output scale.
        biases: integers [channels].
        reach: integers [channels], the largest magnitude of a sum without its bias.
        zero_point: of the result.
        bounds: the least and the largest code of the result.
        encode: the codes that sums with their bias, and their channels, have in integers.
        most: entries; both these and channels are numbered in 16 bits.

    Returns:
        The table, or None where it would have more than `most` entries.
    """
    if len(ratios) > LARGEST:
        return None
    found: list[NDArray[np.int64]] = []
    left = min(most, LARGEST)
    for ratio, bias, farthest in zip(ratios, biases, reach, strict=True):
        sums = _of_channel(ratio, bias - farthest, bias + farthest, zero_point, bounds, left)
        if sums is None:
            return None
        found.append(sums)
        left -= len(sums)
    counts = np.array([len(sums) for sums in found], np.int64)
    present, sums = np.flatnonzero(counts), np.concatenate(found)
    channels = np.repeat(np.arange(len(ratios)), counts)
    return NearTies(
        present.astype(np.uint16),
        np.append(0, np.cumsum(counts[present])).astype(np.uint16),
        (sums - biases[channels]).astype(np.int32),
        encode(sums, channels).astype(np.int8),
    )
