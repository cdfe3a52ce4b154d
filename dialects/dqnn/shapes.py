"""What shape the result of an operator has. All functions raise VerifyException where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TypeAlias

from xdsl.utils.exceptions import VerifyException

Shape: TypeAlias = tuple[int, ...]


def window_positions(size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int, axis: str) -> int:
    """How many windows of `kernel` elements, `dilation` apart, fit along an axis with `padding` on both ends."""
    span = (kernel - 1) * dilation + 1
    room = size + sum(padding) - span
    if room < 0:
        raise VerifyException(f"a window of {axis} {span} does not fit into {size + sum(padding)}")
    return room // stride + 1


def windowed(
    image: Shape,
    kernel: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[int],
    dilations: Sequence[int],
    channels: int,
) -> Shape:
    """The result of windows [height, width] over an NHWC image; `padding` is [top, bottom, left, right]."""
    sizes = [
        window_positions(image[1 + i], kernel[i], strides[i], (padding[2 * i], padding[2 * i + 1]), dilations[i], name)
        for i, name in enumerate(("height", "width"))
    ]
    return (image[0], *sizes, channels)


def transpose_windowed(
    image: Shape, kernel: Sequence[int], strides: Sequence[int], padding: Sequence[int], channels: int
) -> Shape:
    """The result of a transposed convolution: (in - 1) * stride + kernel, less what `padding` cuts off."""
    sizes = [(image[1 + i] - 1) * strides[i] + kernel[i] - padding[2 * i] - padding[2 * i + 1] for i in (0, 1)]
    if min(sizes) < 1:
        raise VerifyException("the padding cuts off the whole result")
    return (image[0], *sizes, channels)


def broadcast(lhs: Shape, rhs: Shape) -> Shape:
    """The shape of two tensors combined element by element, with numpy's rule."""
    rank = max(len(lhs), len(rhs))
    sizes: list[int] = []
    for left, right in zip(_extended(lhs, rank), _extended(rhs, rank), strict=True):
        if left != right and 1 not in (left, right):
            raise VerifyException(f"shapes {show(lhs)} and {show(rhs)} do not broadcast")
        sizes.append(right if left == 1 else left)
    return tuple(sizes)


def _extended(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + shape


def reduced(shape: Shape, axes: Sequence[int], *, keep_dims: bool) -> Shape:
    """The shape without `axes`, or with size 1 there."""
    if len(set(axes)) != len(axes) or not axes:
        raise VerifyException("axes must name different axes, at least one")
    for axis in axes:
        check_axis(axis, len(shape))
    if keep_dims:
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def inverse(permutation: Sequence[int]) -> Shape:
    """The permutation that undoes one."""
    return tuple(permutation.index(axis) for axis in range(len(permutation)))


def permuted(shape: Shape, permutation: Sequence[int]) -> Shape:
    """The shape with its axes in another order."""
    if sorted(permutation) != list(range(len(shape))):
        raise VerifyException(f"{show(permutation)} is no permutation of {len(shape)} axes")
    return tuple(shape[axis] for axis in permutation)


def keeps_elements_in_place(shape: Sequence[int], permutation: Sequence[int]) -> bool:
    """Whether a permutation of axes leaves the elements in their order: only axes of size 1 change their places."""
    kept = [axis for axis in permutation if shape[axis] != 1]
    return kept == sorted(kept)


def padded(shape: Shape, padding: Sequence[int]) -> Shape:
    """The shape with `padding` [low 0, high 0, low 1, ...] added."""
    if len(padding) != 2 * len(shape):
        raise VerifyException(f"padding has {len(padding)} amounts, expected {2 * len(shape)}")
    return tuple(low + size + high for low, size, high in zip(padding[::2], shape, padding[1::2], strict=True))


def joined(shapes: Sequence[Shape], axis: int) -> Shape:
    """The shape of tensors one after the other along an axis."""
    if not shapes:
        raise VerifyException("at least one tensor is needed")
    first = shapes[0]
    check_axis(axis, len(first))
    rest = first[:axis] + first[axis + 1 :]
    for shape in shapes[1:]:
        if len(shape) != len(first) or shape[:axis] + shape[axis + 1 :] != rest:
            raise VerifyException(f"shapes {show(first)} and {show(shape)} differ beside axis {axis}")
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def check_slice(shape: Shape, offsets: Sequence[int], strides: Sequence[int], sizes: Shape) -> None:
    """Check that elements offsets + i * strides, for i below sizes, lie inside a shape."""
    if not len(shape) == len(offsets) == len(strides) == len(sizes):
        raise VerifyException(f"offsets, strides and result need one entry for each of {len(shape)} axes")
    for axis, (size, offset, stride, count) in enumerate(zip(shape, offsets, strides, sizes, strict=True)):
        if stride == 0:
            raise VerifyException(f"the stride of axis {axis} is 0")
        last = offset + (count - 1) * stride
        if not (0 <= offset < size and 0 <= last < size):
            raise VerifyException(f"elements {offset} to {last} of axis {axis} are not all inside of {size}")


def check_axis(axis: int, rank: int) -> None:
    """Check that an axis, counted from 0, exists."""
    if not 0 <= axis < rank:
        raise VerifyException(f"there is no axis {axis} in {rank} dimensions")


def check_result(result: Shape, expected: Shape) -> None:
    """Check the shape that a result's type gives against the inferred one."""
    if result != expected:
        raise VerifyException(f"result has shape {show(result)}, expected {show(expected)}")


def check_elements(shape: Shape, other: Shape) -> None:
    """Check that a reshape keeps the number of elements."""
    if prod(shape) != prod(other):
        raise VerifyException(f"{show(shape)} and {show(other)} have different numbers of elements")


def show(shape: Sequence[int]) -> str:
    """A shape in messages: `[1, 8, 8, 3]`."""
    return str(list(shape))
