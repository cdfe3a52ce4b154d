"""Operators that multiply by weights: convolutions and the dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, opt_prop_def, prop_def, result_def

from .base import DqnnOp, Float, Ints, ints


class LinearOp(DqnnOp):
    """An operator on an input, constant weights and, where the layer has one, a bias.

    `clamp_min` and `clamp_max` are a fused activation's bounds as real numbers: relu is (0, absent), relu6 (0, 6).
    """

    input = operand_def(TensorType)
    weights = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    clamp_min = opt_prop_def(Float)
    clamp_max = opt_prop_def(Float)
    result = result_def(TensorType)

    @classmethod
    def group_operands(cls, operands: Sequence[SSAValue]) -> Sequence[SSAValue | Sequence[SSAValue]]:
        """Input, weights, and the bias as a list of none or one."""
        return (*operands[:2], operands[2:])


def _operands(
    input: SSAValue | Operation, weights: SSAValue | Operation, bias: SSAValue | Operation | None
) -> list[SSAValue | Operation]:
    return [input, weights] if bias is None else [input, weights, bias]


class WindowedLinearOp(LinearOp):
    """A convolution: weights that slide over height and width.

    `strides` and `dilations` are [height, width]; `padding` is [top, bottom, left, right], in input pixels of the
    input's zero point (real 0).
    """

    strides = prop_def(Ints)
    padding = prop_def(Ints)
    dilations = prop_def(Ints)

    DEFAULTS: ClassVar = {"strides": ints([1, 1]), "padding": ints([0, 0, 0, 0]), "dilations": ints([1, 1])}

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
    ):
        super().__init__(
            _operands(input, weights, bias),
            [result_type],
            strides=strides,
            padding=padding,
            dilations=dilations,
            clamp_min=clamp_min,
            clamp_max=clamp_max,
        )


@irdl_op_definition
class Conv2DOp(WindowedLinearOp):
    """2-D convolution of an NHWC input with OHWI weights.

    With weights of I input channels and an input of C, the convolution has C / I groups.
    """

    name = "dqnn.conv2d"


@irdl_op_definition
class DepthwiseConv2DOp(WindowedLinearOp):
    """Depthwise 2-D convolution of an NHWC input with 1HWO weights; O / C outputs for each input channel."""

    name = "dqnn.depthwise_conv2d"


@irdl_op_definition
class TransposeConv2DOp(LinearOp):
    """Transposed 2-D convolution of an NHWC input with OHWI weights.

    The full output is (in - 1) * stride + kernel high and wide; `padding` [top, bottom, left, right] is cut from its
    edges. The bottom and right amounts may be negative: rows and columns that receive the bias alone.
    """

    name = "dqnn.transpose_conv2d"
    strides = prop_def(Ints)
    padding = prop_def(Ints)

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
