"""What codes mean: scales and zero points as types of the IR, for constants, for values and for inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from xdsl.dialects.builtin import IntegerType, Signedness, TensorType, f32
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import VerifyException

from ...dialects.dqnn import DIVIDE_HALF_EVEN, DequantizeOp, QuantizeOp, quantized_element, tensor_type
from ...dialects.quant import UniformQuantizedType
from ..errors import ModelError
from .file import Array
from .known import Known
from .layer import AGAIN, Layer
from .model import STANDARD, Edge, Model, Node, edge_error
from .network import Value, is_real
from .tensors import type_name

STORAGE: dict[str, IntegerType] = {
    "int8": IntegerType(8),
    "uint8": IntegerType(8, Signedness.UNSIGNED),
    "int16": IntegerType(16),
    "uint16": IntegerType(16, Signedness.UNSIGNED),
    "int32": IntegerType(32),
}
"""numpy's name of the codes' type -> their storage in the IR. Those of 4 bits have been widened."""

NUMBERS = {"INT8": "int8", "UINT8": "uint8", "INT16": "int16", "UINT16": "uint16"}
"""ONNX's name of the types that an input of codes may have -> numpy's."""


@dataclass(frozen=True)
class CodeType:
    """A type of codes: numpy's name of it, and the bits of those that are widened to a byte."""

    dtype: str
    bits: int | None = None

    @classmethod
    def of(cls, codes: Known) -> CodeType:
        """The type of known codes."""
        return cls(codes.array.dtype.name, codes.bits)

    @classmethod
    def of_element(cls, element: UniformQuantizedType) -> CodeType:
        """The type of an element's codes."""
        bits = (element.storage_max - element.storage_min).bit_length()
        return cls(element.numpy_dtype.name, bits if bits < 8 else None)

    @property
    def range(self) -> tuple[int | None, int | None]:
        """The least and the largest code, where they are not the type's own."""
        if self.bits is None:
            return None, None
        low = 0 if self.dtype == "uint8" else -(1 << (self.bits - 1))
        return low, low + (1 << self.bits) - 1


def element_type(
    layer: Layer, codes: CodeType, scale: Known, zero_point: Known | None, axis: int | None
) -> UniformQuantizedType:
    """The type of codes.

    `axis` is the axis of a list of scales, or None where there may be one only.

    Raises:
        ModelError: the parameters are out of range, or there are several where there may be one.
    """
    return _element(layer.refuse, codes, scale, zero_point, axis)


def _element(
    refuse: Callable[[str, str], ModelError], codes: CodeType, scale: Known, zero_point: Known | None, axis: int | None
) -> UniformQuantizedType:
    storage = STORAGE.get(codes.dtype)
    if storage is None:
        raise refuse(f"codes of {codes.dtype}", "quantize to 8 bits")
    if not is_real(scale.array) or scale.array.ndim > 1:
        raise refuse(f"scales of {scale.array.dtype} and shape {list(scale.shape)}", "quantize per tensor or channel")
    scales = [float(value) for value in scale.array.reshape(-1).astype(np.float64)]
    zero_points = [0] * len(scales)
    if zero_point is not None:
        zeros: Array = zero_point.array
        if CodeType.of(zero_point) != codes or zeros.size not in (1, len(scales)):
            raise refuse(
                f"zero point of {zeros.dtype} and shape {list(zeros.shape)}",
                f"it must be {codes.dtype}, one for each of {len(scales)} scales; {AGAIN}",
            )
        zero_points = [int(value) for value in np.broadcast_to(zeros.reshape(-1), len(scales))]
    try:
        if scale.array.size == 1:
            return UniformQuantizedType.per_tensor(storage, scales[0], zero_points[0], *codes.range)
        if axis is None:
            raise refuse(f"{len(scales)} scales", "one is needed here: quantize activations per tensor")
        return UniformQuantizedType.per_axis(storage, axis, scales, zero_points, *codes.range)
    except VerifyException as error:
        raise refuse(str(error), "quantize the model again") from error


def parameters(layer: Layer, scale: int, zero_point: int) -> tuple[Known, Known | None]:
    """Scale and zero point at the places `scale` and `zero_point` of a node's inputs."""
    zero = layer.constant(zero_point, "the zero point") if layer.has(zero_point) else None
    return layer.constant(scale, "the scale"), zero


def real_of(layer: Layer, index: int, *, axis: int | None = None) -> Value:
    """The real numbers of codes at `index`, whose scale and zero point stand behind them among the inputs.

    Known codes become a constant of codes; for others a dequantize is emitted.
    """
    return decoded(layer, layer.operand(index), *parameters(layer, index + 1, index + 2), axis=axis)


def decoded(layer: Layer, operand: Value, scale: Known, zero_point: Known | None, *, axis: int | None = None) -> Value:
    """The real numbers of codes.

    Codes that a quantizer of other parameters has made are moved and stretched accordingly, in float32.
    """
    if isinstance(operand, Known):
        if operand.element is not None or operand.array.dtype.kind not in "iu":
            raise layer.refuse("codes that are real numbers already", AGAIN)
        if operand.bits is not None:
            layer.network.note(f"codes of {operand.bits} bits: taken as codes of 8 bits")
        element = element_type(layer, CodeType.of(operand), scale, zero_point, axis)
        check_axis(layer, element, operand.shape)
        return Known(operand.array, element)
    source = quantized_element(tensor_type(operand))
    if source is None:
        # A dynamic quantizer's result, which is of real numbers here.
        return operand
    target = element_type(layer, CodeType.of_element(source), scale, zero_point, axis)
    check_axis(layer, target, layer.shape(operand))
    reals = layer.emit(DequantizeOp(operand, TensorType(f32, layer.shape(operand))))
    if source == target:
        return reals
    if source.axis is not None or target.axis is not None:
        raise layer.refuse("codes of other scales than they were made with", "quantize the model again")
    # source.scale * (code - source.zero_point) -> target.scale * (code - target.zero_point)
    offset = target.scale * (source.zero_point - target.zero_point)
    return layer.scale(reals, target.scale / source.scale, offset)


def check_axis(layer: Layer, element: UniformQuantizedType, shape: tuple[int, ...]) -> None:
    """Check that there is a scale for each index of the axis of scales.

    Raises:
        ModelError: there are more or fewer.
    """
    if element.axis is None:
        return
    if element.axis >= len(shape) or shape[element.axis] != len(element.scales):
        raise layer.refuse(
            f"{len(element.scales)} scales along axis {element.axis} of {list(shape)}",
            "there must be one for each index of the axis; quantize the model again",
        )


def encoded(
    layer: Layer, value: SSAValue, scale: Known, zero_point: Known | None, codes: CodeType, axis: int | None = None
) -> SSAValue:
    """The codes of real numbers, as a value of quantized type."""
    element = element_type(layer, codes, scale, zero_point, axis)
    check_axis(layer, element, layer.shape(value))
    return layer.emit(QuantizeOp(value, layer.type(layer.shape(value), element), method=DIVIDE_HALF_EVEN), "codes")


def code_of(layer: Layer, value: SSAValue, scale: int, zero_point: int) -> SSAValue:
    """The codes of real numbers, with the scale and zero point at these places of a node's inputs."""
    parameter, zero = parameters(layer, scale, zero_point)
    codes = CodeType("uint8") if zero is None else CodeType.of(zero)
    return encoded(layer, value, parameter, zero, codes)


# --- inputs of codes ----------------------------------------------------------------------------------------

PASSED_ON = frozenset(
    {
        "Flatten",
        "Gather",
        "Identity",
        "MaxPool",
        "Pad",
        "Reshape",
        "Slice",
        "Split",
        "Squeeze",
        "Transpose",
        "Unsqueeze",
    }
)
"""Operators whose result's codes mean what their first input's do."""


@dataclass(frozen=True)
class Meaning:
    """Where an operator has the scale and zero point of its input of codes number `input`; None for 1 and 0."""

    input: int
    scale: int | None
    zero_point: int | None


MEANINGS: dict[str, tuple[Meaning, ...]] = {
    "Cast": (Meaning(0, None, None),),
    "ConvInteger": (Meaning(0, None, 2),),
    "DequantizeLinear": (Meaning(0, 1, 2),),
    "MatMulInteger": (Meaning(0, None, 2),),
    "QGemm": (Meaning(0, 1, 2),),
    "QLinearAdd": (Meaning(0, 1, 2), Meaning(3, 4, 5)),
    "QLinearAveragePool": (Meaning(0, 1, 2),),
    "QLinearConcat": tuple(Meaning(2 + 3 * i, 3 + 3 * i, 4 + 3 * i) for i in range(64)),
    "QLinearConv": (Meaning(0, 1, 2),),
    "QLinearGlobalAveragePool": (Meaning(0, 1, 2),),
    "QLinearLeakyRelu": (Meaning(0, 1, 2),),
    "QLinearMatMul": (Meaning(0, 1, 2), Meaning(3, 4, 5)),
    "QLinearMul": (Meaning(0, 1, 2), Meaning(3, 4, 5)),
    "QLinearSigmoid": (Meaning(0, 1, 2),),
    "QLinearSoftmax": (Meaning(0, 1, 2),),
}
"""Operator -> where it says what the codes that it takes mean."""


def code_type(model: Model, edge: Edge) -> UniformQuantizedType:
    """The type of an input of codes: the meaning that the first operator gives them that has a scale for them.

    Raises:
        ModelError: no operator says what they mean.
    """
    names = {edge.name}
    assert edge.type is not None, "an input of codes has a type"
    dtype = NUMBERS[type_name(edge.type)]
    for node in model.nodes:
        for meaning in MEANINGS.get(node.kind, ()):
            if meaning.input < len(node.inputs) and node.inputs[meaning.input] in names:
                scale = _constant(model, node, meaning.scale)
                zero_point = _constant(model, node, meaning.zero_point)
                # Scales along an axis are understood where nothing has moved the axis yet.
                axis = _axis_attribute(node) if node.inputs[meaning.input] == edge.name else None
                return _element(
                    lambda property, remedy: edge_error(model.file, edge, property, remedy),
                    CodeType(dtype),
                    Known(np.ones((), np.float32)) if scale is None else scale,
                    zero_point,
                    axis if axis is None or axis >= 0 or edge.dims is None else axis + len(edge.dims),
                )
        if node.domain == STANDARD and node.kind in PASSED_ON and node.inputs and node.inputs[0] in names:
            names.update(filter(None, node.outputs))
    raise edge_error(
        model.file, edge, "codes that nothing gives a scale", "put a DequantizeLinear behind the input, or use float32"
    )


def _axis_attribute(node: Node) -> int | None:
    """The axis of a DequantizeLinear's scales."""
    if node.kind != "DequantizeLinear":
        return None
    attribute = node.attributes.get("axis")
    return 1 if attribute is None else int(attribute.i)


def _constant(model: Model, node: Node, index: int | None) -> Known | None:
    if index is None or index >= len(node.inputs) or node.inputs[index] not in model.constants:
        return None
    return model.constant(node.inputs[index])
