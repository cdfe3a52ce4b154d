"""s1 dense layers, pool, concatenation and conversions against plain computations on unpacked +1/-1 tensors."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support.kernel_calls import R52_STATES, SANITIZED_HOST, Call, check, window
from support.s1 import Ints, affine_s8, integers, limits, pack, side_by_side, signs, windows

HEADERS = ["dqnn_s1_kernels.h"]
TARGETS = [SANITIZED_HOST, "cortex-m4", "cortex-m55"]
CHANNELS = [1, 7, 32, 33, 64]


class Outputs:
    """Output-stage arguments and expected results of dense layers from their sums."""

    def __init__(self, random: np.random.Generator, kind: str, acc: NDArray[np.generic]):
        count = acc.shape[-1]
        scale = random.normal(size=count).astype(np.float32)
        offset = (random.normal(size=count) * 10).astype(np.float32)
        self.last: list[str] = []
        value = (acc.astype(np.float32) * scale).astype(np.float32) + offset
        if kind == "s1" and np.issubdtype(acc.dtype, np.integer):
            thresholds = np.quantile(acc.astype(np.int64), random.random(count)).astype(np.int32)
            self.inputs: dict[str, NDArray[Any]] = {"t": thresholds}
            self.expected: NDArray[np.generic] = pack(np.where(acc.astype(np.int64) < thresholds, -1, 1))
        else:
            self.inputs = {"s": scale, "o": offset}
            self.expected = pack(np.where(value < 0, -1, 1)) if kind == "s1" else value
        if kind == "s8":
            self.expected = affine_s8(np.asarray(acc, np.int64), scale, offset, 5)
            self.last = ["5", "-128", "127"]
        self.arguments = [f"{{{name}}}" for name in self.inputs]


def flattened(random: np.random.Generator, channels: int) -> Ints:
    """[pixels, C]: a few pixels of an s1 feature map."""
    return signs(random, int(integers(random, 1, 5)), channels)


def dense_calls(kernel: str, seed: int) -> list[Call]:
    _, in_type, weight_type, out_type, *rest = kernel.split("_")
    abreast = 8 if rest == ["x8"] else 1
    random = np.random.default_rng(seed)
    calls: list[Call] = []
    for in_c in [*CHANNELS, 100, 288, 600]:
        out_c = int(random.choice([1, 3, 10, 33]))
        x = flattened(random, in_c)
        size = x.size
        if in_type == "s1":
            values, packed = x.reshape(-1), pack(x)
        elif in_type == "s8":
            packed = integers(random, -128, 128, size).astype(np.int8)
            values = packed.astype(np.int64) + 17
        else:
            packed = values = random.normal(size=size).astype(np.float32)
        if weight_type == "s1":
            weights = signs(random, out_c, size)
            rows = pack(weights.reshape(out_c, *x.shape)) if in_type == "s1" else pack(weights)
            stored = side_by_side(rows.reshape(out_c, -1), abreast)
        elif weight_type == "s8":
            stored = integers(random, -128, 128, out_c, size).astype(np.int8)
            weights = stored.astype(np.int64)
        else:
            stored = weights = random.normal(size=(out_c, size)).astype(np.float32)
        acc = weights @ values
        if acc.dtype == np.float64:
            acc = acc.astype(np.float32)
        stage = Outputs(random, out_type, acc)
        if in_type == "s1" and weight_type == "s1":
            sizes = [packed.size, size]
            if out_type == "s1":
                stage.inputs["t"] = limits(stage.inputs["t"].astype(np.int64), size, abreast)
        elif in_type == "s1":
            sizes = list(x.shape)
        else:
            sizes = [17, size] if in_type == "s8" else [size]
        arguments = ["{x}", "{w}", *stage.arguments, "{out}", *map(str, sizes), str(out_c), *stage.last]
        inputs = {"x": packed, "w": stored, **stage.inputs}
        calls.append(Call(f"dqnn_{kernel}", arguments, inputs, stage.expected, label=f"{x.shape} -> {out_c}"))
    return calls


DENSE = [
    *(f"dense_s1_{weights}_{out}" for weights in ("s1", "s8") for out in ("s1", "s8", "f32")),
    *(f"dense_s1_s1_{out}_x8" for out in ("s1", "s8", "f32")),
    *(f"dense_s8_s1_{out}" for out in ("s1", "s8", "f32")),
    "dense_s1_f32_f32",
    "dense_f32_s1_s1",
    "dense_f32_s1_f32",
]


@pytest.mark.parametrize("target", [*TARGETS, *R52_STATES])
def test_dense(tmp_path: Path, target: str):
    calls = [call for seed, kernel in enumerate(DENSE) for call in dense_calls(kernel, seed)]
    check(tmp_path, target, calls, HEADERS, rtol=1e-5)


def test_s8_rounds_half_to_even(tmp_path: Path):
    """Even sums from 32 features, a quarter of each: every other one is a tie."""
    x = np.ones(32, np.int64)
    weights = np.where(np.arange(32) < np.arange(33)[:, None], -1, 1)
    acc = weights @ x
    scale, offset = np.full(33, 0.25, np.float32), np.zeros(33, np.float32)
    expected = affine_s8(acc, scale, offset, 0)
    assert np.any(np.abs(acc * 0.25 % 1) == 0.5)
    inputs = {"x": pack(x), "w": pack(weights), "s": scale, "o": offset}
    arguments = ["{x}", "{w}", "{s}", "{o}", "{out}", "1, 32, 33, 0, -128, 127"]
    check(tmp_path, SANITIZED_HOST, [Call("dqnn_dense_s1_s1_s8", arguments, inputs, expected)], HEADERS)


def other_calls(seed: int) -> list[Call]:
    random = np.random.default_rng(seed)
    calls: list[Call] = []
    for channels in CHANNELS:
        x = signs(random, 5, 7, channels)
        for kernel, strides, pads in [
            ((2, 2), (2, 2), ((0, 0), (0, 0))),
            ((3, 3), (2, 1), ((1, 1), (1, 1))),
            ((5, 7), (5, 7), ((0, 0), (0, 0))),
        ]:
            best = windows(x, kernel, strides, (1, 1), pads, -1).max((2, 3))
            shape = window(x.shape, best.shape, kernel, strides, (pads[0][0], pads[1][0]))
            flip = signs(random, channels)
            arguments = ["{x}", "NULL", "{out}", shape]
            calls.append(Call("dqnn_max_pool2d_s1", arguments, {"x": pack(x)}, pack(best), label="no flip"))
            arguments = ["{x}", "{flip}", "{out}", shape]
            inputs = {"x": pack(x), "flip": pack(flip)}
            calls.append(Call("dqnn_max_pool2d_s1", arguments, inputs, pack(best * flip), label="flip"))
        pixels = 3
        y = signs(random, pixels, channels)
        real = random.normal(size=(pixels, channels)).astype(np.float32)
        real[0, 0] = -0.0
        real[-1, -1] = np.nan
        codes = integers(random, -128, 128, pixels, channels).astype(np.int8)
        sizes = f"{pixels}, {channels}"
        calls += [
            Call("dqnn_pack_f32_s1", ["{x}", "{out}", sizes], {"x": real}, pack(np.where(real < 0, -1, 1))),
            Call("dqnn_pack_s8_s1", ["{x}", "{out}", sizes, "-5"], {"x": codes}, pack(np.where(codes < -5, -1, 1))),
            Call(
                "dqnn_unpack_s1_f32",
                ["{x}", "{out}", sizes, "0.5f, -3.25f"],
                {"x": pack(y)},
                np.where(y > 0, 0.5, -3.25).astype(np.float32),
            ),
            Call(
                "dqnn_unpack_s1_s8",
                ["{x}", "{out}", sizes, "127, -128"],
                {"x": pack(y)},
                np.where(y > 0, 127, -128).astype(np.int8),
            ),
        ]
    words = integers(random, 0, 2**32, 9).astype(np.uint32)
    reversed_words = np.array([int(f"{word:032b}"[::-1], 2) for word in words], np.uint32)
    calls.append(Call("dqnn_reverse_bits_s1", ["{x}", "{out}", "9"], {"x": words}, reversed_words))
    return calls


@pytest.mark.parametrize("target", [*TARGETS, "cortex-r52"])
def test_pool_and_conversions(tmp_path: Path, target: str):
    check(tmp_path, target, other_calls(11), HEADERS)


@pytest.mark.parametrize("target", [SANITIZED_HOST, "cortex-m4"])
def test_concat(tmp_path: Path, target: str):
    """A concatenation is one call an input: write a kernel of the test's own that makes them all."""
    random = np.random.default_rng(12)
    calls: list[Call] = []
    for sizes in [(1, 7, 33), (32, 32), (64, 1, 1, 31, 32), (31, 2), (33, 64), (5, 40, 100), (7,)]:
        parts = [signs(random, 4, size) for size in sizes]
        whole = np.concatenate(parts, axis=-1)
        total, first = whole.shape[-1], 0
        texts: list[str] = []
        for index, size in enumerate(sizes):
            texts.append(f"{{x{index}}}, {{out}}, 4, {size}, {total}, {first}")
            first += size
        inputs = {f"x{index}": pack(part) for index, part in enumerate(parts)}
        arguments = ["); dqnn_concat_s1(".join(texts)]
        calls.append(Call("dqnn_concat_s1", arguments, inputs, pack(whole), label=str(sizes)))
    check(tmp_path, target, calls, HEADERS)
