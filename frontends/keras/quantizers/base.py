"""What a quantizer is here: a function on activations that becomes ops, and on weights one that is evaluated now."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from xdsl.ir import Attribute, SSAValue

from ....dialects.quant import UniformQuantizedType
from ..file import Array


class QuantizerError(ValueError):
    """A quantizer that cannot be imported: its message is `property: remedy` without the quantizer's name."""

    def __init__(self, property: str, remedy: str):
        self.property = property
        self.remedy = remedy
        super().__init__(property, remedy)


class UnknownQuantizerError(QuantizerError):
    """No quantizer has this name."""


class Emitter(Protocol):
    """What a quantizer on activations needs of the layer that it stands in."""

    def quantize(self, value: SSAValue, element: Attribute, fallback: str | None) -> SSAValue:
        """The value, quantized to `element` and dequantized; `fallback` says why no kernel has this quantizer."""
        ...

    def scale(self, value: SSAValue, factor: float, offset: float = 0.0) -> SSAValue:
        """The value times `factor`, plus `offset`, in float32."""
        ...

    def leaky_relu(self, value: SSAValue, slope: float) -> SSAValue:
        """The value, its negative part times `slope`."""
        ...

    def tanh(self, value: SSAValue) -> SSAValue:
        """The hyperbolic tangent."""
        ...


@dataclass(frozen=True)
class QuantizedWeights:
    """Weights after their quantizer, in Keras's layout.

    With an element type per tensor `codes` are its codes; with `scales` they are codes of a type with a scale for each
    index of the last axis; with neither they are float32 values.
    """

    codes: Array
    element: Attribute | None = None
    scales: Array | None = None
    """Positive float32 scales for each index of the last axis of Keras's layout; zero points are 0."""
    storage: tuple[int, int] | None = None
    """Least and largest code of a type with `scales`."""
    fallback: str | None = None
    """Why no kernel has such weights, or None where one may have."""


class Quantizer(ABC):
    """A quantizer; `text` is its call, for messages."""

    text: str

    @abstractmethod
    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """The float32 value that the quantizer gives for an activation.

        Raises:
            QuantizerError: it is one for weights alone.
        """

    @abstractmethod
    def on_weights(self, array: Array) -> QuantizedWeights:
        """The quantizer's result for weights of Keras's layout, output channels last.

        Raises:
            QuantizerError: it is one for activations alone.
        """

    def evaluate(self, array: Array) -> Array:
        """The float32 values that the quantizer gives for constants."""
        weights = self.on_weights(array)
        if weights.scales is not None:
            return (weights.scales * weights.codes).astype(np.float32)
        if isinstance(weights.element, UniformQuantizedType):
            steps = weights.codes.astype(np.float64) - weights.element.zero_point
            return (weights.element.scale * steps).astype(np.float32)
        return weights.codes.astype(np.float32)
