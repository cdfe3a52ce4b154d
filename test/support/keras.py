"""Keras 2 (tf_keras) with QKeras and Larq, where they are installed, and how models of it are run for comparison."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.semantics import Array

HAVE_KERAS = all(find_spec(name) is not None for name in ("tensorflow", "tf_keras", "qkeras", "larq"))

needs_keras = pytest.mark.skipif(not HAVE_KERAS, reason="no tf_keras, QKeras and Larq (the extra `keras`)")
"""Marks a test that runs Keras."""


class Frameworks:
    """The modules, imported with the settings under which Keras computes as the semantics say."""

    def __init__(self):
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        # With oneDNN the fused batch normalization differs in the last bit for many values.
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        warnings.simplefilter("ignore")
        import larq  # pyright: ignore[reportMissingImports, reportMissingModuleSource]
        import qkeras  # pyright: ignore[reportMissingImports, reportMissingModuleSource]
        import tf_keras  # pyright: ignore[reportMissingImports, reportMissingModuleSource]

        # QKeras 0.9 calls this function where newer versions of TensorFlow no longer have it.
        array_ops: Any = import_module("tensorflow.python.ops.array_ops")
        self.tensorflow: Any = import_module("tensorflow")
        array_ops.stack = self.tensorflow.stack
        self.keras: Any = tf_keras
        self.layers: Any = self.keras.layers
        self.qkeras: Any = qkeras
        self.larq: Any = larq

    def load(self, path: Path) -> Any:
        """A model of an .h5 file, with layers of QKeras and Larq."""
        objects: dict[str, Any] = {}
        self.qkeras.utils._add_supported_quantized_objects(objects)
        return self.keras.models.load_model(str(path), compile=False, custom_objects=objects)


@cache
def frameworks() -> Frameworks:
    """The modules; imported once, and not before a test needs them: it takes seconds."""
    return Frameworks()


def run_keras(model: Any, inputs: Sequence[Array]) -> list[Array]:
    """The outputs of a model, called on arrays with a batch of 1."""
    result = model(inputs[0] if len(inputs) == 1 else list(inputs))
    outputs: Sequence[Any] = [result] if hasattr(result, "numpy") else result
    return [np.asarray(output.numpy()) for output in outputs]


def saved(model: Any, folder: Path, extension: str = "h5") -> bytes:
    """The bytes of the file that Keras saves a model in."""
    path = folder / f"model.{extension}"
    model.save(str(path))
    return path.read_bytes()


def randomize(model: Any, seed: int = 0) -> None:
    """Give a model random weights: batch normalizations too, whose own are all 0 and 1 in the beginning."""
    rng: Any = np.random.default_rng(seed)
    for weight in model.weights:
        name = weight.name.rsplit("/", 1)[-1].split(":")[0]
        if name == "iteration":
            continue
        low, high = (0.1, 2.0) if name == "moving_variance" else (-1.0, 1.0)
        weight.assign(rng.uniform(low, high, weight.shape).astype(np.float32))
