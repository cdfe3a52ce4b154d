"""Rows of layers on s8 that become s8 with a scale and an offset in f32: the project's own kernels.

The rows of `linear` and `dense`, with an int32 bias, are faster and come first where they are exact: `fuse-quantizers`
decides. These serve the layers whose bias, often one with a batch normalization folded in, is finer than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....dialects.dqnn import (
    AffineOp,
    Conv2DAffineOp,
    DenseAffineOp,
    DepthwiseConv2DAffineOp,
)
from ....dialects.fixed_point import INT32_MAX
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from .binary import CONSTANT_TABLES, PAD_CODE, output_codes, pad_code, products, staged_macc
from .support import ONE_IMAGE, constant_array, per_build, quantization, shape_of, window_struct

S8_RUNTIME = "dqnn_s8_kernels.h"


# |sum (x - z) w| <= max |x - z| * sum |w|, over any part of the products too: no order of adding overflows.
def _reach(op: AffineOp) -> int:
    """The largest magnitude of a sum."""
    source = quantization(op.input)
    farthest = max(source.storage_max - source.zero_point, source.zero_point - source.storage_min)
    weights = np.abs(constant_array(op.weights).astype(np.int64))
    axis = 3 if isinstance(op, DepthwiseConv2DAffineOp) else 0
    return int(weights.sum(tuple(i for i in range(weights.ndim) if i != axis)).max()) * farthest


SUMS_FIT = Constraint("sums fit 32 bits", lambda op: _reach(op) <= INT32_MAX)


def _emit_window(op: Any, call: CallBuilder, env: Context) -> None:
    call.call(
        f"dqnn_{op.name.removeprefix('dqnn.').removesuffix('_affine')}_s8_s8_s8",
        [
            *(call.read(operand) for operand in op.operands),
            call.write(op.result),
            window_struct(op),
            -quantization(op.input).zero_point,
            pad_code(op),
            *output_codes(op),
        ],
        header=S8_RUNTIME,
    )


def _emit_dense(op: DenseAffineOp, call: CallBuilder, env: Context) -> None:
    rows, depth = shape_of(op.input)
    call.call(
        "dqnn_dense_s8_s8_s8",
        [
            *(call.read(operand) for operand in op.operands),
            call.write(op.result),
            rows,
            depth,
            shape_of(op.weights)[0],
            -quantization(op.input).zero_point,
            *output_codes(op),
        ],
        header=S8_RUNTIME,
    )


def _row(op: type[AffineOp], callee: str, emit: Any, rates: tuple[float, ...], *constraints: Constraint) -> Row:
    """A row of `callee`, which takes `rates` instructions a multiply-accumulate in the plain, DSP and MVE builds."""
    stage = op.name.removeprefix("dqnn.").replace("_", "-")
    kernel = Kernel(f"{callee}_s8_s8_s8", "portable", emit, per_build(products, *rates))
    always = (CONSTANT_TABLES, SUMS_FIT)
    return Row(f"{stage}-s8-s8-s8", op, "s8", "s8", "s8", (kernel,), "smul_s8_s8", staged_macc, (*always, *constraints))


ROWS = (
    _row(Conv2DAffineOp, "dqnn_conv2d", _emit_window, (3.2, 2.5, 1), ONE_IMAGE, PAD_CODE),
    _row(DepthwiseConv2DAffineOp, "dqnn_depthwise_conv2d", _emit_window, (12,), ONE_IMAGE, PAD_CODE),
    _row(DenseAffineOp, "dqnn_dense", _emit_dense, (4, 3, 1.5)),
)
