"""s1 convolutions against plain integer sums over unpacked +1/-1 tensors."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.emulator import profile
from numpy.typing import NDArray
from support.kernel_calls import R52_STATES, SANITIZED_HOST, Call, build, check, window
from support.s1 import affine_s8, convolve, integers, limits, pack, side_by_side, signs, windows

HEADERS = ["dqnn_s1_kernels.h"]
TARGETS = [SANITIZED_HOST, "cortex-m4", "cortex-m55"]
KINDS = ["s1", "s8", "f32"]
CHANNELS = [1, 7, 32, 33, 64]
# height, width, kernel, strides, dilations, ((top, bottom), (left, right))
GEOMETRIES = [
    (5, 6, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0))),
    (5, 6, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1))),
    (6, 5, (3, 3), (2, 2), (1, 1), ((0, 1), (0, 1))),
    (7, 6, (3, 2), (1, 1), (2, 2), ((2, 2), (1, 1))),
    (4, 4, (1, 1), (1, 1), (1, 1), ((0, 0), (0, 0))),
    (5, 5, (1, 1), (2, 2), (1, 1), ((0, 0), (0, 0))),
    (4, 3, (5, 5), (1, 1), (1, 1), ((2, 2), (2, 2))),
    (2, 2, (4, 4), (1, 2), (1, 1), ((3, 3), (3, 3))),
    (1, 9, (1, 4), (1, 3), (1, 1), ((0, 0), (2, 1))),
]


def conv_calls(seed: int, kind: str, abreast: int = 1) -> list[Call]:
    """`abreast`: how many output channels the kernel wants side by side."""
    random = np.random.default_rng(seed)
    calls: list[Call] = []
    for number, (height, width, kernel, strides, dilations, pads) in enumerate(GEOMETRIES):
        for in_c in CHANNELS:
            out_c = CHANNELS[(CHANNELS.index(in_c) + number) % 5] + (2 if number % 3 == 2 else 0)
            pad_value = int(integers(random, -1, 2))
            x, weights = signs(random, height, width, in_c), signs(random, out_c, *kernel, in_c)
            taps = windows(x, kernel, strides, dilations, pads, pad_value)
            acc = convolve(taps, weights)
            words = pack(weights).reshape(out_c, -1)
            shape = window(x.shape, acc.shape, kernel, strides, (pads[0][0], pads[1][0]), dilations)
            inputs: dict[str, NDArray[Any]] = {"x": pack(x), "w": side_by_side(words, abreast)}
            scratch = words.shape[1] + (-(-out_c // abreast) * abreast if pad_value == 0 else 0)
            label = f"{height}x{width}x{in_c} -> {out_c}, {kernel} {strides} {dilations} {pads} pad {pad_value}"
            scale = random.normal(size=out_c).astype(np.float32)
            offset = (random.normal(size=out_c) * 10).astype(np.float32)
            if kind == "s1":
                thresholds = np.quantile(acc, random.random(), (0, 1)).astype(np.int32)
                thresholds[random.choice(out_c)] = random.choice([-(2**30), 2**30])
                inputs["l"] = limits(thresholds, weights[0].size, abreast)
                expected = pack(np.where(acc < thresholds, -1, 1))
                arguments = ["{x}", "{w}", "{l}", "{out}", shape, str(pad_value), "{scratch}"]
            elif kind == "s8":
                inputs |= {"s": scale, "o": offset}
                expected = np.clip(affine_s8(acc, scale, offset, -3), -120, 100)
                arguments = ["{x}", "{w}", "{s}", "{o}", "{out}", shape, str(pad_value), "-3, -120, 100, {scratch}"]
            else:
                inputs |= {"s": scale, "o": offset}
                expected = (acc.astype(np.float32) * scale).astype(np.float32) + offset
                arguments = ["{x}", "{w}", "{s}", "{o}", "{out}", shape, str(pad_value), "{scratch}"]
            name = f"dqnn_conv2d_s1_s1_{kind}{'' if abreast == 1 else f'_x{abreast}'}"
            calls.append(Call(name, arguments, inputs, expected, scratch, label))
    return calls


@pytest.mark.parametrize("target", TARGETS)
def test_conv2d_s1_s1_s1(tmp_path: Path, target: str):
    check(tmp_path, target, conv_calls(1, "s1"), HEADERS)


@pytest.mark.parametrize("target", [SANITIZED_HOST, "cortex-m55"])
@pytest.mark.parametrize("kind", ["s8", "f32"])
def test_conv2d_s1_s1_to_wider_types(tmp_path: Path, target: str, kind: str):
    check(tmp_path, target, conv_calls(3, kind), HEADERS)


def test_conv2d_with_channels_side_by_side(tmp_path: Path):
    """The plain path; NEON's is run below. Each geometry with five of the fifteen channels and outputs."""
    calls = [call for kind in KINDS for call in conv_calls(2, kind, 8)]
    check(tmp_path, SANITIZED_HOST, calls[::3], HEADERS)


@pytest.mark.parametrize("target", R52_STATES)
def test_all_on_cortex_r52(tmp_path: Path, target: str):
    calls = [call for kind in KINDS for abreast in (1, 8) for call in conv_calls(8, kind, abreast)]
    check(tmp_path, target, [*calls, *depthwise_calls(9), *int8_calls(10, "s8"), *int8_calls(11, "u8")], HEADERS)


def depthwise_calls(seed: int) -> list[Call]:
    random = np.random.default_rng(seed)
    calls: list[Call] = []
    for height, width, kernel, strides, dilations, pads in GEOMETRIES:
        for channels in CHANNELS:
            pad_value = int(integers(random, -1, 2))
            x, weights = signs(random, height, width, channels), signs(random, *kernel, channels)
            taps = windows(x, kernel, strides, dilations, pads, pad_value)
            acc = (taps * weights).sum((2, 3))
            thresholds = np.quantile(acc, random.random(), (0, 1)).astype(np.int64)
            thresholds[random.choice(channels)] = random.choice([-(2**30), 2**30])
            n = kernel[0] * kernel[1]
            planes = (2 * n + 1).bit_length()
            bounds = np.clip(n - thresholds + 1, 0, 2 * n + 1)
            bits = [pack(np.where(bounds >> p & 1, -1, 1)) for p in range(planes)]
            inputs = {"x": pack(x), "w": pack(weights), "b": np.stack(bits, axis=-1)}
            shape = window(x.shape, acc.shape, kernel, strides, (pads[0][0], pads[1][0]), dilations)
            expected = pack(np.where(acc < thresholds, -1, 1))
            arguments = ["{x}", "{w}", "{b}", "{out}", shape, str(pad_value), str(planes)]
            label = f"{height}x{width}x{channels} {kernel} {strides} {dilations} {pads} pad {pad_value}"
            calls.append(Call("dqnn_depthwise_conv2d_s1_s1_s1", arguments, inputs, expected, label=label))
    return calls


@pytest.mark.parametrize("target", TARGETS)
def test_depthwise_conv2d_s1_s1_s1(tmp_path: Path, target: str):
    check(tmp_path, target, depthwise_calls(4), HEADERS)


def int8_calls(seed: int, weight_type: str) -> list[Call]:
    random = np.random.default_rng(seed)
    calls: list[Call] = []
    for number, (height, width, kernel, strides, dilations, pads) in enumerate(GEOMETRIES):
        in_c, out_c = CHANNELS[number % 3], CHANNELS[(number + 1) % 5]
        x = integers(random, -128, 128, height, width, in_c)
        in_offset = int(integers(random, -127, 129))
        pad_code = -in_offset if number % 2 else int(integers(random, -128, 128))
        taps = windows(x, kernel, strides, dilations, pads, pad_code) + in_offset
        shape_w = (out_c, *kernel, in_c)
        if weight_type == "s8":
            weights = integers(random, -128, 128, *shape_w).astype(np.int8)
            acc = convolve(taps, weights.astype(np.int64))
        else:
            weights = integers(random, 0, 256, *shape_w).astype(np.uint8)
            acc = convolve(taps, 2 * weights.astype(np.int64) - 255)
        thresholds = np.quantile(acc, random.random(), (0, 1)).astype(np.int32)
        inputs = {"x": x.astype(np.int8), "w": weights, "t": thresholds}
        shape = window(x.shape, acc.shape, kernel, strides, (pads[0][0], pads[1][0]), dilations)
        arguments = ["{x}", "{w}", "{t}", "{out}", shape, str(in_offset), str(pad_code)]
        expected = pack(np.where(acc < thresholds, -1, 1))
        calls.append(Call(f"dqnn_conv2d_s8_{weight_type}_s1", arguments, inputs, expected, label=str(number)))
    return calls


@pytest.mark.parametrize("target", [SANITIZED_HOST, "cortex-m4"])
def test_conv2d_of_s8_to_s1(tmp_path: Path, target: str):
    check(tmp_path, target, int8_calls(5, "s8") + int8_calls(6, "u8"), HEADERS)


@pytest.mark.parametrize(
    ("core", "bar"),
    [("cortex-m4", 0.35), ("cortex-m55", 0.2), ("cortex-r52", 0.1), ("cortex-r52, Arm state", 0.1)],
)
@pytest.mark.parametrize("opt", ["-Os", "-O2", "-O3"])
@pytest.mark.parametrize("pad_value", [-1, 0])
def test_instructions_per_binary_mac(tmp_path: Path, core: str, bar: float, opt: str, pad_value: int):
    """16 x 16 x 32 to 32 channels, 3 x 3, same padding."""
    random = np.random.default_rng(7)
    x, weights = signs(random, 16, 16, 32), signs(random, 32, 3, 3, 32)
    acc = convolve(windows(x, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), pad_value), weights)
    name, abreast = ("dqnn_conv2d_s1_s1_s1_x8", 8) if core in R52_STATES else ("dqnn_conv2d_s1_s1_s1", 1)
    packed = side_by_side(pack(weights).reshape(32, -1), abreast)
    inputs = {"x": pack(x), "w": packed, "l": np.full(32, 9 * 32, np.int32)}
    shape = window((16, 16, 32), (16, 16, 32), (3, 3), (1, 1), (1, 1))
    arguments = ["{x}", "{w}", "{l}", "{out}", shape, str(pad_value), "{scratch}"]
    call = Call(name, arguments, inputs, pack(np.where(acc < 0, -1, 1)), 9 + 32)
    counts = profile(build(tmp_path, core, [call], HEADERS, opt), list(inputs.values())).by_kernel
    instructions = counts[name] / (16 * 16 * 32 * 9 * 32)
    print(f"{core} {opt}, padding {pad_value}: {instructions:.3f} instructions per binary multiply-accumulate")
    assert 0.03 < instructions <= bar  # fewer than one per word cannot be
