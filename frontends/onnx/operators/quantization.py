"""QuantizeLinear and DequantizeLinear, and dynamic quantization, which becomes float arithmetic.

Of a dynamic quantizer the codes are taken to be the real numbers themselves, with scale 1 and zero point 0: as if its
steps were infinitely fine. What follows (MatMulInteger, ConvInteger, a product with the scales) then computes the
network in float32 with dequantized weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from ....dialects.dqnn import AddOp, DequantizeOp, quantized_element, tensor_type
from ....dialects.dqnn.shapes import broadcast
from ....dialects.fixed_point import quantize_divide_half_even
from ..codes import CodeType, check_axis, decoded, element_type, encoded, parameters
from ..file import Array
from ..known import Known
from ..layer import Layer
from ..network import Value
from ..tensors import STORAGE, type_name
from .linear import convolution, matmul

DYNAMIC = "dynamic quantization: computed in float32 with dequantized weights; quantize the model statically"
"""Why a layer stays in float."""


BLOCKS = "weights quantized in blocks: computed in float32; quantize per tensor or per channel"
"""What the report says of scales for parts of a channel."""


def _axis(layer: Layer, rank: int) -> int | None:
    """The axis of a list of scales; None for a scalar, which has none."""
    if layer.integer("block_size", 0) != 0:
        raise layer.refuse("quantization in blocks, of what is no constant", "quantize per tensor or per channel")
    axis = layer.integer("axis", 1)
    return axis % rank if rank and -rank <= axis < rank else None


def _scale_and_axis(layer: Layer, rank: int) -> tuple[Known, Known | None, int | None]:
    scale, zero_point = parameters(layer, 1, 2)
    axis = _axis(layer, rank)
    if scale.array.size > 1 and axis is None:
        raise layer.refuse(
            f"axis={layer.integer('axis', 1)} of {rank} dimensions", "it must be an axis; quantize the model again"
        )
    return scale, zero_point, axis


def _in_blocks(layer: Layer, known: Known) -> tuple[Array, Array]:
    """Scale and zero point of each element of a constant that is quantized in blocks along `axis`.

    Raises:
        ModelError: they are not one for each block.
    """
    shape, size = known.shape, layer.integer("block_size", 0)
    axis = layer.axis(layer.integer("axis", 1), len(shape))
    size = min(size, shape[axis])
    blocks = (*shape[:axis], -(-shape[axis] // max(size, 1)), *shape[axis + 1 :])
    found: list[Array] = []
    for parameter in parameters(layer, 1, 2):
        numbers = np.zeros(blocks) if parameter is None else parameter.numbers()
        if size < 1 or numbers.shape != blocks or numbers.dtype.kind not in "fiuV":
            raise layer.refuse(
                f"scales or zero points of shape {list(numbers.shape)} in blocks of {size}",
                f"they must be {list(blocks)}, one for each block; quantize the model again",
            )
        found.append(np.repeat(numbers.astype(np.float32), size, axis).take(np.arange(shape[axis]), axis))
    return found[0], found[1]


def import_quantize_linear(layer: Layer) -> SSAValue:
    """QuantizeLinear."""
    x = layer.real(0)
    scale, zero_point, axis = _scale_and_axis(layer, len(layer.shape(x)))
    return encoded(layer, x, scale, zero_point, _code_type(layer, zero_point), axis)


def fold_quantize_linear(layer: Layer) -> Known:
    """The codes of a constant."""
    known = layer.constant(0, "input 0")
    if layer.integer("block_size", 0) != 0:
        return _quantized_in_blocks(layer, known)
    scale, zero_point, axis = _scale_and_axis(layer, len(known.shape))
    element = element_type(layer, _code_type(layer, zero_point), scale, zero_point, axis)
    check_axis(layer, element, known.shape)
    return Known(quantize_divide_half_even(known.reals(), element), bits=_code_type(layer, zero_point).bits)


def _quantized_in_blocks(layer: Layer, known: Known) -> Known:
    """The codes of a constant, with a scale for each block."""
    scales, zeros = _in_blocks(layer, known)
    codes = _code_type(layer, layer.constant(2, "the zero point") if layer.has(2) else None)
    if codes.dtype not in ("int8", "uint8"):
        raise layer.refuse(f"codes of {codes.dtype} in blocks", "quantize to 8 bits")
    limits = np.iinfo(codes.dtype)
    low, high = (limits.min, limits.max) if codes.bits is None else codes.range
    with np.errstate(all="ignore"):
        steps = np.rint(known.reals() / scales) + zeros
    return Known(np.clip(np.nan_to_num(steps), low, high).astype(codes.dtype), bits=codes.bits)


def _code_type(layer: Layer, zero_point: Known | None) -> CodeType:
    """The type of the codes: the zero point's, or `output_dtype`, or uint8."""
    if zero_point is not None:
        return CodeType.of(zero_point)
    number = layer.integer("output_dtype", 2) or 2
    storage = STORAGE.get(number)
    if storage is None:
        raise layer.refuse(f"codes of {type_name(number)}", "quantize to 8 bits")
    return CodeType(storage.dtype.name, storage.bits)


def import_dequantize_linear(layer: Layer) -> Value:
    """DequantizeLinear; known codes become a constant of codes."""
    operand = layer.operand(0)
    if isinstance(operand, Known) and layer.integer("block_size", 0) != 0:
        layer.network.note(BLOCKS)
        scales, zeros = _in_blocks(layer, operand)
        with np.errstate(all="ignore"):
            return Known((operand.numbers().astype(np.float32) - zeros) * scales)
    scale, zero_point, axis = _scale_and_axis(layer, len(layer.shape(operand)))
    return decoded(layer, operand, scale, zero_point, axis=axis)


# --- dynamic quantization -----------------------------------------------------------------------------------


def import_dynamic_quantize_linear(layer: Layer) -> Sequence[Value]:
    """DynamicQuantizeLinear: the real numbers, with scale 1 and zero point 0."""
    layer.network.note(DYNAMIC)
    return [layer.real(0), Known(np.ones((), np.float32)), Known(np.zeros((), np.uint8))]


def _steps(layer: Layer, index: int, zero_point: int) -> Value:
    """Codes less their zero point, as real numbers."""
    operand = layer.operand(index)
    zero = layer.constant(zero_point, "the zero point").array if layer.has(zero_point) else np.zeros((), np.int64)
    if isinstance(operand, Known):
        if operand.element is not None or operand.array.dtype.kind not in "iu":
            raise layer.refuse("weights that are no integers", "quantize the model again")
        # A list of zero points is for rows of the first factor, or columns of the second; or output channels.
        return Known((operand.array.astype(np.float32) - _spread(layer, zero, index, operand.shape)).astype(np.float32))
    element = quantized_element(tensor_type(operand))
    if element is None:
        return operand
    if element.axis is not None or zero.size != 1:
        raise layer.refuse("several zero points", "quantize activations per tensor")
    reals = layer.emit(DequantizeOp(operand, TensorType(f32, layer.shape(operand))))
    return layer.scale(reals, 1.0 / element.scale, float(element.zero_point - int(zero.reshape(()))))


def _spread(layer: Layer, zero: Array, index: int, shape: tuple[int, ...]) -> Array:
    """Zero points in a shape that broadcasts to weights: one, or one for each row of A, column of B, or output."""
    if zero.size == 1:
        values = zero.reshape(())
    elif layer.node.kind == "MatMulInteger":
        values = zero.reshape(-1, 1) if index == 0 and zero.ndim == 1 else zero
    else:
        values = zero.reshape(-1, *(1,) * (len(shape) - 1))
    try:
        return np.broadcast_to(values, shape)
    except ValueError as error:
        raise layer.refuse(f"zero points of shape {list(zero.shape)}", "one for each channel is needed") from error


def import_matmul_integer(layer: Layer) -> SSAValue:
    """MatMulInteger: two matrices of codes and their zero points."""
    layer.network.note(DYNAMIC)
    return matmul(layer, _steps(layer, 0, 2), _steps(layer, 1, 3), DYNAMIC)


def import_conv_integer(layer: Layer) -> SSAValue:
    """ConvInteger: input, weights, and their zero points."""
    layer.network.note(DYNAMIC)
    x, weights = layer.as_value(_steps(layer, 0, 2), "input 0"), _steps(layer, 1, 3)
    if not isinstance(weights, Known):
        raise layer.refuse("weights computed from the network's input", "use constant weights")
    return convolution(layer, x, weights, None, DYNAMIC)


def import_dynamic_quantize_matmul(layer: Layer) -> SSAValue:
    """DynamicQuantizeMatMul: A in float, B of codes, its scale and zero point, a bias."""
    layer.network.note(DYNAMIC)
    x, zero = layer.operand(0), layer.constant(3, "the zero point") if layer.has(3) else None
    weights = decoded(layer, layer.constant(1, "weights"), layer.constant(2, "the scale"), zero, axis=1)
    return _biased(layer, matmul(layer, x, weights, DYNAMIC), 4)


def _biased(layer: Layer, result: SSAValue, index: int) -> SSAValue:
    """A value plus the optional operand `index`."""
    if not layer.has(index):
        return result
    bias = layer.real(index)
    shape = layer.infer(broadcast, layer.shape(result), layer.shape(bias))
    return layer.emit(AddOp(result, bias, layer.type(shape)))
