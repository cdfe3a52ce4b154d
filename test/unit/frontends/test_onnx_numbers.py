"""Imported ONNX networks compute what ONNX Runtime computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from dqnnc.dialects.semantics import run
from dqnnc.frontends.onnx import import_onnx
from numpy.typing import NDArray
from support.models import model, needs_models
from support.onnx_builder import OnnxBuilder, schema
from support.onnx_cases import CASES, build, normal
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from xdsl.dialects.builtin import ModuleOp

pytestmark = needs_onnx_runtime

Array = NDArray[Any]

SAMPLES = 5

CODES_OFF = 0.01
"""Share of codes that may be off by one step: sums of float32 in another order, halves apart."""


def inputs_of(runtime: OnnxRuntime, rng: Any, scale: float = 2.0) -> list[Array]:
    """Random inputs of the model's types; open dimensions are 1."""
    arrays: list[Array] = []
    for value in runtime.session.get_inputs():
        shape = [size if isinstance(size, int) else 1 for size in value.shape]
        if value.type == "tensor(float)":
            arrays.append(rng.normal(0, scale, shape).astype(np.float32))
        else:
            dtype: Any = np.dtype(value.type.removeprefix("tensor(").removesuffix(")"))
            arrays.append(rng.integers(0, 100, shape).astype(dtype))
    return arrays


def check_close(result: Array, expected: Array, step: float | None = None):
    """Within 1e-5 of the largest value; codes may be a step apart, seldom."""
    assert result.shape == expected.shape
    difference = np.abs(result.astype(np.float64) - expected.astype(np.float64))
    if expected.dtype.kind in "iu":
        step = 1.0
    if step is None:
        assert difference.max() <= 1e-5 * np.abs(expected).max()
        return
    assert difference.max() <= step * 1.001
    assert (difference > step / 2).mean() <= CODES_OFF


STEPS = {
    "qdq_conv": 0.02,
    "qdq_conv_1d": 0.02,
    "qdq_oddities": 0.15,
    "qdq_unsigned": 0.1,
    "qdq_other_axis": 0.05,
    "other_meaning": 0.25,
}
"""Case with a quantizer at its end -> its step."""


@pytest.mark.parametrize("name", CASES)
def test_small_network(name: str):
    data = build(name)
    runtime, module = OnnxRuntime(data), import_onnx(data, name)
    module.verify()
    rng = np.random.default_rng(0)
    for _ in range(SAMPLES):
        inputs = inputs_of(runtime, rng)
        for result, expected in zip(run(module, inputs), runtime.run(inputs), strict=True):
            check_close(result, expected, STEPS.get(name))


def test_dynamic_quantization_is_float_with_dequantized_weights():
    """ONNX Runtime's own result is off by its quantizer's steps: the weights' product in float is the truth."""
    m = OnnxBuilder()
    codes = np.arange(-10, 10, dtype=np.int8).reshape(4, 5)
    x, scale, zero = m.op("DynamicQuantizeLinear", [m.input((1, 4))], outputs=3)
    y = m.op("Cast", [m.op("MatMulInteger", [x, m.const(codes), zero, m.const(np.array(3, np.int8))])], to=1)
    data = m.finish([m.op("Add", [m.op("Mul", [y, m.op("Mul", [scale, m.scale(0.01)])]), m.const(normal(5))])])
    inputs = [normal(1, 4)]
    (result,) = run(import_onnx(data, "dynamic"), inputs)
    exact = inputs[0] @ ((codes.astype(np.float32) - 3) * np.float32(0.01)) + normal(5)
    check_close(result, exact)
    (quantized,) = OnnxRuntime(data).run(inputs)
    assert np.abs(result - quantized).max() < 0.01


def test_four_bit_weights():
    m = OnnxBuilder()
    codes = m.const(np.arange(-8, 8).reshape(4, 4), type="INT4")
    w = m.op("DequantizeLinear", [codes, m.const(normal(4) ** 2), m.const(np.zeros(4, int), type="INT4")], axis=1)
    data = m.finish([m.op("MatMul", [m.input((1, 4)), w])])
    (result,) = run(import_onnx(data, "four"), [normal(1, 4)])
    check_close(result, OnnxRuntime(data).run([normal(1, 4)])[0])


def test_half_precision_is_computed_in_float32():
    m = OnnxBuilder()
    x = m.op("Cast", [m.input((1, 4))], to=10)
    data = m.finish([m.op("Cast", [m.op("MatMul", [x, m.const(normal(4, 3).astype(np.float16))])], to=1)])
    module = import_onnx(data, "half")
    (result,) = run(module, [normal(1, 4)])
    assert np.abs(result - OnnxRuntime(data).run([normal(1, 4)])[0]).max() < 2e-3
    assert "FLOAT16" in str(module.attributes["dqnn.notes"])


@pytest.mark.parametrize("opset", [7, 9, 10, 11, 12, 13, 18, 21])
def test_versions_of_the_operator_set(opset: int):
    """Parameters have moved from attributes to inputs over time."""
    m = OnnxBuilder(opset=opset)
    x = m.op("Conv", [m.input((1, 3, 8, 8)), m.const(normal(4, 3, 3, 3))], pads=[1, 1, 1, 1])
    x = m.op("Clip", [x], min=0.0, max=6.0) if opset < 11 else m.op("Clip", [x, m.scale(0.0), m.scale(6.0)])
    if opset < 10:
        x = m.op("Slice", [x], starts=[1], ends=[-1], axes=[2])
    else:
        x = m.op("Slice", [x, m.ints(1), m.ints(-1), m.ints(2)])
    pads = [0, 0, 1, 0, 0, 0, 0, 2]
    x = m.op("Pad", [x], pads=pads, value=1.0) if opset < 11 else m.op("Pad", [x, m.ints(*pads), m.scale(1.0)])
    scales = m.const(np.array([1, 1, 2, 2], np.float32))
    if opset < 9:
        x = m.op("Upsample", [x], scales=[1.0, 1.0, 2.0, 2.0])
    elif opset < 10:
        x = m.op("Upsample", [x, scales])
    else:
        x = m.op("Resize", [x, *([] if opset < 11 else [m.const(np.zeros(0, np.float32))]), scales], mode="nearest")
    halves: dict[str, Any] = {"num_outputs": 2} if opset >= 18 else {}
    a, b = m.op("Split", [x], axis=1, outputs=2, **halves)
    x = m.op("Dropout", [m.op("Concat", [b, a], axis=1)])
    x = m.op("ReduceMean", [x], axes=[2, 3], keepdims=1) if opset < 18 else m.op("ReduceMean", [x, m.ints(2, 3)])
    x = m.op("Squeeze", [x], axes=[3]) if opset < 13 else m.op("Squeeze", [x, m.ints(3)])
    data = m.finish([m.op("Softmax", [m.op("Flatten", [x])])])
    inputs = [normal(1, 3, 8, 8)]
    (result,) = run(import_onnx(data, "net"), inputs)
    check_close(result, OnnxRuntime(data).run(inputs)[0])


# --- real models --------------------------------------------------------------------------------------------


def scores(module: ModuleOp, inputs: Array) -> Array:
    return np.concatenate([run(module, [sample[np.newaxis]])[0] for sample in inputs])


def keywords() -> Array:
    with np.load(model("data/kws/kws1000_int8mfcc.npz")) as archive:
        return ((archive["x"].astype(np.float32) - 83) * np.float32(0.58470345)).reshape(-1, 490)


def cifar(channels_first: bool) -> Array:
    with np.load(model("data/cifar/cifar10_cal500.npz")) as archive:
        images = archive["x"].astype(np.float32)
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)) if channels_first else images


def persons() -> Array:
    with np.load(model("data/vww/vww200_rgb_uint8.npz")) as archive:
        return np.ascontiguousarray(archive["x"].astype(np.float32).transpose(0, 3, 1, 2) / np.float32(255))


def windows() -> Array:
    frames = np.fromfile(model("data/normal_id_01_00000000_hist_librosa.bin"), "<f4").reshape(-1, 128)
    return np.stack([frames[start : start + 5].ravel() for start in range(len(frames) - 4)])


REAL: dict[str, tuple[Any, int, float]] = {
    "mlperf_tiny_onnx/kws_ref_model.onnx": (keywords, 100, 0.05),
    "mlperf_tiny_onnx/ic_resnet.onnx": (lambda: cifar(False), 40, 0.05),
    "mlperf_tiny_onnx/ic_resnet_float.onnx": (lambda: cifar(True), 40, 1e-5),
    "mlperf_tiny_onnx/vww_mobilenet_v1.onnx": (persons, 20, 0.02),
    "mlperf_tiny_onnx/ad_deep_autoencoder.onnx": (windows, 20, 0.02),
    "derived_qoperator/ic_qoperator_s8_perch.onnx": (lambda: cifar(True), 40, 0.05),
    "derived_qoperator/ic_qoperator_u8_pert.onnx": (lambda: cifar(True), 40, 0.05),
    "derived_qoperator/ic_qdq_u8_pert.onnx": (lambda: cifar(True), 40, 0.05),
}
"""Model -> its data, how many samples, and how far results may be off as a part of the largest.

Behind a softmax one step of a code is up to 5 %."""


@needs_models
@pytest.mark.parametrize("name", REAL)
def test_real_model(name: str):
    """The classes of ONNX Runtime, on real data."""
    load, count, tolerance = REAL[name]
    data = model(name).read_bytes()
    runtime, module = OnnxRuntime(data), import_onnx(data, name)
    inputs = load()[:count]
    expected = np.concatenate([runtime.run([sample[np.newaxis]])[0] for sample in inputs])
    results = scores(module, inputs)
    assert np.abs(results - expected).max() <= tolerance * np.abs(expected).max()
    assert (results.argmax(1) == expected.argmax(1)).mean() >= 0.975
    # Most are equal to the last bit of a code.
    assert (np.abs(results - expected) <= 1e-5 * np.abs(expected).max()).mean() >= 0.95


@needs_models
@pytest.mark.parametrize("name", ["dense_64x32", "qdense_64x32"])
def test_perceptron(name: str):
    data = model(f"st_ispu/{name}.onnx").read_bytes()
    runtime, module = OnnxRuntime(data), import_onnx(data, name)
    for sample in np.random.default_rng(1).normal(0, 300, (50, 1, 9)).astype(np.float32):
        check_close(run(module, [sample])[0], runtime.run([sample])[0])


def test_the_newest_version_of_each_operator_is_known():
    """A new release of the onnx package may change an operator: then its importer has to be looked at."""
    from dqnnc.frontends.onnx.operators import ONNX

    for kind, importer in ONNX.items():
        assert schema.defs.get_schema(kind).since_version == importer.version, kind
        assert importer.convert is not None or importer.fold is not None
    assert onnx.__version__
