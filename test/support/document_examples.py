"""The source document's worked examples, in normal form: as a frontend imports the models that it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from dqnnc.dialects.dqnn import (
    CENTERED,
    MULTIPLY_HALF_EVEN,
    SCALED,
    BatchNormOp,
    ConcatOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DequantizeOp,
    MaxPool2DOp,
    QuantizeOp,
    ReshapeOp,
    SoftmaxOp,
    s1,
    tensor_type,
)
from dqnnc.dialects.dqnn.shapes import windowed
from dqnnc.dialects.quant import UniformQuantizedType
from numpy.typing import NDArray
from xdsl.dialects.builtin import TensorType, f32, i8
from xdsl.ir import Attribute, SSAValue

from .network import Network
from .s1 import integers, signs

S8 = UniformQuantizedType.per_tensor(i8, 1.0)
Array = NDArray[Any]


class Keras(Network):
    """Layers as a frontend imports them, with random parameters."""

    def __init__(self, seed: int = 5):
        super().__init__()
        self.random = np.random.default_rng(seed)

    def sign(self, value: SSAValue) -> SSAValue:
        """Binarized, as reals."""
        return self.quantizer(value, s1)

    def quantizer(self, value: SSAValue, element: Attribute) -> SSAValue:
        """Quantized, as reals."""
        shape = tensor_type(value).get_shape()
        method = {} if element == s1 else {"method": MULTIPLY_HALF_EVEN}
        return self.reals(self.add(QuantizeOp(value, TensorType(element, shape), **method)))

    def reals(self, codes: SSAValue) -> SSAValue:
        return self.add(DequantizeOp(codes, TensorType(f32, tensor_type(codes).get_shape())))

    def binary(self, *shape: int) -> SSAValue:
        """Weights of a binary quantizer."""
        return self.reals(self.constant(signs(self.random, *shape), s1))

    def floats(self, *shape: int) -> SSAValue:
        return self.constant(self.random.random(shape) - 0.5, f32)

    def bias(self, channels: int) -> SSAValue:
        return self.floats(channels)

    def conv(
        self, value: SSAValue, weights: SSAValue, bias: SSAValue | None = None, *, stride: int = 1, same: bool = False
    ):
        outputs, *kernel, _ = tensor_type(weights).get_shape()
        shape = tensor_type(value).get_shape()
        total = [max((-(-shape[1 + i] // stride) - 1) * stride + kernel[i] - shape[1 + i], 0) * same for i in (0, 1)]
        padding = [total[0] // 2, total[0] - total[0] // 2, total[1] // 2, total[1] - total[1] // 2]
        result = TensorType(f32, windowed(shape, kernel, [stride] * 2, padding, (1, 1), outputs))
        return self.add(Conv2DOp(value, weights, bias, result, strides=[stride] * 2, padding=padding))

    def dense(self, value: SSAValue, weights: SSAValue, bias: SSAValue | None = None) -> SSAValue:
        return self.add(DenseOp(value, weights, bias, TensorType(f32, [1, tensor_type(weights).get_shape()[0]])))

    def norm(self, value: SSAValue) -> SSAValue:
        shape = tensor_type(value).get_shape()
        random, channels = self.random, shape[-1]
        gamma = random.random(channels) - 0.4
        tables = [gamma, random.random(channels) - 0.5, integers(random, -4, 5, channels), random.random(channels) * 30]
        g, b, m, v = (self.constant(table, f32) for table in tables)
        formula = CENTERED if len(shape) == 4 else SCALED
        return self.add(BatchNormOp(value, g, b, m, v, value.type, epsilon=1e-3, formula=formula))

    def pool(self, value: SSAValue) -> SSAValue:
        result = windowed(
            tensor_type(value).get_shape(), [2, 2], [2, 2], [0] * 4, (1, 1), tensor_type(value).get_shape()[3]
        )
        return self.add(MaxPool2DOp(value, TensorType(f32, result), kernel=[2, 2], strides=[2, 2]))

    def flatten(self, value: SSAValue) -> SSAValue:
        count = int(np.prod(tensor_type(value).get_shape()))
        return self.add(ReshapeOp(value, TensorType(f32, [1, count])))

    def softmax(self, value: SSAValue) -> SSAValue:
        return self.add(SoftmaxOp(value, value.type))


def fallback() -> Keras:
    """s8 x s1 -> s8."""
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 28, 28, 1).astype(np.int8), S8))
    y = net.norm(net.conv(x, net.binary(16, 3, 3, 1), net.bias(16), stride=2, same=True))
    net.outputs.append(net.add(QuantizeOp(y, TensorType(S8, [1, 14, 14, 16]), method=MULTIPLY_HALF_EVEN)))
    return net


def first_dense() -> Keras:
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 128, 128).astype(np.int8), S8))
    y = net.dense(net.flatten(x), net.binary(16, 128 * 128), net.bias(16))
    net.outputs.append(net.softmax(net.norm(y)))
    return net


def second_dense() -> Keras:
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 784).astype(np.int8), S8))
    y = net.sign(net.norm(net.dense(x, net.binary(64, 784), net.bias(64))))
    net.outputs.append(net.softmax(net.dense(y, net.binary(10, 64), net.bias(10))))
    return net


def larq() -> Keras:
    """The first layer has float input and weights; scales are positive, as without gamma."""
    net = Keras()
    x = net.input((net.random.random((1, 28, 28, 1)) * 2 - 1).astype(np.float32), f32)
    y = positive(net, net.pool(net.conv(x, net.floats(32, 3, 3, 1))))
    y = net.norm(net.pool(net.conv(net.sign(y), net.binary(64, 3, 3, 32))))
    y = net.norm(net.conv(net.sign(y), net.binary(64, 3, 3, 64)))
    y = net.norm(net.dense(net.sign(net.flatten(y)), net.binary(64, 576)))
    y = net.norm(net.dense(net.sign(y), net.binary(10, 64)))
    net.outputs.append(net.softmax(y))
    return net


def positive(net: Keras, value: SSAValue) -> SSAValue:
    channels = tensor_type(value).get_shape()[-1]
    one, other = net.constant(np.ones(channels), f32), net.floats(channels)
    return net.add(BatchNormOp(value, one, other, other, one, value.type, epsilon=1e-3))


def residual() -> Keras:
    net = Keras()
    x = net.reals(net.input(signs(net.random, 1, 20, 20, 64).astype(np.int8), s1))
    y = net.sign(net.norm(net.pool(net.conv(x, net.binary(32, 1, 1, 64)))))
    w = net.binary(1, 3, 3, 32)
    z = net.add(DepthwiseConv2DOp(y, w, None, TensorType(f32, [1, 10, 10, 32]), padding=[1] * 4))
    z = net.sign(net.norm(z))
    joined = net.add(ConcatOp([z, y], TensorType(f32, [1, 10, 10, 64]), axis=3))
    net.outputs.append(net.add(QuantizeOp(joined, TensorType(s1, [1, 10, 10, 64]))))
    return net
