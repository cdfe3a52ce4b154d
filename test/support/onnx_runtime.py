"""Runs an .onnx file with ONNX Runtime, optimizations off: the truth that ONNX models are compared with."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import pytest
from numpy.typing import NDArray

needs_onnx_runtime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)
"""Marks a test that calls `run_onnx_runtime`."""


class OnnxRuntime:
    """A model, ready to be run."""

    def __init__(self, data: bytes):
        # The package is optional, large and untyped.
        runtime: Any = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self.session: Any = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """The outputs, both in the order of the file's lists."""
        names = [value.name for value in self.session.get_inputs()]
        return self.session.run(None, dict(zip(names, inputs, strict=True)))
