"""Evaluation of integer operators at import: the chains that compute a shape from another tensor's shape.

    %shape = SHAPE(%x)   %n = STRIDED_SLICE(%shape, 0, 1)   %target = PACK(%n, 48)   RESHAPE(%y, %target)

Shapes are static here, so each of these has a known value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..layer import Layer
from .indexing import expanded, reshaped, sliced, split_sizes, squeezed, strided_sliced

Ints = NDArray[np.int64]

MAX_ELEMENTS = 1024
"""Most elements that the operands of one operator may have together. A shape has a few."""


def operand(layer: Layer, index: int) -> Ints:
    """Operand `index`, which must be known."""
    values = layer.integers(index, "integers")
    if values.size > MAX_ELEMENTS:
        raise layer.refuse(f"{values.size} integers", "integer tensors may only compute shapes")
    return values


def operands(layer: Layer) -> list[Ints]:
    """All operands, which must be known."""
    if len(layer.operator.inputs) > MAX_ELEMENTS:
        raise layer.refuse(f"{len(layer.operator.inputs)} inputs", "integer tensors may only compute shapes")
    return [operand(layer, i) for i in range(len(layer.operator.inputs))]


def fold_shape(layer: Layer) -> Ints:
    """SHAPE: of any tensor, known or not."""
    return np.array(layer.input_shape(0), np.int64)


def fold_cast(layer: Layer) -> Ints:
    """CAST between integer types."""
    return operand(layer, 0)


def fold_reshape(layer: Layer) -> Ints:
    """RESHAPE."""
    values = operand(layer, 0)
    return values.reshape(reshaped(layer, values.shape))


def fold_squeeze(layer: Layer) -> Ints:
    """SQUEEZE."""
    values = operand(layer, 0)
    return values.reshape(squeezed(layer, values.shape))


def fold_expand_dims(layer: Layer) -> Ints:
    """EXPAND_DIMS."""
    values = operand(layer, 0)
    return values.reshape(expanded(layer, values.shape))


def fold_slice(layer: Layer) -> Ints:
    """SLICE."""
    values = operand(layer, 0)
    return sliced(layer, values.shape).take(values)


def fold_strided_slice(layer: Layer) -> Ints:
    """STRIDED_SLICE."""
    values = operand(layer, 0)
    return strided_sliced(layer, values.shape).take(values)


def fold_concatenation(layer: Layer) -> Ints:
    """CONCATENATION."""
    values = operands(layer)
    ranks = {array.ndim for array in values}
    axis = layer.axis(layer.options.integer("Axis"), max(ranks))
    return joined(layer, np.concatenate, values, axis)


def fold_pack(layer: Layer) -> Ints:
    """PACK."""
    values = operands(layer)
    axis = layer.axis(layer.options.integer("Axis"), values[0].ndim + 1)
    return joined(layer, np.stack, values, axis)


def joined(layer: Layer, join: Callable[..., Ints], values: Sequence[Ints], axis: int) -> Ints:
    """`join(values, axis)`.

    Raises:
        ModelError: the shapes do not fit.
    """
    try:
        return join(values, axis)
    except ValueError as error:
        raise shapes_differ(layer, values) from error


def fold_split(layer: Layer) -> list[Ints]:
    """SPLIT."""
    values = operand(layer, 1)
    axis = layer.axis(layer.integer(0, "axis"), values.ndim)
    sizes = split_sizes(layer, values.shape[axis], len(layer.outputs))
    return np.split(values, len(sizes), axis)


def fold_unpack(layer: Layer) -> list[Ints]:
    """UNPACK."""
    values = operand(layer, 0)
    return list(np.moveaxis(values, layer.axis(layer.options.integer("Axis"), values.ndim), 0))


def fold_gather(layer: Layer) -> Ints:
    """GATHER: the second operand's indices along an axis of the first."""
    values, indices = operand(layer, 0), operand(layer, 1)
    axis = layer.axis(layer.options.integer("Axis"), values.ndim)
    if layer.options.integer("BatchDims") != 0:
        raise layer.refuse("BatchDims", "only 0 is supported where a shape is computed")
    if values.size * indices.size > MAX_ELEMENTS**2 or np.any((indices < 0) | (indices >= values.shape[axis])):
        raise layer.refuse(f"indices out of a dimension of {values.shape[axis]}", "convert the model again")
    return np.take(values, indices, axis)


def fold_reduce_prod(layer: Layer) -> Ints:
    """REDUCE_PROD."""
    values = operand(layer, 0)
    axes = {layer.axis(axis, values.ndim) for axis in layer.integers(1, "axes").reshape(-1).tolist()}
    return np.asarray(values.prod(axis=tuple(axes), keepdims=layer.options.truth("KeepDims")))


def fold_binary(function: Callable[[Ints, Ints], Ints]) -> Callable[[Layer], Ints]:
    """The evaluation of an operator on two operands, with broadcasting."""

    def fold(layer: Layer) -> Ints:
        lhs, rhs = operand(layer, 0), operand(layer, 1)
        try:
            return function(lhs, rhs)
        except ValueError as error:
            raise shapes_differ(layer, (lhs, rhs)) from error

    return fold


def shapes_differ(layer: Layer, values: Sequence[Ints]) -> Exception:
    """The error for operands whose shapes do not fit each other."""
    shapes = ", ".join(str(list(array.shape)) for array in values[:8])
    return layer.refuse(f"operands of shapes {shapes}", "they do not fit; convert the model again")
