"""Which strings IR text may have."""

from __future__ import annotations

import pytest
from dqnnc.tools.check_strings import check_strings
from xdsl.utils.exceptions import ParseError


@pytest.mark.parametrize(
    "text",
    [
        "",
        '""',
        '"a" "b"',
        r'"\n \t \\ \" \0A"',
        '// "open\n"closed"',
        '"a // b" // "',
        "a / b",
        '"0x' + "00" * 1_000_000 + '"',
    ],
)
def test_strings_that_end(text: str) -> None:
    check_strings(text, "f.mlir")


@pytest.mark.parametrize("text", ['"', '"a\n"', r'"\q"', r'"a\"', '"// b', '"' + "a" * 1_000_000, 'x "a" "'])
def test_strings_that_do_not(text: str) -> None:
    with pytest.raises(ParseError, match="does not end"):
        check_strings(text, "f.mlir")
