"""docs/json-schema.md documents the keys that the commands write, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from dqnnc.tools.dqnnc.main import main
from support.litert import needs_litert
from support.models import ROOT

PAGE = ROOT / "docs/json-schema.md"
EXAMPLE = ROOT / "examples/digits_int8"
MODEL = EXAMPLE / "digits_int8.tflite"
DATA = EXAMPLE / "digits_test.npz"

Section = dict[str, str]
"""Key -> what the page says of its type."""


def documented() -> dict[str, Section]:
    """The page's tables of keys, by the headline above them."""
    sections: dict[str, Section] = {}
    current: Section = {}
    for line in PAGE.read_text().splitlines():
        if match := re.fullmatch(r"##+ (.+)", line):
            current = sections.setdefault(match.group(1), {})
        elif match := re.match(r"\| `(\w+)` \| (.*?) \|", line):
            current[match.group(1)] = match.group(2)
    return sections


PRIMITIVES = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def check(value: Any, section: str, path: str, sections: dict[str, Section]) -> None:
    """Check an object against its section, and what it holds against what its keys' types refer to."""
    assert value.keys() == sections[section].keys(), path
    for key, kind in sections[section].items():
        check_value(value[key], kind, f"{path}.{key}", sections)


def check_value(value: Any, kind: str, path: str, sections: dict[str, Section]) -> None:
    if value is None:
        assert "null" in kind, f"{path} is null"
        return
    if isinstance(value, list):
        assert kind.startswith("list of "), f"{path} is a list"
        inner = kind.removeprefix("list of ").removesuffix(", or null")
        for item in cast(list[Any], value):
            check_value(item, re.sub(r"\b(list|integer|string)s\b", r"\1", inner), f"{path}[]", sections)
        return
    if match := re.match(r"\[([\w ]+)\]", kind):
        check(value, match.group(1), path, sections)
        return
    if kind == "object":
        assert isinstance(value, dict)
        return
    types = [type for name, type in PRIMITIVES.items() if name in kind]
    assert types, f"{path}: the page says {kind}"
    assert isinstance(value, types[0]), f"{path} is {value!r}, the page says {kind}"


@needs_litert
@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "--verbose"],
        ["analyze", "--allocate-inputs"],
        ["generate", "--output", "project"],
        ["validate"],
        ["validate", "-vi", str(DATA)],
        ["validate", "--mode", "emulator", "--samples", "1"],
        ["validate", "--per-layer", "--samples", "2"],
        ["supported-ops"],
        ["targets"],
    ],
)
def test_the_page_and_the_commands_agree(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = [] if arguments in (["supported-ops"], ["targets"]) else ["-m", str(MODEL)]
    assert main([*arguments, *model, "--json", "report.json"]) == 0
    report = json.loads(Path("report.json").read_text())
    assert (report["schema"], report["command"]) == (2, arguments[0])
    check(report, arguments[0], arguments[0], documented())


def test_every_section_is_referred_to() -> None:
    sections = documented()
    referred = {
        name for section in sections.values() for kind in section.values() for name in re.findall(r"\[(.*?)\]", kind)
    }
    objects = {name for name, section in sections.items() if section}
    assert objects - {"analyze", "generate", "validate", "supported-ops", "targets"} == referred
