"""Ctrl-C ends both commands in one line, with the exit status by which shells report it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dqnnc.tools import dqnn_opt
from dqnnc.tools.dqnnc import generate
from dqnnc.tools.dqnnc.main import main


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_dqnn_opt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dqnn_opt.DqnnOptMain, "run", interrupt)
    with pytest.raises(SystemExit) as caught:
        dqnn_opt.main([])
    assert (caught.value.code, capsys.readouterr()) == (130, ("", "error: interrupted\n"))


def test_dqnnc(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setattr(generate, "compile_model", interrupt)
    report = tmp_path / "report.json"
    status = main(["generate", "-m", "net.tflite", "-o", str(tmp_path / "project"), "--json", str(report)])
    assert (status, capsys.readouterr()) == (130, ("", "error: interrupted\n"))
    assert list(tmp_path.iterdir()) == []
