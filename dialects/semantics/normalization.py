"""Batch normalization."""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dqnn import CENTERED, BatchNormOp
from .arrays import Array


def inverse_deviation(gamma: Array, variance: Array, epsilon: float) -> Array:
    """The scale of each channel, gamma / sqrt(variance + epsilon), in float64 and rounded once to float32."""
    return (gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)).astype(np.float32)


def batch_norm(values: Array, inverse: Array, beta: Array, mean: Array, formula: str) -> Array:
    """The normalized values, each operation rounded to float32 in the order of Keras 2's formula."""
    if formula == CENTERED:
        return (values - mean) * inverse + beta
    return values * inverse + (beta - mean * inverse)


@register_impls
class NormalizationFunctions(InterpreterFunctions):
    """Keras 2's BatchNormalization at inference."""

    @impl(BatchNormOp)
    def run_batch_norm(self, interpreter: Interpreter, op: BatchNormOp, args: PythonValues) -> PythonValues:
        """Scaled by gamma, shifted by beta."""
        del interpreter
        values, gamma, beta, mean, variance = args
        with np.errstate(all="ignore"):
            inverse = inverse_deviation(gamma, variance, op.epsilon.value.data)
            return (batch_norm(values, inverse, beta, mean, op.formula.data),)
