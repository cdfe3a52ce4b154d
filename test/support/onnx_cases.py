"""Small ONNX models: what model zoos and quantizers write, and what the onnx package has no test cases of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_builder import MICROSOFT, OnnxBuilder

Define = Callable[[OnnxBuilder], Sequence[str]]

CASES: dict[str, Define] = {}
"""Name -> the function that builds the model and returns its outputs."""


def case(function: Define) -> Define:
    """Adds a model."""
    CASES[function.__name__] = function
    return function


def build(name: str) -> bytes:
    """The file of a case."""
    m = OnnxBuilder()
    return m.finish(CASES[name](m))


def normal(*shape: int) -> NDArray[np.float32]:
    """Weights; the same for the same shape."""
    return np.random.default_rng(shape).normal(0, 0.5, shape).astype(np.float32)


def codes(*shape: int, dtype: Any = np.int8) -> NDArray[Any]:
    """Codes of weights over their whole range."""
    low = -128 if dtype == np.int8 else 0
    generator: Any = np.random.default_rng(shape)
    return generator.integers(low, low + 256, shape).astype(dtype)


@case
def conv_1d(m: OnnxBuilder):
    x = m.op("Conv", [m.input((1, 3, 17)), m.const(normal(4, 3, 5)), m.const(normal(4))], strides=[2], pads=[2, 1])
    x = m.op("MaxPool", [x], kernel_shape=[3], strides=[2], pads=[1, 1])
    x = m.op("BatchNormalization", [x, *(m.const(np.abs(normal(4)) + i) for i in range(4))])
    return [m.op("ConvTranspose", [x, m.const(normal(4, 2, 3))], strides=[2], output_padding=[1])]


@case
def conv_groups_same_lower(m: OnnxBuilder):
    x = m.op("Conv", [m.input((1, 6, 7, 8)), m.const(normal(4, 3, 2, 4))], group=2, auto_pad="SAME_LOWER")
    return [m.op("Conv", [x, m.const(normal(8, 1, 3, 3))], group=4, strides=[2, 3], auto_pad="SAME_UPPER")]


@case
def conv_transpose_dilated_groups(m: OnnxBuilder):
    x = m.input((1, 4, 4, 5))
    x = m.op(
        "ConvTranspose", [x, m.const(normal(4, 2, 3, 2))], group=2, dilations=[2, 1], strides=[2, 3], pads=[1, 0, 2, 1]
    )
    return [m.op("ConvTranspose", [x, m.const(normal(4, 2, 3, 3))], auto_pad="SAME_UPPER", strides=[2, 2])]


@case
def average_pool_of_all_kinds(m: OnnxBuilder):
    x = m.input((1, 2, 9, 10))
    options: list[dict[str, Any]] = [
        {"ceil_mode": 1},
        {"ceil_mode": 1, "count_include_pad": 1},
        {"count_include_pad": 1},
        {"dilations": [2, 1], "count_include_pad": 1},
        {"dilations": [1, 2], "ceil_mode": 1},
    ]
    return [
        m.op("AveragePool", [x], kernel_shape=[3, 2], strides=[2, 3], pads=[1, 0, 2, 1], **option) for option in options
    ]


@case
def max_pool_dilated(m: OnnxBuilder):
    x = m.input((1, 2, 9, 10))
    return [m.op("MaxPool", [x], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 2, 1], dilations=[2, 3], ceil_mode=1)]


@case
def pads_of_all_kinds(m: OnnxBuilder):
    x, amounts = m.input((1, 4, 5)), m.ints(0, 2, 1, 0, 3, 4)
    value = m.op("Pad", [x, amounts, m.scale(-1.5)])
    return [value, *(m.op("Pad", [x, amounts], mode=mode) for mode in ("edge", "reflect", "wrap"))]


@case
def resizes(m: OnnxBuilder):
    x = m.input((1, 2, 5, 4))
    outputs: list[str] = []
    for mode in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"):
        for rounding in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
            options: dict[str, Any] = {"coordinate_transformation_mode": mode, "nearest_mode": rounding}
            for size in ((7, 1), (10, 12), (2, 3)):
                outputs.append(m.op("Resize", [x, "", "", m.ints(1, 2, *size)], mode="nearest", **options))
    return outputs


@case
def activations(m: OnnxBuilder):
    x = m.input((1, 3, 4, 5))
    x = m.op("PRelu", [x, m.const(normal(3, 1, 1))])
    x = m.op("HardSigmoid", [x], alpha=1 / 6, beta=0.4)
    x = m.op("Sub", [x, m.const(normal(3, 4, 1))])
    x = m.op("Clip", [m.op("HardSwish", [x]), m.scale(-0.2), m.scale(0.75)])
    x = m.op("Div", [m.op("Tanh", [x]), m.op("Sigmoid", [x])])
    return [m.op("Softmax", [m.op("LeakyRelu", [x], alpha=0.3)], axis=1)]


@case
def gemm_of_all_kinds(m: OnnxBuilder):
    x = m.input((1, 6))
    w, c = m.const(normal(6, 4)), m.const(normal(1, 1))
    y = m.op("Gemm", [x, w, c], alpha=0.5, beta=3.0)
    z = m.op("Gemm", [m.const(normal(6, 3)), x], transA=1, transB=1)
    return [y, z, m.op("MatMul", [m.op("Unsqueeze", [x, m.ints(0)]), m.const(normal(2, 6, 3))])]


@case
def flatten_chain(m: OnnxBuilder):
    """As exporters of PyTorch write `x.view(x.size(0), -1)`."""
    x = m.op("Relu", [m.input(("batch", 2, 3, 4))])
    size = m.op("Unsqueeze", [m.op("Gather", [m.op("Shape", [x]), m.const(np.int64(0))]), m.ints(0)])
    x = m.op("Reshape", [x, m.op("Concat", [size, m.ints(-1)], axis=0)])
    return [m.op("Gemm", [x, m.const(normal(5, 24)), m.const(normal(5))], transB=1)]


@case
def upsample_by_shape(m: OnnxBuilder):
    """A size computed of the input's shape, in float arithmetic."""
    x = m.input((1, 2, 3, 4))
    shape = m.op("Shape", [x])
    image = m.op("Slice", [shape, m.ints(2), m.ints(4)])
    doubled = m.op("Cast", [m.op("Floor", [m.op("Mul", [m.op("Cast", [image], to=1), m.scale(2.0)])])], to=7)
    sizes = m.op("Concat", [m.op("Slice", [shape, m.ints(0), m.ints(2)]), doubled], axis=0)
    return [m.op("Resize", [x, "", "", sizes], mode="nearest", nearest_mode="floor")]


@case
def constants_through_identity(m: OnnxBuilder):
    w = m.op("Identity", [m.op("Transpose", [m.op("Identity", [m.const(normal(3, 4))])])])
    return [m.op("MatMul", [m.input((1, 4)), w])]


@case
def qdq_conv(m: OnnxBuilder):
    """Per channel, int32 bias, a relu between convolution and quantizer, a pair of quantizers that cancel."""
    x = m.quantize(m.quantize(m.input((1, 3, 6, 6)), 0.03, 5), 0.03, 5)
    w = m.weights(codes(4, 3, 3, 3), np.linspace(0.001, 0.01, 4).tolist())
    b = m.weights(np.array([500, -300, 20, 0], np.int32), (np.linspace(0.001, 0.01, 4) * 0.03).tolist())
    return [m.quantize(m.op("Relu", [m.op("Conv", [x, w, b], pads=[1, 1, 1, 1])]), 0.02, -128)]


@case
def qdq_conv_1d(m: OnnxBuilder):
    """A layer of one dimension, channels first, per channel."""
    x = m.quantize(m.input((1, 3, 17)), 0.03, 5)
    w = m.weights(codes(4, 3, 5), np.linspace(0.001, 0.01, 4).tolist())
    x = m.quantize(m.op("Relu", [m.op("Conv", [x, w], strides=[2], pads=[2, 1])]), 0.02, -128)
    means = m.quantize(m.op("GlobalAveragePool", [x]), 0.0171, -128)
    return [m.quantize(m.op("MaxPool", [x], kernel_shape=[2]), 0.02, -128), means]


@case
def qdq_oddities(m: OnnxBuilder):
    """What model zoos write around a quantized network: all of it is computed on codes."""

    def same(name: str) -> str:
        return m.op("Identity", [name])

    # Codes, scales and zero points through Identity; a scale that is computed; the bias as int32.
    x = m.quantize(m.quantize(m.input((1, 3, 6, 6)), 0.03, 5), 0.03, 5)
    scale = m.op("Mul", [m.const(np.linspace(0.002, 0.02, 4).astype(np.float32)), m.scale(0.5)])
    zeros = m.const(np.zeros(4, np.int8))
    w = m.op("DequantizeLinear", [same(same(m.const(codes(4, 3, 3, 3)))), same(scale), same(zeros)], axis=0)
    b = m.weights(np.array([500, -300, 20, 0], np.int32), (np.linspace(0.001, 0.01, 4) * 0.03).tolist())
    x = m.op("Clip", [m.op("Conv", [x, w, same(b)], pads=[1] * 4), m.scale(0.0), m.scale(6.0)])
    x = m.quantize(x, 0.02, -128)
    # Dropout and a product with one quantized number.
    x = m.op("Mul", [m.op("Dropout", [x]), m.weights(np.array(100, np.int8), 0.01)])
    x = m.quantize(x, 0.021, -128)
    # A shape chain, and weights that are quantized where they are used.
    size = m.op("Unsqueeze", [m.op("Gather", [m.op("Shape", [x]), m.const(np.int64(0))]), m.ints(0)])
    x = m.quantize(m.op("Reshape", [x, m.op("Concat", [size, m.ints(-1)], axis=0)]), 0.021, -128)
    w = m.quantize(m.const(normal(5, 144)), 0.013)
    return [m.quantize(m.op("Gemm", [x, w, m.const(normal(5))], transB=1), 0.15, 3)]


@case
def qdq_unsigned(m: OnnxBuilder):
    """uint8, asymmetric weights per channel, weights quantized in the graph."""
    x = m.quantize(m.input((1, 8)), 0.02, 120, np.uint8)
    w = m.weights(
        codes(8, 6, dtype=np.uint8), np.linspace(0.001, 0.01, 6).tolist(), axis=1, zero_point=range(100, 130, 5)
    )
    x = m.quantize(m.op("MatMul", [x, w]), 0.05, 128, np.uint8)
    x = m.op("MatMul", [x, m.quantize(m.const(normal(6, 4)), 0.01, 3, np.uint8)])
    return [m.quantize(x, 0.1, 100, np.uint8)]


@case
def qdq_other_axis(m: OnnxBuilder):
    """Weights with a scale for each of the input's channels."""
    x = m.quantize(m.input((1, 3, 4, 4)), 0.03)
    w = m.weights(codes(4, 3, 2, 2), [0.01, 0.02, 0.005], axis=1)
    return [m.quantize(m.op("Conv", [x, w]), 0.05)]


@case
def codes_in_and_out(m: OnnxBuilder):
    """A network from codes to codes, with operators that move codes."""
    p = [m.scale(0.05), m.const(np.array(7, np.uint8))]
    x = m.op("Transpose", [m.input((1, 4, 4, 3), "UINT8")], perm=[0, 3, 1, 2])
    x = m.op("MaxPool", [x], kernel_shape=[2, 2])
    x = m.op("Relu", [m.op("DequantizeLinear", [x, *p])])
    return [m.op("Concat", [m.op("QuantizeLinear", [x, *p])] * 2, axis=1)]


@case
def pixels(m: OnnxBuilder):
    """An input of bytes, cast and scaled."""
    x = m.op("Cast", [m.input((1, 3, 4, 4), "UINT8")], to=1)
    return [m.op("Sub", [m.op("Mul", [x, m.scale(1 / 255)]), m.const(normal(3, 1, 1))])]


@case
def other_meaning(m: OnnxBuilder):
    x = m.op("QuantizeLinear", [m.input((1, 9)), m.scale(0.1), m.const(np.array(3, np.int8))])
    return [m.op("DequantizeLinear", [x, m.scale(0.25), m.const(np.array(-7, np.int8))])]


@case
def qoperator_chain(m: OnnxBuilder):
    """A small network as ONNX Runtime's QOperator format has it, with an edge of codes."""

    def p(scale: float, zero_point: int):
        return [m.scale(scale), m.const(np.array(zero_point, np.uint8))]

    x, first, second = p(0.0213, 120), p(0.05, 100), p(0.06, 110)
    w = [m.const(codes(2, 3, 3, 3, dtype=np.uint8)), *p(0.01, 130), *first, m.const(np.array([9, -2], np.int32))]
    y = m.op("QLinearConv", [m.op("QuantizeLinear", [m.input((1, 3, 5, 5)), *x]), *x, *w], pads=[1] * 4)
    y = m.op("QLinearAdd", [y, *first, y, *first, *second], domain=MICROSOFT)
    y = m.op("QLinearGlobalAveragePool", [y, *second, *p(0.03, 80)], domain=MICROSOFT)
    matrix = [m.const(codes(2, 4, dtype=np.uint8)), *p(0.01, 100), *p(0.04, 128)]
    return [m.op("QLinearMatMul", [m.op("Flatten", [y]), *p(0.03, 80), *matrix])]


@case
def qoperators(m: OnnxBuilder):
    """Each on codes of its own: differences of a step must not add up. The scales have no small ratios: no ties."""

    def p(scale: float, zero_point: int):
        return [m.scale(scale), m.const(np.array(zero_point, np.uint8))]

    def x(*shape: int, scale: float = 0.0213, zero_point: int = 120):
        q = p(scale, zero_point)
        return [m.op("QuantizeLinear", [m.input(shape), *q]), *q]

    def op(kind: str, inputs: Sequence[str], **options: Any):
        return m.op(kind, inputs, domain=MICROSOFT, **options)

    w = [m.const(codes(3, 3, 3, 3, dtype=np.uint8)), *p(0.01, 130)]
    matrix = [m.const(codes(4, 6, dtype=np.uint8)), *p(0.01, 100)]
    columns = [m.const(codes(4, 5, dtype=np.uint8)), *p(0.01, 110)]
    window = {"kernel_shape": [2, 2], "strides": [2, 2]}
    return [
        m.op("QLinearConv", [*x(1, 3, 5, 5), *w, *p(0.05, 100), m.const(np.array([9, -2, 5], np.int32))], pads=[1] * 4),
        op("QLinearAdd", [*x(1, 3, 4), *x(3, 1, scale=0.0517), *p(0.06, 110)]),
        op("QLinearMul", [*x(1, 3, 4), *x(3, 1, scale=0.0517), *p(0.06, 110)]),
        op("QLinearLeakyRelu", [*x(1, 9), *p(0.04, 60)], alpha=0.2),
        op("QLinearSigmoid", [*x(1, 9, scale=0.1), *p(1 / 256, 0)]),
        op("QLinearConcat", [*p(0.05, 100), *x(1, 4), *x(1, 3, scale=0.03)], axis=1),
        op("QLinearAveragePool", [*x(1, 3, 4, 4), *p(0.037, 90)], **window),
        op("QLinearGlobalAveragePool", [*x(1, 3, 4, 4), *p(0.03, 80)], channels_last=0),
        op("QLinearGlobalAveragePool", [*x(1, 4, 4, 3), *p(0.03, 80)], channels_last=1),
        op("QGemm", [*x(1, 6), *matrix, m.const(np.array([1, -2000, 3, 40], np.int32)), *p(0.05, 120)], transB=1),
        op("QGemm", [*x(1, 6), *matrix], transB=1, alpha=0.5),
        m.op("QLinearMatMul", [*x(1, 4), *columns, *p(0.04, 128)]),
        op("QLinearSoftmax", [*x(1, 7, scale=0.1), *p(1 / 256, 0)], opset=13),
    ]
