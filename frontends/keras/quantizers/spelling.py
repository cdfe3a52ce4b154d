"""How files spell a quantizer or an activation: a name, a call as text, or a serialized object.

    "ste_sign"    "binary(alpha=1)"    {"class_name": "quantized_bits", "config": {"bits": 8, ...}}

Text is parsed here, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..graph import REGISTERED, class_name_of
from ..options import Json, as_mapping, show

MAX_TEXT = 1000
"""Longest text that can be the call of a quantizer, in characters."""

CALL = re.compile(r"\s*([A-Za-z_][\w.>]*)\s*(?:\(([^()]*)\))?\s*")
ARGUMENT = re.compile(r"\s*(?:([A-Za-z_]\w*)\s*=\s*)?('[^']*'|\"[^\"]*\"|[^\s'\",=]+)\s*(?:,|$)")
WORDS: Mapping[str, bool | None] = {"True": True, "False": False, "None": None}


class SpellingError(ValueError):
    """A text or object that is no quantizer's call; its message says what is wrong."""


@dataclass(frozen=True)
class Spelling:
    """A name and arguments, by place or by name."""

    name: str
    arguments: tuple[Json, ...]
    named: Mapping[str, Json]
    known_package: bool = True
    """Whether the class is of Keras, QKeras or Larq, as far as the file says."""

    def __str__(self) -> str:
        given = [show(value) for value in self.arguments]
        given += [f"{name}={show(value)}" for name, value in self.named.items()]
        return f"{self.name}({', '.join(given)})"


def spelling_of(value: Json) -> Spelling | None:
    """What a value of a description spells; None where it is None.

    Raises:
        SpellingError: it is neither a call nor a serialized object.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return parse_call(value)
    entry = as_mapping(value)
    if entry is None:
        raise SpellingError(f"{show(value)} is neither a name nor a serialized object")
    config = entry.get("config")
    if isinstance(config, str) and entry.get("class_name") == "function":
        # Files have module 'builtins' for every function: its own name is all they say.
        package, _, name = config.rpartition(">")
        return Spelling(name, (), {}, package in REGISTERED)
    name, known = class_name_of(entry)
    return Spelling(name, (), as_mapping(config) or {}, known)


def parse_call(text: str) -> Spelling:
    """Parse `name` or `name(1, 'text', key=True)`.

    Raises:
        SpellingError: the text is neither.
    """
    match = CALL.fullmatch(text) if len(text) <= MAX_TEXT else None
    if match is None:
        raise SpellingError(f"{show(text[:MAX_TEXT])} is no call of a quantizer")
    name, rest = match.group(1), match.group(2) or ""
    arguments: list[Json] = []
    named: dict[str, Json] = {}
    place = 0
    while rest[place:].strip():
        argument = ARGUMENT.match(rest, place)
        if argument is None or (named and argument.group(1) is None):
            raise SpellingError(f"{show(text)} is no call of a quantizer")
        place = argument.end()
        if argument.group(1) is None:
            arguments.append(_literal(argument.group(2)))
        else:
            named[argument.group(1)] = _literal(argument.group(2))
    return Spelling(name.rpartition(".")[2].rpartition(">")[2], tuple(arguments), named)


def _literal(text: str) -> Json:
    if text[0] in "'\"":
        return text[1:-1]
    if text in WORDS:
        return WORDS[text]
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    raise SpellingError(f"{show(text)} is neither a number nor a text")
