"""docs/write-a-pass.md and docs/add-a-kernel.md: their files are the example packages', and their commands run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from support.models import ROOT
from support.pages import blocks, run


class Example(NamedTuple):
    """A page, its package, and a mistake that the package's tests see."""

    page: str
    package: str
    commands: int
    """Blocks of commands on the page."""
    file: str
    right: str
    wrong: str
    failed: int
    """Tests of the package that fail with the mistake."""
    message: str

    @property
    def folder(self) -> Path:
        return ROOT / "examples" / self.package


EXAMPLES = [
    Example(
        page="write-a-pass.md",
        package="write_a_pass",
        commands=4,
        file="sink_activation/sink_activation.py",
        right="type(activation)(pool",
        wrong="Relu6Op(pool",
        failed=2,
        message="pass 'sink-activation' changes output 0",
    ),
    Example(
        page="add-a-kernel.md",
        package="add_a_kernel",
        commands=4,
        file="relu_kernel/runtime/src/relu_s8.c",
        right="in[i] > zero_point",
        wrong="in[i] > 0",
        failed=1,
        message="pass 'convert-dqnn-to-cortex-m' changes output 0",
    ),
]

each_page = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.page)


@each_page
def test_the_page_shows_every_file_of_the_package(example: Example) -> None:
    shown = {block.file: block.text for block in blocks(ROOT / "docs" / example.page) if block.file is not None}
    listing = subprocess.run(["git", "ls-files"], cwd=example.folder, check=False, capture_output=True, text=True)
    written = {name: (example.folder / name).read_text() for name in listing.stdout.split() or shown}
    assert shown == written


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `pip install` installs to a folder of the test's own, from there and no index."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, module in (("dqnn-opt", "dqnnc.tools.dqnn_opt"), ("dqnnc", "dqnnc.tools.dqnnc")):
        command = tools / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
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


def copied(example: Example, folder: Path) -> Path:
    """A copy of the package to work in."""
    ignored = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    return Path(shutil.copytree(example.folder, folder / example.package, ignore=ignored))


@each_page
def test_the_commands_of_the_page_run(example: Example, tmp_path: Path, environment: dict[str, str]) -> None:
    package, output, commands = copied(example, tmp_path), "", 0
    for block in blocks(ROOT / "docs" / example.page):
        if block.language == "sh":
            done = run(block.text, package, environment)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            output = done.stdout
            commands += 1
        elif block.language == "text":
            assert output == block.text
    assert commands == example.commands
    assert "Passed: 2 (100.00%)" in output


@each_page
def test_the_tests_of_the_package_see_a_mistake(example: Example, tmp_path: Path, environment: dict[str, str]) -> None:
    package = copied(example, tmp_path)
    source = package / example.file
    assert source.read_text().count(example.right) == 1
    source.write_text(source.read_text().replace(example.right, example.wrong))
    done = run("pip install . && lit -v test", package, environment)
    assert f"Failed: {example.failed} (" in done.stdout
    assert example.message in done.stdout


def test_kernels_that_cannot_be_loaded(tmp_path: Path, environment: dict[str, str]) -> None:
    """One line names the package."""
    information = tmp_path / "site/absent-1.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: absent\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[dqnnc.kernels]\nabsent = absent.kernels:KERNELS\n")
    done = run("dqnnc supported-ops", tmp_path, environment)
    told = "error: kernels of absent.kernels:KERNELS: No module named 'absent'; mend the package, or remove it\n"
    assert (done.returncode, done.stderr) == (1, told)
