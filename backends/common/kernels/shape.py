"""Rows of operators that move or copy elements: nothing is computed, so most serve s8 and f32 alike."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from xdsl.dialects.builtin import IntegerAttr, IntegerType, Signedness
from xdsl.ir import SSAValue

from ....dialects.dqnn import ConcatOp, PadOp, ReshapeOp, ResizeNearestOp, SliceOp, SplitOp, TransposeOp
from ....dialects.fixed_point import quantize
from ..c_args import StructAttr
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from ..placement import is_run
from ..window import integers
from .support import (
    CMSIS_NN,
    MAX_RANK,
    ONE_IMAGE,
    PER_LAYER,
    RANK_FITS,
    RUNTIME,
    SAME_QUANTIZATION,
    array,
    both_libraries,
    count_of,
    dims,
    element_bytes,
    no_operations,
    per_build,
    per_element,
    quantization,
    shape_of,
)

BYTE_TYPES = ("s8", "f32")
"""Element types that the rows below move."""


def _moved_bytes(op: Any) -> float:
    return sum(count_of(value) * element_bytes(value) for value in op.results)


# --- Views ------------------------------------------------------------------------------------------------------


def _no_call(op: Any, call: CallBuilder, env: Context) -> None:
    """Nothing: the results are pieces of the input's memory."""


VIEW = (Kernel("", "portable", _no_call, lambda op, core: 0.0),)


def leading_is_one(shape: Sequence[int], axis: int) -> bool:
    """Whether pieces along an axis are runs of memory: all dimensions in front of it are 1."""
    return prod(shape[: axis % len(shape)]) == 1


def moved_axes(op: TransposeOp) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The input's shape and the permutation without dimensions of 1, with neighbours that stay together as one."""
    shape = shape_of(op.input)
    order = [axis for axis in integers(op.permutation) if shape[axis] != 1]
    groups: list[list[int]] = []
    kept = [axis for axis in range(len(shape)) if shape[axis] != 1]
    for axis in order:
        position = kept.index(axis)
        if groups and position > 0 and kept[position - 1] == groups[-1][-1]:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    by_input = sorted(groups)
    sizes = tuple(prod(shape[axis] for axis in group) for group in by_input)
    return sizes, tuple(by_input.index(group) for group in groups)


RUN = Constraint("the slice is one run of memory", is_run)
SPLIT_RUN = Constraint(
    "the dimensions in front of the axis are 1", lambda op: leading_is_one(shape_of(op.input), op.axis.value.data)
)
NOTHING_MOVES = Constraint("only dimensions of 1 move", lambda op: len(moved_axes(op)[0]) <= 1)


# --- Copies -----------------------------------------------------------------------------------------------------


def _runs(shape: Sequence[int], axis: int, size: int) -> tuple[int, int]:
    """Rows in front of an axis and the bytes of one of them."""
    axis %= len(shape)
    return prod(shape[:axis]), prod(shape[axis:]) * size


def _emit_concat(op: ConcatOp, call: CallBuilder, env: Context) -> None:
    """One copy for each operand that was not written to its place at once."""
    axis, size = op.axis.value.data, element_bytes(op.result)
    rows, total = _runs(shape_of(op.result), axis, size)
    offset = 0
    for index, value in enumerate(op.inputs):
        _, width = _runs(shape_of(value), axis, size)
        if rows == 1:
            if not call.is_placed(op, index):
                args = [call.read(value), call.write_piece(op.result, offset, width), width]
                call.call("dqnn_copy", args, header=RUNTIME)
        else:
            _copy_columns(op, call, value, _Columns(rows, width, total, offset))
        offset += width


class _Columns(NamedTuple):
    """Some columns of a matrix of bytes: `rows` runs of `width` bytes, `total` apart, from byte `offset` on."""

    rows: int
    width: int
    total: int
    offset: int


def _copy_columns(op: ConcatOp, call: CallBuilder, value: SSAValue, columns: _Columns) -> None:
    """Copy an operand into columns of the result. Other columns, written before, live on: the call reads them too."""
    rows, width, total, offset = columns
    source, target = call.read(value), call.write(op.result)
    if offset:
        call.read(op.result)
    if element_bytes(value) == 1 and max(total, rows) <= UINT16_MAX:
        args = [source, width, rows, 1, 1, target, total, offset]
        call.call("arm_concatenation_s8_x", args, header=CMSIS_NN)
    else:
        target = call.write_piece(op.result, offset, (rows - 1) * total + width)
        call.call("dqnn_copy_rows", [source, width, target, total, rows, width], header=RUNTIME)


UINT16_MAX = 65535
"""Sizes that CMSIS-NN's concatenation takes."""


def _emit_split(op: SplitOp, call: CallBuilder, env: Context) -> None:
    axis, size = op.axis.value.data, element_bytes(op.input)
    rows, total = _runs(shape_of(op.input), axis, size)
    offset = 0
    for part in op.parts:
        _, width = _runs(shape_of(part), axis, size)
        source = call.read_piece(op.input, offset, (rows - 1) * total + width)
        call.call("dqnn_copy_rows", [source, total, call.write(part), width, rows, width], header=RUNTIME)
        offset += width


def _emit_slice(op: SliceOp, call: CallBuilder, env: Context) -> None:
    source = shape_of(op.input)
    call.call(
        "dqnn_slice",
        [
            call.read(op.input),
            call.write(op.result),
            element_bytes(op.input),
            len(source),
            array("in_shape", source),
            array("offsets", integers(op.offsets)),
            array("strides", integers(op.strides)),
            array("out_shape", shape_of(op.result)),
        ],
        header=RUNTIME,
    )


def _emit_transpose_s8(op: TransposeOp, call: CallBuilder, env: Context) -> None:
    shape, permutation = moved_axes(op)
    fill = (1,) * (4 - len(shape))
    moved = tuple(shape[axis] for axis in permutation)
    parameters = StructAttr(
        "cmsis_nn_transpose_params",
        "transpose_params",
        {"num_dims": len(shape), "permutations": array("permutation", permutation, "uint32_t")},
    )
    # Shapes of fewer than four dimensions use the first fields.
    args = [
        call.read(op.input),
        call.write(op.result),
        dims("input_dims", (*shape, *fill)),
        dims("output_dims", (*moved, *fill)),
        parameters,
    ]
    call.call("arm_transpose_s8", args, header=CMSIS_NN, checked=True)


def _emit_transpose(op: TransposeOp, call: CallBuilder, env: Context) -> None:
    shape, permutation = moved_axes(op)
    call.call(
        "dqnn_transpose",
        [
            call.read(op.input),
            call.write(op.result),
            element_bytes(op.input),
            len(shape),
            array("in_shape", shape),
            array("permutation", permutation),
        ],
        header=RUNTIME,
    )


def _pad_code(op: PadOp) -> int:
    return int(quantize(op.value.value.data, quantization(op.result)))


def _emit_pad_s8(op: PadOp, call: CallBuilder, env: Context) -> None:
    padding = integers(op.padding)
    shape = shape_of(op.input)
    fill = (0,) * (4 - len(shape))
    args = [
        call.read(op.input),
        call.write(op.result),
        _pad_code(op),
        dims("input_size", shape),
        dims("pre_pad", (*fill, *padding[::2])),
        dims("post_pad", (*fill, *padding[1::2])),
    ]
    call.call("arm_pad_s8", args, header=CMSIS_NN, checked=True)


def _emit_pad(op: PadOp, call: CallBuilder, env: Context) -> None:
    shape, size = shape_of(op.input), element_bytes(op.input)
    element = np.float32(op.value.value.data).tobytes() if size == 4 else np.int8(_pad_code(op)).tobytes()
    bits = IntegerAttr(int.from_bytes(element, "little"), IntegerType(32, Signedness.UNSIGNED))
    call.call(
        "dqnn_pad",
        [
            call.read(op.input),
            call.write(op.result),
            size,
            len(shape),
            array("in_shape", shape),
            array("padding", integers(op.padding)),
            bits,
        ],
        header=RUNTIME,
    )


def _emit_resize(op: ResizeNearestOp, call: CallBuilder, env: Context) -> None:
    _, in_h, in_w, channels = shape_of(op.input)
    _, out_h, out_w, _ = shape_of(op.result)
    flags = [int(bool(flag.value.data)) for flag in (op.align_corners, op.half_pixel_centers)]
    call.call(
        "dqnn_resize_nearest",
        [
            call.read(op.input),
            call.write(op.result),
            channels * element_bytes(op.input),
            in_h,
            in_w,
            out_h,
            out_w,
            *flags,
        ],
        header=RUNTIME,
    )


NO_NEGATIVE_PADDING = Constraint("no padding is negative", lambda op: min(integers(op.padding), default=0) >= 0)
PAD_RANK = Constraint("tensors have at most 4 dimensions", lambda op: len(shape_of(op.input)) <= 4)
MOVES_FOUR = Constraint("at most 4 groups of axes move", lambda op: len(moved_axes(op)[0]) <= 4)
MOVES_FEW = Constraint(f"at most {MAX_RANK} groups of axes move", lambda op: len(moved_axes(op)[0]) <= MAX_RANK)


# --- Rows -------------------------------------------------------------------------------------------------------


def _own(callee: str, emit: Any, rate: float) -> tuple[Kernel]:
    return (Kernel(callee, "portable", emit, per_build(_moved_bytes, rate)),)


def _rows_of(tag: str) -> list[Row]:
    """The rows that are the same for every element type, which is moved byte by byte."""
    same = (PER_LAYER, SAME_QUANTIZATION) if tag != "f32" else ()
    kind = f"op_{tag}_{tag}"
    slices = "dqnn_slice"
    copies = "dqnn_copy, dqnn_copy_rows" if tag == "f32" else "arm_concatenation_s8_x, dqnn_copy, dqnn_copy_rows"
    return [
        Row(f"reshape-{tag}", ReshapeOp, tag, None, tag, VIEW, kind, no_operations, same),
        Row(f"slice-{tag}-view", SliceOp, tag, None, tag, VIEW, kind, no_operations, (*same, RUN)),
        Row(
            f"slice-{tag}", SliceOp, tag, None, tag, _own(slices, _emit_slice, 4),
            kind, no_operations, (*same, RANK_FITS),
        ),
        Row(f"split-{tag}-view", SplitOp, tag, None, tag, VIEW, kind, no_operations, (*same, SPLIT_RUN)),
        Row(f"split-{tag}", SplitOp, tag, None, tag, _own("dqnn_copy_rows", _emit_split, 1), kind, no_operations, same),
        Row(
            f"concat-{tag}", ConcatOp, tag, None, tag,
            both_libraries(copies, _emit_concat, _moved_bytes, (1,)) if tag == "s8" else _own(copies, _emit_concat, 1),
            kind, no_operations, same,
        ),
        Row(f"transpose-{tag}-view", TransposeOp, tag, None, tag, VIEW, kind, no_operations, (*same, NOTHING_MOVES)),
        Row(
            f"transpose-{tag}", TransposeOp, tag, None, tag,
            both_libraries("arm_transpose_s8", _emit_transpose_s8, per_element(1), (8, 8, 2))
            if tag == "s8" else _own("dqnn_transpose", _emit_transpose, 4),
            kind, no_operations, (*same, MOVES_FOUR if tag == "s8" else MOVES_FEW),
        ),
        Row(
            f"resize-nearest-{tag}", ResizeNearestOp, tag, None, tag, _own("dqnn_resize_nearest", _emit_resize, 2),
            kind, no_operations, (*same, ONE_IMAGE),
        ),
    ]  # fmt: skip


ROWS = (
    *(row for tag in BYTE_TYPES for row in _rows_of(tag)),
    Row(
        "transpose-s8-any-rank", TransposeOp, "s8", None, "s8", _own("dqnn_transpose", _emit_transpose, 12),
        "op_s8_s8", no_operations, (PER_LAYER, SAME_QUANTIZATION, MOVES_FEW),
    ),
    Row(
        "pad-s8", PadOp, "s8", None, "s8", both_libraries("arm_pad_s8", _emit_pad_s8, per_element(1), (1,)),
        "op_s8_s8", no_operations, (PER_LAYER, SAME_QUANTIZATION, NO_NEGATIVE_PADDING, PAD_RANK),
    ),
    Row(
        "pad-s8-any-rank", PadOp, "s8", None, "s8", _own("dqnn_pad", _emit_pad, 4),
        "op_s8_s8", no_operations, (PER_LAYER, SAME_QUANTIZATION, NO_NEGATIVE_PADDING, RANK_FITS),
    ),
    Row(
        "pad-f32", PadOp, "f32", None, "f32", _own("dqnn_pad", _emit_pad, 2),
        "op_f32_f32", no_operations, (NO_NEGATIVE_PADDING, RANK_FITS),
    ),
)  # fmt: skip
