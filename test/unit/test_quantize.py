"""docs/quantize.md: its files and commands are run, and each row of its tables is shown on a model of the framework."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from support.models import ROOT
from support.onnx_builder import OnnxBuilder, schema
from support.onnx_cases import normal
from support.pages import Block, blocks, environment, run

PAGE = ROOT / "docs/quantize.md"

pytestmark = pytest.mark.xdist_group("quantize")


def network() -> Any:
    """Stands for the reader's model, as PyTorch exports it: a residual block on an image, channels first."""
    m = OnnxBuilder(opset=11)
    x = m.op("Conv", [m.input((1, 3, 32, 32), name="image"), m.const(normal(8, 3, 3, 3))], strides=[2, 2], pads=[1] * 4)
    x = m.op("BatchNormalization", [x, *(m.const(np.abs(normal(8)) + 0.5) for _ in range(4))])
    x = m.op("Relu", [x])
    y = m.op("Conv", [x, m.const(normal(8, 1, 3, 3)), m.const(normal(8))], group=8, pads=[1] * 4)
    x = m.op("Flatten", [m.op("GlobalAveragePool", [m.op("Add", [x, y])])])
    scores = m.op("Gemm", [x, m.const(normal(10, 8)), m.const(normal(10))], transB=1, name="scores")
    model = m.model([scores])
    model.graph.output[0].CopyFrom(schema.helper.make_tensor_value_info(scores, 1, (1, 10)))
    return model


@pytest.fixture(scope="module")
def outputs() -> list[str]:
    """What the page's commands print, in their order, once there is a `reader`."""
    return []


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, outputs: list[str]) -> Path:
    """A folder in which a reader has followed the page from top to bottom."""
    pytest.importorskip("tensorflow")
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("reader")
    (folder / "network.onnx").write_bytes(network().SerializeToString())
    tools = environment(tmp_path_factory.mktemp("tools"))
    for block in blocks(PAGE):
        if block.file is not None:
            with (folder / block.file).open("a") as file:
                file.write(block.text)
        elif is_command(block):
            done = run(block.text, folder, tools)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            outputs.append(done.stdout)
    return folder


def is_command(block: Block) -> bool:
    return block.language == "sh" and not block.text.startswith("pip install")


def test_the_page_shows_what_comes(reader: Path, outputs: list[str]):
    output, coming, shown = "", iter(outputs), 0
    for block in blocks(PAGE):
        if is_command(block):
            output = next(coming)
            assert "validate" not in block.text or "\nPASS" in output
        elif block.language == "text":
            assert output.endswith(block.text)
            shown += 1
    assert (len(outputs), shown) == (5, 2)
    assert (reader / "net_c/net.c").is_file()


# --- TensorFlow Lite ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def converted(reader: Path) -> Path:
    """The reader's folder with what further options of the converter give, from one small network."""
    tf: Any = pytest.importorskip("tensorflow")
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(48, 3, activation="relu"),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(24),
        ]
    )
    images: Any = np.random.default_rng(0).random((20, 1, 8, 8, 3), np.float32)

    def samples():
        return ([image] for image in images)

    def converter(*, calibrated: bool = True, optimization: str = "DEFAULT") -> Any:
        made = tf.lite.TFLiteConverter.from_keras_model(model)
        made.optimizations = [tf.lite.Optimize[optimization]]
        made.representative_dataset = samples if calibrated else None
        return made

    bytes_at_edges, wide, per_tensor = converter(), converter(), converter()
    bytes_at_edges.inference_input_type = bytes_at_edges.inference_output_type = tf.uint8
    wide.target_spec.supported_ops = [tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8]
    per_tensor._experimental_disable_per_channel = True
    partly = tf.lite.experimental.QuantizationDebugger(
        converter=converter(),
        debug_dataset=samples,
        debug_options=tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=["DEPTHWISE_CONV_2D"]),
    )
    files = {
        "bytes_at_edges": bytes_at_edges.convert(),
        "for_size": converter(calibrated=False, optimization="OPTIMIZE_FOR_SIZE").convert(),
        "wide_activations": wide.convert(),
        "per_tensor": per_tensor.convert(),
        "partly": partly.get_nondebug_quantized_model(),
        "tensorflow_1": unsigned_network(tf),
    }
    for name, data in files.items():
        (reader / f"{name}.tflite").write_bytes(data)
    return reader


def unsigned_network(tf: Any) -> bytes:
    """A network trained by TensorFlow 1, with ranges in it, as its converter gives it."""
    v1 = tf.compat.v1

    def ranged(x: Any, low: float, high: float) -> Any:
        return tf.quantization.fake_quant_with_min_max_args(x, low, high)

    graph = v1.Graph()
    with graph.as_default(), v1.Session(graph=graph) as session:
        x = v1.placeholder(tf.float32, (1, 8, 8, 3), name="x")
        weights = ranged(tf.constant(normal(3, 3, 3, 4)), -1.5, 1.25)
        y = ranged(tf.nn.relu(tf.nn.conv2d(ranged(x, 0, 1), weights, 1, "SAME")), 0, 3)
        converter = v1.lite.TFLiteConverter.from_session(session, [x], [y])
        converter.inference_type = tf.uint8
        converter.quantized_input_stats = {"x": (0, 255)}
        converter.experimental_new_converter = False
        return converter.convert()


Report = dict[str, Any]


def report(command: str, file: Path, *arguments: str) -> Report:
    """The JSON of a command of dqnnc."""
    out = file.with_suffix(".json")
    assert main([command, "-m", str(file), "--target", "stm32f4", "--json", str(out), *arguments]) == 0
    return json.loads(out.read_text())


def edges(found: Report) -> list[str]:
    """The types of inputs and outputs."""
    return [edge["type"] for role in ("inputs", "outputs") for edge in found["model"][role]]


def schemes(found: Report) -> list[tuple[str, str]]:
    return [(scheme["name"], scheme["granularity"]) for scheme in found["schemes"]]


def float_operators(found: Report) -> set[str]:
    """The kinds of operators that compute in float32, conversions left out."""
    return {layer["operator"] for layer in found["layers"] if layer["operation_type"].endswith("_f32_f32")}


PER_CHANNEL, PER_TENSOR = ("ss/sa", "per channel"), ("ss/sa", "per tensor")

INTEGERS: dict[str, tuple[list[str], tuple[str, str], set[str]]] = {
    "integer": (["s8", "s8"], PER_CHANNEL, set()),
    "float_edges": (["f32", "f32"], PER_CHANNEL, set()),
    "bytes_at_edges": (["u8", "u8"], PER_CHANNEL, set()),
    "per_tensor": (["f32", "f32"], PER_TENSOR, set()),
    "partly": (["f32", "f32"], PER_CHANNEL, {"depthwise_conv2d"}),
    "tensorflow_1": (["u8", "u8"], ("ua/ua", "per tensor"), set()),
}
"""File -> types of its edges, its scheme, and what is in float."""


@pytest.mark.parametrize("name", INTEGERS)
def test_integer_networks_of_tensorflow_lite(name: str, converted: Path):
    types, scheme, floats = INTEGERS[name]
    found = report("analyze", converted / f"{name}.tflite")
    assert (edges(found), schemes(found), float_operators(found)) == (types, [scheme], floats)


@pytest.mark.parametrize("name", ["partly", "tensorflow_1"])
def test_codes_of_tensorflow_lite(name: str, converted: Path):
    assert report("validate", converted / f"{name}.tflite")["outputs"][0]["mismatches"] == 0


@pytest.mark.parametrize("name", ["weights_alone", "for_size"])
def test_weights_alone(name: str, converted: Path, capsys: pytest.CaptureFixture[str]):
    found = report("analyze", converted / f"{name}.tflite")
    assert (edges(found), schemes(found)) == (["f32", "f32"], [])
    assert {constant["type"] for constant in found["dequantized"]} == {"s8"}
    assert "quantize with a representative dataset" in capsys.readouterr().out


REFUSED_TFLITE = {"half": "to float32 or int8", "wide_activations": "quantize with int8 activations"}


@pytest.mark.parametrize("name", REFUSED_TFLITE)
def test_refused_networks_of_tensorflow_lite(name: str, converted: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["analyze", "-m", str(converted / f"{name}.tflite")]) == 1
    error = capsys.readouterr().err
    assert error.endswith(f"{REFUSED_TFLITE[name]}\n")
    assert error.count("\n") == 1


# --- ONNX Runtime -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quantized(reader: Path) -> Path:
    """The reader's folder with what further options of ONNX Runtime's quantizer give, from the reader's network."""
    quantization: Any = pytest.importorskip("onnxruntime.quantization")
    float16: Any = pytest.importorskip("onnxruntime.transformers.float16")
    types, ready = quantization.QuantType, reader / "ready.onnx"

    class Images(quantization.CalibrationDataReader):
        def __init__(self):
            rng: Any = np.random.default_rng(0)
            self.feeds = iter([{"image": rng.random((1, 3, 32, 32), np.float32)} for _ in range(10)])

        def get_next(self) -> Any:
            return next(self.feeds, None)

    def static(name: str, **options: Any):
        defaults = {"activation_type": types.QInt8, "weight_type": types.QInt8, "per_channel": True}
        config = quantization.StaticQuantConfig(Images(), **{**defaults, **options})
        quantization.quantize(ready, reader / f"{name}.onnx", config)

    switches = {"AddQDQPairToWeight": True, "DedicatedQDQPair": True, "QuantizeBias": False, "UseQDQContribOps": True}
    static("switches", extra_options=switches)
    static("symmetric", extra_options={"ActivationSymmetric": True})
    static("unsigned", activation_type=types.QUInt8, weight_type=types.QUInt8, per_channel=False)
    static("asymmetric", per_channel=False, extra_options={"WeightSymmetric": False})
    static("unsigned_activations", activation_type=types.QUInt8, reduce_range=True)
    static("some_kinds", op_types_to_quantize=["Conv"])
    static("distribution", calibrate_method=quantization.CalibrationMethod.Distribution)
    static("four_bits", weight_type=types.QInt4, per_channel=False)
    static("wide", activation_type=types.QInt16)
    eight_bit_float = types.QFLOAT8E4M3FN
    static(
        "floats_of_8_bits",
        activation_type=eight_bit_float,
        weight_type=eight_bit_float,
        per_channel=False,
        calibrate_method=quantization.CalibrationMethod.Distribution,
    )
    for name in ("QInt8", "QUInt8"):
        config = quantization.DynamicQuantConfig(weight_type=types[name])
        quantization.quantize(ready, reader / f"dynamic_{name}.onnx", config)
    half = float16.convert_float_to_float16(schema.load(str(ready)), keep_io_types=True)
    schema.save(half, str(reader / "half_model.onnx"))
    return reader


INTEGERS_OF_ONNX: dict[str, tuple[list[str], tuple[str, str], set[str]]] = {
    "quantized": (["s8", "s8"], PER_CHANNEL, set()),
    "mixed": (["s8", "f32"], PER_CHANNEL, {"dense"}),
    "some_kinds": (["s8", "f32"], PER_CHANNEL, {"add", "avg_pool2d", "dense"}),
    "switches": (["s8", "s8"], PER_CHANNEL, set()),
    "symmetric": (["s8", "s8"], ("ss/ss", "per channel"), set()),
    "asymmetric": (["s8", "s8"], ("sa/sa", "per tensor"), set()),
    "unsigned": (["u8", "u8"], ("ua/ua", "per tensor"), set()),
    "unsigned_activations": (["u8", "u8"], ("ss/ua", "per channel"), set()),
    "distribution": (["s8", "s8"], PER_CHANNEL, set()),
    "four_bits": (["s8", "s8"], PER_TENSOR, set()),
}
"""File -> types of its edges, its scheme, and what is in float."""


@pytest.mark.parametrize("name", INTEGERS_OF_ONNX)
def test_integer_networks_of_onnx(name: str, quantized: Path):
    types, scheme, floats = INTEGERS_OF_ONNX[name]
    found = report("analyze", quantized / f"{name}.onnx")
    assert (edges(found), schemes(found), float_operators(found)) == (types, [scheme], floats)


@pytest.mark.parametrize("name", ["switches", "asymmetric", "some_kinds", "four_bits"])
def test_codes_of_onnx(name: str, quantized: Path):
    assert report("validate", quantized / f"{name}.onnx")["passed"]


@pytest.mark.parametrize("name", ["dynamic_QInt8", "dynamic_QUInt8"])
def test_dynamic_quantization(name: str, quantized: Path):
    found = report("analyze", quantized / f"{name}.onnx")
    assert (edges(found), schemes(found)) == (["f32", "f32"], [])
    assert len(found["fallbacks"]) == 3
    for fallback in found["fallbacks"]:
        assert fallback["reason"].startswith("dynamic quantization: computed in float32")


def test_float16(quantized: Path):
    assert report("validate", quantized / "half_model.onnx")["passed"]


REFUSED_ONNX = {"wide": "quantize activations to 8", "floats_of_8_bits": "or quantized to 8 bits"}


@pytest.mark.parametrize("name", REFUSED_ONNX)
def test_refused_networks_of_onnx(name: str, quantized: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["analyze", "-m", str(quantized / f"{name}.onnx")]) == 1
    error = capsys.readouterr().err
    assert error.endswith(f"{REFUSED_ONNX[name]}\n")
    assert error.count("\n") == 1


# --- Targets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["stm32f0", "stm32u5", "stellar-e", "stm32n6"])
def test_privileged_scheme(target: str, quantized: Path):
    """Layers with weights take CMSIS-NN's kernels on every Cortex-M, and zero points of weights our own."""
    for name, own in {"quantized": False, "unsigned_activations": False, "asymmetric": True}.items():
        found = report("analyze", quantized / f"{name}.onnx", "--target", target)
        kernels = [
            layer["kernel"]
            for layer in found["layers"]
            if layer["operator"] in ("conv2d", "depthwise_conv2d") and "near_ties" not in layer["kernel"]
        ]
        assert len(kernels) == 2
        assert all(kernel.startswith("dqnn_" if own else "arm_") for kernel in kernels)
