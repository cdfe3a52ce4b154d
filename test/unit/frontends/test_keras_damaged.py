"""Damaged .h5 and .keras files: each ends in a ModelError of one line, or imports; soon, and in little memory."""

from __future__ import annotations

import io
import json
import random
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any, cast

import h5py
import pytest
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.keras import hdf5, import_keras_file
from support.keras_builder import KerasBuilder, h5_file
from support.models import model, needs_models

SECONDS = 10.0
"""Longest time that one file may take."""


def small_model() -> KerasBuilder:
    """A network of a few layers, so that much of its file is structure."""
    m = KerasBuilder()
    x = m.input((6, 6, 2))
    x = m.layer("QActivation", x, activation="quantized_bits(8,0,1)")
    x = m.layer(
        "QConv2D",
        x,
        filters=3,
        kernel_size=[3, 3],
        strides=[1, 1],
        padding="same",
        kernel_quantizer={"class_name": "binary", "config": {"alpha": 1}},
        weights={"kernel": (3, 3, 2, 3), "bias": (3,)},
    )
    channels = {"gamma": (3,), "beta": (3,), "moving_mean": (3,), "moving_variance": (3,)}
    x = m.layer("BatchNormalization", x, axis=[3], epsilon=1.0, weights=channels)
    x = m.layer("MaxPooling2D", x, pool_size=[2, 2])
    x = m.layer("Flatten", x)
    m.outputs = [m.layer("Dense", x, units=4, activation="softmax", weights={"kernel": (27, 4), "bias": (4,)})]
    return m


def h5() -> bytes:
    m = small_model()
    return m.finish(m.outputs)


def keras() -> bytes:
    """The same network as Keras writes it in an archive."""
    m = small_model()
    weights = io.BytesIO()
    paths = {"qconv2d": "q_conv2d", "batchnormalization": "batch_normalization", "dense": "dense"}
    file: Any = h5py.File(weights, "w")
    with file:
        for name, path in paths.items():
            for place, array in enumerate(m.weights[name].values()):
                file[f"layers/{path}/vars/{place}"] = array
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("config.json", json.dumps(m.description(m.outputs)))
        members.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        members.writestr("model.weights.h5", weights.getvalue())
    return archive.getvalue()


FILES = {"net.h5": h5, "net.keras": keras}


def flip_bits(rng: random.Random, data: bytearray) -> bytearray:
    for _ in range(rng.randint(1, 30)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def truncate(rng: random.Random, data: bytearray) -> bytearray:
    return data[: rng.randrange(len(data))]


def change_text(rng: random.Random, data: bytearray) -> bytearray:
    """Changes characters of the description, and numbers above all."""
    start = data.find(b'{"class_name"')
    places = [i for i in range(max(start, 0), len(data)) if chr(data[i]) in '0123456789[]{}",']
    for _ in range(rng.randint(1, 4)):
        data[rng.choice(places)] = rng.choice(b'0123456789-[]{}",n')
    return data


def splice(rng: random.Random, data: bytearray) -> bytearray:
    """Copies a piece of the file over another."""
    size = rng.randint(1, 64)
    source, target = rng.randrange(len(data)), rng.randrange(len(data))
    data[target : target + size] = data[source : source + size]
    return data[: len(data)]


def change_words(rng: random.Random, data: bytearray) -> bytearray:
    """Changes offsets, sizes and types of the HDF5 structure."""
    for _ in range(rng.randint(1, 6)):
        place = 8 * rng.randrange(len(data) // 8)
        word = rng.choice([0, 1, 0xFF, 0xFFFFFFFF, (1 << 64) - 1, rng.randrange(len(data))])
        data[place : place + 8] = word.to_bytes(8, "little")
    return data


MUTATIONS: list[Callable[[random.Random, bytearray], bytearray]] = [
    flip_bits,
    truncate,
    change_text,
    splice,
    change_words,
]


def check(data: bytes, name: str):
    start = time.monotonic()
    try:
        import_keras_file(data, name).verify()
    except ModelError as error:
        text = str(error)
        assert text.isprintable()
        assert text.startswith(f"{name}: ")
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize("mutate", MUTATIONS)
@pytest.mark.parametrize("name", FILES)
def test_mutated_files(name: str, mutate: Callable[[random.Random, bytearray], bytearray]):
    data = FILES[name]()
    check(data, name)
    rng = random.Random(f"{name} {mutate.__name__}")
    for _ in range(30):
        check(bytes(mutate(rng, bytearray(data))), name)


@needs_models
@pytest.mark.parametrize("mutate", MUTATIONS)
@pytest.mark.parametrize("name", ["mlperf_open_hls4ml/RN07_qkeras.h5", "tinymaix/mnist_valid.h5"])
def test_mutated_models(name: str, mutate: Callable[[random.Random, bytearray], bytearray]):
    data = model(name).read_bytes()
    rng = random.Random(f"{name} {mutate.__name__}")
    for _ in range(15):
        check(bytes(mutate(rng, bytearray(data))), "net.h5")


def options_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of each value in a description."""
    found = [path] if path else []
    if isinstance(value, list):
        value = dict(enumerate(cast("list[Any]", value)))
    if isinstance(value, dict):
        for key, inner in cast("dict[Any, Any]", value).items():
            found += options_of(inner, (*path, key))
    return found


JUNK: list[Any] = [None, -1, 1e300, "x", [], {}, [[[]]], True, "binary(", 10**30]


@pytest.mark.parametrize("junk", JUNK)
def test_each_option_replaced(junk: Any):
    m = small_model()
    for path in options_of(m.description(m.outputs)):
        m = small_model()
        description: Any = m.description(m.outputs)
        inner = description
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = junk
        check(h5_file(description, m.weights), "net.h5")


@pytest.mark.parametrize("size", [0, 1, 8, 100, 1000])
@pytest.mark.parametrize("name", FILES)
def test_very_short_files(name: str, size: int):
    with pytest.raises(ModelError):
        import_keras_file(FILES[name]()[:size], name)


def test_a_reader_that_hangs_or_crashes(monkeypatch: pytest.MonkeyPatch):
    """The HDF5 library does both; what reads with it is killed, and another one started."""
    monkeypatch.setattr(hdf5, "SECONDS", 0.5)
    for program in ("import time; time.sleep(60)", "import os; os.abort()"):
        monkeypatch.setattr(hdf5, "WORKER", hdf5.Worker([sys.executable, "-c", program]))
        for _ in range(2):
            start = time.monotonic()
            with pytest.raises(ModelError, match="damaged at its HDF5 structure"):
                import_keras_file(h5(), "net.h5")
            assert time.monotonic() - start < SECONDS


def test_links_are_not_followed():
    stream = io.BytesIO(h5())
    file: Any = h5py.File(stream, "r+")
    with file:
        del file["model_weights/dense/dense"]["kernel:0"]
        file["model_weights/dense/dense"]["kernel:0"] = h5py.ExternalLink("/etc/passwd", "/x")
    with pytest.raises(ModelError, match="a link at"):
        import_keras_file(stream.getvalue(), "net.h5")


def test_data_outside_of_the_file():
    stream = io.BytesIO(h5())
    file: Any = h5py.File(stream, "r+")
    with file:
        group = file["model_weights/dense/dense"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (27, 4), "f4", external=[("/etc/hostname", 0, 432)])
    with pytest.raises(ModelError, match="lies outside of the file"):
        import_keras_file(stream.getvalue(), "net.h5")


def test_a_small_file_of_a_huge_weight():
    """HDF5 stores nothing for data that was never written, and little for compressed zeros."""
    for options in ({}, {"chunks": (1 << 12, 1 << 12), "compression": "gzip"}):
        stream = io.BytesIO(h5())
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
