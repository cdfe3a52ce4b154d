"""Which int8 convolutions form near ties again in float32, as ONNX Runtime does (`dialects/near_ties.py`).

One code that differs in an early layer moves others in all layers behind it; so it is worth a table of the sums that
are near ties, and a second look at the codes next to these. It is not where

- the quantizer is not ONNX's QuantizeLinear, or the convolution is one on codes, as QLinearConv: no float32 sums;
- something other than an activation stands before the quantizer: then more is rounded to float32 than the sum;
- a sum has more than 128 products, whose order in ONNX Runtime depends on the machine; so does that of vector times
  matrix, which a group of one output channel and an output of one pixel are;
- the bias is no whole number of the sum's steps: then the sum itself is off by more;
- there is no near tie, or the table would have more entries, of five bytes each, than the layer has weights, or a sum
  might be infinite in float32.

Depthwise convolutions have no such form: their groups have one output channel, or few.
"""

from __future__ import annotations

from math import prod

from ...dialects.dqnn import BatchNormOp, Conv2DOp, QuantizeOp, tensor_type
from ...dialects.dqnn.linear import INTEGER_SUMS
from ...dialects.dqnn.methods import DIVIDE_HALF_EVEN
from ...dialects.near_ties import MOST_PRODUCTS
from ...dialects.semantics.float_sums import float_bias, integer_bias, near_ties_of
from ...dialects.semantics.linear import output_ratios
from .layer import Layer


def wants_float_near_ties(op: Conv2DOp, layer: Layer, quantizer: QuantizeOp) -> bool:
    """Whether the int8 convolution `op`, made of a layer, does."""
    products = prod(layer.weights.array.shape[1:])
    if quantizer.method.data != DIVIDE_HALF_EVEN or products > MOST_PRODUCTS or _is_vector_times_matrix(op):
        return False
    if INTEGER_SUMS in layer.op.attributes or any(isinstance(between, BatchNormOp) for between in layer.chain):
        return False
    if (float_bias(op, integer_bias(op)) != layer.bias).any():
        return False
    ties = near_ties_of(op, output_ratios(op))
    return ties is not None and ties.sums.size > 0


def _is_vector_times_matrix(op: Conv2DOp) -> bool:
    """Whether a group has one output channel, or the result one pixel."""
    _, height, width, outputs = op.result.type.get_shape()
    groups = tensor_type(op.input).get_shape()[3] // tensor_type(op.weights).get_shape()[3]
    return outputs == groups or height * width == 1
