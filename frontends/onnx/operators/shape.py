"""Operators that move or copy elements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from xdsl.ir import SSAValue

from ....dialects.dqnn import ConcatOp, PadOp, ResizeNearestOp, SliceOp, SplitOp, quantized_element, tensor_type
from ....dialects.dqnn.shapes import Shape, joined, padded
from ....dialects.semantics.shape import nearest_indices
from ..file import MAX_MADE, MAX_RANK, Array, is_too_large
from ..known import Known
from ..layer import AGAIN, MAX_OPTION, Layer
from ..network import Value
from .window import image

MAX_PIECES = 256
"""Most slices that one operator may become."""


# --- shapes of the same elements ----------------------------------------------------------------------------


def reshaped(layer: Layer, shape: Shape) -> Shape:
    """Reshape: the shape, a constant; 0 keeps a size (unless `allowzero`), -1 is what is left."""
    sizes = layer.integers(1, "the shape")
    if not layer.truth("allowzero"):
        sizes = [shape[i] if size == 0 and i < len(shape) else size for i, size in enumerate(sizes)]
    count, given = prod(shape), prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and given > 0 and count % given == 0:
        sizes[sizes.index(-1)] = count // given
    if prod(sizes) != count or any(size < 0 for size in sizes):
        raise layer.refuse(f"a reshape of {list(shape)} to {sizes}", AGAIN + ", with a batch of 1")
    return tuple(sizes)


def flattened(layer: Layer, shape: Shape) -> Shape:
    """Flatten: a matrix, rows of what comes before `axis`."""
    axis = layer.integer("axis", 1)
    axis = axis if axis == len(shape) else layer.axis(axis, len(shape)) if shape else 0
    return prod(shape[:axis]), prod(shape[axis:])


def squeezed(layer: Layer, shape: Shape) -> Shape:
    """Squeeze: without the axes named, which have size 1; without all such axes where none are."""
    axes = _axes(layer)
    if axes is None:
        return tuple(size for size in shape if size != 1)
    found = layer.axes(axes, len(shape))
    if any(shape[axis] != 1 for axis in found):
        raise layer.refuse(f"a squeeze of axes {axes} of {list(shape)}", "they must have size 1; " + AGAIN)
    return tuple(size for axis, size in enumerate(shape) if axis not in found)


def unsqueezed(layer: Layer, shape: Shape) -> Shape:
    """Unsqueeze: with axes of size 1 at these places of the result."""
    axes = _axes(layer)
    if axes is None:
        raise layer.refuse("no axes", AGAIN)
    if len(shape) + len(axes) > MAX_RANK:
        raise layer.refuse(f"{len(axes)} axes", f"{MAX_RANK} dimensions are supported")
    found = layer.axes(axes, len(shape) + len(axes))
    rest = iter(shape)
    return tuple(1 if axis in found else next(rest) for axis in range(len(shape) + len(found)))


def _axes(layer: Layer) -> list[int] | None:
    """`axes`, an attribute or from version 13 on an input."""
    return layer.integers(1, "the axes") if layer.has(1) else layer.ints("axes")


ShapeOf = Callable[[Layer, Shape], Shape]


def import_reshape(shape_of: ShapeOf) -> Callable[[Layer], SSAValue]:
    """The same elements in the shape that `shape_of` gives."""

    def convert(layer: Layer) -> SSAValue:
        x = layer.value(0)
        return layer.reshape(x, shape_of(layer, layer.shape(x)))

    return convert


def fold_reshape(shape_of: ShapeOf) -> Callable[[Layer], Known]:
    """The same, of a constant."""

    def fold(layer: Layer) -> Known:
        known = layer.constant(0, "input 0")
        shape = shape_of(layer, known.shape)
        if is_too_large(shape):
            raise layer.refuse(f"a constant of {len(shape)} dimensions", f"{MAX_RANK} are supported")
        return known.reshaped(shape)

    return fold


def permutation_of(layer: Layer, rank: int) -> list[int]:
    """`perm`, by default the axes in reverse order."""
    permutation = layer.ints("perm")
    if permutation is None:
        return list(range(rank))[::-1]
    if sorted(permutation) != list(range(rank)):
        raise layer.refuse(f"perm={permutation} of {rank} dimensions", AGAIN)
    return permutation


def import_transpose(layer: Layer) -> SSAValue:
    """Transpose."""
    x = layer.value(0)
    return layer.transpose(x, permutation_of(layer, len(layer.shape(x))))


def fold_transpose(layer: Layer) -> Known:
    """Transpose of a constant."""
    known = layer.constant(0, "input 0")
    return known.transposed(permutation_of(layer, len(known.shape)))


def import_nothing(layer: Layer) -> SSAValue | Known:
    """The input: Identity, and Dropout at inference."""
    return layer.operand(0)


def import_dropout(layer: Layer) -> Sequence[Value]:
    """Dropout at inference: the input, and a mask that keeps all of it."""
    if layer.has(2) and layer.constant(2, "training_mode").array.any():
        raise layer.refuse("training_mode", "export the model for inference")
    x = layer.operand(0)
    shape = layer.shape(x)
    if len(layer.node.outputs) < 2 or not layer.node.outputs[1]:
        return [x]
    if prod(shape) > MAX_MADE:
        raise layer.refuse(f"a mask of shape {list(shape)}", "export without the second output")
    return [x, Known(np.ones(shape, np.bool_))]


# --- parts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slicing:
    """Elements offsets + i * strides, i below sizes, along each axis."""

    offsets: Sequence[int]
    strides: Sequence[int]
    sizes: Shape

    def take(self, array: Array) -> Array:
        """These elements of an array."""
        for axis, (offset, stride, size) in enumerate(zip(self.offsets, self.strides, self.sizes, strict=True)):
            array = np.take(array, offset + stride * np.arange(size), axis)
        return array


def slicing_of(layer: Layer, shape: Shape) -> Slicing:
    """Slice: starts, ends, axes and steps, as attributes or from version 10 on as inputs."""
    if layer.version < 10:
        starts, ends, axes, steps = layer.ints("starts"), layer.ints("ends"), layer.ints("axes"), None
        if starts is None or ends is None:
            raise layer.refuse("no starts or no ends", AGAIN)
    else:
        starts, ends = layer.integers(1, "the starts"), layer.integers(2, "the ends")
        axes = layer.integers(3, "the axes") if layer.has(3) else None
        steps = layer.integers(4, "the steps") if layer.has(4) else None
    axes = layer.axes(list(range(len(starts))) if axes is None else axes, len(shape))
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise layer.refuse(f"starts {starts}, ends {ends}, axes {axes} and steps {steps}", AGAIN)
    offsets, strides, sizes = [0] * len(shape), [1] * len(shape), list(shape)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        # Python's rule, with ends past either edge, as ONNX has it.
        places = range(*slice(start, end if end >= -shape[axis] or step > 0 else None, step).indices(shape[axis]))
        offsets[axis], strides[axis], sizes[axis] = places.start, step, len(places)
    return Slicing(offsets, strides, tuple(sizes))


def import_slice(layer: Layer) -> SSAValue:
    """Slice."""
    x = layer.value(0)
    return cut(layer, x, slicing_of(layer, layer.shape(x)))


def fold_slice(layer: Layer) -> Known:
    """Slice of a constant."""
    array = layer.constant(0, "input 0").numbers()
    return layer.array(slicing_of(layer, array.shape).take(array))


def cut(layer: Layer, x: SSAValue, slicing: Slicing) -> SSAValue:
    """Part of a value; itself where that is all of it."""
    if slicing.sizes == layer.shape(x) and all(stride == 1 for stride in slicing.strides):
        return x
    # A stride along an axis of which one element is taken says nothing.
    strides = [1 if size == 1 else stride for stride, size in zip(slicing.strides, slicing.sizes, strict=True)]
    return layer.emit(SliceOp(x, layer.like(x, slicing.sizes), offsets=slicing.offsets, strides=strides))


def split_sizes(layer: Layer, shape: Shape) -> tuple[int, list[int]]:
    """Split: the axis and the size of each part; equal parts, the last one smaller, where no sizes are given."""
    if not shape:
        raise layer.refuse("a split of a scalar", AGAIN)
    axis = layer.axis(layer.integer("axis", 0), len(shape))
    count = len(layer.node.outputs)
    sizes = layer.integers(1, "the sizes") if layer.has(1) else layer.ints("split")
    if count > MAX_PIECES:
        raise layer.refuse(f"{count} outputs", f"{MAX_PIECES} are supported")
    if sizes is None:
        if layer.integer("num_outputs", count) != count:
            raise layer.refuse(f"num_outputs for {count} outputs", AGAIN)
        size = -(-shape[axis] // count)
        sizes = [size] * (count - 1) + [shape[axis] - size * (count - 1)]
    if len(sizes) != count or sum(sizes) != shape[axis] or min(sizes) < 0:
        raise layer.refuse(f"a split of {list(shape)} along axis {axis} into {sizes}", AGAIN)
    return axis, sizes


def import_split(layer: Layer) -> Sequence[SSAValue]:
    """Split."""
    x = layer.value(0)
    shape = layer.shape(x)
    axis, sizes = split_sizes(layer, shape)
    if len(sizes) == 1:
        return [x]
    op = SplitOp(x, [layer.like(x, (*shape[:axis], size, *shape[axis + 1 :])) for size in sizes], axis=axis)
    layer.emit(op)
    return op.results


def fold_split(layer: Layer) -> list[Known]:
    """Split of a constant."""
    array = layer.constant(0, "input 0").numbers()
    axis, sizes = split_sizes(layer, array.shape)
    return [Known(part) for part in np.split(array, np.cumsum(sizes)[:-1], axis)]


def import_gather(layer: Layer) -> SSAValue:
    """Gather: indices, a constant, along an axis."""
    x, indices = layer.value(0), layer.constant(1, "the indices").array
    shape = layer.shape(x)
    if not shape or indices.dtype.kind not in "iu":
        raise layer.refuse(f"indices of {indices.dtype} into {list(shape)}", AGAIN)
    axis = layer.axis(layer.integer("axis", 0), len(shape))
    if np.any((indices < -shape[axis]) | (indices >= shape[axis])) or indices.size == 0:
        raise layer.refuse(f"indices out of a dimension of {shape[axis]}", AGAIN)
    value = picked(layer, x, axis, indices.reshape(-1) % shape[axis])
    return layer.reshape(value, (*shape[:axis], *indices.shape, *shape[axis + 1 :]))


def picked(layer: Layer, x: SSAValue, axis: int, indices: Array) -> SSAValue:
    """These indices of an axis, as slices one after the other.

    Raises:
        ModelError: that takes too many slices.
    """
    shape = layer.shape(x)
    if len(indices) > MAX_OPTION:
        raise layer.refuse(f"{len(indices)} indices along axis {axis}", f"{MAX_OPTION} are supported")
    runs = _runs([int(index) for index in indices])
    if len(runs) > MAX_PIECES:
        raise layer.refuse(f"{len(indices)} indices in no regular order", f"{MAX_PIECES} runs of them are supported")

    def piece(run: range) -> SSAValue:
        offsets, strides, sizes = [0] * len(shape), [1] * len(shape), list(shape)
        offsets[axis], strides[axis], sizes[axis] = run.start, run.step, len(run)
        return cut(layer, x, Slicing(offsets, strides, tuple(sizes)))

    pieces = [piece(run) for run in runs]
    return pieces[0] if len(pieces) == 1 else joined_values(layer, pieces, axis)


def _runs(indices: Sequence[int]) -> list[range]:
    """Indices as runs of one step each, greedily."""
    runs: list[range] = []
    start = 0
    while start < len(indices):
        end = start + 1
        step = indices[end] - indices[start] if end < len(indices) else 1
        while step != 0 and end < len(indices) and indices[end] - indices[end - 1] == step:
            end += 1
        # Two elements that are the end of one run and the start of another belong to the longer one, which is later.
        step = step if end - start > 1 else 1
        runs.append(range(indices[start], indices[start] + step * (end - start), step))
        start = end
    return runs


# --- joins, paddings and resizes ----------------------------------------------------------------------------


def import_concat(layer: Layer) -> SSAValue:
    """Concat, of codes too where all have one scale."""
    values = [layer.value(index) for index in range(len(layer.node.inputs))]
    return joined_values(layer, values, layer.axis(layer.integer("axis", 1), len(layer.shape(values[0]))))


def joined_values(layer: Layer, values: Sequence[SSAValue], axis: int) -> SSAValue:
    """Values one after the other."""
    shape = layer.infer(joined, [layer.shape(value) for value in values], axis)
    if len({tensor_type(value).element_type for value in values}) != 1:
        raise layer.refuse("inputs of different scales", "put a DequantizeLinear before each")
    return layer.emit(ConcatOp(values, layer.like(values[0], shape), axis=axis))


def import_pad(layer: Layer) -> SSAValue:
    """Pad: amounts and value as attributes, or from version 11 on as inputs; negative amounts cut."""
    x = layer.value(0)
    shape = layer.shape(x)
    mode = layer.text("mode", "constant", ("constant", "edge", "reflect", "wrap"))
    amounts, value = _paddings(layer, len(shape))
    lows, highs = amounts[: len(shape)], amounts[len(shape) :]
    if mode != "constant":
        for axis, (low, high) in enumerate(zip(lows, highs, strict=True)):
            x = picked(layer, x, axis, _mirrored(layer, shape[axis], low, high, mode))
        return x
    sizes = [size + min(low, 0) + min(high, 0) for size, low, high in zip(shape, lows, highs, strict=True)]
    x = cut(layer, x, Slicing([max(-low, 0) for low in lows], [1] * len(shape), layer.type(sizes).get_shape()))
    padding = [max(amount, 0) for pair in zip(lows, highs, strict=True) for amount in pair]
    if not any(padding):
        return x
    element = quantized_element(tensor_type(x))
    if element is not None:
        # The file's value is a code.
        value = element.scale * (value - element.zero_point)
    result = layer.like(x, layer.infer(padded, layer.shape(x), padding))
    return layer.emit(PadOp(x, result, padding=padding, value=float(value)))


def _mirrored(layer: Layer, size: int, low: int, high: int, mode: str) -> Array:
    """The indices that padding by copies of an axis's own elements picks."""
    if max(abs(low), abs(high)) > MAX_OPTION or low + size + high < 1:
        raise layer.refuse(f"pads of {low} and {high}", AGAIN)
    places = np.arange(-low, size + high)
    if mode == "edge":
        indices = np.clip(places, 0, size - 1)
    elif mode == "wrap":
        indices = places % size
    else:
        # A period goes up and down again: 0 1 2 3 2 1.
        period = max(2 * (size - 1), 1)
        indices = np.minimum(places % period, period - places % period) if size > 1 else places * 0
    return indices


def _paddings(layer: Layer, rank: int) -> tuple[list[int], float]:
    """Amounts before each axis, then behind each; and the value."""
    if layer.version < 11:
        amounts, value = layer.ints("pads") or [], layer.decimal("value", 0.0)
        axes = list(range(rank))
    else:
        amounts = layer.integers(1, "the paddings")
        value = layer.number(2, "the padding value") if layer.has(2) else 0.0
        axes = layer.axes(layer.integers(3, "the axes"), rank) if layer.has(3) else list(range(rank))
    if len(amounts) != 2 * len(axes):
        raise layer.refuse(f"pads={amounts} of {len(axes)} axes", AGAIN)
    result = [0] * (2 * rank)
    for place, axis in enumerate(axes):
        result[axis], result[rank + axis] = amounts[place], amounts[len(axes) + place]
    return result, value


COORDINATES = (
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
    "tf_half_pixel_for_nn",
)
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")


def import_resize(layer: Layer) -> SSAValue:
    """Resize and Upsample, to the nearest pixel: an op where it has the same indices, else slices side by side."""
    x = layer.value(0)
    shape = layer.shape(x)
    layer.text("mode", "nearest", ("nearest",))
    sizes, scales = _new_sizes(layer, shape)
    layer.type(sizes)
    if max(sizes, default=1) > MAX_OPTION:
        raise layer.refuse(f"a resize to {sizes}", f"sizes up to {MAX_OPTION} are supported")
    if layer.version < 11:
        coordinates, rounding = "asymmetric", "floor"
    else:
        coordinates = layer.text("coordinate_transformation_mode", "half_pixel", COORDINATES)
        rounding = layer.text("nearest_mode", "round_prefer_floor", ROUNDINGS)
    indices = {
        axis: _nearest(shape[axis], sizes[axis], scales[axis], coordinates, rounding)
        for axis in range(len(shape))
        if sizes[axis] != shape[axis] or scales[axis] != 1.0
    }
    if len(shape) in (3, 4) and set(indices) <= set(range(2, len(shape))):
        resized = _resize_image(layer, x, sizes, indices)
        if resized is not None:
            return resized
    for axis, picks in indices.items():
        x = picked(layer, x, axis, picks)
    return x


def _new_sizes(layer: Layer, shape: Shape) -> tuple[list[int], list[float]]:
    """Size and scale of each axis of the result."""
    rank = len(shape)
    axes = layer.axes(layer.ints("axes") or list(range(rank)), rank)
    given: Sequence[float] | None = None
    if layer.version < 9:
        given = layer.decimals("scales")
    elif layer.has(place := 1 if layer.version < 11 else 2):
        known = layer.constant(place, "the scales").reals()
        given = [float(scale) for scale in known.reshape(-1)] if known.size else None
    sizes, scales = list(shape), [1.0] * rank
    if given is not None:
        _check_count(layer, given, axes)
        for axis, scale in zip(axes, given, strict=True):
            if not 0.0 < scale <= 65535.0:
                raise layer.refuse(f"a scale of {scale}", AGAIN)
            sizes[axis], scales[axis] = int(np.floor(np.float32(shape[axis]) * np.float32(scale))), scale
        return sizes, scales
    policy = layer.text("keep_aspect_ratio_policy", "stretch", ("stretch", "not_larger", "not_smaller"))
    if not layer.has(3):
        raise layer.refuse("neither scales nor sizes", AGAIN)
    wanted = layer.integers(3, "the sizes")
    _check_count(layer, wanted, axes)
    ratios = [float(np.float32(size) / np.float32(shape[axis])) for axis, size in zip(axes, wanted, strict=True)]
    if policy != "stretch":
        # One ratio for all axes: that of the axis which leaves the least, or the most, of the size that is wanted.
        ratio = min(ratios) if policy == "not_larger" else max(ratios)
        ratios, wanted = [ratio] * len(axes), [int(np.floor(ratio * shape[axis] + 0.5)) for axis in axes]
    for axis, size, ratio in zip(axes, wanted, ratios, strict=True):
        sizes[axis], scales[axis] = size, ratio
    return sizes, scales


def _check_count(layer: Layer, numbers: Sequence[float], axes: Sequence[int]) -> None:
    if len(numbers) != len(axes):
        raise layer.refuse(f"{len(numbers)} scales or sizes of {len(axes)} axes", AGAIN)


def _nearest(size: int, new_size: int, scale: float, coordinates: str, rounding: str) -> Array:
    """The index of the nearest pixel for each of a resized axis, in float32 as ONNX Runtime has it."""
    half, one, ratio = np.float32(0.5), np.float32(1), np.float32(scale)
    x = np.arange(new_size, dtype=np.float32)
    match coordinates:
        case "asymmetric":
            places = x / ratio
        case "align_corners":
            places = np.zeros_like(x) if new_size == 1 else x * np.float32(size - 1) / np.float32(new_size - 1)
        case "tf_half_pixel_for_nn":
            places = (x + half) / ratio
        case "half_pixel_symmetric":
            # The output is as large as it would be were sizes no integers, and in the middle.
            adjustment = np.float32(new_size) / (ratio * np.float32(size))
            offset = np.float32(size) / np.float32(2) * (one - adjustment)
            places = offset + (x + half) / ratio - half
        case _:
            places = (x + half) / ratio - half
            if coordinates == "pytorch_half_pixel" and new_size == 1:
                places = np.zeros_like(x)
    match rounding:
        case "floor":
            rounded = np.floor(places)
        case "ceil":
            rounded = np.ceil(places)
        case "round_prefer_floor":
            rounded = np.ceil(places - half)
        case _:
            rounded = np.floor(places + half)
    return np.clip(rounded.astype(np.int64), 0, size - 1)


def _resize_image(layer: Layer, x: SSAValue, sizes: Sequence[int], indices: dict[int, Array]) -> SSAValue | None:
    """A resize of height and width as one op, or None where the op picks other pixels."""
    shape = layer.shape(x)
    wanted = [indices.get(axis, np.arange(shape[axis])) for axis in range(2, len(shape))]

    def fits(align_corners: bool, half_pixel_centers: bool) -> bool:
        return all(
            np.array_equal(
                picks,
                nearest_indices(
                    shape[2 + i], len(picks), align_corners=align_corners, half_pixel_centers=half_pixel_centers
                ),
            )
            for i, picks in enumerate(wanted)
        )

    rule = next((rule for rule in ((False, False), (False, True), (True, False)) if fits(*rule)), None)
    if rule is None:
        return None
    source = image(layer, x)
    new = source.pair(list(sizes[2:]))
    result = layer.like(source.value, (source.shape[0], *new, source.channels))
    op = ResizeNearestOp(source.value, result, align_corners=rule[0], half_pixel_centers=rule[1])
    return source.restore(layer.emit(op))
