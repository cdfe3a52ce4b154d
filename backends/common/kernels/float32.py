"""Rows of the operators on f32: the project's own kernels, what layers without an integer kernel fall back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....dialects.dqnn import (
    AddOp,
    AvgPool2DOp,
    ClipOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DivOp,
    DqnnOp,
    HardSwishOp,
    LeakyReluOp,
    MaximumOp,
    MaxPool2DOp,
    MeanOp,
    MinimumOp,
    MulOp,
    PReluOp,
    Relu6Op,
    ReluOp,
    SigmoidOp,
    SoftmaxOp,
    SubOp,
    TanhOp,
    TransposeConv2DOp,
    UnaryOp,
)
from ..c_args import NullAttr
from ..kernel_table import CallBuilder, Constraint, Context, Kernel, Row
from .dense import dense_macc
from .elementwise import broadcast_operands
from .linear import convolution_macc, transposed_macc
from .pool import WINDOWS_TOUCH, mean_macc, pool_macc, reduced
from .support import (
    FLOAT_BIAS,
    FLT_MAX,
    ONE_IMAGE,
    RANK_FITS,
    RUNTIME,
    array,
    count_of,
    float_bounds,
    in_place_of,
    per_build,
    per_element,
    real,
    shape_of,
    window_struct,
)

SOFTWARE = 90.0
"""Instructions for a float multiply-add without float hardware."""
HARDWARE = 8.0
"""The same with it; every core with the DSP extension here has it."""


def _kernel(callee: str, emit: Any, macc: Any) -> tuple[Kernel]:
    return (Kernel(callee, "portable", emit, per_build(macc, SOFTWARE, HARDWARE)),)


def _clamps(op: Any) -> list[Any]:
    return [real(bound) for bound in float_bounds(op)]


def _sliding(callee: str, macc: Any) -> tuple[Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        args = [call.read(op.input), call.read(op.weights)]
        bias = NullAttr() if op.bias is None else call.read(op.bias)
        call.call(callee, [*args, bias, call.write(op.result), window_struct(op), *_clamps(op)], header=RUNTIME)

    return _kernel(callee, emit, macc)


def _emit_dense(op: DenseOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.read(op.weights)]
    bias = NullAttr() if op.bias is None else call.read(op.bias)
    rows, features = shape_of(op.input)
    sizes = [rows, features, shape_of(op.weights)[0]]
    call.call("dqnn_dense_f32", [*args, bias, call.write(op.result), *sizes, *_clamps(op)], header=RUNTIME)


def _pool(callee: str) -> tuple[Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        args = [call.read(op.input), call.write(op.result), window_struct(op), *_clamps(op)]
        call.call(callee, args, header=RUNTIME)

    return _kernel(callee, emit, pool_macc)


def _emit_average(op: AvgPool2DOp, call: CallBuilder, env: Context) -> None:
    args = [call.read(op.input), call.write(op.result), window_struct(op), int(op.adds_columns), *_clamps(op)]
    call.call("dqnn_avg_pool2d_f32", args, header=RUNTIME)


def _emit_mean(op: MeanOp, call: CallBuilder, env: Context) -> None:
    shape = shape_of(op.input)
    args = [call.read(op.input), call.write(op.result), len(shape), array("shape", shape)]
    call.call("dqnn_mean_f32", [*args, array("reduce", reduced(op))], header=RUNTIME)


def _arithmetic(callee: str) -> tuple[Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        args = [*broadcast_operands(op, call), *_clamps(op)]
        call.call(callee, args, header=RUNTIME, in_place=in_place_of(op))

    return _kernel(callee, emit, per_element(1))


def _selection(callee: str, operations: int = 1) -> tuple[Kernel]:
    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        call.call(callee, broadcast_operands(op, call), header=RUNTIME, in_place=in_place_of(op))

    return _kernel(callee, emit, per_element(operations))


def _emit_softmax(op: SoftmaxOp, call: CallBuilder, env: Context) -> None:
    row_size = shape_of(op.input)[-1]
    args = [call.read(op.input), call.write(op.result), count_of(op.input) // row_size, row_size]
    call.call("dqnn_softmax_f32", [*args, real(op.beta.value.data)], header=RUNTIME, in_place=in_place_of(op))


def _unary(id: str, op: type[UnaryOp], callee: str, operations: int, parameters: Any) -> Row:
    """A row of an element-wise function with float parameters behind the element count."""

    def emit(op: Any, call: CallBuilder, env: Context) -> None:
        args = [call.read(op.input), call.write(op.result), count_of(op.result)]
        call.call(callee, [*args, *map(real, parameters(op))], header=RUNTIME, in_place=in_place_of(op))

    kernels = _kernel(callee, emit, per_element(operations))
    return Row(id, op, "f32", None, "f32", kernels, "op_f32_f32", per_element(operations))


def _relu_bounds(op: ReluOp) -> tuple[float, ...]:
    return 0.0, FLT_MAX


def _relu6_bounds(op: Relu6Op) -> tuple[float, ...]:
    return 0.0, 6.0


def _clip_bounds(op: ClipOp) -> tuple[float, ...]:
    return op.min.value.data, op.max.value.data


def _alpha(op: LeakyReluOp) -> tuple[float, ...]:
    return (op.alpha.value.data,)


def _no_parameters(op: UnaryOp) -> tuple[float, ...]:
    return ()


def _with_activation(macc: Callable[[Any], int]) -> Callable[[Any], int]:
    """The operations of an operator and of the activation fused to it: one an element for each bound.

    Codes are clamped in any case, so that the activation of an integer operator costs nothing; reals are not.
    """

    def count(op: Any) -> int:
        bounds = sum(getattr(op, name, None) is not None for name in ("clamp_min", "clamp_max"))
        return macc(op) + bounds * count_of(op.results[0])

    return count


def _row(id: str, op: type[DqnnOp], kernels: tuple[Kernel], operation: str, macc: Any, *constraints: Constraint) -> Row:
    weights = "f32" if operation.startswith("smul") else None
    return Row(id, op, "f32", weights, "f32", kernels, operation, _with_activation(macc), constraints)


ROWS = (
    _row(
        "conv2d-f32", Conv2DOp, _sliding("dqnn_conv2d_f32", convolution_macc),
        "smul_f32_f32", convolution_macc, FLOAT_BIAS, ONE_IMAGE,
    ),
    _row(
        "depthwise-conv2d-f32", DepthwiseConv2DOp, _sliding("dqnn_depthwise_conv2d_f32", convolution_macc),
        "smul_f32_f32", convolution_macc, FLOAT_BIAS, ONE_IMAGE,
    ),
    _row(
        "transpose-conv2d-f32", TransposeConv2DOp, _sliding("dqnn_transpose_conv2d_f32", transposed_macc),
        "smul_f32_f32", transposed_macc, FLOAT_BIAS, ONE_IMAGE,
    ),
    _row(
        "dense-f32", DenseOp, _kernel("dqnn_dense_f32", _emit_dense, dense_macc),
        "smul_f32_f32", dense_macc, FLOAT_BIAS,
    ),
    _row("max-pool2d-f32", MaxPool2DOp, _pool("dqnn_max_pool2d_f32"), "op_f32_f32", pool_macc, WINDOWS_TOUCH,
         ONE_IMAGE),
    _row("avg-pool2d-f32", AvgPool2DOp, _kernel("dqnn_avg_pool2d_f32", _emit_average, pool_macc), "op_f32_f32",
         pool_macc, WINDOWS_TOUCH, ONE_IMAGE),
    _row("mean-f32", MeanOp, _kernel("dqnn_mean_f32", _emit_mean, mean_macc), "op_f32_f32", mean_macc, RANK_FITS),
    _row("add-f32", AddOp, _arithmetic("dqnn_add_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("sub-f32", SubOp, _arithmetic("dqnn_sub_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("mul-f32", MulOp, _arithmetic("dqnn_mul_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("div-f32", DivOp, _arithmetic("dqnn_div_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("maximum-f32", MaximumOp, _selection("dqnn_maximum_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("minimum-f32", MinimumOp, _selection("dqnn_minimum_f32"), "op_f32_f32", per_element(1), RANK_FITS),
    _row("prelu-f32", PReluOp, _selection("dqnn_prelu_f32", 3), "op_f32_f32", per_element(3), RANK_FITS),
    _row("softmax-f32", SoftmaxOp, _kernel("dqnn_softmax_f32", _emit_softmax, per_element(15)), "op_f32_f32",
         per_element(15)),
    _unary("relu-f32", ReluOp, "dqnn_clip_f32", 1, _relu_bounds),
    _unary("relu6-f32", Relu6Op, "dqnn_clip_f32", 2, _relu6_bounds),
    _unary("clip-f32", ClipOp, "dqnn_clip_f32", 2, _clip_bounds),
    _unary("leaky-relu-f32", LeakyReluOp, "dqnn_leaky_relu_f32", 3, _alpha),
    _unary("hard-swish-f32", HardSwishOp, "dqnn_hard_swish_f32", 5, _no_parameters),
    _unary("sigmoid-f32", SigmoidOp, "dqnn_sigmoid_f32", 10, _no_parameters),
    _unary("tanh-f32", TanhOp, "dqnn_tanh_f32", 10, _no_parameters),
)  # fmt: skip
