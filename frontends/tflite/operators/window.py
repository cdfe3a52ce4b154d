"""Padding of windows: the file says SAME or VALID, an op says how many rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from ..layer import Layer
from ..model import enumeration

PADDING_NAMES = enumeration("Padding")


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Rows (or columns) before and after an image of `size`, so that the output has ceil(size / stride).

    TensorFlow's rule: the last window ends where the image does or later, and of an odd total the larger half
    comes after.
    """
    windows = -(-size // stride)
    extent = (kernel - 1) * dilation + 1
    total = max((windows - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


def padding(
    layer: Layer,
    size: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int] = (1, 1),
) -> tuple[int, ...]:
    """[top, bottom, left, right] for an image of [height, width], as the layer's Padding option asks.

    Raises:
        ModelError: the option is no known way to pad.
    """
    number = layer.options.integer("Padding")
    match PADDING_NAMES.get(number):
        case "VALID":
            return (0, 0, 0, 0)
        case "SAME":
            rows, columns = map(same_padding, size, kernel, strides, dilations)
            return (*rows, *columns)
        case _:
            raise layer.refuse(f"padding {number}", "only SAME and VALID are known")
