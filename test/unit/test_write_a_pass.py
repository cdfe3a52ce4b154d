"""docs/write-a-pass.md: its files are the example package's, and its commands run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.models import ROOT
from support.pages import blocks, run

PAGE = ROOT / "docs/write-a-pass.md"
PACKAGE = ROOT / "examples/write_a_pass"


def test_the_page_shows_every_file_of_the_package() -> None:
    shown = {block.file: block.text for block in blocks(PAGE) if block.file is not None}
    files = subprocess.run(["git", "ls-files"], cwd=PACKAGE, check=False, capture_output=True, text=True).stdout.split()
    written = {name: (PACKAGE / name).read_text() for name in files or shown}
    assert shown == written


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `pip install` installs to a folder of the test's own, from there and no index."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "dqnn-opt"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m dqnnc.tools.dqnn_opt "$@"\n')
    command.chmod(0o755)
    site = tmp_path / "site"
    paths = [str(site), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one the wrong way round: 0 builds without isolation
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_TARGET": str(site),
        "TMPDIR": str(tmp_path),
    }


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package to work in."""
    folder = tmp_path / "write_a_pass"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    return folder


def test_the_commands_of_the_page_run(package: Path, environment: dict[str, str]) -> None:
    output, commands = "", 0
    for block in blocks(PAGE):
        if block.language == "sh":
            done = run(block.text, package, environment)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            output = done.stdout
            commands += 1
        elif block.language == "text":
            assert output == block.text
    assert commands == 4
    assert "Passed: 2 (100.00%)" in output


def test_both_tests_of_the_package_see_a_mistake(package: Path, environment: dict[str, str]) -> None:
    source = package / "sink_activation/sink_activation.py"
    source.write_text(source.read_text().replace("type(activation)(pool", "Relu6Op(pool"))
    done = run("pip install . && lit -v test", package, environment)
    assert "Failed: 2 (100.00%)" in done.stdout
    assert "pass 'sink-activation' changes output 0" in done.stdout
