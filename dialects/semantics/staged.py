"""Layers with their output stage.

Sums of integers are formed in float64, exact below 2^53; those with reals are rounded to float32 once (a kernel that
adds in float32 may differ in the last bits).
"""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import (
    AffineOp,
    Conv2DAffineOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseThresholdOp,
    DepthwiseConv2DAffineOp,
    DepthwiseConv2DThresholdOp,
    StagedOp,
    StagedWindowOp,
)
from ..dqnn.bounds import clamp_bounds
from .arrays import Array, clamp, element, holds_signs
from .linear import convolution_sums, depthwise_sums, reals_of
from .windows import pad_hw


def factors(op: StagedOp, args: PythonValues) -> tuple[Array, Array]:
    """What a layer multiplies: input and weights, as float64 codes less their zero points, or reals."""
    return reals_of(args[0], element(op.input)), reals_of(args[1], element(op.weights))


def padded_factors(op: StagedWindowOp, args: PythonValues) -> tuple[Array, Array]:
    """As `factors`, with the pad value around the input."""
    values, weights = factors(op, args)
    return pad_hw(values, op.padding.get_values(), float(op.pad_value.value.data)), weights


def compare(sums: Array, thresholds: Array) -> Array:
    """-1 where a sum is below its channel's threshold, else +1."""
    return np.where(sums < thresholds, -1, 1).astype(np.int8)


def scale_and_offset(op: AffineOp, sums: Array, scale: Array, offset: Array) -> Array:
    """The real acc * scale + offset, its code, or its sign."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = sums.astype(np.float32) * scale + offset
    if holds_signs(op.result):
        return np.where(values < 0, -1, 1).astype(np.int8)
    if (target := element(op.result)) is None:
        return values
    return clamp(np.rint(values).astype(np.float64) + target.zero_point, target, clamp_bounds(op))


@register_impls
class StagedFunctions(InterpreterFunctions):
    """Convolutions and dense layers on codes, up to the type that their result is stored in."""

    @impl(Conv2DThresholdOp)
    def run_conv2d_threshold(self, interpreter: Interpreter, op: Conv2DThresholdOp, args: PythonValues) -> PythonValues:
        """Sums over windows, compared."""
        del interpreter
        return (compare(convolution_sums(*padded_factors(op, args), op), args[2]),)

    @impl(DepthwiseConv2DThresholdOp)
    def run_depthwise_conv2d_threshold(
        self, interpreter: Interpreter, op: DepthwiseConv2DThresholdOp, args: PythonValues
    ) -> PythonValues:
        """Sums over windows of each channel, compared."""
        del interpreter
        return (compare(depthwise_sums(*padded_factors(op, args), op), args[2]),)

    @impl(Conv2DAffineOp)
    def run_conv2d_affine(self, interpreter: Interpreter, op: Conv2DAffineOp, args: PythonValues) -> PythonValues:
        """Sums over windows, scaled."""
        del interpreter
        return (scale_and_offset(op, convolution_sums(*padded_factors(op, args), op), *args[2:]),)

    @impl(DepthwiseConv2DAffineOp)
    def run_depthwise_conv2d_affine(
        self, interpreter: Interpreter, op: DepthwiseConv2DAffineOp, args: PythonValues
    ) -> PythonValues:
        """Sums over windows of each channel, scaled."""
        del interpreter
        return (scale_and_offset(op, depthwise_sums(*padded_factors(op, args), op), *args[2:]),)

    @impl(DenseThresholdOp)
    def run_dense_threshold(self, interpreter: Interpreter, op: DenseThresholdOp, args: PythonValues) -> PythonValues:
        """Sums, compared."""
        del interpreter
        values, weights = factors(op, args)
        return (compare(values @ weights.T, args[2]),)

    @impl(DenseAffineOp)
    def run_dense_affine(self, interpreter: Interpreter, op: DenseAffineOp, args: PythonValues) -> PythonValues:
        """Sums, scaled."""
        del interpreter
        values, weights = factors(op, args)
        return (scale_and_offset(op, values @ weights.T, *args[2:]),)
