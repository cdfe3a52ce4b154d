"""Convolutions between DequantizeLinear and QuantizeLinear, with many near ties, against ONNX Runtime.

Scales are such that a step of a sum is 31 / (2 n) of a code, but for their rounding to float32: of the middles between
two codes one in 31 is next to a sum, and float32 decides which code that gets. Weights are small, so that sums are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn import ConstantOp, Conv2DOp
from dqnnc.dialects.dqnn.linear import FLOAT_NEAR_TIES, ROUND_ONCE
from dqnnc.dialects.semantics import evaluate
from dqnnc.tools.dqnnc.compile import Compiled, compile_model
from numpy.typing import NDArray
from support.on_targets import COMPILERS, run_on
from support.onnx_builder import OnnxBuilder
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from support.s1 import integers
from xdsl.dialects.builtin import StringAttr

pytestmark = needs_onnx_runtime

Array = NDArray[Any]

CHANNELS, SIZE, IMAGES = 12, (12, 11), 16
INPUT_SCALE, OUTPUT_SCALE = np.float32(0.0473), np.float32(0.031)


@dataclass(frozen=True)
class Convolution:
    """One of the network's, all of which read its input."""

    outputs: int
    kernel: Sequence[int]
    channels: int = CHANNELS
    """That an output channel reads."""
    steps: int = 160
    """n, in the first channel; one more in each that follows. No multiple of 31, or all middles were next to a sum."""
    signed: bool = True
    """Weights are of int8 with zero point 0, or of uint8 with zero point 131."""
    per_channel: bool = True
    has_bias: bool = True
    activation: str | None = None
    options: tuple[tuple[str, Any], ...] = ()


CONVOLUTIONS = {
    "pointwise": Convolution(5, (1, 1)),
    "window": Convolution(4, (3, 3), options=(("pads", [1, 0, 1, 2]), ("strides", [2, 1]))),
    "wide padding": Convolution(3, (3, 3), options=(("pads", [4, 5, 3, 4]), ("strides", [3, 2]))),
    "groups": Convolution(6, (3, 2), channels=4, options=(("group", 3), ("pads", [1, 1, 1, 1]))),
    "dilated": Convolution(3, (2, 3), options=(("dilations", [2, 2]), ("pads", [2, 0, 0, 2]))),
    "relu": Convolution(4, (2, 2), activation="Relu"),
    "no bias": Convolution(4, (2, 2), has_bias=False, per_channel=False),
    "zero points": Convolution(4, (3, 3), signed=False, per_channel=False),
}


def network(rng: np.random.Generator) -> bytes:
    """The convolutions side by side, on one input of uint8, each with codes of its own as a result."""
    m = OnnxBuilder(opset=21)
    x = m.op("DequantizeLinear", [m.input((1, CHANNELS, *SIZE), "UINT8"), m.const(INPUT_SCALE), m.const(np.uint8(121))])
    for c in CONVOLUTIONS.values():
        shape = (c.outputs, c.channels, *c.kernel)
        zero_point = np.int8(0) if c.signed else np.uint8(131)
        codes = (integers(rng, -3, 4, *shape) + int(zero_point)).astype(zero_point.dtype)
        count = c.outputs if c.per_channel else 1
        # 31 / (2 n) = input scale * weight scale / output scale
        scales = (15.5 / (c.steps + np.arange(count)) * OUTPUT_SCALE / INPUT_SCALE).astype(np.float32)
        zero_points = np.full(count, zero_point)
        if not c.per_channel:
            scales, zero_points = scales[0], zero_points[0]
        inputs = [x, m.op("DequantizeLinear", [m.const(codes), m.const(scales), m.const(zero_points)], axis=0)]
        if c.has_bias:
            bias = integers(rng, -500, 500, c.outputs).astype(np.int32)
            bias_scales = np.broadcast_to(INPUT_SCALE * scales, c.outputs)
            inputs.append(m.op("DequantizeLinear", [m.const(bias), m.const(bias_scales)], axis=0))
        y = m.op("Conv", inputs, **dict(c.options))
        if c.activation is not None:
            y = m.op(c.activation, [y])
        m.outputs.append(m.op("QuantizeLinear", [y, m.const(OUTPUT_SCALE), m.const(np.uint8(117))]))
    return m.finish(m.outputs)


@dataclass(frozen=True)
class Case:
    """The network, what it computes, and where."""

    file: Path
    inputs: Sequence[Array]
    expected: Sequence[Sequence[Array]]
    """For each input ONNX Runtime's results, in channels first."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    rng = np.random.default_rng(5)
    file = tmp_path_factory.mktemp("near_ties") / "net.onnx"
    file.write_bytes(network(rng))
    inputs = [integers(rng, 0, 256, 1, CHANNELS, *SIZE).astype(np.uint8) for _ in range(IMAGES)]
    runtime = OnnxRuntime(file.read_bytes())
    return Case(file, inputs, [runtime.run([x]) for x in inputs])


def signed_channels_last(codes: Array) -> Array:
    return np.moveaxis((codes.astype(np.int16) - 128).astype(np.int8), 1, -1)


def convolutions(compiled: Compiled) -> list[Conv2DOp]:
    return [op for op in compiled.selected.walk() if isinstance(op, Conv2DOp)]


def test_each_convolution(case: Case) -> None:
    """All codes are ONNX Runtime's; some are not where all sums are rescaled in integers."""
    found = convolutions(compile_model(case.file))
    assert len(found) == len(CONVOLUTIONS)
    for number, (name, op) in enumerate(zip(CONVOLUTIONS, found, strict=True)):
        assert op.rounding is not None
        assert op.rounding.data == FLOAT_NEAR_TIES, name
        constants = [value.owner.array for value in op.operands[1:] if isinstance(value.owner, ConstantOp)]
        off = {FLOAT_NEAR_TIES: 0, ROUND_ONCE: 0}
        for rounding in off:
            op.rounding = StringAttr(rounding)
            for x, results in zip(case.inputs, case.expected, strict=True):
                codes = evaluate(op, [signed_channels_last(x), *constants])[0]
                off[rounding] += int((codes != signed_channels_last(results[number])).sum())
        assert off[FLOAT_NEAR_TIES] == 0, name
        assert off[ROUND_ONCE] > 0, name


@pytest.mark.parametrize("target", COMPILERS)
def test_compiled(case: Case, target: str, tmp_path: Path) -> None:
    results = run_on(target, case.file, [[x] for x in case.inputs], tmp_path)
    for outputs, expected in zip(results, case.expected, strict=True):
        for name, output, result in zip(CONVOLUTIONS, outputs, expected, strict=True):
            np.testing.assert_array_equal(output.reshape(result.shape), result, err_msg=name)


SCALE_OF_TWO = np.float32(2.0**-4)


def powers_of_two() -> bytes:
    """A convolution with more than 128 products, a depthwise one and a dense layer: of their sums 1 in 64 is a tie."""
    m, rng = OnnxBuilder(opset=21), np.random.default_rng(6)
    zero = m.const(np.int8(0))

    def layer(kind: str, x: str, shape: Sequence[int], **options: Any) -> str:
        weights = m.const(integers(rng, -7, 8, *shape).astype(np.int8)), m.const(np.float32(2.0**-6)), zero
        bias = m.const(integers(rng, -500, 500, shape[0]).astype(np.int32)), m.const(np.float32(SCALE_OF_TWO / 64))
        y = m.op(kind, [x, m.op("DequantizeLinear", weights), m.op("DequantizeLinear", bias)], **options)
        m.outputs.append(m.op("QuantizeLinear", [y, m.const(SCALE_OF_TWO), zero]))
        return m.op("DequantizeLinear", [m.outputs[-1], m.const(SCALE_OF_TWO), zero])

    x = m.op("DequantizeLinear", [m.input((1, 16, 6, 5), "INT8"), m.const(SCALE_OF_TWO), zero])
    x = layer("Conv", x, (16, 16, 3, 3), pads=[1] * 4)
    x = layer("Conv", x, (16, 1, 3, 3), pads=[1] * 4, group=16)
    layer("Gemm", m.op("Flatten", [x]), (10, 480), transB=1)
    return m.finish(m.outputs)


def test_powers_of_two(tmp_path: Path) -> None:
    """Halves are rounded to even, as ONNX Runtime does: float32 has no other errors there."""
    file, rng = tmp_path / "net.onnx", np.random.default_rng(7)
    file.write_bytes(powers_of_two())
    inputs = [integers(rng, -128, 128, 1, 16, 6, 5).astype(np.int8) for _ in range(10)]
    runtime = OnnxRuntime(file.read_bytes())
    results = run_on("stm32", file, [[x] for x in inputs], tmp_path)
    for x, outputs in zip(inputs, results, strict=True):
        for output, result in zip(outputs, runtime.run([x]), strict=True):
            np.testing.assert_array_equal(output.reshape(result.shape), result)
