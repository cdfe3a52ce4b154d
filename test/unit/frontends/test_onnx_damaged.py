"""Damaged .onnx files: each ends in a ModelError of one line, or imports; soon.

Through the whole command go those of test/unit/end_to_end/test_damaged_models.py.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.onnx import import_onnx
from support.models import model, needs_models, onnx_models
from support.onnx_cases import build
from support.onnx_mutations import BYTES, change_records

SECONDS = 10.0
"""Longest time that one file may take."""


def check(data: bytes, folder: Path):
    start = time.monotonic()
    try:
        import_onnx(data, "net.onnx", folder=folder).verify()
    except ModelError as error:
        text = str(error)
        assert text.isprintable()
        assert text.startswith("net.onnx: ")
    assert time.monotonic() - start < SECONDS


@needs_models
@pytest.mark.parametrize("mutate", [*BYTES, change_records])
@pytest.mark.parametrize("name", onnx_models())
def test_mutated_models(name: str, mutate: Callable[[random.Random, bytearray], bytearray], tmp_path: Path):
    data = model(name).read_bytes()
    rng = random.Random(f"{name} {mutate.__name__}")
    for _ in range(20):
        check(bytes(mutate(rng, bytearray(data))), tmp_path)


@pytest.mark.parametrize("name", ["qdq_conv", "flatten_chain", "pads_of_all_kinds", "qoperator_chain"])
def test_each_byte_changed(name: str, tmp_path: Path):
    data = build(name)
    rng = random.Random(name)
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= rng.randint(1, 255)
        check(bytes(damaged), tmp_path)
