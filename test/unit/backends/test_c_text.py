"""C text: what comes from a model file is harmless, and numbers are exact."""

from __future__ import annotations

import ctypes
import math
import random
import re
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dqnnc.backends.c.text import (
    KEYWORDS,
    WIDTH,
    Names,
    c_type,
    comment,
    floating,
    integer,
    number,
    string_literal,
    wrapped,
)
from xdsl.dialects.builtin import (
    BoolAttr,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    Signedness,
    StringAttr,
    f16,
    f32,
    f64,
    i8,
    i32,
    i64,
)

NASTY = [
    "*/ int x; /*",
    "/*/*/ **// ***///",
    "line\nline\r\n\x0b\x0c\0",
    "back\\",
    "\\\nnext",
    "??/\n ???/ ????/ ??\\?",
    "\"quoted\" 'c' %s %n",
    "äöü 漢字 \ud800 \x7f",
    "x" * 10_000,
    "",
]


@pytest.mark.parametrize("text", NASTY)
def test_comment(text: str) -> None:
    safe = comment(text)
    assert re.fullmatch(r"[ -~]*", safe)
    assert not any(bad in safe for bad in ("*/", "/*", "\\", "??"))
    assert len(safe) < 500
    assert not any(bad in f"/* {safe} */"[2:-2] for bad in ("*/", "/*"))


@pytest.mark.parametrize("wish", [*NASTY, *sorted(KEYWORDS), "3x", "__a", "_", "a b", "conv1/Relu:0", "é"])
def test_names(wish: str) -> None:
    names = Names(reserved=["taken"])
    found = [names.unique(wish) for _ in range(3)] + [names.unique("taken")]
    assert len(set(found)) == 4
    assert "taken" not in found
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and name not in KEYWORDS for name in found)


def test_a_number_behind_a_name_is_unique_too() -> None:
    names = Names()
    assert [names.unique(wish) for wish in ("a", "a_2", "a", "a")] == ["a", "a_2", "a_3", "a_4"]


def compiled(tmp_path: Path, declarations: str) -> ctypes.CDLL:
    """A library of these definitions, compiled without warnings."""
    source, library = tmp_path / "x.c", tmp_path / "x.so"
    source.write_text(f"#include <math.h>\n#include <stdint.h>\n{declarations}\n")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, source, "-o", library], check=True)
    return ctypes.CDLL(str(library))


def test_strings_are_exact(tmp_path: Path) -> None:
    texts = [text for text in NASTY if len(text) < 1000]
    lines = [f"extern const char s{i}[]; const char s{i}[] = {string_literal(text)};" for i, text in enumerate(texts)]
    library = compiled(tmp_path, "\n".join(lines))
    for i, text in enumerate(texts):
        expected = text.encode("utf-8", "replace") + b"\0"
        assert bytes((ctypes.c_char * len(expected)).in_dll(library, f"s{i}")) == expected


def test_floats_are_exact(tmp_path: Path) -> None:
    generator = random.Random(0)
    bits = [0, 1, 1 << 31, 0x7F7FFFFF, 0x00800000, 0x007FFFFF, 0x7F800000, 0xFF800000]
    bits += [generator.getrandbits(32) for _ in range(2000)]
    values = [struct.unpack("<f", struct.pack("<I", word))[0] for word in bits]
    values = [value for value in values if not math.isnan(value)]
    doubles = [0.1, -1 / 3, 5e-324, 1.7976931348623157e308]
    library = compiled(
        tmp_path,
        f"extern const float f[]; const float f[] = {{{', '.join(map(floating, values))}}};"
        f"extern const double d[]; const double d[] = {{{', '.join(floating(value, f64) for value in doubles)}}};",
    )
    found = np.array((ctypes.c_uint32 * len(values)).in_dll(library, "f"))
    assert np.array_equal(found, np.array(values, np.float32).view(np.uint32))
    assert list((ctypes.c_double * len(doubles)).in_dll(library, "d")) == doubles


def test_integers_are_exact(tmp_path: Path) -> None:
    values = [0, -1, 127, -128, 2**31 - 1, -(2**31), -(2**31) + 1, -(2**31) - 1, 2**31, 2**63 - 1, -(2**63)]
    unsigned = [0, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 - 1]
    library = compiled(
        tmp_path,
        f"extern const int64_t s[]; const int64_t s[] = {{{', '.join(map(integer, values))}}};"
        f"extern const uint64_t u[]; const uint64_t u[] = {{{', '.join(map(integer, unsigned))}}};",
    )
    assert list((ctypes.c_int64 * len(values)).in_dll(library, "s")) == values
    assert list((ctypes.c_uint64 * len(unsigned)).in_dll(library, "u")) == unsigned


def test_numbers() -> None:
    assert number(IntegerAttr(-5, i32)) == "-5"
    assert number(IntegerAttr(2**40, i64)) == "INT64_C(1099511627776)"
    assert number(BoolAttr.from_bool(True)) == "1"
    assert number(BoolAttr.from_bool(False)) == "0"
    assert number(FloatAttr(0.1, f32)) == "0.1f"
    assert number(FloatAttr(3.0, f32)) == "3.0f"
    assert floating(math.nan) == "NAN"
    with pytest.raises(ValueError, match="not a number"):
        number(StringAttr("1"))


def test_types() -> None:
    assert c_type(i8) == "int8_t"
    assert c_type(IntegerType(16, Signedness.UNSIGNED)) == "uint16_t"
    assert (c_type(f32), c_type(f64)) == ("float", "double")
    for type_ in (f16, IntegerType(4)):
        with pytest.raises(ValueError, match="C99 has no type"):
            c_type(type_)


def test_wrapping() -> None:
    parts = [f"argument_{i}" for i in range(30)]
    lines = wrapped("call(", parts, ");")
    assert len(lines) > 1
    assert all(len(line) <= WIDTH and line == line.rstrip() for line in lines)
    assert all(line.startswith("     a") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == f"call({', '.join(parts)});"
    assert wrapped("call(", [], ");") == ["call();"]
    assert wrapped("  call(", ["x" * 200, "y"], ");") == ["  call(", f"      {'x' * 200},", "      y);"]
