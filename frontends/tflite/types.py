"""Types of the file's tensors in the IR, and the checks that a tensor needs before it has one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerType, Signedness, TensorType, f32
from xdsl.ir import Attribute
from xdsl.utils.exceptions import VerifyException

from ...dialects.quant import UniformQuantizedType
from ..errors import ModelError
from .model import Tensor
from .table import File

MAX_RANK = 8
MAX_ELEMENTS = 2**26
"""No microcontroller holds so large a tensor; a damaged file may ask for one."""

DTYPES = {
    "BOOL": np.dtype("?"),
    "FLOAT16": np.dtype("<f2"),
    "FLOAT32": np.dtype("<f4"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "INT8": np.dtype("i1"),
    "UINT8": np.dtype("u1"),
}
"""Tensor type -> how its constants are stored."""

STORAGE = {
    "INT8": IntegerType(8),
    "UINT8": IntegerType(8, Signedness.UNSIGNED),
    "INT32": IntegerType(32),
}
"""Tensor type -> storage of a quantized type: activations and weights, and 32-bit biases."""

REMEDIES = {
    "BFLOAT16": "convert with float32 or int8 weights",
    "FLOAT16": "convert without float16 quantization, to float32 or int8",
    "FLOAT64": "convert to float32",
    "INT16": "16-bit activations are not supported; quantize with int8 activations",
    "INT32": "32-bit integers may only compute shapes; feed the network with float32 or int8",
    "INT4": "convert with int8 weights",
    "INT64": "64-bit integers may only compute shapes; feed the network with float32 or int8",
}
"""Tensor type that no value of a network can have -> what to do."""


def tensor_error(file: File, tensor: Tensor, property: str, remedy: str) -> ModelError:
    """The error about one tensor, which is a layer's output, a weight or an input."""
    return ModelError(file.name, property, remedy, layer=tensor.name, operator=f"{tensor.type} tensor")


def static_shape(file: File, tensor: Tensor) -> tuple[int, ...]:
    """The tensor's shape.

    Raises:
        ModelError: a dimension is dynamic or empty, or there are too many dimensions or elements.
    """
    shape = tensor.shape
    if any(size < 0 for size in shape):
        raise tensor_error(file, tensor, f"dynamic shape {list(shape)}", "convert with a fixed input shape")
    if 0 in shape:
        raise tensor_error(file, tensor, f"empty shape {list(shape)}", "convert with a fixed input shape")
    if len(shape) > MAX_RANK or math.prod(shape) > MAX_ELEMENTS:
        raise tensor_error(file, tensor, f"shape {list(shape)}", "no tensor so large is supported")
    return shape


def constant_data(file: File, tensor: Tensor) -> NDArray[np.generic] | None:
    """The tensor's data in its shape, or None where it is no constant.

    Raises:
        ModelError: the data does not fill the shape, or is stored in a way that is not supported.
    """
    if tensor.data is None:
        return None
    if tensor.sparse:
        raise tensor_error(file, tensor, "sparse data", "convert without sparsity")
    dtype = DTYPES.get(tensor.type)
    if dtype is None:
        raise unsupported_type(file, tensor)
    shape = static_shape(file, tensor)
    if math.prod(shape) * dtype.itemsize != tensor.data.nbytes:
        raise tensor_error(
            file,
            tensor,
            f"{tensor.data.nbytes} bytes of data for shape {list(shape)}",
            "the file is corrupted or truncated; get it again",
        )
    file.charge(tensor.data.nbytes, f"tensor '{tensor.name}'")
    return tensor.data.view(dtype).reshape(shape)


def unsupported_type(file: File, tensor: Tensor) -> ModelError:
    """The error for a tensor whose type no value of a network can have."""
    remedy = REMEDIES.get(tensor.type, "convert to float32, or quantize to int8")
    return tensor_error(file, tensor, "unsupported type", remedy)


def quantized_type(file: File, tensor: Tensor, axis: int | None = None) -> UniformQuantizedType:
    """The tensor's quantized element type: per layer, or along `axis` where one is allowed and the file says so.

    Raises:
        ModelError: there are no parameters, or they are out of range, or along another axis.
    """
    storage = STORAGE.get(tensor.type)
    if storage is None:
        raise unsupported_type(file, tensor)
    if tensor.quantization is None:
        raise tensor_error(file, tensor, "no scale", "quantize every tensor of the network; convert it again")
    scales, zero_points = tensor.quantization.scales, tensor.quantization.zero_points
    if len(scales) != len(zero_points):
        property = f"{len(scales)} scales and {len(zero_points)} zero points"
        raise tensor_error(file, tensor, property, "the file is damaged; convert the model again")
    if any(not (math.isfinite(scale) and scale > 0) for scale in scales):
        raise tensor_error(file, tensor, "a scale that is not positive", "convert the model again")
    low, high = (
        (0, 255) if tensor.type == "UINT8" else (-(2 ** (storage.bitwidth - 1)), 2 ** (storage.bitwidth - 1) - 1)
    )
    if any(not low <= zero_point <= high for zero_point in zero_points):
        raise tensor_error(file, tensor, "a zero point out of its type's range", "convert the model again")
    try:
        if len(scales) == 1:
            return UniformQuantizedType.per_tensor(storage, scales[0], zero_points[0])
        return UniformQuantizedType.per_axis(storage, _checked_axis(file, tensor, axis), scales, zero_points)
    except VerifyException as error:
        raise tensor_error(file, tensor, str(error), "convert the model again") from error


def _checked_axis(file: File, tensor: Tensor, axis: int | None) -> int:
    """The axis of a per-channel tensor, which must be the one that its operator needs."""
    assert tensor.quantization is not None
    count = len(tensor.quantization.scales)
    if axis is None:
        raise tensor_error(
            file, tensor, f"{count} scales", "per-channel quantization is for weights only; convert again"
        )
    # Of a vector there is one axis only, whatever the file says: old converters copy the weights' axis to the bias.
    if len(tensor.shape) > 1 and tensor.quantization.axis != axis:
        property = f"per-channel quantization along axis {tensor.quantization.axis}"
        raise tensor_error(file, tensor, property, f"the operator needs axis {axis}; convert the model again")
    if axis >= len(tensor.shape) or tensor.shape[axis] != count:
        property = f"{count} scales for shape {list(tensor.shape)}"
        raise tensor_error(file, tensor, property, f"one for each index along axis {axis} is needed")
    return axis


def value_type(file: File, tensor: Tensor) -> TensorType[Attribute]:
    """The type of an activation: f32, or quantized with one scale.

    Raises:
        ModelError: no value of a network can be of the tensor's type or shape.
    """
    shape = static_shape(file, tensor)
    element = f32 if tensor.type == "FLOAT32" else None
    if element is None:
        if tensor.type not in ("INT8", "UINT8"):
            raise unsupported_type(file, tensor)
        element = quantized_type(file, tensor)
    return TensorType(element, shape)
