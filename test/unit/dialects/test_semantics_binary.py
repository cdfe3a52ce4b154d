"""Semantics that no TensorFlow Lite kernel has: signs, quantizers that round to even, batch normalization, PReLU."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import (
    CENTERED,
    MULTIPLY_HALF_EVEN,
    SCALED,
    BatchNormOp,
    DequantizeOp,
    DqnnOp,
    MaxPool2DOp,
    PadOp,
    PReluOp,
    QuantizeOp,
    s1,
)
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.dialects.semantics import Array
from xdsl.dialects.builtin import IntegerType, TensorType, f32
from xdsl.ir import Attribute, Block, SSAValue


def values(*types: Attribute) -> tuple[SSAValue, ...]:
    return tuple(Block(arg_types=types).args)


def result(op: DqnnOp, *arrays: Array) -> Array:
    op.verify_()
    return semantics.evaluate(op, arrays)[0]


def quantized(x: Array, type_: UniformQuantizedType, method: str) -> list[int]:
    (value,) = values(TensorType(f32, x.shape))
    return result(QuantizeOp(value, TensorType(type_, x.shape), method=method), x).tolist()


def test_the_sign_of_zero_is_positive():
    x = np.array([-1e-30, -0.0, 0.0, 1e-30, -np.inf, np.inf], np.float32)
    (value,) = values(TensorType(f32, x.shape))
    signs = result(QuantizeOp(value, TensorType(s1, x.shape)), x)
    assert signs.dtype == np.int8
    assert signs.tolist() == [-1, 1, 1, 1, -1, 1]
    (value,) = values(TensorType(s1, x.shape))
    assert result(DequantizeOp(value, TensorType(f32, x.shape)), signs).tolist() == [-1.0, 1.0, 1.0, 1.0, -1.0, 1.0]


def test_halves_round_to_even():
    x = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 200.0, -200.0, np.inf], np.float32)
    type_ = UniformQuantizedType.per_tensor(IntegerType(8), 1.0)
    assert quantized(x, type_, MULTIPLY_HALF_EVEN) == [-2, -2, 0, 0, 2, 2, 127, -128, 127]


def test_the_quotient_is_a_product_by_the_inverse():
    """Of a scale whose inverse is 255 in float32, and of values that a division by the scale moves over a tie."""
    type_ = UniformQuantizedType.per_tensor(IntegerType(8), 1 / 255, -128)
    x = np.linspace(-0.1, 1.1, 40_001, dtype=np.float32)
    expected = np.rint(np.clip(x, np.float32(0), np.float32(1)) * np.float32(255)).astype(int) - 128
    assert quantized(x, type_, MULTIPLY_HALF_EVEN) == expected.tolist()


def test_per_channel():
    type_ = UniformQuantizedType.per_axis(IntegerType(8), 1, [1.0, 0.25])
    x = np.array([[0.5, 0.125], [1.5, 0.375]], np.float32)
    assert quantized(x, type_, MULTIPLY_HALF_EVEN) == [[0, 0], [2, 2]]


def test_max_pool_and_pad_of_signs():
    rng = np.random.default_rng(0)
    signs = rng.choice([-1, 1], (1, 4, 4, 3)).astype(np.int8)
    (value,) = values(TensorType(s1, signs.shape))
    padded = result(PadOp(value, TensorType(s1, (1, 5, 5, 3)), padding=[0, 0, 1, 0, 0, 1, 0, 0], value=-1.0), signs)
    assert padded.dtype == np.int8
    assert (padded[:, 0] == -1).all()
    assert (padded[:, :, 4] == -1).all()
    pooled = result(
        MaxPool2DOp(value, TensorType(s1, (1, 3, 3, 3)), kernel=[2, 2], strides=[2, 2], padding=[1, 1, 1, 1]), signs
    )
    assert pooled.dtype == np.int8
    assert pooled[0, 0, 0].tolist() == signs[0, 0, 0].tolist()
    assert pooled[0, 1, 1].tolist() == signs[0, 1:3, 1:3].max((0, 1)).tolist()


@pytest.mark.parametrize("formula", [CENTERED, SCALED])
def test_batch_norm_rounds_after_each_operation(formula: str):
    rng = np.random.default_rng(1)
    x = rng.normal(0, 3, (1, 50, 4)).astype(np.float32)
    gamma, beta, mean = (rng.normal(0, 1, 4).astype(np.float32) for _ in range(3))
    variance = rng.uniform(0.01, 2, 4).astype(np.float32)
    parameters = [TensorType(f32, (4,))] * 4
    x_type = TensorType(f32, x.shape)
    source, g, b, m, v = values(x_type, *parameters)
    op = BatchNormOp(source, g, b, m, v, x_type, epsilon=0.001, formula=formula)
    y = result(op, x, gamma, beta, mean, variance)
    inverse = np.float32(gamma / np.sqrt(variance.astype(float) + float(np.float32(0.001))))
    if formula == CENTERED:
        expected = np.float32(np.float32(x - mean) * inverse) + beta
    else:
        expected = np.float32(x * inverse) + np.float32(beta - np.float32(mean * inverse))
    assert y.dtype == np.float32
    assert np.array_equal(y, expected)
    exact = (x.astype(float) - mean) / np.sqrt(variance.astype(float) + 0.001) * gamma + beta
    assert np.abs(y - exact).max() <= 1e-5 * np.abs(exact).max()


def test_prelu_has_a_slope_for_each_channel():
    x = np.array([[[-2.0, -2.0], [3.0, 0.0]]], np.float32)
    x_type, alpha = TensorType(f32, x.shape), np.array([0.25, -1.0], np.float32)
    source, slopes = values(x_type, TensorType(f32, (2,)))
    op = PReluOp(source, slopes, x_type)
    assert result(op, x, alpha).tolist() == [[[-0.5, 2.0], [3.0, 0.0]]]
