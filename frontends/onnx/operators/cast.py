"""Cast of what the network computes: real numbers stay float32, codes become the integers that they are."""

from __future__ import annotations

from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import SSAValue

from ....dialects.dqnn import DequantizeOp, quantized_element, tensor_type
from ..layer import Layer
from ..tensors import type_name
from .fold import is_float_type


def import_cast(layer: Layer) -> SSAValue:
    """Cast to a float type."""
    x, number = layer.value(0), layer.integer("to", 0)
    if not is_float_type(number):
        raise layer.refuse(f"a cast to {type_name(number)}", "use QuantizeLinear to make codes of real numbers")
    if type_name(number) != "FLOAT":
        layer.network.note(f"{type_name(number)} tensors: computed in float32")
    element = quantized_element(tensor_type(x))
    if element is None:
        return x
    if element.axis is not None:
        raise layer.refuse("a cast of codes of several scales", "put a DequantizeLinear before it")
    reals = layer.emit(DequantizeOp(x, TensorType(f32, layer.shape(x))))
    return layer.scale(reals, 1.0 / element.scale, float(element.zero_point))
