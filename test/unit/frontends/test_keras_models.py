"""Real models of Keras and QKeras give what Keras gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import QuantizeOp, quantized_element, tensor_type
from dqnnc.dialects.dqnn.fallback import FALLBACK
from dqnnc.dialects.semantics import Array
from dqnnc.frontends.keras import import_keras, import_keras_file
from support.keras import frameworks, needs_keras, run_keras
from support.models import model, needs_models
from xdsl.dialects.builtin import ModuleOp

pytestmark = needs_models


def read(name: str) -> ModuleOp:
    module = import_keras_file(model(name).read_bytes(), name)
    module.verify()
    return module


def cifar(count: int) -> tuple[Array, Array]:
    """Images, 0 to 255, and their classes."""
    data = np.load(model("data/cifar/cifar10_cal500.npz"))
    return data["x"][:count].astype(np.float32), data["y"][:count].reshape(-1)


def agrees(module: ModuleOp, keras: object, inputs: Sequence[Array]) -> None:
    for x in inputs:
        for ours, theirs in zip(semantics.run(module, [x]), run_keras(keras, [x]), strict=True):
            assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


SCALES = {
    "mlperf_tiny/pretrainedResnet.h5": 1.0,
    "tinymaix/mnist_valid.h5": 1 / 255,
    "mlperf_open_hls4ml/RN07_qkeras.h5": 1 / 256,
    "mlperf_open_hls4ml/AD03_qkeras.h5": 1 / 64,
}
"""Each model, and what a byte of its inputs counts. With a power of two all sums of QKeras's are exact in float32, in
whatever order they are formed: a sum that rounds may turn a quantizer's code into the next."""


@needs_keras
@pytest.mark.parametrize("name", SCALES)
def test_agrees_with_keras(name: str):
    module = read(name)
    keras = frameworks().load(model(name))
    assert str(import_keras(keras)) == str(module)
    rng: Any = np.random.default_rng(0)
    shape = (1, *keras.inputs[0].shape[1:])
    agrees(module, keras, [rng.integers(0, 256, shape).astype(np.float32) * np.float32(SCALES[name]) for _ in range(5)])


@pytest.mark.parametrize(("name", "scale", "least"), [("RN07_qkeras", 1 / 256, 83), ("pretrainedResnet", 1.0, 87)])
def test_accuracy(name: str, scale: float, least: int):
    """Of 100 images; Keras classifies 417 and 439 of 500."""
    folder = "mlperf_open_hls4ml" if name.startswith("RN07") else "mlperf_tiny"
    module = read(f"{folder}/{name}.h5")
    images, classes = cifar(100)
    right = sum(
        int(np.argmax(semantics.run(module, [image[None] * np.float32(scale)])[0]) == label)
        for image, label in zip(images, classes, strict=True)
    )
    assert right >= least


def quantize_ops(module: ModuleOp) -> list[QuantizeOp]:
    return [op for op in module.walk() if isinstance(op, QuantizeOp)]


def test_8_bit_quantizers_have_8_bit_types():
    ops = quantize_ops(read("mlperf_open_hls4ml/RN07_qkeras.h5"))
    assert ops
    for op in ops:
        element = quantized_element(tensor_type(op.result))
        assert element is not None
        assert element.bitwidth == 8
        assert FALLBACK not in op.attributes


def test_10_bit_quantizers_say_that_no_kernel_has_them():
    for op in quantize_ops(read("mlperf_open_hls4ml/AD03_qkeras.h5")):
        assert "10" in str(op.attributes[FALLBACK])
