"""Tells someone at a terminal what a command is busy with; says nothing anywhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

PATIENCE = 1.0
"""Seconds before a step is worth a word."""

PERIOD = 0.2
"""Seconds between two repaints."""

ERASE_LINE = "\r\x1b[K"


class Step:
    """One step of the work that is under way."""

    def __init__(self, text: str, total: int | None):
        self.text = text
        self.total = total
        self.done = 0
        self.started = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Note that `count` more of `total` are done."""
        self.done += count

    @property
    def seconds(self) -> float:
        """Time since the step began."""
        return time.monotonic() - self.started

    def __str__(self) -> str:
        share = "" if self.total is None else f" {self.done}/{self.total}"
        return f"{self.text}{share} ({self.seconds:.0f} s)"


class Progress:
    """Paints the step under way on one line of a terminal, once it has lasted a second, and erases it after."""

    def __init__(self, stream: TextIO):
        self.stream = stream
        self.is_shown = stream.isatty()

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Generator[Step]:
        """Show `text` while the body runs; the body calls `advance` where it counts up to `total`."""
        step = Step(text, total)
        if not self.is_shown:
            yield step
            return
        is_over = threading.Event()
        painter = threading.Thread(target=self._paint, args=(step, is_over), daemon=True)
        painter.start()
        try:
            yield step
        finally:
            is_over.set()
            painter.join()

    def _paint(self, step: Step, is_over: threading.Event) -> None:
        if is_over.wait(PATIENCE):
            return
        while not is_over.is_set():
            self._write(f"{ERASE_LINE}{step}")
            is_over.wait(PERIOD)
        self._write(ERASE_LINE)

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
