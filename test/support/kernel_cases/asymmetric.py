"""Kernels for weights with zero points, and pools that round up, against LiteRT's uint8 reference kernels.

LiteRT has such weights in uint8, with one zero point: it computes one output channel at a time. Codes and zero points
are 128 larger there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..c_call import Call, Struct
from .base import (
    ACTIVATIONS,
    Array,
    Case,
    Generator,
    Operand,
    Quant,
    QuantConstant,
    Random,
    code_bounds,
    codes,
    f32,
    ints,
    multipliers,
    one_operator,
    out,
    pick,
    random_quant,
    sizes,
)
from .windowed import Weights, random_weights, random_window, transposed_window


def unsigned(array: Array) -> Array:
    return (array.astype(np.int16) + 128).astype(np.uint8)


def signed(array: Array) -> Array:
    return (array.astype(np.int16) - 128).astype(np.int8)


def keywords(quant: Quant) -> dict[str, Any]:
    return {"scale": quant.scale, "zero_point": quant.zero_point + 128}


def zero_points(rng: Random, count: int) -> Array:
    """One for each channel, with zeros among them."""
    return ints([pick(rng, 0, int(rng.integers(-128, 128))) for _ in range(count)])


def with_float32_multipliers(w: Weights) -> Weights:
    """LiteRT multiplies the scales of a uint8 convolution in float32."""
    products = [f32(float(np.float32(w.input.scale) * np.float32(scale))) for scale in w.scales]
    multiplier, shift = multipliers([product / w.output.scale for product in products])
    return replace(w, multiplier=multiplier, shift=shift)


def channel(w: Weights, zeros: Array, o: int) -> tuple[Operand, Operand]:
    """Weights and bias of one output channel."""
    one = np.take(w.codes, [o], axis=w.axis)
    scale = w.scales[o % len(w.scales)]
    bias = np.zeros(1, np.int32) if w.bias is None else w.bias[o : o + 1]
    weights = QuantConstant(unsigned(one), [scale], 0, [int(zeros[o % len(zeros)]) + 128])
    return weights, QuantConstant(bias, [f32(w.input.scale * scale)], 0)


def numbers(w: Weights, zeros: Array) -> list[Any]:
    """Input offset to shifts, in the kernels' order."""
    return [-w.input.zero_point, -zeros, w.multiplier, w.shift]


def conv2d(rng: Random) -> Case:
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    groups, depth, group_outputs = pick(rng, 1, 1, 2, 3), *sizes(rng, (1, 1), (9, 6))
    outputs = groups * group_outputs
    w = with_float32_multipliers(random_weights(rng, (outputs, *window.kernel, depth), 0))
    zeros, x, y = (
        zero_points(rng, outputs),
        codes(rng, (1, *window.input, groups * depth)),
        (1, *window.output, outputs),
    )
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, **window.options}

    def one(o: int) -> Array:
        first = o // group_outputs * depth
        source = (unsigned(x[..., first : first + depth]), keywords(w.input))
        result = ((*y[:3], 1), "UINT8", keywords(w.output))
        return one_operator("CONV_2D", [source, *channel(w, zeros, o)], result, **options)

    args = [x, w.codes, w.bias, out(y), window.struct(groups * depth, outputs, groups), *numbers(w, zeros)]
    args += [w.output.zero_point, *code_bounds(activation, w.output)]
    return Case(
        Call("dqnn_conv2d_asymmetric_s8", args), lambda: signed(np.concatenate([*map(one, range(outputs))], axis=3))
    )


def depthwise_conv2d(rng: Random) -> Case:
    window, activation = random_window(rng), pick(rng, *ACTIVATIONS)
    channels, multiplier = sizes(rng, (1, 1), (6, 3))
    outputs = channels * multiplier
    w = with_float32_multipliers(random_weights(rng, (1, *window.kernel, outputs), 3))
    zeros, x, y = zero_points(rng, outputs), codes(rng, (1, *window.input, channels)), (1, *window.output, outputs)
    options = {"dilation_h_factor": window.dilation[0], "dilation_w_factor": window.dilation[1]}
    options |= {"fused_activation_function": activation, "depth_multiplier": 1, **window.options}

    def one(o: int) -> Array:
        first = o // multiplier
        source = (unsigned(x[..., first : first + 1]), keywords(w.input))
        result = ((*y[:3], 1), "UINT8", keywords(w.output))
        return one_operator("DEPTHWISE_CONV_2D", [source, *channel(w, zeros, o)], result, version=2, **options)

    args = [x, w.codes, w.bias, out(y), window.struct(channels, outputs), *numbers(w, zeros)]
    args += [w.output.zero_point, *code_bounds(activation, w.output)]
    return Case(
        Call("dqnn_depthwise_conv2d_asymmetric_s8", args),
        lambda: signed(np.concatenate([*map(one, range(outputs))], axis=3)),
    )


def transpose_conv2d(rng: Random) -> Case:
    window, small = transposed_window(rng)
    depth, outputs = sizes(rng, (1, 1), (9, 6))
    taps = int(np.prod(window.kernel)) * depth
    w = with_float32_multipliers(random_weights(rng, (outputs, *window.kernel, depth), 0, taps=taps))
    zeros, x, y = zero_points(rng, outputs), codes(rng, (1, *small, depth)), (1, *window.input, outputs)
    fields = dict(window.struct(outputs, depth).fields)
    for name in ("h", "w", "c"):
        fields[f"in_{name}"], fields[f"out_{name}"] = fields[f"out_{name}"], fields[f"in_{name}"]

    def one(o: int) -> Array:
        weights, bias = channel(w, zeros, o)
        shape = (*y[:3], 1)
        operands = [np.asarray(shape, np.int32), weights, (unsigned(x), keywords(w.input)), bias]
        return one_operator(
            "TRANSPOSE_CONV", operands, (shape, "UINT8", keywords(w.output)), version=3, **window.options
        )

    args = [x, w.codes, w.bias, out(y), Struct("dqnn_window", fields), *numbers(w, zeros)]
    args += [w.output.zero_point, *code_bounds("NONE", w.output)]
    return Case(
        Call("dqnn_transpose_conv2d_asymmetric_s8", args),
        lambda: signed(np.concatenate([*map(one, range(outputs))], axis=3)),
    )


def dense(rng: Random) -> Case:
    rows, depth, outputs = sizes(rng, (1, 1, 1), (10, 70, 20))
    activation, per_channel = pick(rng, *ACTIVATIONS), pick(rng, False, True)
    w = random_weights(rng, (outputs, depth), 0, per_channel)
    zeros, x, y = zero_points(rng, outputs if per_channel else 1), codes(rng, (rows, depth)), (rows, outputs)

    def one(o: int) -> Array:
        return one_operator(
            "FULLY_CONNECTED",
            [(unsigned(x), keywords(w.input)), *channel(w, zeros, o)],
            ((rows, 1), "UINT8", keywords(w.output)),
            fused_activation_function=activation,
        )

    args = [x, w.codes, w.bias, out(y), rows, depth, outputs, *numbers(w, zeros), int(per_channel)]
    args += [w.output.zero_point, *code_bounds(activation, w.output)]
    return Case(
        Call("dqnn_dense_asymmetric_s8", args), lambda: signed(np.concatenate([*map(one, range(outputs))], axis=1))
    )


def avg_pool2d_up(rng: Random) -> Case:
    window, activation, quant = random_window(rng, dilations=False), pick(rng, *ACTIVATIONS), random_quant(rng)
    channels = int(rng.integers(1, 9))
    x, y = codes(rng, (1, *window.input, channels)), (1, *window.output, channels)
    options = {"filter_height": window.kernel[0], "filter_width": window.kernel[1], **window.options}
    args = [x, out(y), window.struct(channels, channels), *code_bounds(activation, quant)]
    return Case(
        Call("dqnn_avg_pool2d_up_s8", args),
        lambda: signed(
            one_operator(
                "AVERAGE_POOL_2D",
                [(unsigned(x), keywords(quant))],
                (y, "UINT8", keywords(quant)),
                fused_activation_function=activation,
                **options,
            )
        ),
    )


ASYMMETRIC: dict[str, Generator] = {
    f"{generator.__name__}_asymmetric_s8": generator
    for generator in (conv2d, depthwise_conv2d, transpose_conv2d, dense, avg_pool2d_up)
}
