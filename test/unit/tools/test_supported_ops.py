"""`supported-ops`: what it prints is what the tables say, and the page of the documentation is what it prints."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dqnnc.backends.common.targets import built_targets, package_table
from dqnnc.backends.cortex_m.kernels import TABLE
from dqnnc.frontends import keras, tflite
from dqnnc.tools.dqnnc.main import main
from support.models import ROOT

PAGE = ROOT / "docs/supported-ops.md"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["supported-ops", *arguments]) == 0
    return capsys.readouterr().out


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "--format", "markdown")
    assert PAGE.read_text() == text, f"write it again: dqnnc supported-ops --format markdown > {PAGE.relative_to(ROOT)}"


def test_tables_of_the_page_are_whole() -> None:
    """Every row of a table has as many cells as its head."""
    cells = 0
    for line in PAGE.read_text().splitlines():
        count = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert count == cells or 0 in (count, cells), line
        cells = count


def test_json_has_every_row_operator_and_quantizer(capsys: pytest.CaptureFixture[str]) -> None:
    report: dict[str, Any] = json.loads(printed(capsys, "--format", "json"))
    assert report["command"] == "supported-ops"
    assert len(report["rows"]) == len(TABLE.rows)
    read = {extension: form for form in report["formats"] for extension in form["extensions"]}
    assert [item["name"] for item in read["tflite"]["operators"]] == list(tflite.SUPPORTED)
    assert [item["name"] for item in read["h5"]["operators"]] == list(keras.SUPPORTED)
    assert [item["name"] for item in read["h5"]["quantizers"]] == list(keras.QUANTIZERS)
    assert read["h5"] == read["keras"]
    assert {target["name"] for target in report["targets"]} == {*built_targets(package_table())}
    assert all(target["rows"] > 0 for target in report["targets"])


def test_rows_as_the_document_writes_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys)
    assert re.search(r"^convolution +s8 +s8 \(DoReFa\) +s1 +dqnn_conv2d_s8_u8_s1 ", text, re.M)
    assert re.search(r"^depthwise convolution +s1 +s1 +s1 ", text, re.M)
    assert re.search(r"^dense +s8 +s1 +f32 ", text, re.M)
    for name in ("s16", "_threshold", "_affine"):
        assert name not in text


def test_conditions_of_operators(capsys: pytest.CaptureFixture[str]) -> None:
    text = re.sub(r"\n    ", " ", printed(capsys))
    assert re.search(r"^.*QConv2DTranspose: .*strides of 1, padding 'valid'", text, re.M)
    assert re.search(r"^.*\bQDense\b.*put a Flatten layer before it", text, re.M)
    assert re.search(r"^binary: on codes: use_01=False, alpha=1$", text, re.M)


def test_unknown_formats_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["supported-ops", "--format", "xml"])
    assert exit.value.code == 1
    assert "xml" in capsys.readouterr().err
