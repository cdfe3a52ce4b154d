"""Scratch sizes against Arm's own size functions, and the MVE row kernel's limits against a model of that kernel."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dqnnc.backends.common import scratch
from dqnnc.backends.common.target import Build
from dqnnc.backends.common.window import Window

ORACLE_BUILDS = {Build.PLAIN: "SCALAR", Build.DSP: "DSP", Build.MVE: "MVE"}


def _load_oracle() -> ModuleType | None:
    """Arm's size functions: the extension file alone, since importing the package that carries it needs torch."""
    pattern = "executorch/backends/cortex_m/library/_cmsis_nn/cmsis_nn.*.so"
    file = next((file for folder in sys.path for file in Path(folder).glob(pattern)), None)
    if file is None:
        return None
    loader = importlib.machinery.ExtensionFileLoader("cmsis_nn", str(file))
    spec = importlib.util.spec_from_file_location("cmsis_nn", file, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    module = _load_oracle()
    if module is None:
        pytest.skip("needs `pip install --no-deps executorch==1.5.1`")
    return module


def _windows(seed: int, count: int, *, depthwise: bool = False) -> Iterator[Window]:
    """Random convolutions, one in four of them of a single row, one in four with a 1x1 kernel."""
    rng = random.Random(seed)
    while count:
        kind = rng.randrange(4)
        kernel_h = 1 if kind < 2 else rng.randint(1, 5)
        kernel_w = 1 if kind == 0 else rng.randint(1, 7)
        in_h, in_w = 1 if kind == 1 else rng.randint(1, 20), rng.randint(1, 40)
        stride_h, stride_w = rng.randint(1, 3), rng.randint(1, 4)
        dilation_h, dilation_w = rng.choice([(1, 1), (1, 1), (2, 2), (1, 2), (3, 1)])
        span_h, span_w = (kernel_h - 1) * dilation_h + 1, (kernel_w - 1) * dilation_w + 1
        if rng.random() < 0.5:  # TensorFlow's "same"
            out_h, out_w = -(-in_h // stride_h), -(-in_w // stride_w)
            pad_top = max((out_h - 1) * stride_h + span_h - in_h, 0) // 2
            pad_left = max((out_w - 1) * stride_w + span_w - in_w, 0) // 2
        else:
            if span_h > in_h or span_w > in_w:
                continue
            out_h, out_w = (in_h - span_h) // stride_h + 1, (in_w - span_w) // stride_w + 1
            pad_top = pad_left = 0
        in_c = rng.choice([1, 1, 2, 3, 4, 8, 16, 17, 64, 125])
        out_c = in_c * rng.choice([1, 1, 1, 2, 4, 9]) if depthwise else rng.randint(1, 40)
        yield Window(
            in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w,
            stride_h, stride_w, pad_top, pad_left, dilation_h, dilation_w,
        )  # fmt: skip
        count -= 1


def _geometry(window: Window) -> dict[str, Any]:
    return {
        "input_nhwc": [1, window.in_h, window.in_w, window.in_c],
        "output_nhwc": [1, window.out_h, window.out_w, window.out_c],
        "padding_hw": [window.pad_top, window.pad_left],
        "stride_hw": [window.stride_h, window.stride_w],
        "dilation_hw": [window.dilation_h, window.dilation_w],
    }


@pytest.mark.parametrize("build", Build)
def test_convolution(oracle: ModuleType, build: Build):
    for window in _windows(1, 3000):
        filter_nhwc = [window.out_c, window.kernel_h, window.kernel_w, window.in_c]
        expected = oracle.convolve_wrapper_buffer_size(
            getattr(oracle.Backend, ORACLE_BUILDS[build]),
            oracle.DataType.A8W8,
            filter_nhwc=filter_nhwc,
            **_geometry(window),
            input_offset=0,
            output_offset=0,
            activation_min=-128,
            activation_max=127,
        )
        assert scratch.convolution(window, build) == expected, window


@pytest.mark.parametrize("build", Build)
def test_depthwise(oracle: ModuleType, build: Build):
    for window in _windows(2, 3000, depthwise=True):
        expected = oracle.depthwise_conv_wrapper_buffer_size(
            getattr(oracle.Backend, ORACLE_BUILDS[build]),
            oracle.DataType.A8W8,
            filter_nhwc=[1, window.kernel_h, window.kernel_w, window.out_c],
            ch_mult=window.out_c // window.in_c,
            **_geometry(window),
            input_offset=0,
            output_offset=0,
            activation_min=-128,
            activation_max=127,
        )
        assert scratch.depthwise(window, build) == expected, window


@pytest.mark.parametrize("build", Build)
def test_transposed_convolution(oracle: ModuleType, build: Build):
    rng = random.Random(3)
    for _ in range(3000):
        in_h, in_w, in_c, out_c = (
            rng.randint(1, 9),
            rng.randint(1, 9),
            rng.choice([1, 3, 16, 17, 32]),
            rng.randint(1, 9),
        )
        kernel_h, kernel_w, stride_h = rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 4)
        # Where the horizontal stride is the largest of the three, the library's function is too small for its kernel.
        stride_w = rng.randint(1, max(kernel_w, stride_h))
        out_h, out_w = in_h * stride_h, in_w * stride_w
        window = Window(in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w, stride_h, stride_w)
        backend = getattr(oracle.Backend, ORACLE_BUILDS[build])
        geometry = _geometry(window) | {"filter_nhwc": [out_c, kernel_h, kernel_w, in_c]}
        expected = oracle.transpose_conv_buffer_size(backend, oracle.DataType.A8W8, **geometry)
        assert scratch.transposed_convolution(window, build) == expected, window
        del geometry["output_nhwc"]
        expected = oracle.transpose_conv_reverse_conv_buffer_size(backend, oracle.DataType.A8W8, **geometry)
        assert scratch.reversed_weights(window) == expected, window


@pytest.mark.parametrize("build", Build)
def test_dense_and_average_pool(oracle: ModuleType, build: Build):
    backend = getattr(oracle.Backend, ORACLE_BUILDS[build])
    for size in (1, 2, 15, 16, 17, 124, 1000):
        expected = oracle.fully_connected_buffer_size(backend, oracle.DataType.A8W8, filter_nhwc=[7, 1, 1, size])
        assert scratch.dense(size, build) == expected
        expected = oracle.avgpool_buffer_size(backend, oracle.DataType.A8W8, dim_dst_width=3, ch_src=size)
        assert scratch.average_pool(Window(4, 4, size, 3, 3, size, 2, 2), build) == expected


GARBAGE = -1
PADDING = None


def _columns_of_row_kernel(window: Window) -> list[list[int | None]] | None:
    """Input columns that CMSIS-NN's MVE 1xN kernel multiplies for each output, or None where it refuses."""
    width, taps, stride, pad = window.in_w, window.kernel_w, window.stride_w, window.pad_left
    total = (window.out_w - 1) * stride + taps - width
    uneven = total % 2 if total >= 0 else -(-total % 2)
    if 2 * pad + uneven != total:
        return None
    left = max(1, (pad + stride - 1) // stride) if pad else 0
    right = max(1, (pad + uneven + stride - 1) // stride) if pad + uneven else 0
    middle = max(window.out_w - left - right, 0)
    if left + middle + right != window.out_w:
        return _columns_of_convolution(window)

    def pixels(first: int, count: int) -> list[int | None]:
        return [column if 0 <= column < width else GARBAGE for column in range(first, first + count)]

    def windows(buffer: list[int | None], count: int) -> list[list[int | None]]:
        buffer = buffer + [GARBAGE] * (count * stride + taps)
        return [buffer[row * stride : row * stride + taps] for row in range(count)]

    last = stride * (left + middle) - pad
    return [
        *windows([PADDING] * pad + pixels(0, taps), left),
        *windows(pixels(stride * left - pad, taps + stride * middle), middle),
        *windows(pixels(last, taps - 1) + [PADDING] * (right if uneven else pad), right),
    ]


def _columns_of_convolution(window: Window) -> list[list[int | None]]:
    firsts = range(-window.pad_left, -window.pad_left + window.out_w * window.stride_w, window.stride_w)
    return [
        [column if 0 <= column < window.in_w else PADDING for column in range(first, first + window.kernel_w)]
        for first in firsts
    ]


def test_row_kernel_is_called_only_where_it_is_right():
    verdicts = set[bool]()
    for in_w, kernel_w, stride_w, pad_left, out_w in itertools.product(
        range(1, 11), range(1, 7), range(1, 5), range(4), range(1, 11)
    ):
        window = Window(1, in_w, 4, 1, out_w, 4, 1, kernel_w, 1, stride_w, 0, pad_left)
        covered = (out_w - 1) * stride_w - pad_left < in_w and pad_left < kernel_w
        if not covered or scratch.is_pointwise(window):
            continue
        is_right = _columns_of_row_kernel(window) == _columns_of_convolution(window)
        assert scratch.row_kernel_is_right(window) == is_right, window
        assert scratch.is_row(scratch.as_called(window, Build.MVE)) == is_right or in_w == 1, window
        verdicts.add(is_right)
    assert verdicts == {True, False}
