"""Targets of the user's and budgets, on the command line: the example of docs/add-a-target.md among them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from dqnnc.tools.dqnnc.main import main
from support.models import ROOT

MODEL = str(ROOT / "examples/digits_int8/digits_int8.tflite")
PAGE = ROOT / "docs/add-a-target.md"
TARGETS_PAGE = ROOT / "docs/targets.md"

needs_arm = pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="needs arm-none-eabi-gcc")


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """The file of the page's example."""
    match = re.search(r"```toml\n(.*?)```", PAGE.read_text(), re.S)
    assert match is not None
    file = tmp_path / "board.toml"
    file.write_text(match[1])
    return file


def report(tmp_path: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What a command writes as JSON."""
    file = tmp_path / "report.json"
    assert main([*arguments, "-m", MODEL, "--json", str(file)]) == status
    return json.loads(file.read_text())


def budget(result: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in result["budget"] if item["memory"] == name)


def parts(item: dict[str, Any]) -> dict[str, int | None]:
    return {part["name"]: part["bytes"] for part in item["parts"]}


@needs_arm
def test_the_pages_board(board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    result = report(tmp_path, "generate", "--target-file", str(board), "--check-budget", "-o", str(out))["analysis"]
    assert (out / "digits_int8.c").exists()
    assert result["target"]["name"] == "weather-station"
    assert result["target"]["core"] == "cortex-m33"
    flash, ram = budget(result, "flash"), budget(result, "ram")
    assert (flash["limit"], flash["over"], flash["complete"]) == (512 * 1024, 0, True)
    known = parts(flash)
    assert known["weights"] == result["weights"]["bytes"]
    assert known["requantization tables"] == result["weights"]["requantization_bytes"]
    assert known["code"] is not None
    assert 2_000 < known["code"] < 30_000
    assert flash["used"] == sum(size or 0 for size in known.values())
    assert (ram["limit"], ram["used"] - (parts(ram)["stack"] or 0)) == (96 * 1024, result["memory"]["ram_bytes"])
    assert "a Cortex-M33 without float unit" in capsys.readouterr().out


def test_without_a_budget_nothing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    flash = budget(report(tmp_path, "analyze", "-t", "stm32f4"), "flash")
    assert (flash["limit"], flash["source"], flash["complete"]) == (2 << 20, "STM32F469xI", False)
    assert parts(flash)["code"] is None


def test_a_network_over_its_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # without a compiler: what is known then
    limits = ["--flash", "5k", "--ram", "3000"]
    result = report(tmp_path, "analyze", *limits)
    assert [item["over"] for item in result["budget"]] == [5288 + 656 - 5120, 3146 - 3000]
    assert "not measured: arm-none-eabi-gcc is not installed" in capsys.readouterr().out
    report(tmp_path, "analyze", *limits, "--check-budget", status=1)
    told = capsys.readouterr()
    assert "  ram   : at least 3,146 B of 3,000 B (--ram), 146 B over\n" in told.out
    assert told.err.endswith(
        "digits_int8.tflite: flash is 824 bytes over: 5,944 of 5,120 (--flash): weights 5,288, requantization tables "
        "656; ram is 146 bytes over: 3,146 of 3,000 (--ram): activations 3,072, inputs 64, outputs 10; "
        "take a smaller network, or give a larger chip's --flash and --ram\n"
    )
    generate = ["generate", "-m", MODEL, "-o", str(tmp_path / "out"), "--check-budget", *limits]
    assert main(generate) == 1
    assert not (tmp_path / "out").exists()


def test_validate_checks_the_budget_of_what_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--reference", "semantics", "--samples", "1", "--ram", "3000", "--check-budget"]
    result = report(tmp_path, "validate", *options, status=1)
    assert (result["passed"], budget(result, "ram")["over"]) == (
        True,
        146 + (parts(budget(result, "ram"))["stack"] or 0),
    )
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-t", "cortex-m4", "--check-budget"],
            "of target 'cortex-m4' is not known: give --flash and --ram",
        ),
        (["-t", "stm32n6", "--check-budget"], "the memory of target 'stm32n6' is not known: give --flash"),
        (["-t", "stm32f4", "--device", "x"], "target 'stm32f4' has no device 'x': leave it out"),
        (["--target-file", "absent.toml"], "absent.toml: cannot be read: No such file or directory"),
        (["-t", "stm32mp2"], "target 'stm32mp2' is not supported: it runs Linux"),
    ],
)
def test_what_cannot_be_served(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "-m", MODEL, *arguments]) == 1
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_a_file_of_several_targets_needs_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "boards.toml"
    file.write_text('target.one.core = "cortex-m4"\ntarget.two.core = "cortex-m0"\n')
    assert main(["analyze", "-m", MODEL, "--target-file", str(file)]) == 1
    assert "has several targets; name one with --target: one, two" in capsys.readouterr().err
    result = report(tmp_path, "analyze", "--target-file", str(file), "-t", "two")
    assert result["target"]["core"] == "cortex-m0"
    assert main(["supported-ops", "--target-file", str(file), "-t", "two"]) == 0
    assert re.search(r"^two +cortex-m0 ", capsys.readouterr().out, re.M)


def test_the_list_of_targets(board: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "--target-file", str(board)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^weather-station +cortex-m33 +dsp +yes +512 KiB +96 KiB ", text, re.M)
    assert re.search(r"^stm32mp +it runs Linux", text, re.M)
    assert main(["targets", "--format", "markdown"]) == 0
    remedy = "write it again: dqnnc targets --format markdown > docs/targets.md"
    assert TARGETS_PAGE.read_text() == capsys.readouterr().out, remedy
