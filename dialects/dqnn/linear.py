"""Operators that multiply by weights: convolutions and the dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import StringAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, Ints, Tensor, ints
from .checks import (
    activation,
    check_bias,
    check_choice,
    check_clamp,
    check_lengths,
    check_one_kind,
    check_weights,
    not_negative,
    positive,
    real_or_quantized,
)
from .shapes import check_result, show, transpose_windowed, windowed


class LinearOp(DqnnOp):
    """An operator on an input, constant weights and, where the layer has one, a bias.

    Codes of input and weights are signed or not, each as it likes. Weights may have zero points, also one for each
    channel. `clamp_min` and `clamp_max` are a fused activation's bounds as real numbers: relu is (0, absent), relu6
    (0, 6).
    """

    input = operand_def(TensorType)
    weights = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    clamp_min = opt_prop_def(Float)
    clamp_max = opt_prop_def(Float)
    result = result_def(TensorType)

    DATA_OPERANDS: ClassVar = 1

    @classmethod
    def group_operands(cls, operands: Sequence[SSAValue]) -> Sequence[SSAValue | Sequence[SSAValue]]:
        """Input, weights, and the bias as a list of none or one."""
        return (*operands[:2], operands[2:])

    def verify_layer(self, rank: int, channel_axis: int) -> tuple[Tensor, Tensor, Tensor]:
        """Check what all layers with weights have in common.

        Args:
            rank: dimensions of input, weights and result.
            channel_axis: the weights' axis of output channels.

        Returns:
            The types of input, weights and result.
        """
        source = activation(self.input, "input", rank)
        weights = real_or_quantized(self.weights, "weights", rank)
        result = activation(self.result, "result", rank)
        check_one_kind({"input": source, "weights": weights, "result": result})
        check_weights(weights, channel_axis)
        if self.bias is not None:
            check_bias(self.bias, weights.get_shape()[channel_axis], source, weights, result)
        check_clamp(self.clamp_min, self.clamp_max)
        return source, weights, result


def _operands(
    input: SSAValue | Operation, weights: SSAValue | Operation, bias: SSAValue | Operation | None
) -> list[SSAValue | Operation]:
    return [input, weights] if bias is None else [input, weights, bias]


BIAS_FORMAT = "dqnn.bias_format"
"""Attribute of a layer: the element type that a quantizer gives its bias in the model. It no longer shows once the bias
is part of an output stage, int32 or f32. For reports alone: no pass decides by it."""

INTEGER_SUMS = "dqnn.integer_sums"
"""Attribute of a convolution of reals that stand for codes: the model sums codes, as QLinearConv does, not float32."""

ROUND_ONCE = "once"
"""Multiply by round(ratio * 2^31) and round once, halves up; exact but for ties where the ratio is a power of two."""
FLOAT_NEAR_TIES = "float_near_ties"
"""As "once"; but sums within 2^-16 codes of the middle of two (`dialects/near_ties.py`) are formed again in float32,
product by product over channels, rows and columns of the window, each added by a fused multiply-add. What such a sum
and the bias make is divided by the result's scale and rounded, halves to even: ONNX Runtime's order in all but few
convolutions (`passes/quantized/float_sums.py`)."""


class WindowedLinearOp(LinearOp):
    """A convolution: weights that slide over height and width.

    `strides` and `dilations` are [height, width]; `padding` is [top, bottom, left, right], in input pixels of the
    input's zero point (real 0). `rounding` says how integer sums are rescaled: with two roundings as
    TensorFlow Lite does where it is absent, or by one of ROUNDINGS.
    """

    strides = prop_def(Ints)
    padding = prop_def(Ints)
    dilations = prop_def(Ints)
    rounding = opt_prop_def(StringAttr)

    DEFAULTS: ClassVar = {
        "strides": ints([1, 1]),
        "padding": ints([0, 0, 0, 0]),
        "dilations": ints([1, 1]),
    }
    ROUNDINGS: ClassVar = (ROUND_ONCE,)

    def __init__(
        self,
        input: SSAValue | Operation,
        weights: SSAValue | Operation,
        bias: SSAValue | Operation | None,
        result_type: Attribute,
        *,
        strides: Sequence[int] = (1, 1),
        padding: Sequence[int] = (0, 0, 0, 0),
        dilations: Sequence[int] = (1, 1),
        clamp_min: float | None = None,
        clamp_max: float | None = None,
        rounding: str | None = None,
    ):
        super().__init__(
            _operands(input, weights, bias),
            [result_type],
            strides=strides,
            padding=padding,
            dilations=dilations,
            rounding=None if rounding is None else StringAttr(rounding),
            clamp_min=clamp_min,
            clamp_max=clamp_max,
        )

    def verify_windows(self, source: Tensor, kernel: Sequence[int], result: Tensor, channels: int) -> None:
        """Check the properties and the result's shape."""
        if self.rounding is not None:
            check_choice(self.rounding, "rounding", self.ROUNDINGS)
        expected = windowed(
            source.get_shape(),
            kernel,
            positive(self.strides, "strides", 2),
            not_negative(self.padding, "padding", 4),
            positive(self.dilations, "dilations", 2),
            channels,
        )
        check_result(result.get_shape(), expected)


@irdl_op_definition
class Conv2DOp(WindowedLinearOp):
    """2-D convolution of an NHWC input with OHWI weights.

    With weights of I input channels and an input of C, the convolution has C / I groups.
    """

    name = "dqnn.conv2d"
    ROUNDINGS: ClassVar = (ROUND_ONCE, FLOAT_NEAR_TIES)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, weights, result = self.verify_layer(rank=4, channel_axis=0)
        outputs, *kernel, depth = weights.get_shape()
        channels = source.get_shape()[3]
        if channels % depth != 0 or outputs % (channels // depth) != 0:
            raise VerifyException(
                f"weights {show(weights.get_shape())} do not divide {channels} input channels into groups"
            )
        self.verify_windows(source, kernel, result, outputs)


@irdl_op_definition
class DepthwiseConv2DOp(WindowedLinearOp):
    """Depthwise 2-D convolution of an NHWC input with 1HWO weights; O / C outputs for each input channel."""

    name = "dqnn.depthwise_conv2d"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, weights, result = self.verify_layer(rank=4, channel_axis=3)
        one, *kernel, outputs = weights.get_shape()
        channels = source.get_shape()[3]
        if one != 1:
            raise VerifyException(f"weights have shape {show(weights.get_shape())}, expected a leading 1")
        if outputs % channels != 0:
            raise VerifyException(f"{outputs} output channels are no multiple of {channels} input channels")
        self.verify_windows(source, kernel, result, outputs)


@irdl_op_definition
class TransposeConv2DOp(LinearOp):
    """Transposed 2-D convolution of an NHWC input with OHWI weights.

    The full output is (in - 1) * stride + kernel high and wide; `padding` [top, bottom, left, right] is cut from its
    edges. The bottom and right amounts may be negative: rows and columns that receive the bias alone. `rounding` is as
    that of convolutions.
    """

    name = "dqnn.transpose_conv2d"
    strides = prop_def(Ints)
    padding = prop_def(Ints)
    rounding = opt_prop_def(StringAttr)

    DEFAULTS: ClassVar = {"strides": ints([1, 1]), "padding": ints([0, 0, 0, 0])}

    def __init__(
        self,
        input: SSAValue | Operation,
        weights: SSAValue | Operation,
        bias: SSAValue | Operation | None,
        result_type: Attribute,
        *,
        strides: Sequence[int] = (1, 1),
        padding: Sequence[int] = (0, 0, 0, 0),
        clamp_min: float | None = None,
        clamp_max: float | None = None,
    ):
        super().__init__(
            _operands(input, weights, bias),
            [result_type],
            strides=strides,
            padding=padding,
            clamp_min=clamp_min,
            clamp_max=clamp_max,
        )

    def verify_(self) -> None:
        """Check types, shapes and properties."""
        source, weights, result = self.verify_layer(rank=4, channel_axis=0)
        if self.rounding is not None:
            check_choice(self.rounding, "rounding", (ROUND_ONCE,))
        outputs, *kernel, depth = weights.get_shape()
        if depth != source.get_shape()[3]:
            raise VerifyException(f"weights are for {depth} input channels, the input has {source.get_shape()[3]}")
        padding = self.padding.get_values()
        check_lengths(padding, "padding", 4)
        if padding[0] < 0 or padding[2] < 0:
            raise VerifyException("padding at the top and left must not be negative")
        strides = positive(self.strides, "strides", 2)
        check_result(result.get_shape(), transpose_windowed(source.get_shape(), kernel, strides, padding, outputs))


@irdl_op_definition
class DenseOp(LinearOp):
    """Dense (fully connected) layer: input [N, I], weights [O, I], bias [O], output [N, O]."""

    name = "dqnn.dense"

    def __init__(
        self,
        input: SSAValue | Operation,
        weights: SSAValue | Operation,
        bias: SSAValue | Operation | None,
        result_type: Attribute,
        *,
        clamp_min: float | None = None,
        clamp_max: float | None = None,
    ):
        super().__init__(_operands(input, weights, bias), [result_type], clamp_min=clamp_min, clamp_max=clamp_max)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, weights, result = self.verify_layer(rank=2, channel_axis=0)
        outputs, depth = weights.get_shape()
        batch, inputs = source.get_shape()
        if depth != inputs:
            raise VerifyException(f"weights are for {depth} inputs, the input has {inputs}")
        check_result(result.get_shape(), (batch, outputs))


def has_float_near_ties(op: Operation) -> bool:
    """Whether a convolution forms its near ties again in float32."""
    return isinstance(op, Conv2DOp) and op.rounding is not None and op.rounding.data == FLOAT_NEAR_TIES
