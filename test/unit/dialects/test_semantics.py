"""The reference semantics give LiteRT's reference kernels' results, bit for bit where they are integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import (
    AddOp,
    AvgPool2DOp,
    ClipOp,
    ConcatOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DequantizeOp,
    HardSwishOp,
    LeakyReluOp,
    MaximumOp,
    MaxPool2DOp,
    MeanOp,
    MinimumOp,
    MulOp,
    PadOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    ReshapeOp,
    ResizeNearestOp,
    SigmoidOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    SubOp,
    TanhOp,
    TransposeConv2DOp,
    TransposeOp,
    UnaryOp,
)
from dqnnc.dialects.quant import UniformQuantizedType
from numpy.typing import NDArray
from support.litert import needs_litert
from support.twin import Tensor, Twin, bias_type, int8, uint8, weights_type
from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import Attribute, SSAValue

pytestmark = needs_litert

ACTIVATIONS = {
    "NONE": (None, None),
    "RELU": (0.0, None),
    "RELU6": (0.0, 6.0),
    "RELU_N1_TO_1": (-1.0, 1.0),
}
"""The fused activations of a .tflite file, as bounds."""


def clamps(activation: str) -> dict[str, float | None]:
    low, high = ACTIVATIONS[activation]
    return {"clamp_min": low, "clamp_max": high}


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int, int]:
    """Output size and the two paddings of TensorFlow's SAME."""
    out = -(-size // stride)
    total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return out, total // 2, total - total // 2


def weights(net: Twin, source: Attribute, shape: tuple[int, ...], axis: int, channels: int) -> tuple[Tensor, Tensor]:
    """Random weights and bias for an input type, with `channels` scales (1: one for all)."""
    rng: Any = np.random.default_rng(7)
    outputs = shape[axis]
    if not isinstance(source, UniformQuantizedType):
        kernel = rng.standard_normal(shape).astype(np.float32)
        return net.const(kernel), net.const(rng.standard_normal(outputs).astype(np.float32))
    if source.is_signed:
        kernel_type = weights_type(axis, rng.uniform(0.001, 0.02, channels).tolist())
        kernel = net.const(rng.integers(-127, 128, shape, np.int8), kernel_type)
    else:
        kernel_type = uint8(0.013, 77)
        kernel = net.const(rng.integers(0, 256, shape, np.uint8), kernel_type)
    bias = net.const(rng.integers(-3000, 3000, outputs, np.int32), bias_type(source, kernel_type))
    return kernel, bias


ELEMENTS = [
    pytest.param(f32, f32, id="f32"),
    pytest.param(int8(0.047, -7), int8(0.31, 11), id="int8"),
]
LINEAR_ELEMENTS = [*ELEMENTS, pytest.param(uint8(0.047, 121), uint8(0.43, 140), id="uint8")]


@pytest.mark.parametrize(("source", "target"), LINEAR_ELEMENTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "groups", "per_channel", "padding"),
    [
        ((3, 3), (1, 1), (1, 1), 1, True, "SAME"),
        ((3, 2), (2, 1), (1, 1), 1, True, "SAME"),
        ((1, 1), (1, 1), (1, 1), 1, False, "VALID"),
        ((3, 3), (1, 1), (2, 2), 1, True, "SAME"),
        ((2, 3), (2, 3), (1, 1), 2, True, "VALID"),
    ],
)
def test_conv2d(
    source: Attribute,
    target: Attribute,
    activation: str,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    groups: int,
    per_channel: bool,
    padding: str,
):
    if groups > 1 and isinstance(source, UniformQuantizedType) and not source.is_signed:
        pytest.skip("LiteRT has no uint8 grouped convolution")
    net = Twin()
    x = net.input((1, 9, 8, 4), source)
    w, b = weights(net, source, (6, *kernel, 4 // groups), 0, 6 if per_channel else 1)
    spans = [(kernel[i] - 1) * dilation[i] + 1 for i in (0, 1)]
    if padding == "SAME":
        (height, top, bottom), (width, left, right) = (
            same_padding((9, 8)[i], kernel[i], stride[i], dilation[i]) for i in (0, 1)
        )
    else:
        top = bottom = left = right = 0
        height, width = (
            (9, 8)[i] // stride[i] if spans[i] == 1 else ((9, 8)[i] - spans[i]) // stride[i] + 1 for i in (0, 1)
        )
    y = net.op(
        "CONV_2D",
        [x, w, b],
        (1, height, width, 6),
        target,
        Conv2DOp,
        properties={
            "strides": stride,
            "dilations": dilation,
            "padding": (top, bottom, left, right),
            **clamps(activation),
        },
        padding=padding,
        stride_h=stride[0],
        stride_w=stride[1],
        dilation_h_factor=dilation[0],
        dilation_w_factor=dilation[1],
        fused_activation_function=activation,
    )
    net.check([y])


@pytest.mark.parametrize(("source", "target"), LINEAR_ELEMENTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "multiplier", "per_channel"),
    [
        ((3, 3), (1, 1), (1, 1), 1, True),
        ((3, 3), (2, 2), (1, 1), 1, True),
        ((5, 2), (2, 1), (1, 1), 3, True),
        ((3, 3), (1, 1), (2, 2), 2, False),
    ],
)
def test_depthwise_conv2d(
    source: Attribute,
    target: Attribute,
    activation: str,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    multiplier: int,
    per_channel: bool,
):
    net = Twin()
    x = net.input((1, 9, 8, 4), source)
    channels = 4 * multiplier
    w, b = weights(net, source, (1, *kernel, channels), 3, channels if per_channel else 1)
    (height, top, bottom), (width, left, right) = (
        same_padding((9, 8)[i], kernel[i], stride[i], dilation[i]) for i in (0, 1)
    )
    y = net.op(
        "DEPTHWISE_CONV_2D",
        [x, w, b],
        (1, height, width, channels),
        target,
        DepthwiseConv2DOp,
        properties={
            "strides": stride,
            "dilations": dilation,
            "padding": (top, bottom, left, right),
            **clamps(activation),
        },
        padding="SAME",
        stride_h=stride[0],
        stride_w=stride[1],
        dilation_h_factor=dilation[0],
        dilation_w_factor=dilation[1],
        depth_multiplier=multiplier,
        fused_activation_function=activation,
    )
    net.check([y])


@pytest.mark.parametrize(("source", "target"), ELEMENTS)
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "size"),
    [
        ((3, 3), (2, 2), "SAME", (8, 10)),
        ((2, 2), (2, 2), "VALID", (8, 10)),
        ((3, 4), (1, 1), "VALID", (6, 8)),
        ((2, 2), (3, 3), "SAME", (12, 15)),
    ],
)
def test_transpose_conv2d(
    source: Attribute,
    target: Attribute,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: str,
    size: tuple[int, int],
):
    if padding == "VALID":
        cut = [0, 0]
    else:
        cut = [max((-(-size[i] // stride[i]) - 1) * stride[i] + kernel[i] - size[i], 0) // 2 for i in (0, 1)]
    ends = [((4, 5)[i] - 1) * stride[i] + kernel[i] - size[i] - cut[i] for i in (0, 1)]
    net = Twin()
    x = net.input((1, 4, 5, 2), source)
    w, b = weights(net, source, (3, *kernel, 2), 0, 3)
    y = net.op(
        "TRANSPOSE_CONV",
        [x, w, b],
        (1, *size, 3),
        target,
        TransposeConv2DOp,
        properties={"strides": stride, "padding": (cut[0], ends[0], cut[1], ends[1])},
        file_inputs=[net.model.ints((1, *size, 3)), w.index, x.index, b.index],
        version=3,
        padding=padding,
        stride_h=stride[0],
        stride_w=stride[1],
    )
    net.check([y])


@pytest.mark.parametrize(("source", "target"), LINEAR_ELEMENTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("with_bias", [False, True])
def test_dense(source: Attribute, target: Attribute, activation: str, per_channel: bool, with_bias: bool):
    net = Twin()
    x = net.input((1, 33), source)
    w, b = weights(net, source, (170, 33), 0, 170 if per_channel else 1)
    inputs = [x, w, b] if with_bias else [x, w]

    def make(input: SSAValue, kernel: SSAValue, *rest: Any, **properties: Any) -> DenseOp:
        bias, type_ = rest if len(rest) == 2 else (None, rest[0])
        return DenseOp(input, kernel, bias, type_, **properties)

    y = net.op(
        "FULLY_CONNECTED",
        inputs,
        (1, 170),
        target,
        make,
        extra=() if with_bias else (-1,),
        properties=clamps(activation),
        fused_activation_function=activation,
    )
    # Enough values to meet those that a second rounding would change: 2 in 1000.
    net.check([y], samples=20)


POOLS = {"AVERAGE_POOL_2D": AvgPool2DOp, "MAX_POOL_2D": MaxPool2DOp}


@pytest.mark.parametrize("element", [f32, int8(0.05, -13)], ids=["f32", "int8"])
@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("kernel", "stride"), [((2, 2), (2, 2)), ((3, 3), (1, 1)), ((3, 2), (2, 3)), ((9, 8), (1, 1))])
def test_pool2d(element: Attribute, kind: str, activation: str, kernel: tuple[int, int], stride: tuple[int, int]):
    net = Twin()
    x = net.input((1, 9, 8, 3), element)
    (height, top, bottom), (width, left, right) = (same_padding((9, 8)[i], kernel[i], stride[i]) for i in (0, 1))
    y = net.op(
        kind,
        [x],
        (1, height, width, 3),
        element,
        POOLS[kind],
        properties={
            "kernel": kernel,
            "strides": stride,
            "padding": (top, bottom, left, right),
            **clamps(activation),
        },
        padding="SAME",
        filter_height=kernel[0],
        filter_width=kernel[1],
        stride_h=stride[0],
        stride_w=stride[1],
        fused_activation_function=activation,
    )
    net.check([y])


@pytest.mark.parametrize(
    ("source", "target"),
    [
        *ELEMENTS,
        pytest.param(int8(0.1, 5), int8(0.1, 5), id="same"),
        pytest.param(int8(0.1, 5), int8(0.02, -90), id="finer"),
    ],
)
@pytest.mark.parametrize("axes", [(1, 2), (1,), (3,), (1, 2, 3), (2, 1)])
@pytest.mark.parametrize("keep_dims", [False, True])
def test_mean(source: Attribute, target: Attribute, axes: tuple[int, ...], keep_dims: bool):
    net = Twin()
    x = net.input((1, 5, 7, 3), source)
    kept = [1 if axis in axes else size for axis, size in enumerate((1, 5, 7, 3))]
    shape = kept if keep_dims else [size for axis, size in enumerate((1, 5, 7, 3)) if axis not in axes]
    y = net.op(
        "MEAN",
        [x],
        shape,
        target,
        MeanOp,
        extra=[net.model.ints(axes)],
        properties={"axes": axes, "keep_dims": keep_dims},
        keep_dims=keep_dims,
    )
    net.check([y], samples=10)


ARITHMETIC = {"ADD": AddOp, "SUB": SubOp, "MUL": MulOp}


@pytest.mark.parametrize("kind", ARITHMETIC)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("left_shape", "right_shape"), [((1, 4, 5, 6), (1, 4, 5, 6)), ((1, 4, 5, 6), (6,)), ((1, 4, 5, 6), (1, 1, 1, 6))]
)
@pytest.mark.parametrize(
    ("left", "right", "target"),
    [
        pytest.param(f32, f32, f32, id="f32"),
        pytest.param(int8(0.05, -3), int8(0.021, 17), int8(0.06, 5), id="int8"),
        pytest.param(int8(0.02, -128), int8(0.02, -128), int8(0.02, -128), id="one-type"),
        pytest.param(int8(0.9, 100), int8(0.01, -100), int8(0.7, 0), id="far-apart"),
        pytest.param(uint8(0.05, 120), uint8(0.021, 3), uint8(0.06, 128), id="uint8"),
    ],
)
def test_arithmetic(
    kind: str,
    activation: str,
    left: Attribute,
    right: Attribute,
    target: Attribute,
    left_shape: tuple[int, ...],
    right_shape: tuple[int, ...],
):
    net = Twin()
    a, b = net.input(left_shape, left), net.input(right_shape, right)
    y = net.op(
        kind,
        [a, b],
        (1, 4, 5, 6),
        target,
        ARITHMETIC[kind],
        properties=clamps(activation),
        fused_activation_function=activation,
    )
    net.check([y])


@pytest.mark.parametrize(("kind", "make"), [("MAXIMUM", MaximumOp), ("MINIMUM", MinimumOp)])
@pytest.mark.parametrize("element", [f32, int8(0.05, -13)], ids=["f32", "int8"])
@pytest.mark.parametrize("right_shape", [(1, 4, 5, 6), (6,), ()])
def test_selection(kind: str, make: type[MaximumOp], element: Attribute, right_shape: tuple[int, ...]):
    net = Twin()
    a, b = net.input((1, 4, 5, 6), element), net.input(right_shape, element)
    net.check([net.op(kind, [a, b], (1, 4, 5, 6), element, make)])


REQUANTIZING = [
    pytest.param(f32, f32, id="f32"),
    pytest.param(int8(0.1, -20), int8(0.1, -20), id="same"),
    pytest.param(int8(0.1, -20), int8(0.05, -128), id="half"),
    pytest.param(int8(0.0931, 33), int8(0.173, 1), id="coarser"),
    pytest.param(int8(0.25, 33), int8(0.0071, 1), id="saturating"),
]


@pytest.mark.parametrize(
    ("kind", "make", "properties"),
    [
        ("RELU", ReluOp, {}),
        ("RELU6", Relu6Op, {}),
        ("RELU_N1_TO_1", ClipOp, {"min": -1.0, "max": 1.0}),
        ("LEAKY_RELU", LeakyReluOp, {"alpha": 0.1}),
        ("LEAKY_RELU", LeakyReluOp, {"alpha": 0.3}),
        ("HARD_SWISH", HardSwishOp, {}),
    ],
)
@pytest.mark.parametrize(("source", "target"), REQUANTIZING)
def test_activation(kind: str, make: type[UnaryOp], properties: dict[str, float], source: Attribute, target: Attribute):
    if (
        kind == "HARD_SWISH"
        and isinstance(source, UniformQuantizedType)
        and isinstance(target, UniformQuantizedType)
        and source.scale / 128 > target.scale
    ):
        return
    net = Twin()
    x = net.input((1, 16, 16, 3), source)
    options: dict[str, Any] = {"alpha": properties["alpha"]} if "alpha" in properties else {}
    net.check([net.op(kind, [x], (1, 16, 16, 3), target, make, properties=properties, **options)])


@pytest.mark.parametrize("scale", [0.9, 0.31, 0.05, 0.011, 0.003])
@pytest.mark.parametrize("zero_point", [-128, -5, 60])
def test_hard_swish_over_scales(scale: float, zero_point: int):
    net = Twin()
    x = net.input((1, 1024), int8(scale, zero_point))
    net.check([net.op("HARD_SWISH", [x], (1, 1024), int8(scale * 0.77, -9), HardSwishOp)])


@pytest.mark.parametrize(
    ("kind", "make", "target"),
    [
        ("LOGISTIC", SigmoidOp, int8(1 / 256, -128)),
        ("TANH", TanhOp, int8(1 / 128, 0)),
        ("LOGISTIC", SigmoidOp, f32),
        ("TANH", TanhOp, f32),
    ],
)
@pytest.mark.parametrize("scale", [0.0123, 0.05, 0.31])
@pytest.mark.parametrize("zero_point", [0, -77, 127])
def test_sigmoid_tanh(kind: str, make: type[UnaryOp], target: Attribute, scale: float, zero_point: int):
    net = Twin()
    x = net.input((1, 32, 32), f32 if target is f32 else int8(scale, zero_point))
    net.check([net.op(kind, [x], (1, 32, 32), target, make)])


@pytest.mark.parametrize("beta", [1.0, 0.5])
@pytest.mark.parametrize("shape", [(1, 12), (1, 3, 100), (1, 2), (1, 1), (1, 200)])
@pytest.mark.parametrize("scale", [None, 0.0039, 0.1, 0.58, 4.0])
def test_softmax(beta: float, shape: tuple[int, ...], scale: float | None):
    net = Twin()
    source, target = (f32, f32) if scale is None else (int8(scale, 4), int8(1 / 256, -128))
    x = net.input(shape, source)
    y = net.op("SOFTMAX", [x], shape, target, SoftmaxOp, properties={"beta": beta}, beta=beta)
    net.check([y], samples=20)


@pytest.mark.parametrize(
    "element", [int8(0.017, 11), int8(0.5, -128), uint8(0.017, 130)], ids=["int8", "int8-coarse", "uint8"]
)
def test_quantize(element: UniformQuantizedType):
    net = Twin()
    y = net.op("QUANTIZE", [net.input((1, 500))], (1, 500), element, QuantizeOp)
    net.check([y], spread=3.0)


def test_quantize_rounds_halves_away_from_zero():
    net = Twin()
    steps = np.arange(-20, 20, dtype=np.float32).reshape(1, 40)
    halves = net.op("ADD", [net.input((1, 40)), net.const(steps + np.float32(0.5))], (1, 40), f32, AddOp)
    y = net.op("QUANTIZE", [halves], (1, 40), int8(1.0, 3), QuantizeOp)
    net.check([y], spread=0.0)


@pytest.mark.parametrize("element", [int8(0.017, 11), uint8(0.3, 130)], ids=["int8", "uint8"])
def test_dequantize(element: UniformQuantizedType):
    net = Twin()
    net.check([net.op("DEQUANTIZE", [net.input((1, 500), element)], (1, 500), f32, DequantizeOp)])


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (int8(0.1, -20), int8(0.1, -20)),
        (int8(0.1, -20), int8(0.037, 4)),
        (int8(0.1, -20), int8(0.3, 4)),
        (uint8(0.1, 108), int8(0.1, -20)),
        (int8(0.1, -20), uint8(0.1, 108)),
        (uint8(0.1, 108), int8(0.07, -3)),
    ],
)
def test_requantize(source: UniformQuantizedType, target: UniformQuantizedType):
    net = Twin()
    net.check([net.op("QUANTIZE", [net.input((1, 1000), source)], (1, 1000), target, RequantizeOp)])


BOTH = pytest.mark.parametrize("element", [f32, int8(0.05, -13)], ids=["f32", "int8"])


@BOTH
def test_reshape(element: Attribute):
    net = Twin()
    x = net.input((1, 4, 6), element)
    net.check([net.op("RESHAPE", [x], (1, 3, 8), element, ReshapeOp, extra=[net.model.ints((1, 3, 8))])])


@BOTH
@pytest.mark.parametrize("permutation", [(0, 3, 1, 2), (0, 2, 1, 3), (3, 2, 1, 0)])
def test_transpose(element: Attribute, permutation: tuple[int, ...]):
    net = Twin()
    x = net.input((1, 4, 5, 6), element)
    shape = [(1, 4, 5, 6)[axis] for axis in permutation]
    extra = [net.model.ints(permutation)]
    net.check(
        [net.op("TRANSPOSE", [x], shape, element, TransposeOp, extra=extra, properties={"permutation": permutation})]
    )


@BOTH
@pytest.mark.parametrize(
    ("begin", "end", "strides", "shape"),
    [
        ((0, 1, 0), (1, 7, 5), (1, 1, 1), (1, 6, 5)),
        ((0, 0, 1), (1, 8, 5), (1, 3, 2), (1, 3, 2)),
        ((0, 7, 0), (1, 0, 5), (1, -2, 1), (1, 4, 5)),
    ],
)
def test_slice(
    element: Attribute, begin: tuple[int, ...], end: tuple[int, ...], strides: tuple[int, ...], shape: tuple[int, ...]
):
    net = Twin()
    x = net.input((1, 8, 5), element)
    extra = [net.model.ints(values) for values in (begin, end, strides)]
    properties: dict[str, Any] = {"offsets": begin, "strides": strides}
    net.check([net.op("STRIDED_SLICE", [x], shape, element, SliceOp, extra=extra, properties=properties)])


@BOTH
@pytest.mark.parametrize("axis", [1, 3])
def test_concat(element: Attribute, axis: int):
    net = Twin()
    shapes = [[1, 4, 5, 6] for _ in range(3)]
    for size, shape in zip((1, 7, 2), shapes, strict=True):
        shape[axis] = size
    result = [1, 4, 5, 6]
    result[axis] = 10

    def make(*operands: Any, axis: int) -> ConcatOp:
        *inputs, type_ = operands
        return ConcatOp(inputs, type_, axis=axis)

    inputs = [net.input(shape, element) for shape in shapes]
    net.check([net.op("CONCATENATION", inputs, result, element, make, properties={"axis": axis}, axis=axis)])


@BOTH
@pytest.mark.parametrize(("axis", "count"), [(1, 4), (3, 3)])
def test_split(element: Attribute, axis: int, count: int):
    net = Twin()
    x = net.input((1, 4, 5, 6), element)
    shape = [1, 4, 5, 6]
    shape[axis] //= count
    outputs = [net.tensor(shape, element) for _ in range(count)]
    net.model.op("SPLIT", [net.model.ints(axis), x.index], *outputs, num_splits=count)
    op = SplitOp(x.value, [TensorType(element, shape)] * count, axis=axis)
    net.block.add_op(op)
    net.check([Tensor(index, value) for index, value in zip(outputs, op.parts, strict=True)])


@BOTH
def test_pad(element: Attribute):
    net = Twin()
    amounts = [[0, 0], [1, 2], [0, 3], [2, 0]]
    properties = {"padding": [amount for pair in amounts for amount in pair]}
    x = net.input((1, 4, 5, 6), element)
    net.check(
        [net.op("PAD", [x], (1, 7, 8, 8), element, PadOp, extra=[net.model.ints(amounts)], properties=properties)]
    )


@BOTH
@pytest.mark.parametrize("new_size", [(8, 10), (7, 3), (1, 1), (13, 9)])
@pytest.mark.parametrize(("align_corners", "half_pixel_centers"), [(False, False), (True, False), (False, True)])
def test_resize_nearest(element: Attribute, new_size: tuple[int, int], align_corners: bool, half_pixel_centers: bool):
    net = Twin()
    x = net.input((1, 4, 5, 2), element)
    options: dict[str, Any] = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    y = net.op(
        "RESIZE_NEAREST_NEIGHBOR",
        [x],
        (1, *new_size, 2),
        element,
        ResizeNearestOp,
        extra=[net.model.ints(new_size)],
        properties=options,
        **options,
    )
    net.check([y])


# What TensorFlow Lite has no integer kernel for is computed in real numbers: each result is the nearest code.


def run_one(net: Twin, output: Tensor, *inputs: NDArray[Any]) -> NDArray[Any]:
    (result,) = semantics.run(net.module([output]), inputs)
    return result


def test_concat_of_other_scales():
    net = Twin()
    x, y = net.input((1, 2), int8(0.5, 1)), net.input((1, 2), int8(0.25, 0))
    op = ConcatOp([x.value, y.value], TensorType(int8(0.5, 1), (1, 4)), axis=1)
    net.block.add_op(op)
    codes = np.array([[5, -128]], np.int8), np.array([[5, -128]], np.int8)
    # 5 * 0.25 is 1.25: code 2.5 + 1, rounded away from zero.
    assert run_one(net, Tensor(0, op.result), *codes).tolist() == [[5, -128, 4, -63]]


def test_maximum_of_other_scales():
    net = Twin()
    x, y = net.input((1, 3), int8(0.5, 0)), net.input((1, 3), int8(0.25, 0))
    op = MaximumOp(x.value, y.value, TensorType(int8(0.25, 0), (1, 3)))
    net.block.add_op(op)
    codes = np.array([[3, -3, 100]], np.int8), np.array([[5, -5, 100]], np.int8)
    assert run_one(net, Tensor(0, op.result), *codes).tolist() == [[6, -5, 127]]


def test_softmax_to_another_scale():
    net = Twin()
    x = net.input((1, 2), int8(1.0, 0))
    op = SoftmaxOp(x.value, TensorType(int8(0.01, 0), (1, 2)))
    net.block.add_op(op)
    assert run_one(net, Tensor(0, op.result), np.array([[0, 0]], np.int8)).tolist() == [[50, 50]]


def test_average_pool_to_another_scale():
    net = Twin()
    x = net.input((1, 1, 2, 1), int8(1.0, 0))
    op = AvgPool2DOp(x.value, TensorType(int8(0.5, 0), (1, 1, 1, 1)), kernel=(1, 2))
    net.block.add_op(op)
    codes = np.array([2, 5], np.int8).reshape(1, 1, 2, 1)
    assert run_one(net, Tensor(0, op.result), codes).item() == 7


def test_run_checks_its_inputs():
    net = Twin()
    module = net.module([net.input((1, 2), int8(0.5))])
    with pytest.raises(ValueError, match=r"the network has 1 inputs, got 0"):
        semantics.run(module, [])
    with pytest.raises(ValueError, match=r"input 'in_0' is int8\[1, 2\], got float32\[1, 2\]"):
        semantics.run(module, [np.zeros((1, 2), np.float32)])
    with pytest.raises(ValueError, match=r"input 'in_0' is int8\[1, 2\], got int8\[2\]"):
        semantics.run(module, [np.zeros(2, np.int8)])
