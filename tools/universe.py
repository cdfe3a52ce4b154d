"""What this package adds to xDSL's tools: found by `xdsl-opt` through the entry point `xdsl.universe`.

Every start of every xDSL tool imports this module, so it imports little and names the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.universe import Universe

from ..backends.common.targets import built_backends
from ..passes import PASSES
from ..passes.lazy import lazy_table


def _dialect_of(backend: str) -> Callable[[], Dialect]:
    def find() -> Dialect:
        from ..backends.common.backend import find_backend

        return find_backend(backend).dialect

    return find


DIALECTS: dict[str, Callable[[], Dialect]] = lazy_table(
    __package__,
    {
        "c": "..backends.common.c_args:C",
        "dqnn": "..dialects.dqnn:Dqnn",
        "quant": "..dialects.quant:Quant",
    },
) | {name: _dialect_of(name) for name in built_backends()}
"""Name to a function that imports the dialect."""

TARGETS = lazy_table(__package__, {"c": "..backends.c.target:CTarget"})
"""Name to a function that imports the output format."""


class Reader(Protocol):
    """Reads model files of one format."""

    def __call__(self, data: bytes, file: str, *, fixed: Mapping[str, int] = ...) -> ModuleOp:
        """The network of a file's bytes; `fixed`, in formats that have such, are sizes that the file leaves open."""
        ...


FRONTENDS: dict[str, Callable[[], Reader]] = lazy_table(
    __package__,
    {
        "h5": "..frontends.keras:import_keras_file",
        "keras": "..frontends.keras:import_keras_file",
        "onnx": "..frontends.onnx:import_onnx",
        "tflite": "..frontends.tflite:import_tflite",
    },
)
"""File extension to a function that imports the reader of such files: (data, file name) -> module."""

UNIVERSE = Universe(all_dialects=DIALECTS, all_passes=PASSES, all_targets=TARGETS)
