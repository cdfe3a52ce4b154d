"""Rows of operators on one s8 tensor, and of conversions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Block

from ....dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    DIVIDE_HALF_EVEN,
    ClipOp,
    DequantizeOp,
    HardSwishOp,
    LeakyReluOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    SigmoidOp,
    SoftmaxOp,
    TanhOp,
    UnaryOp,
)
from ....dialects.fixed_point import SCALED_DIFF_INTEGER_BITS, softmax_parameters
from ....dialects.semantics import evaluate
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from .support import (
    CMSIS_NN,
    FULL_RANGE,
    PER_LAYER,
    RUNTIME,
    both_libraries,
    count_of,
    in_place_of,
    per_build,
    per_element,
    quantization,
    real,
    shape_of,
)

TFLITE_ROUNDING = Constraint(
    "the quotient is rounded with halves away from zero",
    lambda op: op.method.data == DIVIDE_HALF_AWAY,
)

ONNX_ROUNDING = Constraint(
    "the quotient is a division's, rounded with halves to even",
    lambda op: op.method.data == DIVIDE_HALF_EVEN,
)

ALL_CODES = np.arange(-128, 128, dtype=np.int8)


def lookup_table(op: UnaryOp) -> npt.NDArray[np.int8]:
    """The result's code for each input code from -128 to 127, from the operator's reference semantics."""
    source = Block(arg_types=[TensorType(quantization(op.input), ALL_CODES.shape)]).args[0]
    result = TensorType(quantization(op.result), ALL_CODES.shape)
    on_all_codes = type(op).create(operands=[source], result_types=[result], properties=dict(op.properties))
    return evaluate(on_all_codes, [ALL_CODES])[0].astype(np.int8)


def _emit_lookup(op: UnaryOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.constant(lookup_table(op), "table"), call.write(op.result), count_of(op.result)]
    call.call("dqnn_lut_s8", args, header=RUNTIME, in_place=in_place_of(op))


def _lookup(id: str, op: type[UnaryOp], operations: int, kind: str = "op_s8_s8") -> Row:
    kernel = Kernel("dqnn_lut_s8", "portable", _emit_lookup, per_build(per_element(1), 5))
    return Row(id, op, "s8", None, "s8", (kernel,), kind, per_element(operations), (PER_LAYER,))


def _softmax_input_fits(op: SoftmaxOp) -> bool:
    return op.beta.value.data * quantization(op.input).scale > 2.0 ** (SCALED_DIFF_INTEGER_BITS - 31)


SOFTMAX_OUTPUT = Constraint(
    "the output has scale 1/256 and zero point -128",
    lambda op: (quantization(op.result).scale, quantization(op.result).zero_point) == (1 / 256, -128),
)
SOFTMAX_INPUT = Constraint("the input's scale times beta is more than 2^-26", _softmax_input_fits)


def _emit_softmax(op: SoftmaxOp, call: CallBuilder, env: Context) -> None:
    row_size = shape_of(op.input)[-1]
    parameters = softmax_parameters(quantization(op.input).scale, op.beta.value.data)
    args = [call.read(op.input), count_of(op.input) // row_size, row_size, *parameters, call.write(op.result)]
    call.call("arm_softmax_s8", args, header=CMSIS_NN, in_place=in_place_of(op))


def _emit_quantize(op: QuantizeOp, call: CallBuilder, env: Context) -> None:
    to = quantization(op.result)
    args = [call.read(op.input), call.write(op.result), count_of(op.result), real(to.scale), to.zero_point]
    call.call("dqnn_quantize_f32_s8", args, header=RUNTIME)


def _emit_quantize_even(op: QuantizeOp, call: CallBuilder, env: Context) -> None:
    to = quantization(op.result)
    args = [call.read(op.input), call.write(op.result), count_of(op.result), real(to.scale), to.zero_point]
    call.call("dqnn_quantize_divide_even_f32_s8", [*args, to.storage_min, to.storage_max], header=RUNTIME)


def _emit_dequantize(op: DequantizeOp, call: CallBuilder, env: Context) -> None:
    source = quantization(op.input)
    args = [call.read(op.input), call.write(op.result), count_of(op.result), real(source.scale), source.zero_point]
    call.call("dqnn_dequantize_s8_f32", args, header=RUNTIME)


def _is_shift(op: RequantizeOp) -> bool:
    source, result = quantization(op.input), quantization(op.result)
    if source.axis is not None or result.axis is not None:
        return False
    distance = 128 if source.is_signed else -128
    return source.scale == result.scale and result.zero_point == source.zero_point + distance


SHIFTED = Constraint("the scale stays, and zero points are 128 apart", _is_shift)


def _emit_shift(op: RequantizeOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), count_of(op.result)]
    call.call("dqnn_flip_sign_bits", args, header=RUNTIME, in_place=in_place_of(op))


def _shift(source: str, output: str) -> Row:
    kernel = Kernel("dqnn_flip_sign_bits", "portable", _emit_shift, per_build(per_element(1), 1))
    return Row(
        f"requantize-{source}-{output}", RequantizeOp, source, None, output, (kernel,),
        f"conv_{source}_{output}", per_element(2), (PER_LAYER, SHIFTED),
    )  # fmt: skip


def _conversion(callee: str, emit: Any) -> tuple[Kernel]:
    return (Kernel(callee, "portable", emit, per_build(per_element(1), 60, 12)),)


ROWS = (
    _lookup("relu-s8", ReluOp, 1),
    _lookup("relu6-s8", Relu6Op, 2),
    _lookup("clip-s8", ClipOp, 2),
    _lookup("leaky-relu-s8", LeakyReluOp, 3),
    _lookup("hard-swish-s8", HardSwishOp, 5),
    _lookup("sigmoid-s8", SigmoidOp, 10),
    _lookup("tanh-s8", TanhOp, 10),
    _lookup("requantize-s8-s8", RequantizeOp, 2, "conv_s8_s8"),
    _shift("u8", "s8"),
    _shift("s8", "u8"),
    Row(
        "softmax-s8", SoftmaxOp, "s8", None, "s8",
        both_libraries("arm_softmax_s8", _emit_softmax, per_element(1), (150,)),
        "op_s8_s8", per_element(15), (PER_LAYER, FULL_RANGE, SOFTMAX_OUTPUT, SOFTMAX_INPUT),
    ),
    Row(
        "quantize-f32-s8", QuantizeOp, "f32", None, "s8", _conversion("dqnn_quantize_f32_s8", _emit_quantize),
        "conv_f32_s8", per_element(2), (PER_LAYER, FULL_RANGE, TFLITE_ROUNDING),
    ),
    Row(
        "quantize-divide-even-f32-s8", QuantizeOp, "f32", None, "s8",
        _conversion("dqnn_quantize_divide_even_f32_s8", _emit_quantize_even),
        "conv_f32_s8", per_element(2), (PER_LAYER, ONNX_ROUNDING),
    ),
    Row(
        "dequantize-s8-f32", DequantizeOp, "s8", None, "f32",
        _conversion("dqnn_dequantize_s8_f32", _emit_dequantize), "conv_s8_f32", per_element(2), (PER_LAYER,),
    ),
)  # fmt: skip
