"""Pools and the mean."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import AvgPool2DOp, MaxPool2DOp, MeanOp, Pool2DOp, tensor_type
from ..dqnn.bounds import clamp_bounds
from ..fixed_point import (
    dequantize,
    multiply_by_quantized_multiplier,
    quantize,
    quantize_multiplier,
    quantize_multiplier_once,
)
from ..quant import UniformQuantizedType
from .arrays import Array, clamp, element, holds_signs
from .windows import pad_hw, taps


def divide_rounding_up(sums: Array, counts: Array) -> Array:
    """int32 sums over positive counts, rounded to nearest, halves up."""
    return (sums + counts // 2) // counts


def divide_rounding(sums: Array, counts: Array | int) -> Array:
    """int32 sums over positive counts, rounded to nearest, halves away from zero."""
    magnitude = (np.abs(sums) + counts // 2) // counts
    return np.where(sums < 0, -magnitude, magnitude)


def max_pool(values: Array, op: Pool2DOp) -> Array:
    """The largest value of each window."""
    lowest = -np.inf if values.dtype.kind == "f" else np.iinfo(values.dtype).min
    padded = pad_hw(values, op.padding.get_values(), lowest)
    return _over_windows(padded, op, lambda windows: np.maximum.reduce(windows))


def average_pool(values: Array, op: AvgPool2DOp, divide: Callable[[Array, Array], Array]) -> Array:
    """The sum of each window over the number of its values that lie inside the input."""
    padding, width = op.padding.get_values(), op.kernel.get_values()[1]

    def sum_by_columns(windows: list[Array]) -> Array:
        return _sum_in_order([_sum_in_order(windows[column::width]) for column in range(width)])

    sums = _over_windows(pad_hw(values, padding, 0), op, sum_by_columns if op.adds_columns else _sum_in_order)
    ones = np.ones((1, *values.shape[1:3], 1), values.dtype)
    return divide(sums, _over_windows(pad_hw(ones, padding, 0), op, _sum_in_order))


def is_whole_image(op: Pool2DOp) -> bool:
    """Whether a pool has one window, which is its whole input."""
    return op.kernel.get_values() == tensor_type(op.input).get_shape()[1:3] and not any(op.padding.get_values())


# code = zero_point + round(sum of (code - zero_point) * (scale / scale / count)), rounded once: TensorFlow Lite, which
# rescales no pool, has no rule here; its mean rounds twice and so gives 1 of 40 codes another value than reals would.
def average_of_image(codes: Array, source: UniformQuantizedType, target: UniformQuantizedType) -> Array:
    """The average of the whole of an NHWC image, of codes with another scale."""
    count = codes.shape[1] * codes.shape[2]
    sums = codes.sum((1, 2), np.int64, keepdims=True) - source.zero_point * count
    scaled = multiply_by_quantized_multiplier(sums, *image_multiplier(source.scale, target.scale, count))
    return scaled.astype(np.int64) + target.zero_point


def image_multiplier(source: float, target: float, count: int) -> tuple[int, int]:
    """Multiplier and shift for the sum of `count` codes of scale `source`, to their average with scale `target`."""
    return quantize_multiplier_once(source / target / count)


def mean_of_codes(codes: Array, source: UniformQuantizedType, target: UniformQuantizedType, op: MeanOp) -> Array:
    """The mean in fixed point: the sum less its zero points, times scale / scale / count as one multiplier.

    count = 2^k * c with 1 <= c < 2: the Q31 mantissa m becomes floor(m * 2^k / count) and the shift loses k; k is
    bounded so that the shift stays at or above -31. QuantizedMeanOrSum of TensorFlow Lite's reference reduce kernel.
    """
    axes = tuple(op.axes.get_values())
    count = prod(codes.shape[axis] for axis in axes)
    multiplier, shift = quantize_multiplier(source.scale / target.scale)
    exponent = min(count.bit_length() - 1, 32, 31 + shift)
    multiplier, shift = (multiplier << exponent) // count, shift - exponent
    sums = codes.sum(axes, np.int64, keepdims=bool(op.keep_dims.value.data)) - source.zero_point * count
    scaled = multiply_by_quantized_multiplier(sums, multiplier, shift)
    return clamp(scaled.astype(np.int64) + target.zero_point, target)


def mean_of_reals(values: Array, op: MeanOp) -> Array:
    """The mean in float32, summed in the order of the elements."""
    axes = sorted(op.axes.get_values())
    kept = [axis for axis in range(values.ndim) if axis not in axes]
    count = prod(values.shape[axis] for axis in axes)
    columns = values.transpose(*kept, *axes).reshape(-1, count)
    # A cumulative sum goes from the first to the last; a plain sum would go pairwise.
    sums = np.cumsum(columns, axis=1, dtype=np.float32)[:, -1]
    return (sums / np.float32(count)).reshape(op.result.type.get_shape())


def _over_windows(padded: Array, op: Pool2DOp, reduce: Callable[[list[Array]], Array]) -> Array:
    height, width = op.result.type.get_shape()[1:3]
    windows = taps(padded, op.kernel.get_values(), op.strides.get_values(), (1, 1), (height, width))
    return reduce([values for _, _, values in windows])


def _sum_in_order(windows: list[Array]) -> Array:
    total = np.zeros_like(windows[0])
    for window in windows:
        total = total + window
    return total


@register_impls
class PoolFunctions(InterpreterFunctions):
    """Max and average keep the scale; where input and result differ in it, and for reals, they compute in float32.

    But the average of a whole image rescales in integers.
    """

    @impl(MaxPool2DOp)
    def run_max_pool2d(self, interpreter: Interpreter, op: MaxPool2DOp, args: PythonValues) -> PythonValues:
        """The largest value of each window, clamped."""
        del interpreter
        if holds_signs(op.input):
            return (max_pool(args[0], op),)
        source, target, bounds = element(op.input), element(op.result), clamp_bounds(op)
        if source == target:
            return (clamp(max_pool(args[0], op), target, bounds),)
        return (_through_reals(args[0], source, target, lambda reals: clamp(max_pool(reals, op), None, bounds)),)

    @impl(AvgPool2DOp)
    def run_avg_pool2d(self, interpreter: Interpreter, op: AvgPool2DOp, args: PythonValues) -> PythonValues:
        """The mean of each window, clamped; of codes in integers with halves rounded away from zero, or up."""
        del interpreter
        source, target, bounds = element(op.input), element(op.result), clamp_bounds(op)
        if source is not None and source == target:
            divide = divide_rounding if op.rounding is None else divide_rounding_up
            return (clamp(average_pool(args[0].astype(np.int32), op, divide), target, bounds),)

        if source is not None and target is not None and is_whole_image(op):
            return (clamp(average_of_image(args[0], source, target), target, bounds),)

        def average(reals: Array) -> Array:
            return clamp(average_pool(reals, op, np.divide), None, bounds)

        return (_through_reals(args[0], source, target, average),)

    @impl(MeanOp)
    def run_mean(self, interpreter: Interpreter, op: MeanOp, args: PythonValues) -> PythonValues:
        """The mean over the axes."""
        del interpreter
        source, target = element(op.input), element(op.result)
        if source is not None and target is not None:
            return (mean_of_codes(args[0], source, target, op),)
        return (mean_of_reals(args[0], op),)


def _through_reals(
    values: Array,
    source: UniformQuantizedType | None,
    target: UniformQuantizedType | None,
    compute: Callable[[Array], Array],
) -> Array:
    result = compute(values if source is None else dequantize(values, source))
    return result if target is None else quantize(result, target)
