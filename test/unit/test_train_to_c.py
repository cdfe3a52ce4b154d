"""docs/train-to-c.md: its files are run, its commands too, and what the page shows of `dqnnc analyze` is what comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.models import ROOT
from support.pages import blocks, environment, run

PAGE = ROOT / "docs/train-to-c.md"


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    pytest.importorskip("qkeras", exc_type=ImportError)
    pytest.importorskip("sklearn")
    folder, tools = tmp_path / "reader", tmp_path / "bin"
    folder.mkdir()
    tools.mkdir()
    variables = environment(tools)
    output, commands, shown = "", 0, 0
    for block in blocks(PAGE):
        if block.file is not None:
            (folder / block.file).write_text(block.text)
        elif block.language == "text":
            assert output.endswith(block.text)
            shown += 1
        elif not block.text.startswith("pip install"):
            done = run(block.text, folder, variables)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            output = done.stdout
            commands += 1
            if "validate" in block.text:
                assert "\nPASS" in output
    assert (commands, shown) == (5, 2)
    assert output.splitlines()[-1].startswith("it is a ")
