"""Damaged files: each ends in a ModelError of one line, or imports; soon, and in little memory."""

import random
import time
from collections.abc import Callable

import pytest
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.tflite import import_tflite
from support.models import model, needs_models, tflite_models
from support.tflite_cases import CASES

SECONDS = 10.0
"""Longest time that one file may take."""

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


def check(data: bytes):
    start = time.monotonic()
    try:
        import_tflite(data, "net.tflite").verify()
    except ModelError as error:
        text = str(error)
        assert text.isprintable()
        assert text.startswith("net.tflite: ")
    assert time.monotonic() - start < SECONDS


@needs_models
@pytest.mark.parametrize("mutate", MUTATIONS)
@pytest.mark.parametrize("name", tflite_models())
def test_mutated_models(name: str, mutate: Callable[[random.Random, bytearray], bytearray]):
    data = model(name).read_bytes()
    rng = random.Random(f"{name} {mutate.__name__}")
    for _ in range(40):
        check(bytes(mutate(rng, bytearray(data))))


@pytest.mark.parametrize("name", ["conv_2d_strided_s8", "slices_f32", "splits_s8", "softmax_s8", "reshapes_f32"])
def test_each_byte_changed(name: str):
    """Small networks are nearly all tables, so that each byte matters."""
    data = CASES[name]
    rng = random.Random(name)
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= rng.randint(1, 255)
        check(bytes(damaged))


@pytest.mark.parametrize("size", [0, 1, 4, 7, 8, 12, 16])
def test_very_short_files(size: int):
    with pytest.raises(ModelError):
        import_tflite(CASES["relu_f32"][:size], "net.tflite")
