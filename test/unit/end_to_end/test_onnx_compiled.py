"""Float ONNX networks as the C that they become, against ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import compile_model
from dqnnc.tools.run_compiled import run_samples
from support.models import model, needs_models
from support.onnx_cases import build
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime

pytestmark = needs_onnx_runtime

FLOAT = [
    "activations",
    "average_pool_of_all_kinds",
    "conv_1d",
    "conv_groups_same_lower",
    "conv_transpose_dilated_groups",
    "flatten_chain",
    "gemm_of_all_kinds",
    "max_pool_dilated",
    "upsample_by_shape",
]
"""Cases without quantizers."""


def check(file: Path, samples: int):
    runtime, compiled = OnnxRuntime(file.read_bytes()), compile_model(file)
    rng = np.random.default_rng(3)
    shapes = [[size if isinstance(size, int) else 1 for size in x.shape] for x in runtime.session.get_inputs()]
    inputs = [[rng.normal(0, 2, shape).astype(np.float32) for shape in shapes] for _ in range(samples)]
    for sample, outputs in zip(inputs, run_samples(compiled.planned, inputs), strict=True):
        for result, expected in zip(outputs, runtime.run(sample), strict=True):
            assert result.shape == expected.shape
            assert np.abs(result - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("name", FLOAT)
def test_small_network(name: str, tmp_path: Path):
    file = tmp_path / "net.onnx"
    file.write_bytes(build(name))
    check(file, 3)


@needs_models
def test_float_resnet():
    check(model("mlperf_tiny_onnx/ic_resnet_float.onnx"), 3)
