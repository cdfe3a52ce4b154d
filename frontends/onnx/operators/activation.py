"""Operators on one tensor, and batch normalization."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, prod

import numpy as np
from xdsl.dialects.builtin import f32
from xdsl.ir import Attribute, SSAValue

from ....dialects.dqnn import (
    SCALED,
    BatchNormOp,
    ClipOp,
    ConstantOp,
    DqnnOp,
    HardSwishOp,
    LeakyReluOp,
    PReluOp,
    Relu6Op,
    ReluOp,
    SigmoidOp,
    SoftmaxOp,
    TanhOp,
    tensor_type,
)
from ....dialects.dqnn.shapes import broadcast
from ..layer import AGAIN, Layer
from .window import image

LARGEST = float(np.finfo(np.float32).max)
"""The largest float32, which stands for no bound in old files."""

Make = Callable[[SSAValue, Attribute], DqnnOp]

RELU: Make = ReluOp
SIGMOID: Make = SigmoidOp
TANH: Make = TanhOp
HARD_SWISH: Make = HardSwishOp


def apply(layer: Layer, value: SSAValue, make: Make) -> SSAValue:
    """An op on one value, with a result of the same type."""
    return layer.emit(make(value, tensor_type(value)))


def import_unary(make: Make) -> Callable[[Layer], SSAValue]:
    """An operator without attributes."""
    return lambda layer: apply(layer, layer.real(0), make)


def import_leaky_relu(layer: Layer) -> SSAValue:
    """LeakyRelu."""
    return leaky_relu(layer, layer.real(0))


def leaky_relu(layer: Layer, x: SSAValue) -> SSAValue:
    """Negative values times `alpha`."""
    return layer.emit(LeakyReluOp(x, tensor_type(x), alpha=layer.decimal("alpha", 0.01)))


def import_prelu(layer: Layer) -> SSAValue:
    """PRelu: negative values times a slope, which broadcasts to the input."""
    x, slope = layer.real(0), layer.constant(1, "the slope")
    if slope.array.size == 1:
        return layer.emit(LeakyReluOp(x, tensor_type(x), alpha=float(slope.reals().reshape(()))))
    if layer.infer(broadcast, layer.shape(x), slope.shape) != layer.shape(x):
        raise layer.refuse(f"a slope of shape {list(slope.shape)}", "it must not be larger than the input; " + AGAIN)
    return layer.emit(PReluOp(x, layer.as_value(slope, "the slope"), tensor_type(x)))


def import_clip(layer: Layer) -> SSAValue:
    """Clip: bounds as attributes, or from version 11 on as inputs."""
    if layer.version < 11:
        low, high = layer.decimal("min", -LARGEST), layer.decimal("max", LARGEST)
        low, high = (-inf if low <= -LARGEST else low), (inf if high >= LARGEST else high)
    else:
        low = layer.number(1, "the least value") if layer.has(1) else -inf
        high = layer.number(2, "the largest value") if layer.has(2) else inf
    # Where the least value is above the largest, all values become the largest.
    return clip(layer, layer.real(0), min(low, high), high)


def clip(layer: Layer, x: SSAValue, low: float, high: float) -> SSAValue:
    """min(max(x, low), high), as the op that says so most simply."""
    if np.isnan(low) or np.isnan(high):
        raise layer.refuse("a bound that is no number", AGAIN)
    if (low, high) == (-inf, inf):
        return x
    if low == 0.0 and high in (6.0, inf):
        return apply(layer, x, Relu6Op if high == 6.0 else ReluOp)
    return layer.emit(ClipOp(x, tensor_type(x), min=low, max=high))


def import_hard_sigmoid(layer: Layer) -> SSAValue:
    """HardSigmoid: alpha * x + beta between 0 and 1."""
    line = layer.scale(layer.real(0), layer.decimal("alpha", 0.2), layer.decimal("beta", 0.5))
    return clip(layer, line, 0.0, 1.0)


def import_softmax(layer: Layer) -> SSAValue:
    """Softmax; before version 13 of all that follows the axis as one."""
    return softmax(layer, layer.real(0), rows=layer.version < 13)


def softmax(layer: Layer, x: SSAValue, *, rows: bool) -> SSAValue:
    """Softmax along `axis`; with `rows` (whose default axis is 1) along it and all that follow."""
    shape = layer.shape(x)
    if not shape:
        raise layer.refuse("softmax of a scalar", AGAIN)
    axis = layer.integer("axis", 1 if rows else -1)
    axis = len(shape) if rows and axis == len(shape) else layer.axis(axis, len(shape))
    if axis == len(shape) - 1:
        return apply(layer, x, SoftmaxOp)
    if rows:
        flat = layer.reshape(x, (prod(shape[:axis]), prod(shape[axis:])))
        return layer.reshape(apply(layer, flat, SoftmaxOp), shape)
    swapped = [i for i in range(len(shape)) if i != axis] + [axis]
    result = apply(layer, layer.transpose(x, swapped), SoftmaxOp)
    return layer.transpose(result, [swapped.index(i) for i in range(len(shape))])


def import_batch_norm(layer: Layer) -> SSAValue:
    """BatchNormalization, as it is at inference: input, scale, bias, mean and variance of each channel."""
    if layer.truth("training_mode") or not layer.truth("spatial", True):
        raise layer.refuse("training_mode, or spatial=0", "export the model for inference")
    x = layer.real(0)
    shape = layer.shape(x)
    if len(shape) < 2:
        raise layer.refuse(f"an input of shape {list(shape)}", "a batch and channels are needed")
    source = image(layer, x) if len(shape) > 2 else None
    value = x if source is None else source.value
    gamma, beta, mean, variance = (_channels(layer, index, shape[1]) for index in range(1, 5))
    epsilon = layer.decimal("epsilon", 1e-5)
    op = BatchNormOp(value, gamma, beta, mean, variance, tensor_type(value), epsilon=epsilon, formula=SCALED)
    result = layer.emit(op)
    return result if source is None else source.restore(result)


ROLES = ("", "scale", "bias", "mean", "variance")


def _channels(layer: Layer, index: int, channels: int) -> SSAValue:
    """A number for each channel."""
    known = layer.constant(index, f"the {ROLES[index]}")
    if known.shape != (channels,):
        raise layer.refuse(f"{ROLES[index]} of shape {list(known.shape)}", f"{channels} numbers are needed; {AGAIN}")
    return layer.emit(ConstantOp(known.reals(), f32), ROLES[index])
