"""Operators on two tensors, element by element, with numpy's broadcasting."""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import StringAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def
from xdsl.traits import Commutative, Pure

from .base import DqnnOp, Float, Int, integer
from .checks import activation, check_choice, check_clamp, check_one_kind
from .linear import ROUND_ONCE
from .shapes import broadcast, check_result

ROUND_IN_FLOAT = "float"
"""Compute as ONNX Runtime does between DequantizeLinear and QuantizeLinear: each code less its zero point times its
scale, the operator on these, the quotient by the result's scale, all in float32, rounded with halves to even."""

ROUNDS_WITH_ZERO_POINT = "dqnn.rounds_with_zero_point"
"""Attribute of an operator on reals that stand for codes: the model rounds halves to even with the result's zero point
added, as QLinearAdd and QLinearMul do. QuantizeLinear adds it to what is rounded: halves go the other way if it is
odd."""


class BinaryOp(DqnnOp):
    """An operator on two tensors whose shapes broadcast to the result's."""

    lhs = operand_def(TensorType)
    rhs = operand_def(TensorType)
    result = result_def(TensorType)

    def verify_(self) -> None:
        """Check types and shapes."""
        lhs, rhs = activation(self.lhs, "lhs"), activation(self.rhs, "rhs")
        result = activation(self.result, "result")
        check_one_kind({"lhs": lhs, "rhs": rhs, "result": result})
        check_result(result.get_shape(), broadcast(lhs.get_shape(), rhs.get_shape()))


class ArithmeticOp(BinaryOp):
    """A binary operator that may have a fused activation, given as real bounds."""

    clamp_min = opt_prop_def(Float)
    clamp_max = opt_prop_def(Float)

    def __init__(
        self,
        lhs: SSAValue | Operation,
        rhs: SSAValue | Operation,
        result_type: Attribute,
        *,
        clamp_min: float | None = None,
        clamp_max: float | None = None,
    ):
        super().__init__([lhs, rhs], [result_type], clamp_min=clamp_min, clamp_max=clamp_max)

    def verify_(self) -> None:
        """Check types, shapes and the fused activation."""
        super().verify_()
        check_clamp(self.clamp_min, self.clamp_max)


class RescalingOp(ArithmeticOp):
    """An operator that kernels compute on codes.

    `rounding` says how codes of the result are made: as TensorFlow Lite does where it is absent, or by one of
    ROUNDINGS.
    """

    rounding = opt_prop_def(StringAttr)

    ROUNDINGS: ClassVar = (ROUND_IN_FLOAT,)

    def verify_(self) -> None:
        """Check types, shapes and properties."""
        super().verify_()
        if self.rounding is not None:
            check_choice(self.rounding, "rounding", self.ROUNDINGS)


class SumOp(RescalingOp):
    """A sum or difference. `nudge` is added to the Q31 multiplier that brings integer sums to the result's scale.

    It sends sums next to a half to the code that another arithmetic than TensorFlow Lite's gives.
    """

    nudge = prop_def(Int)

    DEFAULTS: ClassVar = {"nudge": integer(0)}


class SelectionOp(BinaryOp):
    """A binary operator that picks one of its operands' values."""

    traits = traits_def(Pure(), Commutative())

    def __init__(self, lhs: SSAValue | Operation, rhs: SSAValue | Operation, result_type: Attribute):
        super().__init__([lhs, rhs], [result_type])


@irdl_op_definition
class AddOp(SumOp):
    """lhs + rhs."""

    name = "dqnn.add"
    traits = traits_def(Pure(), Commutative())


@irdl_op_definition
class SubOp(SumOp):
    """lhs - rhs."""

    name = "dqnn.sub"


@irdl_op_definition
class MulOp(RescalingOp):
    """lhs * rhs. A `rounding` of "once" rescales products of codes as that of convolutions does."""

    name = "dqnn.mul"
    traits = traits_def(Pure(), Commutative())

    ROUNDINGS: ClassVar = (ROUND_ONCE, ROUND_IN_FLOAT)


@irdl_op_definition
class DivOp(ArithmeticOp):
    """lhs / rhs. No kernel divides codes: they become real numbers (see insert-float-fallback)."""

    name = "dqnn.div"


@irdl_op_definition
class MaximumOp(SelectionOp):
    """The larger of lhs and rhs."""

    name = "dqnn.maximum"


@irdl_op_definition
class MinimumOp(SelectionOp):
    """The smaller of lhs and rhs."""

    name = "dqnn.minimum"


def rounds_in_float(op: Operation) -> bool:
    """Whether an operator on codes computes in float32, as ONNX Runtime does."""
    return isinstance(op, RescalingOp) and op.rounding is not None and op.rounding.data == ROUND_IN_FLOAT
