"""Rows of the convolutions and the dense layer on s8."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ....dialects.dqnn import Conv2DOp, DenseOp, DepthwiseConv2DOp, LinearOp, TransposeConv2DOp
from ....dialects.fixed_point import quantize_multiplier
from ...common.c_args import NullAttr, OperandAttr, StructAttr
from ...common.kernel_table import CallBuilder, Constraint, Context, Core, Kernel, Row
from ...common.single_rounding import Channel, encode
from ...common.window import Window, window_of
from .. import scratch
from ..scratch import Build
from ..targets import build_of
from .support import (
    CMSIS_NN,
    CONSTANT_WEIGHTS,
    INTEGER_BIAS,
    PER_LAYER,
    SYMMETRIC_WEIGHTS,
    activation,
    channel_multipliers,
    code_range,
    constant_array,
    context,
    count_of,
    dims,
    float32_product,
    per_build,
    quantization,
    shape_of,
    tile,
)

Int32s: TypeAlias = npt.NDArray[np.int32]

LARGEST_SIZE = 32767
"""CMSIS-NN's kernels keep positions in 16 bits."""
LARGEST_PATCH = 65535
"""Its inner loops count the values of one window in 16 bits."""


# --- Constraints and counts -------------------------------------------------------------------------------------


def _per_channel(axis: int) -> Constraint:
    def holds(op: Any) -> bool:
        weights = quantization(op.weights)
        return weights.axis == axis and len(weights.scales) == shape_of(op.result)[-1]

    return Constraint("the weights have one scale for each output channel (see legalize-per-channel)", holds)


PER_TENSOR = Constraint("the weights have one scale", lambda op: quantization(op.weights).axis is None)

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


def dense_macc(op: LinearOp) -> int:
    """Every weight once for each row of the input, and the bias once an output."""
    return shape_of(op.input)[0] * (count_of(op.weights) + shape_of(op.weights)[0])


# --- Calls ------------------------------------------------------------------------------------------------------


def _bias(op: Any, call: CallBuilder, *, needed: bool = False) -> OperandAttr | NullAttr:
    """The bias, or zeros where a kernel cannot do without."""
    if op.bias is not None:
        return call.read(op.bias)
    return call.constant(np.zeros(shape_of(op.result)[-1], np.int32), "bias") if needed else NullAttr()


def _channel_struct(pairs: Int32s, call: CallBuilder) -> StructAttr:
    """Tables of the multiplier and the shift of each channel."""
    multipliers, shifts = pairs.T
    return StructAttr(
        "cmsis_nn_per_channel_quant_params",
        "quant_params",
        {"multiplier": call.constant(multipliers, "multiplier"), "shift": call.constant(shifts, "shift")},
    )


def _channel_quantization(op: Any, call: CallBuilder) -> StructAttr:
    pairs = channel_multipliers(quantization(op.input), quantization(op.weights), quantization(op.result))
    return _channel_struct(pairs, call)


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


LARGEST_SINGLE_SHIFT = 11
"""Right shift up to which `rounded_once` errs less often than two roundings."""


class DenseArguments(NamedTuple):
    """What CMSIS-NN's dense kernels are given so that they round as TFLite does."""

    biases: Int32s
    """One for each output."""
    multipliers: tuple[tuple[int, int], ...]
    """Multiplier and shift, one pair or one for each output."""
    output_offset: int


def dense_multipliers(op: DenseOp) -> list[tuple[int, int]]:
    """Multiplier and shift of a dense layer, or of each output where the weights have a scale each.

    With one scale, TFLite multiplies it by the input's in float32. Sources: GetQuantizedConvolutionMultipler and
    PopulateConvolutionQuantizationParams in tensorflow/lite/kernels/kernel_util.cc.
    """
    source, weights, result = quantization(op.input), quantization(op.weights), quantization(op.result)
    if weights.axis is None:
        products = [float32_product(source.scale, weights.scale)]
    else:
        products = [source.scale * scale for scale in weights.scales]
    return [quantize_multiplier(product / result.scale) for product in products]


def rounded_once(multiplier: int, shift: int) -> tuple[int, int]:
    """Encode a multiplier so that CMSIS-NN, which rounds after the product and after the shift, rounds once.

    With the right shift n moved into the multiplier there is one rounding, of a multiplier with 31 - n bits: a result
    of up to 2^7 codes is off by up to 2^(n-25) before it is rounded, so about one in 2^(24-n) changes, against one in
    2^(n+1) with two roundings. From n = 12 on the latter is the rarer.
    """
    if not -LARGEST_SINGLE_SHIFT <= shift < 0:
        return multiplier, shift
    return (multiplier + (1 << (-shift - 1))) >> -shift, 0


def dense_arguments(op: DenseOp) -> DenseArguments:
    """Biases, multipliers and output offset with which the kernels, which round twice, give what TFLite gives.

    TFLite's dense layers (LiteRT 2.3) round once. `single_rounding` finds arguments that make no difference for any
    accumulator; where it finds none, those of `rounded_once` make one in some hundred thousand.
    """
    source, result = quantization(op.input), quantization(op.result)
    weights = constant_array(op.weights).astype(np.int64)
    biases = np.zeros(len(weights), np.int64) if op.bias is None else constant_array(op.bias).astype(np.int64)
    farthest = max(source.storage_max - source.zero_point, source.zero_point - source.storage_min)
    reach = np.abs(weights).sum(axis=1) * farthest + np.abs(biases)
    pairs = dense_multipliers(op)
    per_output = reach.tolist() if len(pairs) > 1 else [int(reach.max())]
    channels = tuple(Channel(*pair, limit) for pair, limit in zip(pairs, per_output, strict=True))
    low, high = (code - result.zero_point for code in code_range(op))
    encoding = encode(channels, low, high)
    if encoding is None:
        multipliers = tuple(rounded_once(*pair) for pair in pairs)
        return DenseArguments(biases.astype(np.int32), multipliers, result.zero_point)
    multipliers = tuple((m, shift) for m, (_, shift) in zip(encoding.multipliers, pairs, strict=True))
    biases = biases + np.array(encoding.biases)
    return DenseArguments(biases.astype(np.int32), multipliers, result.zero_point + encoding.offset)


def dense_sums(op: DenseOp, biases: Int32s) -> Int32s:
    """What the MVE dense kernels start from: bias + input_offset * (sum of an output's weights).

    CMSIS-NN's `arm_vector_sum_s8`, computed at compile time; it wraps to 32 bits as there.
    """
    sums = constant_array(op.weights).astype(np.int64).sum(axis=1) * -quantization(op.input).zero_point
    return (sums + biases).astype(np.int32)


def _emit_dense(op: DenseOp, call: CallBuilder, env: Context) -> None:
    rows, depth = shape_of(op.input)
    outputs = shape_of(op.weights)[0]
    biases, multipliers, output_offset = dense_arguments(op)
    source, weights = call.read(op.input), call.read(op.weights)
    bias = call.constant(biases, "bias") if biases.any() else NullAttr()
    size = scratch.dense(outputs, build_of(env.core)) if env.library == "cmsis-nn" else 0
    sums = call.constant(dense_sums(op, biases), "kernel_sums") if size else NullAttr()
    parameters = StructAttr(
        "cmsis_nn_fc_params",
        "fc_params",
        {
            "input_offset": -quantization(op.input).zero_point,
            "filter_offset": 0,
            "output_offset": output_offset,
            "activation": activation(code_range(op)),
        },
    )
    per_tensor = quantization(op.weights).axis is None
    call.call(
        "arm_fully_connected_s8" if per_tensor else "arm_fully_connected_per_channel_s8",
        [
            context("ctx", sums, size),
            parameters,
            _tensor_struct(multipliers[0]) if per_tensor else _channel_struct(np.array(multipliers, np.int32), call),
            dims("input_dims", (rows, 1, 1, depth)),
            source,
            dims("filter_dims", (depth, 1, 1, outputs)),
            weights,
            dims("bias_dims", (outputs,)),
            bias,
            dims("output_dims", (rows, 1, 1, outputs)),
            call.write(op.result),
        ],
        header=CMSIS_NN,
        checked=True,
    )


def _tensor_struct(pair: tuple[int, int]) -> StructAttr:
    fields = {"multiplier": pair[0], "shift": pair[1]}
    return StructAttr("cmsis_nn_per_tensor_quant_params", "quant_params", fields)


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
        "smul_s8_s8", convolution_macc, (*COMMON, _per_channel(0)),
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
        "smul_s8_s8", convolution_macc, (*COMMON, _per_channel(3)),
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
        "smul_s8_s8", transposed_macc, (*COMMON, _per_channel(0)),
    ),
    Row(
        "dense-s8", DenseOp, "s8", "s8", "s8",
        (
            Kernel("arm_fully_connected_s8", "cmsis-nn", _emit_dense, per_build(dense_macc, 6, 2, 0.3)),
            Kernel("arm_fully_connected_s8", "portable", _emit_dense, per_build(dense_macc, 6)),
        ),
        "smul_s8_s8", dense_macc, (*COMMON, PER_TENSOR),
    ),
    Row(
        "dense-s8-per-channel", DenseOp, "s8", "s8", "s8",
        (
            Kernel("arm_fully_connected_per_channel_s8", "cmsis-nn", _emit_dense, per_build(dense_macc, 6, 2, 0.3)),
            Kernel("arm_fully_connected_per_channel_s8", "portable", _emit_dense, per_build(dense_macc, 6)),
        ),
        "smul_s8_s8", dense_macc, (*COMMON, _per_channel(0)),
    ),
)  # fmt: skip
