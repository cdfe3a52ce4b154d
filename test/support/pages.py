"""Pages of the documentation, whose files and commands tests run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Block(NamedTuple):
    """A fenced block of a page, and the file that the line above it names, if any."""

    file: str | None
    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The page's fenced blocks in order."""
    for match in re.finditer(r"(?:^`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```$", page.read_text(), re.M | re.S):
        yield Block(match.group(1), match.group(2), match.group(3))


def run(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run shell commands as a reader of a page does."""
    shell = ["sh", "-euc", command]
    return subprocess.run(shell, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def environment(folder: Path) -> dict[str, str]:
    """An environment with the tools that pages install: this Python and its dqnnc, called from `folder`."""
    for name, command in {"python": sys.executable, "dqnnc": f"{sys.executable} -m dqnnc.tools.dqnnc"}.items():
        tool = folder / name
        tool.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        tool.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
