"""Files that a command reads and writes; what it writes is there whole, or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .errors import UserError


@contextmanager
def written_aside(path: Path) -> Generator[TextIO]:
    """A text file to write, beside its place at first; it moves there when the body succeeds.

    What is no file, as a device or a pipe, is not replaced but written to; a link stays, and its file is replaced.

    Raises:
        UserError: the file cannot be written. Where that shows at once, the body does not run.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with _write_directly(path) as stream:
            yield stream
        return
    path = path.resolve() if path.is_symlink() else path
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


@contextmanager
def _write_directly(path: Path) -> Generator[TextIO]:
    """A device or a pipe; its text goes out at the end of the body."""
    try:
        with open(path, "w", encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise _cannot_write(path, error) from error


def read_bytes(path: Path) -> bytes:
    """The contents of a file.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error


def print_all(text: str) -> None:
    """Write a text to standard output, all of it.

    Raises:
        UserError: it is closed or full.
        BrokenPipeError: its reader has gone.
    """
    if sys.stdout is None:
        raise UserError("standard output: is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        leave_standard_output()
        raise UserError(f"standard output: cannot be written: {error.strerror}") from error


def leave_standard_output() -> None:
    """Let what Python still has to write there, and flushes at exit, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
