"""Arguments that make CMSIS-NN, which rounds twice, give what LiteRT's dense layers give, which round once.

For an accumulator a and the real scale s, with m / 2^(31+n) the nearest multiplier m in [2^30, 2^31) and right shift n:

    once   a*s in float64, to the nearest, halves away from zero                            LiteRT 2.3, dense layers
    twice  h = floor(a*m / 2^31 + 1/2), then h / 2^n to the nearest, halves away from zero  CMSIS-NN

The second rounding sees h, not a*m / 2^31: where that is 1/2 or less below a half, `twice` is one code too high (and,
for negative numbers, likewise away from zero). That is one code in 2^(n+1) or so, and no argument of CMSIS-NN turns it
off. But the layer has two more numbers that can be chosen, the bias and the output offset. Let

    bias + k,   output offset - r       with r so large that h is positive for every code that is not clamped.

Code j + r is reached by `twice` where a + k >= T(j), for h >= (2(j+r) - 1) * 2^(n-1) there:

    T(j) = ceil(((2(j+r) - 1) * 2^n - 1) * 2^30 / m)            where n > 0
    T(j) = ceil((2(j+r) - 1) * 2^(30+n) / m)                    where n <= 0, without a second rounding

Let A(j) be the least accumulator for which `once` gives j or more. Results are the same for every accumulator when
T(j) - k = A(j) for all (at most 255) codes j. For that, the offset r * 2^(31+n) / m that r brings must be close to an
integer plus half a step of h; how close depends on the fractions of the 255 quotients. So `encode` tries one r after
the other. Where each channel has a multiplier of its own, one r has to do for all of them, and m may move by a small d:
with a large r that shifts T(j) finely, and tilts it by far less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from ...dialects.fixed_point import quantize_multiplier, round_half_away

Ints = npt.NDArray[np.int64]

ATTEMPTS = 4096
"""Offsets r that are tried before giving up (some 30 us a channel each)."""

WORK = 32_768
"""Offsets times channels that are tried at most."""

FINE_OFFSET = 1 << 14
"""Offsets from here on let m move in steps that are fine enough: the error of moving m falls with r, that of its
grain grows with r and the shift; they are equal near r = 2^((38 - shift) / 2)."""

NEIGHBOURS = 16
"""Multipliers next to the nearest one that are tried where a kernel rounds once, on either side."""

LARGEST_SHIFT = 20
"""Right shift up to which the thresholds fit int64."""


@dataclass(frozen=True)
class Channel:
    """How the accumulators of a channel become codes: times `scale`. Accumulators lie in [-`reach`, `reach`]."""

    scale: float
    reach: int

    @property
    def multiplier(self) -> int:
        """The scale's mantissa, 0 or in [2^30, 2^31): the scale is about multiplier * 2^(shift - 31)."""
        return quantize_multiplier(self.scale)[0]

    @property
    def shift(self) -> int:
        """The scale's exponent; a right shift is negative."""
        return quantize_multiplier(self.scale)[1]


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
    if any(channel.shift < -LARGEST_SHIFT for channel in channels):
        return None
    codes = [_Codes(channel, low, high) for channel in channels]
    for r in _offsets(max(1 - low, 1), channels):
        found = _encode_with(codes, r)
        if found is not None:
            return found
    return None


def multiplier_for_one_rounding(channel: Channel, low: int, high: int) -> int | None:
    """The multiplier by which a kernel that rounds once in fixed point gives what `once` gives.

    Such a kernel computes floor(a*m / 2^(31+n) + 1/2). The nearest multiplier differs from the scale by up to one part
    in 2^31, and halves of negative numbers go up: either moves the first accumulator of some code. A neighbour that is
    a little larger sends halves away from zero on both sides.

    Args:
        channel: the scale, and how far accumulators reach.
        low: the smallest code less the output's zero point.
        high: the largest, likewise.

    Returns:
        The multiplier, for the channel's shift; None where no neighbour of the nearest one will do.
    """
    if channel.shift < -LARGEST_SHIFT:
        return None
    codes = _Codes(channel, low, high)
    for move in sorted(range(-NEIGHBOURS, NEIGHBOURS + 1), key=lambda move: (abs(move), -move)):
        multiplier = codes.multiplier + move
        if multiplier < 1 << 31 and (_scaled_ceil(2 * codes.codes - 1, codes.n, multiplier) == codes.first).all():
            return multiplier
    return None


def _offsets(least: int, channels: Sequence[Channel]) -> Iterator[int]:
    """Values of r to try, so that neither int32 nor the numbers below overflow: small ones, and ones near 2^14.

    By the small ones m need not move, which is found soon for one channel; by the large ones it moves finely. 0 does
    where there is no second rounding.
    """
    # a + k stays within int32: k is about r * 2^(31 - shift) / m, at most r * 2^(1 - shift).
    room = min(((1 << 31) - 1 - channel.reach) >> max(1 - channel.shift, 0) for channel in channels)
    attempts = min(ATTEMPTS, WORK // len(channels))
    large = max(least, min(FINE_OFFSET, room - attempts))
    small = range(least, min(least + attempts, large)) if len(channels) == 1 else ()
    none = [0] if all(channel.shift >= 0 for channel in channels) else ()
    return chain(none, small, range(large, min(large + attempts, room)))


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
        first = first_accumulators(codes, channel.scale)
        reached = np.abs(first) <= channel.reach + 2  # What lies just beyond keeps k exact, too.
        self.codes, self.first = codes[reached], first[reached]

    def encode(self, r: int) -> tuple[int, int] | None:
        """The k and the multiplier by which every code begins where it should, or None."""
        if self.multiplier == 0:
            return None
        if self.codes.size == 0:
            return self.constant(r)
        for multiplier in self.near_multipliers(r):
            distance = self.thresholds(r, multiplier) - self.first
            if (distance == distance[0]).all():
                return int(distance[0]), multiplier
        return None

    def constant(self, r: int) -> tuple[int, int]:
        """Every accumulator gives one and the same code: as `once` gives it for 0, so must k give r."""
        return round(r * 2.0 ** (31 + self.n) / self.multiplier), self.multiplier

    def near_multipliers(self, r: int) -> list[int]:
        """The multiplier itself, then those by which r brings close to an integer plus half a step, nearest first.

        A larger multiplier tilts as well: first accumulators move towards 0 on both sides. Where scales are powers of
        two, so that products are halves exactly, that is what sends halves away from zero.
        """
        # T(j) is offset by (r * 2^(31+n) - 2^30) / m (without 2^30 where n <= 0): moving m by d changes that by about
        # -offset * d / m. Moves are to the integer below, the one above, and the next one below.
        m = self.multiplier
        numerator = (r << (31 + self.n) if self.n >= 0 else r << 31 >> -self.n) - (1 << 30 if self.n > 0 else 0)
        offset, rest = divmod(numerator, m)
        moves = {0, 1}
        if offset > 0:
            moves |= {round(distance / offset) + step for distance in (rest, rest - m, rest + m) for step in (-1, 0, 1)}
        return [m + move for move in sorted(moves, key=abs) if 1 << 30 <= m + move < 1 << 31]

    def thresholds(self, r: int, multiplier: int) -> Ints:
        """T(j) of every code."""
        odd = 2 * (self.codes + r) - 1
        if self.n <= 0:
            return _scaled_ceil(odd, self.n, multiplier)
        numerators = ((odd << self.n) - 1) << 30
        return -(-numerators // multiplier)


FAR = float(1 << 40)
"""Beyond all accumulators and codes: what stands for numbers that scales near 0 or infinity send further out."""


def once(accumulators: Ints, scale: float) -> Ints:
    """The codes, less the zero point, that LiteRT's dense layers give: in float64, halves away from zero."""
    return np.clip(round_half_away(accumulators.astype(np.float64) * scale), -FAR, FAR).astype(np.int64)


def first_accumulators(codes: Ints, scale: float) -> Ints:
    """For each code the least accumulator for which `once` gives it or more."""
    with np.errstate(divide="ignore", over="ignore"):
        guess = np.clip(np.ceil((codes - 0.5) / scale), -FAR, FAR).astype(np.int64)
    candidates = guess[:, None] + np.arange(-2, 3)  # The division and `once` round, each by less than one accumulator.
    reaches = once(candidates, scale) >= codes[:, None]
    return candidates[np.arange(len(codes)), reaches.argmax(axis=1)]


def _scaled_ceil(values: Ints, n: int, multiplier: int) -> Ints:
    """ceil(value * 2^(30+n) / multiplier)."""
    exponent = 30 + n
    return -(-(values << exponent) // multiplier) if exponent >= 0 else -(-values // (multiplier << -exponent))
