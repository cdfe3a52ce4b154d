"""Ways to damage a file: seeded, and likely to leave it readable at first."""

from __future__ import annotations

import random
from collections.abc import Callable

WORDS = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def flip_bits(rng: random.Random, data: bytearray) -> bytearray:
    for _ in range(rng.randint(1, 30)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def truncate(rng: random.Random, data: bytearray) -> bytearray:
    return data[: rng.randrange(len(data))]


def change_words(rng: random.Random, data: bytearray) -> bytearray:
    """Changes offsets, lengths and indices: words that are small, which weights seldom are."""
    for _ in range(rng.randint(1, 6)):
        places = (4 * rng.randrange(len(data) // 4) for _ in range(1000))
        place = next(p for p in places if int.from_bytes(data[p : p + 4], "little") < len(data))
        word = int.from_bytes(data[place : place + 4], "little")
        word = rng.choice([*WORDS, word + 4, word - 4, word + 1, word - 1, rng.randrange(len(data))])
        data[place : place + 4] = (word & 0xFFFFFFFF).to_bytes(4, "little")
    return data


def splice(rng: random.Random, data: bytearray) -> bytearray:
    """Copies a piece of the file over another, so that tables and vectors overlap."""
    size = rng.randint(1, 64)
    source, target = rng.randrange(len(data)), rng.randrange(len(data))
    data[target : target + size] = data[source : source + size]
    return data


MUTATIONS: list[Callable[[random.Random, bytearray], bytearray]] = [flip_bits, truncate, change_words, splice]
