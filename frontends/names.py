"""Names of values in the IR, made of names that files have."""

from __future__ import annotations

import re

MAX_HINT = 40
"""Longest name of a value in the IR, in characters."""


def value_name(name: str) -> str | None:
    """A name that the IR can have, made of any text; None where nothing of it can be used."""
    hint = re.sub(r"[^A-Za-z0-9]+", "_", name)[:MAX_HINT].strip("_")
    if not hint:
        return None
    return f"t{hint}" if hint[0].isdigit() else hint
