"""Models of a lit test, written in the test's own file beside the CHECK lines.

# RUN: %python %s %t
# RUN: dqnn-opt %t.basic.tflite | filecheck %s
from support.lit_models import ModelBuilder, model, write

@model
def basic(m: ModelBuilder):
    x = m.input((1, 4), "FLOAT32")
    return [m.op("RELU", [x], m.tensor((1, 4), "FLOAT32"))]

write()
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .tflite_builder import ModelBuilder

__all__ = ["ModelBuilder", "model", "write"]

_MODELS: dict[str, bytes] = {}


def model(function: Callable[[ModelBuilder], Sequence[int]]) -> None:
    """Builds the model of a function that takes a builder and returns the outputs."""
    m = ModelBuilder()
    outputs = function(m)
    _MODELS[function.__name__] = m.finish(outputs)


def write() -> None:
    """Writes each model to `<first argument>.<function>.tflite`."""
    for name, data in _MODELS.items():
        Path(f"{sys.argv[1]}.{name}.tflite").write_bytes(data)
