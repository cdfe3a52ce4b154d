"""The quantized types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from .storage import StorageSpec, default_storage_range, storage_spec, unpack_floats, unpack_integers
from .text import (
    diagnostic_float,
    expect,
    located_errors,
    parse_float,
    parse_float_type,
    parse_integer,
    parse_scale_and_zero_point,
    parse_scales_and_zero_points,
    parse_storage,
    print_scale_and_zero_point,
)

_SCALE_RANGES: dict[type[Attribute], tuple[float, float]] = {
    Float16Type: (2.0**-24, 65504.0),
    BFloat16Type: (2.0**-133, float.fromhex("0x1.fep127")),
    Float32Type: (2.0**-149, float(np.finfo(np.float32).max)),
    Float64Type: (2.0**-1074, float(np.finfo(np.float64).max)),
}
"""Smallest and largest positive value of each expressed type; others are taken to hold every float64."""


@dataclass(frozen=True, init=False)
class QuantizedType(ParametrizedAttribute, TypeAttribute):
    """Base of the types whose values stand for reals of `expressed_type`."""

    expressed_type: AnyFloat | NoneAttr


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
        return unpack_integers(self.storage_range.data.data)[0]

    @property
    def storage_max(self) -> int:
        """The largest code."""
        return unpack_integers(self.storage_range.data.data)[1]

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
        low, high = default_storage_range(self.storage_type)
        if not low <= self.storage_min < self.storage_max <= high:
            raise VerifyException(f"illegal storage min and storage max: ({self.storage_min}:{self.storage_max})")

    def _print_storage(self, printer: Printer) -> None:
        """Print `u8<0:254>`; the range only where it is not the whole of the integer's."""
        printer.print_string(f"{'i' if self.is_signed else 'u'}{self.bitwidth}")
        if (self.storage_min, self.storage_max) != default_storage_range(self.storage_type):
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
        with located_errors(parser):
            expect(parser, "<")
            storage = parse_storage(parser)
            colon = parser.parse_optional_punctuation(":")
            expressed = NoneAttr() if colon is None else parse_float_type(parser)
            expect(parser, ">")
            return cls(expressed, *storage).parameters

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
        spec = storage_spec(storage, storage_min, storage_max)
        return cls._make(spec, expressed_type, None, (scale,), (zero_point,))

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
        spec = storage_spec(storage, storage_min, storage_max)
        return cls._make(spec, expressed_type, axis, scales, zero_points)

    @classmethod
    def _make(
        cls,
        storage: StorageSpec,
        expressed_type: AnyFloat,
        axis: int | None,
        scales: Sequence[float],
        zero_points: Sequence[int],
    ) -> UniformQuantizedType:
        return cls(
            expressed_type,
            *storage,
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
        return unpack_floats(self.packed_scales.data.data)

    @property
    def zero_points(self) -> tuple[int, ...]:
        """The zero points, as many as scales."""
        return unpack_integers(self.packed_zero_points.data.data)

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
        if all(least <= scale <= largest for scale in self.scales):
            return
        for scale in self.scales:
            if not 0.0 < scale < float("inf"):
                raise VerifyException(f"illegal scale: {diagnostic_float(scale)}")
            if not least <= scale <= largest:
                raise VerifyException(
                    f"scale {diagnostic_float(scale)} out of expressed type range "
                    f"[{diagnostic_float(least)}, {diagnostic_float(largest)}]"
                )

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Parse `<` storage `:` expressed type (`:` axis)? `,` scales and zero points `>`."""
        with located_errors(parser):
            expect(parser, "<")
            storage = parse_storage(parser)
            expect(parser, ":")
            expressed = parse_float_type(parser)
            axis = None
            if parser.parse_optional_punctuation(":") is not None:
                if parser.parse_optional_punctuation("{") is not None:
                    parser.raise_error("sub-channel quantized types are not supported")
                axis = parse_integer(parser)
            expect(parser, ",")
            pairs = [parse_scale_and_zero_point(parser)] if axis is None else parse_scales_and_zero_points(parser)
            expect(parser, ">")
            scales, zero_points = zip(*pairs, strict=True)
            return cls._make(storage, expressed, axis, scales, zero_points).parameters

    def print_parameters(self, printer: Printer) -> None:
        """Print what `parse_parameters` reads; zero points only where they are not 0."""
        with printer.in_angle_brackets():
            self._print_storage(printer)
            printer.print_string(":")
            printer.print_attribute(self.expressed_type)
            if self.axis is None:
                printer.print_string(", ")
                print_scale_and_zero_point(printer, self.scale, self.zero_point)
                return
            printer.print_string(f":{self.axis}, ")
            with printer.in_braces():
                printer.print_list(
                    zip(self.scales, self.zero_points, strict=True),
                    lambda pair: print_scale_and_zero_point(printer, *pair),
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
        return unpack_floats(self.packed_range.data.data)[0]

    @property
    def max(self) -> float:
        """The largest value seen."""
        return unpack_floats(self.packed_range.data.data)[1]

    def verify(self) -> None:
        """Check that the range is not empty."""
        if self.max <= self.min:
            low, high = diagnostic_float(self.min), diagnostic_float(self.max)
            raise VerifyException(f"illegal min and max: ({low}:{high})")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Parse `<` expressed type `<` min `:` max `>` `>`."""
        with located_errors(parser):
            expect(parser, "<")
            expressed = parse_float_type(parser)
            expect(parser, "<")
            low = parse_float(parser)
            expect(parser, ":")
            high = parse_float(parser)
            expect(parser, ">")
            expect(parser, ">")
            return cls.from_range(low, high, expressed).parameters

    def print_parameters(self, printer: Printer) -> None:
        """Print what `parse_parameters` reads."""
        with printer.in_angle_brackets():
            printer.print_attribute(self.expressed_type)
            with printer.in_angle_brackets():
                printer.print_float(self.min, f64)
                printer.print_string(":")
                printer.print_float(self.max, f64)
