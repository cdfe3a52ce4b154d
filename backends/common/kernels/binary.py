"""Rows of layers with an output stage, and of operators that move or convert s1: the project's own kernels.

They cover the tables of the source document. A layer's bias and batch normalization lie in its output stage, so that
the document's bias column narrows nothing. Weights are packed here, as each kernel reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ....dialects.dqnn import (
    MAX_THRESHOLD,
    MULTIPLY_HALF_EVEN,
    ConcatOp,
    Conv2DAffineOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseThresholdOp,
    DepthwiseConv2DThresholdOp,
    DequantizeOp,
    DqnnOp,
    FakeQuantizeOp,
    FlipOp,
    MaxPool2DFlipOp,
    MaxPool2DOp,
    QuantizeOp,
    RequantizeOp,
    ReshapeOp,
    ReverseBitsOp,
    StagedOp,
    StagedWindowOp,
)
from ....dialects.dqnn.staged import BATCH_NORM
from ....dialects.fixed_point import quantize
from ..binary import (
    bound_planes,
    holds_binary,
    keeps_words,
    pack,
    padded,
    pixels_of,
    plane_count,
    side_by_side,
)
from ..c_args import NullAttr, OperandAttr, StructAttr
from ..configuration import DOREFA, tag_of
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from ..window import Window, integers, window_of
from .pool import WINDOWS_TOUCH, pool_macc
from .shape import VIEW
from .support import (
    PER_LAYER,
    RUNTIME,
    code_range,
    constant_array,
    count_of,
    in_place_of,
    is_constant,
    no_operations,
    per_build,
    per_element,
    quantization,
    real,
    shape_of,
    window_struct,
)

S1_RUNTIME = "dqnn_s1_kernels.h"

DOREFA_PRODUCTS = 16_000
"""Products a channel that the kernel for DoReFa's weights can sum."""
BOUND_PLANES_MAX = 16
"""DQNN_S1_BOUND_PLANES_MAX."""


# --- Constraints and counts -------------------------------------------------------------------------------------

CONSTANT_TABLES = Constraint(
    "weights and the tables of the output stage are constants", lambda op: all(map(is_constant, op.operands[1:]))
)
ONE_ROW = Constraint("the batch is 1", lambda op: shape_of(op.input)[0] == 1)
FULL_WORDS = Constraint("no channel of the input lies in another pixel's words", lambda op: keeps_words(op.input))
ODD_CODES = Constraint(
    "weights of DoReFa are odd codes from -255 to 255",
    lambda op: bool((constant_array(op.weights) & 1).all()),
)
FEW_PRODUCTS = Constraint(
    f"a channel has at most {DOREFA_PRODUCTS} products", lambda op: window_of(op).taps <= DOREFA_PRODUCTS
)
PLANES_FIT = Constraint("the kernel has less than 2^15 places", lambda op: plane_count(_places(op)) <= BOUND_PLANES_MAX)
PAD_CODE = Constraint("the pad value is a code of the input's", lambda op: pad_code(op) in range(-128, 128))
THRESHOLDS_FIT = Constraint(
    "thresholds are at most 2^30",
    lambda op: bool((np.abs(constant_array(op.stage[0]).astype(np.int64)) <= MAX_THRESHOLD).all()),
)
CONSTANT_MASK = Constraint("the mask is a constant", lambda op: is_constant(op.mask))
LAST_AXIS = Constraint("the axis is the last", lambda op: op.axis.value.data == len(shape_of(op.result)) - 1)
OWN_WORDS = Constraint(
    "no channel of an input lies in another pixel's words", lambda op: all(map(keeps_words, op.operands))
)
RESHAPED_WORDS = Constraint(
    "channels stay, or are multiples of 32 before and after, or dense layers and conversions alone read the result",
    lambda op: _reads_pixels(op),
)
EVEN_ROUNDING = Constraint(
    "the quotient is rounded with halves to even", lambda op: op.method.data == MULTIPLY_HALF_EVEN
)


def _reads_pixels(op: ReshapeOp) -> bool:
    """Whether every reader of a reshaped tensor can do with the words of the pixels that it was made of."""
    if keeps_words(op.result):
        return True
    readers = (DenseThresholdOp, DenseAffineOp, DequantizeOp, ReshapeOp)
    return all(isinstance(use.operation, readers) for use in op.result.uses)


def _places(op: StagedWindowOp) -> int:
    window = window_of(op)
    return window.kernel_h * window.kernel_w


def pad_code(op: StagedWindowOp) -> int:
    """The code of an s8 input that a padded tap holds."""
    return op.pad_value.value.data + quantization(op.input).zero_point


def products(op: StagedOp) -> int:
    """Multiply-accumulates: every weight once for each output position."""
    return count_of(op.weights) * (count_of(op.result) // shape_of(op.result)[-1])


def staged_macc(op: StagedOp) -> int:
    """The products, and one an output channel, but not where s1 weights have a fused batch normalization."""
    is_free = holds_binary(op.weights) and BATCH_NORM in op.attributes
    return products(op) + (0 if is_free else shape_of(op.result)[-1])


# --- Layers -----------------------------------------------------------------------------------------------------


def _pixel_weights(op: StagedOp) -> Any:
    """Weights of a dense layer, [O, pixels, channels], by the words of the input."""
    pixels = pixels_of(op.input)
    return constant_array(op.weights).reshape(-1, *pixels)


def output_codes(op: Any) -> list[int]:
    """Zero point, smallest and largest code of an s8 result; nothing for others."""
    if tag_of(op.result) != "s8":
        return []
    to = quantization(op.result)
    return [to.zero_point, *code_range(op)]


def _binary_stage(op: StagedOp, call: CallBuilder, abreast: int) -> list[Any]:
    """The tables of an output stage of s1 x s1. Where they are thresholds: the number of products less each.

    Channels behind the last, up to a multiple of `abreast`, have the limit that nothing goes beyond.
    """
    if tag_of(op.result) != "s1":
        return [call.read(table) for table in op.stage]
    products = count_of(op.weights) // shape_of(op.weights)[0]
    limits = products - constant_array(op.stage[0]).astype(np.int64)
    behind = padded(len(limits), abreast) - len(limits)
    return [call.constant(np.pad(limits, (0, behind), constant_values=MAX_THRESHOLD).astype(np.int32), "limits")]


def emit_binary_convolution(callee: str, abreast: int = 1) -> Callable[[Any, CallBuilder, Context], None]:
    """s1 x s1, with the words of so many output channels side by side."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        window = window_of(op)
        packed = pack(constant_array(op.weights)).reshape(window.out_c, -1)
        arguments = [call.read(op.input), call.constant(side_by_side(packed, abreast), "weights")]
        arguments += _binary_stage(op, call, abreast)
        pad = op.pad_value.value.data
        sums = padded(window.out_c, abreast) if pad == 0 and any(integers(op.padding)) else 0
        call.call(
            callee,
            [
                *arguments,
                call.write(op.result),
                window_struct(op),
                pad,
                *output_codes(op),
                call.scratch_words(packed.shape[1] + sums),
            ],
            header=S1_RUNTIME,
        )

    return emit


def _emit_depthwise(op: DepthwiseConv2DThresholdOp, call: CallBuilder, env: Context) -> None:
    taps = _places(op)
    thresholds = constant_array(op.stage[0])
    call.call(
        "dqnn_depthwise_conv2d_s1_s1_s1",
        [
            call.read(op.input),
            call.constant(pack(constant_array(op.weights)).reshape(-1), "weights"),
            call.constant(bound_planes(thresholds, taps), "bounds"),
            call.write(op.result),
            window_struct(op),
            op.pad_value.value.data,
            plane_count(taps),
        ],
        header=S1_RUNTIME,
    )


def _emit_code_convolution(callee: str) -> Callable[[Any, CallBuilder, Context], None]:
    """s8 with weights of s8, or of DoReFa, which are k for the code 2k - 255."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        codes = constant_array(op.weights)
        is_dorefa = codes.dtype.itemsize == 2
        call.call(
            callee,
            [
                call.read(op.input),
                call.constant(((codes + 255) // 2).astype(np.uint8), "weights") if is_dorefa else call.read(op.weights),
                call.read(op.stage[0]),
                call.write(op.result),
                window_struct(op),
                -quantization(op.input).zero_point,
                pad_code(op),
            ],
            header=S1_RUNTIME,
        )

    return emit


def emit_binary_dense(callee: str, abreast: int = 1) -> Callable[[Any, CallBuilder, Context], None]:
    """s1 x s1, with the words of so many outputs side by side."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        packed = pack(_pixel_weights(op)).reshape(shape_of(op.weights)[0], -1)
        arguments = [call.read(op.input), call.constant(side_by_side(packed, abreast), "weights")]
        arguments += _binary_stage(op, call, abreast)
        sizes = [pixels_of(op.input).words, *reversed(shape_of(op.weights))]
        call.call(callee, [*arguments, call.write(op.result), *sizes, *output_codes(op)], header=S1_RUNTIME)

    return emit


def _emit_signed_dense(callee: str) -> Callable[[Any, CallBuilder, Context], None]:
    """s1 input, other weights."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        arguments = [call.read(operand) for operand in op.operands]
        sizes = [*pixels_of(op.input), shape_of(op.weights)[0]]
        call.call(callee, [*arguments, call.write(op.result), *sizes, *output_codes(op)], header=S1_RUNTIME)

    return emit


def _emit_signing_dense(callee: str) -> Callable[[Any, CallBuilder, Context], None]:
    """Other input, s1 weights."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        arguments = [call.read(op.input), call.constant(pack(constant_array(op.weights)).reshape(-1), "weights")]
        arguments += [call.read(table) for table in op.stage]
        sizes = [*reversed(shape_of(op.weights))]
        if tag_of(op.input) != "f32":
            sizes = [-quantization(op.input).zero_point, *sizes]
        call.call(callee, [*arguments, call.write(op.result), *sizes, *output_codes(op)], header=S1_RUNTIME)

    return emit


# --- Moves and conversions --------------------------------------------------------------------------------------


def _emit_pool(op: Any, call: CallBuilder, env: Context) -> None:
    flips = isinstance(op, MaxPool2DFlipOp)
    args = [
        call.read(op.input),
        call.constant(pack(constant_array(op.mask)), "flips") if flips else NullAttr(),
        call.write(op.result),
        window_struct(op),
    ]
    call.call("dqnn_max_pool2d_s1", args, header=S1_RUNTIME)


def _emit_flip(op: FlipOp, call: CallBuilder, env: Context) -> None:
    """A pool over windows of one pixel."""
    *outer, channels = shape_of(op.input)
    pixels = prod(outer)
    window = Window(pixels, 1, channels, pixels, 1, channels, 1, 1)
    args = [call.read(op.input), call.constant(pack(constant_array(op.mask)), "flips"), call.write(op.result)]
    struct = StructAttr("dqnn_window", "window", window._asdict())
    call.call("dqnn_max_pool2d_s1", [*args, struct], header=S1_RUNTIME, in_place=in_place_of(op))


def _emit_concat(op: ConcatOp, call: CallBuilder, env: Context) -> None:
    """One call an input, in order; each keeps the channels before its own, so the call reads them."""
    pixels = pixels_of(op.result)
    first = 0
    for value in op.inputs:
        channels = shape_of(value)[-1]
        source: OperandAttr = call.read(value)
        if first:
            call.read(op.result)
        args = [source, call.write(op.result), pixels.pixels, channels, pixels.channels, first]
        call.call("dqnn_concat_s1", args, header=S1_RUNTIME)
        first += channels


def _emit_pack(op: QuantizeOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), *pixels_of(op.result)]
    call.call("dqnn_pack_f32_s1", args, header=S1_RUNTIME, in_place=[(0, 0)])


def _emit_pack_codes(op: RequantizeOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), *pixels_of(op.result), quantization(op.input).zero_point]
    call.call("dqnn_pack_s8_s1", args, header=S1_RUNTIME)


def _emit_unpack(op: DequantizeOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), *pixels_of(op.input), real(1.0), real(-1.0)]
    call.call("dqnn_unpack_s1_f32", args, header=S1_RUNTIME)


def _emit_unpack_codes(op: RequantizeOp, call: CallBuilder, env: Context) -> None:
    plus, minus = (int(quantize(value, quantization(op.result))) for value in (1.0, -1.0))
    args = [call.read(op.input), call.write(op.result), *pixels_of(op.input), plus, minus]
    call.call("dqnn_unpack_s1_s8", args, header=S1_RUNTIME)


def _emit_reverse_bits(op: ReverseBitsOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), pixels_of(op.result).words]
    call.call("dqnn_reverse_bits_s1", args, header=S1_RUNTIME, in_place=[(0, 0)])


def _emit_even_quantize(op: QuantizeOp, call: CallBuilder, env: Context) -> None:
    to = quantization(op.result)
    inverse = real(float(np.float32(1.0 / to.scale)))
    sizes = [count_of(op.result), inverse, to.zero_point, to.storage_min, to.storage_max]
    call.call("dqnn_quantize_even_f32_s8", [call.read(op.input), call.write(op.result), *sizes], header=RUNTIME)


def _emit_fake_quantize(op: FakeQuantizeOp, call: CallBuilder, env: Context) -> None:
    codes = op.codes
    inverse, scale = (real(float(np.float32(value))) for value in (1.0 / codes.scale, codes.scale))
    bounds = [real(float(code - codes.zero_point)) for code in (codes.storage_min, codes.storage_max)]
    args = [call.read(op.input), call.write(op.result), count_of(op.result), inverse, scale, *bounds]
    call.call("dqnn_fake_quantize_f32", args, header=RUNTIME, in_place=in_place_of(op))


# --- Rows -------------------------------------------------------------------------------------------------------

BINARY_RATES = 0.35, 0.25, 0.15
"""Instructions for a binary multiply-accumulate."""
MIXED_RATES = 4.0, 3.0, 1.0
"""Instructions for one with s1 on one side, or of codes with a comparison behind."""


def _layer(op: type[StagedOp], types: str, callee: str, emit: Callable[[str], Any], *constraints: Constraint) -> Row:
    """A row of `types`, as `s1 s1 s8`: input, weights, output. Its kernel is the callee with the types behind.

    Weights of `dorefa` are one byte each for the kernel, and 8-bit operands for whoever counts operations.
    """
    source, weights, output = types.split()
    is_dorefa = weights == "dorefa"
    name = f"{callee}_{source}_{'u8' if is_dorefa else weights}_{output}"
    rates = BINARY_RATES if (source, weights) == ("s1", "s1") else MIXED_RATES
    kernel = Kernel(name, "portable", emit(name), per_build(products, *rates))
    kind = f"{'sxor' if (source, weights) == ('s1', 's1') else 'smul'}_{source}_{'s8' if is_dorefa else weights}"
    stage = op.name.removeprefix("dqnn.").replace("_", "-")
    always = (CONSTANT_TABLES, *((THRESHOLDS_FIT,) if "threshold" in stage else ()))
    row_id = f"{stage}-{types.replace(' ', '-')}"
    held = DOREFA if is_dorefa else weights
    return Row(row_id, op, source, held, output, (kernel,), kind, staged_macc, (*always, *constraints))


def _move(id: str, op: type[DqnnOp], types: str, callee: str, emit: Any, macc: Any, *constraints: Constraint) -> Row:
    source, output = types.split()
    kernel = Kernel(callee, "portable", emit, per_build(per_element(1), 4))
    kind = f"{'op' if source == output else 'conv'}_{source}_{output}"
    return Row(id, op, source, None, output, (kernel,), kind, macc, constraints)


CONVERSION = per_element(2)

ROWS = (
    _layer(Conv2DThresholdOp, "s1 s1 s1", "dqnn_conv2d", emit_binary_convolution, FULL_WORDS),
    _layer(
        DepthwiseConv2DThresholdOp,
        "s1 s1 s1",
        "dqnn_depthwise_conv2d",
        lambda _: _emit_depthwise,
        FULL_WORDS,
        PLANES_FIT,
    ),
    _layer(Conv2DAffineOp, "s1 s1 s8", "dqnn_conv2d", emit_binary_convolution, FULL_WORDS),
    _layer(Conv2DAffineOp, "s1 s1 f32", "dqnn_conv2d", emit_binary_convolution, FULL_WORDS),
    _layer(Conv2DThresholdOp, "s8 s8 s1", "dqnn_conv2d", _emit_code_convolution, PAD_CODE),
    _layer(Conv2DThresholdOp, "s8 dorefa s1", "dqnn_conv2d", _emit_code_convolution, ODD_CODES, FEW_PRODUCTS, PAD_CODE),
    *(
        _layer(op, types, "dqnn_dense", emit, ONE_ROW)
        for op, types, emit in (
            (DenseThresholdOp, "s1 s1 s1", emit_binary_dense),
            (DenseAffineOp, "s1 s1 s8", emit_binary_dense),
            (DenseAffineOp, "s1 s1 f32", emit_binary_dense),
            (DenseThresholdOp, "s1 s8 s1", _emit_signed_dense),
            (DenseAffineOp, "s1 s8 s8", _emit_signed_dense),
            (DenseAffineOp, "s1 s8 f32", _emit_signed_dense),
            (DenseAffineOp, "s1 f32 f32", _emit_signed_dense),
            (DenseThresholdOp, "s8 s1 s1", _emit_signing_dense),
            (DenseAffineOp, "s8 s1 s8", _emit_signing_dense),
            (DenseAffineOp, "s8 s1 f32", _emit_signing_dense),
            (DenseAffineOp, "f32 s1 s1", _emit_signing_dense),
            (DenseAffineOp, "f32 s1 f32", _emit_signing_dense),
        )
    ),
    _move(
        "max-pool2d-s1", MaxPool2DOp, "s1 s1", "dqnn_max_pool2d_s1", _emit_pool, pool_macc, FULL_WORDS, WINDOWS_TOUCH
    ),
    _move(
        "max-pool2d-flip-s1",
        MaxPool2DFlipOp,
        "s1 s1",
        "dqnn_max_pool2d_s1",
        _emit_pool,
        pool_macc,
        FULL_WORDS,
        WINDOWS_TOUCH,
    ),
    _move("flip-s1", FlipOp, "s1 s1", "dqnn_max_pool2d_s1", _emit_flip, no_operations, CONSTANT_MASK, FULL_WORDS),
    _move("concat-s1", ConcatOp, "s1 s1", "dqnn_concat_s1", _emit_concat, no_operations, LAST_AXIS, OWN_WORDS),
    Row("reshape-s1", ReshapeOp, "s1", None, "s1", VIEW, "op_s1_s1", no_operations, (RESHAPED_WORDS,)),
    _move(
        "reverse-bits-s1", ReverseBitsOp, "s1 s1", "dqnn_reverse_bits_s1", _emit_reverse_bits, no_operations, OWN_WORDS
    ),
    _move("quantize-f32-s1", QuantizeOp, "f32 s1", "dqnn_pack_f32_s1", _emit_pack, CONVERSION),
    _move("quantize-s8-s1", RequantizeOp, "s8 s1", "dqnn_pack_s8_s1", _emit_pack_codes, CONVERSION, PER_LAYER),
    _move("dequantize-s1-f32", DequantizeOp, "s1 f32", "dqnn_unpack_s1_f32", _emit_unpack, CONVERSION),
    _move("dequantize-s1-s8", RequantizeOp, "s1 s8", "dqnn_unpack_s1_s8", _emit_unpack_codes, CONVERSION, PER_LAYER),
    _move(
        "quantize-even-f32-s8",
        QuantizeOp,
        "f32 s8",
        "dqnn_quantize_even_f32_s8",
        _emit_even_quantize,
        CONVERSION,
        PER_LAYER,
        EVEN_ROUNDING,
    ),
    _move(
        "fake-quantize-f32",
        FakeQuantizeOp,
        "f32 f32",
        "dqnn_fake_quantize_f32",
        _emit_fake_quantize,
        CONVERSION,
        EVEN_ROUNDING,
    ),
)
