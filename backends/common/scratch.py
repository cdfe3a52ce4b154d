"""Scratch memory, in bytes, of the CMSIS-NN functions that generated code calls.

CMSIS-NN picks a kernel by shape, at run time, and each kernel wants a buffer of its own. These functions follow that
choice for the three builds of the library, so that the memory can be planned at compile time. They hold for CMSIS-NN
7.0.0 and later; where versions differ, or where the library's own size functions ask for less than its kernels use
(7.0.0, grouped 1x1 convolutions), the result is the larger.

Sources: `Source/ConvolutionFunctions/*_get_buffer_sizes_s8.c`, the wrappers beside them, and the kernels.
"""

from __future__ import annotations

from .target import Build
from .window import Window

DEPTHWISE_CHANNEL_BLOCK = 124
"""Channels that the MVE depthwise kernel gathers at once (CH_IN_BLOCK_MVE)."""

REVERSE_CONVOLUTION_CHANNELS = 16
"""With more input channels than this, a transposed convolution runs as a convolution of reversed weights."""


def is_pointwise(window: Window) -> bool:
    """Whether the convolution wrapper takes a 1x1 kernel, which needs no memory."""
    return (
        window.kernel_h == window.kernel_w == window.dilation_h == window.dilation_w == 1
        and window.pad_top == window.pad_left == 0
        and window.groups == 1
    )


def is_row(window: Window) -> bool:
    """Whether the convolution wrapper takes the 1xN kernel (for what is not pointwise)."""
    return (
        window.in_h == window.kernel_h == window.dilation_w == 1
        and window.stride_w * window.in_c % 4 == 0
        and window.groups == 1
        and not is_pointwise(window)
    )


def convolution(window: Window, build: Build) -> int:
    """`arm_convolve_wrapper_s8`."""
    if is_pointwise(window):
        return 0
    if build is Build.MVE and is_row(window):
        return _row_convolution(window)
    return _general_convolution(window, build)


def _general_convolution(window: Window, build: Build) -> int:
    """`arm_convolve_s8`: four input columns of 8-bit values with MVE, two of 16-bit values without.

    The library asks for all input channels of a grouped convolution, of which its kernel uses one group's.
    """
    taps = window.kernel_h * window.kernel_w * window.in_c
    if build is Build.MVE:
        return 4 * _round_up(taps, 16)
    return 2 * _round_up(taps, 4) * 2


def _row_padding(window: Window) -> tuple[int, int]:
    """Padding columns that the output's width implies, and the column that right has more than left.

    Both may be negative, where the window does not reach the input's last columns; the remainder is C's.
    """
    total = (window.out_w - 1) * window.stride_w + window.kernel_w - window.in_w
    return total, total % 2 if total >= 0 else -(-total % 2)


def _row_sections(window: Window) -> tuple[int, int, int]:
    """How the MVE 1xN kernel cuts an output row: outputs at the left padding, between, at the right padding."""
    _, uneven = _row_padding(window)
    right_pad = window.pad_left + uneven
    left = -(-window.pad_left // window.stride_w)
    right = max(1, -(-right_pad // window.stride_w)) if right_pad != 0 else 0
    return left, max(window.out_w - left - right, 0), right


def _row_convolution(window: Window) -> int:
    """`arm_convolve_1_x_n_s8` with MVE: one end of the row beside its padding."""
    left, middle, right = _row_sections(window)
    if left + middle + right != window.out_w:
        return _general_convolution(window, Build.MVE)
    _, uneven = _row_padding(window)
    right_pad = right if uneven else window.pad_left
    return window.in_c * max(window.kernel_w + window.pad_left, window.kernel_w - 1 + right_pad)


def row_kernel_is_right(window: Window) -> bool:
    """Whether the MVE 1xN kernel computes this convolution.

    Up to at least July 2026 it refuses padding that is not split evenly (one column more on the right at most), and
    it takes its padded ends from a buffer [padding, first columns] or [last kernel_w - 1 columns, padding] whatever
    the stride: outputs come out wrong where a stride above 1 does not end on the last column.
    """
    total, uneven = _row_padding(window)
    if 2 * window.pad_left + uneven != total:
        return False
    left, middle, right = _row_sections(window)
    if left + middle + right != window.out_w:
        return True  # It calls the general kernel.
    left_columns = (left - 1) * window.stride_w - window.pad_left + window.kernel_w if left else 0
    right_start = window.stride_w * (left + middle) - window.pad_left
    right_pad = right if uneven else window.pad_left
    right_fits = window.in_w - right_start == window.kernel_w - 1 and (right - 1) * window.stride_w + 1 <= right_pad
    return left_columns <= window.in_w and (right == 0 or right_fits)


def as_called(window: Window, build: Build) -> Window:
    """The window to call a convolution wrapper with.

    A single row that the MVE 1xN kernel would compute wrongly is handed over as a single column, which is the same
    memory and goes to the general kernel.
    """
    if build is Build.MVE and is_row(window) and not row_kernel_is_right(window):
        return window.exchanged()
    return window


def depthwise(window: Window, build: Build) -> int:
    """`arm_depthwise_conv_wrapper_s8`."""
    if build is Build.MVE and window.in_c == 1 and window.out_c > 1:
        # It becomes a convolution, of weights that are transposed into the buffer. (Armclang builds do so above 8
        # channels only and need less.)
        return convolution(window, build) + window.out_c * window.kernel_h * window.kernel_w
    if window.in_c != window.out_c or (window.dilation_h, window.dilation_w) != (1, 1):
        return 0
    is_3x3 = window.kernel_h == window.kernel_w == 3 and window.pad_top <= 1 and window.pad_left <= 1
    return 0 if is_3x3 and build is not Build.MVE else _depthwise_block(window, build)


def _depthwise_block(window: Window, build: Build) -> int:
    """`arm_depthwise_conv_s8_opt`: the window's input values."""
    match build:
        case Build.MVE:
            return 4 * DEPTHWISE_CHANNEL_BLOCK * window.kernel_h * window.kernel_w
        case Build.DSP:
            return 2 * window.in_c * window.kernel_h * window.kernel_w
        case Build.PLAIN:
            return 0


def is_reverse_convolution(window: Window) -> bool:
    """Whether `arm_transpose_conv_wrapper_s8` runs as a convolution of the widened input with reversed weights."""
    return window.stride_h <= 2 and window.stride_w <= 2 and window.in_c > REVERSE_CONVOLUTION_CHANNELS


def transposed_convolution(window: Window, build: Build) -> int:
    """`arm_transpose_conv_wrapper_s8`, its `ctx`.

    The direct kernel accumulates as many int32 rows of the full output as the kernel is high. (The library's size
    function compares the kernel's width with the vertical stride, the kernel with the horizontal one: the larger.)
    """
    if is_reverse_convolution(window):
        return _general_convolution(window, build)
    widest = max(window.kernel_w, window.stride_w, window.stride_h)
    columns = (window.in_w - 1) * window.stride_w + widest
    return 4 * columns * window.out_c * max(window.kernel_h, window.stride_h)


def reversed_weights(window: Window) -> int:
    """`arm_transpose_conv_wrapper_s8`, its `output_ctx`: the weights, reversed at run time."""
    return window.taps * window.out_c if is_reverse_convolution(window) else 0


def dense(outputs: int, build: Build) -> int:
    """`arm_fully_connected_s8` and `..._per_channel_s8`: sums of the weights, which are constants (`dense_sums`)."""
    return 4 * outputs if build is Build.MVE else 0


def average_pool(window: Window, build: Build) -> int:
    """`arm_avgpool_s8`: an int32 sum a channel."""
    return 4 * window.in_c if build is Build.DSP else 0


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
