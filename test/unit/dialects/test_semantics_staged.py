"""Semantics of layers with an output stage, against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import (
    Conv2DAffineOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseThresholdOp,
    DepthwiseConv2DThresholdOp,
    DqnnOp,
    FlipOp,
    MaxPool2DFlipOp,
    RequantizeOp,
    s1,
)
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.dialects.semantics import Array
from support.s1 import convolve, signs, windows
from xdsl.dialects.builtin import IntegerType, TensorType, f32, i32
from xdsl.ir import Attribute, Block, SSAValue

S8 = UniformQuantizedType.per_tensor(IntegerType(8), 0.5, 3)
DOREFA = UniformQuantizedType.per_tensor(IntegerType(16), 1 / 255, 0, -255, 255)


def values(*types: Attribute) -> tuple[SSAValue, ...]:
    return tuple(Block(arg_types=types).args)


def result(op: DqnnOp, *arrays: Array) -> Array:
    op.verify_()
    return semantics.evaluate(op, arrays)[0]


def s1_of(*shape: int) -> TensorType[Attribute]:
    return TensorType(s1, shape)


@pytest.mark.parametrize("pad_value", [-1, 0, 1])
def test_convolution_pads_with_its_pad_value(pad_value: int):
    random = np.random.default_rng(1)
    x, w = signs(random, 4, 5, 3), signs(random, 2, 3, 3, 3)
    acc = convolve(windows(x, (3, 3), (2, 1), (1, 1), ((1, 1), (1, 1)), pad_value), w)
    thresholds = np.array([1, -3], np.int32)
    x_value, w_value, *tables = values(s1_of(1, 4, 5, 3), s1_of(2, 3, 3, 3), TensorType(i32, [2]))
    op = Conv2DThresholdOp(
        x_value, w_value, tables, s1_of(1, *acc.shape), strides=[2, 1], padding=[1, 1, 1, 1], pad_value=pad_value
    )
    got = result(op, x[None].astype(np.int8), w.astype(np.int8), thresholds)
    assert got.dtype == np.int8
    np.testing.assert_array_equal(got[0], np.where(acc < thresholds, -1, 1))


def test_depthwise_keeps_channels_apart():
    random = np.random.default_rng(2)
    x, w = signs(random, 4, 4, 3), signs(random, 1, 2, 2, 3)
    taps = windows(x, (2, 2), (1, 1), (1, 1), ((0, 0), (0, 0)), 0)
    acc = (taps * w[0]).sum((2, 3))
    x_value, w_value, *tables = values(s1_of(1, 4, 4, 3), s1_of(1, 2, 2, 3), TensorType(i32, [3]))
    op = DepthwiseConv2DThresholdOp(x_value, w_value, tables, s1_of(1, 3, 3, 3))
    thresholds = np.array([0, 1, -2], np.int32)
    got = result(op, x[None].astype(np.int8), w.astype(np.int8), thresholds)
    np.testing.assert_array_equal(got[0], np.where(acc < thresholds, -1, 1))


def test_codes_are_summed_less_their_zero_point():
    x_value, w_value, *tables = values(TensorType(S8, [1, 2]), TensorType(DOREFA, [1, 2]), TensorType(i32, [1]))
    op = DenseThresholdOp(x_value, w_value, tables, s1_of(1, 1))
    x, w = np.array([[4, 1]], np.int8), np.array([[255, -3]], np.int16)
    assert result(op, x, w, np.array([261], np.int32)).item() == 1
    assert result(op, x, w, np.array([262], np.int32)).item() == -1


@pytest.mark.parametrize(("acc_scale", "code"), [(0.5, 3 + 2), (0.75, 3 + 4), (100.0, 127), (-100.0, 3)])
def test_affine_rounds_halves_to_even_and_clamps(acc_scale: float, code: int):
    """Acc is 5: 2.5 rounds to 2, 3.75 to 4; a clamp at real 0 is one at the zero point."""
    x_value, w_value, *tables = values(s1_of(1, 5), s1_of(1, 5), TensorType(f32, [1]), TensorType(f32, [1]))
    op = DenseAffineOp(x_value, w_value, tables, TensorType(S8, [1, 1]), clamp_min=0.0)
    ones = np.ones((1, 5), np.int8)
    assert result(op, ones, ones, np.array([acc_scale], np.float32), np.zeros(1, np.float32)).item() == code


def test_affine_of_reals_and_the_sign_of_zero():
    x_value, w_value, *tables = values(
        TensorType(f32, [1, 1, 1, 2]), s1_of(1, 1, 1, 2), TensorType(f32, [1]), TensorType(f32, [1])
    )
    arrays = np.array([[[[0.5, 0.25]]]], np.float32), np.array([[[[1, -1]]]], np.int8), np.array([2.0], np.float32)
    real = Conv2DAffineOp(x_value, w_value, tables, TensorType(f32, [1, 1, 1, 1]))
    assert result(real, *arrays, np.array([0.125], np.float32)).item() == 0.625
    sign = Conv2DAffineOp(x_value, w_value, tables, s1_of(1, 1, 1, 1))
    assert [result(sign, *arrays, np.array([offset], np.float32)).item() for offset in (-0.5, -0.625)] == [1, -1]


def test_a_flipped_pool_between_flips_is_a_minimum():
    random = np.random.default_rng(3)
    x = signs(random, 1, 4, 4, 2).astype(np.int8)
    mask = np.array([1, -1], np.int8)
    x_value, mask_value = values(s1_of(1, 4, 4, 2), s1_of(2))
    flipped = result(FlipOp(x_value, mask_value, s1_of(1, 4, 4, 2)), x, mask)
    pool = MaxPool2DFlipOp(x_value, mask_value, s1_of(1, 2, 2, 2), kernel=[2, 2], strides=[2, 2])
    blocks = x.reshape(1, 2, 2, 2, 2, 2)
    expected = np.stack([blocks[..., 0].max((2, 4)), blocks[..., 1].min((2, 4))], -1)
    np.testing.assert_array_equal(result(pool, flipped, mask), expected)


def test_requantize_from_and_to_signs():
    codes, ones = np.array([2, 3, 4], np.int8), np.array([-1, 1, 1], np.int8)
    (codes_value,), (signs_value,) = values(TensorType(S8, [3])), values(s1_of(3))
    assert result(RequantizeOp(codes_value, s1_of(3)), codes).tolist() == [-1, 1, 1]
    assert result(RequantizeOp(signs_value, TensorType(S8, [3])), ones).tolist() == [1, 5, 5]
