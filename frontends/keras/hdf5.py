"""HDF5 files, believing nothing: they are read in another process, which is killed when it hangs.

What that process reads, and what it refuses, stands in `hdf5_worker.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

import numpy as np

from .file import MAX_CONFIG_BYTES, Array, File
from .options import as_list, as_mapping

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""First bytes of an HDF5 file."""

SECONDS = 5.0
"""Longest time that a small file may take; a second more for each 10 MB."""

MAX_CHUNKS = 10_000
"""Parts that Keras splits an attribute of more than 64 KB into."""


class Worker:
    """The process that reads files; started for the first one, and again when it has been killed."""

    def __init__(self, command: Sequence[str]):
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes) -> tuple[Mapping[str, Any], bytes] | None:
        """The response for a file (see `hdf5_worker.py`), or None where the library hangs or crashes on it."""
        process = self._running()
        timer = Timer(SECONDS + len(data) / 1e7, process.kill)
        timer.start()
        try:
            source, target = cast(IO[bytes], process.stdout), cast(IO[bytes], process.stdin)
            target.write(len(data).to_bytes(8, "little"))
            target.write(data)
            target.flush()
            sizes = [int.from_bytes(_exactly(source, 8), "little") for _ in range(2)]
            header, blob = (_exactly(source, size) for size in sizes)
            return json.loads(header), blob
        except (OSError, EOFError):
            process.kill()
            process.wait()
            return None
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


WORKER = Worker([sys.executable, "-P", str(Path(__file__).with_name("hdf5_worker.py"))])
"""It ends with this process, which closes its input."""


class Hdf5:
    """What is in an HDF5 file: arrays and text attributes, by their path from its root."""

    def __init__(self, file: File, data: bytes):
        self.file = file
        response = WORKER.read(data)
        if response is None:
            raise file.damaged("its HDF5 structure")
        header, self._blob = response
        if (refused := header.get("refused")) is not None:
            raise file.refuse(*refused)
        if (error := header.get("error")) is not None:
            raise file.damaged(f"its HDF5 structure ({' '.join(str(error).split())})")
        self._attributes = as_mapping(header["attributes"]) or {}
        self._arrays = as_mapping(header["arrays"]) or {}

    def exists(self, path: str) -> bool:
        """Whether there is a group or an array of this path."""
        path = path.strip("/")
        return path in self._attributes or path in self._arrays

    def text(self, path: str, attribute: str) -> str | None:
        """A text attribute of a group, or None where it is absent."""
        value = self._attributes.get(path.strip("/"), {}).get(attribute)
        return value if isinstance(value, str) and len(value) <= MAX_CONFIG_BYTES else None

    def texts(self, path: str, attribute: str) -> list[str]:
        """A list of texts, which Keras splits into `attribute0`, `attribute1`, ... where it is long."""
        attributes = self._attributes.get(path.strip("/"), {})
        names = [attribute] if attribute in attributes else [f"{attribute}{part}" for part in range(MAX_CHUNKS)]
        texts: list[str] = []
        for name in names:
            if name not in attributes:
                break
            texts += as_list(attributes[name]) or []
        return texts

    def array(self, path: str) -> Array:
        """An array, float32.

        Raises:
            ModelError: there is none.
        """
        path = "/".join(filter(None, path.split("/")))
        if path not in self._arrays:
            raise self.file.damaged(f"{path}, which is missing")
        shape, offset = self._arrays[path]
        count = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(self._blob, "<f4", count, offset).reshape(shape)
