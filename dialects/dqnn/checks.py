"""What the verifiers of the operators share: element types, quantization parameters, properties.

All functions raise VerifyException with a message that names the operand or property; the driver adds the op.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan

from xdsl.dialects.builtin import Float32Type, StringAttr, f32
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from ..quant import UniformQuantizedType
from .base import Float, Ints, Tensor, quantized_element, tensor_type
from .binary import is_binary
from .shapes import Shape, show

MAX_BIAS_ERROR = 0.02
"""How far a bias's scale may be from input scale * weights scale, in units of the result's scale.

TensorFlow Lite's own bound (GetQuantizedConvolutionMultipler in tensorflow/lite/kernels/kernel_util.cc)."""

ACTIVATION_BITS = 8
BIAS_BITS = 32


def real_or_quantized(value: SSAValue, name: str, rank: int | None = None, *, binary: bool = False) -> Tensor:
    """The type of a tensor with at least one element: f32, quantized or, where `binary` allows it, s1."""
    tensor = tensor_type(value)
    shape = tensor.get_shape()
    if rank is not None and len(shape) != rank:
        raise VerifyException(f"{name} has {len(shape)} dimensions, expected {rank}")
    if 0 in shape:
        raise VerifyException(f"{name} has no elements: {show(shape)}")
    if is_binary(tensor.element_type):
        if not binary:
            raise VerifyException(f"{name} has elements of {tensor.element_type}, expected f32 or a quantized type")
        return tensor
    element = quantized_element(tensor)
    if element is None and not isinstance(tensor.element_type, Float32Type):
        raise VerifyException(f"{name} has elements of {tensor.element_type}, expected f32 or a quantized type")
    if element is not None and element.expressed_type != f32:
        raise VerifyException(f"{name} is quantized from {element.expressed_type}, expected f32")
    if element is not None and element.axis is not None:
        check_channels(element, shape, name)
    return tensor


def check_channels(element: UniformQuantizedType, shape: Shape, name: str) -> None:
    """Check that a per-axis type has one scale for each index of an axis that exists."""
    axis, count = element.axis, len(element.scales)
    if axis is None or axis >= len(shape):
        raise VerifyException(f"{name} is quantized along axis {axis} but has {len(shape)} dimensions")
    if shape[axis] != count:
        raise VerifyException(f"{name} has {count} scales for size {shape[axis]} of axis {axis}")


def check_real(tensor: Tensor, name: str) -> None:
    """Check that a tensor holds f32."""
    if not isinstance(tensor.element_type, Float32Type):
        raise VerifyException(f"{name} has elements of {tensor.element_type}, expected f32")


def activation(value: SSAValue, name: str, rank: int | None = None, *, binary: bool = False) -> Tensor:
    """The type of a tensor of f32, of 8-bit codes with one scale or, where `binary` allows it, of s1."""
    tensor = real_or_quantized(value, name, rank, binary=binary)
    element = quantized_element(tensor)
    if element is None:
        return tensor
    if element.axis is not None:
        raise VerifyException(f"{name} is quantized per axis, expected one scale")
    if element.bitwidth != ACTIVATION_BITS:
        raise VerifyException(f"{name} has codes of {element.bitwidth} bits, expected {ACTIVATION_BITS}")
    return tensor


def check_one_kind(tensors: dict[str, Tensor]) -> None:
    """Check that tensors are all of f32, all of codes or all binary."""
    kinds = {name: _kind(tensor) for name, tensor in tensors.items()}
    (first, kind), *rest = kinds.items()
    for name, other in rest:
        if other != kind:
            (one, one_kind), (two, two_kind) = sorted([(first, kind), (name, other)], key=lambda pair: pair[1])
            raise VerifyException(f"{one} is {one_kind} but {two} is {two_kind}")


def _kind(tensor: Tensor) -> str:
    if is_binary(tensor.element_type):
        return "s1"
    return "f32" if quantized_element(tensor) is None else "quantized"


def check_same_element(source: Tensor, result: Tensor) -> None:
    """Check that an operator that only moves elements does not change their type."""
    if source.element_type != result.element_type:
        raise VerifyException(f"element types of input and result differ: {source.element_type}, {result.element_type}")


def check_weights(weights: Tensor, channel_axis: int) -> None:
    """Check the element type of weights: f32, or 8-bit codes with one scale or one for each channel."""
    element = quantized_element(weights)
    if element is None:
        return
    if element.bitwidth != ACTIVATION_BITS:
        raise VerifyException(f"weights have codes of {element.bitwidth} bits, expected {ACTIVATION_BITS}")
    if element.axis not in (None, channel_axis):
        raise VerifyException(f"weights are quantized along axis {element.axis}, expected {channel_axis}")


def check_bias(bias: SSAValue, channels: int, source: Tensor, weights: Tensor, result: Tensor) -> None:
    """Check a bias: [channels], f32, or int32 in units of input scale * weights scale."""
    tensor = real_or_quantized(bias, "bias", 1)
    if tensor.get_shape() != (channels,):
        raise VerifyException(f"bias has shape {show(tensor.get_shape())}, expected [{channels}]")
    check_one_kind({"input": source, "bias": tensor})
    element, x = quantized_element(tensor), quantized_element(source)
    w, y = quantized_element(weights), quantized_element(result)
    if element is None or x is None or w is None or y is None:
        return
    if element.bitwidth != BIAS_BITS or not element.is_signed or any(element.zero_points):
        raise VerifyException(f"bias must have signed codes of {BIAS_BITS} bits and zero point 0")
    if len(element.scales) != len(w.scales):
        raise VerifyException(f"bias has {len(element.scales)} scales, the weights {len(w.scales)}")
    source_scale, largest_error = x.scale, MAX_BIAS_ERROR * y.scale
    for channel, (bias_scale, scale) in enumerate(zip(element.scales, w.scales, strict=True)):
        expected = source_scale * scale
        if abs(bias_scale - expected) > largest_error:
            raise VerifyException(
                f"bias scale {bias_scale:.6g} of channel {channel} is not input scale * weights scale, {expected:.6g}"
            )


def check_clamp(low: Float | None, high: Float | None) -> None:
    """Check a fused activation: finite bounds in order."""
    bounds = [bound.value.data for bound in (low, high) if bound is not None]
    if not all(map(isfinite, bounds)):
        raise VerifyException("clamp_min and clamp_max must be finite; leave out a bound that is not there")
    if bounds != sorted(bounds):
        raise VerifyException(f"clamp_min {bounds[0]:g} is above clamp_max {bounds[1]:g}")


def check_bounds(low: float, high: float) -> None:
    """Check the bounds of a clip: in order, perhaps infinite."""
    if isnan(low) or isnan(high) or low > high:
        raise VerifyException(f"min {low:g} is not at or below max {high:g}")


def check_choice(value: StringAttr, name: str, choices: Sequence[str]) -> None:
    """Check a property that is one of a few words."""
    if value.data not in choices:
        raise VerifyException(f'{name} is "{value.data}", expected one of {", ".join(choices)}')


def positive(values: Ints, name: str, count: int) -> tuple[int, ...]:
    """A list of `count` positive integers."""
    return _integers(values, name, count, 1)


def not_negative(values: Ints, name: str, count: int) -> tuple[int, ...]:
    """A list of `count` integers that are not negative."""
    return _integers(values, name, count, 0)


def _integers(values: Ints, name: str, count: int, least: int) -> tuple[int, ...]:
    numbers = values.get_values()
    if len(numbers) != count:
        raise VerifyException(f"{name} has {len(numbers)} entries, expected {count}")
    if any(number < least for number in numbers):
        raise VerifyException(f"{name} must be at least {least}, got {show(numbers)}")
    return numbers


def check_lengths(values: Sequence[int], name: str, count: int) -> None:
    """Check the length of a list of any integers."""
    if len(values) != count:
        raise VerifyException(f"{name} has {len(values)} entries, expected {count}")
