"""Relus that keep scale and zero point: the larger of code and zero point, without a table of 256 codes."""

from pathlib import Path

from dqnnc.backends.common.extension import Extension
from dqnnc.backends.common.kernel_table import CallBuilder, Context, Kernel, Row
from dqnnc.backends.common.kernels.support import (
    PER_LAYER,
    SAME_QUANTIZATION,
    count_of,
    in_place_of,
    quantization,
)
from dqnnc.backends.common.target import Core
from dqnnc.dialects.dqnn import ReluOp


def emit(op: ReluOp, call: CallBuilder, context: Context) -> None:
    """Call relu_s8(in, out, count, zero_point); the output may take the input's place."""
    arguments = [call.read(op.input), call.write(op.result), count_of(op.result), quantization(op.result).zero_point]
    call.call("relu_s8", arguments, header="relu_s8.h", in_place=in_place_of(op))


def cost(op: ReluOp, core: Core) -> float:
    """Instructions: load, compare, choose, store, and the loop."""
    return 6.0 * count_of(op.result)


RELU = Row(
    id="relu-s8-same",
    op=ReluOp,
    input="s8",
    weights=None,
    output="s8",
    kernels=(Kernel("relu_s8", "portable", emit, cost),),
    operation="op_s8_s8",
    macc=lambda op: count_of(op.result),
    constraints=(SAME_QUANTIZATION, PER_LAYER),
)

KERNELS = Extension(rows=(RELU,), runtime=Path(__file__).parent / "runtime")
