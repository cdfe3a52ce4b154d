"""Cutting a chain of Keras layers at its quantizers, so that each piece is compiled and fed on its own.

A piece gets the very values that Keras computes at its input. So what it makes differs from Keras's output by its own
rounding alone, and not by what pieces before it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.keras import import_keras

from .compiled import compiled
from .keras import frameworks, run_keras


class Segment(NamedTuple):
    """A layer with weights and what stands around it, from the quantizer before it to the one behind."""

    layer: Any
    """The layer with weights."""
    model: Any
    """A Keras model of the piece."""
    inputs: Array
    """Keras's values at its input, [N, ...]."""
    outputs: Array
    """What Keras makes of them."""

    @property
    def has_norm(self) -> bool:
        """Whether a batch normalization of its own stands behind the layer."""
        return any("BatchNormalization" in type(each).__name__ for each in self.model.layers)


def segments(model: Any, inputs: Array) -> list[Segment]:
    """The pieces of a model whose layers are a chain.

    They are cut at each QActivation, which ends one piece and begins the next; and before each layer of Larq's that
    quantizes its input, where the piece before gets a `binary` behind it.
    """
    chain = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    found: list[Segment] = []
    start = 0
    for end, layer in enumerate(chain, 1):
        is_cut = type(layer).__name__ == "QActivation"
        is_before = end < len(chain) and _quantizes_input(chain[end])
        if not (is_cut or is_before or end == len(chain)):
            continue
        piece = chain[start:end]
        if weighted := [each for each in piece if _has_kernel(each)]:
            found.append(_segment(model, weighted[-1], piece, inputs, signs=is_before and not is_cut))
        start = end - 1 if is_cut else end
    return found


def _quantizes_input(layer: Any) -> bool:
    return getattr(layer, "input_quantizer", None) is not None


def _has_kernel(layer: Any) -> bool:
    return hasattr(layer, "kernel") or hasattr(layer, "depthwise_kernel")


def _segment(model: Any, layer: Any, piece: Sequence[Any], inputs: Array, *, signs: bool) -> Segment:
    f = frameworks()
    # The output of a quantizer is what it makes of itself again.
    begins = piece[0].output if type(piece[0]).__name__ == "QActivation" else piece[0].input
    values = run_keras(f.keras.Model(model.input, begins), [inputs])[0]
    source = f.keras.Input(values.shape[1:])
    result = source
    for each in piece:
        result = each(result)
    if signs:
        result = f.qkeras.QActivation(f.qkeras.binary(alpha=1))(result)
    cut = f.keras.Model(source, result)
    return Segment(layer, cut, values, run_keras(cut, [values])[0])


def run_segment(segment: Segment) -> Array:
    """What the compiled C makes of a piece's inputs, as reals."""
    return compiled(import_keras(segment.model), segment.inputs)


# A product of two 8-bit codes has at most 16 bits, and float64 holds sums of 2^37 such: they are exact.
def exact_sums(segment: Segment) -> Array:
    """The layer's results before activation and quantizer, exact in float64: with weights as Keras quantizes them."""
    layer, inputs = segment.layer, segment.inputs.astype(np.float64)
    kernel, bias = quantized_weights(layer)
    if kernel.ndim == 2:
        return inputs.reshape(len(inputs), -1) @ kernel + bias
    tensorflow: Any = import_module("tensorflow")
    padding = layer.padding.upper()
    return tensorflow.nn.conv2d(inputs, kernel, layer.strides, padding, dilations=layer.dilation_rate).numpy() + bias


def quantized_weights(layer: Any) -> tuple[Array, Array]:
    """Kernel and bias that a layer of QKeras's multiplies by, in float64, by its own functions."""
    if hasattr(layer, "get_folded_weights"):
        kernel, bias = layer.get_folded_weights()
    else:
        kernel, bias = layer.kernel, layer.bias if layer.use_bias else np.zeros(1, np.float32)
    bias = bias if layer.bias_quantizer_internal is None else layer.bias_quantizer_internal(bias)
    return np.asarray(layer.kernel_quantizer_internal(kernel), np.float64), np.asarray(bias, np.float64)
