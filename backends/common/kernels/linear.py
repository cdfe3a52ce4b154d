"""Rows of the convolutions and the dense layer on s8."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ....dialects.dqnn import Conv2DOp, DepthwiseConv2DOp, LinearOp, TransposeConv2DOp, WindowedLinearOp
from .. import scratch
from ..c_args import NullAttr, OperandAttr, StructAttr
from ..kernel_table import CallBuilder, Constraint, Context, Core, Kernel, Row
from ..target import Build, build_of
from ..window import Window, window_of
from .support import (
    CMSIS_NN,
    CONSTANT_WEIGHTS,
    INTEGER_BIAS,
    NO_NEAR_TIES,
    ONE_IMAGE,
    PER_LAYER,
    RUNTIME,
    SYMMETRIC_WEIGHTS,
    activation,
    channel_multipliers,
    code_range,
    context,
    count_of,
    dims,
    per_build,
    quantization,
    shape_of,
    tile,
    window_struct,
)

Int32s: TypeAlias = npt.NDArray[np.int32]

LARGEST_SIZE = 32767
"""CMSIS-NN's kernels keep positions in 16 bits."""
LARGEST_PATCH = 65535
"""Its inner loops count the values of one window in 16 bits."""


# --- Constraints and counts -------------------------------------------------------------------------------------


def per_channel(axis: int) -> Constraint:
    """One scale for each output channel, along that axis of the weights."""

    def holds(op: Any) -> bool:
        weights = quantization(op.weights)
        return weights.axis == axis and len(weights.scales) == shape_of(op.result)[-1]

    return Constraint("the weights have one scale for each output channel (see legalize-per-channel)", holds)


SIZES_FIT = Constraint(
    f"height, width and channels are at most {LARGEST_SIZE} and a window holds at most {LARGEST_PATCH} values",
    lambda op: max(window_of(op)[:6]) <= LARGEST_SIZE and window_of(op).taps <= LARGEST_PATCH,
)


def _direct_transposed_is_right(op: TransposeConv2DOp) -> bool:
    """Whether CMSIS-NN's direct kernel computes a transposed convolution.

    Each input row adds `stride_h` finished output rows, of which 7.0.0 drops those at the top only in whole strides
    (mended since); it never drops rows at the bottom before the last input row, and has no rows beyond the full output.
    """
    w = window_of(op)
    if scratch.is_reverse_convolution(w):
        return w.pad_top < w.kernel_h and w.pad_left < w.kernel_w
    rows, columns = w.pad_top + w.out_h, w.pad_left + w.out_w
    return (
        w.pad_top % w.stride_h == 0
        and w.in_h * w.stride_h <= rows <= w.in_h * w.stride_h + max(w.kernel_h - w.stride_h, 0)
        and columns <= (w.in_w - 1) * w.stride_w + max(w.kernel_w, w.stride_w)
    )


TRANSPOSED_FITS = Constraint(
    "strides are at most 2 with more than 16 input channels, or the rows cropped at the top are a multiple of the "
    "stride and none of the input's last rows is cropped",
    _direct_transposed_is_right,
)


def _row_is_right(op: Any, core: Core) -> bool:
    build = build_of(core)
    called = scratch.as_called(window_of(op), build)
    return build is not Build.MVE or not scratch.is_row(called) or scratch.row_kernel_is_right(called)


ROW_FITS = ("a single column with padding beside it is not convolved on MVE", _row_is_right)


def convolution_macc(op: LinearOp) -> int:
    """Every weight once for each output position, and the bias once a channel."""
    _, height, width, channels = shape_of(op.result)
    return count_of(op.weights) * height * width + channels


def transposed_macc(op: LinearOp) -> int:
    """Every weight once for each input position, and the bias once a channel."""
    _, height, width, _ = shape_of(op.input)
    return count_of(op.weights) * height * width + shape_of(op.result)[-1]


def _bias(op: Any, call: CallBuilder, *, needed: bool = False) -> OperandAttr | NullAttr:
    """The bias, or zeros where a kernel cannot do without."""
    if op.bias is not None:
        return call.read(op.bias)
    return call.constant(np.zeros(shape_of(op.result)[-1], np.int32), "bias") if needed else NullAttr()


def channel_struct(pairs: Int32s, call: CallBuilder) -> StructAttr:
    """Tables of the multiplier and the shift of each channel."""
    multipliers, shifts = pairs.T
    return StructAttr(
        "cmsis_nn_per_channel_quant_params",
        "quant_params",
        {"multiplier": call.constant(multipliers, "multiplier"), "shift": call.constant(shifts, "shift")},
    )


def channel_multipliers_of(op: Any) -> Int32s:
    """Multiplier and shift of each output channel of a convolution, a row of each."""
    once = isinstance(op, WindowedLinearOp | TransposeConv2DOp) and op.rounding is not None
    return channel_multipliers(quantization(op.input), quantization(op.weights), quantization(op.result), once=once)


def _channel_quantization(op: Any, call: CallBuilder) -> StructAttr:
    return channel_struct(channel_multipliers_of(op), call)


def _offsets(op: Any) -> dict[str, Any]:
    return {
        "input_offset": -quantization(op.input).zero_point,
        "output_offset": quantization(op.result).zero_point,
    }


def _sliding(window: Window) -> dict[str, Any]:
    return {
        "stride": tile(window.stride_h, window.stride_w),
        "padding": tile(window.pad_top, window.pad_left),
        "dilation": tile(window.dilation_h, window.dilation_w),
    }


def _emit_sliding(
    op: Any, call: CallBuilder, callee: str, window: Window, filter_shape: tuple[int, ...],
    parameters: StructAttr, contexts: list[StructAttr], *, needs_bias: bool = False,
) -> None:  # fmt: skip
    """The call that all convolutions share: they differ in parameters, filter order and scratch memory."""
    source, weights = call.read(op.input), call.read(op.weights)
    call.call(
        callee,
        [
            *contexts,
            parameters,
            _channel_quantization(op, call),
            dims("input_dims", (1, window.in_h, window.in_w, window.in_c)),
            source,
            dims("filter_dims", filter_shape),
            weights,
            dims("bias_dims", (window.out_c,)),
            _bias(op, call, needed=needs_bias),
            dims("output_dims", (1, window.out_h, window.out_w, window.out_c)),
            call.write(op.result),
        ],
        header=CMSIS_NN,
        checked=True,
    )


def _window(op: Any, env: Context) -> Window:
    window = window_of(op)
    return scratch.as_called(window, build_of(env.core)) if env.library == "cmsis-nn" else window


def _scratch(op: Any, call: CallBuilder, env: Context, kernel_scratch: Any, name: str = "ctx") -> StructAttr:
    size = kernel_scratch(op, env.core) if env.library == "cmsis-nn" else 0
    return context(name, call.scratch(size), size)


def _emit_convolution(op: Conv2DOp, call: CallBuilder, env: Context) -> None:
    window = _window(op, env)
    parameters = StructAttr(
        "cmsis_nn_conv_params",
        "conv_params",
        {**_offsets(op), **_sliding(window), "activation": activation(code_range(op))},
    )
    filter_shape = (window.out_c, window.kernel_h, window.kernel_w, window.channels_per_group)
    contexts = [_scratch(op, call, env, _convolution_scratch)]
    # CMSIS-NN's kernel advances a null bias from group to group.
    _emit_sliding(
        op, call, "arm_convolve_wrapper_s8", window, filter_shape, parameters, contexts,
        needs_bias=env.library == "cmsis-nn" and window.groups > 1,
    )  # fmt: skip


def _convolution_scratch(op: Conv2DOp, core: Core) -> int:
    build = build_of(core)
    return scratch.convolution(scratch.as_called(window_of(op), build), build)


def emit_own_convolution(callee: str) -> Callable[[Any, CallBuilder, Context], None]:
    """A kernel of the runtime that has a name of its own and needs no scratch memory."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        multipliers, shifts = channel_multipliers_of(op).T
        call.call(
            callee,
            [
                call.read(op.input),
                call.read(op.weights),
                _bias(op, call),
                call.write(op.result),
                window_struct(op),
                -quantization(op.input).zero_point,
                call.constant(multipliers, "multiplier"),
                call.constant(shifts, "shift"),
                quantization(op.result).zero_point,
                *code_range(op),
            ],
            header=RUNTIME,
        )

    return emit


def _emit_depthwise(op: DepthwiseConv2DOp, call: CallBuilder, env: Context) -> None:
    window = _window(op, env)
    parameters = StructAttr(
        "cmsis_nn_dw_conv_params",
        "dw_conv_params",
        {
            **_offsets(op),
            "ch_mult": window.out_c // window.in_c,
            **_sliding(window),
            "activation": activation(code_range(op)),
        },
    )
    contexts = [_scratch(op, call, env, _depthwise_scratch)]
    # CMSIS-NN's MVE kernel advances a null bias from one block of channels to the next.
    blocks = build_of(env.core) is Build.MVE and window.in_c > scratch.DEPTHWISE_CHANNEL_BLOCK
    _emit_sliding(
        op, call, "arm_depthwise_conv_wrapper_s8", window, (1, window.kernel_h, window.kernel_w, window.out_c),
        parameters, contexts, needs_bias=env.library == "cmsis-nn" and blocks,
    )  # fmt: skip


def _depthwise_scratch(op: DepthwiseConv2DOp, core: Core) -> int:
    build = build_of(core)
    return scratch.depthwise(scratch.as_called(window_of(op), build), build)


def _emit_transposed(op: TransposeConv2DOp, call: CallBuilder, env: Context) -> None:
    window = window_of(op)
    parameters = StructAttr(
        "cmsis_nn_transpose_conv_params",
        "transpose_conv_params",
        {**_offsets(op), **_sliding(window), "padding_offsets": tile(0, 0), "activation": activation(code_range(op))},
    )
    contexts = [
        _scratch(op, call, env, _transposed_scratch),
        _scratch(op, call, env, _reversed_weights, "output_ctx"),
    ]
    filter_shape = (window.out_c, window.kernel_h, window.kernel_w, window.in_c)
    _emit_sliding(op, call, "arm_transpose_conv_wrapper_s8", window, filter_shape, parameters, contexts)


def _transposed_scratch(op: TransposeConv2DOp, core: Core) -> int:
    return scratch.transposed_convolution(window_of(op), build_of(core))


def _reversed_weights(op: TransposeConv2DOp, core: Core) -> int:
    return scratch.reversed_weights(window_of(op))


# --- Rows -------------------------------------------------------------------------------------------------------

COMMON = (PER_LAYER, CONSTANT_WEIGHTS, SYMMETRIC_WEIGHTS, INTEGER_BIAS)

ROWS = (
    Row(
        "conv2d-s8", Conv2DOp, "s8", "s8", "s8",
        (
            Kernel(
                "arm_convolve_wrapper_s8", "cmsis-nn", _emit_convolution, per_build(convolution_macc, 7, 2, 0.4),
                _convolution_scratch, constraints=(SIZES_FIT,), core_constraints=(ROW_FITS,),
            ),
            Kernel("arm_convolve_wrapper_s8", "portable", _emit_convolution, per_build(convolution_macc, 7)),
        ),
        "smul_s8_s8", convolution_macc, (*COMMON, ONE_IMAGE, per_channel(0), NO_NEAR_TIES),
    ),
    Row(
        "depthwise-conv2d-s8", DepthwiseConv2DOp, "s8", "s8", "s8",
        (
            Kernel(
                "arm_depthwise_conv_wrapper_s8", "cmsis-nn", _emit_depthwise, per_build(convolution_macc, 9, 4, 1),
                _depthwise_scratch, constraints=(SIZES_FIT,), core_constraints=(ROW_FITS,),
            ),
            Kernel("arm_depthwise_conv_wrapper_s8", "portable", _emit_depthwise, per_build(convolution_macc, 9)),
        ),
        "smul_s8_s8", convolution_macc, (*COMMON, ONE_IMAGE, per_channel(3)),
    ),
    Row(
        "transpose-conv2d-s8", TransposeConv2DOp, "s8", "s8", "s8",
        (
            Kernel(
                "arm_transpose_conv_wrapper_s8", "cmsis-nn", _emit_transposed, per_build(transposed_macc, 9, 5, 2),
                lambda op, core: _transposed_scratch(op, core) + _reversed_weights(op, core),
                constraints=(SIZES_FIT, TRANSPOSED_FITS),
            ),
            Kernel("arm_transpose_conv_wrapper_s8", "portable", _emit_transposed, per_build(transposed_macc, 9)),
        ),
        "smul_s8_s8", transposed_macc, (*COMMON, ONE_IMAGE, per_channel(0)),
    ),
)  # fmt: skip
