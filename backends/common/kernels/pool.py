"""Rows of pools and means on s8."""

from __future__ import annotations

from typing import Any

from ....dialects.dqnn import AvgPool2DOp, MaxPool2DOp, MeanOp, Pool2DOp
from ....dialects.fixed_point import quantize_multiplier
from ....dialects.semantics.pool import image_multiplier, is_whole_image
from .. import scratch
from ..c_args import StructAttr
from ..kernel_table import CallBuilder, Constraint, Context, Core, Kernel, Row
from ..target import build_of
from ..window import integers, window_of
from .support import (
    CMSIS_NN,
    FULL_RANGE,
    PER_LAYER,
    RANK_FITS,
    RUNTIME,
    SAME_QUANTIZATION,
    activation,
    array,
    code_range,
    context,
    count_of,
    dims,
    per_build,
    quantization,
    shape_of,
    tile,
)


def _touches_input(op: Pool2DOp) -> bool:
    w = window_of(op)
    last_row, last_column = (w.out_h - 1) * w.stride_h - w.pad_top, (w.out_w - 1) * w.stride_w - w.pad_left
    return w.pad_top < w.kernel_h and w.pad_left < w.kernel_w and last_row < w.in_h and last_column < w.in_w


AWAY_FROM_ZERO = Constraint("halves are rounded away from zero", lambda op: op.rounding is None)
WHOLE_IMAGE = Constraint("the window is the whole image", is_whole_image)
RESCALES = Constraint(
    "the output has another scale or zero point than the input",
    lambda op: quantization(op.input) != quantization(op.result),
)
NO_BOUNDS = Constraint(
    "no fused activation bounds the codes",
    lambda op: code_range(op) == (quantization(op.result).storage_min, quantization(op.result).storage_max),
)
WINDOWS_TOUCH = Constraint("every window covers some of the input", _touches_input)


def pool_macc(op: Pool2DOp) -> int:
    """Every value of the window for each output value."""
    window = window_of(op)
    return count_of(op.result) * window.kernel_h * window.kernel_w


def mean_macc(op: MeanOp | AvgPool2DOp) -> int:
    """Every input value once."""
    return count_of(op.input)


def reduced(op: MeanOp) -> tuple[int, ...]:
    """1 for each axis that a mean is taken over, 0 for the others."""
    rank = len(shape_of(op.input))
    axes = {axis % rank for axis in integers(op.axes)}
    return tuple(int(axis in axes) for axis in range(rank))


def _average_scratch(op: Any, core: Core) -> int:
    return scratch.average_pool(window_of(op), build_of(core))


def _no_scratch(op: Any, core: Core) -> int:
    return 0


def _pool(callee: str, kernel_scratch: Any = _no_scratch) -> tuple[Kernel, Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        window = window_of(op)
        parameters = StructAttr(
            "cmsis_nn_pool_params",
            "pool_params",
            {
                "stride": tile(window.stride_h, window.stride_w),
                "padding": tile(window.pad_top, window.pad_left),
                "activation": activation(code_range(op)),
            },
        )
        source = call.read(op.input)
        size = kernel_scratch(op, env.core) if env.library == "cmsis-nn" else 0
        call.call(
            callee,
            [
                context("ctx", call.scratch(size), size),
                parameters,
                dims("input_dims", shape_of(op.input)),
                source,
                dims("filter_dims", (1, window.kernel_h, window.kernel_w, 1)),
                dims("output_dims", shape_of(op.result)),
                call.write(op.result),
            ],
            header=CMSIS_NN,
            checked=True,
        )

    return (
        Kernel(callee, "cmsis-nn", emit, per_build(pool_macc, 9, 5, 0.5), kernel_scratch),
        Kernel(callee, "portable", emit, per_build(pool_macc, 9)),
    )


def mean_multiplier(input_scale: float, output_scale: float, count: int) -> tuple[int, int]:
    """Multiplier and shift of s_in / s_out / count, the division done in the integer multiplier as TFLite does it.

    Source: QuantizedMeanOrSum in tensorflow/lite/kernels/internal/reference/reduce.h.
    """
    multiplier, shift = quantize_multiplier(input_scale / output_scale)
    widening = min(count.bit_length() - 1, 32, 31 + shift)
    return (multiplier << widening) // count, shift - widening


def _emit_mean(op: MeanOp, call: CallBuilder, env: Context) -> None:
    source, result = quantization(op.input), quantization(op.result)
    multiplier = mean_multiplier(source.scale, result.scale, count_of(op.input) // count_of(op.result))
    _call_mean(op, call, reduced(op), multiplier)


def _emit_whole(op: AvgPool2DOp, call: CallBuilder, env: Context) -> None:
    _, height, width, _ = shape_of(op.input)
    multiplier = image_multiplier(quantization(op.input).scale, quantization(op.result).scale, height * width)
    _call_mean(op, call, (0, 1, 1, 0), multiplier)


def _call_mean(op: Any, call: CallBuilder, reduce: tuple[int, ...], multiplier: tuple[int, int]) -> None:
    source, result = quantization(op.input), quantization(op.result)
    shape = shape_of(op.input)
    call.call(
        "dqnn_mean_s8",
        [
            call.read(op.input),
            call.write(op.result),
            len(shape),
            array("shape", shape),
            array("reduce", reduce),
            -source.zero_point,
            *multiplier,
            result.zero_point,
        ],
        header=RUNTIME,
    )


ROWS = (
    Row(
        "max-pool2d-s8", MaxPool2DOp, "s8", None, "s8", _pool("arm_max_pool_s8"),
        "op_s8_s8", pool_macc, (PER_LAYER, SAME_QUANTIZATION, WINDOWS_TOUCH),
    ),
    Row(
        "avg-pool2d-s8", AvgPool2DOp, "s8", None, "s8", _pool("arm_avgpool_s8", _average_scratch),
        "op_s8_s8", pool_macc, (PER_LAYER, SAME_QUANTIZATION, WINDOWS_TOUCH, AWAY_FROM_ZERO),
    ),
    Row(
        "avg-pool2d-s8-whole", AvgPool2DOp, "s8", None, "s8",
        (Kernel("dqnn_mean_s8", "portable", _emit_whole, per_build(mean_macc, 8)),),
        "op_s8_s8", pool_macc, (PER_LAYER, FULL_RANGE, WHOLE_IMAGE, RESCALES, NO_BOUNDS),
    ),
    Row(
        "mean-s8", MeanOp, "s8", None, "s8",
        (Kernel("dqnn_mean_s8", "portable", _emit_mean, per_build(mean_macc, 8)),),
        "op_s8_s8", mean_macc, (PER_LAYER, FULL_RANGE, RANK_FITS),
    ),
)  # fmt: skip
