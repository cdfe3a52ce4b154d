"""Batch normalization, as it is at inference."""

from __future__ import annotations

from math import isfinite
from typing import ClassVar

from xdsl.dialects.builtin import StringAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, Tensor
from .checks import check_choice, check_real, real_or_quantized
from .shapes import check_result, show

CENTERED = "centered"
"""(x - mean) * inv + beta"""
SCALED = "scaled"
"""x * inv + (beta - mean * inv)"""

FORMULAS = (CENTERED, SCALED)


@irdl_op_definition
class BatchNormOp(DqnnOp):
    """Normalize each channel (index of the last axis) with known mean and variance.

    With inv = gamma / sqrt(variance + `epsilon`), rounded once to float32, `formula` says in which order the float32
    operations go, which decides the last bit: `centered` is (x - mean) * inv + beta, Keras's fused kernel for inputs
    of rank 4; `scaled` is x * inv + (beta - mean * inv), what Keras computes for other ranks.
    """

    name = "dqnn.batch_norm"
    input = operand_def(TensorType)
    gamma = operand_def(TensorType)
    beta = operand_def(TensorType)
    mean = operand_def(TensorType)
    variance = operand_def(TensorType)
    epsilon = prop_def(Float)
    formula = prop_def(StringAttr)
    result = result_def(TensorType)

    DEFAULTS: ClassVar = {"formula": StringAttr(CENTERED)}

    def __init__(
        self,
        input: SSAValue | Operation,
        gamma: SSAValue | Operation,
        beta: SSAValue | Operation,
        mean: SSAValue | Operation,
        variance: SSAValue | Operation,
        result_type: Attribute,
        *,
        epsilon: float,
        formula: str = CENTERED,
    ):
        super().__init__(
            [input, gamma, beta, mean, variance],
            [result_type],
            epsilon=float(epsilon),
            formula=StringAttr(formula),
        )

    def verify_(self) -> None:
        """Check types, shapes, formula and epsilon."""
        source, result = _real(self.input, "input"), _real(self.result, "result")
        if not source.get_shape():
            raise VerifyException("a scalar has no channels")
        check_result(result.get_shape(), source.get_shape())
        channels = source.get_shape()[-1:]
        for name in ("gamma", "beta", "mean", "variance"):
            shape = _real(self.operands[_PLACES[name]], name).get_shape()
            if shape != channels:
                raise VerifyException(f"{name} has shape {show(shape)}, expected {show(channels)}")
        check_choice(self.formula, "formula", FORMULAS)
        if not (isfinite(self.epsilon.value.data) and self.epsilon.value.data >= 0.0):
            raise VerifyException("epsilon must be finite and not negative")


_PLACES = {"gamma": 1, "beta": 2, "mean": 3, "variance": 4}


def _real(value: SSAValue, name: str) -> Tensor:
    """The type of a tensor that must hold f32."""
    tensor = real_or_quantized(value, name)
    check_real(tensor, name)
    return tensor
