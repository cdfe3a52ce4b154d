"""The command `dqnnc` on Keras models, which are built here without a framework."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dqnnc.tools.dqnnc.main import main
from support.keras_builder import KerasBuilder, sequential


def float_network() -> bytes:
    return sequential(
        (8, 8, 1),
        ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "activation": "relu"}, {"kernel": (3, 3, 1, 4), "bias": (4,)}),
        ("MaxPooling2D", {"pool_size": [2, 2]}, {}),
        ("Flatten", {}, {}),
        ("Dense", {"units": 3, "activation": "softmax"}, {"kernel": (36, 3), "bias": (3,)}),
    )


def test_a_float_network_is_validated(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Its C gives what the reference semantics give; `test_dqnnc_validate_keras` compares with Keras."""
    model = tmp_path / "net.h5"
    model.write_bytes(float_network())
    command = ["validate", "-m", str(model), "--target", "stm32", "--mode", "host", "--reference", "semantics"]
    assert main(command) == 0
    assert "PASS" in capsys.readouterr().out


def test_code_in_a_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    m = KerasBuilder()
    model = tmp_path / "net.h5"
    model.write_bytes(m.finish([m.layer("Lambda", m.input((4,)), name="double", function="code")]))
    for command in ("analyze", "generate"):
        output = ["--output", str(tmp_path / "out")] if command == "generate" else []
        assert main([command, "-m", str(model), "--target", "stm32", *output]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert re.fullmatch(r"error: .*net\.h5: layer 'double' \(Lambda\): a layer that holds code: .*\n", captured.err)
    assert not (tmp_path / "out").exists()


def test_the_layers_that_are_read_are_listed(capsys: pytest.CaptureFixture[str]):
    assert main(["supported-ops", "--target", "stm32"]) == 0
    listed = capsys.readouterr().out
    for name in ("QuantSeparableConv2D", "QConv2DBatchnorm", "quantized_relu", "DoReFa"):
        assert re.search(rf"\b{name}\b", listed)
