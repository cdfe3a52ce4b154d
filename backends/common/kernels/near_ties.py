"""Rows of convolutions that form near ties again in float32 (`dialects/near_ties.py`).

Each is a row of an int8 convolution, whose kernel computes all codes, and a second call that looks at them once more. A
table tells it which codes can come from near ties; where it is empty, there is no second call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ....dialects.dqnn import Conv2DOp
from ....dialects.near_ties import NearTies
from ....dialects.semantics.float_sums import near_ties_of
from ....dialects.semantics.linear import output_ratios
from ..c_args import NullAttr, StructAttr
from ..kernel_table import CallBuilder, Constraint, Context, Core, Kernel, Row
from . import asymmetric, linear
from .support import CONSTANT_WEIGHTS, NO_NEAR_TIES, code_range, count_of, quantization, real, window_struct

CALLEE, HEADER = "dqnn_conv2d_near_ties_s8", "dqnn_s8_kernels.h"

LOOK = 8
"""Instructions for each code: most are no near tie's. The few sums that are formed again are left out."""


def _has_near_ties(op: Any) -> bool:
    """Whether they are formed again, and few; that they can be found is what other constraints of the row say."""
    is_known = CONSTANT_WEIGHTS.holds(op) and linear.per_channel(0).holds(op)
    return not NO_NEAR_TIES.holds(op) and not (is_known and near_ties_of(op, output_ratios(op)) is None)


NEAR_TIES = Constraint(
    "near ties are formed again in float32, which holds the sums, and are no more than the weights", _has_near_ties
)


def with_near_ties(kernel: Kernel) -> Kernel:
    """A convolution's kernel, and behind it the second look at the codes."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        kernel.emit(op, call, env)
        ties = near_ties_of(op, output_ratios(op))
        assert ties is not None, "the row's constraint"
        if ties.sums.size:
            _look_again(op, ties, call)

    def cost(op: Any, core: Core) -> float:
        return kernel.cost(op, core) + LOOK * count_of(op.result)

    return replace(kernel, callee=f"{kernel.callee}, {CALLEE}", emit=emit, cost=cost)


def rows_with_near_ties(rows: Sequence[Row]) -> tuple[Row, ...]:
    """A second row for each of a convolution."""
    return tuple(
        replace(
            row,
            id=f"{row.id}-near-ties",
            kernels=tuple(map(with_near_ties, row.kernels)),
            constraints=(*(item for item in row.constraints if item is not NO_NEAR_TIES), NEAR_TIES),
        )
        for row in rows
        if NO_NEAR_TIES in row.constraints
    )


def _look_again(op: Conv2DOp, ties: NearTies, call: CallBuilder) -> None:
    """The second call, which changes codes where they are."""
    call.read(op.result)
    weights = quantization(op.weights)
    table = {
        "count": len(ties.channels),
        "channels": call.constant(ties.channels, "tie_channels"),
        "first": call.constant(ties.first, "tie_first"),
        "sums": call.constant(ties.sums, "tie_sums"),
        "codes": call.constant(ties.codes, "tie_codes"),
        "weight_scales": call.constant(np.array(weights.scales, np.float32)[ties.channels], "tie_weight_scales"),
        "in_scale": real(quantization(op.input).scale),
        "out_scale": real(quantization(op.result).scale),
    }
    call.call(
        CALLEE,
        [
            call.read(op.input),
            call.read(op.weights),
            NullAttr() if op.bias is None else call.read(op.bias),
            call.write(op.result),
            window_struct(op),
            StructAttr("dqnn_near_ties", "near_ties", table),
            -quantization(op.input).zero_point,
            asymmetric.weight_offsets(op, call) if any(weights.zero_points) else NullAttr(),
            quantization(op.result).zero_point,
            *code_range(op),
        ],
        header=HEADER,
        in_place=((0, 0),),
    )


ROWS = rows_with_near_ties((*linear.ROWS, *asymmetric.ROWS))
