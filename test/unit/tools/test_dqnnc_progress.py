"""Progress shows on a terminal, and there only for what takes long."""

from __future__ import annotations

import io
import time

import pytest
from dqnnc.tools.dqnnc import progress
from dqnnc.tools.dqnnc.progress import ERASE_LINE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setattr(progress, "PERIOD", 0.01)


def run(stream: io.StringIO, seconds: float) -> str:
    with Progress(stream).step("Running", total=3) as step:
        step.advance(2)
        time.sleep(seconds)
    return stream.getvalue()


def test_a_long_step_is_painted_and_erased() -> None:
    text = run(Terminal(), 0.3)
    assert text.startswith(f"{ERASE_LINE}Running 2/3 (0 s)")
    assert text.endswith(ERASE_LINE)
    assert "\n" not in text


def test_a_short_step_says_nothing() -> None:
    assert run(Terminal(), 0) == ""


def test_a_pipe_gets_nothing() -> None:
    assert run(io.StringIO(), 0.3) == ""


def test_the_line_is_erased_when_the_step_fails() -> None:
    def fail() -> None:
        with Progress(stream).step("Running"):
            time.sleep(0.3)
            raise RuntimeError

    stream = Terminal()
    with pytest.raises(RuntimeError):
        fail()
    assert stream.getvalue().endswith(ERASE_LINE)
