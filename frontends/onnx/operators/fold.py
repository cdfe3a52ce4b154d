"""Evaluation of operators at import: chains that compute a shape, and arithmetic on constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ..file import MAX_MADE, Array
from ..known import Known
from ..layer import AGAIN, Layer
from ..model import known_tensor
from ..network import is_real
from ..tensors import STORAGE, TYPE_NAMES, tensor_array, type_name


def operand(layer: Layer, index: int) -> Array:
    """Operand `index`, which must be known, as the file means it; half precision as float32."""
    array = layer.constant(index, f"input {index}").numbers()
    return array.astype(np.float32) if is_real(array) and array.dtype != np.float64 else array


def operands(layer: Layer) -> list[Array]:
    """All operands."""
    return [operand(layer, index) for index in range(len(layer.node.inputs)) if layer.has(index)]


def compute(layer: Layer, function: Callable[..., Any], arrays: Sequence[Array]) -> Known:
    """A numpy function of constants.

    Raises:
        ModelError: they do not fit each other, or the result is too large.
    """
    if prod(np.maximum.reduce([_padded(array.shape) for array in arrays])) > MAX_MADE:
        raise layer.refuse("constants that are too large to combine", "let the exporter fold constants")
    try:
        with np.errstate(all="ignore"):
            return layer.array(np.asarray(function(*arrays)))
    except (ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
        shapes = ", ".join(str(list(array.shape)) for array in arrays[:8])
        raise layer.refuse(f"operands of shapes {shapes}", "they do not fit; " + AGAIN) from error


def _padded(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1,) * (8 - len(shape)) + shape


def fold_with(function: Callable[..., Any]) -> Callable[[Layer], Known]:
    """The evaluation of an operator that numpy has, with broadcasting."""
    return lambda layer: compute(layer, function, operands(layer))


def fold_reduced(function: Callable[[Array, Array], Any]) -> Callable[[Layer], Known]:
    """The evaluation of an operator of one input or more, first to last."""

    def fold(layer: Layer) -> Known:
        first, *rest = operands(layer)
        result = Known(first)
        for array in rest:
            result = compute(layer, function, (result.array, array))
        return result

    return fold


def divide(lhs: Array, rhs: Array) -> Array:
    """Of integers towards zero."""
    if lhs.dtype.kind not in "iu":
        return lhs / rhs
    if (rhs == 0).any():
        raise ZeroDivisionError
    quotient = np.abs(lhs) // np.abs(rhs)
    return (np.sign(lhs) * np.sign(rhs) * quotient).astype(lhs.dtype)


def power(base: Array, exponent: Array) -> Array:
    """The base's type stays."""
    return np.power(base, exponent).astype(base.dtype)


def fold_constant(layer: Layer) -> Known:
    """Constant: a tensor, or a number or a list of such."""
    if (proto := layer.tensor("value")) is not None:
        return known_tensor(layer.network.file, proto, layer.node.title)
    for name, value, dtype in (
        ("value_int", layer.integer("value_int", 0), np.int64),
        ("value_float", layer.decimal("value_float", 0.0), np.float32),
        ("value_ints", layer.ints("value_ints"), np.int64),
        ("value_floats", layer.decimals("value_floats"), np.float32),
    ):
        if name in layer.node.attributes:
            return Known(np.array(value, dtype))
    raise layer.refuse("a constant of no numbers", "export the model without strings and sparse tensors")


def fold_constant_of_shape(layer: Layer) -> Known:
    """ConstantOfShape: a shape filled with one number, 0.0 by default."""
    shape = layer.integers(0, "the shape")
    if any(size < 0 for size in shape) or prod(shape) > MAX_MADE:
        raise layer.refuse(f"a constant of shape {shape}", "no constant so large is supported")
    proto = layer.tensor("value")
    value = np.zeros(1, np.float32) if proto is None else tensor_array(layer.network.file, proto, layer.node.title)
    if value.size != 1:
        raise layer.refuse(f"a value of shape {list(value.shape)}", "one number is needed; " + AGAIN)
    return layer.array(np.full(shape, value.reshape(())))


def shape_of(layer: Layer) -> Known:
    """Shape: of any tensor, known or not; from version 15 on a part of it."""
    shape = layer.shape(layer.operand(0))
    start, end = layer.integer("start", 0), layer.integer("end", len(shape))
    return Known(np.array(shape[slice(start, end)], np.int64))


def size_of(layer: Layer) -> Known:
    """Size: of any tensor, known or not."""
    return Known(np.array(prod(layer.shape(layer.operand(0))), np.int64))


def fold_cast(layer: Layer) -> Known:
    """Cast of a constant."""
    number = layer.integer("to", 0)
    storage = STORAGE.get(number)
    if storage is None or storage.bits is not None:
        raise layer.refuse(f"a cast to {type_name(number)}", "export the model in float32")
    array = layer.constant(0, "input 0").numbers()
    with np.errstate(all="ignore"):
        return Known(array.astype(storage.dtype))


def fold_concat(layer: Layer) -> Known:
    """Concat of constants."""
    arrays = operands(layer)
    axis = layer.axis(layer.integer("axis", 1), arrays[0].ndim)
    if len({array.ndim for array in arrays}) != 1:
        raise layer.refuse("inputs of different ranks", AGAIN)
    if sum(array.size for array in arrays) > MAX_MADE:
        raise layer.refuse("constants that are too large to join", "let the exporter fold constants")
    try:
        return layer.array(np.concatenate(arrays, axis))
    except (ValueError, TypeError) as error:
        raise layer.refuse("inputs that differ beside the axis", AGAIN) from error


def fold_gather(layer: Layer) -> Known:
    """Gather from a constant."""
    array, indices = operand(layer, 0), operand(layer, 1)
    axis = layer.axis(layer.integer("axis", 0), array.ndim)
    if indices.dtype.kind not in "iu" or np.any((indices < -array.shape[axis]) | (indices >= array.shape[axis])):
        raise layer.refuse(f"indices out of a dimension of {array.shape[axis]}", AGAIN)
    if array.size // array.shape[axis] * indices.size > MAX_MADE:
        raise layer.refuse("a constant that is too large to gather", "let the exporter fold constants")
    return layer.array(np.take(array, indices, axis))


def fold_range(layer: Layer) -> Known:
    """Range: start, end and step."""
    bounds = [operand(layer, index) for index in range(3)]
    if any(array.size != 1 for array in bounds):
        raise layer.refuse("bounds that are no numbers", AGAIN)
    start, end, step = (array.reshape(()).item() for array in bounds)
    with np.errstate(all="ignore"):
        count = np.ceil(np.float64(end - start) / np.float64(step))
    if not -np.inf < count <= MAX_MADE:
        raise layer.refuse(f"a range of {start} to {end} by {step}", "let the exporter fold constants")
    return Known((start + np.arange(max(int(count), 0)) * step).astype(bounds[0].dtype))


def fold_expand(layer: Layer) -> Known:
    """Expand: broadcast to a shape, which may itself have dimensions of 1."""
    array, shape = operand(layer, 0), layer.integers(1, "the shape")
    if any(size < 0 for size in shape) or prod(shape) * max(array.size, 1) > MAX_MADE or len(shape) > 8:
        raise layer.refuse(f"a constant of shape {shape}", "no constant so large is supported")
    try:
        return layer.array(np.broadcast_to(array, np.broadcast_shapes(array.shape, tuple(shape))).copy())
    except ValueError as error:
        raise layer.refuse(f"{list(array.shape)} expanded to {shape}", AGAIN) from error


def fold_reduce(function: Callable[..., Any]) -> Callable[[Layer], Known]:
    """The evaluation of a reduction."""

    def fold(layer: Layer) -> Known:
        array = operand(layer, 0)
        axes = layer.integers(1, "the axes") if layer.has(1) else layer.ints("axes")
        if not axes and layer.truth("noop_with_empty_axes"):
            return Known(array)
        reduced = tuple(layer.axes(axes, array.ndim)) if axes else None
        with np.errstate(all="ignore"):
            result = np.asarray(function(array, axis=reduced, keepdims=layer.truth("keepdims", True)))
        return Known(result.astype(array.dtype))

    return fold


FLOAT_TYPES = frozenset({"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})


def is_float_type(number: int) -> bool:
    """Whether an element type is of real numbers."""
    return TYPE_NAMES.get(number) in FLOAT_TYPES
