"""Keras models of a lit test, written in the test's own file beside the CHECK lines, as in `support.lit_models`.

# RUN: %python %s %t | filecheck %s --check-prefix=REFUSED
# RUN: dqnn-opt %t.basic.h5 | filecheck %s
from support.lit_keras import KerasBuilder, model, refused, write

@model
def basic(m: KerasBuilder):
return [m.layer("ReLU", m.input((4,)))]

# CHECK: dqnn.relu

write()
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.keras import import_keras_file

from .keras_builder import KerasBuilder, Ref, sequential

__all__ = ["KerasBuilder", "data", "model", "refused", "refused_data", "sequential", "write"]

Define = Callable[[KerasBuilder], Sequence[Ref]]

_MODELS: dict[str, bytes] = {}
_REFUSED: list[str] = []


def model(function: Define) -> None:
    """Builds the model of a function that takes a builder and returns the outputs."""
    m = KerasBuilder()
    outputs = function(m)
    _MODELS[function.__name__] = m.finish(outputs)


def data(function: Callable[[], bytes]) -> None:
    """Takes the file that a function returns."""
    _MODELS[function.__name__] = function()


def refused(function: Define) -> None:
    """Builds a model whose import fails."""
    model(function)
    _REFUSED.append(function.__name__)


def refused_data(function: Callable[[], bytes]) -> None:
    """Takes a file whose import fails."""
    data(function)
    _REFUSED.append(function.__name__)


def write() -> None:
    """Writes each model to `<first argument>.<function>.h5`, and prints the errors of those that are refused."""
    for name, contents in _MODELS.items():
        Path(f"{sys.argv[1]}.{name}.h5").write_bytes(contents)
    for name in _REFUSED:
        try:
            import_keras_file(_MODELS[name], f"{name}.h5")
            print(f"{name}.h5: imported")
        except ModelError as error:
            print(error)
