"""ONNX models of a lit test, written in the test's own file beside the CHECK lines, as in `support.lit_models`.

    # RUN: %python %s %t | filecheck %s
    from support.lit_onnx import OnnxBuilder, model, refused, write

    @model
    def basic(m: OnnxBuilder):
        return [m.op("Relu", [m.input((1, 4))])]

    # CHECK-LABEL: // basic
    # CHECK: dqnn.relu

    write()

All are imported and printed by this process, the refused ones behind the others: a process for each would take most of
the suite's time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.onnx import import_onnx
from dqnnc.tools.printing import IRFormat
from dqnnc.tools.universe import DIALECTS
from xdsl.context import Context
from xdsl.dialects import get_all_dialects

from .onnx_builder import MICROSOFT, OnnxBuilder, filled

__all__ = ["MICROSOFT", "OnnxBuilder", "filled", "model", "refused", "refused_data", "write"]

Define = Callable[[OnnxBuilder], Sequence[str]]

PRINTED = IRFormat(elide_above=8)
"""How networks are printed: without the data of weights that are no small examples."""

_MODELS: dict[str, bytes] = {}
_REFUSED: list[str] = []


def model(function: Define) -> None:
    """Builds the model of a function that takes a builder and returns the outputs."""
    m = OnnxBuilder()
    outputs = function(m)
    _MODELS[function.__name__] = m.finish(outputs)


def refused(function: Define) -> None:
    """Builds a model whose import fails."""
    model(function)
    _REFUSED.append(function.__name__)


def refused_data(function: Callable[[], bytes]) -> None:
    """Takes a file whose import fails."""
    _MODELS[function.__name__] = function()
    _REFUSED.append(function.__name__)


def write() -> None:
    """Writes each model to `<first argument>.<function>.onnx`, and prints its network, or why there is none."""
    for name, contents in _MODELS.items():
        Path(f"{sys.argv[1]}.{name}.onnx").write_bytes(contents)
        if name not in _REFUSED:
            print(f"// {name}")
            module = import_onnx(contents, f"{name}.onnx")
            module.verify()
            PRINTED.write(_context(), module, sys.stdout)
    for name in _REFUSED:
        try:
            import_onnx(_MODELS[name], f"{name}.onnx")
            print(f"{name}.onnx: imported")
        except ModelError as error:
            print(error)


def _context() -> Context:
    ctx = Context()
    for name, dialect in {**get_all_dialects(), **DIALECTS}.items():
        ctx.register_dialect(name, dialect)
    return ctx
