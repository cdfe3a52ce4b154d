"""Networks of one convolution, as IR text: the same shape with s1 and with int8 tensors, random weights.

A network's input and output are no s1 tensors, so that s1 has a conversion on both sides, a kernel of its own each.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SEED = 2
CODES = "!quant.uniform<i8:f32, 0.0625>"


class Convolution(NamedTuple):
    """A square convolution of stride 1 that keeps height and width; padding counts nothing."""

    size: int
    in_channels: int
    out_channels: int
    kernel: int

    @property
    def macs(self) -> int:
        """Multiply-accumulates, padded ones too."""
        return self.size**2 * self.out_channels * self.kernel**2 * self.in_channels

    def __str__(self) -> str:
        return f"{self.size}x{self.size}x{self.in_channels} to {self.out_channels}, {self.kernel}x{self.kernel}"


CONVOLUTIONS = (
    Convolution(16, 32, 32, 3),
    Convolution(16, 64, 64, 3),
    Convolution(8, 128, 128, 3),
    Convolution(8, 256, 256, 3),
    Convolution(16, 32, 32, 5),
    Convolution(16, 32, 32, 1),
    Convolution(16, 64, 64, 1),
    Convolution(8, 128, 128, 1),
    Convolution(8, 256, 256, 1),
)
"""The first is the shape that other projects' figures are known of."""


def with_s1(layer: Convolution) -> str:
    """The layer with s1 input, weights and output, and a threshold a channel."""
    weights = _random(0, 2, *_weights_shape(layer)) * 2 - 1
    thresholds = _random(-9, 10, layer.out_channels)
    output = _tensor(layer, layer.out_channels, "!dqnn.s1")
    return _function(
        _tensor(layer, layer.in_channels, CODES),
        [
            _constant("w", weights.astype(np.int8), "i8", "!dqnn.s1"),
            _constant("t", thresholds.astype(np.int32), "i32"),
            f"%xs = dqnn.requantize %x : {_tensor(layer, layer.in_channels, '!dqnn.s1')}",
            f"%ys = dqnn.conv2d_threshold %xs, %w, %t {_padding(layer)} : {output}",
        ],
        "dqnn.requantize %ys",
        _tensor(layer, layer.out_channels, CODES),
    )


def with_s8(layer: Convolution) -> str:
    """The layer with int8 input, output, weights of a scale a channel, and bias."""
    weights = _random(-127, 128, *_weights_shape(layer))
    bias = _random(-1000, 1000, layer.out_channels)
    scales = [2.0 ** -(9 + channel % 2) for channel in range(layer.out_channels)]
    weight_type = f"!quant.uniform<i8:f32:0, {_braced(scales)}>"
    bias_type = f"!quant.uniform<i32:f32:0, {_braced([scale / 16 for scale in scales])}>"
    return _function(
        _tensor(layer, layer.in_channels, CODES),
        [
            _constant("w", weights.astype(np.int8), "i8", weight_type),
            _constant("b", bias.astype(np.int32), "i32", bias_type),
        ],
        f"dqnn.conv2d %x, %w, %b {_padding(layer)}",
        _tensor(layer, layer.out_channels, CODES),
    )


def _random(low: int, high: int, *shape: int) -> NDArray[np.int64]:
    """Integers of [low, high), the same in each run."""
    return np.floor(np.random.default_rng(SEED).random(shape) * (high - low)).astype(np.int64) + low


def _padding(layer: Convolution) -> str:
    return f"{{padding = {[layer.kernel // 2] * 4}}}"


def _weights_shape(layer: Convolution) -> tuple[int, ...]:
    return (layer.out_channels, layer.kernel, layer.kernel, layer.in_channels)


def _tensor(layer: Convolution, channels: int, element: str) -> str:
    return f"tensor<1x{layer.size}x{layer.size}x{channels}x{element}>"


def _braced(scales: list[float]) -> str:
    return "{" + ",".join(map(repr, scales)) + "}"


def _constant(name: str, values: NDArray[Any], element: str, as_type: str | None = None) -> str:
    shape = "x".join(map(str, values.shape))
    data = values.astype(values.dtype.newbyteorder("<")).tobytes().hex().upper()
    suffix = f" as {as_type}" if as_type else ""
    return f'%{name} = dqnn.constant dense<"0x{data}"> : tensor<{shape}x{element}>{suffix}'


def _function(input_type: str, constants: list[str], op: str, output_type: str) -> str:
    lines = [*constants, f"%y = {op} : {output_type}", f"func.return %y : {output_type}"]
    return "\n  ".join([f"func.func @layer(%x: {input_type}) -> {output_type} {{", *lines]) + "\n}\n"
