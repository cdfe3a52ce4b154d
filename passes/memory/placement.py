"""Where in one arena each item lies: the algorithm alone, without IR.

An item is a buffer. It is made of disjoint parts, pieces of its bytes that are live for a range of steps; the
rest of its bytes nobody uses. Two parts of different items conflict when their live ranges and their bytes
overlap. Finding the smallest arena (dynamic storage allocation) is NP-hard, so this is a search: several greedy
orders, then a local search over orders from the best of them. Each order is placed lowest-fit: every item at the
lowest offset that conflicts with no item before it. For items of one part, some order gives the optimum that way:
that of the offsets in an optimal placement. The search is seeded and bounded by a count, never by time, so equal
input gives equal output on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SEARCH_WORK = 400_000
"""Bound of the local search: conflicting pairs looked at (some 0.1 s)."""

SEARCH_ROUNDS = 1_000
"""Bound of the local search: orders tried."""


@dataclass(frozen=True)
class Part:
    """Bytes `offset` to `offset + size` of an item, live in steps `first` to `last`, both included."""

    offset: int
    size: int
    first: int
    last: int


@dataclass(frozen=True)
class Item:
    """A buffer to place at a multiple of `alignment` bytes."""

    parts: tuple[Part, ...]
    alignment: int = 1

    @property
    def size(self) -> int:
        """Bytes from the item's start to the end of its last part."""
        return max((part.offset + part.size for part in self.parts), default=0)

    @property
    def first(self) -> int:
        """The first step in which any part is live."""
        return min((part.first for part in self.parts), default=0)

    @property
    def last(self) -> int:
        """The last step in which any part is live."""
        return max((part.last for part in self.parts), default=0)


@dataclass(frozen=True)
class Placement:
    """The result: an offset for each item, in bytes."""

    offsets: tuple[int, ...]
    peak: int
    """Bytes of the arena."""
    lower_bound: int
    """The largest sum of live bytes in one step: no placement is smaller."""
    greedy_by_size: int
    """Bytes of the arena when items are placed in the order of their size, for comparison."""


def place(items: Sequence[Item]) -> Placement:
    """Place `items`; the result is never worse than greedy by size."""
    search = _Search(items)
    bound = attainable_bound(items)
    by_size = search.place(search.greedy_order(_by_size))
    assert by_size is not None
    best = by_size
    for key in (_by_first_step, _by_last_step, _by_area, search.by_pressure):
        if best.peak <= bound:
            break
        candidate = search.place(search.greedy_order(key), limit=best.peak)
        if candidate is not None:
            best = candidate
    if best.peak > bound:
        best = search.improve(best, bound)
    return Placement(best.offsets, best.peak, lower_bound(items), by_size.peak)


def live_bytes(items: Sequence[Item]) -> dict[int, int]:
    """For each step in which something is live: the sum of the live bytes."""
    return {step: sum(part.size for part, _ in parts) for step, parts in _live_parts(items).items()}


def lower_bound(items: Sequence[Item]) -> int:
    """The largest sum of live bytes in one step."""
    return max(live_bytes(items).values(), default=0)


def attainable_bound(items: Sequence[Item]) -> int:
    """A lower bound that knows alignment, so that a search ends where alignment makes `lower_bound` impossible.

    Where every live part starts aligned to `a`, each but the topmost one fills whole blocks of `a` bytes.
    """
    return max(map(_bound_of_step, _live_parts(items).values()), default=0)


def _bound_of_step(live: list[tuple[Part, int]]) -> int:
    smallest = min(alignment for _, alignment in live)
    if any(part.offset % smallest or alignment % smallest for part, alignment in live):
        return sum(part.size for part, _ in live)
    padding = [-part.size % smallest for part, _ in live]
    return sum(part.size for part, _ in live) + sum(padding) - max(padding)


def _live_parts(items: Sequence[Item]) -> dict[int, list[tuple[Part, int]]]:
    """For each step in which a part begins: the live parts with their items' alignment.

    Live bytes grow only where a part begins, so the other steps cannot be the largest.
    """
    parts = [(part, item.alignment) for item in items for part in item.parts if part.size]
    return {
        step: [(part, alignment) for part, alignment in parts if part.first <= step <= part.last]
        for step in sorted({part.first for part, _ in parts})
    }


@dataclass(frozen=True)
class _Candidate:
    """An order and the placement it gives."""

    order: tuple[int, ...]
    offsets: tuple[int, ...]
    peak: int


class _Search:
    """What does not change while orders are tried: sizes, alignments, and which items get in whose way."""

    def __init__(self, items: Sequence[Item]):
        self.items = items
        self.sizes = [item.size for item in items]
        self.live_bytes = live_bytes(items)
        self.blocked: list[list[tuple[int, int, int]]] = [[] for _ in items]
        """For each item i: (j, low, high), so that x_i - x_j must not lie strictly between low and high."""
        lives = [(item.first, item.last) for item in items]
        for i, item in enumerate(items):
            first, last = lives[i]
            for j, (other_first, other_last) in enumerate(lives[:i]):
                if last < other_first or other_last < first:
                    continue
                for low, high in _forbidden(item, items[j]):
                    self.blocked[i].append((j, low, high))
                    self.blocked[j].append((i, -high, -low))

    def place(self, order: Sequence[int], limit: int | None = None) -> _Candidate | None:
        """Put each item at its lowest free offset; None as soon as the arena is larger than `limit`."""
        offsets = [-1] * len(self.items)
        peak = 0
        for i in order:
            alignment = self.items[i].alignment
            ranges = sorted(
                (offsets[j] + low, offsets[j] + high) for j, low, high in self.blocked[i] if offsets[j] >= 0
            )
            offset = 0
            for low, high in ranges:
                if low >= offset:
                    break  # All later ranges begin above, too.
                if high > offset:
                    offset = -(-high // alignment) * alignment
            offsets[i] = offset
            peak = max(peak, offset + self.sizes[i])
            if limit is not None and peak > limit:
                return None
        return _Candidate(tuple(order), tuple(offsets), peak)

    def greedy_order(self, key: Callable[[Item], tuple[int, ...]]) -> list[int]:
        """Items sorted by `key`, equal ones as they come."""
        return sorted(range(len(self.items)), key=lambda i: key(self.items[i]))

    def by_pressure(self, item: Item) -> tuple[int, ...]:
        """Items of the fullest step first, then of the next one; the large before the small."""
        pressure = max(
            (total for step, total in self.live_bytes.items() if item.first <= step <= item.last),
            default=0,
        )
        return (-pressure, -item.size)

    def improve(self, start: _Candidate, bound: int) -> _Candidate:
        """Move items that reach the top of the arena to an earlier turn while that does not make it larger."""
        generator = random.Random(0)
        best = start
        work = sum(map(len, self.blocked)) + len(self.items)
        for _ in range(min(SEARCH_ROUNDS, SEARCH_WORK // work)):
            order = list(best.order)
            top = [turn for turn, i in enumerate(order) if turn and best.offsets[i] + self.sizes[i] == best.peak]
            turn = generator.choice(top) if top and generator.random() < 0.5 else generator.randrange(len(order))
            item = order.pop(turn)
            order.insert(generator.randrange(max(turn, 1)), item)
            candidate = self.place(order, limit=best.peak)
            if candidate is not None:
                best = candidate
                if best.peak <= bound:
                    break
        return best


def _by_size(item: Item) -> tuple[int, ...]:
    return (-item.size, item.first)


def _by_first_step(item: Item) -> tuple[int, ...]:
    return (item.first, -item.size)


def _by_last_step(item: Item) -> tuple[int, ...]:
    return (-item.last, -item.size)


def _by_area(item: Item) -> tuple[int, ...]:
    return (-sum(part.size * (part.last - part.first + 1) for part in item.parts), item.first)


def _forbidden(item: Item, other: Item) -> list[tuple[int, int]]:
    """Open ranges of (offset of item) - (offset of other) in which the two conflict, merged where they touch."""
    ranges = sorted(
        (b.offset - a.offset - a.size, b.offset + b.size - a.offset)
        for a in item.parts
        for b in other.parts
        if a.size and b.size and a.first <= b.last and b.first <= a.last
    )
    merged: list[tuple[int, int]] = []
    for low, high in ranges:
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
