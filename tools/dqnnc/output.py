"""Where a command's report goes: text to standard output, JSON to the file that the user names."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from .as_json import as_json
from .files import print_all, written_aside
from .report import Analysis, Generation, SupportedOps, Targets, Validation

Report: TypeAlias = Analysis | Generation | SupportedOps | Targets | Validation
Publisher: TypeAlias = Callable[[Report, str], None]
"""Takes the report and its text."""


@contextmanager
def output(command: str, json_file: Path | None) -> Generator[Publisher]:
    """Hand the body a function that publishes its report.

    That the JSON file can be written is known before the body runs; it is there only when the body succeeds.

    Raises:
        UserError: the JSON file cannot be written.
    """
    if json_file is None:
        yield lambda report, text: print_all(text)
        return
    with written_aside(json_file) as file:

        def publish(report: Report, text: str) -> None:
            file.write(as_json(command, report))
            print_all(text)

        yield publish
