"""Damaged .h5 and .keras files: each ends in a ModelError of one line, or imports; soon, and in little memory.

Many more go through the whole command in `end_to_end/test_damaged_models.py`.
"""

from __future__ import annotations

import io
import random
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import pytest
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.keras import hdf5, import_keras_file
from support.damaged_keras import BYTES, JUNK, NAMES, file_of, places_of, replaced, small_model
from support.models import model, needs_models

SECONDS = 10.0
"""Longest time that one file may take."""


def check(data: bytes, name: str):
    start = time.monotonic()
    try:
        import_keras_file(data, name).verify()
    except ModelError as error:
        text = str(error)
        assert text.isprintable()
        assert text.startswith(f"{name}: ")
    assert time.monotonic() - start < SECONDS


@needs_models
@pytest.mark.parametrize("mutate", BYTES)
@pytest.mark.parametrize("name", ["mlperf_open_hls4ml/RN07_qkeras.h5", "tinymaix/mnist_valid.h5"])
def test_mutated_models(name: str, mutate: Callable[[random.Random, bytearray], bytearray]):
    data = model(name).read_bytes()
    rng = random.Random(f"{name} {mutate.__name__}")
    for _ in range(15):
        check(bytes(mutate(rng, bytearray(data))), "net.h5")


@pytest.mark.parametrize("junk", JUNK)
def test_each_option_replaced(junk: Any):
    m = small_model()
    for path in places_of(m.description(m.outputs)):
        check(file_of("net.h5", replaced(path, junk)), "net.h5")


@pytest.mark.parametrize("size", [0, 1, 8, 100, 1000])
@pytest.mark.parametrize("name", NAMES)
def test_very_short_files(name: str, size: int):
    with pytest.raises(ModelError):
        import_keras_file(file_of(name)[:size], name)


def test_a_reader_that_hangs_or_crashes(monkeypatch: pytest.MonkeyPatch):
    """The HDF5 library does both; what reads with it is killed, and another one started."""
    monkeypatch.setattr(hdf5, "SECONDS", 0.5)
    for program in ("import time; time.sleep(60)", "import os; os.abort()"):
        monkeypatch.setattr(hdf5, "WORKER", hdf5.Worker([sys.executable, "-c", program]))
        for _ in range(2):
            start = time.monotonic()
            with pytest.raises(ModelError, match="damaged at its HDF5 structure"):
                import_keras_file(file_of("net.h5"), "net.h5")
            assert time.monotonic() - start < SECONDS


def test_links_are_not_followed():
    stream = io.BytesIO(file_of("net.h5"))
    file: Any = h5py.File(stream, "r+")
    with file:
        del file["model_weights/dense/dense"]["kernel:0"]
        file["model_weights/dense/dense"]["kernel:0"] = h5py.ExternalLink("/etc/passwd", "/x")
    with pytest.raises(ModelError, match="a link at"):
        import_keras_file(stream.getvalue(), "net.h5")


def test_data_outside_of_the_file():
    stream = io.BytesIO(file_of("net.h5"))
    file: Any = h5py.File(stream, "r+")
    with file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (54, 4), "f4", external=[("/etc/hostname", 0, 864)])
    with pytest.raises(ModelError, match="lies outside of the file"):
        import_keras_file(stream.getvalue(), "net.h5")


def test_a_small_file_of_a_huge_weight():
    """HDF5 stores nothing for data that was never written, and little for compressed zeros."""
    for options in ({}, {"chunks": (1 << 12, 1 << 12), "compression": "gzip"}):
        stream = io.BytesIO(file_of("net.h5"))
        file: Any = h5py.File(stream, "r+")
        with file:
            group = file["model_weights/dense/dense"]
            del group["kernel:0"]
            group.create_dataset("kernel:0", (1 << 20, 1 << 12), "f4", **options)
        with pytest.raises(ModelError):
            import_keras_file(stream.getvalue(), "net.h5")


def test_an_archive_that_unpacks_to_much_more():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("config.json", b" " * (1 << 28))
        members.writestr("model.weights.h5", b"")
    with pytest.raises(ModelError, match=r"far larger than the file"):
        import_keras_file(archive.getvalue(), "net.keras")
