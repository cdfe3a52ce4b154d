"""C99 text: identifiers, literals, comments, and lines that are not too long."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np
from xdsl.dialects.builtin import AnyFloat, FloatAttr, IntegerAttr, IntegerType, Signedness, f32, f64
from xdsl.ir import Attribute
from xdsl.utils.hints import isa

WIDTH = 110
"""Columns of a line."""

COMMENT = 90
"""Characters of a name that a comment shows."""

KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """auto break case char const continue default do double else enum extern float for goto if inline int long
        register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
        _Bool _Complex _Imaginary alignas alignof bool constexpr false nullptr static_assert thread_local true typeof
        asm class delete friend namespace new operator private protected public template this throw try using virtual
        NULL main errno""",
    )
)
"""Names that an object in C99 must not have, those of C23 and C++ included: headers are read there as well."""


class Names:
    """Unique C identifiers in one scope."""

    def __init__(self, reserved: Iterable[str] = ()):
        self._taken = set(KEYWORDS)
        self._taken.update(reserved)

    def unique(self, wish: str) -> str:
        """An identifier as close to `wish` as C and the names given before allow."""
        base = re.sub(r"[^A-Za-z0-9_]", "_", wish)
        base = re.sub(r"__+", "_", base).strip("_") or "x"
        if base[0].isdigit():
            base = "x" + base
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name


def comment(text: str) -> str:
    """`text` made harmless inside a comment: one short line of printable ASCII that does not end the comment."""
    text = text if len(text) <= COMMENT else f"{text[: COMMENT - 3]}..."
    text = re.sub(r"[^ -~]|\\", "_", text)
    text = re.sub(r"\*(?=/)", "* ", text)
    text = re.sub(r"/(?=\*)", "/ ", text)
    return re.sub(r"\?(?=\?)", "? ", text)


def string_literal(text: str) -> str:
    """A string literal of the UTF-8 bytes of `text`."""
    plain = set(b" !#$%&'()*+,-./0123456789:;<=>@[]^_`{|}~") | set(range(65, 91)) | set(range(97, 123))
    bytes_ = text.encode("utf-8", "replace")
    return '"' + "".join(chr(byte) if byte in plain else f"\\{byte:03o}" for byte in bytes_) + '"'


def c_type(type_: Attribute) -> str:
    """The C type of a memref's element. Raises ValueError where C99 has none."""
    if isa(type_, IntegerType) and type_.width.data in (8, 16, 32, 64):
        prefix = "u" if type_.signedness.data == Signedness.UNSIGNED else ""
        return f"{prefix}int{type_.width.data}_t"
    if type_ == f32:
        return "float"
    if type_ == f64:
        return "double"
    raise ValueError(f"C99 has no type for {type_}")


def integer(value: int) -> str:
    """An integer constant expression with this value, of a type that holds it."""
    if value == -(2**31):
        return "INT32_MIN"
    if value == -(2**63):
        return "INT64_MIN"
    if -(2**31) < value < 2**31:
        return str(value)
    if 0 < value < 2**32:
        return f"{value}u"
    return f"INT64_C({value})" if value < 2**63 else f"UINT64_C({value})"


def floating(value: float, type_: AnyFloat = f32) -> str:
    """A constant of exactly this value: the shortest decimal that reads back the same. Infinity wants <math.h>."""
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return repr(float(value)) if type_ == f64 else float32(np.float32(value))


def float32(value: np.float32) -> str:
    """A finite value as a `float` constant."""
    text = str(value)
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"


def number(value: Attribute) -> str:
    """An integer or float attribute as a constant. Raises ValueError for any other attribute."""
    if isa(value, FloatAttr):
        return floating(value.value.data, value.type)
    if not isa(value, IntegerAttr):
        raise ValueError(f"not a number: {value}")
    is_bool = isa(value.type, IntegerType) and value.type.width.data == 1
    return integer(abs(value.value.data) if is_bool else value.value.data)


def wrapped(start: str, parts: Iterable[str], end: str) -> list[str]:
    """`start part, part, ... end` in lines of at most `WIDTH` columns, where the parts allow.

    Later lines are aligned behind `start`, or, where a part is too long for that, one level behind its beginning.
    """
    lines: list[str] = []
    line = start
    indent = " " * len(start)
    pieces = list(parts)
    if any(len(start) + len(piece) + len(end) > WIDTH for piece in pieces):
        lines = [start.rstrip()]
        line = indent = " " * (len(start) - len(start.lstrip()) + 4)
    for index, part in enumerate(pieces):
        piece = part + (", " if index + 1 < len(pieces) else end)
        if line not in (start, indent) and len(line) + len(piece.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line = indent
        line += piece
    return [*lines, line if pieces else start + end]
