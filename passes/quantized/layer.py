"""Finding a layer among its quantizers.

After import a layer computes in f32, and says in explicit quantizers what its input and weights are made of:

    q -> dequantize -> [pad] -> conv2d(weights = dequantize(constant)) -> [batch_norm] -> [relu, ...] -> [quantize]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import f32
from xdsl.ir import SSAValue

from ...dialects.dqnn import (
    BatchNormOp,
    ClipOp,
    ConstantOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DequantizeOp,
    DqnnOp,
    FlipOp,
    LinearOp,
    PadOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    WindowedLinearOp,
    is_binary,
    quantized_element,
    s1,
    tensor_type,
)

Array: TypeAlias = npt.NDArray[Any]

MONOTONIC = (BatchNormOp, ReluOp, Relu6Op, ClipOp)
"""Operators that, channel by channel, never fall or never rise with their input."""


@dataclass(frozen=True)
class Source:
    """What a layer reads: codes, or reals, and what was padded to it."""

    value: SSAValue
    pad: PadOp | None = None

    @property
    def is_codes(self) -> bool:
        """Whether it has elements of s1 or of a quantized type."""
        return tensor_type(self.value).element_type != f32

    @property
    def has_one_scale(self) -> bool:
        """Whether codes all have the same scale."""
        element = quantized_element(tensor_type(self.value))
        return element is None or element.axis is None

    @property
    def scale(self) -> float:
        """The real number of one step of a code."""
        element = quantized_element(tensor_type(self.value))
        return 1.0 if element is None else element.scale

    @property
    def farthest(self) -> int:
        """The largest magnitude of a code, less its zero point."""
        element = quantized_element(tensor_type(self.value))
        if element is None:
            return 1
        return max(element.storage_max - element.zero_point, element.zero_point - element.storage_min)


@dataclass(frozen=True)
class Layer:
    """A convolution or dense layer in f32, with what stands before and behind it."""

    op: LinearOp
    source: Source
    weights: ConstantOp
    """Codes, or f32 where no quantizer made them."""
    chain: tuple[DqnnOp, ...]
    """Operators behind the layer, each the only reader of the one before: monotonic ones, a quantizer, a flip."""
    scales: Array | None = None
    """The real number of one step of a weight's code for each output channel, where the type does not say it."""

    @property
    def channel_axis(self) -> int:
        """The weights' axis of output channels."""
        return 3 if isinstance(self.op, DepthwiseConv2DOp) else 0

    @property
    def quantizer(self) -> QuantizeOp | None:
        """The quantizer behind the layer."""
        return next((op for op in self.chain if isinstance(op, QuantizeOp)), None)

    @property
    def has_channel_scales(self) -> bool:
        """Whether the weights have one scale for all, or one for each output channel."""
        element = quantized_element(tensor_type(self.weights.result))
        return element is None or element.axis in (None, self.channel_axis)

    @property
    def weight_scales(self) -> Array:
        """The real number of one step of a weight's code, for each output channel, in float64."""
        if self.scales is not None:
            return self.scales
        element = quantized_element(tensor_type(self.weights.result))
        channels = tensor_type(self.op.result).get_shape()[-1]
        return np.broadcast_to(np.array((1.0,) if element is None else element.scales, np.float64), channels)

    @property
    def weight_zero_points(self) -> Array:
        """The code of real 0 among the weights of each output channel."""
        element = quantized_element(tensor_type(self.weights.result))
        channels = tensor_type(self.op.result).get_shape()[-1]
        return np.broadcast_to(np.array((0,) if element is None else element.zero_points, np.int64), channels)

    @property
    def centered_weights(self) -> Array:
        """The weights' codes less their zero points, as int64."""
        shape = [-1 if axis == self.channel_axis else 1 for axis in range(self.weights.array.ndim)]
        return self.weights.array.astype(np.int64) - self.weight_zero_points.reshape(shape)

    @property
    def steps(self) -> Array:
        """The real number that a sum of 1 stands for, for each output channel, in float64."""
        return self.source.scale * self.weight_scales

    @property
    def bias(self) -> Array:
        """The bias of each output channel, 0 where there is none."""
        if self.op.bias is None:
            return np.zeros(tensor_type(self.op.result).get_shape()[-1], np.float32)
        assert isinstance(self.op.bias.owner, ConstantOp), "matched"
        return self.op.bias.owner.array

    @property
    def has_code_weights(self) -> bool:
        """Whether a quantizer made the weights."""
        return tensor_type(self.weights.result).element_type != f32

    @property
    def has_codes(self) -> bool:
        """Whether a quantizer says something about the input or the weights."""
        return self.source.is_codes or self.has_code_weights


def match_layer(op: DqnnOp) -> Layer | None:
    """The layer of a float operator with constant weights, if it is one."""
    if not isinstance(op, Conv2DOp | DepthwiseConv2DOp | DenseOp) or tensor_type(op.result).element_type != f32:
        return None
    weights = constant_of(op.weights)
    if weights is None or (op.bias is not None and not isinstance(op.bias.owner, ConstantOp)):
        return None
    return Layer(op, source_of(op), weights, tuple(followers(op)))


def binarized(layer: Layer) -> Layer | None:
    """A layer with codes of -1 and 1 as one with signs, whose scales are its output stage's alone; None for others.

    Such codes have a type of integers where a quantizer finds scales for signs, as QKeras's `binary(alpha="auto")`. A
    channel whose codes are all 0 has any signs and the scale 0.
    """
    if not layer.has_code_weights or is_binary(tensor_type(layer.weights.result).element_type):
        return None
    codes = layer.weights.array
    others = tuple(axis for axis in range(codes.ndim) if axis != layer.channel_axis)
    is_zero = ~codes.any(axis=others)
    signs = np.where(np.expand_dims(is_zero, others), 1, codes)
    if (np.abs(signs) != 1).any():
        return None
    return replace(layer, weights=ConstantOp(signs, s1), scales=np.where(is_zero, 0.0, layer.weight_scales))


def constant_of(value: SSAValue) -> ConstantOp | None:
    """The constant that a value is, or whose codes it is made of."""
    owner = value.owner.input.owner if isinstance(value.owner, DequantizeOp) else value.owner
    return owner if isinstance(owner, ConstantOp) else None


def source_of(op: LinearOp) -> Source:
    """What a layer reads; a pad is taken into a convolution where it surrounds the image with a code."""
    value = op.input
    pad = value.owner if isinstance(op, WindowedLinearOp) and isinstance(value.owner, PadOp) else None
    if pad is not None and isinstance(pad.input.owner, DequantizeOp):
        codes = pad.input.owner.input
        if takes_pad(op, pad, codes):
            return Source(codes, pad)
    if isinstance(value.owner, DequantizeOp):
        return Source(value.owner.input)
    return Source(value)


def takes_pad(op: LinearOp, pad: PadOp, codes: SSAValue) -> bool:
    """Whether a convolution without padding of its own can pad for itself, height and width alone, with a code."""
    assert isinstance(op, WindowedLinearOp)
    amounts = pad.padding.get_values()
    inside = len(amounts) == 8 and not any((*amounts[:2], *amounts[6:]))
    return inside and not any(op.padding.get_values()) and pad_code(pad, codes) is not None


def pad_code(pad: PadOp, codes: SSAValue) -> int | None:
    """The padded number as a code less its zero point, or None where no code stands for it."""
    tensor = tensor_type(codes)
    element = quantized_element(tensor)
    steps = pad.value.value.data / (1.0 if element is None else element.scale)
    if not float(steps).is_integer():
        return None
    if is_binary(tensor.element_type):
        return int(steps) if abs(steps) <= 1 else None
    assert element is not None, "codes are binary or quantized"
    code = int(steps) + element.zero_point
    return int(steps) if element.storage_min <= code <= element.storage_max else None


def followers(op: DqnnOp) -> list[DqnnOp]:
    """The operators behind `op` that an output stage may take in, each the only reader of the one before."""
    chain: list[DqnnOp] = []
    while (reader := only_reader(op.results[0])) is not None:
        is_stage = isinstance(reader, MONOTONIC) and not isinstance(op, QuantizeOp | FlipOp) and has_constants(reader)
        is_end = isinstance(reader, QuantizeOp) or (isinstance(reader, FlipOp) and has_constants(reader))
        if not (is_stage or is_end):
            break
        chain.append(reader)
        op = reader
    return chain


def has_constants(op: DqnnOp) -> bool:
    """Whether all operands but the first are constants."""
    return all(isinstance(value.owner, ConstantOp) for value in op.operands[1:])


def only_reader(value: SSAValue) -> DqnnOp | None:
    """The operator that is the only one to read a value, in its first operand; None where there is no such."""
    uses = list(value.uses)
    if len(uses) != 1 or uses[0].index != 0 or not isinstance(uses[0].operation, DqnnOp):
        return None
    return uses[0].operation


def tables_of(op: DqnnOp) -> Sequence[Array]:
    """The constants behind the first operand."""
    return [value.owner.array for value in op.operands[1:] if isinstance(value.owner, ConstantOp)]
