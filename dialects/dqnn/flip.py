"""Signs that change channel by channel: what turns a decreasing function of a maximum into one of a maximum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, result_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, ints, tensor_type
from .binary import is_binary
from .checks import activation
from .pool import Pool2DOp
from .shapes import check_result


def _check_signs(input: SSAValue, mask: SSAValue, result: SSAValue) -> None:
    """Check that all are s1, the mask with one element a channel (index of the last axis)."""
    for name, value in (("input", input), ("mask", mask), ("result", result)):
        element = activation(value, name, binary=True).element_type
        if not is_binary(element):
            raise VerifyException(f"{name} has elements of {element}, expected s1")
    channels = tensor_type(input).get_shape()[-1:]
    if tensor_type(mask).get_shape() != channels or not channels:
        raise VerifyException(f"mask has shape {list(tensor_type(mask).get_shape())}, expected {list(channels)}")


@irdl_op_definition
class FlipOp(DqnnOp):
    """The input with all elements of a channel negated where the channel's `mask` is -1."""

    name = "dqnn.flip"
    input = operand_def(TensorType)
    mask = operand_def(TensorType)
    result = result_def(TensorType)

    DATA_OPERANDS: ClassVar = 1

    def __init__(self, input: SSAValue | Operation, mask: SSAValue | Operation, result_type: Attribute):
        super().__init__([input, mask], [result_type])

    def verify_(self) -> None:
        """Check types and shapes."""
        _check_signs(self.input, self.mask, self.result)
        check_result(tensor_type(self.result).get_shape(), tensor_type(self.input).get_shape())


@irdl_op_definition
class MaxPool2DFlipOp(Pool2DOp):
    """`dqnn.max_pool2d` of s1, then `dqnn.flip` of its result. With the input flipped too it is the minimum there."""

    name = "dqnn.max_pool2d_flip"
    BINARY: ClassVar = True
    DATA_OPERANDS: ClassVar = 1
    input = operand_def(TensorType)
    mask = operand_def(TensorType)

    def __init__(
        self,
        input: SSAValue | Operation,
        mask: SSAValue | Operation,
        result_type: Attribute,
        *,
        kernel: Sequence[int],
        strides: Sequence[int] = (1, 1),
        padding: Sequence[int] = (0, 0, 0, 0),
    ):
        DqnnOp.__init__(
            self, [input, mask], [result_type], kernel=ints(kernel), strides=ints(strides), padding=ints(padding)
        )

    def verify_(self) -> None:
        """Check types, shapes and properties."""
        super().verify_()
        _check_signs(self.input, self.mask, self.result)
        if self.clamp_min is not None or self.clamp_max is not None:
            raise VerifyException("clamp_min and clamp_max have no meaning where elements are s1")
