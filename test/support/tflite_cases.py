"""Small networks, each operator of TensorFlow Lite in int8 and in float32, with data that exercises its numbers.

`CASES` maps a name (`conv_2d_strided_s8`) to the bytes of a .tflite file. Weights are random, from a fixed seed;
scales are such that outputs use their range, with a little saturation at both ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tflite_builder import ModelBuilder

Shape = Sequence[int]


class Maker:
    """A builder of one case, in int8 (`s8`), uint8 (`u8`: zero points are 128 larger) or float32 (`f32`)."""

    def __init__(self, name: str, kind: str):
        self.model = ModelBuilder()
        self.quantized = kind != "f32"
        self.type = {"s8": "INT8", "u8": "UINT8", "f32": "FLOAT32"}[kind]
        self.distance = 128 if kind == "u8" else 0
        """From an int8 code to that of the same real number."""
        self.rng: Any = np.random.default_rng([ord(letter) for letter in name])

    def parameters(self, scale: float, zero_point: int) -> dict[str, Any]:
        return {"scale": scale, "zero_point": zero_point + self.distance} if self.quantized else {}

    def codes(self, shape: Shape, low: int = -128, end: int = 128) -> NDArray[Any]:
        """Random codes: int8 ones from `low` to `end` - 1, or the uint8 ones for the same real numbers."""
        return (self.rng.integers(low, end, shape) + self.distance).astype(np.uint8 if self.distance else np.int8)

    def input(self, shape: Shape, scale: float = 0.05, zero_point: int = 3) -> int:
        return self.model.input(shape, self.type, **self.parameters(scale, zero_point))

    def value(self, shape: Shape, scale: float = 0.05, zero_point: int = 3) -> int:
        return self.model.tensor(shape, self.type, **self.parameters(scale, zero_point))

    def const(self, shape: Shape, scale: float = 0.05, zero_point: int = 3) -> int:
        if self.quantized:
            return self.model.const(self.codes(shape), **self.parameters(scale, zero_point))
        return self.model.const(self.rng.normal(0, 2, shape).astype(np.float32))

    def weights(self, shape: Shape, axis: int | None) -> tuple[int, NDArray[np.float64]]:
        """Weights with a scale for each index along `axis`, or one; and the scales. uint8 ones have one zero point."""
        if not self.quantized:
            return self.model.const(self.rng.normal(0, 0.5, shape).astype(np.float32)), np.ones(1)
        data = self.codes(shape, -127)
        if self.type == "UINT8":
            return self.model.const(data, scale=0.011, zero_point=119), np.full(1, np.float32(0.011), np.float64)
        count = 1 if axis is None else shape[axis]
        scales = self.rng.uniform(0.002, 0.02, count).astype(np.float32)
        return self.model.const(data, scales=scales.tolist(), axis=axis or 0), scales.astype(np.float64)

    def bias(self, count: int, scales: NDArray[np.float64]) -> int:
        """A bias for an input of scale 0.05."""
        if not self.quantized:
            return self.model.const(self.rng.normal(0, 1, count).astype(np.float32))
        data = self.rng.integers(-6000, 6000, count).astype(np.int32)
        return self.model.const(data, scales=(0.05 * scales).astype(np.float32).tolist())

    def linear_output(self, shape: Shape, products: int, activation: str) -> int:
        """The output of a layer that sums `products` products of an input of scale 0.05 and weights."""
        if activation in ("RELU6", "RELU_N1_TO_1"):
            return self.value(shape, scale=8 / 255, zero_point=-100)
        # A code is uniform, of standard deviation 74; weights' scales are 0.011 on average.
        deviation = 0.05 * 74 * 0.011 * 74 * products**0.5
        return self.value(shape, scale=2.5 * deviation / 128, zero_point=-128 if activation == "RELU" else -5)


_BUILDERS: dict[str, Callable[[Maker], Sequence[int]]] = {}
_QUANTIZED_ONLY: set[str] = set()


def case(function: Callable[[Maker], Sequence[int]]) -> Callable[[Maker], Sequence[int]]:
    """Registers a case, in int8 and in float32."""
    _BUILDERS[function.__name__] = function
    return function


def quantized_case(function: Callable[[Maker], Sequence[int]]) -> None:
    """Registers a case that makes sense in int8 only."""
    _BUILDERS[function.__name__] = function
    _QUANTIZED_ONLY.add(function.__name__)


# --- Layers with weights --------------------------------------------------------------------------------------


def _conv(
    k: Maker,
    size: tuple[int, int, int],
    kernel: tuple[int, int],
    output: tuple[int, int, int],
    *,
    padding: str = "SAME",
    strides: tuple[int, int] = (1, 1),
    dilations: tuple[int, int] = (1, 1),
    activation: str = "NONE",
    per_channel: bool = True,
    groups: int = 1,
) -> Sequence[int]:
    x = k.input((1, *size))
    w, scales = k.weights((output[2], *kernel, size[2] // groups), 0 if per_channel else None)
    y = k.linear_output((1, *output), kernel[0] * kernel[1] * size[2] // groups, activation)
    k.model.op(
        "CONV_2D",
        [x, w, k.bias(output[2], scales)],
        y,
        padding=padding,
        stride_h=strides[0],
        stride_w=strides[1],
        dilation_h_factor=dilations[0],
        dilation_w_factor=dilations[1],
        fused_activation_function=activation,
    )
    return [y]


@case
def conv_2d_strided(k: Maker):
    return _conv(k, (9, 7, 3), (3, 2), (5, 4, 5), strides=(2, 2), activation="RELU")


@case
def conv_2d_dilated(k: Maker):
    return _conv(k, (9, 8, 2), (3, 3), (5, 2, 4), padding="VALID", dilations=(2, 3), activation="RELU6")


@case
def conv_2d_dilated_same(k: Maker):
    return _conv(k, (9, 8, 2), (3, 3), (9, 8, 4), dilations=(2, 3))


def _phases(k: Maker, x: int, block: Shape, paddings: Sequence[Shape], shape: Shape) -> int:
    """SPACE_TO_BATCH_ND, with a batch of 1 behind it, as converters say where they do not know the batch."""
    y = k.value(shape)
    k.model.op("SPACE_TO_BATCH_ND", [x, k.model.ints(block), k.model.ints(paddings)], y)
    return y


def _image_of_phases(k: Maker, x: int, block: Shape, crops: Sequence[Shape], y: int) -> Sequence[int]:
    k.model.op("BATCH_TO_SPACE_ND", [x, k.model.ints(block), k.model.ints(crops)], y)
    return [y]


PLAIN: dict[str, Any] = {
    "padding": "VALID",
    "stride_h": 1,
    "stride_w": 1,
    "dilation_h_factor": 1,
    "dilation_w_factor": 1,
}


@case
def conv_2d_of_phases(k: Maker):
    """SAME padding, of which part makes the size a multiple of the block; and a relu."""
    x = _phases(k, k.input((1, 9, 10, 3)), (2, 3), ((2, 3), (3, 5)), (1, 7, 6, 3))
    w, scales = k.weights((4, 3, 3, 3), 0)
    inner, y = k.linear_output((1, 5, 4, 4), 27, "RELU"), k.linear_output((1, 9, 10, 4), 27, "RELU")
    k.model.op("CONV_2D", [x, w, k.bias(4, scales)], inner, fused_activation_function="RELU", **PLAIN)
    return _image_of_phases(k, inner, (2, 3), ((0, 1), (0, 2)), y)


@case
def depthwise_conv_2d_of_phases(k: Maker):
    """VALID padding, crops at both ends, and a batch that the file says."""
    x = _phases(k, k.input((1, 9, 10, 3)), (2, 2), ((1, 2), (0, 0)), (4, 6, 5, 3))
    w, scales = k.weights((1, 3, 2, 3), 3)
    inner, y = k.linear_output((4, 4, 4, 3), 6, "NONE"), k.linear_output((1, 6, 8, 3), 6, "NONE")
    k.model.op("DEPTHWISE_CONV_2D", [x, w, k.bias(3, scales)], inner, depth_multiplier=1, **PLAIN)
    return _image_of_phases(k, inner, (2, 2), ((1, 1), (0, 0)), y)


@case
def conv_1d_of_phases(k: Maker):
    phases = _phases(k, k.input((1, 17, 3)), (2,), ((0, 1),), (1, 9, 3))
    x = k.value((1, 1, 9, 3))
    k.model.op("EXPAND_DIMS", [phases, k.model.ints(1)], x)
    w, scales = k.weights((4, 1, 3, 3), 0)
    inner, flat, y = (k.linear_output(shape, 9, "NONE") for shape in ((1, 1, 7, 4), (1, 7, 4), (1, 13, 4)))
    k.model.op("CONV_2D", [x, w, k.bias(4, scales)], inner, **PLAIN)
    k.model.op("RESHAPE", [inner, k.model.ints((-1, 7, 4))], flat)
    return _image_of_phases(k, flat, (2,), ((0, 1),), y)


@case
def conv_2d_pointwise(k: Maker):
    return _conv(k, (4, 3, 16), (1, 1), (4, 3, 7))


@case
def conv_2d_per_tensor(k: Maker):
    return _conv(k, (5, 5, 3), (3, 3), (3, 3, 4), padding="VALID", per_channel=False, activation="RELU_N1_TO_1")


@case
def conv_2d_large_stride(k: Maker):
    return _conv(k, (7, 7, 2), (1, 2), (3, 3, 3), strides=(3, 3))


@case
def conv_2d_groups(k: Maker):
    return _conv(k, (5, 5, 4), (3, 3), (5, 5, 6), groups=2)


def _depthwise(
    k: Maker,
    size: tuple[int, int, int],
    kernel: tuple[int, int],
    output: tuple[int, int, int],
    *,
    bias: bool = True,
    **options: Any,
):
    x = k.input((1, *size))
    w, scales = k.weights((1, *kernel, output[2]), 3)
    y = k.linear_output((1, *output), kernel[0] * kernel[1], options.get("fused_activation_function", "NONE"))
    options = {"padding": "SAME", "stride_h": 1, "stride_w": 1, **options}
    operands = [x, w, k.bias(output[2], scales)] if bias else [x, w]
    k.model.op("DEPTHWISE_CONV_2D", operands, y, depth_multiplier=output[2] // size[2], **options)
    return [y]


@case
def depthwise_conv_2d(k: Maker):
    return _depthwise(k, (6, 5, 8), (3, 3), (6, 5, 8), fused_activation_function="RELU6")


@case
def depthwise_conv_2d_without_bias(k: Maker):
    return _depthwise(k, (6, 5, 3), (3, 3), (6, 5, 3), bias=False)


@case
def depthwise_conv_2d_strided(k: Maker):
    return _depthwise(k, (7, 8, 3), (3, 5), (4, 4, 3), stride_h=2, stride_w=2)


@case
def depthwise_conv_2d_multiplier(k: Maker):
    return _depthwise(k, (6, 5, 2), (3, 3), (4, 3, 6), padding="VALID")


@case
def depthwise_conv_2d_one_channel(k: Maker):
    return _depthwise(k, (8, 6, 1), (3, 3), (4, 3, 8), stride_h=2, stride_w=2, fused_activation_function="RELU")


@case
def depthwise_conv_2d_dilated(k: Maker):
    return _depthwise(k, (8, 8, 4), (3, 3), (8, 8, 4), dilation_h_factor=2, dilation_w_factor=2)


def _transposed(
    k: Maker, kernel: tuple[int, int], output: tuple[int, int, int], padding: str, strides: tuple[int, int]
):
    x = k.input((1, 3, 4, 2))
    w, scales = k.weights((output[2], *kernel, 2), 0)
    y = k.linear_output((1, *output), kernel[0] * kernel[1] * 2, "NONE")
    operands = [k.model.ints([1, *output]), w, x, k.bias(output[2], scales)]
    k.model.op("TRANSPOSE_CONV", operands, y, padding=padding, stride_h=strides[0], stride_w=strides[1])
    return [y]


@case
def transpose_conv_same(k: Maker):
    return _transposed(k, (3, 3), (6, 8, 4), "SAME", (2, 2))


@case
def transpose_conv_valid(k: Maker):
    return _transposed(k, (2, 3), (6, 12, 3), "VALID", (2, 3))


@case
def transpose_conv_stride_one(k: Maker):
    return _transposed(k, (3, 3), (3, 4, 2), "SAME", (1, 1))


@case
def transpose_conv_gaps(k: Maker):
    """A kernel smaller than the stride: some outputs receive the bias alone."""
    return _transposed(k, (1, 2), (6, 12, 3), "SAME", (2, 3))


def _dense(
    k: Maker,
    shape: Shape,
    outputs: int,
    result: Shape,
    *,
    inputs: int,
    bias: bool = True,
    axis: int | None,
    **options: Any,
):
    x = k.input(shape)
    w, scales = k.weights((outputs, inputs), axis)
    y = k.linear_output(result, inputs, options.get("fused_activation_function", "NONE"))
    operands = [x, w, k.bias(outputs, scales)] if bias else [x, w]
    k.model.op("FULLY_CONNECTED", operands, y, **options)
    return [y]


@case
def fully_connected(k: Maker):
    return _dense(k, (1, 20), 9, (1, 9), inputs=20, axis=None, fused_activation_function="RELU")


@case
def fully_connected_per_channel(k: Maker):
    return _dense(k, (1, 20), 9, (1, 9), inputs=20, axis=0)


@case
def fully_connected_of_image(k: Maker):
    return _dense(k, (1, 3, 2, 4), 5, (1, 5), inputs=24, axis=None)


@case
def fully_connected_rows(k: Maker):
    return _dense(k, (1, 3, 8), 5, (1, 3, 5), inputs=8, axis=None, keep_num_dims=True)


@case
def fully_connected_without_bias(k: Maker):
    return _dense(k, (2, 8), 5, (2, 5), inputs=8, axis=None, bias=False, fused_activation_function="RELU6")


@quantized_case
def fully_connected_ties(k: Maker):
    """Scales of powers of two: an eighth of the sums lie half way between two codes."""
    x = k.input((1, 4), 0.25, 0)
    w = k.model.const(k.codes((200, 4), -8, 8), **k.parameters(0.5, 0))
    b = k.model.const(k.rng.integers(-500, 500, 200).astype(np.int32), scale=0.125)
    y = k.value((1, 200), 1.0, -5)
    k.model.op("FULLY_CONNECTED", [x, w, b], y)
    return [y]


# --- Pools ----------------------------------------------------------------------------------------------------


def _pool(k: Maker, kind: str, output: Shape, **options: Any):
    x = k.input((1, 7, 6, 3))
    y = k.value((1, *output, 3))
    options = {"padding": "SAME", "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 2, **options}
    k.model.op(kind, [x], y, **options)
    return [y]


@case
def max_pool_2d(k: Maker):
    return _pool(k, "MAX_POOL_2D", (4, 3))


@case
def max_pool_2d_valid(k: Maker):
    return _pool(k, "MAX_POOL_2D", (3, 3), padding="VALID", fused_activation_function="RELU6")


@case
def average_pool_2d(k: Maker):
    return _pool(k, "AVERAGE_POOL_2D", (4, 3), fused_activation_function="RELU")


@case
def average_pool_2d_global(k: Maker):
    return _pool(k, "AVERAGE_POOL_2D", (1, 1), padding="VALID", filter_height=7, filter_width=6, stride_h=7)


@case
def average_pool_2d_pairs(k: Maker):
    """Half of the means lie half way between two codes."""
    return _pool(k, "AVERAGE_POOL_2D", (7, 5), padding="VALID", filter_height=1, stride_h=1, stride_w=1)


def _mean(k: Maker, axes: Any, output: Shape, keep_dims: bool, scale: float = 0.05, zero_point: int = 3):
    x = k.input((1, 5, 4, 3))
    y = k.value(output, scale, zero_point)
    k.model.op("MEAN", [x, k.model.ints(axes)], y, keep_dims=keep_dims)
    return [y]


@case
def mean_of_image(k: Maker):
    return _mean(k, [1, 2], (1, 3), False)


@case
def mean_of_image_kept(k: Maker):
    return _mean(k, [1, 2], (1, 1, 1, 3), True, scale=0.013, zero_point=-20)


@case
def mean_of_channels(k: Maker):
    return _mean(k, -1, (1, 5, 4), False, scale=0.04, zero_point=0)


@case
def mean_of_rows(k: Maker):
    return _mean(k, [1], (1, 1, 4, 3), True)


@case
def mean_of_all(k: Maker):
    return _mean(k, [0, 1, 2, 3], (), False, scale=0.01)


# --- Element by element ---------------------------------------------------------------------------------------


def _binary(kind: str, shapes: Sequence[Shape], scale: float, constant: bool = False, **options: Any):
    def build(k: Maker) -> Sequence[int]:
        x = k.input(shapes[0], 0.05, 3)
        y = k.const(shapes[1], 0.031, -7) if constant else k.input(shapes[1], 0.031, -7)
        z = k.value(np.broadcast_shapes(*map(tuple, shapes)), scale, -11)
        k.model.op(kind, [x, y], z, **options)
        return [z]

    return build


for _kind, _scale in (("ADD", 0.06), ("SUB", 0.06), ("MUL", 0.12)):
    _name = _kind.lower()
    _BUILDERS[_name] = _binary(_kind, [(1, 4, 3, 2), (1, 4, 3, 2)], _scale)
    _BUILDERS[f"{_name}_relu"] = _binary(_kind, [(1, 4, 3, 2), (1, 4, 3, 2)], _scale, fused_activation_function="RELU")
    _BUILDERS[f"{_name}_channels"] = _binary(_kind, [(1, 4, 3, 5), (5,)], _scale, constant=True)
    _BUILDERS[f"{_name}_scalar"] = _binary(
        _kind, [(1, 4, 3, 2), ()], _scale, constant=True, fused_activation_function="RELU6"
    )
    _BUILDERS[f"{_name}_broadcast"] = _binary(_kind, [(1, 1, 3, 2), (1, 4, 1, 2)], _scale)


def _quotient(k: Maker, divisor: Shape, **options: Any) -> Sequence[int]:
    """Divided by positive constants.

    LiteRT does not say what quotients by 0 are, and shifts by more than 31 bits where they are small and the scale is
    large: 1 code / 100 codes is 127 there.
    """
    x, z = k.input((1, 4, 3, 5)), k.value((1, 4, 3, 5), 0.02, -11)
    data = k.codes(divisor, -20) if k.quantized else k.rng.uniform(0.1, 4, divisor).astype(np.float32)
    k.model.op("DIV", [x, k.model.const(data, **k.parameters(0.031, -27))], z, **options)
    return [z]


@case
def div(k: Maker):
    return _quotient(k, (1, 4, 3, 5))


@case
def div_channels(k: Maker):
    return _quotient(k, (5,), fused_activation_function="RELU")


def _selection(kind: str, shapes: Sequence[Shape]):
    def build(k: Maker) -> Sequence[int]:
        x, y = k.input(shapes[0]), k.const(shapes[1])
        z = k.value(np.broadcast_shapes(*map(tuple, shapes)))
        k.model.op(kind, [x, y], z)
        return [z]

    return build


for _kind in ("MAXIMUM", "MINIMUM"):
    _BUILDERS[_kind.lower()] = _selection(_kind, [(1, 4, 3), (1, 4, 3)])
    _BUILDERS[f"{_kind.lower()}_broadcast"] = _selection(_kind, [(1, 4, 3), (3,)])


def _unary(
    kind: str, scales: tuple[float, float], zero_points: tuple[int, int], shape: Shape = (1, 4, 65), **options: Any
):
    def build(k: Maker) -> Sequence[int]:
        x = k.input(shape, scales[0], zero_points[0])
        y = k.value(shape, scales[1], zero_points[1])
        k.model.op(kind, [x], y, **options)
        return [y]

    return build


_BUILDERS.update(
    {
        "relu": _unary("RELU", (0.05, 0.05), (3, 3)),
        "relu_rescaled": _unary("RELU", (0.05, 0.023), (-60, -128)),
        "relu6": _unary("RELU6", (0.04, 6 / 255), (-60, -128)),
        "relu_n1_to_1": _unary("RELU_N1_TO_1", (0.05, 0.05), (3, 3)),
        "leaky_relu": _unary("LEAKY_RELU", (0.05, 0.04), (3, -60), alpha=0.1),
        "leaky_relu_zero": _unary("LEAKY_RELU", (0.05, 0.04), (3, -60), alpha=0.0),
        "leaky_relu_negative": _unary("LEAKY_RELU", (0.05, 0.05), (3, 3), alpha=-0.5),
        "hard_swish": _unary("HARD_SWISH", (0.06, 0.03), (3, -100)),
        "hard_swish_fine": _unary("HARD_SWISH", (0.02, 0.05), (-20, 10)),
        "logistic": _unary("LOGISTIC", (0.07, 1 / 256), (5, -128)),
        "logistic_coarse": _unary("LOGISTIC", (0.4, 1 / 256), (-30, -128)),
        "tanh": _unary("TANH", (0.03, 1 / 128), (5, 0)),
        "tanh_coarse": _unary("TANH", (0.4, 1 / 128), (-30, 0)),
        "softmax": _unary("SOFTMAX", (0.09, 1 / 256), (14, -128), (1, 12), beta=1.0),
        "softmax_rows": _unary("SOFTMAX", (0.3, 1 / 256), (-14, -128), (1, 3, 5), beta=0.5),
        "softmax_fine": _unary("SOFTMAX", (0.004, 1 / 256), (0, -128), (1, 7), beta=1.0),
    }
)


# --- Moving and copying ---------------------------------------------------------------------------------------


@case
def concatenation(k: Maker):
    x, y = k.input((1, 3, 2)), k.input((1, 3, 4))
    z = k.value((1, 3, 8))
    k.model.op("CONCATENATION", [x, y, x], z, axis=2)
    return [z]


@case
def concatenation_rows(k: Maker):
    x, y = k.input((1, 3, 2)), k.const((1, 1, 2))
    z = k.value((1, 4, 2))
    k.model.op("CONCATENATION", [x, y], z, axis=-2)
    return [z]


@case
def pack_and_unpack(k: Maker):
    x, y = k.input((2, 3)), k.input((2, 3))
    stacked = k.value((2, 2, 3))
    k.model.op("PACK", [x, y], stacked, axis=1, values_count=2)
    parts = [k.value((2, 2)) for _ in range(3)]
    k.model.op("UNPACK", [stacked], *parts, axis=-1, num=3)
    return [stacked, *parts]


@case
def pad(k: Maker):
    x, y = k.input((1, 3, 4, 2)), k.value((1, 6, 5, 2))
    k.model.op("PAD", [x, k.model.ints([[0, 0], [1, 2], [0, 1], [0, 0]])], y)
    return [y]


@case
def padv2(k: Maker):
    x, y = k.input((1, 3, 2)), k.value((1, 4, 5))
    value = k.const(())
    k.model.op("PADV2", [x, k.model.ints([[0, 0], [0, 1], [2, 1]]), value], y)
    return [y]


@case
def reshapes(k: Maker):
    x, flat = k.input((1, 3, 4)), k.value((1, 12))
    k.model.op("RESHAPE", [x, k.model.ints([1, -1])], flat)
    wide, narrow = k.value((1, 1, 12)), k.value((12,))
    k.model.op("EXPAND_DIMS", [flat, k.model.ints(1)], wide)
    k.model.op("SQUEEZE", [wide], narrow, squeeze_dims=[0, 1])
    return [flat, wide, narrow]


@case
def transpose(k: Maker):
    x, y = k.input((1, 3, 4, 2)), k.value((1, 2, 3, 4))
    k.model.op("TRANSPOSE", [x, k.model.ints([0, 3, 1, 2])], y)
    return [y]


@case
def slices(k: Maker):
    x = k.input((1, 6, 5, 4))
    a = k.value((1, 3, 5, 2))
    k.model.op("SLICE", [x, k.model.ints([0, 2, 0, 1]), k.model.ints([1, 3, -1, 2])], a)
    b = k.value((6, 3, 4))
    operands = [k.model.ints([0, 0, 0, 0]), k.model.ints([1, 6, 5, 4]), k.model.ints([1, 1, 2, 1])]
    k.model.op("STRIDED_SLICE", [x, *operands], b, shrink_axis_mask=1)
    c = k.value((1, 3, 5, 4))
    operands = [k.model.ints([0, -1]), k.model.ints([1, 0]), k.model.ints([1, -2])]
    k.model.op("STRIDED_SLICE", [x, *operands], c)
    return [a, b, c]


@case
def splits(k: Maker):
    x = k.input((1, 6, 4))
    a = [k.value((1, 6, 2)) for _ in range(2)]
    k.model.op("SPLIT", [k.model.ints(-1), x], *a, num_splits=2)
    b = [k.value((1, size, 4)) for size in (1, 3, 2)]
    k.model.op("SPLIT_V", [x, k.model.ints([1, -1, 2]), k.model.ints(1)], *b, num_splits=3)
    return [*a, *b]


def _resize(size: tuple[int, int], **options: Any):
    def build(k: Maker) -> Sequence[int]:
        x, y = k.input((1, 5, 4, 2)), k.value((1, *size, 2))
        k.model.op("RESIZE_NEAREST_NEIGHBOR", [x, k.model.ints(size)], y, **options)
        return [y]

    return build


_BUILDERS.update(
    {
        "resize_nearest_neighbor": _resize((10, 9)),
        "resize_nearest_neighbor_down": _resize((3, 2)),
        "resize_nearest_neighbor_corners": _resize((9, 7), align_corners=True),
        "resize_nearest_neighbor_centers": _resize((7, 3), half_pixel_centers=True),
    }
)


# --- Between real numbers and codes -----------------------------------------------------------------------------


@quantized_case
def quantize(k: Maker):
    x = k.model.input((1, 300), "FLOAT32")
    y = k.value((1, 300), 0.021, -17)
    k.model.op("QUANTIZE", [x], y)
    return [y]


@quantized_case
def dequantize(k: Maker):
    x, y = k.input((1, 300), 0.021, -17), k.model.tensor((1, 300), "FLOAT32")
    k.model.op("DEQUANTIZE", [x], y)
    return [y]


def _requantize(types: tuple[str, str], scales: tuple[float, float], zero_points: tuple[int, int]):
    def build(k: Maker) -> Sequence[int]:
        x = k.model.input((1, 300), types[0], scale=scales[0], zero_point=zero_points[0])
        y = k.model.tensor((1, 300), types[1], scale=scales[1], zero_point=zero_points[1])
        k.model.op("QUANTIZE", [x], y)
        return [y]

    return build


for _name, _builder in {
    "requantize": _requantize(("INT8", "INT8"), (0.05, 0.033), (3, -9)),
    "requantize_coarser": _requantize(("INT8", "INT8"), (0.02, 0.3), (-40, 12)),
    "requantize_from_u8": _requantize(("UINT8", "INT8"), (0.05, 0.05), (128, 0)),
    "requantize_from_u8_scaled": _requantize(("UINT8", "INT8"), (0.05, 0.031), (100, 7)),
    "requantize_to_u8": _requantize(("INT8", "UINT8"), (0.05, 0.031), (3, 99)),
}.items():
    _BUILDERS[_name] = _builder
    _QUANTIZED_ONLY.add(_name)


def _build(name: str, kind: str) -> bytes:
    maker = Maker(name, kind)
    outputs = _BUILDERS[name](maker)
    return maker.model.finish(outputs)


CASES: dict[str, bytes] = {
    f"{name}_{suffix}": _build(name, suffix)
    for name in _BUILDERS
    for suffix in ("s8", "f32")
    if suffix == "s8" or name not in _QUANTIZED_ONLY
}
"""Name -> file."""

UNSIGNED_CASES: dict[str, bytes] = {f"{name}_u8": _build(name, "u8") for name in _BUILDERS}
"""Name -> file with uint8 tensors."""
