"""Operators on one tensor, element by element or along its last axis."""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def

from .base import DqnnOp, Float, PropertyValue, real


class UnaryOp(DqnnOp):
    """An operator on one tensor whose result has the same shape."""

    input = operand_def(TensorType)
    result = result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, **properties: PropertyValue):
        super().__init__([input], [result_type], **properties)


@irdl_op_definition
class ReluOp(UnaryOp):
    """max(x, 0)."""

    name = "dqnn.relu"


@irdl_op_definition
class Relu6Op(UnaryOp):
    """min(max(x, 0), 6)."""

    name = "dqnn.relu6"


@irdl_op_definition
class ClipOp(UnaryOp):
    """min(max(x, `min`), `max`)."""

    name = "dqnn.clip"
    min = prop_def(Float)
    max = prop_def(Float)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, min: float, max: float):
        super().__init__(input, result_type, min=float(min), max=float(max))


@irdl_op_definition
class LeakyReluOp(UnaryOp):
    """x where x >= 0, else `alpha` * x."""

    name = "dqnn.leaky_relu"
    alpha = prop_def(Float)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, alpha: float):
        super().__init__(input, result_type, alpha=float(alpha))


@irdl_op_definition
class HardSwishOp(UnaryOp):
    """x * min(max(x + 3, 0), 6) / 6."""

    name = "dqnn.hard_swish"


@irdl_op_definition
class SigmoidOp(UnaryOp):
    """1 / (1 + exp(-x))."""

    name = "dqnn.sigmoid"


@irdl_op_definition
class TanhOp(UnaryOp):
    """The hyperbolic tangent."""

    name = "dqnn.tanh"


@irdl_op_definition
class SoftmaxOp(UnaryOp):
    """exp(beta * x) over its sum along the last axis."""

    name = "dqnn.softmax"
    beta = prop_def(Float)

    DEFAULTS: ClassVar = {"beta": real(1.0)}

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, beta: float = 1.0):
        super().__init__(input, result_type, beta=float(beta))
