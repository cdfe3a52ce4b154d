"""What the operator groups share: arrays, their element types, and computing with codes by way of real numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.ir import SSAValue

from ..dqnn import (
    DqnnOp,
    is_binary,
    quantized_element,
    tensor_type,
)
from ..dqnn.bounds import NO_BOUNDS, Bounds
from ..fixed_point import activation_range, dequantize, multiply_by_quantized_multiplier, quantize, quantize_multiplier
from ..quant import UniformQuantizedType

Array: TypeAlias = npt.NDArray[Any]


def element(value: SSAValue) -> UniformQuantizedType | None:
    """The quantized element type of a tensor, or None where it holds f32."""
    return quantized_element(tensor_type(value))


def holds_signs(value: SSAValue) -> bool:
    """Whether a tensor has elements of s1, which are int8 +1 and -1 here."""
    return is_binary(tensor_type(value).element_type)


def clamp(values: Array, type_: UniformQuantizedType | None, bounds: Bounds = NO_BOUNDS) -> Array:
    """Clamp codes to the range of their type, or reals, and both to the bounds; return them as they are stored."""
    if type_ is None:
        low, high = (None if bound is None else np.float32(bound) for bound in bounds)
        clamped = values if low is None else np.maximum(values, low)
        return (clamped if high is None else np.minimum(clamped, high)).astype(np.float32, copy=False)
    return np.clip(values, *activation_range(type_, *bounds)).astype(type_.numpy_dtype)


def centered(codes: Array, type_: UniformQuantizedType) -> Array:
    """Codes less their zero point, as int32."""
    return codes.astype(np.int32) - np.int32(type_.zero_point)


def rescale(values: Array, real_multiplier: float) -> Array:
    """int32 values times a real number, in TensorFlow Lite's fixed point with two roundings."""
    return multiply_by_quantized_multiplier(values, *quantize_multiplier(real_multiplier))


def single(scale: float) -> np.float32:
    """A scale as TensorFlow Lite stores it; products and quotients of such are float32, as there."""
    return np.float32(scale)


def in_reals(op: DqnnOp, compute: Callable[..., Array], args: Sequence[Array]) -> Array:
    """Dequantize the operands, compute in float32, quantize the result.

    This is what a quantized operator means where TensorFlow Lite has no integer kernel for its types.
    """
    reals = [
        array if (type_ := element(operand)) is None else dequantize(array, type_)
        for operand, array in zip(op.operands, args, strict=True)
    ]
    result = compute(*reals).astype(np.float32, copy=False)
    type_ = element(op.results[0])
    return result if type_ is None else quantize(result, type_)
