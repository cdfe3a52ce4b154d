"""What `analyze` reports of deeply quantized networks: the source document's tables, fallbacks, bias formats."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from dqnnc.tools.dqnnc.render import render_analysis
from support.analysis import analysis
from support.document_examples import fallback, first_dense, larq, residual, second_dense
from support.keras_builder import KerasBuilder
from support.models import ROOT, model

# --- The source document's examples: rows of the table of layers, and of the table of operation types ------------

DOCUMENT: dict[Any, tuple[list[tuple[str, int]], list[tuple[str, int, str]]]] = {
    fallback: (
        [("conv_s8_f32", 1_568), ("smul_f32_f32", 28_240), ("conv_f32_s8", 6_272)],
        [("conv_s8_f32", 1_568, "4.3%"), ("smul_f32_f32", 28_240, "78.3%"), ("conv_f32_s8", 6_272, "17.4%")],
    ),
    first_dense: (
        [("smul_s8_s1", 262_144), ("op_f32_f32", 240)],
        [("smul_s8_s1", 262_144, "99.9%"), ("op_f32_f32", 240, "0.1%")],
    ),
    second_dense: (
        [("smul_s8_s1", 50_176), ("sxor_s1_s1", 650), ("op_f32_f32", 150)],
        [("smul_s8_s1", 50_176, "98.4%"), ("sxor_s1_s1", 650, "1.3%"), ("op_f32_f32", 150, "0.3%")],
    ),
    larq: (
        [
            ("smul_f32_f32", 194_720),
            ("conv_f32_s1", 43_264),
            ("op_s1_s1", 21_632),
            ("sxor_s1_s1", 2_230_272),
            ("op_s1_s1", 6_400),
            ("sxor_s1_s1", 331_776),
            ("sxor_s1_s1", 36_864),
            ("sxor_s1_s1", 640),
            ("op_f32_f32", 150),
        ],
        [
            ("smul_f32_f32", 194_720, "6.8%"),
            ("conv_f32_s1", 43_264, "1.5%"),
            ("op_s1_s1", 28_032, "1.0%"),
            ("sxor_s1_s1", 2_599_552, "90.7%"),
            ("op_f32_f32", 150, "0.0%"),
        ],
    ),
    # The concatenation has two inputs, each a call.
    residual: (
        [("sxor_s1_s1", 819_200), ("op_s1_s1", 12_800), ("sxor_s1_s1", 28_800), ("op_s1_s1", 0), ("op_s1_s1", 0)],
        [("sxor_s1_s1", 848_000, "98.5%"), ("op_s1_s1", 12_800, "1.5%")],
    ),
}


@pytest.mark.parametrize("example", DOCUMENT, ids=lambda example: example.__name__)
def test_the_documents_tables(example: Any) -> None:
    layers, kinds = DOCUMENT[example]
    report = analysis(example().module())
    assert [(layer.operation_type, layer.macc) for layer in report.layers] == layers
    assert [(kind.type, kind.macc, f"{kind.share:.1%}") for kind in report.operation_types] == kinds
    assert report.macc == sum(macc for _, macc in layers)
    text = render_analysis(report)
    for kind, macc, share in kinds:
        assert re.search(rf"^{kind} +{macc:,} +{share}$", text, re.M)
    assert re.search(rf"^total +{report.macc:,}$", text, re.M)


def test_parameters_of_the_documents_larq_network() -> None:
    report = analysis(larq().module())
    assert report.model.params == 93_556
    assert report.memory.activations_bytes == 86_528
    assert report.weights.saving > 0.96


# --- Fallbacks ---------------------------------------------------------------------------------------------------


def test_the_documents_fallback_is_told_in_full() -> None:
    report = analysis(fallback().module())
    [item] = report.fallbacks
    assert item.operator == "conv2d"
    assert item.asked == "s8 x s1 -> s8 convolution"
    assert item.reason == "there is no such row in the kernel table of stm32"
    assert [row.row for row in item.nearest] == ["s8 x s8 -> s8 convolution", "s1 x s1 -> s8 convolution"]
    text = render_analysis(report)
    assert re.search(r"^  asked for : s8 x s1 -> s8 convolution$", text, re.M)
    assert re.search(r"^  nearest   : s8 x s8 -> s8 convolution: 8-bit weights: kernel_quantizer=", text, re.M)
    assert re.search(r"^  or        : s1 x s1 -> s8 convolution: binarize its input: ", text, re.M)


@pytest.mark.parametrize("example", [first_dense, second_dense, larq, residual], ids=lambda example: example.__name__)
def test_no_fallback_where_every_layer_has_a_row(example: Any) -> None:
    report = analysis(example().module())
    assert report.fallbacks == ()
    assert "Fallbacks" not in render_analysis(report)


BINARY = "binary(alpha=1)"
NORM: tuple[str, ...] = ("gamma", "beta", "moving_mean", "moving_variance")


def report_of(builder: KerasBuilder, outputs: Any, directory: Path) -> dict[str, Any]:
    """The JSON report on a model file."""
    (directory / "net.h5").write_bytes(builder.finish(outputs))
    target = directory / "report.json"
    assert main(["analyze", "-m", str(directory / "net.h5"), "--json", str(target)]) == 0
    return json.loads(target.read_text())


def test_the_documents_first_qkeras_example_falls_back(tmp_path: Path) -> None:
    """s8 x s1 -> s1, with a pool and a batch normalization between layer and sign."""
    m = KerasBuilder()
    x = m.layer("QActivation", m.input((28, 28, 1)), activation="quantized_relu(bits=8)")
    options: dict[str, Any] = {"kernel_quantizer": BINARY, "bias_quantizer": BINARY, "use_bias": False}
    weights = {"kernel": (3, 3, 1, 16)}
    x = m.layer("QConv2D", x, name="conv2d_0", filters=16, kernel_size=[3, 3], weights=weights, **options)
    x = m.layer("MaxPooling2D", x, pool_size=[2, 2])
    x = m.layer("BatchNormalization", x, weights=dict.fromkeys(NORM, np.ones(16, np.float32)))
    report = report_of(m, [m.layer("QActivation", x, activation=BINARY)], tmp_path)
    [item] = report["fallbacks"]
    assert (item["name"], item["asked"]) == ("conv2d_0", "s8 x s1 -> s1 convolution")
    assert item["reason"] == "there is no such row in the kernel table of stm32"
    assert [row["row"] for row in item["nearest"]] == ["s8 x s8 -> s1 convolution", "s1 x s1 -> s1 convolution"]


def test_a_quantizer_is_named_without_what_it_leaves_at_its_default(tmp_path: Path) -> None:
    config = {"bits": 10, "integer": 2, "symmetric": 0, "alpha": 1, "keep_negative": True, "qnoise_factor": 1.0}
    m = KerasBuilder()
    kernel = {"class_name": "quantized_bits", "config": config}
    x = m.layer("QActivation", m.input((4,)), activation="quantized_bits(8,0,alpha=1)")
    x = m.layer("QDense", x, name="d", units=2, kernel_quantizer=kernel, use_bias=False, weights={"kernel": (4, 2)})
    [item] = report_of(m, [x], tmp_path)["fallbacks"]
    assert item["reason"] == "quantized_bits(bits=10, integer=2, alpha=1): only up to 8 bits have kernels"
    assert item["asked"] == "s8 x s10 -> f32 dense"


def test_codes_of_few_bits_are_no_fallback(tmp_path: Path) -> None:
    m = KerasBuilder()
    x = m.layer("QActivation", m.input((4,)), activation="quantized_bits(4,0,alpha=1)")
    options: dict[str, Any] = {"kernel_quantizer": "quantized_bits(3,0,alpha=1)", "use_bias": False}
    x = m.layer("QDense", x, units=2, weights={"kernel": (4, 2)}, **options)
    report = report_of(m, [m.layer("QActivation", x, activation="quantized_relu(6,1)")], tmp_path)
    assert report["fallbacks"] == []
    assert "smul_s8_s8" in {layer["operation_type"] for layer in report["layers"]}


def test_rn07(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert main(["analyze", "-m", str(model("mlperf_open_hls4ml/RN07_qkeras.h5")), "--json", str(target)]) == 0
    report = json.loads(target.read_text())
    asked = {item["name"]: item["asked"] for item in report["fallbacks"]}
    # What has a row by now is none.
    assert asked.items() <= {
        ("q_conv2d_batchnorm", "f32 x s8 -> s8 convolution"),
        ("q_dense", "s8 x s8 -> f32 dense"),
    }
    for item in report["fallbacks"]:
        assert item["nearest"][0]["row"].startswith("s8 x s8 -> s8 ")


def test_ad03(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert main(["analyze", "-m", str(model("mlperf_open_hls4ml/AD03_qkeras.h5")), "--json", str(target)]) == 0
    report = json.loads(target.read_text())
    reasons = {item["name"]: item["reason"] for item in report["fallbacks"]}
    assert reasons["q_dense"] == "quantized_bits(bits=10, alpha=1): only up to 8 bits have kernels"
    assert reasons["q_activation"] == "quantized_relu(bits=10, integer=5): only up to 8 bits have kernels"
    asked = {item["name"]: item["asked"] for item in report["fallbacks"]}
    assert asked["q_dense_1"] == "u10 x s10 -> u10 dense"
    assert {layer["bias_type"] for layer in report["layers"] if layer["operator"] == "dense"} == {"s10"}


# --- Bias formats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "format"),
    [
        ({"use_bias": False}, None),
        ({"use_bias": True}, "f32"),
        ({"use_bias": True, "bias_quantizer": BINARY}, "s1"),
        ({"use_bias": True, "bias_quantizer": "quantized_bits(8,0,alpha=1)"}, "s8"),
    ],
)
@pytest.mark.parametrize("kernel", [BINARY, "quantized_bits(8,0,alpha=1)", "quantized_bits(10,0,alpha=1)"])
@pytest.mark.parametrize("behind", [BINARY, "quantized_bits(8,0,alpha=1)", None])
def test_the_format_of_the_models_own_bias(
    options: dict[str, Any], format: str | None, kernel: str, behind: str | None, tmp_path: Path
) -> None:
    """Whatever becomes of the layer: thresholds, scale and offset, int32 or float."""
    m = KerasBuilder()
    weights = {"kernel": (4, 2)} | ({"bias": (2,)} if options["use_bias"] else {})
    x = m.layer("QActivation", m.input((4,)), activation="quantized_bits(8,0,alpha=1)")
    x = m.layer("QDense", x, name="dense", units=2, kernel_quantizer=kernel, weights=weights, **options)
    x = m.layer("BatchNormalization", x, weights=dict.fromkeys(NORM, np.ones(2, np.float32)))
    report = report_of(m, [x if behind is None else m.layer("QActivation", x, activation=behind)], tmp_path)
    [layer] = [layer for layer in report["layers"] if layer["weights_type"] is not None]
    assert layer["bias_type"] == format


# --- Every tensor ------------------------------------------------------------------------------------------------


def test_tensors_of_the_mixed_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = ROOT / "examples/digits_qkeras/digits_qkeras.h5"
    options = ["--verbose", "--input-data-type", "float32", "--json", str(tmp_path / "r.json")]
    assert main(["analyze", "-m", str(network), *options]) == 0
    text = capsys.readouterr().out
    report = json.loads((tmp_path / "r.json").read_text())
    by_name = {constant["name"]: constant for constant in report["weights"]["constants"]}
    # 40 filters of 3x3 words, 32 channels each.
    assert by_name["deep_weights"]["bytes"] == 40 * 9 * 4
    assert (by_name["deep_weights"]["type"], by_name["deep_weights"]["stored"]) == ("s1", "u32")
    assert (by_name["stem_weights"]["type"], by_name["stem_weights"]["scales"]) == ("s8", 1)
    assert all(constant["layer"] for constant in by_name.values())
    total = report["weights"]["bytes"] + report["weights"]["requantization_bytes"]
    assert re.search(rf"^ +total +{total:,}$", text, re.M)
    # Batch normalizations and signs are layers of the model, but part of others' kernels.
    places = {layer["name"]: layer["m_id"] for layer in report["layers"]}
    assert places == {
        "pixels": 0,
        "stem": 1,
        "wide": 4,
        "deep": 7,
        "pool": 8,
        "head": 11,
        "scores": 15,
        "probabilities": 17,
    }
    # The quantizer of the pixels makes s8, whatever the layer behind it makes of that.
    [pixels] = [buffer for buffer in report["memory"]["buffers"] if buffer["name"] == "pixels"]
    assert (pixels["type"], pixels["scale"], pixels["zero_point"]) == ("s8", 1 / 256, -128)


def test_a_quantizer_and_a_layer_of_one_name_are_two_tensors(tmp_path: Path) -> None:
    """Larq's input quantizer is part of its layer: s8 codes, then signs."""
    network = ROOT / "examples/digits_larq/digits_larq.h5"
    options = ["--input-data-type", "float32", "--json", str(tmp_path / "r.json")]
    assert main(["analyze", "-m", str(network), *options]) == 0
    report = json.loads((tmp_path / "r.json").read_text())
    stem = [buffer for buffer in report["memory"]["buffers"] if buffer["name"] == "stem" and buffer["type"]]
    assert [(buffer["type"], buffer["bytes"]) for buffer in stem] == [("s8", 64), ("s1", 256)]
    weights = {c["layer"]: c["type"] for c in report["weights"]["constants"] if c["role"] == "weights"}
    assert weights["stem"] == "s8 (DoReFa)"


@pytest.mark.parametrize("file", ["digits_larq/digits_larq.h5", "digits_qkeras/digits_qkeras.h5"])
def test_what_each_constant_is(file: str, tmp_path: Path) -> None:
    """The name that a kernel gives its table is one that the report knows."""
    assert main(["analyze", "-m", str(ROOT / "examples" / file), "--json", str(tmp_path / "r.json")]) == 0
    constants = json.loads((tmp_path / "r.json").read_text())["weights"]["constants"]
    assert constants
    assert all(constant["name"] == f"{constant['layer']}_{constant['role']}" for constant in constants)
