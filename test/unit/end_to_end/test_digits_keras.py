"""The trained Keras examples: the files hold the networks that their READMEs and scripts state.

Keras itself runs only where the frameworks are installed; the committed predictions stand for it elsewhere.
"""

from __future__ import annotations

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest
from dqnnc.dialects import semantics
from dqnnc.frontends.keras import import_keras_file
from support.compiled import compiled
from support.keras import frameworks, needs_keras, run_keras
from support.keras_segments import run_segment, segments
from support.models import ROOT


class Layer(NamedTuple):
    """A layer with weights: its class, name, kernel's shape, and quantizers (of the input, of the kernel)."""

    kind: str
    name: str
    shape: tuple[int, ...]
    quantizers: tuple[str, ...]


LARQ = "digits_larq"
QKERAS = "digits_qkeras"
EXAMPLES = [LARQ, QKERAS]

LAYERS = {
    LARQ: [
        Layer("QuantConv2D", "stem", (3, 3, 1, 32), ("DoReFa", "DoReFa")),
        Layer("QuantConv2D", "wide", (3, 3, 32, 32), ("SteSign", "SteSign")),
        Layer("QuantConv2D", "head", (3, 3, 32, 40), ("ApproxSign", "SteSign")),
        Layer("QuantDense", "hidden", (160, 64), ("SteSign", "SteSign")),
        Layer("QuantDense", "scores", (64, 10), ("SteSign", "SteSign")),
    ],
    QKERAS: [
        Layer("QConv2D", "stem", (3, 3, 1, 16), ("quantized_bits",)),
        Layer("QConv2D", "wide", (3, 3, 16, 32), ("quantized_bits",)),
        Layer("QConv2D", "deep", (3, 3, 32, 40), ("binary",)),
        Layer("QConv2D", "head", (3, 3, 40, 32), ("binary",)),
        Layer("QDense", "scores", (128, 10), ("binary",)),
    ],
}

ACTIVATIONS = {
    LARQ: [],
    QKERAS: [
        ("pixels", "quantized_relu", 0),
        ("stem_relu", "quantized_relu", 2),
        ("wide_sign", "binary", None),
        ("deep_sign", "binary", None),
        ("head_code", "quantized_bits", 2),
    ],
}
"""Of each QActivation: the layer's name, its quantizer and the quantizer's integer bits."""

MAX_BYTES = 200_000
EVERY = 12
"""Of so many images one is run where each takes long."""


def folder(example: str) -> Path:
    return ROOT / "examples" / example


def model_file(example: str) -> Path:
    return folder(example) / f"{example}.h5"


def open_h5(path: Path) -> Any:
    return h5py.File(path)


def layer_configs(file: Any) -> list[dict[str, Any]]:
    return json.loads(file.attrs["model_config"])["config"]["layers"]


def reference(example: str) -> dict[str, Any]:
    with np.load(folder(example) / "digits_reference.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_layers_are_those_stated(example: str):
    def layer(kind: str, config: dict[str, Any]) -> Layer:
        name = config["name"]
        quantizers = (config.get("input_quantizer"), config["kernel_quantizer"])
        shape = file["model_weights"][name][f"{name}/kernel:0"].shape
        return Layer(kind, name, shape, tuple(each["class_name"] for each in quantizers if each is not None))

    with open_h5(model_file(example)) as file:
        configs = layer_configs(file)
        found = [layer(each["class_name"], each["config"]) for each in configs if "kernel_quantizer" in each["config"]]
    activations = [each["config"] for each in configs if each["class_name"] == "QActivation"]
    assert found == LAYERS[example]
    assert [
        (each["name"], each["activation"]["class_name"], each["activation"]["config"].get("integer"))
        for each in activations
    ] == ACTIVATIONS[example]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_file_is_small_and_the_readme_states_its_size(example: str):
    size = model_file(example).stat().st_size
    with open_h5(model_file(example)) as file:
        groups = list(file)
        layers = list(file["model_weights"].values())
        parameters = sum(layer[name].size for layer in layers for name in layer.attrs["weight_names"])
    assert size <= MAX_BYTES
    assert groups == ["model_weights"]  # and not the optimizer's
    assert f"{size:,} bytes, {parameters:,} parameters" in (folder(example) / "README.md").read_text()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_readme_states_the_accuracy_of_the_predictions(example: str):
    data = reference(example)
    right = data["keras_classes"] == data["y_test"]
    assert data["x_test"].shape == (1797, 8, 8, 1)
    assert data["x_test"].dtype == data["keras_logits"].dtype == np.float32
    assert np.array_equal(np.argmax(data["keras_logits"], axis=1), data["keras_classes"])
    held_out = right[data["held_out"]]
    assert f"{held_out.sum()} of {held_out.size} on the test images, {right.sum():,} of {right.size:,} on all" in (
        (folder(example) / "README.md").read_text()
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_images_are_scikit_learns(example: str):
    datasets: Any = pytest.importorskip("sklearn.datasets")
    pixels, labels = datasets.load_digits(return_X_y=True)
    data = reference(example)
    assert np.array_equal(data["x_test"].reshape(-1, 64) * 16, pixels)
    assert np.array_equal(data["y_test"], labels)


def probabilities(logits: semantics.Array) -> semantics.Array:
    """The softmax of each row."""
    powers = np.exp(logits.astype(np.float64))
    return powers / powers.sum(axis=1, keepdims=True)


def check_predictions(results: semantics.Array, data: dict[str, Any]) -> None:
    """Softmax results [N, 10] are Keras's for the same images."""
    assert np.array_equal(np.argmax(results, axis=1), data["keras_classes"])
    assert np.abs(results - probabilities(data["keras_logits"])).max() <= 1e-5


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_imported_network_predicts_what_keras_does(example: str):
    module = import_keras_file(model_file(example).read_bytes(), example)
    data = {name: values[::EVERY] for name, values in reference(example).items()}
    results = [semantics.run(module, [image[np.newaxis]])[0][0] for image in data["x_test"]]
    check_predictions(np.stack(results), data)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_c_predicts_what_keras_does(example: str):
    data = reference(example)
    module = import_keras_file(model_file(example).read_bytes(), example)
    check_predictions(compiled(module, data["x_test"]), data)


STEPS_OF_S8_BY_S8 = {(QKERAS, "stem"): 2.0**-6}
"""The layer of s8 x s8 -> s8, whose batch normalization may leave one code in a thousand off by one: the real number
of a code."""


@needs_keras
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_c_of_each_layer_makes_the_codes_that_keras_makes(example: str):
    """Fed Keras's own inputs, on all images."""
    *cuts, last = segments(frameworks().load(model_file(example)), reference(example)["x_test"])
    assert [cut.layer.name for cut in (*cuts, last)] == [layer.name for layer in LAYERS[example]]
    for cut in cuts:
        differences = np.abs(run_segment(cut).astype(np.float64) - cut.outputs)
        wrong = int(np.count_nonzero(differences))
        print(f"{example} {cut.layer.name}: {wrong} of {differences.size} codes differ")
        if step := STEPS_OF_S8_BY_S8.get((example, cut.layer.name)):
            assert wrong <= 0.001 * differences.size
            assert differences.max() <= step
        else:
            assert wrong == 0
    assert np.abs(run_segment(last) - last.outputs).max() <= 1e-5 * np.abs(last.outputs).max()


@needs_keras
@pytest.mark.parametrize("example", EXAMPLES)
def test_keras_predicts_what_is_committed(example: str):
    data = reference(example)
    check_predictions(run_keras(frameworks().load(model_file(example)), [data["x_test"]])[0], data)


@needs_keras
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_script_builds_the_network_of_the_file(example: str, tmp_path: Path):
    pytest.importorskip("sklearn")
    frameworks()
    spec = spec_from_file_location(f"{example}_train", folder(example) / "train.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = module_from_spec(spec)
    spec.loader.exec_module(script)
    built = tmp_path / "built.h5"
    script.build().save(str(built))
    with open_h5(built) as mine, open_h5(model_file(example)) as committed:
        assert config(mine) == config(committed)


def config(file: Any) -> Any:
    """A network's configuration, without the numbers that Keras appends to the names of quantizers."""
    return json.loads(re.sub(r'("name": "\w+?)_\d+"', r'\1"', file.attrs["model_config"]))
