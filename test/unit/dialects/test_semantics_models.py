"""Whole networks: the reference semantics give LiteRT's results on real models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn.network import network_function
from dqnnc.frontends.tflite import import_tflite
from support.litert import needs_litert, run_litert
from support.models import model

MODELS = [
    "coral/mobilenet_v1_0.25_128_quant.tflite",
    "mlperf_tiny/ad01_int8.tflite",
    "mlperf_tiny/kws_ref_model.tflite",
    "mlperf_tiny/pretrainedResnet_quant.tflite",
    "mlperf_tiny/str_ww_ref_model.tflite",
    "mlperf_tiny/vww_96_int8.tflite",
    "silabs_mltk/rock_paper_scissors.tflite",
    "st_ispu/qcnn_8x8x8.tflite",
    "tflite_micro/hello_world_int8.tflite",
    "tflite_micro/micro_speech_quantized.tflite",
    "tinymaix/mnist_resnet_q.tflite",
]
"""Networks that compute in integers; some with float32 at their edges."""


@needs_litert
@pytest.mark.parametrize("name", MODELS)
def test_model(name: str):
    data = model(name).read_bytes()
    module = import_tflite(data, name)
    arguments = network_function(module).body.block.args
    rng: Any = np.random.default_rng(1)
    for _ in range(10):
        inputs: list[Any] = []
        for argument in arguments:
            shape, dtype = semantics.array_form(argument.type)
            if dtype.kind == "f":
                inputs.append(rng.normal(0.0, 3.0, shape).astype(np.float32))
            else:
                codes = np.arange(0, 256) if dtype == np.uint8 else np.arange(-128, 128)
                inputs.append(rng.choice(codes, shape).astype(dtype))
        for ours, theirs in zip(semantics.run(module, inputs), run_litert(data, inputs), strict=True):
            np.testing.assert_array_equal(ours, theirs)
