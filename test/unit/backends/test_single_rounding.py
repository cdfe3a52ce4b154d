"""The arguments that make CMSIS-NN round once, tried on every accumulator (or on many of them)."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from dqnnc.backends.common.single_rounding import Channel, encode, multiplier_for_one_rounding

Ints = npt.NDArray[np.int64]


def twice(accumulators: Ints, multiplier: int, shift: int) -> Ints:
    """CMSIS-NN's requantization: doubling high multiply, then a division that rounds halves away from zero."""
    left, right = max(shift, 0), max(-shift, 0)
    high = ((accumulators << left) * multiplier + (1 << 30)) >> 31
    if right == 0:
        return high
    magnitude = (np.abs(high) + (1 << (right - 1))) >> right
    return np.sign(high) * magnitude


def once(accumulators: Ints, channel: Channel) -> Ints:
    """LiteRT's dense layers: in float64, halves away from zero."""
    products = accumulators.astype(np.float64) * channel.scale
    return (np.sign(products) * np.floor(np.abs(products) + 0.5)).astype(np.int64)


def accumulators_of(channel: Channel, generator: Any) -> Ints:
    """All accumulators around those that are not clamped, or a sample with the boundaries of every code."""
    span = min(channel.reach, int(320 / channel.scale))
    if span < 100_000:
        return np.arange(-span, span + 1)
    boundaries = (np.arange(-320, 320) - 0.5) / channel.scale
    near = (boundaries.astype(np.int64)[:, None] + np.arange(-3, 4)).ravel()
    return np.concatenate([near[np.abs(near) <= channel.reach], generator.integers(-span, span, 20_000)])


def random_channel(generator: Any, shift: int) -> Channel:
    return Channel(2.0 ** (shift - 1) * generator.uniform(1, 2), 1 << min(11 - shift, 30))


@pytest.mark.parametrize("shift", range(-12, 3))
@pytest.mark.parametrize("zero_point", [-128, -20, 0, 127])
def test_one_multiplier(shift: int, zero_point: int):
    generator = np.random.default_rng(abs(shift) * 1000 + zero_point + 128)
    channel = random_channel(generator, shift)
    check((channel,), zero_point, generator)


@pytest.mark.parametrize("shift", range(-12, 3))
@pytest.mark.parametrize("zero_point", [-128, 5])
def test_a_power_of_two(shift: int, zero_point: int):
    """Many accumulators give halves, which go away from zero on both sides."""
    channel = Channel(2.0 ** (shift - 1), 1 << min(11 - shift, 30))
    check((channel,), zero_point, np.random.default_rng(0))


@pytest.mark.parametrize("count", [2, 5, 10])
def test_a_multiplier_for_each_channel(count: int):
    generator = np.random.default_rng(count)
    channels = tuple(random_channel(generator, -8 + index) for index in range(count))
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
    channel = Channel(0.011, 1 << 17)
    values = np.arange(-20_000, 20_000)
    assert np.any(once(values, channel) != twice(values, channel.multiplier, channel.shift))


@pytest.mark.parametrize("shift", range(-12, 3))
def test_one_rounding_in_fixed_point(shift: int):
    generator = np.random.default_rng(abs(shift))
    for attempt in range(10):
        channel = random_channel(generator, shift) if attempt else Channel(2.0 ** (shift - 1), 1 << min(11 - shift, 30))
        multiplier = multiplier_for_one_rounding(channel, -118, 137)
        assert multiplier is not None
        values = accumulators_of(channel, generator)
        got = (values * multiplier + (1 << (30 - channel.shift))) >> (31 - channel.shift)
        np.testing.assert_array_equal(np.clip(got, -118, 137), np.clip(once(values, channel), -118, 137))


def test_gives_up_where_no_offset_does():
    generator = np.random.default_rng(0)
    assert encode(tuple(random_channel(generator, -10) for _ in range(128)), -128, 127) is None
