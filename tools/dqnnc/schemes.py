"""Which quantization schemes a network has, in the source document's spelling: `ss/sa`, weights before activations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xdsl.dialects.builtin import IntegerType, ModuleOp, Signedness, f32
from xdsl.ir import SSAValue
from xdsl.utils.hints import isa

from ...dialects.dqnn import (
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    LinearOp,
    ReshapeOp,
    TransposeOp,
    layer_name,
    quantized_element,
    tensor_type,
)
from ...dialects.dqnn.constant import DEQUANTIZED
from ...dialects.quant import UniformQuantizedType
from ...passes.target import computed_ops
from .compile import Compiled
from .report import DequantizedConstant, Scheme

CODE_BITS = 8


def schemes_of(module: ModuleOp) -> list[Scheme]:
    """The schemes of a network's layers with weights, as the model has them, the most frequent first.

    Layers in float are not counted, nor those with a quantizer of another width than 8 bits.
    """
    layers = list(_layers(computed_ops(module)))
    zero_points = {zero for inputs, _ in layers for zero in inputs.zero_points}
    # Activations are asymmetric as soon as one is: a relu's zero point is elsewhere than that of what it is added to.
    counts = Counter(
        Scheme(
            f"{_letters(weights, weights.zero_points)}/{_letters(inputs, zero_points)}",
            "per tensor" if weights.axis is None else "per channel",
        )
        for inputs, weights in layers
    )
    return [replace(scheme, layers=count) for scheme, count in counts.most_common()]


def dequantized_of(compiled: Compiled) -> Iterator[DequantizedConstant]:
    """Constants that the model file has as codes and that its layers read as float32."""
    for op in compiled.imported.walk():
        codes = op.attributes.get(DEQUANTIZED)
        if isinstance(op, ConstantOp) and isa(codes, IntegerType):
            yield _dequantized(op, codes.signedness.data == Signedness.UNSIGNED, codes.bitwidth)
    if compiled.format == "onnx":
        yield from _weights_in_float(computed_ops(compiled.imported), computed_ops(compiled.selected))


def _weights_in_float(imported: Sequence[DqnnOp], selected: Sequence[DqnnOp]) -> Iterator[DequantizedConstant]:
    """Weights that are dequantized in the file before a layer that is computed in float."""
    floats = {layer_name(op) for op in selected if isinstance(op, LinearOp) and _is_float(op.weights)}
    seen: set[ConstantOp] = set()
    for op in imported:
        constant = _source(op.weights).owner if isinstance(op, LinearOp) and layer_name(op) in floats else None
        if not isinstance(constant, ConstantOp) or constant in seen:
            continue
        seen.add(constant)
        if (element := quantized_element(tensor_type(constant.result))) is not None:
            bits = (element.storage_max - element.storage_min).bit_length()
            yield _dequantized(constant, not element.is_signed, bits)


def _is_float(value: SSAValue) -> bool:
    return tensor_type(value).element_type == f32


def _dequantized(op: ConstantOp, is_unsigned: bool, bits: int) -> DequantizedConstant:
    return DequantizedConstant(layer_name(op) or "constant", f"{'u' if is_unsigned else 's'}{bits}")


def _layers(ops: Sequence[DqnnOp]) -> Iterator[tuple[UniformQuantizedType, UniformQuantizedType]]:
    """The types of input and weights of every layer whose input and weights are codes of 8 bits."""
    for op in ops:
        if isinstance(op, LinearOp):
            inputs, weights = _codes(op.input), _codes(op.weights)
            if inputs is not None and weights is not None:
                yield inputs, weights


def _codes(value: SSAValue) -> UniformQuantizedType | None:
    """The type of 8-bit codes, also where a float operator reads what they are dequantized to, in another order too."""
    element = quantized_element(tensor_type(_source(value)))
    return element if element is not None and element.bitwidth == CODE_BITS else None


def _source(value: SSAValue) -> SSAValue:
    """What a value is dequantized from, in another order too; itself where it is not."""
    while isinstance(value.owner, ReshapeOp | TransposeOp):
        value = value.owner.input
    return value.owner.input if isinstance(value.owner, DequantizeOp) else value


def _letters(element: UniformQuantizedType, zero_points: Sequence[int] | set[int]) -> str:
    """Signed or unsigned; symmetric where real 0 is code 0, which of unsigned codes is not the middle."""
    return "ua" if not element.is_signed else "sa" if any(zero_points) else "ss"
