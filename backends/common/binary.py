"""How s1 tensors lie in memory, and how the runtime's kernels want s1 weights (see dqnn_s1_kernels.h).

Bits lie in 32-bit words along the channels, channel 0 in the lowest; +1 is bit 0, -1 is bit 1. Each pixel starts a new
word, and what lies behind its last channel is 0. A reshape moves nothing, so the words of a flattened tensor still are
those of the pixels that it was made of. At a network's edge bits may have the other order, channel 0 in the highest.
"""

from __future__ import annotations

from math import prod
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import IntegerType, Signedness
from xdsl.ir import SSAValue

from ...dialects.dqnn import ReshapeOp, is_binary, tensor_type
from ...dialects.dqnn.bit_order import BitOrder

WORD_BITS = 32
WORD = IntegerType(WORD_BITS, Signedness.UNSIGNED)
"""The element type of memory that holds s1."""

Words: TypeAlias = npt.NDArray[np.uint32]
Array: TypeAlias = npt.NDArray[Any]


class Pixels(NamedTuple):
    """What the words of an s1 tensor stand for: so many pixels of so many channels."""

    pixels: int
    channels: int

    @property
    def words(self) -> int:
        """Words of the whole tensor."""
        return self.pixels * words(self.channels)


def holds_binary(value: SSAValue) -> bool:
    """Whether a tensor has elements of s1."""
    return is_binary(tensor_type(value).element_type)


def words(channels: int) -> int:
    """Words of one pixel."""
    return -(-channels // WORD_BITS)


def pixels_of(value: SSAValue) -> Pixels:
    """The pixels whose words an s1 tensor lies in: those of the tensor that reshapes made it from."""
    while isinstance(value.owner, ReshapeOp):
        value = value.owner.input
    *outer, channels = tensor_type(value).get_shape()
    return Pixels(prod(outer), channels)


def keeps_words(value: SSAValue) -> bool:
    """Whether an s1 tensor lies in words of its own last axis, or in full words, where that makes no difference."""
    own, made = tensor_type(value).get_shape()[-1], pixels_of(value).channels
    return own == made or (own % WORD_BITS == 0 and made % WORD_BITS == 0)


def memory_shape(value: SSAValue) -> tuple[int, ...]:
    """The shape, in words, of the memory that holds an s1 tensor."""
    *outer, channels = tensor_type(value).get_shape()
    return (*outer, words(channels)) if keeps_words(value) else (pixels_of(value).words,)


class _Layout(NamedTuple):
    """A bit order in numpy's terms: that of bits in bytes, and the type of words with bytes in the same order."""

    bits: Literal["little", "big"]
    word: str


_LAYOUTS: dict[BitOrder, _Layout] = {"lsb": _Layout("little", "<u4"), "msb": _Layout("big", ">u4")}


def pack(signs: Array, bit_order: BitOrder = "lsb") -> Words:
    """+1 and -1 along the last axis to words: [..., C] to [..., words(C)]; `msb` is for edges of a network."""
    channels, layout = signs.shape[-1], _LAYOUTS[bit_order]
    bits = np.zeros((*signs.shape[:-1], words(channels) * WORD_BITS), np.uint8)
    bits[..., :channels] = signs < 0
    packed = np.packbits(bits, axis=-1, bitorder=layout.bits)
    return np.ascontiguousarray(packed).view(layout.word).astype(np.uint32)


def unpack(packed: Words, channels: int, bit_order: BitOrder = "lsb") -> npt.NDArray[np.int8]:
    """The inverse of `pack`."""
    layout = _LAYOUTS[bit_order]
    data = np.ascontiguousarray(packed, layout.word).view(np.uint8)
    bits = np.unpackbits(data, axis=-1, bitorder=layout.bits)[..., :channels]
    return np.where(bits == 0, 1, -1).astype(np.int8)


def padded(channels: int, abreast: int) -> int:
    """Output channels, up to a multiple of those that lie side by side."""
    return -(-channels // abreast) * abreast


def side_by_side(packed: Words, abreast: int) -> Words:
    """The words [O, K] of each output channel's weights in the order [ceil(O / abreast), K, abreast].

    Word k of channel o goes to (o // abreast * K + k) * abreast + o % abreast, so that one load takes a word of
    `abreast` channels: what a vector of them needs to meet one word of the input. Channels behind the last are 0.
    """
    outputs, length = packed.shape
    rows = np.zeros((padded(outputs, abreast), length), np.uint32)
    rows[:outputs] = packed
    return np.ascontiguousarray(rows.reshape(-1, abreast, length).transpose(0, 2, 1)).reshape(-1)


def bound_planes(thresholds: Array, taps: int) -> Words:
    """Thresholds of a depthwise kernel as bit planes: [words(C) * planes], plane by plane in each word's turn.

    A channel's bound is clamp(taps - threshold + 1, 0, 2 * taps + 1). Planes: the bits that 2 * taps + 1 has.
    """
    bounds = np.clip(taps - thresholds.astype(np.int64) + 1, 0, 2 * taps + 1)
    planes = [pack(np.where(bounds >> plane & 1, -1, 1)) for plane in range(plane_count(taps))]
    return np.stack(planes, axis=-1).reshape(-1)


def plane_count(taps: int) -> int:
    """Bit planes of a depthwise kernel's bounds."""
    return (2 * taps + 1).bit_length()
