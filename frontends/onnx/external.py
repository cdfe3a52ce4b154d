"""Reading of external data: weights in files beside the model.

A model names such a file by a path. It may name no file outside of the model's folder, neither with `..` nor an
absolute path nor a symbolic link; each folder on the way is opened from the one before without following links, so
that nothing can be exchanged in between.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import PurePosixPath

from ..errors import ModelError
from .file import File

KEYS = frozenset({"location", "offset", "length", "checksum"})
"""What a record of external data may say. The checksum is for whoever copies files; it is not looked at."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# A named pipe would block on opening.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def read_external(file: File, tensor: str, record: Mapping[str, str], size: int) -> bytes:
    """The `size` bytes of a tensor that `record` (location, offset, length) describes.

    Raises:
        ModelError: the record leads out of the model's folder, or to something else than so many bytes.
    """
    location = record.get("location", "")
    if unknown := sorted(set(record) - KEYS):
        raise file.refuse(f"external data with '{unknown[0]}'", "export the model again", tensor)
    parts = PurePosixPath(location).parts
    if not parts or location.startswith("/") or "\0" in location or ".." in parts or "\\" in location:
        raise file.refuse(f"external data in '{location}'", "it must be a file in the model's folder", tensor)
    offset = _number(file, tensor, record, "offset", 0)
    length = _number(file, tensor, record, "length", size)
    if length != size:
        raise file.refuse(f"{length} bytes of external data", f"its type and shape make it {size} bytes", tensor)
    try:
        return _read(file, tensor, parts, offset, size)
    except OSError as error:
        raise file.refuse(
            f"external data in '{location}': {error.strerror}",
            "put that file, itself and not a link to it, into the model's folder",
            tensor,
        ) from error


def _number(file: File, tensor: str, record: Mapping[str, str], key: str, default: int) -> int:
    text = record.get(key)
    if text is None or text == "":
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise file.refuse(f"external data of {key} '{text}'", "export the model again", tensor)
    return int(text)


def _read(file: File, tensor: str, parts: tuple[str, ...], offset: int, size: int) -> bytes:
    """Bytes of a file in the model's folder, which `parts` lead to."""
    place = os.open(file.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for index, part in enumerate(parts):
            inner = os.open(part, _FILE if index == len(parts) - 1 else _FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        return _bytes(file, tensor, place, offset, size)
    finally:
        os.close(place)


def _bytes(file: File, tensor: str, descriptor: int, offset: int, size: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise file.refuse("external data that is no regular file", "export the model again", tensor)
    if offset + size > status.st_size:
        raise _short(file, tensor, offset, size)
    pieces: list[bytes] = []
    while size and (piece := os.pread(descriptor, size, offset)):
        pieces.append(piece)
        offset, size = offset + len(piece), size - len(piece)
    if size:
        raise _short(file, tensor, offset, size)
    return b"".join(pieces)


def _short(file: File, tensor: str, offset: int, size: int) -> ModelError:
    return file.refuse(f"{size} bytes of external data from {offset} on, past the file's end", "copy it again", tensor)
