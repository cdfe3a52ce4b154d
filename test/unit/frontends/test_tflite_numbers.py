"""What an imported network computes (by the reference semantics) is what LiteRT's reference kernels compute."""

import numpy as np
import pytest
from dqnnc.dialects.semantics import Array, run
from dqnnc.frontends.tflite import import_tflite
from dqnnc.frontends.tflite.dynamic_range import float_weights
from dqnnc.tools.dqnnc.float_weights import with_float_weights
from support.inputs import random_inputs
from support.litert import needs_litert, run_litert
from support.models import model, needs_models
from support.tflite_cases import CASES, UNSIGNED_CASES
from xdsl.dialects.builtin import ModuleOp

FLOAT_TOLERANCE = 1e-5
"""Largest difference of floats, relative to the largest value: sums are taken in another order."""

QUANTIZED_MODELS = [
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
    "tflite_micro/person_detect.tflite",
    "tinymaix/mnist_resnet_q.tflite",
]


def check(data: bytes, module: ModuleOp, inputs: list[Array], *, exact: bool):
    expected, outputs = run_litert(data, inputs), run(module, inputs)
    assert len(outputs) == len(expected)
    for output, reference in zip(outputs, expected, strict=True):
        assert output.dtype == reference.dtype
        assert output.shape == reference.shape
        if exact:
            np.testing.assert_array_equal(output, reference)
        else:
            error = np.abs(output.astype(np.float64) - reference.astype(np.float64)).max()
            assert error <= FLOAT_TOLERANCE * np.abs(reference).max()


@needs_litert
@pytest.mark.parametrize("name", CASES)
def test_operator(name: str):
    module = import_tflite(CASES[name], name)
    module.verify()
    for seed in range(8):
        check(CASES[name], module, random_inputs(module, seed), exact=name.endswith("_s8"))


@needs_litert
@pytest.mark.parametrize("name", UNSIGNED_CASES)
def test_operator_on_unsigned_codes(name: str):
    module = import_tflite(UNSIGNED_CASES[name], name)
    for seed in range(4):
        check(UNSIGNED_CASES[name], module, random_inputs(module, seed), exact=True)


@needs_litert
@needs_models
@pytest.mark.parametrize("name", QUANTIZED_MODELS)
def test_real_model(name: str):
    data = model(name).read_bytes()
    module = import_tflite(data, name)
    module.verify()
    for seed in range(4):
        # Those with float edges give float32 that stand for codes: equal, too.
        check(data, module, random_inputs(module, seed), exact=True)


@needs_litert
@needs_models
def test_dynamic_range_model_becomes_a_float_network():
    """LiteRT quantizes the activations of such a network at run time; with the weights in float it does not."""
    data = model("mlperf_tiny/kws_ref_model_float32.tflite").read_bytes()
    weights = float_weights(data, "kws")
    assert len(weights) == 5
    module, in_float = import_tflite(data, "kws"), with_float_weights(data, weights)
    rng = np.random.default_rng(0)
    for _ in range(4):
        x = rng.normal(0, 10, (1, 49, 10, 1)).astype(np.float32)
        check(in_float, module, [x], exact=False)
        (output,), (quantized_at_run_time,) = run(module, [x]), run_litert(data, [x])
        assert np.abs(output - quantized_at_run_time).max() < 0.05
