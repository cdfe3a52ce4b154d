"""What operators on images share: channel-last form, kernels, strides and padding.

ONNX's images are [N, C, L] or [N, C, H, W]; the IR's are [N, H, W, C], with H = 1 for one spatial dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import SSAValue

from ....dialects.dqnn.shapes import Shape
from ..layer import AGAIN, Layer

LAST = {1: (0, 2, 1), 2: (0, 2, 3, 1)}
"""Number of spatial dimensions -> the permutation that brings channels to the end."""
FIRST = {1: (0, 2, 1), 2: (0, 3, 1, 2)}
"""The same, back."""

Padding = tuple[int, int, int, int]
"""[top, bottom, left, right]"""


@dataclass(frozen=True)
class Image:
    """A channel-last value of four dimensions, and how to give results the file's form."""

    layer: Layer
    value: SSAValue
    spatial: int
    """Number of spatial dimensions that the file's tensor has."""
    last: bool = False
    """Whether the file's tensor is channel-last already."""

    @property
    def shape(self) -> Shape:
        """[N, H, W, C]."""
        return self.layer.shape(self.value)

    @property
    def channels(self) -> int:
        """How many channels there are: C."""
        return self.shape[3]

    @property
    def size(self) -> tuple[int, int]:
        """H and W."""
        return self.shape[1], self.shape[2]

    def restore(self, value: SSAValue) -> SSAValue:
        """A channel-last value in the file's form."""
        layer = self.layer
        if self.spatial == 1:
            batch, _, width, channels = layer.shape(value)
            value = layer.reshape(value, (batch, width, channels))
        return value if self.last else layer.transpose(value, FIRST[self.spatial], "channels_first")

    def pair(self, values: Sequence[int], height: int = 1) -> tuple[int, int]:
        """Numbers for each spatial dimension as [H, W]; `height` is the one of the dimension that is not there."""
        return (values[0], values[1]) if self.spatial == 2 else (height, values[0])

    def sizes(self, name: str, default: int = 1) -> tuple[int, int]:
        """An attribute with a number for each spatial dimension, such as strides."""
        return self.pair(self.layer.sizes(name, self.spatial, default))


def image(layer: Layer, value: SSAValue, *, last: bool = False) -> Image:
    """A value of the file, channel-first unless `last`, as an image.

    Raises:
        ModelError: it has not one or two spatial dimensions.
    """
    shape = layer.shape(value)
    spatial = len(shape) - 2
    if spatial not in LAST:
        raise layer.refuse(f"an input of shape {list(shape)}", "one or two spatial dimensions are supported")
    if not last:
        value = layer.transpose(value, LAST[spatial], "channels_last")
    if spatial == 1:
        batch, width, channels = layer.shape(value)
        value = layer.reshape(value, (batch, 1, width, channels))
    return Image(layer, value, spatial, last)


def kernel_size(source: Image, weights: Sequence[int] | None = None) -> tuple[int, int]:
    """`kernel_shape`, which weights repeat.

    Raises:
        ModelError: they contradict each other, or it is absent where there are no weights.
    """
    layer = source.layer
    if weights is None:
        if layer.ints("kernel_shape") is None:
            raise layer.refuse("no kernel_shape", AGAIN)
        return source.sizes("kernel_shape")
    if (given := layer.ints("kernel_shape")) is not None and given != list(weights):
        raise layer.refuse(f"kernel_shape={given} for weights of {list(weights)}", AGAIN)
    return source.pair(weights)


AUTO_PADS = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


def padding_of(
    source: Image, kernel: tuple[int, int], strides: tuple[int, int], dilations: tuple[int, int] = (1, 1)
) -> Padding:
    """`pads` [all begins, all ends], or what `auto_pad` makes of the input's size."""
    layer = source.layer
    mode = layer.text("auto_pad", "NOTSET", AUTO_PADS)
    if mode == "NOTSET":
        pads = layer.sizes("pads", 2 * source.spatial, 0, least=0)
        begins, ends = source.pair(pads[: source.spatial], 0), source.pair(pads[source.spatial :], 0)
        return begins[0], ends[0], begins[1], ends[1]
    if mode == "VALID":
        return 0, 0, 0, 0
    result: list[int] = []
    for size, window, stride, dilation in zip(source.size, kernel, strides, dilations, strict=True):
        # As many windows as strides fit, whatever padding that takes.
        total = max((-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0)
        small, large = total // 2, total - total // 2
        result += [small, large] if mode == "SAME_UPPER" else [large, small]
    return result[0], result[1], result[2], result[3]
