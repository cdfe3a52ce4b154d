"""Operators on codes (ONNX's QOperator format): dequantize, the float operator, quantize.

Each takes codes with their scale and zero point and gives codes with a scale and zero point of its own. In the IR that
is the same as the quantizers around float operators of the QDQ format, so that one pass makes integers of both.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from xdsl.dialects.builtin import UnitAttr
from xdsl.ir import Operation, SSAValue

from ....dialects.dqnn import AvgPool2DOp
from ....dialects.dqnn.elementwise import ROUNDS_WITH_ZERO_POINT
from ..codes import code_of, decoded, parameters, real_of
from ..known import Known
from ..layer import AGAIN, Layer
from ..network import Value
from .activation import SIGMOID, apply, leaky_relu, softmax
from .elementwise import Binary, combine
from .linear import convolution, gemm, matmul
from .pool import global_pool, pool
from .shape import joined_values


def _real(layer: Layer, index: int) -> SSAValue:
    """Codes with scale and zero point at `index` and behind, as real numbers."""
    return layer.as_value(real_of(layer, index), f"input {index}")


def import_unary(function: Callable[[Layer, SSAValue], SSAValue]) -> Callable[[Layer], SSAValue]:
    """A function of one tensor: X, its scale and zero point, the result's scale and zero point."""
    return lambda layer: code_of(layer, function(layer, _real(layer, 0)), 3, 4)


def import_binary(op: Binary) -> Callable[[Layer], SSAValue]:
    """A function of two: A, its scale and zero point, B likewise, the result's."""

    def convert(layer: Layer) -> SSAValue:
        result = combine(layer, op, _real(layer, 0), _real(layer, 3))
        assert isinstance(result.owner, Operation), "emitted"
        result.owner.attributes[ROUNDS_WITH_ZERO_POINT] = UnitAttr()
        return code_of(layer, result, 6, 7)

    return convert


def sigmoid(layer: Layer, x: SSAValue) -> SSAValue:
    """QLinearSigmoid."""
    return apply(layer, x, SIGMOID)


def average_pool(layer: Layer, x: SSAValue) -> SSAValue:
    """QLinearAveragePool."""
    return pool(layer, x, AvgPool2DOp, last=layer.truth("channels_last"))


def global_average_pool(layer: Layer, x: SSAValue) -> SSAValue:
    """QLinearGlobalAveragePool."""
    return global_pool(layer, x, AvgPool2DOp, last=layer.truth("channels_last"))


def leaky(layer: Layer, x: SSAValue) -> SSAValue:
    """QLinearLeakyRelu."""
    return leaky_relu(layer, x)


def rows_softmax(layer: Layer, x: SSAValue) -> SSAValue:
    """QLinearSoftmax: as Softmax of the operator set that `opset` names."""
    return softmax(layer, x, rows=layer.integer("opset", 13) < 13)


def import_qlinear_concat(layer: Layer) -> SSAValue:
    """QLinearConcat: the result's scale and zero point, then each input with its own."""
    count, rest = divmod(len(layer.node.inputs) - 2, 3)
    if rest:
        raise layer.refuse(f"{len(layer.node.inputs)} inputs", AGAIN)
    values = [_real(layer, 2 + 3 * index) for index in range(count)]
    axis = layer.axis(layer.integer("axis", 1), len(layer.shape(values[0])))
    return code_of(layer, joined_values(layer, values, axis), 0, 1)


def import_qlinear_conv(layer: Layer) -> SSAValue:
    """QLinearConv: X, W and Y's scale and zero point; bias of int32 in units of X's scale times W's."""
    weights = real_of(layer, 3, axis=0)
    if not isinstance(weights, Known):
        raise layer.refuse("weights computed from the network's input", "use constant weights")
    bias = _bias(layer, 8, 1, 4, 1.0)
    return code_of(layer, convolution(layer, _real(layer, 0), weights, bias, sums_codes=True), 6, 7)


def import_qlinear_matmul(layer: Layer) -> SSAValue:
    """QLinearMatMul: A, B and Y's scale and zero point; of A one, of B one for each column perhaps."""
    lhs, rhs = _factor(layer, 0), _factor(layer, 3)
    return code_of(layer, matmul(layer, lhs, rhs), 6, 7)


def _factor(layer: Layer, index: int) -> Value:
    """A factor as real numbers; scales of a known matrix may be for its rows (of A) or columns (of B)."""
    rank = len(layer.shape(layer.operand(index)))
    return real_of(layer, index, axis=max(rank - (2 if index == 0 else 1), 0))


def import_qgemm(layer: Layer) -> SSAValue:
    """QGemm: A and B with scale and zero point, C of int32 in units of both scales, Y's; in float without Y's."""
    rhs = real_of(layer, 3, axis=0 if layer.truth("transB") else 1)
    # C is added before the scales and alpha are multiplied in.
    bias = _bias(layer, 6, 1, 4, layer.decimal("alpha", 1.0))
    result = gemm(layer, real_of(layer, 0), rhs, bias, 1.0)
    return code_of(layer, result, 7, 8) if layer.has(7) else result


def _bias(layer: Layer, index: int, input_scale: int, weight_scale: int, factor: float) -> Known | None:
    """A bias of int32, in units of both scales."""
    if not layer.has(index):
        return None
    codes = layer.constant(index, "a bias")
    source, _ = parameters(layer, input_scale, input_scale + 1)
    weights, _ = parameters(layer, weight_scale, weight_scale + 1)
    if codes.array.dtype != np.int32 or source.array.size != 1:
        raise layer.refuse(f"a bias of {codes.array.dtype}", "it must be int32; " + AGAIN)
    scales = Known(source.array.astype(np.float64).reshape(()) * weights.array.astype(np.float64) * factor)
    bias = decoded(layer, codes, scales, None, axis=max(len(codes.shape) - 1, 0))
    assert isinstance(bias, Known), "codes that are known stay so"
    return bias
