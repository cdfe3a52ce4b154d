"""Which shape a shape operator gives, and which elements it takes: for activations and for shapes alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..layer import Layer
from ..network import Array

Shape = tuple[int, ...]

AGAIN = "convert the model again"


def reshaped(layer: Layer, shape: Shape) -> Shape:
    """RESHAPE's shape for an input of `shape`: from its second operand or its option, with one -1 worked out."""
    if layer.has(1):
        target = layer.integers(1, "shape").reshape(-1).tolist()
    else:
        target = list(layer.options.integers("NewShape"))
    elements = math.prod(shape)
    known = math.prod(size for size in target if size != -1)
    if target.count(-1) == 1 and known > 0 and elements % known == 0:
        target[target.index(-1)] = elements // known
    if min(target, default=1) < 1 or math.prod(target) != elements:
        raise layer.refuse(f"reshape of {list(shape)} to {target}", "convert with a batch of 1 and a fixed shape")
    return tuple(target)


def squeezed(layer: Layer, shape: Shape) -> Shape:
    """SQUEEZE's shape: without the dimensions of size 1 that it names, or without all of them."""
    rank = len(shape)
    axes = {layer.axis(axis, rank) for axis in layer.options.integers("SqueezeDims")}
    axes = axes or {axis for axis, size in enumerate(shape) if size == 1}
    if any(shape[axis] != 1 for axis in axes):
        raise layer.refuse(f"squeeze of axes {sorted(axes)} of {list(shape)}", AGAIN)
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def expanded(layer: Layer, shape: Shape) -> Shape:
    """EXPAND_DIMS's shape: with a dimension of size 1 at the axis in its second operand."""
    axis = layer.axis(layer.integer(1, "axis"), len(shape) + 1)
    return (*shape[:axis], 1, *shape[axis:])


@dataclass(frozen=True)
class Slicing:
    """Elements `offsets + i * strides` for i below `sizes`, seen in `shape` (some dimensions of size 1 differ)."""

    offsets: Shape
    sizes: Shape
    strides: Shape
    shape: Shape

    def take(self, array: Array) -> Array:
        """The elements of an array."""
        for axis, (offset, size, stride) in enumerate(zip(self.offsets, self.sizes, self.strides, strict=True)):
            array = np.take(array, offset + stride * np.arange(size), axis=axis)
        return array.reshape(self.shape)


def sliced(layer: Layer, shape: Shape) -> Slicing:
    """SLICE: begin and size for each dimension; a size of -1 goes to the end."""
    begin = layer.integers(1, "begin").reshape(-1).tolist()
    sizes = layer.integers(2, "sizes").reshape(-1).tolist()
    if not len(begin) == len(sizes) == len(shape):
        raise layer.refuse(f"{len(begin)} begins and {len(sizes)} sizes for {list(shape)}", AGAIN)
    sizes = [dim - b if size == -1 else size for dim, b, size in zip(shape, begin, sizes, strict=True)]
    if any(b < 0 or size < 1 or b + size > dim for dim, b, size in zip(shape, begin, sizes, strict=True)):
        raise layer.refuse(f"slice of {list(shape)} from {begin} of size {sizes}", AGAIN)
    return Slicing(tuple(begin), tuple(sizes), (1,) * len(shape), tuple(sizes))


def strided_sliced(layer: Layer, shape: Shape) -> Slicing:
    """STRIDED_SLICE: Python's slices, one for each position of its operands, with these meanings of the masks.

    A position whose bit is set in BeginMask or EndMask has no begin or end; in ShrinkAxisMask it is an index, and
    the dimension goes; in NewAxisMask it adds a dimension; in EllipsisMask it stands for all dimensions that the
    other positions leave. With Offset, ends count from their begins.
    """
    begins, ends, strides = (
        layer.integers(i, what).reshape(-1).tolist() for i, what in ((1, "begins"), (2, "ends"), (3, "strides"))
    )
    if not len(begins) == len(ends) == len(strides):
        raise layer.refuse(f"{len(begins)} begins, {len(ends)} ends and {len(strides)} strides", AGAIN)
    if layer.options.truth("Offset"):
        ends = [begin + end for begin, end in zip(begins, ends, strict=True)]

    def bits(mask: str) -> set[int]:
        return {i for i in range(len(begins)) if layer.options.integer(mask) >> i & 1}

    ellipsis, new_axes, shrinks = bits("EllipsisMask"), bits("NewAxisMask"), bits("ShrinkAxisMask")
    if len(ellipsis) > 1 or 0 in strides:
        raise layer.refuse("several ellipses or a stride of 0", AGAIN)
    taken = len(begins) - len(ellipsis | new_axes)
    if taken > len(shape):
        raise layer.refuse(f"{taken} slices of {len(shape)} dimensions", AGAIN)

    ranges: list[range] = []
    result: list[int] = []
    for i in range(len(begins)):
        if i in ellipsis:
            rest = shape[len(ranges) : len(ranges) + len(shape) - taken]
            ranges += map(range, rest)
            result += rest
        elif i in new_axes:
            result.append(1)
        elif i in shrinks:
            ranges.append(_index(layer, shape[len(ranges)], 0 if i in bits("BeginMask") else begins[i]))
        else:
            begin = None if i in bits("BeginMask") else begins[i]
            end = None if i in bits("EndMask") else ends[i]
            ranges.append(range(*slice(begin, end, strides[i]).indices(shape[len(ranges)])))
            result.append(len(ranges[-1]))
    rest = shape[len(ranges) :]
    ranges += map(range, rest)
    result += rest
    if any(len(r) == 0 for r in ranges):
        raise layer.refuse(f"an empty slice of {list(shape)}", AGAIN)
    return Slicing(
        tuple(r.start for r in ranges), tuple(map(len, ranges)), tuple(r.step for r in ranges), tuple(result)
    )


def _index(layer: Layer, size: int, index: int) -> range:
    """The range of one index, counted from the end where it is negative."""
    index += size if index < 0 else 0
    if not 0 <= index < size:
        raise layer.refuse(f"index {index} of a dimension of {size}", AGAIN)
    return range(index, index + 1)


def split_sizes(layer: Layer, size: int, parts: int) -> Sequence[int]:
    """SPLIT's sizes: `parts` equal ones."""
    if parts < 1 or size % parts:
        raise layer.refuse(f"split of a dimension of {size} into {parts}", AGAIN)
    return [size // parts] * parts
