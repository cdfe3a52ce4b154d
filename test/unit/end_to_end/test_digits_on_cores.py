"""The digits examples on emulated Arm cores: the classes that Keras predicts, the codes that LiteRT computes."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import Options, compile_model, write_c
from dqnnc.tools.emulator import build_target, run
from support.litert import needs_litert, run_litert
from support.models import ROOT

EXAMPLES = ROOT / "examples"
EVERY = {"digits_int8": 6, "digits_larq": 30, "digits_qkeras": 30}
"""Of so many images one is run: sixty."""

TARGETS = {
    "stm32f0": "qemu-system-arm",
    "stellar-e": "qemu-system-arm",
    "stm32n6": "qemu-system-arm",
    "stellar-pg": "qemu-arm",
    "stellar-pg in Arm state": "qemu-arm",
}
"""A target for each build of CMSIS-NN, the Cortex-R52 in both states, and what runs their code."""


@needs_litert
@pytest.mark.parametrize("target", TARGETS)
def test_classes(target: str, tmp_path: Path) -> None:
    if shutil.which("arm-none-eabi-gcc") is None or shutil.which(TARGETS[target]) is None:
        pytest.skip("needs gcc-arm-none-eabi, qemu-system-arm and qemu-user")
    series, _, state = target.partition(" ")
    for example, every in EVERY.items():
        folder = EXAMPLES / example
        is_int8 = example == "digits_int8"
        edges = Options(series) if is_int8 else Options(series, input_data_type=("float32",))
        network = compile_model(folder / f"{example}.{'tflite' if is_int8 else 'h5'}", edges)
        write_c(network, tmp_path / example / "project", "net")
        core = network.target.core.with_flags(["-marm"] if state else [])
        program = build_target(tmp_path / example / "project", core, tmp_path / example, opt="-O2", strict=True)
        with np.load(folder / ("digits_test.npz" if is_int8 else "digits_reference.npz")) as data:
            images = data["x_test"][::every]
            classes = None if is_int8 else data["keras_classes"][::every]
        outputs = np.stack([result[0][0] for result in run(program, [[image[None]] for image in images])])
        if classes is None:
            expected = np.stack([run_litert(network.data, [image[None]])[0][0] for image in images])
            np.testing.assert_array_equal(outputs, expected)
        else:
            np.testing.assert_array_equal(outputs.argmax(axis=1), classes)
