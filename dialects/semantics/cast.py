"""Operators between real numbers and codes."""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import (
    DIVIDE_HALF_AWAY,
    DIVIDE_HALF_EVEN,
    MULTIPLY_HALF_EVEN,
    DequantizeOp,
    FakeQuantizeOp,
    QuantizeOp,
    RequantizeOp,
)
from ..fixed_point import dequantize, quantize, quantize_divide_half_even, quantize_half_even
from ..quant import UniformQuantizedType
from .arrays import Array, centered, clamp, element, holds_signs, rescale

QUANTIZERS = {
    DIVIDE_HALF_AWAY: quantize,
    DIVIDE_HALF_EVEN: quantize_divide_half_even,
    MULTIPLY_HALF_EVEN: quantize_half_even,
}
"""A quantizer's method -> how it makes codes of reals."""


def requantize(codes: Array, source: UniformQuantizedType, target: UniformQuantizedType) -> Array:
    """Codes of one type as codes of another: zero_point + (code - zero_point) * (scale / scale), in fixed point."""
    scaled = rescale(centered(codes, source), source.scale / target.scale)
    return clamp(scaled.astype("int64") + target.zero_point, target)


@register_impls
class CastFunctions(InterpreterFunctions):
    """TensorFlow Lite's QUANTIZE and DEQUANTIZE, the quantizers of QKeras, Larq and ONNX, and signs."""

    @impl(QuantizeOp)
    def run_quantize(self, interpreter: Interpreter, op: QuantizeOp, args: PythonValues) -> PythonValues:
        """clamp(round(x / scale) + zero point), or the sign, +1 for 0 (and -0)."""
        del interpreter
        if holds_signs(op.result):
            return (np.where(args[0] >= 0, 1, -1).astype(np.int8),)
        target = element(op.result)
        assert target is not None, "verified"
        return (QUANTIZERS[op.method.data](args[0], target),)

    @impl(DequantizeOp)
    def run_dequantize(self, interpreter: Interpreter, op: DequantizeOp, args: PythonValues) -> PythonValues:
        """The real number scale * (code - zero point)."""
        del interpreter
        if holds_signs(op.input):
            return (args[0].astype(np.float32),)
        source = element(op.input)
        assert source is not None, "verified"
        return (dequantize(args[0], source),)

    @impl(FakeQuantizeOp)
    def run_fake_quantize(self, interpreter: Interpreter, op: FakeQuantizeOp, args: PythonValues) -> PythonValues:
        """To codes and back."""
        del interpreter
        return (dequantize(QUANTIZERS[op.method.data](args[0], op.codes), op.codes),)

    @impl(RequantizeOp)
    def run_requantize(self, interpreter: Interpreter, op: RequantizeOp, args: PythonValues) -> PythonValues:
        """Between two types of one scale each; per channel, by a method, from or to s1 by way of real numbers."""
        del interpreter
        source, target = element(op.input), element(op.result)
        if source is None and target is not None:
            return (quantize(args[0].astype(np.float32), target),)
        assert source is not None, "verified"
        if target is None:
            return (np.where(dequantize(args[0], source) < 0, -1, 1).astype(np.int8),)
        if op.method is not None:
            return (QUANTIZERS[op.method.data](dequantize(args[0], source), target),)
        if source.axis is None and target.axis is None:
            return (requantize(args[0], source, target),)
        return (quantize(dequantize(args[0], source), target),)
