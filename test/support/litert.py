"""Runs a .tflite file with LiteRT's reference kernels, the truth that int8 results are compared with."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import pytest
from dqnnc.frontends.tflite import accepted_by_litert
from numpy.typing import NDArray

needs_litert = pytest.mark.skipif(
    importlib.util.find_spec("ai_edge_litert") is None, reason="ai-edge-litert is not installed"
)
"""Marks a test that calls `run_litert`."""


def run_litert(data: bytes, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """The model's outputs for `inputs`, both in the order of the file's input and output lists."""
    # The package is optional, large and untyped.
    litert: Any = importlib.import_module("ai_edge_litert.interpreter")
    interpreter = litert.Interpreter(
        model_content=accepted_by_litert(data, "model"), experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    for detail, value in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]
