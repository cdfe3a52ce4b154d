"""Arguments that make CMSIS-NN, which rounds twice, round as TensorFlow Lite's dense layers do: once.

For an accumulator a, a multiplier m in [2^30, 2^31) and a right shift n (the scale m / 2^(31+n)):

    once   floor(a*m / 2^(31+n) + 1/2)                    LiteRT's dense layers, halves up
    twice  h = floor(a*m / 2^31 + 1/2), then h / 2^n rounded to the nearest, halves away from zero    CMSIS-NN

The second rounding sees h, not a*m / 2^31: where that is 1/2 or less below a half, `twice` is one code too high (and,
for negative numbers, likewise away from zero). That is one code in 2^(n+1) or so, and no argument of CMSIS-NN turns it
off. But the layer has two more numbers that can be chosen, the bias and the output offset. Let

    bias + k,   output offset - r       with r so large that h is positive for every code that is not clamped.

Code j + r is reached by `twice` where h >= (2(j+r) - 1) * 2^(n-1), so where a + k >= T(j), by `once` where a >= A(j):

    T(j) = ceil(((2(j+r) - 1) * 2^n - 1) * 2^30 / m)
    A(j) = ceil((2j - 1) * 2^(30+n) / m)

Results are the same for every a when T(j) - k = A(j) for all (at most 255) codes j. The offset r * 2^(31+n) / m that r
brings must be close to an integer plus half a step of h; how close depends on the fractions of the 255 quotients. So
`encode` tries one r after the other. Where each channel has a multiplier of its own, one r has to do for all of them,
and m may move by a small d: with a large r that shifts T(j) finely, and tilts it by far less.

For n <= 0 there is no second rounding: T(j) = ceil((2(j+r) - 1) * 2^(30+n) / m), and r = k = 0 will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

ATTEMPTS = 4096
"""Offsets r that are tried before giving up (some 30 us a channel each)."""

WORK = 32_768
"""Offsets times channels that are tried at most."""

FINE_OFFSET = 1 << 14
"""Offsets from here on let m move in steps that are fine enough: the error of moving m falls with r, that of its
grain grows with r and the shift; they are equal near r = 2^((38 - shift) / 2)."""

LARGEST_SHIFT = 20
"""Right shift up to which the thresholds fit int64."""


@dataclass(frozen=True)
class Channel:
    """How the accumulators of a channel become codes.

    The scale is `multiplier` * 2^(`shift` - 31), with a multiplier of 0 or from 2^30 up; accumulators lie in
    [-`reach`, `reach`].
    """

    multiplier: int
    shift: int
    reach: int


@dataclass(frozen=True)
class Encoding:
    """Arguments for CMSIS-NN: what to add to the output offset and to each bias, and the multipliers to use."""

    offset: int
    biases: tuple[int, ...]
    multipliers: tuple[int, ...]


@lru_cache(maxsize=512)
def encode(channels: tuple[Channel, ...], low: int, high: int) -> Encoding | None:
    """Find arguments by which rounding twice gives what rounding once does, for every accumulator within reach.

    Args:
        channels: the layer's channels; one stands for all where they share a multiplier.
        low: the smallest code less the output's zero point.
        high: the largest, likewise.

    Returns:
        The arguments; None where none were found.
    """
    if all(channel.shift >= 0 or channel.multiplier == 0 for channel in channels):
        return Encoding(0, (0,) * len(channels), tuple(channel.multiplier for channel in channels))
    if any(channel.shift < -LARGEST_SHIFT for channel in channels):
        return None
    codes = [_Codes(channel, low, high) for channel in channels]
    for r in _offsets(max(1 - low, 1), channels):
        found = _encode_with(codes, r)
        if found is not None:
            return found
    return None


def _offsets(least: int, channels: Sequence[Channel]) -> Iterator[int]:
    """Values of r to try, so that neither int32 nor the numbers below overflow: small ones, and ones near 2^14.

    By the small ones m need not move, which is found soon for one channel; by the large ones it moves finely.
    """
    # a + k stays within int32: k is about r * 2^(31 - shift) / m, at most r * 2^(1 - shift).
    room = min(((1 << 31) - 1 - channel.reach) >> max(1 - channel.shift, 0) for channel in channels)
    attempts = min(ATTEMPTS, WORK // len(channels))
    large = max(least, min(FINE_OFFSET, room - attempts))
    small = range(least, min(least + attempts, large)) if len(channels) == 1 else ()
    return chain(small, range(large, min(large + attempts, room)))


def _encode_with(codes: Sequence[_Codes], r: int) -> Encoding | None:
    biases: list[int] = []
    multipliers: list[int] = []
    for channel in codes:
        found = channel.encode(r)
        if found is None:
            return None
        biases.append(found[0])
        multipliers.append(found[1])
    return Encoding(-r, tuple(biases), tuple(multipliers))


class _Codes:
    """The codes of a channel that can be reached, and from which accumulator on."""

    def __init__(self, channel: Channel, low: int, high: int):
        self.multiplier = channel.multiplier
        self.n = -channel.shift
        codes = np.arange(low + 1, high + 1, dtype=np.int64)
        if self.multiplier == 0:
            codes = codes[:0]
            self.first = codes
        else:
            first = _scaled_ceil(2 * codes - 1, self.n, self.multiplier)
            reached = np.abs(first) <= channel.reach
            codes, self.first = codes[reached], first[reached]
        self.codes = codes

    def encode(self, r: int) -> tuple[int, int] | None:
        """The k and the multiplier by which every code begins where it should, or None."""
        if self.codes.size == 0:
            return self.constant(r)
        for multiplier in self.near_multipliers(r):
            distance = self.thresholds(r, multiplier) - self.first
            if (distance == distance[0]).all():
                return int(distance[0]), multiplier
        return None

    def constant(self, r: int) -> tuple[int, int] | None:
        """A channel whose every accumulator gives one code, 0 or a clamped one: r, brought by the bias, must give r."""
        if self.multiplier == 0:
            return None  # Only r = 0 gives r: left to a kernel that rounds once.
        k = round(r * 2.0 ** (31 + self.n) / self.multiplier)
        return k, self.multiplier

    def near_multipliers(self, r: int) -> list[int]:
        """The multiplier itself, then those by which r brings close to an integer plus half a step, nearest first."""
        # r * 2^(31+n) / m - 2^30 / m is the offset of T(j); moving m by d changes it by about -offset * d / m.
        m = self.multiplier
        offset_numerator = (r << (31 + self.n) if self.n >= 0 else r << 31 >> -self.n) - (1 << 30 if self.n > 0 else 0)
        whole, rest = divmod(offset_numerator, m)
        if whole == 0:
            return [m]
        down, up = round(rest / whole), -round((m - rest) / whole)
        moves = sorted({0, *(move + step for move in (down, up) for step in (-1, 0, 1))}, key=abs)
        return [m + move for move in moves if 1 << 30 <= m + move < 1 << 31]

    def thresholds(self, r: int, multiplier: int) -> Ints:
        """T(j) of every code."""
        odd = 2 * (self.codes + r) - 1
        if self.n <= 0:
            return _scaled_ceil(odd, self.n, multiplier)
        numerators = ((odd << self.n) - 1) << 30
        return -(-numerators // multiplier)


def _scaled_ceil(values: Ints, n: int, multiplier: int) -> Ints:
    """ceil(value * 2^(30+n) / multiplier)."""
    exponent = 30 + n
    return -(-(values << exponent) // multiplier) if exponent >= 0 else -(-values // (multiplier << -exponent))
