"""Values of a tensor in the IR: as real numbers, as codes (s1: +1 and -1), and as they lie in memory (s1: words)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...backends.common.binary import pack, unpack
from ...dialects.dqnn import is_binary, quantized_element
from ...dialects.dqnn.base import Tensor
from ...dialects.fixed_point import dequantize
from .samples import Array


def codes_of(type_: Tensor, reals: Array) -> Array:
    """The codes that stand for real numbers, the nearest where none does exactly; float32 of an f32 tensor."""
    if is_binary(type_.element_type):
        return np.where(reals < 0, -1, 1).astype(np.int8)
    element = quantized_element(type_)
    if element is None:
        return np.asarray(reals, np.float32)
    assert element.axis is None, "activations have one scale"
    steps = np.rint(np.asarray(reals, np.float64) / element.scale) + element.zero_point
    return np.clip(steps, element.storage_min, element.storage_max).astype(element.numpy_dtype)


def reals_of(type_: Tensor, codes: Array) -> npt.NDArray[np.float32]:
    """The real numbers that codes stand for."""
    element = quantized_element(type_)
    return codes.astype(np.float32) if element is None else dequantize(codes, element)


def to_memory(type_: Tensor, codes: Array) -> Array:
    """Codes as the generated code takes them."""
    return pack(codes) if is_binary(type_.element_type) else codes


def from_memory(type_: Tensor, memory: Array) -> Array:
    """The inverse of `to_memory`."""
    if is_binary(type_.element_type):
        return unpack(memory.astype(np.uint32), type_.get_shape()[-1]).reshape(type_.get_shape())
    return memory.reshape(type_.get_shape())
