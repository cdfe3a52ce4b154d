"""Operators between real numbers and codes."""

from __future__ import annotations

from xdsl.irdl import irdl_op_definition

from .activation import UnaryOp


@irdl_op_definition
class QuantizeOp(UnaryOp):
    """The code of each real number: clamp(round(x / scale) + zero point), halves rounded away from zero."""

    name = "dqnn.quantize"


@irdl_op_definition
class DequantizeOp(UnaryOp):
    """The real number of each code: scale * (code - zero point)."""

    name = "dqnn.dequantize"


@irdl_op_definition
class RequantizeOp(UnaryOp):
    """The code, in the result's type, of the real number that each code of the input's type stands for."""

    name = "dqnn.requantize"
