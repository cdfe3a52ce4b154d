"""How a quantizer makes codes of reals: the names that properties give the methods."""

from __future__ import annotations

DIVIDE_HALF_AWAY = "divide_half_away"
"""x / scale in float32, rounded to nearest, halves away from zero: TensorFlow Lite's QUANTIZE."""
MULTIPLY_HALF_EVEN = "multiply_half_even"
"""x * float32(1 / scale), rounded to nearest, halves to even: the quantizers of QKeras and Larq."""
DIVIDE_HALF_EVEN = "divide_half_even"
"""x / scale in float32, rounded to nearest, halves to even: ONNX's QuantizeLinear."""

METHODS = (DIVIDE_HALF_AWAY, MULTIPLY_HALF_EVEN, DIVIDE_HALF_EVEN)
