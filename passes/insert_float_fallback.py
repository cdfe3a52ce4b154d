"""Compute in float what no integer kernel computes."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32
from xdsl.ir import Attribute, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from ..dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    DIVIDE_HALF_EVEN,
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    FakeQuantizeOp,
    QuantizeOp,
    RequantizeOp,
    inherit_layer,
    is_binary,
    quantized_element,
    stand_for,
    tensor_type,
)
from ..dialects.dqnn.elementwise import rounds_in_float
from ..dialects.dqnn.fallback import FALLBACK
from .errors import OpError
from .target import TargetPass, computed_ops


@dataclass(frozen=True)
class InsertFloatFallbackPass(TargetPass):
    """Replace every operator without a row in the target's kernel table by the float operator, with conversions around.

    Weights and biases become float constants. The float operator says why in `dqnn.fallback`. A conversion to float
    and back to the same type cancels. It fails where the float operator, or a conversion, has no row either.
    """

    name = "insert-float-fallback"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Replace, operator by operator, in the order in which they run."""
        floats: dict[SSAValue, SSAValue] = {}
        for operator in computed_ops(op):
            if self.select(operator) is None:
                self._replace(operator, floats)
        for operator in computed_ops(op):
            if isinstance(operator, QuantizeOp):
                _cancel(operator)
        for operator in computed_ops(op):
            if isinstance(operator, DequantizeOp) and operator.result.first_use is None:
                operator.detach()
                operator.erase()

    def _replace(self, op: DqnnOp, floats: dict[SSAValue, SSAValue]) -> None:
        """Put a float operator in the place of `op`. `floats` holds the float form of values that have one."""
        reason = self.refusal(op)
        values = (*op.operands, *op.results)
        if isinstance(op, QuantizeOp | DequantizeOp) or not any(map(_is_quantized, values)):
            raise OpError(op, f"no kernel for {self.target}: {reason}; {_remedy(op)}")
        inserted: list[DqnnOp] = []
        operands = [_as_float(value, floats, inserted) for value in op.operands]
        if isinstance(op, RequantizeOp):
            results = operands
        else:
            float_op = type(op).create(
                operands=operands,
                result_types=[_float_type(result) for result in op.results],
                properties=dict(op.properties),
                attributes={**op.attributes, FALLBACK: reason.attribute},
            )
            inserted.append(float_op)
            results = list(float_op.results)
        method = DIVIDE_HALF_EVEN if rounds_in_float(op) else DIVIDE_HALF_AWAY
        for result, old in zip(results, op.results, strict=True):
            inserted.append(QuantizeOp(result, old.type, method=method))
        for new in inserted:
            inherit_layer(new, op)
            if not isinstance(new, ConstantOp) and self.select(new) is None:
                raise OpError(
                    op,
                    f"no kernel for {self.target}: {reason}; nor in float: {self.refusal(new)}; "
                    "quantize the model to int8, or change the layer so that one of the two holds",
                )
        Rewriter.insert_op(inserted, InsertPoint.before(op))
        for new, old in zip(inserted[-len(op.results) :], op.results, strict=True):
            stand_for(new.results[0], old)
            old.replace_all_uses_with(new.results[0])
        constants = [value.owner for value in op.operands if isinstance(value.owner, ConstantOp)]
        Rewriter.erase_op(op)
        for constant in constants:
            if constant.result.first_use is None:
                Rewriter.erase_op(constant)


def _remedy(op: DqnnOp) -> str:
    """What to do about an operator that has no kernel and that float would not help."""
    if isinstance(op, FakeQuantizeOp):
        return f"its codes have {op.codes.bitwidth} bits: quantize activations to 8"
    elements = [quantized_element(tensor_type(value)) for value in (*op.operands, *op.results)]
    if any(element is not None and element.axis is not None for element in elements):
        return "quantize activations per tensor: scales along an axis are for constant weights"
    return "change the layer so that this holds"


def _is_quantized(value: SSAValue) -> bool:
    return quantized_element(tensor_type(value)) is not None or is_binary(tensor_type(value).element_type)


def _float_type(value: SSAValue) -> TensorType[Attribute]:
    return TensorType(f32, tensor_type(value).get_shape())


def _as_float(value: SSAValue, floats: dict[SSAValue, SSAValue], inserted: list[DqnnOp]) -> SSAValue:
    """The float form of a value: a constant, or a conversion where none is there yet."""
    if not _is_quantized(value):
        return value
    if value not in floats:
        new = (
            ConstantOp(value.owner.reals, f32)
            if isinstance(value.owner, ConstantOp)
            else DequantizeOp(value, _float_type(value))
        )
        inserted.append(new)
        floats[value] = new.result
    return floats[value]


def _cancel(op: QuantizeOp) -> None:
    """Drop a conversion to float and back: codes survive it."""
    source = op.input.owner
    if isinstance(source, DequantizeOp) and source.input.type == op.result.type:
        stand_for(source.input, op.result)
        op.result.replace_all_uses_with(source.input)
        Rewriter.erase_op(op)
