"""Models of a lit test, written in the test's own file beside the CHECK lines.

    # RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
    # RUN: dqnn-opt %t.basic.tflite | filecheck %s
    from support.lit_models import ModelBuilder, model, refused, write

    @model
    def basic(m: ModelBuilder):
        x = m.input((1, 4), "FLOAT32")
        return [m.op("RELU", [x], m.tensor((1, 4), "FLOAT32"))]

    # CHECK: dqnn.relu

    @refused
    def unsupported(m: ModelBuilder):
        x = m.input((1, 4), "FLOAT32", name="x")
        return [m.op("CUMSUM", [x], m.tensor((1, 4), "FLOAT32", name="y"))]

    # REFUSED: unsupported.tflite: layer 'y' (CUMSUM): unsupported operator

    write()

Errors are printed in this process, since a process for each of them would take most of the suite's time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.tflite import import_tflite

from .tflite_builder import ModelBuilder

__all__ = ["ModelBuilder", "model", "refused", "write"]

Define = Callable[[ModelBuilder], Sequence[int]]

_MODELS: dict[str, bytes] = {}
_REFUSED: list[str] = []


def model(function: Define) -> None:
    """Builds the model of a function that takes a builder and returns the outputs."""
    m = ModelBuilder()
    outputs = function(m)
    _MODELS[function.__name__] = m.finish(outputs)


def refused(function: Define) -> None:
    """Builds a model whose import fails."""
    model(function)
    _REFUSED.append(function.__name__)


def write() -> None:
    """Writes each model to `<first argument>.<function>.tflite`, and prints the errors of those that are refused."""
    for name, data in _MODELS.items():
        Path(f"{sys.argv[1]}.{name}.tflite").write_bytes(data)
    for name in _REFUSED:
        try:
            import_tflite(_MODELS[name], f"{name}.tflite")
            print(f"{name}.tflite: imported")
        except ModelError as error:
            print(error)
