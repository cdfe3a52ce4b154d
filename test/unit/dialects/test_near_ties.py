"""The table of near ties against a search through all sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.near_ties import NEAR, near_ties
from numpy.typing import NDArray

Array = NDArray[Any]

BIASES, REACH = np.array([7, -300, 0]), np.array([400, 250, 90])


def channel_and_sum(sums: Array, channels: Array) -> Array:
    """In place of codes: a number that tells what was asked for."""
    return (sums + 5 * channels) % 100


def searched(ratios: list[float], zero_point: int, bounds: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Channel, sum without the bias, and code of each near tie, by the definition."""
    found: list[tuple[int, int, int]] = []
    for channel, ratio in enumerate(ratios):
        for product_sum in range(-REACH[channel], REACH[channel] + 1):
            total = product_sum + int(BIASES[channel])
            real = total * ratio
            lower = int(np.floor(real)) + zero_point
            if abs(real - np.floor(real) - 0.5) < NEAR and bounds[0] <= lower < bounds[1]:
                found.append((channel, product_sum, (total + 5 * channel) % 100))
    return found


@pytest.mark.parametrize(
    "ratios", [[1 / 8, 0.3, 1.5 / 7], [1.5, 1 / 64 + 1e-7, 1e-4], [1e-5, 0.0, 0.25], [1e-9, 7.0, 0.5]]
)
@pytest.mark.parametrize(("zero_point", "bounds"), [(0, (-128, 127)), (-5, (-5, 100)), (3, (3, 3))])
def test_all_near_ties(ratios: list[float], zero_point: int, bounds: tuple[int, int]) -> None:
    expected = searched(ratios, zero_point, bounds)
    ties = near_ties(np.array(ratios), BIASES, REACH, zero_point, bounds, channel_and_sum, most=1000)
    assert ties is not None
    counts = np.diff(ties.first)
    assert (counts > 0).all()
    assert ties.first[0] == 0
    channels = np.repeat(ties.channels, counts)
    assert list(zip(channels.tolist(), ties.sums.tolist(), ties.codes.tolist(), strict=True)) == expected


def test_no_more_than_asked_for() -> None:
    arguments = (np.array([1 / 8, 0.3, 0.3]), BIASES, REACH, 0, (-128, 127), channel_and_sum)
    ties = near_ties(*arguments, most=1000)
    assert ties is not None
    assert near_ties(*arguments, most=len(ties.sums)) is not None
    assert near_ties(*arguments, most=len(ties.sums) - 1) is None


def test_sums_without_end_make_no_table() -> None:
    """Steps so small that millions of sums lie next to one middle."""
    bias, reach = np.array([5 * 10**11]), np.array([10**7])
    assert near_ties(np.array([1e-12]), bias, reach, 0, (-128, 127), channel_and_sum, most=100) is None
