"""Operators between real numbers and codes."""

from __future__ import annotations

from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import DequantizeOp, QuantizeOp, RequantizeOp
from ..fixed_point import dequantize, quantize
from ..quant import UniformQuantizedType
from .arrays import Array, centered, clamp, element, rescale


def requantize(codes: Array, source: UniformQuantizedType, target: UniformQuantizedType) -> Array:
    """Codes of one type as codes of another: zero_point + (code - zero_point) * (scale / scale), in fixed point."""
    scaled = rescale(centered(codes, source), source.scale / target.scale)
    return clamp(scaled.astype("int64") + target.zero_point, target, (None, None))


@register_impls
class CastFunctions(InterpreterFunctions):
    """TensorFlow Lite's QUANTIZE and DEQUANTIZE."""

    @impl(QuantizeOp)
    def run_quantize(self, interpreter: Interpreter, op: QuantizeOp, args: PythonValues) -> PythonValues:
        """clamp(round(x / scale) + zero point)."""
        del interpreter
        target = element(op.result)
        assert target is not None, "verified"
        return (quantize(args[0], target),)

    @impl(DequantizeOp)
    def run_dequantize(self, interpreter: Interpreter, op: DequantizeOp, args: PythonValues) -> PythonValues:
        """The real number scale * (code - zero point)."""
        del interpreter
        source = element(op.input)
        assert source is not None, "verified"
        return (dequantize(args[0], source),)

    @impl(RequantizeOp)
    def run_requantize(self, interpreter: Interpreter, op: RequantizeOp, args: PythonValues) -> PythonValues:
        """Between two types of one scale each; per channel by way of real numbers."""
        del interpreter
        source, target = element(op.input), element(op.result)
        assert source is not None, "verified"
        assert target is not None, "verified"
        if source.axis is None and target.axis is None:
            return (requantize(args[0], source, target),)
        return (quantize(dequantize(args[0], source), target),)
