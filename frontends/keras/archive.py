"""What is in a model file: the description of the network, and where its weights are."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from .file import MAX_CONFIG_BYTES, File
from .graph import NetworkRecord
from .hdf5 import SIGNATURE, Hdf5
from .options import Json, as_mapping
from .weights import LegacyWeights, PathWeights, Roles, Weights

ZIP_SIGNATURE = b"PK\x03\x04"

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
"""Members of a .keras file."""

MAX_RATIO = 64
"""How many times larger than the file a member may be that is unpacked (weights hardly shrink, descriptions do)."""

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)
"""What Python's zip reader raises on a damaged file."""


@dataclass(frozen=True)
class Archive:
    """A model file, opened."""

    description: Mapping[str, Json]
    keras3: bool
    """Whether Keras 3 wrote it: some layers compute otherwise there."""
    weights: Callable[[NetworkRecord, Roles], Weights]


def open_archive(file: File, data: bytes) -> Archive:
    """Open the bytes of an .h5 or a .keras file.

    Raises:
        ModelError: they are neither, or damaged, or hold no description.
    """
    if data.startswith(SIGNATURE):
        return _open_h5(file, data)
    if data.startswith(ZIP_SIGNATURE):
        return _open_zip(file, data)
    raise file.refuse("neither an HDF5 file nor a .keras archive", "give a file that Keras's model.save wrote")


def _open_h5(file: File, data: bytes) -> Archive:
    store = Hdf5(file, data)
    text = store.text("", "model_config")
    if text is None:
        raise file.refuse("weights without a description of the network", "save with model.save, not save_weights")
    version = store.text("", "keras_version") or store.text("model_weights", "keras_version") or ""
    return Archive(
        _parse(file, text, "model_config"),
        version.startswith("3"),
        lambda network, roles: LegacyWeights(store, network, roles),
    )


def _open_zip(file: File, data: bytes) -> Archive:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if CONFIG not in names:
                raise file.refuse(f"no {CONFIG} in the archive", "save with model.save(...) as .keras")
            if WEIGHTS not in names:
                raise file.refuse(f"no {WEIGHTS} in the archive", "save with model.save(...) as .keras, in one file")
            config = _member(file, archive, CONFIG, len(data))
            metadata = _member(file, archive, METADATA, len(data)) if METADATA in names else b"{}"
            weights = _member(file, archive, WEIGHTS, len(data))
    except ZIP_ERRORS as error:
        if isinstance(error, ValueError) and hasattr(error, "remedy"):
            raise
        raise file.damaged("the archive") from error
    version = _parse(file, metadata.decode("utf-8", "replace"), METADATA).get("keras_version")
    store = Hdf5(file, weights)
    return Archive(
        _parse(file, config.decode("utf-8", "replace"), CONFIG),
        isinstance(version, str) and version.startswith("3"),
        lambda network, roles: PathWeights(store, network, roles),
    )


def _member(file: File, archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """A member, unpacked; never more of it than makes sense."""
    limit = MAX_RATIO * size + (1 << 20)
    with archive.open(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise file.damaged(f"{name}, which is far larger than the file")
    return data


def _parse(file: File, text: str, what: str) -> Mapping[str, Any]:
    """The JSON object in a text."""
    if len(text) > MAX_CONFIG_BYTES:
        raise file.damaged(what)
    try:
        value = as_mapping(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise file.damaged(what) from error
    if value is None:
        raise file.damaged(what)
    return value
