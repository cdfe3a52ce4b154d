"""A small Keras model as both forms of file, and ways to damage them: seeded, and likely to leave much readable."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

import h5py

from . import mutations
from .keras_builder import KerasBuilder, h5_file

Random = random.Random

NAMES = ("net.h5", "net.keras")

CHANNELS = {"gamma": (3,), "beta": (3,), "moving_mean": (3,), "moving_variance": (3,)}

PATHS = {
    "qconv2d": "q_conv2d",
    "batchnormalization": "batch_normalization",
    "qbatchnormalization": "q_batch_normalization",
    "quantdepthwiseconv2d": "quant_depthwise_conv2d",
    "dense": "dense",
}
"""Each layer with weights, and its group in a .keras archive."""


def small_model() -> KerasBuilder:
    """A network of a few layers of each library, so that much of its file is structure."""
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
    x = m.layer("BatchNormalization", x, axis=[3], epsilon=1.0, weights=CHANNELS)
    x = m.layer("MaxPooling2D", x, pool_size=[2, 2])
    x = m.layer(
        "QuantDepthwiseConv2D",
        x,
        kernel_size=[3, 3],
        padding="same",
        pad_values=1.0,
        use_bias=False,
        input_quantizer={"class_name": "SteSign", "config": {"clip_value": 1.0}},
        depthwise_quantizer="ste_sign",
        weights={"depthwise_kernel": (3, 3, 3, 1)},
    )
    y = m.layer(
        "QBatchNormalization", x, axis=[3], epsilon=1.0, gamma_quantizer="quantized_relu_po2(6)", weights=CHANNELS
    )
    x = m.layer("Concatenate", [m.layer("SteSign", y), m.layer("ReLU", x, max_value=6.0)])
    x = m.layer("Flatten", x)
    m.outputs = [m.layer("Dense", x, units=4, activation="softmax", weights={"kernel": (54, 4), "bias": (4,)})]
    return m


def file_of(name: str, description: Any = None) -> bytes:
    """The file of the model: by default of its own description."""
    if name == "net.h5" and description is not None:
        return described(description)
    m = small_model()
    description = m.description(m.outputs) if description is None else description
    return h5_file(description, m.weights) if name == "net.h5" else archive(members(description))


def described(description: Any) -> bytes:
    """The .h5 file with another description, which alone is written anew."""
    stream = io.BytesIO(without_description())
    file: Any = h5py.File(stream, "r+")
    with file:
        file.attrs["model_config"] = json.dumps(description)
    return stream.getvalue()


@cache
def without_description() -> bytes:
    """The .h5 file's weights."""
    return h5_file(None, small_model().weights)


@cache
def whole(name: str) -> bytes:
    """The undamaged file."""
    return file_of(name)


def members(description: Any) -> dict[str, bytes]:
    """What Keras writes into a .keras archive."""
    weights = io.BytesIO()
    file: Any = h5py.File(weights, "w")
    with file:
        for name, path in PATHS.items():
            for place, array in enumerate(small_model().weights[name].values()):
                file[f"layers/{path}/vars/{place}"] = array
    return {
        "config.json": json.dumps(description).encode(),
        "metadata.json": json.dumps({"keras_version": "2.15.0"}).encode(),
        "model.weights.h5": weights.getvalue(),
    }


def archive(contents: Mapping[str, bytes]) -> bytes:
    """A zip file of members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, data in contents.items():
            file.writestr(name, data)
    return stream.getvalue()


# --- Damage to bytes --------------------------------------------------------------------------------------------


def change_text(rng: Random, data: bytearray) -> bytearray:
    """Changes characters of the description, and numbers above all."""
    start = data.find(b'{"class_name"')
    places = [i for i in range(max(start, 0), len(data)) if chr(data[i]) in '0123456789[]{}",']
    for _ in range(rng.randint(1, 4)):
        data[rng.choice(places)] = rng.choice(b'0123456789-[]{}",n')
    return data


def change_words(rng: Random, data: bytearray) -> bytearray:
    """Changes offsets, sizes and types of the HDF5 structure, whose words have 8 bytes."""
    for _ in range(rng.randint(1, 6)):
        place = 8 * rng.randrange(len(data) // 8)
        word = rng.choice([0, 1, 0xFF, 0xFFFFFFFF, (1 << 64) - 1, rng.randrange(len(data))])
        data[place : place + 8] = word.to_bytes(8, "little")
    return data


BYTES: list[Callable[[Random, bytearray], bytearray]] = [
    mutations.flip_bits,
    mutations.truncate,
    change_text,
    mutations.splice,
    change_words,
]
"""Damage to any bytes of a Keras file."""


# --- Damage to what is in a file --------------------------------------------------------------------------------

JUNK: list[Any] = [None, -1, 0, 2, 1e300, "x", "same", [], {}, [[[]]], True, "binary(", 10**30]


def places_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of each value in a description."""
    found = [path] if path else []
    if isinstance(value, list):
        value = dict(enumerate(cast("list[Any]", value)))
    if isinstance(value, dict):
        for key, inner in cast("dict[Any, Any]", value).items():
            found += places_of(inner, (*path, key))
    return found


def replaced(path: tuple[Any, ...], value: Any) -> Any:
    """The model's description with another value at a place."""
    m = small_model()
    description = inner = cast("Any", m.description(m.outputs))
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return description


def found(path: tuple[Any, ...]) -> Any:
    """The value at a place of the model's description."""
    m = small_model()
    value = cast("Any", m.description(m.outputs))
    for key in path:
        value = value[key]
    return value


def change_value(rng: Random, name: str) -> bytes:
    """Puts junk, or the value of another place, in a place of the description."""
    m = small_model()
    places = places_of(m.description(m.outputs))
    value = rng.choice(JUNK) if rng.random() < 0.5 else found(rng.choice(places))
    return file_of(name, replaced(rng.choice(places), value))


def damage_member(rng: Random, name: str) -> bytes:
    """Damages a member before it is put into the archive, so that its checksum is right. An .h5 file is one itself."""
    mutate = rng.choice([mutations.flip_bits, mutations.splice, change_words])
    if name == "net.h5":
        return bytes(mutate(rng, bytearray(whole(name))))
    m = small_model()
    contents = members(m.description(m.outputs))
    chosen = rng.choice(["config.json", "model.weights.h5", "model.weights.h5"])
    contents[chosen] = bytes(mutate(rng, bytearray(contents[chosen])))
    return archive(contents)


def _on_bytes(mutate: Callable[[Random, bytearray], bytearray]) -> Callable[[Random, str], bytes]:
    return lambda rng, name: bytes(mutate(rng, bytearray(whole(name))))


MUTATIONS: dict[str, Callable[[Random, str], bytes]] = {
    **{mutate.__name__: _on_bytes(mutate) for mutate in BYTES},
    "change_value": change_value,
    "damage_member": damage_member,
}
"""Ways to make a damaged file of a name."""
