"""Windows: padding by name, and layers of one spatial dimension as layers of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from ..layer import Layer


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Rows (or columns) before and after an image of `size`, so that the output has ceil(size / stride).

    TensorFlow's rule: of an odd total the larger half comes after.
    """
    extent = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


def check_channels_last(layer: Layer) -> None:
    """Check that the layer's images are NHWC.

    Raises:
        ModelError: they are channel-first.
    """
    remedy = "train with channels last (NHWC), which microcontrollers need"
    layer.options.choice("data_format", ("channels_last", "none"), "channels_last", remedy)


@dataclass(frozen=True)
class Image:
    """A layer's input as NHWC, and the way back to the rank that it had."""

    layer: Layer
    value: SSAValue
    spatial: int
    """How many spatial dimensions the layer itself has: 1 or 2."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        _, height, width, _ = self.layer.shape(self.value)
        return height, width

    @property
    def channels(self) -> int:
        """Channels."""
        return self.layer.shape(self.value)[3]

    def pair(self, name: str, default: int | None = None) -> tuple[int, int]:
        """An option with a number for each spatial dimension, as [height, width]."""
        values = self.layer.options.counts(name, self.spatial, default)
        return (1, values[0]) if self.spatial == 1 else (values[0], values[1])

    def restore(self, value: SSAValue) -> SSAValue:
        """A result in the layer's own rank."""
        if self.spatial == 2:
            return value
        batch, _, length, channels = self.layer.shape(value)
        return self.layer.reshape(value, (batch, length, channels))


def image(layer: Layer, spatial: int) -> Image:
    """The input as NHWC; one spatial dimension becomes the width."""
    check_channels_last(layer)
    value, shape = layer.input, layer.shape(rank=spatial + 2)
    if spatial == 1:
        value = layer.reshape(value, (shape[0], 1, *shape[1:]))
    return Image(layer, value, spatial)


def padding_of(
    layer: Layer, source: Image, kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int] = (1, 1)
) -> tuple[int, int, int, int]:
    """[top, bottom, left, right] for the option `padding`."""
    choices = ("same", "valid", "causal") if source.spatial == 1 else ("same", "valid")
    padding = layer.options.choice("padding", choices, "valid", "use 'same' or 'valid'")
    if padding == "valid":
        return (0, 0, 0, 0)
    if padding == "causal":
        return (0, 0, (kernel[1] - 1) * dilations[1], 0)
    rows, columns = map(same_padding, source.size, kernel, strides, dilations)
    return (*rows, *columns)
