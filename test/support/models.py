"""Where real models are: the folder `DQNNC_MODELS`, by default `../shared/models` from the project's root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(os.environ.get("DQNNC_MODELS", ROOT.parent / "shared" / "models"))

needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="no folder of real models (DQNNC_MODELS)")
"""Marks a test that opens a real model."""


def model(name: str) -> Path:
    """Path of a model, such as `mlperf_tiny/kws_ref_model.tflite`; skips the test where it is absent."""
    path = MODELS / name
    if not path.is_file():
        pytest.skip(f"no {name} in the folder of real models (DQNNC_MODELS)")
    return path


def tflite_models() -> list[str]:
    """Names of all .tflite files there, relative to the folder; empty where it is absent."""
    return sorted(str(path.relative_to(MODELS)) for path in MODELS.glob("*/*.tflite"))


def onnx_models() -> list[str]:
    """Names of all .onnx files there, likewise."""
    return sorted(str(path.relative_to(MODELS)) for path in MODELS.glob("*/*.onnx"))
