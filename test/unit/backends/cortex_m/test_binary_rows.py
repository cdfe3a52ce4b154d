"""Every row on s1, and every row of a layer with an output stage: the C against the reference semantics, bit for bit.

A network has a branch for each number of channels, so that a row takes one compilation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from dqnnc.backends.common import configuration
from dqnnc.backends.common.kernel_table import Row
from dqnnc.backends.common.kernels import affine, binary
from dqnnc.backends.cortex_m.kernels import TABLE
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    MULTIPLY_HALF_EVEN,
    ConcatOp,
    DepthwiseConv2DAffineOp,
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
    s1,
)
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.passes.pipelines import LowerToCallsPipeline
from dqnnc.passes.select_kernels import KERNEL, SelectKernelsPass
from dqnnc.passes.target import computed_ops
from dqnnc.tools.run_compiled import run_compiled
from numpy.typing import NDArray
from support.network import Network
from support.s1 import integers, signs
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerType, TensorType, f32, i8, i32
from xdsl.ir import Attribute, SSAValue

CHANNELS = (1, 7, 32, 33, 64)

Random = np.random.Generator
Array = NDArray[Any]

DOREFA = UniformQuantizedType.per_tensor(IntegerType(16), 1 / 255, 0, -255, 255)
INPUT = UniformQuantizedType.per_tensor(i8, 0.5, -5)
OUTPUT = UniformQuantizedType.per_tensor(i8, 0.25, 3, -127)
ELEMENTS: dict[str, Attribute] = {"s1": s1, "s8": INPUT, "f32": f32}
WEIGHTS: dict[str, Attribute] = {
    **ELEMENTS,
    "s8": UniformQuantizedType.per_tensor(i8, 0.5),
    configuration.DOREFA: DOREFA,
}


def data(random: Random, tag: str, shape: tuple[int, ...]) -> Array:
    """Random values as they are stored. Reals are multiples of 1/16: their sums are exact in any order."""
    match tag:
        case "s1":
            return signs(random, *shape).astype(np.int8)
        case "s8":
            return integers(random, -128, 128, *shape).astype(np.int8)
        case configuration.DOREFA:
            return (integers(random, 0, 256, *shape) * 2 - 255).astype(np.int16)
        case _:
            return (integers(random, -40, 41, *shape) / 16).astype(np.float32)


class Geometry(NamedTuple):
    """How a convolution's window moves."""

    strides: list[int]
    padding: list[int]
    dilations: list[int]
    kernel: tuple[int, int] = (3, 3)

    def output(self, size: int, axis: int) -> int:
        room = size + sum(self.padding[2 * axis : 2 * axis + 2]) - (self.kernel[axis] - 1) * self.dilations[axis] - 1
        return room // self.strides[axis] + 1


GEOMETRIES = (
    Geometry([1, 1], [0, 0, 0, 0], [1, 1]),
    Geometry([2, 1], [1, 1, 1, 1], [1, 1]),
    Geometry([1, 2], [1, 2, 2, 0], [2, 1]),
    Geometry([1, 1], [0, 0, 0, 0], [1, 1], (1, 1)),
)
HEIGHT, WIDTH = 5, 6


def stage(net: Network, random: Random, row: Row, channels: int, reach: int) -> list[SSAValue]:
    """Tables of an output stage, for sums of some `reach`."""
    if row.op.name.endswith("threshold"):
        thresholds = integers(random, -reach, reach + 1, channels)
        thresholds[0] = 1 << 30
        return [net.constant(thresholds, i32)]
    scale = (random.random(channels) * 100 / reach).astype(np.float32)
    offset = (random.random(channels) * 20 - 10).astype(np.float32)
    return [net.constant(scale, f32), net.constant(offset, f32)]


def output_element(row: Row) -> Attribute:
    return {"s1": s1, "s8": OUTPUT, "f32": f32}[row.output]


def convolution(net: Network, random: Random, row: Row, channels: int) -> Iterator[DqnnOp]:
    """Every geometry and, where it pads, every pad value."""
    is_depthwise = row.op in (DepthwiseConv2DThresholdOp, DepthwiseConv2DAffineOp)
    assert row.weights is not None
    for geometry in GEOMETRIES:
        for pad_value in (-1, 0, 1) if any(geometry.padding) else (0,):
            outputs = channels if is_depthwise else 1 + channels % 6
            shape = (1, *geometry.kernel, channels) if is_depthwise else (outputs, *geometry.kernel, channels)
            x = net.input(data(random, row.input, (1, HEIGHT, WIDTH, channels)), ELEMENTS[row.input])
            w = net.constant(data(random, row.weights, shape), WEIGHTS[row.weights])
            result = [1, geometry.output(HEIGHT, 0), geometry.output(WIDTH, 1), outputs]
            assert issubclass(row.op, StagedWindowOp)
            yield row.op(
                x, w, stage(net, random, row, outputs, 10 if is_depthwise else 9 * channels),
                TensorType(output_element(row), result), strides=geometry.strides, padding=geometry.padding,
                dilations=geometry.dilations, pad_value=pad_value,
            )  # fmt: skip


def dense(net: Network, random: Random, row: Row, channels: int) -> Iterator[DqnnOp]:
    """On a vector, and on two by three pixels made flat."""
    assert row.weights is not None
    for pixels in (1, 6):
        shape = (1, 2, 3, channels) if pixels == 6 else (1, channels)
        x = net.input(data(random, row.input, shape), ELEMENTS[row.input])
        features, outputs = pixels * channels, 5 + channels % 3
        if pixels == 6:
            x = net.add(ReshapeOp(x, TensorType(ELEMENTS[row.input], [1, features])))
        w = net.constant(data(random, row.weights, (outputs, features)), WEIGHTS[row.weights])
        assert issubclass(row.op, StagedOp)
        clamps = {"clamp_min": 0.0} if row.output == "s8" else {}
        tables = stage(net, random, row, outputs, features)
        yield row.op(x, w, tables, TensorType(output_element(row), [1, outputs]), **clamps)


def move(net: Network, random: Random, row: Row, channels: int) -> Iterator[DqnnOp]:
    """Pools, concatenations, reshapes and conversions."""
    shape = [1, HEIGHT, WIDTH, channels]
    x = net.input(data(random, row.input, (1, HEIGHT, WIDTH, channels)), ELEMENTS[row.input])
    pooled = TensorType(s1, [1, 3, 3, channels])
    window: dict[str, Any] = {"kernel": [2, 3], "strides": [2, 2], "padding": [1, 0, 1, 1]}
    other = net.input(data(random, row.input, (1, HEIGHT, WIDTH, 5)), ELEMENTS[row.input])
    if row.op is MaxPool2DOp:
        yield MaxPool2DOp(x, pooled, **window)
    elif row.op is MaxPool2DFlipOp:
        yield MaxPool2DFlipOp(x, net.constant(signs(random, channels), s1), pooled, **window)
    elif row.op is FlipOp:
        yield FlipOp(x, net.constant(signs(random, channels), s1), x.type)
    elif row.op is ConcatOp:
        yield ConcatOp([x, other, x], TensorType(s1, [1, HEIGHT, WIDTH, 2 * channels + 5]), axis=3)
    elif row.op is ReshapeOp:
        yield ReshapeOp(x, TensorType(s1, [1, HEIGHT * WIDTH, channels]))
    elif row.op is ReverseBitsOp:
        yield ReverseBitsOp(net.add(ReverseBitsOp(x, x.type)), x.type)  # twice: the words are as the test reads them
    elif row.op is RequantizeOp:
        yield RequantizeOp(x, TensorType(output_element(row), shape))
    elif row.op is DequantizeOp:
        yield DequantizeOp(x, TensorType(f32, shape))
    elif row.op is FakeQuantizeOp:
        ten_bits = UniformQuantizedType.per_tensor(IntegerType(16), 0.125, -7, 0, 30)
        yield FakeQuantizeOp(x, TensorType(f32, shape), codes=ten_bits, method=MULTIPLY_HALF_EVEN)
    else:
        method = MULTIPLY_HALF_EVEN if row.output == "s8" else DIVIDE_HALF_AWAY
        yield QuantizeOp(x, TensorType(output_element(row), shape), method=method)


def branches(row: Row) -> Callable[[Network, Random, Row, int], Iterator[DqnnOp]]:
    if issubclass(row.op, StagedWindowOp):
        return convolution
    return dense if issubclass(row.op, StagedOp) else move


@pytest.mark.parametrize("row", [*binary.ROWS, *affine.ROWS], ids=lambda row: row.id)
def test_row(row: Row):
    random = np.random.default_rng(7)
    net = Network()
    for channels in CHANNELS:
        for op in branches(row)(net, random, row, channels):
            net.outputs.append(net.add(op))
    module = net.module()
    expected = semantics.run(module, net.inputs)
    SelectKernelsPass().apply(Context(), module)
    chosen = {str(op.attributes[KERNEL]) for op in computed_ops(module) if op.results[0] in net.outputs}
    assert chosen == {f'"{row.id}/portable"'}
    LowerToCallsPipeline().apply(Context(), module)
    for index, (ours, theirs) in enumerate(zip(run_compiled(module, net.inputs), expected, strict=True)):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs, err_msg=f"output {index}")


def test_a_flat_tensor_of_broken_words_is_refused():
    """7 channels a pixel, made flat and returned: its words are not those of 42 channels."""
    net = Network()
    x = net.input(np.ones((1, 2, 3, 7), np.int8), s1)
    op = ReshapeOp(x, TensorType(s1, [1, 42]))
    net.outputs.append(net.add(op))
    net.module()
    nearest = TABLE.nearest(op, SelectKernelsPass().found.core)
    assert nearest[0].failures == (binary.RESHAPED_WORDS.text,)
