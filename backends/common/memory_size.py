"""Sizes of memory as people write them."""

from __future__ import annotations

import re

SIZE = re.compile(r"([0-9]{1,12}) ?(|B|[kK]|KiB|M|MiB)")
UNITS = {"": 1, "B": 1, "k": 1 << 10, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20}
"""The units are powers of two, as those of memory are: `k` is KiB."""

LARGEST = 1 << 32
"""Bytes that a core with 32-bit addresses reaches."""


def parse_size(text: str) -> int:
    """Bytes: `32768`, `32k`, `32 KiB`, `2 MiB`.

    Raises:
        ValueError: it is no such size, or none that a core's addresses reach.
    """
    match = SIZE.fullmatch(text.strip())
    size = None if match is None else int(match[1]) * UNITS[match[2]]
    if size is None or not 0 < size <= LARGEST:
        raise ValueError(f"{text!r} is no size of memory; write bytes, as 524288, or 512k, 512KiB, 2MiB")
    return size
