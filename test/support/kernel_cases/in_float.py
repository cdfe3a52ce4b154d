"""Kernels on two s8 tensors that compute in float32, against ONNX Runtime between its quantizers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ..c_call import Argument, Call, InOut
from ..onnx_builder import OnnxBuilder
from ..onnx_runtime import OnnxRuntime
from .base import Array, Case, Generator, Quant, Random, codes, f32, ints, out, pick, random_quant
from .quantized import broadcast_shapes, broadcast_strides


def _quants(rng: Random, kind: str) -> list[Quant]:
    """Of both operands and the result. Many results are in the range of codes, and many of these are halves."""
    operands = [random_quant(rng, pick(rng, None, 0.25, 0.3, 0.5)) for _ in range(2)]
    step = operands[0].scale * (operands[1].scale * 64 if kind == "Mul" else 1)
    return [*operands, random_quant(rng, f32(step * pick(rng, 1, 2, 4, float(rng.uniform(1, 3)))))]


def _onnx(kind: str, operands: Sequence[Array], quants: Sequence[Quant]) -> Array:
    pytest.importorskip("onnxruntime")
    m = OnnxBuilder()
    scales = [m.scale(quant.scale) for quant in quants]
    zeros = [m.const(np.int8(quant.zero_point)) for quant in quants]
    reals = [
        m.op("DequantizeLinear", [m.input(array.shape, "INT8"), scale, zero])
        for array, scale, zero in zip(operands, scales, zeros, strict=False)
    ]
    result = m.op("QuantizeLinear", [m.op(kind, reals), scales[2], zeros[2]])
    return OnnxRuntime(m.finish([result])).run(operands)[0]


def _binary(rng: Random, kind: str) -> Case:
    """In place over the left operand where that repeats nothing, or not."""
    quants = _quants(rng, kind)
    lhs, rhs, full = broadcast_shapes(rng, int(rng.integers(1, 5)))
    a, b = codes(rng, lhs), codes(rng, rhs)
    shared = InOut(a) if lhs == full and pick(rng, True, False) else None
    low, high = sorted(int(code) for code in codes(rng, (2,)))
    args: list[Argument] = [shared or a, b, shared or out(full), len(full), ints(full)]
    args += [broadcast_strides(lhs, full), broadcast_strides(rhs, full)]
    for quant in quants[:2]:
        args += [-quant.zero_point, quant.scale]
    args += [quants[2].zero_point, quants[2].scale, low, high]
    return Case(Call(f"dqnn_{kind.lower()}_float_s8", args), lambda: np.clip(_onnx(kind, (a, b), quants), low, high))


def add_float_s8(rng: Random) -> Case:
    return _binary(rng, "Add")


def sub_float_s8(rng: Random) -> Case:
    return _binary(rng, "Sub")


def mul_float_s8(rng: Random) -> Case:
    return _binary(rng, "Mul")


IN_FLOAT: dict[str, Generator] = {
    generator.__name__: generator for generator in (add_float_s8, sub_float_s8, mul_float_s8)
}
