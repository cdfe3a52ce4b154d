"""Operators that move or copy elements."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import ConcatOp, PadOp, ReshapeOp, ResizeNearestOp, SliceOp, SplitOp, TransposeOp
from ..fixed_point import quantize, round_half_away
from .arrays import Array, element, in_reals


def nearest_indices(size: int, new_size: int, *, align_corners: bool, half_pixel_centers: bool) -> Array:
    """The source index of each index of a resized axis, by TensorFlow Lite's rule in float32.

    GetNearestNeighbor of its reference resize_nearest_neighbor kernel.
    """
    one = np.float32(1)
    ratio = np.float32(size - 1) / np.float32(new_size - 1) if align_corners and new_size > 1 else None
    ratio = one * np.float32(size) / np.float32(new_size) if ratio is None else ratio
    places = (np.arange(new_size, dtype=np.float32) + np.float32(0.5 if half_pixel_centers else 0.0)) * ratio
    rounded = round_half_away(places) if align_corners else np.floor(places)
    return np.clip(rounded.astype(np.int64), 0, size - 1)


@register_impls
class ShapeFunctions(InterpreterFunctions):
    """Codes are copied as they are: input and result have one element type.

    Only concat may have inputs of other scales; each is then dequantized and quantized to the result's.
    """

    @impl(ReshapeOp)
    def run_reshape(self, interpreter: Interpreter, op: ReshapeOp, args: PythonValues) -> PythonValues:
        """The same elements in another shape."""
        del interpreter
        return (args[0].reshape(op.result.type.get_shape()),)

    @impl(TransposeOp)
    def run_transpose(self, interpreter: Interpreter, op: TransposeOp, args: PythonValues) -> PythonValues:
        """Axes in another order."""
        del interpreter
        return (np.ascontiguousarray(args[0].transpose(op.permutation.get_values())),)

    @impl(SliceOp)
    def run_slice(self, interpreter: Interpreter, op: SliceOp, args: PythonValues) -> PythonValues:
        """Indices offsets + i * strides along each axis."""
        del interpreter
        bounds = zip(op.offsets.get_values(), op.strides.get_values(), op.result.type.get_shape(), strict=True)
        indices = [offset + stride * np.arange(size) for offset, stride, size in bounds]
        return (args[0][np.ix_(*indices)] if indices else args[0],)

    @impl(SplitOp)
    def run_split(self, interpreter: Interpreter, op: SplitOp, args: PythonValues) -> PythonValues:
        """Parts along an axis."""
        del interpreter
        axis = op.axis.value.data
        sizes = [element_type.get_shape()[axis] for element_type in op.parts.types]
        return tuple(np.split(args[0], list(accumulate(sizes))[:-1], axis))

    @impl(ConcatOp)
    def run_concat(self, interpreter: Interpreter, op: ConcatOp, args: PythonValues) -> PythonValues:
        """Inputs one after the other."""
        del interpreter
        axis = op.axis.value.data

        def join(*arrays: Array) -> Array:
            return np.concatenate(arrays, axis)

        if all(element(operand) == element(op.result) for operand in op.inputs):
            return (join(*args),)
        return (in_reals(op, join, args),)

    @impl(PadOp)
    def run_pad(self, interpreter: Interpreter, op: PadOp, args: PythonValues) -> PythonValues:
        """The code of `value` around the input."""
        del interpreter
        amounts = op.padding.get_values()
        type_ = element(op.result)
        value = np.float32(op.value.value.data)
        fill = value if type_ is None else quantize(value, type_)
        return (np.pad(args[0], list(zip(amounts[::2], amounts[1::2], strict=True)), constant_values=fill),)

    @impl(ResizeNearestOp)
    def run_resize_nearest(self, interpreter: Interpreter, op: ResizeNearestOp, args: PythonValues) -> PythonValues:
        """Rows and columns picked by `nearest_indices`."""
        del interpreter
        rows, columns = (
            nearest_indices(
                args[0].shape[axis],
                op.result.type.get_shape()[axis],
                align_corners=bool(op.align_corners.value.data),
                half_pixel_centers=bool(op.half_pixel_centers.value.data),
            )
            for axis in (1, 2)
        )
        return (args[0][:, rows][:, :, columns],)
