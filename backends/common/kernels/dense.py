"""The dense layer, in the two encodings that give LiteRT's codes.

LiteRT rounds once in dense layers and in no other; CMSIS-NN rounds twice in all. `single_rounding` finds arguments by
which that makes no difference. For layers where it finds none, the runtime has a kernel that rounds once.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ....dialects.dqnn import DenseOp
from ....dialects.semantics.linear import output_ratios
from .. import scratch
from ..c_args import NullAttr, StructAttr
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from ..single_rounding import Channel, Encoding, encode, multiplier_for_one_rounding
from ..target import build_of
from .linear import channel_struct, per_channel
from .support import (
    CMSIS_NN,
    CONSTANT_WEIGHTS,
    INTEGER_BIAS,
    PER_LAYER,
    RUNTIME,
    SYMMETRIC_WEIGHTS,
    activation,
    code_range,
    constant_array,
    context,
    count_of,
    dims,
    per_build,
    quantization,
    shape_of,
)

Int32s: TypeAlias = npt.NDArray[np.int32]


def dense_macc(op: DenseOp) -> int:
    """Every weight once for each row of the input, and the bias once an output."""
    return shape_of(op.input)[0] * (count_of(op.weights) + shape_of(op.weights)[0])


# --- Rounding ---------------------------------------------------------------------------------------------------


def channels_of(op: DenseOp) -> tuple[Channel, ...]:
    """The layer's scales, one or one for each output, and the largest accumulators that the weights allow."""
    reach = np.abs(centered_weights(op)).sum(axis=1) * _farthest(op) + np.abs(biases_of(op))
    scales = output_ratios(op).tolist()
    if len(scales) == 1:
        reach = reach.max(keepdims=True)
    return tuple(Channel(scale, int(limit)) for scale, limit in zip(scales, reach, strict=True))


def _farthest(op: DenseOp) -> int:
    """The largest distance of an input's code from its zero point."""
    source = quantization(op.input)
    return max(source.storage_max - source.zero_point, source.zero_point - source.storage_min)


def centered_weights(op: DenseOp) -> npt.NDArray[np.int64]:
    """The codes of the weights, a row for each output, less their zero points."""
    zero_points = np.array(quantization(op.weights).zero_points, np.int64)
    return constant_array(op.weights).astype(np.int64) - zero_points[:, None]


def biases_of(op: DenseOp) -> npt.NDArray[np.int64]:
    """The bias of each output, 0 where the layer has none."""
    if op.bias is None:
        return np.zeros(shape_of(op.weights)[0], np.int64)
    return constant_array(op.bias).astype(np.int64)


def reals_range(op: DenseOp) -> tuple[int, int]:
    """Smallest and largest code of the output, less its zero point."""
    low, high = code_range(op)
    zero_point = quantization(op.result).zero_point
    return low - zero_point, high - zero_point


def encoding_of(op: DenseOp) -> Encoding | None:
    """The arguments for kernels that round twice."""
    return encode(channels_of(op), *reals_range(op))


HIDES_SECOND_ROUNDING = Constraint(
    "some bias and output offset hide CMSIS-NN's second rounding", lambda op: encoding_of(op) is not None
)


# --- CMSIS-NN, rounding twice -----------------------------------------------------------------------------------


class DenseArguments(NamedTuple):
    """What CMSIS-NN's dense kernels are given so that they round as LiteRT does."""

    biases: Int32s
    """One for each output."""
    multipliers: Int32s
    """Multiplier and shift, a row of each, one or one for each output."""
    output_offset: int


def dense_arguments(op: DenseOp) -> DenseArguments:
    """Biases, multipliers and output offset with which the kernels, which round twice, give what LiteRT gives."""
    encoding = encoding_of(op)
    assert encoding is not None, "a constraint of the row"
    shifts = [channel.shift for channel in channels_of(op)]
    return DenseArguments(
        (biases_of(op) + np.array(encoding.biases)).astype(np.int32),
        np.array([encoding.multipliers, shifts], np.int32).T,
        quantization(op.result).zero_point + encoding.offset,
    )


def dense_sums(op: DenseOp, biases: Int32s) -> Int32s:
    """What the MVE dense kernels start from: bias + input_offset * (sum of an output's weights less their zero point).

    CMSIS-NN's `arm_vector_sum_s8`, computed at compile time; it wraps to 32 bits as there.
    """
    sums = centered_weights(op).sum(axis=1) * -quantization(op.input).zero_point
    return (sums + biases).astype(np.int32)


def _emit_cmsis_nn(op: DenseOp, call: CallBuilder, env: Context) -> None:
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
            "filter_offset": -quantization(op.weights).zero_points[0],
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
            _tensor_struct(multipliers) if per_tensor else channel_struct(multipliers, call),
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


def _tensor_struct(multipliers: Int32s) -> StructAttr:
    ((multiplier, shift),) = multipliers.tolist()
    return StructAttr("cmsis_nn_per_tensor_quant_params", "quant_params", {"multiplier": multiplier, "shift": shift})


# --- The runtime's kernel, rounding once ------------------------------------------------------------------------


def once_multipliers(op: DenseOp) -> Int32s:
    """Multiplier and shift, a row of each, with which one rounding in fixed point gives what LiteRT gives."""
    channels, bounds = channels_of(op), reals_range(op)
    exact = [multiplier_for_one_rounding(channel, *bounds) for channel in channels]
    pairs = [
        (channel.multiplier if multiplier is None else multiplier, channel.shift)
        for channel, multiplier in zip(channels, exact, strict=True)
    ]
    return np.array(pairs, np.int32)


def emit_once(op: DenseOp, call: CallBuilder, env: Context) -> None:
    """The runtime's kernel of a name of its own; weights have the zero point 0."""
    rows, depth = shape_of(op.input)
    multipliers = once_multipliers(op)
    biases = biases_of(op).astype(np.int32)
    low, high = code_range(op)
    call.call(
        "dqnn_dense_s8",
        [
            call.read(op.input),
            call.read(op.weights),
            call.constant(biases, "bias") if biases.any() else NullAttr(),
            call.write(op.result),
            rows,
            depth,
            shape_of(op.weights)[0],
            -quantization(op.input).zero_point,
            call.constant(multipliers[:, 0], "multiplier"),
            call.constant(multipliers[:, 1], "shift"),
            int(len(multipliers) > 1),
            quantization(op.result).zero_point,
            low,
            high,
        ],
        header=RUNTIME,
    )


# --- Rows -------------------------------------------------------------------------------------------------------

COMMON = (PER_LAYER, CONSTANT_WEIGHTS, INTEGER_BIAS)
ONE_ZERO_POINT = Constraint(
    "the weights have one zero point", lambda op: len({*quantization(op.weights).zero_points}) == 1
)
PER_TENSOR = Constraint("the weights have one scale", lambda op: quantization(op.weights).axis is None)
PER_OUTPUT = per_channel(0)


def _kernels(callee: str) -> tuple[Kernel, ...]:
    """CMSIS-NN's function, and the runtime's of the same name."""
    hidden: dict[str, Any] = {"constraints": (HIDES_SECOND_ROUNDING,)}
    return (
        Kernel(callee, "cmsis-nn", _emit_cmsis_nn, per_build(dense_macc, 6, 2, 0.3), **hidden),
        Kernel(callee, "portable", _emit_cmsis_nn, per_build(dense_macc, 6), **hidden),
    )


ROWS = (
    Row(
        "dense-s8", DenseOp, "s8", "s8", "s8", _kernels("arm_fully_connected_s8"),
        "smul_s8_s8", dense_macc, (*COMMON, ONE_ZERO_POINT, PER_TENSOR),
    ),
    Row(
        "dense-s8-per-channel", DenseOp, "s8", "s8", "s8", _kernels("arm_fully_connected_per_channel_s8"),
        "smul_s8_s8", dense_macc, (*COMMON, ONE_ZERO_POINT, PER_OUTPUT),
    ),
    Row(
        "dense-s8-rounding-once", DenseOp, "s8", "s8", "s8",
        (Kernel("dqnn_dense_s8", "portable", emit_once, per_build(dense_macc, 6)),),
        "smul_s8_s8", dense_macc, (*COMMON, SYMMETRIC_WEIGHTS),
    ),
)  # fmt: skip
