"""Damaged files: each ends in a ModelError of one line, or imports; soon, and in little memory."""

import random
import time
from collections.abc import Callable

import pytest
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.tflite import import_tflite
from support.models import model, needs_models, tflite_models
from support.mutations import MUTATIONS
from support.tflite_cases import CASES

SECONDS = 10.0
"""Longest time that one file may take."""
COPIES = 10
"""Of each model, damaged in each way. test_damaged_models sends 2,000 more through the whole command."""


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
    for _ in range(COPIES):
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
