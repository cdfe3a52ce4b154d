"""Convolutions, dense layers and pools, s8 and f32, against LiteRT's reference kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from dqnnc.dialects.fixed_point import multiply_by_quantized_multiplier

from ..c_call import Argument, Call, Struct
from .base import (
    ACTIVATIONS,
    Array,
    Case,
    Generator,
    Operand,
    Quant,
    QuantConstant,
    Random,
    bounds,
    code_bounds,
    codes,
    dims,
    f32,
    multipliers,
    one_operator,
    out,
    pick,
    random_quant,
    real_bounds,
    reals,
    sizes,
    tile,
)

Pair = tuple[int, int]

WINDOW = (
    *("in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h", "kernel_w"),
    *("stride_h", "stride_w", "pad_top", "pad_left", "dilation_h", "dilation_w", "groups"),
)
"""The fields of a dqnn_window in their order."""


@dataclass(frozen=True)
class Window:
    """A sliding window in TensorFlow Lite's terms; pairs are (height, width)."""

    input: Pair
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: str

    @property
    def extent(self) -> Pair:
        """Input positions that a window covers."""
        h, w = ((k - 1) * d + 1 for k, d in zip(self.kernel, self.dilation, strict=True))
        return h, w

    @property
    def output(self) -> Pair:
        """Output height and width."""
        if self.padding == "SAME":
            h, w = (-(-n // s) for n, s in zip(self.input, self.stride, strict=True))
        else:
            h, w = ((n - e) // s + 1 for n, e, s in zip(self.input, self.extent, self.stride, strict=True))
        return h, w

    @property
    def pad(self) -> Pair:
        """Padding before the input."""
        total = (
            max((o - 1) * s + e - n, 0)
            for o, s, e, n in zip(self.output, self.stride, self.extent, self.input, strict=True)
        )
        top, left = (t // 2 if self.padding == "SAME" else 0 for t in total)
        return top, left

    @property
    def options(self) -> dict[str, Any]:
        """Stride and padding as options of an operator."""
        return {"padding": self.padding, "stride_h": self.stride[0], "stride_w": self.stride[1]}

    def struct(self, in_channels: int, out_channels: int, groups: int = 1) -> Struct:
        """As a dqnn_window."""
        numbers = (*self.input, in_channels, *self.output, out_channels, *self.kernel, *self.stride)
        return Struct("dqnn_window", dict(zip(WINDOW, (*numbers, *self.pad, *self.dilation, groups), strict=True)))


def random_window(rng: Random, dilations: bool = True) -> Window:
    """Windows of all kinds: pointwise, one row, strided, dilated, wider than what is left of the input."""
    while True:
        kernel = pick(rng, (1, 1), (1, 3), (3, 3), sizes(rng, (1, 1), (5, 5)))
        stride = pick(rng, (1, 1), (1, 1), sizes(rng, (1, 1), (3, 3)))
        dilation = pick(rng, (1, 1), (1, 1), sizes(rng, (1, 1), (3, 3))) if dilations else (1, 1)
        height, width = sizes(rng, (1, 1), (9, 9))
        window = Window((height, width), kernel, stride, dilation, pick(rng, "SAME", "VALID"))
        if min(window.output) >= 1:
            return window


@dataclass(frozen=True)
class Weights:
    """Quantized weights and bias of a layer with `outputs` channels."""

    codes: Array
    scales: list[float]
    axis: int
    bias: Array | None
    input: Quant
    output: Quant
    multiplier: Array
    shift: Array

    @property
    def operands(self) -> tuple[Operand, Operand]:
        """The weights and the bias of an operator; CONV_2D wants one even where the kernel gets none."""
        bias = np.zeros(self.codes.shape[self.axis], np.int32) if self.bias is None else self.bias
        scales = [f32(self.input.scale * scale) for scale in self.scales]
        return QuantConstant(self.codes, self.scales, self.axis), QuantConstant(bias, scales, 0)


def random_weights(
    rng: Random, shape: tuple[int, ...], axis: int, per_channel: bool = True, taps: int | None = None
) -> Weights:
    """Weights whose accumulators (of `taps` products) fill the output's range."""
    outputs = shape[axis]
    depth = taps or int(np.prod(shape)) // outputs
    source = random_quant(rng)
    scales = [f32(rng.uniform(0.002, 0.02)) for _ in range(outputs if per_channel else 1)]
    target = random_quant(rng, source.scale * 0.01 * 74 * 74 * depth**0.5 / rng.uniform(20, 80))
    multiplier, shift = multipliers([source.scale * scale / target.scale for scale in scales])
    return Weights(
        codes=rng.integers(-127, 128, shape, dtype=np.int8),
        scales=scales,
        axis=axis,
        bias=pick(rng, None, rng.integers(-9000, 9000, outputs, dtype=np.int32)),
        input=source,
        output=target,
        multiplier=multiplier,
        shift=shift,
    )


def layer_params(kind: str, window: Window, w: Weights, activation: str, **extra: Any) -> Struct:
    """A struct of conv parameters; `extra` stands between the offsets and the stride."""
    fields: dict[str, Any] = {"input_offset": -w.input.zero_point, "output_offset": w.output.zero_point, **extra}
    fields |= {"stride": tile(window.stride), "padding": tile(window.pad), "dilation": tile(window.dilation)}
    return Struct(kind, fields | {"activation": bounds(code_bounds(activation, w.output))})


def quant_params(w: Weights) -> Struct:
    """The multipliers of each channel."""
    fields = {"multiplier": w.multiplier, "shift": w.shift}
    return Struct("cmsis_nn_per_channel_quant_params", fields)


def conv_args(params: Struct, x: Array, w: Weights, filter_dims: Struct, y: tuple[int, ...]) -> list[Argument]:
    """The arguments after the context, the same for every convolution."""
    quant, bias_dims = quant_params(w), dims((1, 1, 1, y[-1]))
    return [params, quant, dims(x.shape), x, filter_dims, w.codes, bias_dims, w.bias, dims(y), out(y)]


def own_arguments(
    window: Window, x: Array, w: Weights, y: tuple[int, ...], activation: str, groups: int = 1
) -> list[Argument]:
    """The arguments of a convolution that has no function in CMSIS-NN."""
    shape = window.struct(x.shape[-1], y[-1], groups)
    scaling = [-w.input.zero_point, w.multiplier, w.shift, w.output.zero_point]
    return [x, w.codes, w.bias, out(y), shape, *scaling, *code_bounds(activation, w.output)]


def _convolution(rng: Random, *, own: bool) -> Case:
    """CMSIS-NN's function, or the runtime's with the same numbers; some of its channels fill vectors."""
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    groups, depth, group_outputs = pick(rng, 1, 1, 2, 3), *sizes(rng, (1, 1), (9, 6))
    depth = pick(rng, depth, 16, 35) if own else depth
    w = random_weights(rng, (groups * group_outputs, *window.kernel, depth), 0)
    x, y = codes(rng, (1, *window.input, groups * depth)), (1, *window.output, groups * group_outputs)
    params = layer_params("cmsis_nn_conv_params", window, w, activation)
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, **window.options}
    call = Call("arm_convolve_wrapper_s8", [None, *conv_args(params, x, w, dims(w.codes.shape), y)], 0)
    if own:
        call = Call("dqnn_conv2d_s8", own_arguments(window, x, w, y, activation, groups))
    return Case(
        call,
        lambda: one_operator(
            "CONV_2D", [(x, w.input.keywords), *w.operands], (y, "INT8", w.output.keywords), version=3, **options
        ),
    )


def convolve_s8(rng: Random) -> Case:
    return _convolution(rng, own=False)


def conv2d_s8(rng: Random) -> Case:
    return _convolution(rng, own=True)


def _depthwise(rng: Random, *, own: bool) -> Case:
    """CMSIS-NN's function, or the runtime's with the same numbers."""
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    channels, multiplier = int(rng.integers(1, 10)), pick(rng, 1, 1, 2, 3, 4, 8)
    outputs = channels * multiplier
    w = random_weights(rng, (1, *window.kernel, outputs), 3)
    x, y = codes(rng, (1, *window.input, channels)), (1, *window.output, outputs)
    params = layer_params("cmsis_nn_dw_conv_params", window, w, activation, ch_mult=multiplier)
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, "depth_multiplier": multiplier, **window.options}
    call = Call("arm_depthwise_conv_wrapper_s8", [None, *conv_args(params, x, w, dims(w.codes.shape), y)], 0)
    if own:
        call = Call("dqnn_depthwise_conv2d_s8", own_arguments(window, x, w, y, activation))
    return Case(
        call,
        lambda: one_operator(
            "DEPTHWISE_CONV_2D",
            [(x, w.input.keywords), *w.operands],
            (y, "INT8", w.output.keywords),
            version=3,
            **options,
        ),
    )


def depthwise_s8(rng: Random) -> Case:
    return _depthwise(rng, own=False)


def depthwise_conv2d_s8(rng: Random) -> Case:
    return _depthwise(rng, own=True)


def transposed_window(rng: Random) -> tuple[Window, Pair]:
    """The convolution that a transposed one inverts, and its input, which is the transposed one's output."""
    kernel, stride, small = sizes(rng, (1, 1), (5, 5)), sizes(rng, (1, 1), (3, 3)), sizes(rng, (1, 1), (6, 6))
    padding = pick(rng, "SAME", "VALID")
    large = [n * s if padding == "SAME" else (n - 1) * s + k for n, k, s in zip(small, kernel, stride, strict=True)]
    window = Window((large[0], large[1]), (kernel[0], kernel[1]), (stride[0], stride[1]), (1, 1), padding)
    return window, (small[0], small[1])


def transpose_conv_s8(rng: Random) -> Case:
    window, small = transposed_window(rng)
    depth, outputs = sizes(rng, (1, 1), (9, 6))
    taps = int(np.prod(window.kernel)) * depth
    w = random_weights(rng, (outputs, *window.kernel, depth), 0, taps=taps)
    x, y = codes(rng, (1, *small, depth)), (1, *window.input, outputs)
    params = layer_params("cmsis_nn_transpose_conv_params", window, w, "NONE")
    fields = dict(params.fields)
    late = {name: fields.pop(name) for name in ("dilation", "activation")}
    params = Struct(params.type, {**fields, "padding_offsets": tile((0, 0)), **late})

    def expected() -> Array:
        weights, bias = w.operands
        operands = [np.asarray(y, np.int32), weights, (x, w.input.keywords), bias]
        return one_operator("TRANSPOSE_CONV", operands, (y, "INT8", w.output.keywords), version=3, **window.options)

    return Case(
        Call("arm_transpose_conv_wrapper_s8", [None, None, *conv_args(params, x, w, dims(w.codes.shape), y)], 0),
        expected,
    )


def _fully_connected(rng: Random, per_channel: bool) -> Case:
    """CMSIS-NN rounds twice, LiteRT's dense layers once: the truth is the definition, in exact integers."""
    rows, depth, outputs = sizes(rng, (1, 1, 1), (3, 70, 20))
    w = random_weights(rng, (outputs, depth), 0, per_channel)
    low, high = code_bounds(pick(rng, *ACTIVATIONS), w.output)
    filter_offset = pick(rng, 0, int(rng.integers(-127, 128)))
    x, y = codes(rng, (rows, depth)), (rows, outputs)
    params: dict[str, Any] = {"input_offset": -w.input.zero_point, "filter_offset": filter_offset}
    params |= {"output_offset": w.output.zero_point, "activation": bounds((low, high))}
    one = Struct("cmsis_nn_per_tensor_quant_params", {"multiplier": int(w.multiplier[0]), "shift": int(w.shift[0])})
    quant, name = (quant_params(w), "_per_channel") if per_channel else (one, "")
    args: list[Argument] = [None, Struct("cmsis_nn_fc_params", params), quant, dims((rows, 1, 1, depth)), x]
    args += [dims((depth, 1, 1, outputs)), w.codes, dims((1, 1, 1, outputs)), w.bias, dims((rows, 1, 1, outputs))]

    def expected() -> Array:
        weights = w.codes.astype(np.int64) + filter_offset
        acc = (x.astype(np.int64) - w.input.zero_point) @ weights.T + (0 if w.bias is None else w.bias)
        scaled = multiply_by_quantized_multiplier(acc, w.multiplier, w.shift)
        return np.clip(scaled + w.output.zero_point, low, high)

    return Case(Call(f"arm_fully_connected{name}_s8", [*args, out(y)], 0), expected)


def fully_connected_s8(rng: Random) -> Case:
    return _fully_connected(rng, per_channel=False)


def fully_connected_per_channel_s8(rng: Random) -> Case:
    return _fully_connected(rng, per_channel=True)


def dense_s8(rng: Random) -> Case:
    """Enough outputs to meet those that a second rounding would change, about one in a thousand."""
    rows, depth, outputs = sizes(rng, (1, 1, 1), (30, 70, 20))
    activation, per_channel = pick(rng, *ACTIVATIONS), pick(rng, False, True)
    w = random_weights(rng, (outputs, depth), 0, per_channel)
    x, y = codes(rng, (rows, depth)), (rows, outputs)
    args = [x, w.codes, w.bias, out(y), rows, depth, outputs, -w.input.zero_point, w.multiplier, w.shift]
    args += [int(per_channel), w.output.zero_point, *code_bounds(activation, w.output)]
    return Case(
        Call("dqnn_dense_s8", args),
        lambda: one_operator(
            "FULLY_CONNECTED",
            [(x, w.input.keywords), *w.operands],
            (y, "INT8", w.output.keywords),
            version=4,
            fused_activation_function=activation,
        ),
    )


def _pool(rng: Random, kind: str, function: str) -> Case:
    window, activation, quant = random_window(rng, dilations=False), pick(rng, *ACTIVATIONS), random_quant(rng)
    x = codes(rng, (1, *window.input, int(rng.integers(1, 9))))
    y = (1, *window.output, x.shape[-1])
    fields = {"stride": tile(window.stride), "padding": tile(window.pad)}
    params = Struct("cmsis_nn_pool_params", {**fields, "activation": bounds(code_bounds(activation, quant))})
    options = {"filter_height": window.kernel[0], "filter_width": window.kernel[1], **window.options}
    args: list[Argument] = [None, params, dims(x.shape), x, dims((1, *window.kernel, 1)), dims(y), out(y)]
    return Case(
        Call(function, args, 0),
        lambda: one_operator(
            kind,
            [(x, quant.keywords)],
            (y, "INT8", quant.keywords),
            version=2,
            fused_activation_function=activation,
            **options,
        ),
    )


def average_pool_s8(rng: Random) -> Case:
    return _pool(rng, "AVERAGE_POOL_2D", "arm_avgpool_s8")


def max_pool_s8(rng: Random) -> Case:
    return _pool(rng, "MAX_POOL_2D", "arm_max_pool_s8")


def _f32_bias(rng: Random, outputs: int) -> Array | None:
    return pick(rng, None, reals(rng, (outputs,)))


def conv2d_f32(rng: Random) -> Case:
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    groups, depth, group_outputs = pick(rng, 1, 1, 2, 3), *sizes(rng, (1, 1), (9, 6))
    outputs = groups * group_outputs
    x, y = reals(rng, (1, *window.input, groups * depth)), (1, *window.output, outputs)
    w, bias = reals(rng, (outputs, *window.kernel, depth)), _f32_bias(rng, outputs)
    given_bias: Any = np.zeros(outputs, np.float32) if bias is None else bias
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, **window.options}
    shape = window.struct(groups * depth, outputs, groups)
    return Case(
        Call("dqnn_conv2d_f32", [x, w, bias, out(y, "float32"), shape, *real_bounds(activation)]),
        lambda: one_operator(
            "CONV_2D",
            [(x, {}), w, given_bias],
            (y, "FLOAT32", {}),
            **options,
        ),
    )


def depthwise_conv2d_f32(rng: Random) -> Case:
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    channels, multiplier = sizes(rng, (1, 1), (9, 4))
    outputs = channels * multiplier
    x, y = reals(rng, (1, *window.input, channels)), (1, *window.output, outputs)
    w, bias = reals(rng, (1, *window.kernel, outputs)), _f32_bias(rng, outputs)
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, "depth_multiplier": multiplier, **window.options}
    shape = window.struct(channels, outputs)
    return Case(
        Call("dqnn_depthwise_conv2d_f32", [x, w, bias, out(y, "float32"), shape, *real_bounds(activation)]),
        lambda: one_operator("DEPTHWISE_CONV_2D", [(x, {}), w, bias], (y, "FLOAT32", {}), version=2, **options),
    )


def transpose_conv2d_f32(rng: Random) -> Case:
    window, small = transposed_window(rng)
    depth, outputs = sizes(rng, (1, 1), (9, 6))
    x, y = reals(rng, (1, *small, depth)), (1, *window.input, outputs)
    w, bias = reals(rng, (outputs, *window.kernel, depth)), _f32_bias(rng, outputs)
    fields = dict(window.struct(outputs, depth).fields)
    for name in ("h", "w", "c"):
        fields[f"in_{name}"], fields[f"out_{name}"] = fields[f"out_{name}"], fields[f"in_{name}"]
    operands = [np.asarray(y, np.int32), w, (x, dict[str, Any]()), bias]
    shape = Struct("dqnn_window", fields)
    return Case(
        Call("dqnn_transpose_conv2d_f32", [x, w, bias, out(y, "float32"), shape, *real_bounds("NONE")]),
        lambda: one_operator("TRANSPOSE_CONV", operands, (y, "FLOAT32", {}), version=3, **window.options),
    )


def dense_f32(rng: Random) -> Case:
    rows, depth, outputs = sizes(rng, (1, 1, 1), (3, 70, 20))
    activation = pick(rng, *ACTIVATIONS)
    x, w, bias = reals(rng, (rows, depth)), reals(rng, (outputs, depth)), _f32_bias(rng, outputs)
    y = (rows, outputs)
    return Case(
        Call("dqnn_dense_f32", [x, w, bias, out(y, "float32"), rows, depth, outputs, *real_bounds(activation)]),
        lambda: one_operator(
            "FULLY_CONNECTED", [(x, {}), w, bias], (y, "FLOAT32", {}), fused_activation_function=activation
        ),
    )


def _pool_f32(rng: Random, kind: str, function: str, *order: int) -> Case:
    window, activation = random_window(rng, dilations=False), pick(rng, *ACTIVATIONS)
    x = reals(rng, (1, *window.input, int(rng.integers(1, 9)))) * np.float32(3)
    channels = x.shape[-1]
    y = (1, *window.output, channels)
    options = {"filter_height": window.kernel[0], "filter_width": window.kernel[1], **window.options}
    shape = window.struct(channels, channels)
    return Case(
        Call(function, [x, out(y, "float32"), shape, *order, *real_bounds(activation)]),
        lambda: one_operator(kind, [(x, {})], (y, "FLOAT32", {}), fused_activation_function=activation, **options),
    )


def max_pool2d_f32(rng: Random) -> Case:
    return _pool_f32(rng, "MAX_POOL_2D", "dqnn_max_pool2d_f32")


def avg_pool2d_f32(rng: Random) -> Case:
    """TensorFlow Lite adds row by row."""
    return _pool_f32(rng, "AVERAGE_POOL_2D", "dqnn_avg_pool2d_f32", 0)


WINDOWED: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        convolve_s8,
        conv2d_s8,
        depthwise_s8,
        depthwise_conv2d_s8,
        transpose_conv_s8,
        fully_connected_s8,
        fully_connected_per_channel_s8,
        dense_s8,
        average_pool_s8,
        max_pool_s8,
        conv2d_f32,
        depthwise_conv2d_f32,
        transpose_conv2d_f32,
        dense_f32,
        max_pool2d_f32,
        avg_pool2d_f32,
    )
}
