"""Strings of IR text, checked before xDSL's lexer sees them: it takes exponential time over one that does not end."""

from __future__ import annotations

import re

from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Input, Span

_PIECE = re.compile(r'//[^\n]*+|[^"/]++|/|"(?:[^"\\\n\v\f]++|\\(?:["nt\\]|[0-9A-Fa-f]{2}))*+"')
"""A comment, text without strings, or a string as MLIR spells it: on one line, with these escapes."""


def check_strings(text: str, file: str) -> None:
    """Check that each string of an IR text ends, in time that grows with the text's length.

    Raises:
        ParseError: one does not.
    """
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            message = "the string does not end on its line, or has an escape that there is not"
            raise ParseError(Span(position, position + 1, Input(text, file)), message)
        position = match.end()
