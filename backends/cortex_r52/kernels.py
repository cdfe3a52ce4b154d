"""The Cortex-R52 kernel table: CMSIS-NN's s8 functions in their DSP build, the project's own, and some of NEON.

CMSIS-NN has no path for NEON. Where that is cheaper, a row has a second kernel of the project's own.

s1 x s1: of a word x of the input and words w_0 .. w_7 of eight output channels, x ^ w_c has a bit for each product of
-1, VCNT counts these in each byte, and bytes are summed: a channel's sum is (products) - 2 * (bits). The eight lie side
by side (`side_by_side`), in two registers that one instruction loads, so that nothing is summed across a register until
the last word.

s8 x s8: sixteen products at a time, summed in pairs to 32 bits. What comes behind the last sixteen of a run of
neighbouring inputs is dearer, and so is every run. A depthwise convolution takes eight channels at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..common.binary import padded
from ..common.kernel_table import CallBuilder, Constraint, Context, Core, Kernel, KernelTable, Row
from ..common.kernels import ROWS
from ..common.kernels.binary import emit_binary_convolution, emit_binary_dense, products
from ..common.kernels.dense import emit_once
from ..common.kernels.linear import emit_own_convolution
from ..common.kernels.near_ties import with_near_ties
from ..common.kernels.support import SYMMETRIC_WEIGHTS, count_of, shape_of
from ..common.window import Window, window_of

NEON = frozenset({"neon"})

EIGHT = 8
"""Channels that a depthwise convolution takes at once."""
ABREAST = 8
"""DQNN_ABREAST: output channels whose words lie side by side."""


# --- Costs: instructions, as measured -----------------------------------------------------------------------------

BINARY_RATE = 0.08
"""For a binary multiply-accumulate, those of channels behind the last among them."""
SIXTEENS_RATE = 0.42
"""For a multiply-accumulate of sixteen at a time, in a convolution; a dense layer has twice that."""
REST_RATE = 2.0
"""For one behind the last sixteen."""
RUN_COST = 26
"""For each run of neighbouring inputs."""
CONVOLUTION_OUTPUT, DENSE_OUTPUT = 60, 35
"""For each output."""
EIGHTS_RATE, EIGHTS_OUTPUT = 2.1, 12
"""In a depthwise convolution of eight channels at a time: for a multiply-accumulate, and for each output."""
DEPTHWISE_REST_RATE = 9.0
"""For one of the channels behind the last eight."""


def _binary_cost(op: Any, core: Core) -> float:
    channels = shape_of(op.result)[-1]
    return products(op) / channels * padded(channels, ABREAST) * BINARY_RATE


def _run_cost(length: int, rate: float) -> float:
    return length // 16 * 16 * rate + length % 16 * REST_RATE


def _runs(window: Window) -> tuple[int, int]:
    """Runs of neighbouring inputs that a window has, and how long they are."""
    depth = window.in_c // window.groups
    if window.dilation_w != 1 or window.groups != 1:
        return window.kernel_h * window.kernel_w, depth
    return window.kernel_h, window.kernel_w * depth


def _convolution_cost(op: Any, core: Core) -> float:
    runs, length = _runs(window_of(op))
    return count_of(op.result) * (CONVOLUTION_OUTPUT + runs * (RUN_COST + _run_cost(length, SIXTEENS_RATE)))


def _depthwise_cost(op: Any, core: Core) -> float:
    window = window_of(op)
    alone = window.out_c % EIGHT
    taps = window.kernel_h * window.kernel_w
    together = (window.out_c - alone) * (EIGHTS_OUTPUT + taps * EIGHTS_RATE)
    return window.out_h * window.out_w * (together + alone * (DENSE_OUTPUT + taps * DEPTHWISE_REST_RATE))


def _dense_cost(op: Any, core: Core) -> float:
    return count_of(op.result) * (DENSE_OUTPUT + _run_cost(shape_of(op.weights)[1], 2 * SIXTEENS_RATE))


OWN_CHANNELS = Constraint(
    "each output channel has an input channel of its own", lambda op: shape_of(op.input)[-1] == shape_of(op.result)[-1]
)


# --- Kernels ------------------------------------------------------------------------------------------------------


def _binary(emit: Callable[[str, int], Callable[[Any, CallBuilder, Context], None]]) -> Callable[[Row], Kernel]:
    def make(row: Row) -> Kernel:
        callee = f"{row.kernels[0].callee}_x{ABREAST}"
        return Kernel(callee, "portable", emit(callee, ABREAST), _binary_cost, features=NEON, variant="neon")

    return make


def _convolution(row: Row) -> Kernel:
    emit = emit_own_convolution("dqnn_conv2d_s8")
    return Kernel("dqnn_conv2d_s8", "portable", emit, _convolution_cost, features=NEON, variant="neon")


def _depthwise(row: Row) -> Kernel:
    callee = "dqnn_depthwise_conv2d_s8"
    return Kernel(
        callee,
        "portable",
        emit_own_convolution(callee),
        _depthwise_cost,
        features=NEON,
        constraints=(OWN_CHANNELS,),
        variant="neon",
    )


def _dense(row: Row) -> Kernel:
    symmetric = (SYMMETRIC_WEIGHTS,)
    return Kernel(
        "dqnn_dense_s8", "portable", emit_once, _dense_cost, features=NEON, constraints=symmetric, variant="neon"
    )


OWN: dict[str, Callable[[Row], Kernel]] = {
    "conv2d-threshold-s1-s1-s1": _binary(emit_binary_convolution),
    "conv2d-affine-s1-s1-s8": _binary(emit_binary_convolution),
    "conv2d-affine-s1-s1-f32": _binary(emit_binary_convolution),
    "dense-threshold-s1-s1-s1": _binary(emit_binary_dense),
    "dense-affine-s1-s1-s8": _binary(emit_binary_dense),
    "dense-affine-s1-s1-f32": _binary(emit_binary_dense),
    "conv2d-s8": _convolution,
    "conv2d-s8-near-ties": lambda row: with_near_ties(_convolution(row)),
    "depthwise-conv2d-s8": _depthwise,
    "dense-s8": _dense,
    "dense-s8-per-channel": _dense,
}
"""The second kernel of each row that has one."""

TABLE = KernelTable([replace(row, kernels=(OWN[row.id](row), *row.kernels)) if row.id in OWN else row for row in ROWS])
