"""s8 layers with a scale and an offset in float32, against plain integer sums."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.emulator import profile
from numpy.typing import NDArray
from support.kernel_calls import R52_STATES, SANITIZED_HOST, Call, build, check, window
from support.s1 import Ints, affine_s8, convolve, integers, windows

HEADERS = ["dqnn_s8_kernels.h"]
TARGETS = [SANITIZED_HOST, "cortex-m4", "cortex-m55", *R52_STATES]
# height, width, input channels, output channels, kernel, strides, dilations, ((top, bottom), (left, right))
GEOMETRIES = [
    (5, 6, 3, 5, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0))),
    (5, 6, 8, 4, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1))),
    (6, 5, 1, 7, (3, 3), (2, 2), (1, 1), ((0, 1), (0, 1))),
    (7, 6, 4, 6, (3, 2), (1, 1), (2, 2), ((2, 2), (1, 1))),
    (4, 4, 33, 3, (1, 1), (1, 1), (1, 1), ((0, 0), (0, 0))),
    (5, 5, 2, 1, (1, 1), (2, 2), (1, 1), ((0, 0), (0, 0))),
    (4, 3, 5, 2, (5, 5), (1, 1), (1, 1), ((2, 2), (2, 2))),
    (2, 2, 3, 2, (4, 4), (1, 2), (1, 1), ((3, 3), (3, 3))),
    (1, 9, 2, 9, (1, 4), (1, 3), (1, 1), ((0, 0), (2, 1))),
]
ZERO_POINT, LOW, HIGH = -3, -120, 100

Random = np.random.Generator
Floats = NDArray[np.float32]


def code_arguments() -> str:
    return f"{ZERO_POINT}, {LOW}, {HIGH}"


def codes(acc: Ints, scale: Floats, offset: Floats) -> NDArray[np.int8]:
    return np.clip(affine_s8(acc, scale, offset, ZERO_POINT), LOW, HIGH)


def stage(random: Random, acc: Ints) -> tuple[Floats, Floats]:
    """Scales by which sums are some 60 codes; the first channel has many exact halves, the last a negative scale."""
    channels = acc.shape[-1]
    scale = random.uniform(0.5, 2.0, channels) * 60 / (acc.std() + 1)
    offset = random.normal(size=channels) * 10
    scale[0] = 2.0 ** np.floor(np.log2(scale[0]))
    scale[-1] = -scale[-1]
    offset[0] = np.rint(offset[0]) + 0.5
    return scale.astype(np.float32), offset.astype(np.float32)


def window_calls(seed: int) -> Iterator[Call]:
    random = np.random.default_rng(seed)
    for number, (height, width, in_c, out_c, kernel, strides, dilations, pads) in enumerate(GEOMETRIES):
        x = integers(random, -128, 128, height, width, in_c)
        in_offset = int(integers(random, -127, 129))
        pad_code = -in_offset if number % 2 else int(integers(random, -128, 128))
        for is_depthwise in (False, True):
            # A depthwise layer has a multiplier of 1, 2 or 4.
            outputs = in_c * (1, 2, 4)[number % 3] if is_depthwise else out_c
            taps = windows(x, kernel, strides, dilations, pads, pad_code) + in_offset
            weights = integers(random, -128, 128, *((1, *kernel, outputs) if is_depthwise else (out_c, *kernel, in_c)))
            if is_depthwise:
                acc = (taps.repeat(outputs // in_c, axis=-1) * weights[0]).sum((2, 3))
            else:
                acc = convolve(taps, weights)
            scale, offset = stage(random, acc)
            shape = window(x.shape, acc.shape, kernel, strides, (pads[0][0], pads[1][0]), dilations)
            yield Call(
                f"dqnn_{'depthwise_' if is_depthwise else ''}conv2d_s8_s8_s8",
                ["{x}, {w}, {s}, {o}, {out}", shape, str(in_offset), str(pad_code), code_arguments()],
                {"x": x.astype(np.int8), "w": weights.astype(np.int8), "s": scale, "o": offset},
                codes(acc, scale, offset),
                label=f"{number}, {in_c} -> {outputs}",
            )


def dense_calls(seed: int) -> Iterator[Call]:
    random = np.random.default_rng(seed)
    for rows, depth, outputs in ((1, 1, 1), (1, 7, 5), (3, 33, 4), (2, 64, 10), (1, 65_535, 2)):
        x, weights = integers(random, -128, 128, rows, depth), integers(random, -128, 128, outputs, depth)
        if depth == 65_535:  # The largest sum.
            x[:], weights[:] = 127, -128
        in_offset = int(integers(random, -127, 129))
        acc = (x + in_offset) @ weights.T
        scale, offset = stage(random, acc)
        yield Call(
            "dqnn_dense_s8_s8_s8",
            ["{x}, {w}, {s}, {o}, {out}", f"{rows}, {depth}, {outputs}, {in_offset}", code_arguments()],
            {"x": x.astype(np.int8), "w": weights.astype(np.int8), "s": scale, "o": offset},
            codes(acc, scale, offset),
            label=f"{rows} x {depth} -> {outputs}",
        )


@pytest.mark.parametrize("target", TARGETS)
def test_convolutions(tmp_path: Path, target: str):
    check(tmp_path, target, list(window_calls(1)), HEADERS)


@pytest.mark.parametrize("target", TARGETS)
def test_dense(tmp_path: Path, target: str):
    check(tmp_path, target, list(dense_calls(2)), HEADERS)


def test_the_cases_have_halves_and_clamped_codes():
    calls = [*window_calls(1), *dense_calls(2)]
    found = np.concatenate([call.expected.ravel() for call in calls])
    assert {LOW, HIGH} < set(found.tolist())
    assert len(set(found.tolist())) > 200


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_float_stages_cost_little(tmp_path: Path, core: str):
    """A convolution of 16 x 16 x 16 to 16 channels, 3 x 3, takes about what the int8 kernel of this runtime takes."""
    random = np.random.default_rng(3)
    x, weights = integers(random, -128, 128, 16, 16, 16), integers(random, -128, 128, 16, 3, 3, 16)
    acc = convolve(windows(x, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 0), weights)
    scale, offset = stage(random, acc)
    shape = window((16, 16, 16), (16, 16, 16), (3, 3), (1, 1), (1, 1))
    call = Call(
        "dqnn_conv2d_s8_s8_s8",
        ["{x}, {w}, {s}, {o}, {out}", shape, "0, 0", code_arguments()],
        {"x": x.astype(np.int8), "w": weights.astype(np.int8), "s": scale, "o": offset},
        codes(acc, scale, offset),
    )
    counts = profile(build(tmp_path, core, [call], HEADERS), list(call.inputs.values())).by_function
    instructions = sum(count for name, count in counts.items() if name != "calls_run") / (16 * 16 * 16 * 9 * 16)
    print(f"{core}: {instructions:.2f} instructions per multiply-accumulate")
    assert 0.1 < instructions <= 4.0
