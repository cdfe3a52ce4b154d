"""Reads HDF5 files in a process of its own, which `hdf5.py` starts and may kill.

The HDF5 library hangs or crashes on some damaged files, and no Python code can stop it from inside of the process.

Requests on standard input: the size of a file as 8 bytes, little endian, and the file. Responses on standard output:
the sizes of two parts likewise, a JSON object and the data of all arrays, float32. The object has `attributes`
(path -> name -> text or list of texts) and `arrays` (path -> [shape, offset in bytes]), or `error` (what, where).

This file is run as a script, so it imports nothing of the package.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from math import prod
from typing import Any

import h5py
import numpy as np

h5: Any = h5py

MAX_MEMORY = 1 << 32
"""Memory of the process, in bytes, where the system can limit it."""

MAX_ELEMENTS = 1 << 26
"""Elements of the largest array that is read, and of all of them."""

MAX_OBJECTS = 100_000
"""Most groups and datasets of a file."""

ATTRIBUTES = ("model_config", "keras_version", "layer_names", "weight_names")
"""What is read of attributes; Keras adds a number to the names of parts of long lists."""

SKIPPED = ("optimizer_weights", "optimizer")
"""Groups at the root that no network needs."""


class Refused(ValueError):
    """A file that is sound but not read: (property, remedy)."""


class Reader:
    """One file's attributes and arrays."""

    def __init__(self, data: bytes):
        self.size = len(data)
        self.attributes: dict[str, dict[str, Any]] = {}
        self.arrays: dict[str, tuple[list[int], int]] = {}
        self.blob = bytearray()
        self.seen: set[int] = set()
        with h5.File(BytesIO(data), "r") as file:
            self.group(file, "")

    def group(self, group: Any, path: str) -> None:
        """Read a group and all in it, through hard links alone."""
        place = int(h5.h5o.get_info(group.id).addr)
        if place in self.seen or len(self.seen) > MAX_OBJECTS:
            raise ValueError(f"{path}: a group in itself, or too many")
        self.seen.add(place)
        names = [name for name in group.attrs if name.rstrip("0123456789") in ATTRIBUTES]
        self.attributes[path] = {name: _texts(group.attrs[name]) for name in names}
        for name in group:
            if not path and name in SKIPPED:
                continue
            inner = f"{path}/{name}".lstrip("/")
            if not isinstance(group.get(name, getlink=True), h5.HardLink):
                raise Refused(f"a link at '{inner}'", "save the model in one file")
            item = group[name]
            if isinstance(item, h5.Group):
                self.group(item, inner)
            elif isinstance(item, h5.Dataset):
                self.dataset(item, inner)

    def dataset(self, data: Any, path: str) -> None:
        """Read an array of numbers; anything else is left out."""
        if data.external or data.is_virtual:
            raise Refused(f"'{path}' lies outside of the file", "save the model in one file")
        if data.dtype.kind not in "fiu" or data.shape is None:
            return
        elements = prod(data.shape)
        plain = data.chunks is None and data.compression is None
        if elements + len(self.blob) // 4 > MAX_ELEMENTS or (plain and data.nbytes > self.size):
            raise ValueError(f"{path} of shape {list(data.shape)} is larger than the file")
        with np.errstate(over="ignore"):
            array = np.asarray(data[()], "<f4")
        self.arrays[path] = (list(data.shape), len(self.blob))
        self.blob += array.tobytes()


def _texts(value: Any) -> Any:
    """A text, or a list of texts."""
    array = np.asarray(value)
    if array.ndim == 0:
        return _text(array[()])
    return [_text(item) for item in array.reshape(-1)]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def respond(data: bytes) -> tuple[bytes, bytes]:
    """The two parts of the response for a file."""
    try:
        reader = Reader(data)
    except Refused as error:
        return json.dumps({"refused": list(error.args)}).encode(), b""
    except (Exception, RecursionError) as error:
        return json.dumps({"error": str(error)}).encode(), b""
    return json.dumps({"attributes": reader.attributes, "arrays": reader.arrays}).encode(), bytes(reader.blob)


def limit_memory() -> None:
    """Let the system stop an allocation that no sound file needs."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def main() -> None:
    """Answer requests until there are no more."""
    limit_memory()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while header := source.read(8):
        parts = respond(source.read(int.from_bytes(header, "little")))
        for part in parts:
            target.write(len(part).to_bytes(8, "little"))
        for part in parts:
            target.write(part)
        target.flush()


if __name__ == "__main__":
    main()
