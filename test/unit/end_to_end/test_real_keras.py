"""Real QKeras models: the compiled C against Keras, layer by layer and as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.keras import import_keras_file
from dqnnc.tools.dqnnc.compile import compile_model
from dqnnc.tools.dqnnc.inspection import analysis_of
from support.compiled import compiled
from support.keras import frameworks, needs_keras, run_keras
from support.keras_segments import exact_sums, run_segment, segments
from support.models import model, needs_models
from xdsl.dialects.builtin import ModuleOp

pytestmark = needs_models

RN07 = "mlperf_open_hls4ml/RN07_qkeras.h5"
AD03 = "mlperf_open_hls4ml/AD03_qkeras.h5"

RN07_STEP = 2.0**-6
"""The real number of one code of `quantized_relu(8, 2)`, behind each convolution of RN07."""
LEAST_RIGHT = 415
"""Of 500 images; Keras has 417."""
IMAGES = 100
"""Images that each layer is compared on."""
AD03_ACTIVATIONS, AD03_DENSE = 3, 4


def read(name: str) -> ModuleOp:
    return import_keras_file(model(name).read_bytes(), name)


def cifar() -> tuple[Array, Array]:
    """Images as RN07 takes them, and their classes."""
    with np.load(model("data/cifar/cifar10_cal500.npz")) as data:
        return data["x"].astype(np.float32) / 256, data["y"].reshape(-1)


def frames() -> Array:
    """Frames of 128 mel bins."""
    return np.fromfile(model("data/normal_id_01_00000000_hist_librosa.bin"), "<f4").reshape(-1, 128)


@needs_keras
def test_each_layer_of_rn07_differs_at_exact_halves_alone():
    """Fed Keras's own inputs. A sum is a half where it is one in exact arithmetic; then codes may differ by one."""
    images, _ = cifar()
    *cuts, last = segments(frameworks().load(model(RN07)), images[:IMAGES])
    assert [type(cut.layer).__name__ for cut in cuts] == ["QConv2DBatchnorm"] * 5
    differing = 0
    for cut in cuts:
        steps = np.abs(run_segment(cut).astype(np.float64) - cut.outputs) / RN07_STEP
        sums = exact_sums(cut) / RN07_STEP
        is_half = sums - np.floor(sums) == 0.5
        wrong = steps > 0
        print(f"{cut.layer.name}: {wrong.sum()} of {wrong.size} codes differ, {is_half.sum()} are halves")
        assert 0 < is_half.mean() < 0.1
        assert not (wrong & ~is_half).any()
        assert steps.max() <= 1
        differing += int(wrong.sum())
    assert differing > 0  # the int8 kernels round halves up
    assert np.abs(run_segment(last) - last.outputs).max() <= 1e-5 * np.abs(last.outputs).max()


def test_rn07_is_right_as_often_as_keras():
    images, classes = cifar()
    right = int(np.count_nonzero(np.argmax(compiled(read(RN07), images), axis=1) == classes))
    print(f"RN07: {right} of {len(classes)}")
    assert len(classes) == 500
    assert right >= LEAST_RIGHT


@needs_keras
@pytest.mark.parametrize("divisor", [1, 16])
def test_ad03_in_float_computes_what_keras_does(divisor: int):
    """On the frames, and on quieter ones, whose codes are others. Its outputs change from frame to frame."""
    inputs = frames() / np.float32(divisor)
    theirs = run_keras(frameworks().load(model(AD03)), [inputs])[0]
    differences = np.abs(compiled(read(AD03), inputs) - theirs)
    print(f"AD03: largest difference {differences.max() / np.abs(theirs).max():.1e} of the largest value")
    assert inputs.shape == theirs.shape == (200, 128)
    assert theirs.std(axis=0).max() > 0.1
    assert differences.max() <= 1e-5 * np.abs(theirs).max()


def test_the_report_of_ad03_names_the_quantizers_of_10_bits():
    fallbacks = analysis_of(compile_model(model(AD03))).fallbacks
    named = [fallback for fallback in fallbacks if "bits=10" in fallback.reason]
    assert len(named) == len(fallbacks) == AD03_ACTIVATIONS + AD03_DENSE
    assert sum(fallback.operator == "dense" for fallback in named) == AD03_DENSE
    assert all("only up to 8 bits have kernels" in fallback.reason for fallback in named)
