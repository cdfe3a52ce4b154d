"""Binary tensors for tests: plain +1/-1 arrays, their packed forms, and integer layers on them."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint32]


def signs(random: np.random.Generator, *shape: int) -> Ints:
    """Random +1 and -1."""
    return integers(random, 0, 2, *shape) * 2 - 1


def integers(random: np.random.Generator, low: int, high: int, *shape: int) -> Ints:
    """Random integers of [low, high)."""
    return np.floor(random.random(shape) * (high - low)).astype(np.int64) + low


def pack(values: Ints) -> Words:
    """+1/-1 along the last axis to words: [..., C] -> [..., ceil(C / 32)]; -1 is bit 1, channel 0 the lowest bit."""
    channels = values.shape[-1]
    bits = np.zeros((*values.shape[:-1], -(-channels // 32) * 32), np.uint32)
    bits[..., :channels] = values < 0
    bits = bits.reshape(*values.shape[:-1], -1, 32)
    return (bits << np.arange(32, dtype=np.uint32)).sum(-1).astype(np.uint32)


def side_by_side(packed: Words, abreast: int) -> Words:
    """Words [O, K] in the order of a kernel with words of so many channels side by side, 0 behind the last channel."""
    outputs, words = packed.shape
    placed = np.zeros(-(-outputs // abreast) * abreast * words, np.uint32)
    for channel in range(outputs):
        for word in range(words):
            placed[(channel // abreast * words + word) * abreast + channel % abreast] = packed[channel, word]
    return placed


def limits(thresholds: Ints, products: int, abreast: int) -> NDArray[np.int32]:
    """What kernels of s1 x s1 compare with: products less thresholds, and 2^30 behind the last channel."""
    behind = -len(thresholds) % abreast
    return np.append(products - thresholds, [2**30] * behind).astype(np.int32)


def output_size(size: int, kernel: int, stride: int, dilation: int, pad: tuple[int, int]) -> int:
    """Positions of a window along one axis."""
    return (size + sum(pad) - (kernel - 1) * dilation - 1) // stride + 1


def windows(
    x: Ints,
    kernel: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int],
    pads: tuple[tuple[int, int], tuple[int, int]],
    pad_value: int,
) -> Ints:
    """[H, W, C] to [Ho, Wo, Kh, Kw, C]: each output position's taps, `pad_value` outside."""
    padded = np.pad(x, (*pads, (0, 0)), constant_values=pad_value)
    out_h, out_w = (output_size(x.shape[i], kernel[i], strides[i], dilations[i], pads[i]) for i in range(2))
    rows = np.arange(out_h)[:, None] * strides[0] + np.arange(kernel[0]) * dilations[0]
    columns = np.arange(out_w)[:, None] * strides[1] + np.arange(kernel[1]) * dilations[1]
    return padded[rows[:, None, :, None], columns[None, :, None, :]]


def convolve(taps: Ints, weights: Ints) -> Ints:
    """Sums of a convolution: [Ho, Wo, Kh, Kw, C] windows and OHWI weights to [Ho, Wo, O]."""
    return taps.reshape(*taps.shape[:2], -1) @ weights.reshape(len(weights), -1).T


def affine_s8(acc: Ints, scale: NDArray[np.float32], offset: NDArray[np.float32], zero_point: int) -> NDArray[np.int8]:
    """clamp(rne(acc * scale + offset) + zero_point) in float32; numpy rounds half to even."""
    value = (acc.astype(np.float32) * scale).astype(np.float32) + offset
    return np.clip(np.rint(value) + zero_point, -128, 127).astype(np.int8)
