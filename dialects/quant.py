"""MLIR's `quant` dialect: quantized types and the casts between real, quantized and stored values.

Syntax, printing and messages are those of MLIR 19; what only later versions check (a scale that the expressed
type cannot hold, a negative axis) has their messages. See https://mlir.llvm.org/docs/Dialects/QuantDialect/.

Not supported, and refused by the parser: sub-channel (block-wise) types and floating-point storage.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast, get_args

import numpy as np
from xdsl.dialects.builtin import (
    I64,
    AnyFloat,
    BFloat16Type,
    DenseArrayBase,
    FixedBitwidthType,
    Float16Type,
    Float32Type,
    Float64Type,
    IntAttr,
    IntegerType,
    NoneAttr,
    Signedness,
    f32,
    f64,
    i64,
)
from xdsl.ir import Attribute, Dialect, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

MAX_STORAGE_BITS = 32
"""The widest integer that a quantized value can be stored in, as in MLIR."""

_SCALE_RANGES: dict[type[Attribute], tuple[float, float]] = {
    Float16Type: (2.0**-24, 65504.0),
    BFloat16Type: (2.0**-133, float.fromhex("0x1.fep127")),
    Float32Type: (2.0**-149, float(np.finfo(np.float32).max)),
    Float64Type: (2.0**-1074, float(np.finfo(np.float64).max)),
}
"""Smallest and largest positive value of the expressed types that hold less than, or just, every scale."""


# --- Types --------------------------------------------------------------------------------------------------


class QuantizedType(ParametrizedAttribute, TypeAttribute):
    """Base of the types whose values stand for reals of an expressed type (MLIR's `QuantizedType`)."""


@dataclass(frozen=True, init=False)
class StoredQuantizedType(QuantizedType, FixedBitwidthType):
    """Base of the quantized types that name the integer they are stored in, and the range used of it."""

    storage_type: IntegerType
    """Signless when codes are signed (`i8`), unsigned otherwise (`u8` here, `ui8` as a builtin type)."""
    storage_range: DenseArrayBase[I64]
    """Smallest and largest code, both inclusive."""

    @property
    def bitwidth(self) -> int:
        """Width of the storage type in bits."""
        return self.storage_type.bitwidth

    @property
    def compile_time_size(self) -> int:
        """Bytes of one code in dense data, where each has bytes of its own."""
        return self.numpy_dtype.itemsize

    @property
    def is_signed(self) -> bool:
        """Whether codes are two's complement integers."""
        return self.storage_type.signedness.data != Signedness.UNSIGNED

    @property
    def storage_min(self) -> int:
        """The smallest code."""
        return _integers(self.storage_range.data.data)[0]

    @property
    def storage_max(self) -> int:
        """The largest code."""
        return _integers(self.storage_range.data.data)[1]

    @property
    def signless_storage_type(self) -> IntegerType:
        """The integer type that `quant.scast` converts from and to: signless, as all of MLIR's arithmetic."""
        return IntegerType(self.bitwidth)

    @property
    def numpy_dtype(self) -> np.dtype[Any]:
        """The narrowest numpy integer that holds one code (`int8` for `i4` and `i8`)."""
        width = max(8, 1 << (self.bitwidth - 1).bit_length())
        return np.dtype(f"{'int' if self.is_signed else 'uint'}{width}")

    def _verify_storage(self) -> None:
        low, high = _default_storage_range(self.storage_type)
        if not low <= self.storage_min < self.storage_max <= high:
            raise VerifyException(f"illegal storage min and storage max: ({self.storage_min}:{self.storage_max})")

    def _print_storage(self, printer: Printer) -> None:
        """Print `u8<0:254>`; the range only where it is not the whole of the integer's."""
        printer.print_string(f"{'i' if self.is_signed else 'u'}{self.bitwidth}")
        if (self.storage_min, self.storage_max) != _default_storage_range(self.storage_type):
            printer.print_string(f"<{self.storage_min}:{self.storage_max}>")


@irdl_attr_definition
class AnyQuantizedType(StoredQuantizedType):
    """`!quant.any<i8<-8:7>:f32>`: quantized in a way that the type does not tell."""

    name = "quant.any"

    expressed_type: AnyFloat | NoneAttr

    def verify(self) -> None:
        """Check the storage type and range."""
        self._verify_storage()

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Parse `<` storage (`:` expressed type)? `>`."""
        with _located_errors(parser):
            _expect(parser, "<")
            storage = _parse_storage(parser)
            colon = parser.parse_optional_punctuation(":")
            expressed = NoneAttr() if colon is None else _parse_float_type(parser)
            _expect(parser, ">")
            return cls(*storage, expressed).parameters

    def print_parameters(self, printer: Printer) -> None:
        """Print what `parse_parameters` reads."""
        with printer.in_angle_brackets():
            self._print_storage(printer)
            if not isinstance(self.expressed_type, NoneAttr):
                printer.print_string(":")
                printer.print_attribute(self.expressed_type)


@irdl_attr_definition
class UniformQuantizedType(StoredQuantizedType):
    """Affine quantization, `real = scale * (code - zero_point)`, per layer or along one axis.

    `!quant.uniform<i8:f32, 0.05:-3>` and `!quant.uniform<i8<-127:127>:f32:0, {0.1,0.2}>`.
    (MLIR has two classes here, `UniformQuantizedType` and `UniformQuantizedPerAxisType`.)

    Parameters are kept packed, so that types of many channels are cheap to compare, hash and copy.
    """

    name = "quant.uniform"

    expressed_type: AnyFloat
    quantized_dimension: IntAttr | NoneAttr
    packed_scales: DenseArrayBase[Float64Type]
    packed_zero_points: DenseArrayBase[I64]

    @classmethod
    def per_tensor(
        cls,
        storage: IntegerType,
        scale: float,
        zero_point: int = 0,
        storage_min: int | None = None,
        storage_max: int | None = None,
        *,
        expressed_type: AnyFloat = f32,
    ) -> UniformQuantizedType:
        """Make the type of a tensor with one scale; the storage range is the integer's unless given.

        Raises `VerifyException` with MLIR's message when the parameters are illegal.
        """
        storage_spec = _storage_spec(storage, storage_min, storage_max)
        return cls._make(storage_spec, expressed_type, None, (scale,), (zero_point,))

    @classmethod
    def per_axis(
        cls,
        storage: IntegerType,
        axis: int,
        scales: Iterable[float],
        zero_points: Iterable[int] | None = None,
        storage_min: int | None = None,
        storage_max: int | None = None,
        *,
        expressed_type: AnyFloat = f32,
    ) -> UniformQuantizedType:
        """Make the type of a tensor with one scale for each index along `axis`; zero points default to 0.

        Raises `VerifyException` with MLIR's message when the parameters are illegal.
        """
        scales = tuple(scales)
        zero_points = (0,) * len(scales) if zero_points is None else tuple(zero_points)
        storage_spec = _storage_spec(storage, storage_min, storage_max)
        return cls._make(storage_spec, expressed_type, axis, scales, zero_points)

    @classmethod
    def _make(
        cls,
        storage_spec: _StorageSpec,
        expressed_type: AnyFloat,
        axis: int | None,
        scales: Sequence[float],
        zero_points: Sequence[int],
    ) -> UniformQuantizedType:
        return cls(
            *storage_spec,
            expressed_type,
            NoneAttr() if axis is None else IntAttr(axis),
            DenseArrayBase.from_list(f64, scales),
            DenseArrayBase.from_list(i64, zero_points),
        )

    @property
    def axis(self) -> int | None:
        """The quantized dimension, or None when the type is per layer."""
        dimension = self.quantized_dimension
        return dimension.data if isinstance(dimension, IntAttr) else None

    @property
    def scales(self) -> tuple[float, ...]:
        """The scales: one, or one for each index along `axis`."""
        return _floats(self.packed_scales.data.data)

    @property
    def zero_points(self) -> tuple[int, ...]:
        """The zero points, as many as scales."""
        return _integers(self.packed_zero_points.data.data)

    @property
    def scale(self) -> float:
        """The scale of a per-layer type."""
        self._check_per_layer("scale")
        return self.scales[0]

    @property
    def zero_point(self) -> int:
        """The zero point of a per-layer type."""
        self._check_per_layer("zero point")
        return self.zero_points[0]

    def _check_per_layer(self, what: str) -> None:
        if self.axis is not None:
            raise ValueError(f"a per-axis quantized type has no single {what}")

    def verify(self) -> None:
        """Check the parameters as MLIR does."""
        self._verify_storage()
        if len(self.scales) != len(self.zero_points):
            raise VerifyException(
                f"illegal number of scales and zeroPoints: {len(self.scales)}, {len(self.zero_points)}"
            )
        if self.axis is None and len(self.scales) != 1:
            raise VerifyException("a per-layer quantized type has one scale and one zero point")
        if self.axis is not None and self.axis < 0:
            raise VerifyException(f"illegal quantized dimension: {self.axis}")
        least, largest = _SCALE_RANGES.get(type(self.expressed_type), _SCALE_RANGES[Float64Type])
        for scale in self.scales:
            if not 0.0 < scale < float("inf"):
                raise VerifyException(f"illegal scale: {_diagnostic_float(scale)}")
            if not least <= scale <= largest:
                raise VerifyException(
                    f"scale {_diagnostic_float(scale)} out of expressed type range "
                    f"[{_diagnostic_float(least)}, {_diagnostic_float(largest)}]"
                )

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Parse `<` storage `:` expressed type (`:` axis)? `,` scales and zero points `>`."""
        with _located_errors(parser):
            _expect(parser, "<")
            storage = _parse_storage(parser)
            _expect(parser, ":")
            expressed = _parse_float_type(parser)
            axis = None
            if parser.parse_optional_punctuation(":") is not None:
                if parser.parse_optional_punctuation("{") is not None:
                    parser.raise_error("sub-channel quantized types are not supported")
                axis = _parse_integer(parser)
            _expect(parser, ",")
            if axis is None:
                parameters = [_parse_scale_and_zero_point(parser)]
            else:
                parameters = _parse_scales_and_zero_points(parser)
            _expect(parser, ">")
            scales, zero_points = zip(*parameters, strict=True)
            return cls._make(storage, expressed, axis, scales, zero_points).parameters

    def print_parameters(self, printer: Printer) -> None:
        """Print what `parse_parameters` reads; zero points only where they are not 0."""
        with printer.in_angle_brackets():
            self._print_storage(printer)
            printer.print_string(":")
            printer.print_attribute(self.expressed_type)
            if self.axis is None:
                printer.print_string(", ")
                _print_scale_and_zero_point(printer, self.scale, self.zero_point)
                return
            printer.print_string(f":{self.axis}, ")
            with printer.in_braces():
                printer.print_list(
                    zip(self.scales, self.zero_points, strict=True),
                    lambda pair: _print_scale_and_zero_point(printer, *pair),
                    ",",
                )


@irdl_attr_definition
class CalibratedQuantizedType(QuantizedType):
    """`!quant.calibrated<f32<-1.0:1.0>>`: reals whose range was observed and that are to be quantized."""

    name = "quant.calibrated"

    expressed_type: AnyFloat
    packed_range: DenseArrayBase[Float64Type]

    @classmethod
    def from_range(cls, low: float, high: float, expressed_type: AnyFloat = f32) -> CalibratedQuantizedType:
        """Make the type of values that were seen between `low` and `high`."""
        return cls(expressed_type, DenseArrayBase.from_list(f64, (low, high)))

    @property
    def min(self) -> float:
        """The smallest value seen."""
        return _floats(self.packed_range.data.data)[0]

    @property
    def max(self) -> float:
        """The largest value seen."""
        return _floats(self.packed_range.data.data)[1]

    def verify(self) -> None:
        """Check that the range is not empty."""
        if self.max <= self.min:
            low, high = _diagnostic_float(self.min), _diagnostic_float(self.max)
            raise VerifyException(f"illegal min and max: ({low}:{high})")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Parse `<` expressed type `<` min `:` max `>` `>`."""
        with _located_errors(parser):
            _expect(parser, "<")
            expressed = _parse_float_type(parser)
            _expect(parser, "<")
            low = _parse_float(parser)
            _expect(parser, ":")
            high = _parse_float(parser)
            _expect(parser, ">")
            _expect(parser, ">")
            return cls.from_range(low, high, expressed).parameters

    def print_parameters(self, printer: Printer) -> None:
        """Print what `parse_parameters` reads."""
        with printer.in_angle_brackets():
            printer.print_attribute(self.expressed_type)
            with printer.in_angle_brackets():
                printer.print_float(self.min, f64)
                printer.print_string(":")
                printer.print_float(self.max, f64)


# --- Parameters ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _floats(packed: bytes) -> tuple[float, ...]:
    """Unpack the data of a `DenseArrayBase` of f64."""
    return struct.unpack(f"<{len(packed) // 8}d", packed)


@lru_cache(maxsize=4096)
def _integers(packed: bytes) -> tuple[int, ...]:
    """Unpack the data of a `DenseArrayBase` of i64."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)


_StorageSpec = tuple[IntegerType, DenseArrayBase[I64]]
"""A storage type and its range."""


def _default_storage_range(storage: IntegerType) -> tuple[int, int]:
    """Return the smallest and largest code; raise `VerifyException` for an illegal width."""
    width = storage.bitwidth
    if not 0 < width <= MAX_STORAGE_BITS:
        raise VerifyException(f"illegal storage type size: {width}")
    if storage.signedness.data == Signedness.UNSIGNED:
        return 0, (1 << width) - 1
    return -1 << (width - 1), (1 << (width - 1)) - 1


def _storage_spec(storage: IntegerType, low: int | None, high: int | None) -> _StorageSpec:
    """Complete a range; explicitly signed integers become signless, which means the same here."""
    if storage.signedness.data == Signedness.SIGNED:
        storage = IntegerType(storage.bitwidth)
    least, largest = _default_storage_range(storage)
    bounds = (least if low is None else low, largest if high is None else high)
    return storage, DenseArrayBase.from_list(i64, bounds)


# --- Text ---------------------------------------------------------------------------------------------------


@contextmanager
def _located_errors(parser: AttrParser) -> Generator[None]:
    """Give the verifier's errors the place of the type in the text."""
    position = parser.pos
    try:
        yield
    except VerifyException as error:
        parser.raise_error(str(error), position)


def _expect(parser: AttrParser, punctuation: str) -> None:
    if parser.parse_optional_characters(punctuation) is None:
        parser.raise_error(f"expected '{punctuation}'")


def _parse_integer(parser: AttrParser) -> int:
    return parser.expect(lambda: parser.parse_optional_integer(allow_boolean=False), "expected integer value")


def _parse_float(parser: AttrParser) -> float:
    """Parse a decimal literal, which has a point, or the bits of a float64 in hexadecimal."""
    if (value := parser.parse_optional_float()) is not None:
        return value
    position = parser.pos
    bits = parser.expect(
        lambda: parser.parse_optional_integer(allow_boolean=False, allow_negative=False),
        "expected floating point literal",
    )
    if parser.lexer.input.content[position : position + 2] not in ("0x", b"0x"):
        parser.raise_error("unexpected decimal integer literal for a floating point value", position)
    if bits >> 64:
        parser.raise_error("hexadecimal float constant out of range for type", position)
    return struct.unpack("<d", bits.to_bytes(8, "little"))[0]


def _parse_float_type(parser: AttrParser) -> AnyFloat:
    position = parser.pos
    expressed = parser.parse_type()
    if not isinstance(expressed, get_args(AnyFloat)):
        parser.raise_error("invalid kind of type specified", position)
    return cast(AnyFloat, expressed)


def _parse_storage(parser: AttrParser) -> _StorageSpec:
    """Parse `i8`, `u8` (or `si8`, `ui8`, as builtin types are spelled) and an optional range `<0:254>`."""
    position = parser.pos
    name = parser.parse_optional_identifier() or ""
    if name.startswith("u") and not name.removeprefix("ui").removeprefix("u").isdigit():
        parser.raise_error("expected storage type width", position)
    if (match := re.fullmatch(r"(i|si|u|ui)(\d+)", name)) is None:
        parser.raise_error("illegal storage type prefix", position)
    signedness = Signedness.UNSIGNED if match[1].startswith("u") else Signedness.SIGNLESS
    storage = IntegerType(int(match[2]), signedness)
    least, largest = _default_storage_range(storage)
    if parser.parse_optional_punctuation("<") is None:
        return _storage_spec(storage, None, None)
    position = parser.pos
    if (low := _parse_integer(parser)) < least:
        parser.raise_error(f"illegal storage type minimum: {low}", position)
    _expect(parser, ":")
    position = parser.pos
    if (high := _parse_integer(parser)) > largest:
        parser.raise_error(f"illegal storage type maximum: {high}", position)
    _expect(parser, ">")
    return _storage_spec(storage, low, high)


def _parse_scale_and_zero_point(parser: AttrParser) -> tuple[float, int]:
    """Parse `0.05` or `0.05:-3`."""
    scale = _parse_float(parser)
    if parser.parse_optional_punctuation(":") is None:
        return scale, 0
    return scale, _parse_integer(parser)


def _parse_scales_and_zero_points(parser: AttrParser) -> list[tuple[float, int]]:
    """Parse `{0.1,0.2:3}`, at least one pair."""
    _expect(parser, "{")
    pairs = parser.parse_comma_separated_list(parser.Delimiter.NONE, lambda: _parse_scale_and_zero_point(parser))
    _expect(parser, "}")
    return pairs


def _print_scale_and_zero_point(printer: Printer, scale: float, zero_point: int) -> None:
    printer.print_float(scale, f64)
    if zero_point != 0:
        printer.print_string(f":{zero_point}")


def _diagnostic_float(value: float) -> str:
    """Format as LLVM does in messages: `1.000000e-01`, `nan`, `INF`."""
    text = f"{value:e}"
    return text.upper() if "inf" in text else text


Quant = Dialect("quant", [], [AnyQuantizedType, CalibratedQuantizedType, UniformQuantizedType])
