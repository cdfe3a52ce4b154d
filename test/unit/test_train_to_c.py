"""docs/train-to-c.md: its files are run, its commands too, and what the page shows of `dqnnc analyze` is what comes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support.models import ROOT
from support.pages import blocks, run

PAGE = ROOT / "docs/train-to-c.md"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with the tools that the page installs."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, command in {"python": sys.executable, "dqnnc": f"{sys.executable} -m dqnnc.tools.dqnnc"}.items():
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        tool.chmod(0o755)
    return {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}


def test_the_commands_of_the_page_run(tmp_path: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("qkeras", exc_type=ImportError)
    pytest.importorskip("sklearn")
    folder = tmp_path / "reader"
    folder.mkdir()
    output, commands, shown = "", 0, 0
    for block in blocks(PAGE):
        if block.file is not None:
            (folder / block.file).write_text(block.text)
        elif block.language == "text":
            assert output.endswith(block.text)
            shown += 1
        elif not block.text.startswith("pip install"):
            done = run(block.text, folder, environment)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            output = done.stdout
            commands += 1
            if "validate" in block.text:
                assert "\nPASS" in output
    assert (commands, shown) == (5, 2)
    assert output.splitlines()[-1].startswith("it is a ")
