"""Geometry of a sliding window: what convolutions and pools tell their kernels and their scratch sizes."""

from __future__ import annotations

from typing import NamedTuple

from ...dialects.dqnn import (
    Conv2DOp,
    Pool2DOp,
    StagedWindowOp,
    TransposeConv2DOp,
    WindowedLinearOp,
    tensor_type,
)
from ...dialects.dqnn.base import Ints


class Window(NamedTuple):
    """A window that slides over one NHWC image. Padding after the input follows from the output's size."""

    in_h: int
    in_w: int
    in_c: int
    out_h: int
    out_w: int
    out_c: int
    kernel_h: int
    kernel_w: int
    stride_h: int = 1
    stride_w: int = 1
    pad_top: int = 0
    pad_left: int = 0
    dilation_h: int = 1
    dilation_w: int = 1
    groups: int = 1

    @property
    def channels_per_group(self) -> int:
        """Input channels that one output channel reads."""
        return self.in_c // self.groups

    @property
    def taps(self) -> int:
        """Values that one output value of a (grouped) convolution is a sum of."""
        return self.kernel_h * self.kernel_w * self.channels_per_group

    def exchanged(self) -> Window:
        """The same window with height and width exchanged: the same memory where one of each pair is 1."""
        return self._replace(
            in_h=self.in_w,
            in_w=self.in_h,
            out_h=self.out_w,
            out_w=self.out_h,
            kernel_h=self.kernel_w,
            kernel_w=self.kernel_h,
            stride_h=self.stride_w,
            stride_w=self.stride_h,
            pad_top=self.pad_left,
            pad_left=self.pad_top,
            dilation_h=self.dilation_w,
            dilation_w=self.dilation_h,
        )


def integers(attribute: Ints) -> tuple[int, ...]:
    """The values of an attribute such as `strides`."""
    return tuple(int(value) for value in attribute.get_values())


def window_of(op: WindowedLinearOp | StagedWindowOp | TransposeConv2DOp | Pool2DOp) -> Window:
    """The window of a convolution or a pool. Height comes first in all of the op's properties."""
    _, in_h, in_w, in_c = tensor_type(op.input).get_shape()
    _, out_h, out_w, out_c = tensor_type(op.result).get_shape()
    kernel_h, kernel_w = integers(op.kernel) if isinstance(op, Pool2DOp) else tensor_type(op.weights).get_shape()[1:3]
    stride_h, stride_w = integers(op.strides)
    pad_top, _, pad_left, _ = integers(op.padding)
    dilation_h, dilation_w = integers(op.dilations) if isinstance(op, WindowedLinearOp | StagedWindowOp) else (1, 1)
    groups = in_c // tensor_type(op.weights).get_shape()[3] if isinstance(op, Conv2DOp) else 1
    return Window(
        in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w,
        stride_h, stride_w, pad_top, pad_left, dilation_h, dilation_w, groups,
    )  # fmt: skip
