"""Convolutions and the dense layer.

An integer layer computes int32 sums of (input - zero point) * (weight - zero point), adds the bias, and rescales each
output channel: in fixed point with two roundings in convolutions, in float64 in the dense layer (so does LiteRT 2.3;
earlier releases rescaled dense layers as convolutions).

Sums are formed in float64 by a matrix product, which is exact below 2^53.
"""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import (
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    LinearOp,
    StagedWindowOp,
    TransposeConv2DOp,
    WindowedLinearOp,
    quantization,
)
from ..dqnn.bounds import clamp_bounds
from ..dqnn.linear import has_float_near_ties
from ..fixed_point import activation_range
from ..near_ties import is_near_tie
from ..quant import UniformQuantizedType
from .arrays import Array, clamp, element, single
from .float_sums import float_codes
from .rescale import rescale_exactly, rescale_in_fixed_point, rescale_once
from .windows import pad_hw, taps


def output_ratios(op: LinearOp) -> Array:
    """Input scale * weight scale / output scale, one or one for each output channel.

    The product is formed in float64 (PopulateConvolutionQuantizationParams in tensorflow/lite/kernels/kernel_util.cc);
    in a convolution with unsigned weights of one scale in float32 (GetQuantizedConvolutionMultipler, in the same file).
    """
    source, weights, target = quantization(op.input), quantization(op.weights), quantization(op.result)
    if not weights.is_signed and weights.axis is None and not isinstance(op, DenseOp):
        products = [float(single(source.scale) * single(weights.scale))]
    else:
        products = [source.scale * scale for scale in weights.scales]
    return np.array(products) / target.scale


def reals_of(values: Array, type_: UniformQuantizedType | None) -> Array:
    """float64 values to compute sums with: codes less their zero points, or reals."""
    if type_ is None:
        return values.astype(np.float64)
    if type_.axis is None:
        return values.astype(np.float64) - type_.zero_point
    shape = [-1 if axis == type_.axis else 1 for axis in range(values.ndim)]
    return values.astype(np.float64) - np.reshape(type_.zero_points, shape)


def finish(op: LinearOp, sums: Array, bias: Array | None) -> Array:
    """From exact sums [..., channels] to the layer's result: bias, rescaling, zero point, fused activation."""
    target = element(op.result)
    if target is None:
        values = sums.astype(np.float32)
        return clamp(values if bias is None else values + bias, None, clamp_bounds(op))
    accumulators = sums.astype(np.int64)
    if bias is not None:
        accumulators = accumulators + bias
    rescale = rescale_exactly if isinstance(op, DenseOp) else rescale_in_fixed_point
    if isinstance(op, WindowedLinearOp | TransposeConv2DOp) and op.rounding is not None:
        rescale = rescale_once
    scaled = rescale(accumulators.astype(np.int32), output_ratios(op))
    return clamp(scaled.astype(np.int64) + target.zero_point, target, clamp_bounds(op))


def operands_of(op: LinearOp, args: PythonValues) -> tuple[Array, Array, Array | None]:
    """Input and weights as float64 to sum with, and the bias as it is stored."""
    bias = next(iter(args[2:]), None)
    return reals_of(args[0], element(op.input)), reals_of(args[1], element(op.weights)), bias


def patches_and_filters(padded: Array, weights: Array, op: Conv2DOp | StagedWindowOp) -> tuple[Array, Array]:
    """Windows of a padded input [pixels, groups, taps, depth], and their weights [groups, channels, taps, depth]."""
    height, width = op.result.type.get_shape()[1:3]
    channels, *kernel, depth = weights.shape
    groups = padded.shape[3] // depth
    windows = taps(padded, kernel, op.strides.get_values(), op.dilations.get_values(), (height, width))
    patches = np.stack([window.reshape(-1, groups, depth) for _, _, window in windows], axis=2)
    return patches, weights.reshape(groups, channels // groups, -1, depth)


def convolution_sums(padded: Array, weights: Array, op: Conv2DOp | StagedWindowOp) -> Array:
    """Sums [N, height, width, channels] over windows of a padded input, as a matrix times the weights of each group."""
    patches, filters = patches_and_filters(padded, weights, op)
    sums = [
        patches[:, group].reshape(len(patches), -1) @ weights.reshape(len(weights), -1).T
        for group, weights in enumerate(filters)
    ]
    return np.concatenate(sums, axis=1).reshape(op.result.type.get_shape())


def depthwise_sums(padded: Array, weights: Array, op: DepthwiseConv2DOp | StagedWindowOp) -> Array:
    """Sums over windows of a padded input that has its channels repeated, tap by tap."""
    height, width = op.result.type.get_shape()[1:3]
    windows = taps(padded, weights.shape[1:3], op.strides.get_values(), op.dilations.get_values(), (height, width))
    sums = np.zeros(op.result.type.get_shape())
    for row, column, window in windows:
        sums += window * weights[0, row, column]
    return sums


@register_impls
class LinearFunctions(InterpreterFunctions):
    """TensorFlow Lite's CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED."""

    @impl(Conv2DOp)
    def run_conv2d(self, interpreter: Interpreter, op: Conv2DOp, args: PythonValues) -> PythonValues:
        """Sums of products over the windows."""
        del interpreter
        values, weights, bias = operands_of(op, args)
        padded = pad_hw(values, op.padding.get_values(), 0.0)
        sums = convolution_sums(padded, weights, op)
        codes = finish(op, sums, bias)
        target = element(op.result)
        if target is None or not has_float_near_ties(op):
            return (codes,)
        bias = np.zeros(sums.shape[-1], np.int32) if bias is None else bias
        bounds = activation_range(target, *clamp_bounds(op))
        near = is_near_tie((sums + bias) * output_ratios(op), target.zero_point, bounds)
        return (np.where(near, float_codes(op, *patches_and_filters(padded, weights, op), bias), codes),)

    @impl(DepthwiseConv2DOp)
    def run_depthwise_conv2d(self, interpreter: Interpreter, op: DepthwiseConv2DOp, args: PythonValues) -> PythonValues:
        """Each input channel, repeated for each of its outputs, times the weights tap by tap."""
        del interpreter
        values, weights, bias = operands_of(op, args)
        padded = pad_hw(values, op.padding.get_values(), 0.0).repeat(weights.shape[3] // values.shape[3], axis=3)
        return (finish(op, depthwise_sums(padded, weights, op), bias),)

    @impl(TransposeConv2DOp)
    def run_transpose_conv2d(self, interpreter: Interpreter, op: TransposeConv2DOp, args: PythonValues) -> PythonValues:
        """Each input pixel adds its multiple of the weights to the full output, which is then cut to its shape."""
        del interpreter
        values, weights, bias = operands_of(op, args)
        batch, height, width, channels = op.result.type.get_shape()
        kernel, strides = weights.shape[1:3], op.strides.get_values()
        top, _, left, _ = op.padding.get_values()
        full = [
            max((values.shape[1 + i] - 1) * strides[i] + kernel[i], (top, left)[i] + (height, width)[i]) for i in (0, 1)
        ]
        sums = np.zeros((batch, *full, channels))
        for row, column, window in taps(sums, kernel, strides, (1, 1), values.shape[1:3]):
            window += values @ weights[:, row, column].T
        return (finish(op, sums[:, top : top + height, left : left + width], bias),)

    @impl(DenseOp)
    def run_dense(self, interpreter: Interpreter, op: DenseOp, args: PythonValues) -> PythonValues:
        """Input times transposed weights."""
        del interpreter
        values, weights, bias = operands_of(op, args)
        return (finish(op, values @ weights.T, bias),)
