"""The placement algorithm: valid, between the lower bound and greedy by size, optimal where that can be checked."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from dqnnc.passes.memory.placement import Item, Part, attainable_bound, live_bytes, lower_bound, place


def buffer(size: int, first: int, last: int, alignment: int = 1) -> Item:
    return Item((Part(0, size, first, last),), alignment)


def random_item(generator: random.Random, steps: int, alignment: int) -> Item:
    """One to three parts, one behind the other with gaps, each with a live range of its own."""
    parts: list[Part] = []
    offset = 0
    for _ in range(generator.choice((1, 1, 1, 2, 3))):
        offset += generator.choice((0, 0, 3))
        size = generator.randrange(1, 60)
        first = generator.randrange(steps)
        parts.append(Part(offset, size, first, min(steps - 1, first + generator.randrange(4))))
        offset += size
    return Item(tuple(parts), alignment)


def random_instance(seed: int) -> list[Item]:
    generator = random.Random(seed)
    steps = generator.randrange(2, 12)
    alignment = generator.choice((1, 4, 16))
    return [random_item(generator, steps, alignment) for _ in range(generator.randrange(1, 16))]


def conflict(a: Item, at_a: int, b: Item, at_b: int) -> bool:
    """Whether two items share a byte in a step, byte by byte and step by step."""
    cells = {
        (step, at_a + byte)
        for part in a.parts
        for step in range(part.first, part.last + 1)
        for byte in range(part.offset, part.offset + part.size)
    }
    return any(
        (step, at_b + byte) in cells
        for part in b.parts
        for step in range(part.first, part.last + 1)
        for byte in range(part.offset, part.offset + part.size)
    )


def lowest_fit(items: Sequence[Item], order: Sequence[int]) -> int:
    """The arena when items are placed in this order, each at the lowest offset that is free: tried one by one."""
    placed: dict[int, int] = {}
    for i in order:
        offset = 0
        while any(conflict(items[i], offset, items[j], at) for j, at in placed.items()):
            offset += items[i].alignment
        placed[i] = offset
    return max(at + items[i].size for i, at in placed.items())


@pytest.mark.parametrize("seed", range(60))
def test_valid_and_bounded(seed: int) -> None:
    items = random_instance(seed)
    placement = place(items)
    for (i, a), (j, b) in itertools.combinations(enumerate(items), 2):
        assert not conflict(a, placement.offsets[i], b, placement.offsets[j])
    assert all(at % item.alignment == 0 for at, item in zip(placement.offsets, items, strict=True))
    assert placement.peak == max(at + item.size for at, item in zip(placement.offsets, items, strict=True))
    by_size = sorted(range(len(items)), key=lambda i: (-items[i].size, items[i].first))
    assert placement.greedy_by_size == lowest_fit(items, by_size)
    assert placement.lower_bound <= attainable_bound(items) <= placement.peak <= placement.greedy_by_size


@pytest.mark.parametrize("seed", range(40))
def test_optimal_for_few_buffers(seed: int) -> None:
    """With buffers of one part, the best order placed lowest-fit is the optimum."""
    generator = random.Random(seed)
    items: list[Item] = []
    for _ in range(5):
        first = generator.randrange(5)
        items.append(buffer(generator.randrange(1, 12), first, first + generator.randrange(4)))
    optimum = min(lowest_fit(items, order) for order in itertools.permutations(range(len(items))))
    assert place(items).peak == optimum


def test_better_than_greedy_by_size() -> None:
    """The largest buffer first, at the bottom, splits the space that the two next ones need."""
    items = [buffer(5, 0, 1), buffer(6, 1, 2), buffer(4, 2, 3), buffer(7, 3, 4), buffer(4, 0, 0), buffer(4, 3, 3)]
    placement = place(items)
    assert placement.peak == placement.lower_bound
    chains = (random_chain(seed) for seed in range(200))
    improved = [p for p in map(place, chains) if p.peak < p.greedy_by_size]
    assert len(improved) > 20


def random_chain(seed: int) -> list[Item]:
    """Layers that feed each other, some of them a later one as well."""
    generator = random.Random(seed)
    return [
        buffer(4 * generator.randrange(1, 100), step, step + generator.choice((1, 1, 2, 5)), 4) for step in range(25)
    ]


def test_same_input_same_result() -> None:
    items = random_chain(3)
    assert place(items) == place(list(items))


def test_bytes_that_are_not_live_are_free() -> None:
    """A slot that is written late, and one that is done early, take other buffers in the meantime."""
    slots = Item((Part(0, 10, 0, 1), Part(10, 10, 4, 5)))
    assert place([slots, buffer(10, 0, 3)]).peak == 20
    assert place([slots, buffer(10, 2, 5)]).peak == 20


def test_touching_ranges() -> None:
    """Live ranges include both ends; bytes do not."""
    assert place([buffer(8, 0, 1), buffer(8, 1, 2)]).peak == 16
    assert place([buffer(8, 0, 0), buffer(8, 1, 2)]).peak == 8


def test_lower_bound() -> None:
    items = [buffer(8, 0, 2), buffer(3, 2, 2), Item((Part(0, 5, 1, 1), Part(5, 7, 2, 3)))]
    assert lower_bound(items) == 8 + 3 + 7
    assert live_bytes(items) == {0: 8, 1: 13, 2: 18}


def test_bound_with_alignment() -> None:
    """Two buffers of 5 bytes at multiples of 4: one fills two blocks of 4, the other ends the arena."""
    items = [buffer(5, 0, 1, 4), buffer(5, 0, 1, 4)]
    assert lower_bound(items) == 10
    assert attainable_bound(items) == place(items).peak == 13


def test_nothing_to_place() -> None:
    assert place([]).peak == 0
    assert place([Item(())]).offsets == (0,)
