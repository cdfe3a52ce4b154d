"""QUANTIZE and DEQUANTIZE."""

from __future__ import annotations

from xdsl.ir import SSAValue

from ....dialects.dqnn import DequantizeOp, QuantizeOp, RequantizeOp, quantized_element, tensor_type
from ....dialects.fixed_point import dequantize
from ..layer import Layer
from ..types import quantized_type


def import_quantize(layer: Layer) -> SSAValue:
    """The input, float or quantized in another way."""
    x = layer.input(0)
    op = QuantizeOp if quantized_element(tensor_type(x)) is None else RequantizeOp
    return layer.emit(op(x, layer.result_type()))


def import_dequantize(layer: Layer) -> SSAValue | None:
    """The input. Constant weights become float weights now, so that float layers find them as such."""
    tensor = layer.tensor(0)
    array = layer.known(0)
    if array is None:
        return layer.emit(DequantizeOp(layer.input(0), layer.result_type()))
    axis = None if tensor.quantization is None else tensor.quantization.axis
    element = quantized_type(layer.network.file, tensor, axis)
    layer.result_of_shape(array.shape)
    output = layer.operator.outputs[0]
    layer.network.arrays[output] = dequantize(array, element)
    layer.network.dequantized[output] = element.storage_type
    return None
