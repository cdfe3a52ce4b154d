"""Files that a command reads and writes; what it writes is there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .errors import UserError


@contextmanager
def written_aside(path: Path) -> Generator[TextIO]:
    """A text file to write, beside its place at first; it moves there when the body succeeds.

    Raises:
        UserError: the file cannot be written. Where that shows at once, the body does not run.
    """
    aside = _open_beside(path)
    try:
        with aside:
            yield aside
        try:
            os.replace(aside.name, path)
        except OSError as error:
            raise _cannot_write(path, error) from error
    finally:
        Path(aside.name).unlink(missing_ok=True)


def read_bytes(path: Path) -> bytes:
    """The contents of a file.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error


def _open_beside(path: Path) -> TextIO:
    if path.is_dir():
        raise UserError(f"{path}: is a directory")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.chmod(name, 0o666 & ~_umask())
        os.close(handle)
        return open(name, "w", encoding="utf-8")
    except OSError as error:
        raise _cannot_write(path, error) from error


def _umask() -> int:
    """The process's mask of file permissions, which can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(path: Path, error: OSError) -> UserError:
    return UserError(f"{path}: cannot be written: {error.strerror}")
