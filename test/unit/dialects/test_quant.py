"""The Python interface of the quantized types; their text and the casts are tested with lit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.quant import AnyQuantizedType, CalibratedQuantizedType, Quant, UniformQuantizedType
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import (
    Builtin,
    DenseArrayBase,
    IntAttr,
    IntegerType,
    NoneAttr,
    Signedness,
    TensorType,
    bf16,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
)
from xdsl.ir import Attribute
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

u8 = IntegerType(8, Signedness.UNSIGNED)
CHANNELS = [float(np.float32(scale)) for scale in np.geomspace(1e-6, 10.0, 256)]

# The same examples every time, however busy the machine.
steady = settings(deadline=None, derandomize=True)


def parse(text: str) -> Attribute:
    context = Context()
    context.load_dialect(Builtin)
    context.load_dialect(Quant)
    return Parser(context, text).parse_type()


def test_per_tensor() -> None:
    type = UniformQuantizedType.per_tensor(i8, 0.25, -3)
    assert (type.storage_type, type.expressed_type, type.axis) == (i8, f32, None)
    assert (type.storage_min, type.storage_max, type.bitwidth, type.is_signed) == (-128, 127, 8, True)
    assert (type.scale, type.zero_point, type.scales, type.zero_points) == (0.25, -3, (0.25,), (-3,))
    assert str(type) == "!quant.uniform<i8:f32, 2.500000e-01:-3>"


def test_per_axis() -> None:
    type = UniformQuantizedType.per_axis(u8, 3, [0.25, 0.5], [1, 0], 0, 254, expressed_type=bf16)
    assert (type.storage_type, type.expressed_type, type.axis) == (u8, bf16, 3)
    assert (type.storage_min, type.storage_max, type.bitwidth, type.is_signed) == (0, 254, 8, False)
    assert (type.scales, type.zero_points) == ((0.25, 0.5), (1, 0))
    assert str(type) == "!quant.uniform<u8<0:254>:bf16:3, {2.500000e-01:1,5.000000e-01}>"
    for name in ("scale", "zero_point"):
        with pytest.raises(ValueError, match="per-axis"):
            getattr(type, name)


def test_one_channel_is_not_one_layer() -> None:
    assert UniformQuantizedType.per_axis(i8, 0, [0.5]) != UniformQuantizedType.per_tensor(i8, 0.5)


def test_explicitly_signed_storage_is_signless() -> None:
    type = UniformQuantizedType.per_tensor(IntegerType(8, Signedness.SIGNED), 0.5)
    assert type == UniformQuantizedType.per_tensor(i8, 0.5)


@pytest.mark.parametrize(
    ("storage", "dtype"),
    [
        (IntegerType(1), np.int8),
        (IntegerType(4), np.int8),
        (i8, np.int8),
        (u8, np.uint8),
        (IntegerType(9), np.int16),
        (i16, np.int16),
        (IntegerType(17, Signedness.UNSIGNED), np.uint32),
        (i32, np.int32),
    ],
)
def test_numpy_dtype(storage: IntegerType, dtype: Any) -> None:
    type = UniformQuantizedType.per_tensor(storage, 1.0)
    assert type.numpy_dtype == np.dtype(dtype)
    assert np.iinfo(type.numpy_dtype).min <= type.storage_min
    assert np.iinfo(type.numpy_dtype).max >= type.storage_max
    assert type.compile_time_size == type.numpy_dtype.itemsize


def test_equality_and_hash() -> None:
    base = UniformQuantizedType.per_axis(i8, 0, CHANNELS)
    assert base == UniformQuantizedType.per_axis(i8, 0, CHANNELS, [0] * len(CHANNELS), -128, 127)
    assert hash(base) == hash(UniformQuantizedType.per_axis(i8, 0, CHANNELS))
    nearly = [*CHANNELS[:-1], math.nextafter(CHANNELS[-1], math.inf)]
    others = [
        UniformQuantizedType.per_axis(i8, 0, nearly),
        UniformQuantizedType.per_axis(i8, 1, CHANNELS),
        UniformQuantizedType.per_axis(u8, 0, CHANNELS),
        UniformQuantizedType.per_axis(i8, 0, CHANNELS, storage_min=-127),
        UniformQuantizedType.per_axis(i8, 0, CHANNELS, [1] + [0] * 255),
        UniformQuantizedType.per_axis(i8, 0, CHANNELS, expressed_type=f64),
    ]
    assert len({base, *others}) == 1 + len(others)


def test_is_an_element_type() -> None:
    type = UniformQuantizedType.per_tensor(i8, 0.5)
    assert str(TensorType(type, [2, 3])) == "tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01>>"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: UniformQuantizedType.per_tensor(i8, 0.0), "illegal scale: 0.000000e[+]00"),
        (lambda: UniformQuantizedType.per_tensor(i8, math.nan), "illegal scale: nan"),
        (lambda: UniformQuantizedType.per_tensor(i8, 1e-50), "scale 1.000000e-50 out of expressed type range"),
        (lambda: UniformQuantizedType.per_tensor(i8, 1.0, 0, 5, 5), r"illegal storage min and storage max: \(5:5\)"),
        (lambda: UniformQuantizedType.per_tensor(i8, 1.0, 0, 0, 128), r"storage max: \(0:128\)"),
        (lambda: UniformQuantizedType.per_tensor(i64, 1.0), "illegal storage type size: 64"),
        (lambda: UniformQuantizedType.per_axis(i8, -1, [1.0]), "illegal quantized dimension: -1"),
        (lambda: UniformQuantizedType.per_axis(i8, 0, [1.0], [1, 2]), "number of scales and zeroPoints: 1, 2"),
        (lambda: CalibratedQuantizedType.from_range(1.0, 1.0), "illegal min and max"),
    ],
)
def test_illegal_parameters(make: Any, message: str) -> None:
    with pytest.raises(VerifyException, match=message):
        make()


def test_a_layer_has_one_scale() -> None:
    storage_range = DenseArrayBase.from_list(i64, (-128, 127))
    scales, zero_points = DenseArrayBase.from_list(f64, (1.0, 2.0)), DenseArrayBase.from_list(i64, (0, 0))
    UniformQuantizedType(f32, i8, storage_range, IntAttr(0), scales, zero_points)
    with pytest.raises(VerifyException, match="one scale"):
        UniformQuantizedType(f32, i8, storage_range, NoneAttr(), scales, zero_points)


@steady
@given(st.floats(min_value=5e-324, allow_infinity=False), st.integers(-(1 << 63), (1 << 63) - 1))
@example(0.1, 0)
@example(1e22, 1)
@example(12345678.0, -1)
@example(1.7976931348623157e308, 0)
@example(2.2250738585072014e-308, 0)
def test_text_keeps_every_bit(scale: float, zero_point: int) -> None:
    layer = UniformQuantizedType.per_tensor(i8, scale, zero_point, expressed_type=f64)
    axis = UniformQuantizedType.per_axis(i8, 0, [1.0, scale], [0, zero_point], expressed_type=f64)
    assert parse(str(layer)) == layer
    assert parse(str(axis)) == axis


@steady
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_text_keeps_calibrated_ranges(low: float, high: float) -> None:
    if low < high:
        type = CalibratedQuantizedType.from_range(low, high, f64)
        assert (type.min, type.max) == (low, high)
        assert parse(str(type)) == type


def test_any_without_expressed_type() -> None:
    type = parse("!quant.any<i8<-8:7>>")
    assert isinstance(type, AnyQuantizedType)
    assert (type.storage_type, type.storage_min, type.storage_max) == (i8, -8, 7)
    assert isinstance(type.expressed_type, NoneAttr)
