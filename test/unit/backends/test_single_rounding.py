"""The arguments that make CMSIS-NN round once, tried on every accumulator (or on many of them)."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from dqnnc.backends.common.single_rounding import Channel, encode

Ints = npt.NDArray[np.int64]


def once(accumulators: Ints, channel: Channel) -> Ints:
    """floor(a * m / 2^(31 - shift) + 1/2), exactly."""
    left, right = max(channel.shift, 0), max(-channel.shift, 0)
    return ((accumulators << left) * channel.multiplier + (1 << (30 + right))) >> (31 + right)


def twice(accumulators: Ints, multiplier: int, shift: int) -> Ints:
    """CMSIS-NN's requantization: doubling high multiply, then a division that rounds halves away from zero."""
    left, right = max(shift, 0), max(-shift, 0)
    high = ((accumulators << left) * multiplier + (1 << 30)) >> 31
    if right == 0:
        return high
    magnitude = (np.abs(high) + (1 << (right - 1))) >> right
    return np.sign(high) * magnitude


def accumulators_of(channel: Channel, generator: Any) -> Ints:
    """All accumulators around those that are not clamped, or a sample with the boundaries of every code."""
    span = min(channel.reach, int(320 * 2.0 ** (31 - channel.shift) / channel.multiplier))
    if span < 100_000:
        return np.arange(-span, span + 1)
    boundaries = (np.arange(-320, 320) - 0.5) * 2.0 ** (31 - channel.shift) / channel.multiplier
    near = (boundaries.astype(np.int64)[:, None] + np.arange(-3, 4)).ravel()
    return np.concatenate([near[np.abs(near) <= channel.reach], generator.integers(-span, span, 20_000)])


def random_channel(generator: Any, shift: int) -> Channel:
    return Channel(int(generator.integers(1 << 30, 1 << 31)), shift, 1 << min(11 - shift, 30))


@pytest.mark.parametrize("shift", range(-12, 3))
@pytest.mark.parametrize("zero_point", [-128, -20, 0, 127])
def test_one_multiplier(shift: int, zero_point: int):
    generator = np.random.default_rng(abs(shift) * 1000 + zero_point + 128)
    channel = random_channel(generator, shift)
    check((channel,), zero_point, generator)


@pytest.mark.parametrize("count", [2, 5, 10])
def test_a_multiplier_for_each_channel(count: int):
    generator = np.random.default_rng(count)
    channels = tuple(random_channel(generator, int(generator.integers(-8, 2))) for _ in range(count))
    check(channels, -30, generator)


def check(channels: tuple[Channel, ...], zero_point: int, generator: Any):
    low, high = -128 - zero_point, 127 - zero_point
    encoding = encode(channels, low, high)
    assert encoding is not None
    for channel, bias, multiplier in zip(channels, encoding.biases, encoding.multipliers, strict=True):
        values = accumulators_of(channel, generator)
        assert np.abs(values + bias).max() < 1 << 31
        got = twice(values + bias, multiplier, channel.shift) + encoding.offset
        np.testing.assert_array_equal(np.clip(got, low, high), np.clip(once(values, channel), low, high))


def test_two_roundings_do_differ():
    """What `encode` is for: without it codes are wrong."""
    channel = Channel(1_500_000_000, -6, 1 << 17)
    values = np.arange(-20_000, 20_000)
    assert np.any(once(values, channel) != twice(values, channel.multiplier, channel.shift))


def test_nothing_to_do_without_a_right_shift():
    encoding = encode((Channel(1 << 30, 0, 1000), Channel(1 << 30, 2, 1000)), -128, 127)
    assert encoding is not None
    assert encoding.offset == 0
    assert encoding.biases == (0, 0)


def test_gives_up_where_no_offset_does():
    generator = np.random.default_rng(0)
    assert encode(tuple(random_channel(generator, -10) for _ in range(128)), -128, 127) is None
