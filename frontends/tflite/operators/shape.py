"""Operators that move or copy elements: reshapes, TRANSPOSE, slices, splits, packs, pads and resizes."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, SSAValue

from ....dialects.dqnn import (
    ConcatOp,
    PadOp,
    ResizeNearestOp,
    SliceOp,
    SplitOp,
    TransposeOp,
    quantized_element,
    tensor_type,
)
from ..layer import ACTIVATION_NAMES, Layer
from ..types import quantized_type
from .indexing import AGAIN, Slicing, expanded, reshaped, sliced, split_sizes, squeezed, strided_sliced
from .linear import image


def like(value: SSAValue, shape: Sequence[int]) -> TensorType[Attribute]:
    """The type of `value`'s elements in another shape."""
    return TensorType(tensor_type(value).element_type, shape)


def import_reshape(layer: Layer) -> SSAValue:
    """The input and, as an operand or an option, the shape."""
    x = layer.input(0)
    return layer.reshape(x, reshaped(layer, tensor_type(x).get_shape()))


def import_squeeze(layer: Layer) -> SSAValue:
    """The input."""
    x = layer.input(0)
    return layer.reshape(x, squeezed(layer, tensor_type(x).get_shape()))


def import_expand_dims(layer: Layer) -> SSAValue:
    """The input and the axis."""
    x = layer.input(0)
    return layer.reshape(x, expanded(layer, tensor_type(x).get_shape()))


def import_transpose(layer: Layer) -> SSAValue:
    """The input and the permutation."""
    x = layer.input(0)
    shape = tensor_type(x).get_shape()
    permutation = [layer.axis(axis, len(shape)) for axis in layer.integers(1, "permutation").reshape(-1).tolist()]
    if sorted(permutation) != list(range(len(shape))):
        raise layer.refuse(f"permutation {permutation} of {len(shape)} dimensions", AGAIN)
    result = like(x, [shape[axis] for axis in permutation])
    return layer.emit(TransposeOp(x, result, permutation=permutation))


def import_slice(layer: Layer) -> SSAValue:
    """Input, begin and sizes."""
    x = layer.input(0)
    return _slice(layer, x, sliced(layer, tensor_type(x).get_shape()))


def import_strided_slice(layer: Layer) -> SSAValue:
    """Input, begins, ends and strides."""
    x = layer.input(0)
    return _slice(layer, x, strided_sliced(layer, tensor_type(x).get_shape()))


def _slice(layer: Layer, x: SSAValue, slicing: Slicing) -> SSAValue:
    if slicing.sizes != tensor_type(x).get_shape() or min(slicing.strides, default=1) < 0:
        op = SliceOp(x, like(x, slicing.sizes), offsets=slicing.offsets, strides=slicing.strides)
        x = layer.emit(op)
    return layer.reshape(x, slicing.shape)


def import_split(layer: Layer) -> Sequence[SSAValue]:
    """The axis and the input; NumSplits repeats the number of outputs."""
    x = layer.input(1)
    shape = tensor_type(x).get_shape()
    axis = layer.axis(layer.integer(0, "axis"), len(shape))
    return _split(layer, x, axis, split_sizes(layer, shape[axis], len(layer.outputs)))


def import_split_v(layer: Layer) -> Sequence[SSAValue]:
    """The input, the sizes (one may be -1: what is left) and the axis."""
    x = layer.input(0)
    shape = tensor_type(x).get_shape()
    axis = layer.axis(layer.integer(2, "axis"), len(shape))
    sizes = layer.integers(1, "sizes").reshape(-1).tolist()
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = shape[axis] - sum(sizes) - 1
    if min(sizes, default=0) < 1 or sum(sizes) != shape[axis] or len(sizes) != len(layer.outputs):
        raise layer.refuse(f"split of {list(shape)} along axis {axis} into {sizes}", AGAIN)
    return _split(layer, x, axis, sizes)


def import_unpack(layer: Layer) -> Sequence[SSAValue]:
    """The input, cut into slices of size 1 along an axis, which then goes. Num repeats the number of outputs."""
    x = layer.input(0)
    shape = tensor_type(x).get_shape()
    axis = layer.axis(layer.options.integer("Axis"), len(shape))
    if shape[axis] != len(layer.outputs):
        raise layer.refuse(f"{len(layer.outputs)} outputs for {list(shape)} along axis {axis}", AGAIN)
    rest = (*shape[:axis], *shape[axis + 1 :])
    return [layer.reshape(part, rest) for part in _split(layer, x, axis, [1] * shape[axis])]


def _split(layer: Layer, x: SSAValue, axis: int, sizes: Sequence[int]) -> Sequence[SSAValue]:
    shape = tensor_type(x).get_shape()
    types = [like(x, (*shape[:axis], size, *shape[axis + 1 :])) for size in sizes]
    op = SplitOp(x, types, axis=axis)
    layer.emit(op)
    return op.results


def import_concatenation(layer: Layer) -> SSAValue:
    """The inputs, one or more. TensorFlow Lite rescales uint8 inputs and refuses to rescale int8 ones."""
    activation = layer.options.integer("FusedActivationFunction")
    if activation != 0:
        name = ACTIVATION_NAMES.get(activation, str(activation))
        raise layer.refuse(f"fused activation {name}", "TensorFlow Lite has none here; convert the model again")
    inputs = [layer.input(i) for i in range(len(layer.operator.inputs))]
    axis = layer.axis(layer.options.integer("Axis"), len(tensor_type(inputs[0]).get_shape()))
    result = layer.result_type()
    element = quantized_element(result)
    if element is not None and element.is_signed and any(quantized_element(tensor_type(x)) != element for x in inputs):
        raise layer.refuse("inputs of another scale or zero point than the output", AGAIN)
    return layer.emit(ConcatOp(inputs, result, axis=axis))


def import_pack(layer: Layer) -> SSAValue:
    """The inputs, one or more, of one shape: a new axis is made of them. ValuesCount repeats their number."""
    inputs = [layer.input(i) for i in range(len(layer.operator.inputs))]
    shape = tensor_type(inputs[0]).get_shape()
    axis = layer.axis(layer.options.integer("Axis"), len(shape) + 1)
    if any(tensor_type(x).get_shape() != shape for x in inputs):
        raise layer.refuse("inputs of different shapes", AGAIN)
    parts = [layer.reshape(x, (*shape[:axis], 1, *shape[axis:])) for x in inputs]
    result = like(inputs[0], (*shape[:axis], len(inputs), *shape[axis:]))
    return layer.emit(ConcatOp(parts, result, axis=axis))


def import_pad(layer: Layer) -> SSAValue:
    """The input and the paddings: before and after each dimension, of real zeros."""
    return _pad(layer, 0.0)


def import_padv2(layer: Layer) -> SSAValue:
    """The input, the paddings and the value, which is of the input's type."""
    tensor = layer.tensor(2)
    array = layer.known(2)
    if array is None or array.size != 1:
        raise layer.refuse("a padding value that is not one constant", "convert with a constant padding value")
    if tensor.type == "FLOAT32":
        return _pad(layer, float(array.reshape(())))
    element = quantized_type(layer.network.file, tensor)
    if element != layer.result_type().element_type:
        raise layer.refuse("a padding value in another scale than the output", AGAIN)
    return _pad(layer, element.scale * (int(array.reshape(())) - element.zero_point))


def _pad(layer: Layer, value: float) -> SSAValue:
    x = layer.input(0)
    shape = tensor_type(x).get_shape()
    paddings = layer.integers(1, "paddings")
    if paddings.shape != (len(shape), 2) or paddings.min(initial=0) < 0:
        raise layer.refuse(f"paddings {paddings.tolist()} of {len(shape)} dimensions", AGAIN)
    sizes = [size + low + high for size, (low, high) in zip(shape, paddings.tolist(), strict=True)]
    result = layer.result_of_shape(sizes)
    return layer.emit(PadOp(x, result, padding=paddings.reshape(-1).tolist(), value=value))


def import_resize_nearest_neighbor(layer: Layer) -> SSAValue:
    """The input and the new height and width."""
    x = image(layer, 0)
    size = layer.integers(1, "size").reshape(-1).tolist()
    batch, _, _, channels = tensor_type(x).get_shape()
    result = layer.result_of_shape((batch, *size, channels))
    return layer.emit(
        ResizeNearestOp(
            x,
            result,
            align_corners=layer.options.truth("AlignCorners"),
            half_pixel_centers=layer.options.truth("HalfPixelCenters"),
        )
    )
