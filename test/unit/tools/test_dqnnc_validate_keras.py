"""`dqnnc validate` against Keras itself: small networks of each library, saved by it; the errors that it finds."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from os import environ, pathsep
from pathlib import Path
from typing import Any

import h5py
import pytest
from dqnnc.tools.dqnnc import validate as command
from dqnnc.tools.dqnnc.compile import Compiled, compile_model
from dqnnc.tools.dqnnc.main import main
from support.keras import HAVE_KERAS, Frameworks, frameworks, needs_keras, randomize
from support.keras_builder import sequential
from support.models import ROOT

pytestmark = pytest.mark.xdist_group("forked keras")  # one worker imports TensorFlow for it

EXAMPLES = ROOT / "examples"


def validate(model: Path, *arguments: str, report: Path | None = None) -> dict[str, Any]:
    """The report of a validation, `status` in it."""
    file = report or model.with_suffix(".json")
    status = main(["validate", "-m", str(model), "--json", str(file), *arguments])
    return {"status": status, **json.loads(file.read_text())}


# --- Networks ---------------------------------------------------------------------------------------------------


def plain(f: Frameworks) -> Any:
    """A layer that is called twice, and a network in the network."""
    layers, keras = f.layers, f.keras
    inner = keras.Sequential([layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")], name="inner")
    shared = layers.Conv2D(3, 1, name="shared")
    x = keras.Input((6, 6, 3), name="x")
    y = layers.BatchNormalization(name="norm")(shared(inner(x)))
    z = layers.Add(name="sum")([shared(y), y])
    return keras.Model(x, layers.Dense(4, activation="softmax", name="scores")(layers.Flatten(name="flat")(z)))


def qkeras(f: Frameworks) -> Any:
    q = f.qkeras
    return f.keras.Sequential(
        [
            q.QActivation("quantized_bits(8, 0)", input_shape=(8, 8, 2), name="pixels"),
            q.QConv2D(8, 3, kernel_quantizer="quantized_bits(8,0,alpha=1)", use_bias=False, name="stem"),
            f.layers.BatchNormalization(name="stem_norm"),
            q.QActivation("quantized_relu(8, 2)", name="stem_relu"),
            q.QConv2D(7, 3, kernel_quantizer="binary(alpha=1)", use_bias=False, name="deep"),
            f.layers.MaxPooling2D(2, name="pool"),
            f.layers.BatchNormalization(name="deep_norm"),
            q.QActivation(q.binary(alpha=1), name="deep_sign"),  # which QKeras itself cannot load from a .keras file
            f.layers.Flatten(name="flat"),
            q.QDense(5, kernel_quantizer="binary(alpha=1)", use_bias=False, name="scores"),
            f.layers.BatchNormalization(name="logits"),
        ]
    )


def larq(f: Frameworks) -> Any:
    def conv(name: str, **options: Any) -> Any:
        return f.larq.layers.QuantConv2D(
            9, 3, kernel_quantizer="ste_sign", kernel_constraint="weight_clip", use_bias=False, name=name, **options
        )

    return f.keras.Sequential(
        [
            conv("stem", input_shape=(8, 8, 3)),
            f.layers.BatchNormalization(name="stem_norm"),
            conv("wide", input_quantizer="ste_sign", padding="same", pad_values=1.0),
            f.layers.BatchNormalization(name="wide_norm"),
            f.layers.Flatten(name="flat"),
            f.larq.layers.QuantDense(
                4, input_quantizer="approx_sign", kernel_quantizer="ste_sign", use_bias=False, name="scores"
            ),
        ]
    )


NETWORKS: dict[Callable[[Frameworks], Any], set[str]] = {
    plain: {"inner/conv", "norm", "shared (call 2)", "sum", "scores"},
    qkeras: {"stem_relu", "deep_sign", "logits"},
    larq: {"wide input_quantizer", "scores input_quantizer", "scores"},
}
"""What builds a network -> tensors of it that the generated code computes."""


def saved(build: Callable[[Frameworks], Any], folder: Path, extension: str) -> Path:
    model = build(frameworks())
    randomize(model)
    path = folder / f"net.{extension}"
    model.save(str(path))
    return path


@needs_keras
@pytest.mark.usefixtures("forked_keras")
@pytest.mark.parametrize("extension", ["h5", "keras"])
@pytest.mark.parametrize("build", NETWORKS)
def test_networks_compute_what_keras_does(build: Callable[[Frameworks], Any], extension: str, tmp_path: Path):
    report = validate(saved(build, tmp_path, extension), "--per-layer")
    assert report["status"] == 0
    assert report["passed"]
    assert report["reference"].startswith("Keras")
    layers = report["per_layer"]["layers"]
    assert {item["tensor"] for item in layers} >= NETWORKS[build]
    assert all(item["alone_mismatches"] == item["borderline"] for item in layers)
    assert not report["per_layer"]["inconsistent"]


@needs_keras
@pytest.mark.usefixtures("forked_keras")
@pytest.mark.parametrize(
    "edges", [["--s1-bit-order", "msb"], ["--input-data-type", "float32", "--output-data-type", "float32"]]
)
def test_keras_gets_the_real_numbers_of_codes_and_signs(edges: list[str], tmp_path: Path):
    """A network of signs from end to end; what is put at its edges is tested with it."""

    def signs(f: Frameworks) -> Any:
        q = f.qkeras
        return f.keras.Sequential(
            [
                q.QActivation("binary(alpha=1)", input_shape=(6, 6, 40), name="image"),
                q.QConv2D(33, 3, kernel_quantizer="binary(alpha=1)", use_bias=False, name="conv"),
                f.layers.BatchNormalization(name="norm"),
                q.QActivation("binary(alpha=1)", name="signs"),
            ]
        )

    report = validate(saved(signs, tmp_path, "h5"), "--per-layer", *edges)
    assert report["passed"]
    layers = report["per_layer"]["layers"]
    assert "signs" in {item["tensor"] for item in layers}
    assert not any(item["mismatches"] or item["alone_mismatches"] for item in layers)


@needs_keras
@pytest.mark.usefixtures("forked_keras")
def test_a_file_of_keras_3(tmp_path: Path):
    """It is saved by another process: here Keras is Keras 2."""
    script = """
import sys, keras
from keras import layers
x = keras.Input((6, 6, 2))
y = layers.Conv2D(3, 3, activation="relu", name="conv")(x)
y = layers.GlobalAveragePooling2D(name="pool")(layers.BatchNormalization(name="norm")(y))
keras.Model(x, layers.Dense(4, name="scores")(y)).save(sys.argv[1])
"""
    path = tmp_path / "net.keras"
    quiet = {**environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
    subprocess.run([sys.executable, "-c", script, str(path)], env=quiet, check=True, capture_output=True)
    report = validate(path, "--per-layer")
    assert report["passed"]
    assert [item["tensor"] for item in report["per_layer"]["layers"]][-1] == "scores"


# --- Wrong networks ---------------------------------------------------------------------------------------------


def with_wrong_weight(model: Path, weight: str, folder: Path) -> Path:
    """A copy of an .h5 file in which one weight has another sign."""
    wrong = folder / f"wrong_{model.name}"
    wrong.write_bytes(model.read_bytes())
    h5: Any = h5py
    with h5.File(wrong, "r+") as file:
        array = file["model_weights"][weight]
        values = array[()]
        values[..., -1] = -values[..., -1]
        array[()] = values
    return wrong


@needs_keras
@pytest.mark.usefixtures("forked_keras")
@pytest.mark.parametrize(
    ("example", "weight", "tensor"),
    [
        ("digits_larq", "head/head/kernel:0", "hidden input_quantizer"),
        ("digits_qkeras", "wide/wide/kernel:0", "wide_sign"),
    ],
)
def test_a_wrong_weight_is_found_in_its_layer(
    example: str,
    weight: str,
    tensor: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """The network is compiled with a weight that the model does not have."""
    model = EXAMPLES / example / f"{example}.h5"
    wrong = with_wrong_weight(model, weight, tmp_path)

    def compile_wrong(file: Path, *arguments: Any) -> Compiled:
        return dataclasses.replace(compile_model(wrong, *arguments), file=file, data=file.read_bytes())

    monkeypatch.setattr(command, "compile_model", compile_wrong)
    data = EXAMPLES / example / "digits_reference.npz"
    report = validate(model, "-vi", str(data), "--samples", "20", report=tmp_path / "report.json")
    assert report["status"] == 1
    assert not report["passed"]
    wrong_layers = [
        item["tensor"] for item in report["per_layer"]["layers"] if item["alone_mismatches"] > item["borderline"]
    ]
    assert wrong_layers == [tensor]
    assert f"'{tensor}' (" in capsys.readouterr().out.splitlines()[-1]


# --- The verdict on the examples --------------------------------------------------------------------------------


@needs_keras
@pytest.mark.usefixtures("forked_keras")
@pytest.mark.parametrize(("example", "mode"), [("digits_larq", "emulator"), ("digits_qkeras", "host")])
def test_no_layer_of_the_digits_differs(example: str, mode: str, tmp_path: Path):
    """Alone or in the network, on 40 images."""
    model, data = (EXAMPLES / example / name for name in (f"{example}.h5", "digits_reference.npz"))
    arguments = ["-vi", str(data), "--samples", "40", "--per-layer", "--mode", mode]
    report = validate(model, *arguments, report=tmp_path / "report.json")
    assert report["passed"]
    layers = report["per_layer"]["layers"]
    assert len(layers) > 4
    assert not any(item["borderline"] for item in layers)
    assert report["per_layer"]["first_difference"] is None
    assert report["classification"]["generated_accuracy"] == report["classification"]["reference_accuracy"]


# --- Without Keras, and what Keras is not given -----------------------------------------------------------------


def float_network() -> bytes:
    return sequential((4,), ("Dense", {"units": 3}, {"kernel": (4, 3), "bias": (3,)}))


def test_without_keras_the_remedies_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A module in the way stands for one that is not there."""
    hidden = tmp_path / "hidden"
    (hidden / "tf_keras").mkdir(parents=True)
    (hidden / "tf_keras/__init__.py").write_text("raise ModuleNotFoundError('no', name='tf_keras')\n")
    monkeypatch.setenv("PYTHONPATH", f"{hidden}{pathsep}{environ.get('PYTHONPATH', '')}")
    model = tmp_path / "net.h5"
    model.write_bytes(float_network())
    assert main(["validate", "-m", str(model)]) == 1
    error = capsys.readouterr().err
    assert "tf_keras is not installed: pip install 'dqnnc[keras]'" in error
    assert "--reference semantics" in error
    report = validate(model, "--reference", "semantics", "--per-layer")
    assert report["passed"]
    assert report["reference"] == "the reference semantics of the IR"
    assert [item["tensor"] for item in report["per_layer"]["layers"]] == ["dense_0"]


PLUGIN = """
import numpy as np


def on_arrays(x):
    return np.where(x >= 0.5, np.float32(1), np.float32(-1)) * 0 + np.where(x >= 0, np.float32(1), np.float32(-1))


def on_tensors(x):
    import tensorflow as tf

    return tf.where(x >= 0, 1.0, -1.0)
"""


@needs_keras
@pytest.mark.parametrize("is_offered", [True, False])
def test_a_quantizer_of_the_users_own(is_offered: bool, tmp_path: Path):
    """Keras gets it from an entry point of its own; without one, our semantics are the reference that is left."""
    packages = tmp_path / "packages"
    (packages / "mine-1.dist-info").mkdir(parents=True)
    (packages / "mine.py").write_text(PLUGIN)
    (packages / "mine-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1\n")
    offered = "[dqnnc.keras_objects]\nmy_sign = mine:on_tensors\n" if is_offered else ""
    (packages / "mine-1.dist-info/entry_points.txt").write_text(
        f"[dqnnc.quantizers]\nmy_sign = mine:on_arrays\n{offered}"
    )
    model = tmp_path / "net.h5"
    model.write_bytes(sequential((4,), ("Activation", {"activation": "my_sign"}, {})))
    environment = {**environ, "PYTHONPATH": f"{packages}{pathsep}{environ.get('PYTHONPATH', '')}"}
    call = [sys.executable, "-m", "dqnnc.tools.dqnnc", "validate", "-m", str(model)]
    done = subprocess.run(call, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    if is_offered:
        assert done.returncode == 0, done.stderr
        assert "PASS" in done.stdout
    else:
        assert done.returncode == 1
        assert "dqnnc.keras_objects" in done.stderr
        call += ["--reference", "semantics"]
        subprocess.run(call, env=environment, cwd=tmp_path, capture_output=True, check=True)


@needs_keras
@pytest.mark.usefixtures("forked_keras")
def test_keras_is_given_no_class_that_the_frontend_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """What the frontend has no use for is not handed on, or refused: a file may name any module there."""
    evil: dict[str, Any] = {"module": "antigravity", "class_name": "Evil", "config": {}, "registered_name": "Evil"}
    model = tmp_path / "net.h5"
    weights = {"kernel": (4, 3), "bias": (3,)}
    model.write_bytes(sequential((4,), ("Dense", {"units": 3, "kernel_regularizer": evil}, weights)))
    assert validate(model)["passed"]
    model.write_bytes(sequential((4,), ("Dense", {"units": 3, "other": evil}, weights)))
    capsys.readouterr()
    assert main(["validate", "-m", str(model)]) == 1
    assert "class 'Evil' of package 'antigravity' is not known to Keras or not handed to it" in capsys.readouterr().err


@needs_keras
@pytest.mark.usefixtures("forked_keras")
def test_what_keras_cannot_run_names_the_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """An option that the frontend does not read, and Keras does not know."""
    model = tmp_path / "net.h5"
    weights = {"kernel": (4, 3), "bias": (3,)}
    model.write_bytes(sequential((4,), ("Dense", {"units": 3, "colour": "red"}, weights)))
    assert main(["validate", "-m", str(model)]) == 1
    error = capsys.readouterr().err
    assert "Keras cannot run the model" in error
    assert error.endswith("; try --reference semantics\n")


@pytest.mark.skipif(HAVE_KERAS, reason="Keras is installed")
def test_where_keras_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    model = tmp_path / "net.h5"
    model.write_bytes(float_network())
    assert main(["validate", "-m", str(model)]) == 1
    assert "pip install 'dqnnc[keras]'" in capsys.readouterr().err
