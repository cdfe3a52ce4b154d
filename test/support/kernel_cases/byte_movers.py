"""Kernels that move elements whatever their type, against numpy; the nearest-neighbour resize against LiteRT."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..c_call import Call, Struct
from .base import Array, Case, Generator, Random, codes, dims, f32, ints, one_operator, out, pick, reals, sizes


def _values(rng: Random, shape: tuple[int, ...]) -> Array:
    """Bytes or floats."""
    return pick(rng, codes(rng, shape), reals(rng, shape))


def _shape(rng: Random, largest_rank: int = 6) -> tuple[int, ...]:
    rank = int(rng.integers(1, largest_rank + 1))
    return sizes(rng, [1] * rank, [5] * rank)


def copy(rng: Random) -> Case:
    x = _values(rng, _shape(rng))
    return Case(Call("dqnn_copy", [x, out(x.shape, x.dtype.name), x.nbytes]), lambda: x)


def flip_sign_bits(rng: Random) -> Case:
    """Codes of int8 as those of uint8, 128 more."""
    x = codes(rng, _shape(rng))
    return Case(
        Call("dqnn_flip_sign_bits", [x, out(x.shape, "uint8"), x.size]),
        lambda: (x.astype(np.int16) + 128).astype(np.uint8),
    )


def copy_rows(rng: Random) -> Case:
    """One output of a split."""
    rows, columns = sizes(rng, (1, 1), (6, 9))
    x = _values(rng, (rows, columns))
    stop = int(rng.integers(1, columns + 1))
    n = x.itemsize
    return Case(
        Call("dqnn_copy_rows", [x, columns * n, out((rows, stop), x.dtype.name), stop * n, rows, stop * n]),
        lambda: x[:, :stop],
    )


def slice(rng: Random) -> Case:
    x = _values(rng, _shape(rng))
    starts = [int(rng.integers(0, n)) for n in x.shape]
    steps = [pick(rng, 1, 1, 2, 3, -1, -2) for _ in x.shape]
    indices: list[Any] = [
        np.arange(start, n if step > 0 else -1, step) for start, n, step in zip(starts, x.shape, steps, strict=True)
    ]
    expected = x[np.ix_(*indices)]
    args = [x, out(expected.shape, x.dtype.name), x.itemsize, x.ndim, ints(x.shape), ints(starts), ints(steps)]
    return Case(Call("dqnn_slice", [*args, ints(expected.shape)]), lambda: expected)


def transpose(rng: Random) -> Case:
    x = _values(rng, _shape(rng))
    order = rng.permutation(x.ndim)
    expected = x.transpose(order)
    args = [x, out(expected.shape, x.dtype.name), x.itemsize, x.ndim, ints(x.shape), ints(order.tolist())]
    return Case(Call("dqnn_transpose", args), lambda: expected)


def pad(rng: Random) -> Case:
    x = _values(rng, _shape(rng, 5))
    amounts = [sizes(rng, (0, 0), (2, 2)) for _ in x.shape]
    value = codes(rng, (1,))[0] if x.itemsize == 1 else np.float32(rng.normal())
    expected = np.pad(x, amounts, constant_values=value)
    fill = int.from_bytes(value.tobytes(), "little")
    flat = ints([amount for pair in amounts for amount in pair])
    args = [x, out(expected.shape, x.dtype.name), x.itemsize, x.ndim, ints(x.shape), flat, fill]
    return Case(Call("dqnn_pad", args), lambda: expected)


def resize_nearest(rng: Random) -> Case:
    x = _values(rng, (1, *sizes(rng, (1, 1, 1), (9, 9, 3))))
    target = sizes(rng, (1, 1), (20, 20))
    corners, half = pick(rng, (0, 0), (1, 0), (0, 1))
    y = (1, *target, x.shape[3])
    pixel_bytes = x.shape[3] * x.itemsize
    args = [x, out(y, x.dtype.name), pixel_bytes, x.shape[1], x.shape[2], *target, corners, half]
    quantization = {"scale": f32(0.1)} if x.itemsize == 1 else {}
    return Case(
        Call("dqnn_resize_nearest", args),
        lambda: one_operator(
            "RESIZE_NEAREST_NEIGHBOR",
            [(x, quantization), np.asarray(target, np.int32)],
            (y, x.dtype.name.upper(), quantization),
            version=2,
            align_corners=bool(corners),
            half_pixel_centers=bool(half),
        ),
    )


def reshape_s8(rng: Random) -> Case:
    x = codes(rng, (int(rng.integers(1, 40)),))
    return Case(Call("arm_reshape_s8", [x, out(x.shape), x.size]), lambda: x)


def concatenation_s8(rng: Random) -> Case:
    """One input of a concatenation whose other inputs are not written: its place in a buffer of zeros."""
    x, axis = codes(rng, sizes(rng, [1] * 4, [5] * 4)), int(rng.integers(4))
    before, after = sizes(rng, (0, 0), (3, 3))
    widths = [(before, after) if d == axis else (0, 0) for d in range(4)]
    expected = np.pad(x, widths)
    total = [] if axis == 0 else [expected.shape[axis]]
    args = [x, *reversed(x.shape), out(expected.shape), *total, before]
    return Case(Call(f"arm_concatenation_s8_{'wzyx'[axis]}", args), lambda: expected)


def pad_s8(rng: Random) -> Case:
    x, value = codes(rng, sizes(rng, [1] * 4, [4] * 4)), int(codes(rng, (1,))[0])
    amounts = [sizes(rng, (0, 0), (2, 2)) for _ in range(4)]
    expected = np.pad(x, amounts, constant_values=value)
    before, after = (dims([pair[i] for pair in amounts]) for i in range(2))
    return Case(Call("arm_pad_s8", [x, out(expected.shape), value, dims(x.shape), before, after], 0), lambda: expected)


def transpose_s8(rng: Random) -> Case:
    x = codes(rng, _shape(rng, 4))
    # With two dimensions CMSIS-NN does not read the permutation.
    order = np.asarray([1, 0]) if x.ndim == 2 else rng.permutation(x.ndim)
    expected = x.transpose(order)
    params = Struct("cmsis_nn_transpose_params", {"num_dims": x.ndim, "permutations": order.astype(np.uint32)})
    args = [x, out(expected.shape), dims(x.shape), dims(expected.shape), params]
    return Case(Call("arm_transpose_s8", args, 0), lambda: expected)


BYTE_MOVERS: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        copy,
        flip_sign_bits,
        copy_rows,
        slice,
        transpose,
        pad,
        resize_nearest,
        reshape_s8,
        concatenation_s8,
        pad_s8,
        transpose_s8,
    )
}
