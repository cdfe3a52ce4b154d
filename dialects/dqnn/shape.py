"""Operators that move or copy elements and compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import isnan
from typing import ClassVar

from xdsl.dialects.builtin import BoolAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    var_operand_def,
    var_result_def,
)
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, Int, Ints, Tensor, boolean, real
from .binary import is_binary
from .checks import activation, check_one_kind, check_same_element, not_negative
from .shapes import check_elements, check_result, check_slice, joined, padded, permuted


def moved(op: ReshapeOp | TransposeOp | SliceOp | PadOp | ResizeNearestOp) -> tuple[Tensor, Tensor]:
    """The types of an input and a result that must have one element type; s1 moves as all others do."""
    source, result = activation(op.input, "input", binary=True), activation(op.result, "result", binary=True)
    check_same_element(source, result)
    return source, result


@irdl_op_definition
class ReshapeOp(DqnnOp):
    """The same elements, in the same order, in the result's shape."""

    name = "dqnn.reshape"
    input = operand_def(TensorType)
    result = result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute):
        super().__init__([input], [result_type])

    def verify_(self) -> None:
        """Check types and the number of elements."""
        source, result = moved(self)
        check_elements(source.get_shape(), result.get_shape())


@irdl_op_definition
class TransposeOp(DqnnOp):
    """Axis i of the result is axis `permutation[i]` of the input."""

    name = "dqnn.transpose"
    input = operand_def(TensorType)
    permutation = prop_def(Ints)
    result = result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, permutation: Sequence[int]):
        super().__init__([input], [result_type], permutation=permutation)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = moved(self)
        check_result(result.get_shape(), permuted(source.get_shape(), self.permutation.get_values()))


@irdl_op_definition
class SliceOp(DqnnOp):
    """Elements `offsets + i * strides` for each index i of the result. Strides may be negative, never 0."""

    name = "dqnn.slice"
    input = operand_def(TensorType)
    offsets = prop_def(Ints)
    strides = prop_def(Ints)
    result = result_def(TensorType)

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        offsets: Sequence[int],
        strides: Sequence[int],
    ):
        super().__init__([input], [result_type], offsets=offsets, strides=strides)

    def verify_(self) -> None:
        """Check types and that all elements lie inside the input."""
        source, result = moved(self)
        offsets, strides = self.offsets.get_values(), self.strides.get_values()
        check_slice(source.get_shape(), offsets, strides, result.get_shape())


@irdl_op_definition
class SplitOp(DqnnOp):
    """The input cut along `axis` into the results, first to last."""

    name = "dqnn.split"
    input = operand_def(TensorType)
    axis = prop_def(Int)
    parts = var_result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, result_types: Sequence[Attribute], *, axis: int):
        super().__init__([input], result_types, axis=axis)

    @classmethod
    def group_results(cls, types: Sequence[Attribute]) -> Sequence[Attribute | Sequence[Attribute]]:
        """All results are the one variadic result."""
        return (types,)

    def verify_(self) -> None:
        """Check types, and that the parts make up the input."""
        source = activation(self.input, "input", binary=True)
        parts = [activation(part, f"part {index}", binary=True) for index, part in enumerate(self.parts)]
        for part in parts:
            check_same_element(source, part)
        whole = joined([part.get_shape() for part in parts], self.axis.value.data)
        if whole != source.get_shape():
            raise VerifyException(f"the parts make up {list(whole)}, the input is {list(source.get_shape())}")


@irdl_op_definition
class ConcatOp(DqnnOp):
    """The inputs, one after the other, along `axis`."""

    name = "dqnn.concat"
    inputs = var_operand_def(TensorType)
    axis = prop_def(Int)
    result = result_def(TensorType)

    def __init__(self, inputs: Sequence[SSAValue | Operation], result_type: Attribute, *, axis: int):
        super().__init__(inputs, [result_type], axis=axis)

    @classmethod
    def group_operands(cls, operands: Sequence[SSAValue]) -> Sequence[SSAValue | Sequence[SSAValue]]:
        """All operands are the one variadic operand."""
        return (operands,)

    def verify_(self) -> None:
        """Check types and shapes."""
        inputs = {
            name: activation(operand, name, binary=True)
            for name, operand in zip(map("input {}".format, count()), self.inputs, strict=False)
        }
        result = activation(self.result, "result", binary=True)
        check_one_kind({**inputs, "result": result})
        expected = joined([tensor.get_shape() for tensor in inputs.values()], self.axis.value.data)
        check_result(result.get_shape(), expected)


@irdl_op_definition
class PadOp(DqnnOp):
    """The input with `padding` [low 0, high 0, low 1, high 1, ...] elements of the real number `value` around it."""

    name = "dqnn.pad"
    input = operand_def(TensorType)
    padding = prop_def(Ints)
    value = prop_def(Float)
    result = result_def(TensorType)

    DEFAULTS: ClassVar = {"value": real(0.0)}

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        padding: Sequence[int],
        value: float = 0.0,
    ):
        super().__init__([input], [result_type], padding=padding, value=value)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = moved(self)
        padding = not_negative(self.padding, "padding", 2 * len(source.get_shape()))
        check_result(result.get_shape(), padded(source.get_shape(), padding))
        value = self.value.value.data
        if isnan(value):
            raise VerifyException("value must be a number")
        if is_binary(source.element_type) and abs(value) != 1.0:
            raise VerifyException(f"value is {value:g}, elements of s1 are 1 or -1")


@irdl_op_definition
class ResizeNearestOp(DqnnOp):
    """The input's height and width resized to the result's by repeating or dropping pixels.

    The source row of output row y is `y * (in / out)` rounded down; with `align_corners` the ratio is
    `(in - 1) / (out - 1)` and the row is rounded; with `half_pixel_centers` it is `(y + 0.5) * (in / out)` rounded
    down. TensorFlow Lite's rules, in float32.
    """

    name = "dqnn.resize_nearest"
    input = operand_def(TensorType)
    align_corners = prop_def(BoolAttr)
    half_pixel_centers = prop_def(BoolAttr)
    result = result_def(TensorType)

    DEFAULTS: ClassVar = {"align_corners": boolean(False), "half_pixel_centers": boolean(False)}

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        align_corners: bool = False,
        half_pixel_centers: bool = False,
    ):
        super().__init__([input], [result_type], align_corners=align_corners, half_pixel_centers=half_pixel_centers)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = moved(self)
        shape, new_shape = source.get_shape(), result.get_shape()
        if len(shape) != 4:
            raise VerifyException(f"input has {len(shape)} dimensions, expected 4")
        check_result(new_shape, (shape[0], *new_shape[1:3], shape[3]))
        if self.align_corners.value.data and self.half_pixel_centers.value.data:
            raise VerifyException("align_corners and half_pixel_centers exclude each other")
