"""Parts of the quantized types' text, with MLIR's messages where it is wrong."""

from __future__ import annotations

import re
import struct
from collections.abc import Generator
from contextlib import contextmanager

from xdsl.dialects.builtin import AnyFloat, IntegerType, Signedness, f64
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from .storage import StorageSpec, default_storage_range, storage_spec


@contextmanager
def located_errors(parser: AttrParser) -> Generator[None]:
    """Give the verifier's errors the place of the type in the text."""
    position = parser.pos
    try:
        yield
    except VerifyException as error:
        parser.raise_error(str(error), position)


def expect(parser: AttrParser, punctuation: str) -> None:
    """Parse `punctuation`."""
    if parser.parse_optional_characters(punctuation) is None:
        parser.raise_error(f"expected '{punctuation}'")


def parse_integer(parser: AttrParser) -> int:
    """Parse a decimal or hexadecimal integer of at most 64 bits."""
    position = parser.pos
    value = parser.expect(lambda: parser.parse_optional_integer(allow_boolean=False), "expected integer value")
    if not -(1 << 63) <= value < 1 << 63:
        parser.raise_error("integer value too large", position)
    return value


def parse_float(parser: AttrParser) -> float:
    """Parse a decimal literal, which has a point, or the bits of a float64 in hexadecimal."""
    if (value := parser.parse_optional_float()) is not None:
        return value
    position = parser.pos
    bits = parser.expect(
        lambda: parser.parse_optional_integer(allow_boolean=False, allow_negative=False),
        "expected floating point literal",
    )
    if parser.lexer.input.content[position : position + 2] != "0x":
        parser.raise_error("unexpected decimal integer literal for a floating point value", position)
    if bits >> 64:
        parser.raise_error("hexadecimal float constant out of range for type", position)
    return struct.unpack("<d", bits.to_bytes(8, "little"))[0]


def parse_float_type(parser: AttrParser) -> AnyFloat:
    """Parse an expressed type."""
    position = parser.pos
    expressed = parser.parse_type()
    if not isa(expressed, AnyFloat):
        parser.raise_error("invalid kind of type specified", position)
    return expressed


def parse_storage(parser: AttrParser) -> StorageSpec:
    """Parse `i8`, `u8` (or `si8`, `ui8`, as builtin types are spelled) and an optional range `<0:254>`."""
    position = parser.pos
    name = parser.parse_optional_identifier() or ""
    if name.startswith("u") and not name.removeprefix("ui").removeprefix("u").isdigit():
        parser.raise_error("expected storage type width", position)
    if (match := re.fullmatch(r"(i|si|u|ui)(\d+)", name)) is None:
        parser.raise_error("illegal storage type prefix", position)
    signedness = Signedness.UNSIGNED if match[1].startswith("u") else Signedness.SIGNLESS
    storage = IntegerType(int(match[2]), signedness)
    least, largest = default_storage_range(storage)
    if parser.parse_optional_punctuation("<") is None:
        return storage_spec(storage, None, None)
    position = parser.pos
    if (low := parse_integer(parser)) < least:
        parser.raise_error(f"illegal storage type minimum: {low}", position)
    expect(parser, ":")
    position = parser.pos
    if (high := parse_integer(parser)) > largest:
        parser.raise_error(f"illegal storage type maximum: {high}", position)
    expect(parser, ">")
    return storage_spec(storage, low, high)


def parse_scale_and_zero_point(parser: AttrParser) -> tuple[float, int]:
    """Parse `0.05` or `0.05:-3`."""
    scale = parse_float(parser)
    if parser.parse_optional_punctuation(":") is None:
        return scale, 0
    return scale, parse_integer(parser)


_PAIR = r"[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?(?::-?[0-9]{1,18})?"
_BRACED_PAIRS = re.compile(rf"\{{({_PAIR}(?:,\s*{_PAIR})*)\}}")


def parse_scales_and_zero_points(parser: AttrParser) -> list[tuple[float, int]]:
    """Parse `{0.1,0.2:3}`, at least one pair.

    Types of hundreds of channels are most of a network's text beside the weights: what the printer writes is
    read in one go, several times as fast as token by token.
    """
    if match := _BRACED_PAIRS.match(parser.lexer.input.content, parser.pos):
        parser._resume_from(match.end())  # pyright: ignore[reportPrivateUsage]
        return [_read_pair(pair) for pair in match[1].split(",")]
    expect(parser, "{")
    pairs = parser.parse_comma_separated_list(parser.Delimiter.NONE, lambda: parse_scale_and_zero_point(parser))
    expect(parser, "}")
    return pairs


def _read_pair(pair: str) -> tuple[float, int]:
    scale, _, zero_point = pair.partition(":")
    return float(scale), int(zero_point or 0)


def print_scale_and_zero_point(printer: Printer, scale: float, zero_point: int) -> None:
    """Print `0.05:-3`, or `0.05` when the zero point is 0."""
    printer.print_float(scale, f64)
    if zero_point != 0:
        printer.print_string(f":{zero_point}")


def diagnostic_float(value: float) -> str:
    """Format as LLVM does in messages: `1.000000e-01`, `nan`, `INF`."""
    text = f"{value:e}"
    return text.upper() if "inf" in text else text
