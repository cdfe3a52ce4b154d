"""Numbers that the convolutions and dense layers hand to their kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from dqnnc.backends.common.kernels.dense import dense_arguments, dense_sums, encoding_of, once_multipliers
from dqnnc.backends.common.kernels.pool import mean_multiplier
from dqnnc.backends.common.kernels.support import channel_multipliers, unit_strides
from dqnnc.dialects.dqnn import ConstantOp, DenseOp
from dqnnc.dialects.fixed_point import multiply_by_quantized_multiplier, quantize_multiplier
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.dialects.semantics import evaluate
from xdsl.dialects.builtin import TensorType, i8, i32
from xdsl.ir import Block


def per_tensor(scale: float, zero_point: int = 0) -> UniformQuantizedType:
    return UniformQuantizedType.per_tensor(i8, scale, zero_point)


def dense(
    seed: int, weight_scales: Sequence[float], inputs: int = 40, outputs: int = 4, result_scale: float = 0.11
) -> DenseOp:
    """A random dense layer with a bias; one weight scale, or one for each of its outputs."""
    rng = np.random.default_rng(seed)
    source, result = per_tensor(0.02, -5), per_tensor(result_scale, 12)
    single = len(weight_scales) == 1
    weights = per_tensor(weight_scales[0]) if single else UniformQuantizedType.per_axis(i8, 0, weight_scales)
    bias_scales = [0.02 * scale for scale in weight_scales]
    bias = (
        UniformQuantizedType.per_tensor(i32, bias_scales[0])
        if single
        else UniformQuantizedType.per_axis(i32, 0, bias_scales)
    )
    return DenseOp(
        Block(arg_types=[TensorType(source, [2000, inputs])]).args[0],
        ConstantOp(np.rint(rng.uniform(-127, 127, (outputs, inputs))), weights).result,
        ConstantOp(np.rint(rng.uniform(-20_000, 20_000, outputs)), bias).result,
        TensorType(result, [2000, outputs]),
    )


def as_cmsis_nn_computes(op: DenseOp, codes: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """arm_fully_connected_s8 on the arguments that it is given."""
    biases, multipliers, output_offset = dense_arguments(op)
    moved = accumulators(op, codes) - _constants(op)[1].astype(np.int64) + biases
    scaled = multiply_by_quantized_multiplier(moved, *multipliers.T).astype(np.int64)
    return np.clip(scaled + output_offset, -128, 127)


def accumulators(op: DenseOp, codes: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """The sums of a layer made by `dense`, with the bias."""
    weights, bias = _constants(op)
    return (codes.astype(np.int64) + 5) @ weights.astype(np.int64).T + bias.astype(np.int64)


@pytest.mark.parametrize("weight_scales", [[0.01], [0.0403, 0.01317, 0.04991, 0.02713]])
@pytest.mark.parametrize("seed", range(5))
def test_dense_layers_give_tflites_codes(seed: int, weight_scales: list[float]):
    op = dense(seed, weight_scales)
    codes = np.random.default_rng(seed + 100).uniform(-128, 128, (2000, 40)).astype(np.int8)
    np.testing.assert_array_equal(as_cmsis_nn_computes(op, codes), evaluate(op, [codes, *_constants(op)])[0])


def test_layers_that_hide_no_second_rounding_get_exact_arguments_for_one():
    op = dense(2, [0.013 + 0.0001 * output for output in range(100)], outputs=100, result_scale=30.0)
    assert encoding_of(op) is None
    codes = np.random.default_rng(102).uniform(-128, 128, (2000, 40)).astype(np.int8)
    mantissas, shifts = once_multipliers(op).astype(np.int64).T
    scaled = (accumulators(op, codes) * mantissas + (1 << (30 - shifts))) >> (31 - shifts)
    np.testing.assert_array_equal(np.clip(scaled + 12, -128, 127), evaluate(op, [codes, *_constants(op)])[0])


def _constants(op: DenseOp) -> list[npt.NDArray[np.generic]]:
    return [value.owner.array for value in op.operands[1:] if isinstance(value.owner, ConstantOp)]


def test_kernel_sums_hold_bias_and_input_offset():
    op = dense(0, [0.01])
    weights = _constants(op)[0].astype(np.int64)
    biases = np.array([1, 2, 3, 4], np.int32)
    np.testing.assert_array_equal(dense_sums(op, biases), 5 * weights.sum(axis=1) + biases)


def test_channel_multipliers_are_computed_in_float64():
    source, result = per_tensor(float(np.float32(0.1))), per_tensor(float(np.float32(0.3)))
    scales = [float(np.float32(0.7)), float(np.float32(0.013))]
    weights = UniformQuantizedType.per_axis(i8, 0, scales)
    expected = [quantize_multiplier(source.scale * scale / result.scale) for scale in scales]
    assert channel_multipliers(source, weights, result).tolist() == [list(pair) for pair in expected]


def test_mean_divides_in_the_multiplier():
    multiplier, shift = mean_multiplier(0.5, 0.25, 6)
    assert (multiplier, shift) == ((1 << 32) // 6, 0)


@pytest.mark.parametrize(
    ("shape", "of", "strides"),
    [
        ([2, 3], [2, 3], (3, 1)),
        ([2, 3], [3], (0, 1)),
        ([2, 3], [2, 1], (1, 0)),
        ([2, 3], [], (0, 0)),
        ([4, 1, 5], [4, 1, 5], (5, 0, 1)),
    ],
)
def test_strides_of_what_is_repeated_are_0(shape: list[int], of: list[int], strides: tuple[int, ...]):
    assert unit_strides(shape, of) == strides
