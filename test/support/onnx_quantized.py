"""A small convolutional network, and what ONNX Runtime's static quantizer makes of it.

It has a residual, a depthwise convolution, pools, a dense layer and a softmax, and random weights that spread the
activations over their codes. onnxruntime.quantization may be missing: see `support.onnx_runtime`.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import io
import logging
import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .onnx_builder import OnnxBuilder, schema

Floats = NDArray[np.float32]

INPUT = "image"
SHAPE = (1, 3, 12, 12)
CLASSES = 10


# --- The network --------------------------------------------------------------------------------------------------


def float_network(opset: int = 13, *, raw: bool = False) -> Any:
    """The model in float32.

    Args:
        opset: the operator set that it is written in.
        raw: as trained: with normalizations, a dropout, and a shape computed in the graph.
    """
    m, rng = OnnxBuilder(opset=opset), np.random.default_rng(7)

    def conv(name: str, x: str, shape: Sequence[int], **options: Any) -> str:
        fan_in = np.prod(shape[1:])
        weights = rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32)
        inputs = [x, m.const(weights), m.const(rng.normal(0, 0.2, shape[0]).astype(np.float32))]
        x = m.op("Conv", inputs, name=name, kernel_shape=list(shape[2:]), **options)
        return normalized(x) if raw and name != "pointwise" else x

    def normalized(x: str) -> str:
        channels = 16 if x.startswith("last") else 8
        ranges = ((0.5, 1.5), (-0.2, 0.2), (-0.2, 0.2), (0.5, 2.0))
        return m.op("BatchNormalization", [x, *(m.const(rng.uniform(*r, channels).astype(np.float32)) for r in ranges)])

    def relu6(x: str) -> str:
        if opset < 11:
            return m.op("Clip", [x], name="relu6", min=0.0, max=6.0)
        return m.op("Clip", [x, m.scale(0.0), m.scale(6.0)], name="relu6")

    def flat(x: str) -> str:
        if not raw:
            return m.op("Flatten", [x], name="flatten")
        size = m.op("Gather", [m.op("Shape", [x]), m.const(np.int64(0))])
        shape = m.op("Concat", [m.op("Unsqueeze", [size, m.ints(0)]), m.ints(-1)], axis=0)
        return m.op("Dropout", [m.op("Reshape", [x, shape], name="flatten")])

    x = m.input(SHAPE, name=INPUT)
    stem = m.op("Relu", [conv("stem", x, (8, 3, 3, 3), pads=[1] * 4)], name="stem_relu")
    x = relu6(conv("depthwise", stem, (8, 1, 3, 3), pads=[1] * 4, group=8))
    x = m.op("Add", [conv("pointwise", x, (8, 8, 1, 1)), stem], name="residual")
    x = m.op("Relu", [x], name="residual_relu")
    x = m.op("AveragePool", [x], name="pool", kernel_shape=[2, 2], strides=[2, 2])
    x = m.op("Relu", [conv("last", x, (16, 8, 3, 3), pads=[0, 0, 1, 1], strides=[2, 2])], name="last_relu")
    x = flat(m.op("GlobalAveragePool", [x], name="mean"))
    weights, bias = rng.normal(0, 1, (CLASSES, 16)), rng.normal(0, 0.2, CLASSES)
    x = m.op("Gemm", [x, *(m.const(v.astype(np.float32)) for v in (weights, bias))], name="dense", transB=1)
    return schema.shape_inference.infer_shapes(m.model([m.op("Softmax", [x], name="softmax", axis=1)]))


def other_operators() -> Any:
    """A model in float32 of operators that the first one has not, whose result has another scale than their input."""
    m, rng = OnnxBuilder(opset=13), np.random.default_rng(8)

    def weights(*shape: int) -> list[str]:
        fan_in = np.prod(shape[1:])
        values = rng.normal(0, np.sqrt(2 / fan_in), shape), rng.normal(0, 0.2, shape[0])
        return [m.const(value.astype(np.float32)) for value in values]

    x = m.op("Conv", [m.input(SHAPE, name=INPUT), *weights(8, 3, 3, 3)], name="stem", pads=[1] * 4)
    x = m.op("LeakyRelu", [x], name="leaky", alpha=0.1)
    x = m.op("AveragePool", [x], name="pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    up = m.op("ConvTranspose", [x, *weights(8, 8, 2, 2)], name="up", kernel_shape=[2, 2], strides=[2, 2])
    down = m.op("MaxPool", [up], name="down", kernel_shape=[2, 2], strides=[2, 2])
    gate = m.op("Sigmoid", [m.op("Conv", [x, *weights(8, 8, 1, 1)], name="gate")], name="sigmoid")
    x = m.op("Concat", [m.op("Mul", [down, gate], name="gated"), x, down], name="concat", axis=1)
    x = m.op("Tanh", [m.op("Conv", [x, *weights(16, 24, 3, 3)], name="last")], name="tanh")
    x = m.op("ReduceMean", [x], name="mean", axes=[2, 3], keepdims=0)
    x = m.op("Gemm", [x, *weights(CLASSES, 16)], name="dense", transB=1)
    return schema.shape_inference.infer_shapes(m.model([m.op("Softmax", [x], name="softmax", axis=1)]))


def images(count: int, seed: int) -> list[Floats]:
    """Inputs, from small numbers to larger ones, so that the calibration methods differ in what they clip."""
    rng = np.random.default_rng(seed)
    return [(rng.normal(0, size, SHAPE)).astype(np.float32) for size in np.linspace(0.5, 1.5, count)]


# --- Before it is quantized ---------------------------------------------------------------------------------------


def preprocessed(model: Any) -> Any:
    """What `python -m onnxruntime.quantization.preprocess` makes, less what needs sympy: symbolic shapes."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "in.onnx"), Path(folder, "out.onnx")
        schema.save(model, paths[0])
        with quiet():
            _package("quantization.shape_inference").quant_pre_process(*paths, skip_symbolic_shape=True)
        return schema.load(paths[1])


def simplified(model: Any) -> Any:
    """What ONNX Simplifier makes."""
    simplifier: Any = importlib.import_module("onnxsim")
    result, checked = simplifier.simplify(model)
    assert checked
    return result


def in_opset(model: Any, opset: int) -> Any:
    """What the version converter of the onnx package makes."""
    return schema.version_converter.convert_version(model, opset)


# --- Quantized ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scheme:
    """Options of `quantize_static`, most by the names that it has for their values."""

    activations: str = "QInt8"
    weights: str = "QInt8"
    per_channel: bool = True
    format: str = "QDQ"
    calibration: str = "MinMax"
    reduce_range: bool = False
    nodes_to_quantize: tuple[str, ...] = ()
    nodes_to_exclude: tuple[str, ...] = ()
    extra: tuple[tuple[str, bool], ...] = ()


CALIBRATION = {"CalibStridedMinMax": 2, "CalibPercentile": 99.5}
"""Two images at a time, since Entropy clips nothing that the first ones have; and a percentile that clips some."""


def quantized(model: Any, scheme: Scheme) -> Any:
    """The model that the static quantizer makes, calibrated on few images: Entropy is slow with many.

    Raises:
        ValueError: it refuses the scheme.
    """
    package = _package("quantization")
    with tempfile.TemporaryDirectory() as folder, quiet():
        path = Path(folder, "quantized.onnx")
        package.quantize_static(
            copy.deepcopy(model),  # it moves the weights of a model that it is given to files
            path,
            _reader(package, images(8, seed=1)),
            quant_format=package.QuantFormat[scheme.format],
            activation_type=package.QuantType[scheme.activations],
            weight_type=package.QuantType[scheme.weights],
            per_channel=scheme.per_channel,
            calibrate_method=package.CalibrationMethod[scheme.calibration],
            reduce_range=scheme.reduce_range,
            nodes_to_quantize=list(scheme.nodes_to_quantize),
            nodes_to_exclude=list(scheme.nodes_to_exclude),
            extra_options={**CALIBRATION, **dict(scheme.extra)},
        )
        return schema.load(path)


def with_logits(model: Any) -> tuple[Any, float | None]:
    """The model with the numbers in front of its softmax as a second output, and their scale.

    None where they are no codes: the dense layer is in float, and so is the softmax.
    """
    model = copy.deepcopy(model)
    graph = model.graph
    [softmax] = [node for node in graph.node if node.op_type in ("Softmax", "QLinearSoftmax")]
    name = softmax.input[0]
    if softmax.op_type == "QLinearSoftmax":
        graph.node.append(schema.helper.make_node("DequantizeLinear", softmax.input[:3], ["logits"], name="logits"))
        name = "logits"
    graph.output.append(schema.helper.make_tensor_value_info(name, schema.TensorProto.FLOAT, [1, CLASSES]))
    [producer] = [node for node in graph.node if name in node.output]
    if producer.op_type != "DequantizeLinear":
        return model, None
    return model, float(_constants(model)[producer.input[1]])


def with_unsigned_weights(model: Any) -> Any:
    """The same network with int8 weights as uint8, with other zero points, in operators on codes that are uint8.

    ONNX Runtime's kernels for products of unsigned and signed codes add pairs of them in 16 bits on processors without
    VNNI instructions, and saturate; those for unsigned ones do not.
    """
    model = copy.deepcopy(model)
    constants = _constants(model)
    moved = set[str]()
    for node in model.graph.node:
        if node.op_type in ("QLinearConv", "QGemm") and constants[node.input[2]].dtype == np.uint8:
            moved |= {name for name in (node.input[3], node.input[5]) if constants[name].dtype == np.int8}
    for constant in model.graph.initializer:
        if constant.name in moved:
            codes = (constants[constant.name].astype(np.int16) + 128).astype(np.uint8)
            constant.CopyFrom(schema.numpy_helper.from_array(codes, constant.name))
    return model


def _constants(model: Any) -> dict[str, NDArray[Any]]:
    return {constant.name: schema.numpy_helper.to_array(constant) for constant in model.graph.initializer}


def merged(models: dict[str, Any]) -> Any:
    """One model of several, side by side; inputs and outputs are in the order of the models."""
    parts = [schema.compose.add_prefix(model, f"{name}/") for name, model in models.items()]
    whole = copy.deepcopy(parts[0])
    for part in parts[1:]:
        for field in ("node", "input", "output", "initializer"):
            getattr(whole.graph, field).extend(getattr(part.graph, field))
    opsets = {entry.domain: entry.version for part in parts for entry in part.opset_import}
    del whole.opset_import[:], whole.graph.value_info[:]
    whole.opset_import.extend(schema.helper.make_opsetid(domain, version) for domain, version in opsets.items())
    return whole


# --- The package --------------------------------------------------------------------------------------------------


def _package(name: str) -> Any:
    """A part of onnxruntime, which is optional and untyped."""
    return importlib.import_module(f"onnxruntime.{name}")


def _reader(package: Any, samples: Sequence[Floats]) -> Any:
    """A calibration data reader."""

    class Reader(package.CalibrationDataReader):
        def __init__(self):
            self.samples = iter(samples)

        def __len__(self):
            return len(samples)

        def set_range(self, start_index: int, end_index: int):
            self.samples = iter(samples[start_index:end_index])

        def get_next(self) -> dict[str, Floats] | None:
            sample = next(self.samples, None)
            return None if sample is None else {INPUT: sample}

    return Reader()


@contextlib.contextmanager
def quiet() -> Generator[None]:
    """Without what the package logs and prints of its progress."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(disabled)
