"""A package that offers quantizers: found by its entry points, called on arrays, compiled to C."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn import (
    DenseAffineOp,
    DenseOp,
    DenseThresholdOp,
    StagedOp,
    is_binary,
    quantized_element,
    tensor_type,
)
from dqnnc.tools.dqnnc.compile import Compiled, Options, compile_model
from dqnnc.tools.run_compiled import run_compiled
from numpy.typing import NDArray
from support.keras_builder import KerasBuilder

Array = NDArray[Any]

MODULE = """
import numpy as np


def strict_sign(x):
    return np.where(x >= 0, 1.0, -1.0)


def half_sign(x):
    return np.where(x >= 0, 0.5, -0.5)


def steps(x, size, count=100):
    return np.clip(np.rint(x / size), -count, count) * size
"""

ENTRY_POINTS = """
[dqnnc.quantizers]
strict_sign = example_quantizers:strict_sign
half_sign = example_quantizers:half_sign
steps = example_quantizers:steps
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package as pip installs it, on the path; its module is imported by nobody else."""
    (tmp_path / "example_quantizers.py").write_text(MODULE)
    information = tmp_path / "example_quantizers-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: example-quantizers\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    sys.modules.pop("example_quantizers", None)


KERNEL = np.random.default_rng(5).uniform(-1, 1, (70, 6)).astype(np.float32)
X = np.random.default_rng(6).uniform(-2, 2, (1, 70)).astype(np.float32)


def compiled(folder: Path, activation: Any, kernel: Any, output: Any) -> Compiled:
    """An activation quantizer, a layer whose kernel has one, and one behind it, with real numbers in and out."""
    m = KerasBuilder()
    x = m.layer("Activation", m.input((70,)), activation=activation)
    x = m.layer("QuantDense", x, units=6, use_bias=False, kernel_quantizer=kernel, weights={"kernel": KERNEL})
    outputs = [m.layer("Activation", x, activation=output)]
    file = folder / "model.h5"
    file.write_bytes(m.finish(outputs))
    return compile_model(file, Options(input_data_type=("float32",), output_data_type=("float32",)))


def check(network: Compiled, layer: type, expected: Array) -> Any:
    """Check the layer that was made, and the numbers of the C; give the layer."""
    [result] = run_compiled(network.planned, [X])
    assert np.allclose(result, expected, rtol=1e-6)
    [found] = [op for op in network.selected.walk() if isinstance(op, DenseOp | StagedOp)]
    assert isinstance(found, layer)
    return found


def sign(values: Array) -> Array:
    return np.where(values >= 0, 1.0, -1.0)


def test_one_bit(package: Path):
    network = compiled(package, "strict_sign", "strict_sign", "strict_sign")
    layer = check(network, DenseThresholdOp, sign(sign(X) @ sign(KERNEL)))
    assert is_binary(tensor_type(layer.input).element_type)


def test_one_bit_with_a_scale(package: Path):
    """The scale of the weights is the output stage's."""
    network = compiled(package, "strict_sign", {"class_name": "mine>half_sign", "config": {}}, "linear")
    layer = check(network, DenseAffineOp, sign(X) @ sign(KERNEL) / 2)
    assert is_binary(tensor_type(layer.weights).element_type)


def test_eight_bits(package: Path):
    """Steps of 1/64, 1/16 and 1/2; sums of 70 products of them are exact in float32."""

    def steps(x: Array, size: float) -> Array:
        return np.clip(np.rint(x / size), -100, 100) * size

    network = compiled(package, *({"class_name": "steps", "config": {"size": size}} for size in (1 / 64, 1 / 16, 0.5)))
    expected = steps(steps(X.astype(np.float64), 1 / 64) @ steps(KERNEL.astype(np.float64), 1 / 16), 0.5)
    layer = check(network, DenseOp, expected)
    assert quantized_element(tensor_type(layer.weights)) is not None
