"""The kinds of quantizers that the libraries' classes are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import IntegerType
from xdsl.ir import SSAValue

from ....dialects.dqnn import s1
from ....dialects.fixed_point import quantize_half_even
from ....dialects.quant import UniformQuantizedType
from ..file import Array
from .base import Emitter, QuantizedWeights, Quantizer, QuantizerError
from .scales import EPSILON, Scale, binary_scales, fixed_point_scales

EIGHT_BITS_ONLY = "only up to 8 bits have kernels"
"""Codes of fewer bits are computed as s8 with a smaller range."""


def integer_type(low: int, high: int) -> IntegerType:
    """The narrowest of i8, i16 and i32 that holds codes from `low` to `high`."""
    return IntegerType(next(bits for bits in (8, 16, 32) if -(1 << (bits - 1)) <= low and high < 1 << (bits - 1)))


def uniform(scale: float, low: int, high: int) -> UniformQuantizedType:
    """The type of `scale` * k for k from `low` to `high`; 0 to 255 is stored as s8 with zero point -128."""
    if (low, high) == (0, 255):
        return UniformQuantizedType.per_tensor(IntegerType(8), scale, -128)
    return UniformQuantizedType.per_tensor(integer_type(low, high), scale, 0, low, high)


@dataclass(frozen=True)
class Identity(Quantizer):
    """No quantizer: what `linear` and Larq's `NoOp` are."""

    text: str

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """The value as it is."""
        return value

    def on_weights(self, array: Array) -> QuantizedWeights:
        """The weights as they are."""
        return QuantizedWeights(array)


@dataclass(frozen=True)
class Sign(Quantizer):
    """+alpha where x >= 0, else -alpha; with `use_01` +alpha and 0."""

    text: str
    alpha: Scale = 1.0
    use_01: bool = False

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """The sign as s1; a scale or an offset becomes float arithmetic behind it."""
        if isinstance(self.alpha, str):
            raise QuantizerError(f"alpha='{self.alpha}' of an activation", "its scale depends on all inputs; set alpha")
        if (self.alpha, self.use_01) == (1.0, False):
            return emitter.quantize(value, s1, None)
        signs = emitter.quantize(value, s1, f"{self.text}: only use_01=False with alpha=1 has kernels")
        if self.use_01:
            return emitter.scale(signs, self.alpha / 2, self.alpha / 2)
        return emitter.scale(signs, self.alpha)

    def on_weights(self, array: Array) -> QuantizedWeights:
        """Signs as s1; with another scale codes -1 and 1 (or 0 and 1) of a type that has it."""
        signs = np.where(array >= 0, 1, -1).astype(np.int8)
        codes = (signs > 0).astype(np.int8) if self.use_01 else signs
        if isinstance(self.alpha, str):
            scales = binary_scales(array, codes, self.alpha)
        else:
            scales = np.full(array.shape[-1:], np.float32(self.alpha))
        if (scales == 1).all() and not self.use_01:
            return QuantizedWeights(signs, s1)
        # Signs with scales become s1 layers with the scales in their output stage, where there is a kernel.
        reason = f"{self.text}: only use_01=False has kernels" if self.use_01 else None
        # A negative scale goes into the codes, a zero one makes them 0: types have positive scales.
        codes = (codes * np.sign(scales)).astype(np.int8)
        scales = np.where(scales == 0, np.float32(1), np.abs(scales))
        return QuantizedWeights(codes, scales=scales, storage=(-1, 1), fallback=reason)


@dataclass(frozen=True)
class Uniform(Quantizer):
    """Multiples of a scale: `slope` * x for negative x, times 1 / scale, rounded to even, saturated, times `alpha`."""

    text: str
    element: UniformQuantizedType
    fallback: str | None = None
    slope: float = 1.0
    function: str = ""
    """`tanh`, applied before, or none."""
    alpha: float = 1.0

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """Quantized and dequantized."""
        if self.function == "tanh":
            value = emitter.tanh(value)
        if self.slope not in (0.0, 1.0):
            value = emitter.leaky_relu(value, self.slope)
        if self.alpha == 1.0:
            return emitter.quantize(value, self.element, self.fallback)
        reason = self.fallback or f"{self.text}: only alpha=1 has kernels"
        return emitter.scale(emitter.quantize(value, self.element, reason), self.alpha)

    def on_weights(self, array: Array) -> QuantizedWeights:
        """The codes."""
        if self.function:
            raise QuantizerError(f"{self.function} on weights", "use a quantizer for weights")
        values = np.where(array < 0, array * np.float32(self.slope), array)
        codes = quantize_half_even(values, self.element)
        element = self.element
        if self.alpha != 1.0:
            scale = element.scale * float(np.float32(self.alpha))
            element = UniformQuantizedType.per_tensor(
                element.storage_type, scale, element.zero_point, element.storage_min, element.storage_max
            )
        return QuantizedWeights(codes, element, fallback=self.fallback)


@dataclass(frozen=True)
class AutoFixedPoint(Quantizer):
    """QKeras's quantized_bits with a scale that it finds for each output channel: weights only."""

    text: str
    bits: int
    integer: int
    alpha: str
    scale_axis: int | None

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """Not possible at compile time."""
        raise QuantizerError(f"alpha='{self.alpha}' of an activation", "its scale depends on all inputs; set alpha=1")

    def on_weights(self, array: Array) -> QuantizedWeights:
        """Symmetric codes, and the scale of each output channel."""
        if self.scale_axis not in (None, -1, array.ndim - 1):
            raise QuantizerError(f"scale_axis={self.scale_axis}", "leave it out: scales are of output channels")
        codes, scales = fixed_point_scales(array, self.bits, self.integer, self.alpha)
        if not (np.isfinite(scales).all() and (scales > 0).all()):
            raise QuantizerError("weights that are all zero in a channel", "alpha='auto' gives no scale for them")
        limit = (1 << (self.bits - 1)) - 1
        fallback = None if self.bits <= 8 else f"{self.text}: {EIGHT_BITS_ONLY}"
        return QuantizedWeights(codes, scales=scales, storage=(-limit, limit), fallback=fallback)


@dataclass(frozen=True)
class DoReFaWeights(Quantizer):
    """Larq's DoReFa on weights: (2k - n) / n for k = round(n * (tanh(w) / (2 max|tanh(w)|) + 1/2)), n = 2^bits - 1."""

    text: str
    bits: int

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """Not for activations."""
        raise QuantizerError("mode='weights' on activations", "use mode='activations'")

    def on_weights(self, array: Array) -> QuantizedWeights:
        """Codes 2k - n of scale 1 / n."""
        levels = (1 << self.bits) - 1
        limited = np.tanh(array.astype(np.float32))
        largest = np.float32(2) * np.abs(limited).max(initial=0.0)
        share = limited / largest if largest > 0 else np.zeros_like(limited)
        steps = np.rint((share + np.float32(0.5)) * np.float32(levels))
        element = uniform(1 / levels, -levels, levels)
        fallback = None if self.bits <= 8 else f"{self.text}: {EIGHT_BITS_ONLY}"
        return QuantizedWeights((2 * steps - levels).astype(element.numpy_dtype), element, fallback=fallback)


@dataclass(frozen=True)
class PowerOfTwo(Quantizer):
    """QKeras's quantized_po2 and quantized_relu_po2: a sign and a power of two. Constants only.

    `_clip_power_of_two` in qkeras/quantizers.py: the logarithm is rounded (down, with `floor`) and clipped to `least`
    and `largest`; with `quadratic` it is that of the square root, and the exponent twice that.
    """

    text: str
    least: int
    largest: int
    max_value: float | None = None
    quadratic: bool = False
    floor: bool = False
    relu: bool = False
    slope: float = 0.0
    """Factor of negative values, of a `relu`."""

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """Not supported."""
        raise QuantizerError("powers of two as activations", "use quantized_bits or quantized_relu of 8 bits")

    def on_weights(self, array: Array) -> QuantizedWeights:
        """float32 values, with the rounding of QKeras's straight-through sum x + (q - x)."""
        values = array.astype(np.float32)
        powers = self._powers(np.abs(values))
        base = values
        if not self.relu:
            result = np.where(values < 0, -powers, powers)
        else:
            below = -self._powers(np.abs(values) * np.float32(self.slope)) if self.slope else self._powers(0 * values)
            result = np.where(values < 0, below, powers)
            base = np.where(values < 0, values * np.float32(self.slope), values)
            base = base if self.max_value is None else np.minimum(base, np.float32(self.max_value))
        return QuantizedWeights(base + (result - base), fallback=f"{self.text}: powers of two have no kernels")

    def _powers(self, magnitude: Array) -> Array:
        """The nearest power of two of each magnitude."""
        limit = np.maximum(magnitude, EPSILON)
        if self.max_value is not None:
            limit = np.minimum(limit, np.float32(self.max_value))
        factor = 2 if self.quadratic else 1
        logs = np.log(np.sqrt(limit) if self.quadratic else limit) / np.float32(np.log(2.0))
        exponents = factor * np.clip((np.floor if self.floor else np.rint)(logs), self.least, self.largest)
        with np.errstate(over="ignore"):
            return np.exp2(np.where(magnitude < EPSILON, self.least, exponents)).astype(np.float32)
