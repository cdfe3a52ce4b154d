"""The Cortex-R52 kernel table: CMSIS-NN's s8 functions in their DSP build, the project's own, and some of NEON.

Where both sides are s1, NEON has kernels of its own, as second ones of their rows. Of a word x of the input, and words
w_0 .. w_7 of eight output channels, x ^ w_c has a bit for each product that is -1, VCNT counts these in each byte, and
bytes are summed: a channel's sum is (products) - 2 * (bits). The eight lie side by side (`side_by_side`), in two
registers that one instruction loads, so that nothing is summed across a register until the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..common.binary import padded
from ..common.kernel_table import CallBuilder, Context, Core, Kernel, KernelTable, Row
from ..common.kernels import ROWS
from ..common.kernels.binary import emit_binary_convolution, emit_binary_dense, products
from ..common.kernels.support import shape_of

ABREAST = 8
"""DQNN_ABREAST: output channels whose words lie side by side."""

BINARY_RATE = 0.08
"""Instructions for a binary multiply-accumulate, those of channels behind the last among them."""


def _cost(op: Any, core: Core) -> float:
    channels = shape_of(op.result)[-1]
    return products(op) / channels * padded(channels, ABREAST) * BINARY_RATE


def _with_neon(row: Row, emit: Callable[[str, int], Callable[[Any, CallBuilder, Context], None]]) -> Row:
    """A row of s1 x s1 with the kernel for NEON beside the one for all cores."""
    (kernel,) = row.kernels
    callee = f"{kernel.callee}_x{ABREAST}"
    neon = Kernel(
        callee, "portable", emit(callee, ABREAST), _cost, features=frozenset({"neon"}), variant="neon"
    )  # fmt: skip
    return replace(row, kernels=(neon, kernel))


EMITTERS = {"conv2d": emit_binary_convolution, "dense": emit_binary_dense}


def _own(row: Row) -> Row:
    """A row as this backend has it."""
    emit = EMITTERS.get(row.id.partition("-")[0])
    return _with_neon(row, emit) if emit is not None and (row.input, row.weights) == ("s1", "s1") else row


TABLE = KernelTable([_own(row) for row in ROWS])
