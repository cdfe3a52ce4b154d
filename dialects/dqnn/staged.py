"""Layers with their output stage: a sum of products of codes, then a comparison or a scale and an offset a channel.

The sum, `acc`, is over input codes times weight codes. A code is +1 or -1 of s1, the integer less its zero point of a
quantized type (scales take no part), and the number itself of f32. With integers on both sides the sum is exact.
Batch normalization, bias and the quantizer behind a layer are all in its stage, whose tables have an entry for each
output channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from xdsl.dialects.builtin import Float32Type, TensorType, f32, i32
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, var_operand_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, Int, Ints, PropertyValue, Tensor, integer, ints, quantized_element, tensor_type
from .binary import is_binary
from .checks import activation, check_clamp, not_negative, positive, real_or_quantized
from .shapes import check_result, show, windowed

MAX_THRESHOLD = 1 << 30
"""The magnitude of the largest threshold. No sum of less than 2^29 products reaches it: it makes a channel constant."""

BATCH_NORM = "dqnn.batch_norm"
"""Attribute of a layer whose output stage has a batch normalization in it: operations are counted by that."""


class StagedOp(DqnnOp):
    """A layer with its output stage. Operands are the input, the weights and the tables of the stage."""

    input = operand_def(TensorType)
    weights = operand_def(TensorType)
    stage = var_operand_def(TensorType)
    result = result_def(TensorType)

    DATA_OPERANDS: ClassVar = 1

    def __init__(
        self,
        input: SSAValue | Operation,
        weights: SSAValue | Operation,
        stage: Sequence[SSAValue | Operation],
        result_type: Attribute,
        **properties: PropertyValue,
    ):
        super().__init__([input, weights, *stage], [result_type], **properties)

    @classmethod
    def group_operands(cls, operands: Sequence[SSAValue]) -> Sequence[SSAValue | Sequence[SSAValue]]:
        """Input, weights, and the tables of the stage as a list."""
        return (*operands[:2], operands[2:])

    def verify_layer(self, rank: int, channel_axis: int) -> tuple[Tensor, Tensor, Tensor]:
        """Check the types of input, weights and result, and return them.

        Args:
            rank: dimensions of all three.
            channel_axis: the weights' axis of output channels.
        """
        source = activation(self.input, "input", rank, binary=True)
        weights = real_or_quantized(self.weights, "weights", rank, binary=True)
        result = activation(self.result, "result", rank, binary=True)
        element = quantized_element(weights)
        if element is not None and any(element.zero_points):
            raise VerifyException("weights must have zero point 0")
        if element is not None and element.axis not in (None, channel_axis):
            raise VerifyException(f"weights are quantized along axis {element.axis}, expected {channel_axis}")
        return source, weights, result

    def verify_thresholds(self, channels: int) -> None:
        """Check a comparison stage: integer sums, int32 thresholds, s1 results."""
        for name, value in (("input", self.input), ("weights", self.weights)):
            if isinstance(tensor_type(value).element_type, Float32Type):
                raise VerifyException(f"{name} has elements of f32; thresholds are for sums of integers")
        self._check_tables({"thresholds": i32}, channels)
        if not is_binary(tensor_type(self.result).element_type):
            raise VerifyException(f"result has elements of {tensor_type(self.result).element_type}, expected s1")

    def verify_affine(self, low: Float | None, high: Float | None) -> None:
        """Check a stage of scale and offset, and its clamp, which is for codes alone."""
        result = tensor_type(self.result)
        self._check_tables({"scale": f32, "offset": f32}, result.get_shape()[-1])
        check_clamp(low, high)
        if quantized_element(result) is None and (low is not None or high is not None):
            raise VerifyException("clamp_min and clamp_max are for quantized results")

    def _check_tables(self, elements: Mapping[str, Attribute], channels: int) -> None:
        if len(self.stage) != len(elements):
            raise VerifyException(f"expected {' and '.join(elements)} behind the weights")
        for (name, element), table in zip(elements.items(), self.stage, strict=True):
            tensor = tensor_type(table)
            if tensor.element_type != element or tensor.get_shape() != (channels,):
                raise VerifyException(f"{name} has type {tensor}, expected {channels} elements of {element}")


class StagedWindowOp(StagedOp):
    """A convolution with its output stage.

    `pad_value` is what a padded tap holds, as a code in the sense of the sum: 1, -1 or 0 (counts nothing) of s1, else
    an integer code less its zero point. Other properties are those of `dqnn.conv2d`.
    """

    strides = prop_def(Ints)
    padding = prop_def(Ints)
    dilations = prop_def(Ints)
    pad_value = prop_def(Int)

    DEFAULTS: ClassVar = {
        "strides": ints([1, 1]),
        "padding": ints([0, 0, 0, 0]),
        "dilations": ints([1, 1]),
        "pad_value": integer(0),
    }

    def verify_windows(self, source: Tensor, kernel: Sequence[int], result: Tensor, channels: int) -> None:
        """Check the properties and the result's shape."""
        expected = windowed(
            source.get_shape(),
            kernel,
            positive(self.strides, "strides", 2),
            not_negative(self.padding, "padding", 4),
            positive(self.dilations, "dilations", 2),
            channels,
        )
        check_result(result.get_shape(), expected)
        pad_value = self.pad_value.value.data
        if is_binary(source.element_type) and abs(pad_value) > 1:
            raise VerifyException(f"pad_value is {pad_value}, expected 1, -1 or 0 where the input is s1")

    def verify_convolution(self) -> int:
        """Check a convolution with OHWI weights; return its output channels."""
        source, weights, result = self.verify_layer(rank=4, channel_axis=0)
        outputs, *kernel, depth = weights.get_shape()
        if depth != source.get_shape()[3]:
            raise VerifyException(f"weights are for {depth} input channels, the input has {source.get_shape()[3]}")
        self.verify_windows(source, kernel, result, outputs)
        return outputs

    def verify_depthwise(self) -> int:
        """Check a depthwise convolution with 1HWC weights; return its channels."""
        source, weights, result = self.verify_layer(rank=4, channel_axis=3)
        one, *kernel, channels = weights.get_shape()
        if one != 1 or channels != source.get_shape()[3]:
            raise VerifyException(
                f"weights have shape {show(weights.get_shape())}, expected [1, height, width, {source.get_shape()[3]}]"
            )
        self.verify_windows(source, kernel, result, channels)
        return channels


@irdl_op_definition
class Conv2DThresholdOp(StagedWindowOp):
    """2-D convolution, NHWC and OHWI, then a comparison: -1 exactly where acc < threshold of the channel, else +1."""

    name = "dqnn.conv2d_threshold"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_thresholds(self.verify_convolution())


@irdl_op_definition
class DepthwiseConv2DThresholdOp(StagedWindowOp):
    """Depthwise 2-D convolution, one output a channel, weights 1HWC, then a comparison as in `conv2d_threshold`."""

    name = "dqnn.depthwise_conv2d_threshold"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_thresholds(self.verify_depthwise())


class AffineOp(StagedOp):
    """A layer whose output stage is a scale and an offset; `clamp_min` and `clamp_max` are as in `dqnn.conv2d`."""

    clamp_min = opt_prop_def(Float)
    clamp_max = opt_prop_def(Float)


@irdl_op_definition
class Conv2DAffineOp(StagedWindowOp, AffineOp):
    """2-D convolution, NHWC and OHWI, then acc * scale + offset of the channel, each operation rounded to float32.

    A quantized result is the code clamp(rne(acc * scale + offset) + zero point), rne being the nearest integer with
    halves to even: scale and offset are divided by the result's scale already. s1 is the sign, +1 of zero.
    """

    name = "dqnn.conv2d_affine"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_convolution()
        self.verify_affine(self.clamp_min, self.clamp_max)


@irdl_op_definition
class DepthwiseConv2DAffineOp(StagedWindowOp, AffineOp):
    """Depthwise 2-D convolution, one output a channel, weights 1HWC, then scale and offset as in `conv2d_affine`."""

    name = "dqnn.depthwise_conv2d_affine"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_depthwise()
        self.verify_affine(self.clamp_min, self.clamp_max)


class _StagedDenseOp(StagedOp):
    def verify_dense(self) -> int:
        """Check a dense layer; return its outputs."""
        source, weights, result = self.verify_layer(rank=2, channel_axis=0)
        outputs, depth = weights.get_shape()
        batch, inputs = source.get_shape()
        if depth != inputs:
            raise VerifyException(f"weights are for {depth} inputs, the input has {inputs}")
        check_result(result.get_shape(), (batch, outputs))
        return outputs


@irdl_op_definition
class DenseThresholdOp(_StagedDenseOp):
    """Dense layer, input [N, I] and weights [O, I], then a comparison as in `conv2d_threshold`."""

    name = "dqnn.dense_threshold"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_thresholds(self.verify_dense())


@irdl_op_definition
class DenseAffineOp(_StagedDenseOp, AffineOp):
    """Dense layer, input [N, I] and weights [O, I], then scale and offset as in `conv2d_affine`."""

    name = "dqnn.dense_affine"

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_dense()
        self.verify_affine(self.clamp_min, self.clamp_max)
