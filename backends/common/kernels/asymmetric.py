"""Rows of layers whose weights have zero points, and of pools that round as unsigned codes do.

Networks that were quantized to unsigned weights (TensorFlow 1, ONNX Runtime's QUInt8) have these after
`shift-to-signed`. CMSIS-NN's convolutions take weights of zero point 0 alone; the runtime has kernels that subtract it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....dialects.dqnn import AvgPool2DOp, Conv2DOp, DenseOp, DepthwiseConv2DOp, TransposeConv2DOp
from ..c_args import NullAttr, OperandAttr
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from .dense import biases_of, dense_macc, once_multipliers
from .linear import channel_multipliers_of, convolution_macc, per_channel, transposed_macc
from .pool import WINDOWS_TOUCH, pool_macc
from .support import (
    CONSTANT_WEIGHTS,
    INTEGER_BIAS,
    NO_NEAR_TIES,
    ONE_IMAGE,
    PER_LAYER,
    RUNTIME,
    SAME_QUANTIZATION,
    code_range,
    per_build,
    quantization,
    shape_of,
    window_struct,
)

ROUNDS_UP = Constraint("halves are rounded up", lambda op: op.rounding is not None)


def weight_offsets(op: Any, call: CallBuilder) -> OperandAttr:
    """Minus the zero points of the weights, a table."""
    return call.constant(-np.array(quantization(op.weights).zero_points, np.int32), "weight_offsets")


def _convolution(callee: str, macc: Callable[[Any], int] = convolution_macc) -> tuple[Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        multipliers, shifts = channel_multipliers_of(op).T
        call.call(
            callee,
            [
                call.read(op.input),
                call.read(op.weights),
                NullAttr() if op.bias is None else call.read(op.bias),
                call.write(op.result),
                window_struct(op),
                -quantization(op.input).zero_point,
                weight_offsets(op, call),
                call.constant(multipliers, "multiplier"),
                call.constant(shifts, "shift"),
                quantization(op.result).zero_point,
                *code_range(op),
            ],
            header=RUNTIME,
        )

    return (Kernel(callee, "portable", emit, per_build(macc, 8, 4, 1)),)


def _emit_dense(op: DenseOp, call: CallBuilder, env: Context) -> None:
    rows, depth = shape_of(op.input)
    multipliers, biases = once_multipliers(op), biases_of(op).astype(np.int32)
    call.call(
        "dqnn_dense_asymmetric_s8",
        [
            call.read(op.input),
            call.read(op.weights),
            call.constant(biases, "bias") if biases.any() else NullAttr(),
            call.write(op.result),
            rows,
            depth,
            shape_of(op.weights)[0],
            -quantization(op.input).zero_point,
            weight_offsets(op, call),
            call.constant(multipliers[:, 0], "multiplier"),
            call.constant(multipliers[:, 1], "shift"),
            int(len(multipliers) > 1),
            quantization(op.result).zero_point,
            *code_range(op),
        ],
        header=RUNTIME,
    )


def _emit_average(op: AvgPool2DOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), window_struct(op), *code_range(op)]
    call.call("dqnn_avg_pool2d_up_s8", args, header=RUNTIME)


COMMON = (PER_LAYER, CONSTANT_WEIGHTS, INTEGER_BIAS)

ROWS = (
    Row(
        "conv2d-s8-asymmetric", Conv2DOp, "s8", "s8", "s8", _convolution("dqnn_conv2d_asymmetric_s8"),
        "smul_s8_s8", convolution_macc, (*COMMON, ONE_IMAGE, per_channel(0), NO_NEAR_TIES),
    ),
    Row(
        "depthwise-conv2d-s8-asymmetric", DepthwiseConv2DOp, "s8", "s8", "s8",
        _convolution("dqnn_depthwise_conv2d_asymmetric_s8"),
        "smul_s8_s8", convolution_macc, (*COMMON, ONE_IMAGE, per_channel(3)),
    ),
    Row(
        "transpose-conv2d-s8-asymmetric", TransposeConv2DOp, "s8", "s8", "s8",
        _convolution("dqnn_transpose_conv2d_asymmetric_s8", transposed_macc),
        "smul_s8_s8", transposed_macc, (*COMMON, ONE_IMAGE, per_channel(0)),
    ),
    Row(
        "dense-s8-asymmetric", DenseOp, "s8", "s8", "s8",
        (Kernel("dqnn_dense_asymmetric_s8", "portable", _emit_dense, per_build(dense_macc, 6, 3, 0.6)),),
        "smul_s8_s8", dense_macc, COMMON,
    ),
    Row(
        "avg-pool2d-s8-rounding-up", AvgPool2DOp, "s8", None, "s8",
        (Kernel("dqnn_avg_pool2d_up_s8", "portable", _emit_average, per_build(pool_macc, 9)),),
        "op_s8_s8", pool_macc, (PER_LAYER, ONE_IMAGE, SAME_QUANTIZATION, WINDOWS_TOUCH, ROUNDS_UP),
    ),
)  # fmt: skip
