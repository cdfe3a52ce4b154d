"""Operators that reduce windows or axes: pools and the mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import BoolAttr, StringAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, Ints, boolean, ints, quantized_element, tensor_type
from .binary import is_binary
from .checks import activation, check_choice, check_clamp, check_one_kind, not_negative, positive
from .shapes import check_result, reduced, show, windowed


class Pool2DOp(DqnnOp):
    """A pool over windows of an NHWC input. `kernel` and `strides` are [height, width].

    `padding` is [top, bottom, left, right]; padded places take no part.
    """

    input = operand_def(TensorType)
    kernel = prop_def(Ints)
    strides = prop_def(Ints)
    padding = prop_def(Ints)
    clamp_min = opt_prop_def(Float)
    clamp_max = opt_prop_def(Float)
    result = result_def(TensorType)

    DEFAULTS: ClassVar = {"strides": ints([1, 1]), "padding": ints([0, 0, 0, 0])}
    BINARY: ClassVar = False
    """Whether elements may be s1."""

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        kernel: Sequence[int],
        strides: Sequence[int] = (1, 1),
        padding: Sequence[int] = (0, 0, 0, 0),
        clamp_min: float | None = None,
        clamp_max: float | None = None,
    ):
        super().__init__(
            [input],
            [result_type],
            kernel=kernel,
            strides=strides,
            padding=padding,
            clamp_min=clamp_min,
            clamp_max=clamp_max,
        )

    def verify_(self) -> None:
        """Check types and shapes, and that no window lies wholly in the padding."""
        source = activation(self.input, "input", 4, binary=self.BINARY)
        result = activation(self.result, "result", 4, binary=self.BINARY)
        check_one_kind({"input": source, "result": result})
        check_clamp(self.clamp_min, self.clamp_max)
        kernel, padding = positive(self.kernel, "kernel", 2), not_negative(self.padding, "padding", 4)
        if max(padding[:2]) >= kernel[0] or max(padding[2:]) >= kernel[1]:
            raise VerifyException(f"padding {show(padding)} must be smaller than the kernel {show(kernel)}")
        strides = positive(self.strides, "strides", 2)
        expected = windowed(source.get_shape(), kernel, strides, padding, (1, 1), source.get_shape()[3])
        check_result(result.get_shape(), expected)


@irdl_op_definition
class MaxPool2DOp(Pool2DOp):
    """The largest value of each window; of s1 +1 where any is +1."""

    name = "dqnn.max_pool2d"
    BINARY: ClassVar = True

    def verify_(self) -> None:
        """Check types, shapes and properties; values that are +1 or -1 have no bounds."""
        super().verify_()
        if is_binary(tensor_type(self.result).element_type) and (self.clamp_min or self.clamp_max):
            raise VerifyException("clamp_min and clamp_max have no meaning where elements are s1")


ROUND_UP = "up"
"""Halves of codes are rounded up; without a rounding they go away from zero."""


@irdl_op_definition
class AvgPool2DOp(Pool2DOp):
    """The mean of each window, over the values that lie inside the input.

    `rounding` says where halves go when the mean of codes is rounded to a code of the same scale and zero point: away
    from code 0 where it is absent, or "up".

    f32 values are added row by row; `by_columns` adds each column of a window by itself and then the columns' sums.
    Frameworks differ in this, and it matters where the mean of dequantized codes lies halfway between two codes.
    """

    name = "dqnn.avg_pool2d"
    rounding = opt_prop_def(StringAttr)
    by_columns = prop_def(BoolAttr)

    DEFAULTS: ClassVar = {**Pool2DOp.DEFAULTS, "by_columns": boolean(False)}

    def verify_(self) -> None:
        """Check types, shapes and properties."""
        super().verify_()
        is_real = quantized_element(tensor_type(self.input)) is None
        if self.adds_columns and not is_real:
            raise VerifyException("by_columns has no meaning where elements are codes: integers add up in any order")
        if self.rounding is None:
            return
        check_choice(self.rounding, "rounding", (ROUND_UP,))
        if is_real:
            raise VerifyException("rounding has no meaning where elements are f32")

    @property
    def adds_columns(self) -> bool:
        """Whether each column of a window is added by itself."""
        return bool(self.by_columns.value.data)


@irdl_op_definition
class MeanOp(DqnnOp):
    """The mean over `axes`, which stay as size 1 with `keep_dims`."""

    name = "dqnn.mean"
    input = operand_def(TensorType)
    axes = prop_def(Ints)
    keep_dims = prop_def(BoolAttr)
    result = result_def(TensorType)

    DEFAULTS: ClassVar = {"keep_dims": boolean(False)}

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        axes: Sequence[int],
        keep_dims: bool = False,
    ):
        super().__init__([input], [result_type], axes=axes, keep_dims=keep_dims)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = activation(self.input, "input"), activation(self.result, "result")
        check_one_kind({"input": source, "result": result})
        keep_dims = bool(self.keep_dims.value.data)
        check_result(result.get_shape(), reduced(source.get_shape(), self.axes.get_values(), keep_dims=keep_dims))
