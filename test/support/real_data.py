"""Real inputs of the real models, as `models/INDEX.md` says they are prepared, and labels where there are some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from .models import MODELS

Array = NDArray[Any]


@dataclass(frozen=True)
class RealData:
    """Inputs of a network with one input, [samples, ...]; floats are real values, to be quantized."""

    inputs: Array
    labels: NDArray[np.int64] | None = None

    def arrays(self) -> dict[str, Array]:
        """What `dqnnc validate -vi` reads from an .npz file."""
        labels = {} if self.labels is None else {"y_test": self.labels}
        return {"x_test": self.inputs, **labels}


def _images(name: str) -> RealData:
    """RGB images of unsigned bytes; the networks take them with 128 subtracted."""
    with np.load(MODELS / name, allow_pickle=False) as archive:
        return RealData((archive["x"].astype(np.int16) - 128).astype(np.int8), archive["y"].astype(np.int64))


def _keywords() -> RealData:
    with np.load(MODELS / "data/kws/kws1000_int8mfcc.npz", allow_pickle=False) as archive:
        return RealData(archive["x"], archive["y"].astype(np.int64))


def _spectrogram() -> RealData:
    """Each window of five frames of 128 mel bins."""
    frames = np.fromfile(MODELS / "data/normal_id_01_00000000_hist_librosa.bin", "<f4").reshape(-1, 128)
    return RealData(np.stack([frames[start : start + 5].ravel() for start in range(len(frames) - 4)]))


def _grey_bitmaps() -> RealData:
    """Bitmaps of 96 x 96 bytes, stored from the bottom row up behind a header."""
    paths = [MODELS / "data/person_detect" / name for name in ("no_person.bmp", "person.bmp")]
    pixels = [np.frombuffer(path.read_bytes()[-96 * 96 :], np.uint8).reshape(96, 96, 1)[::-1] for path in paths]
    return RealData((np.stack(pixels).astype(np.int16) - 128).astype(np.int8))


_LOADERS: dict[str, Callable[[], RealData]] = {
    "mlperf_tiny/kws_ref_model.tflite": _keywords,
    "mlperf_tiny/vww_96_int8.tflite": lambda: _images("data/vww/vww200_rgb_uint8.npz"),
    "mlperf_tiny/pretrainedResnet_quant.tflite": lambda: _images("data/cifar/cifar10_cal500.npz"),
    "mlperf_tiny/ad01_int8.tflite": _spectrogram,
    "tflite_micro/person_detect.tflite": _grey_bitmaps,
}

MODELS_WITH_DATA = tuple(_LOADERS)
"""The models that there are real inputs for."""


def real_data(model: str) -> RealData:
    """All real inputs of a model; skips the test where their file is absent."""
    try:
        return (_LOADERS | _ONNX_LOADERS)[model]()
    except FileNotFoundError as error:
        pytest.skip(f"no {error.filename} (DQNNC_MODELS)")


# --- ONNX models, which take real numbers -------------------------------------------------------------------------


def _mel_coefficients() -> RealData:
    keywords = _keywords()
    values = (keywords.inputs.astype(np.float32) - 83) * np.float32(0.58470345)
    return RealData(values.reshape(-1, 490), keywords.labels)


def _pixels(name: str, scale: float = 1.0, *, channels_first: bool) -> RealData:
    """RGB images from 0 to 255 / `scale`."""
    images = _images(name)
    values = (images.inputs.astype(np.float32) + 128) / np.float32(scale)
    return RealData(np.ascontiguousarray(values.transpose(0, 3, 1, 2)) if channels_first else values, images.labels)


_PERSONS = "data/vww/vww200_rgb_uint8.npz"
_CIFAR = "data/cifar/cifar10_cal500.npz"

_ONNX_LOADERS: dict[str, Callable[[], RealData]] = {
    "mlperf_tiny_onnx/kws_ref_model.onnx": _mel_coefficients,
    "mlperf_tiny_onnx/ic_resnet.onnx": lambda: _pixels(_CIFAR, channels_first=False),
    "mlperf_tiny_onnx/vww_mobilenet_v1.onnx": lambda: _pixels(
        "data/vww/vww200_rgb_uint8.npz", 255, channels_first=True
    ),
    "mlperf_tiny_onnx/ad_deep_autoencoder.onnx": _spectrogram,
    "derived_qoperator/ic_qoperator_s8_perch.onnx": lambda: _pixels(_CIFAR, channels_first=True),
    "derived_qoperator/ic_qoperator_u8_pert.onnx": lambda: _pixels(_CIFAR, channels_first=True),
    "derived_qoperator/ic_qdq_u8_pert.onnx": lambda: _pixels(_CIFAR, channels_first=True),
}

QUANTIZED_ONNX_MODELS = tuple(_ONNX_LOADERS)
"""The quantized ONNX models that there are real inputs for."""
