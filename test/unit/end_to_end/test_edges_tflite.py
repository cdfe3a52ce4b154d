"""Edges of what TensorFlow's converter makes: each type of input and output, and float fallback, against LiteRT.

Of an edge of another type than the file's the values are those that stand for the same real numbers.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.passes.convert_edges import DataType
from dqnnc.tools.dqnnc.compile import Options, compile_model
from dqnnc.tools.dqnnc.errors import UserError
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.edges import convert_all, network_edges
from dqnnc.tools.run_compiled import run_samples
from numpy.typing import NDArray
from support.edges import check_headers, values_for
from support.litert import needs_litert, run_litert
from support.tflite_builder import ModelBuilder
from xdsl.dialects.builtin import f32

pytestmark = needs_litert

needs_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="tensorflow is not installed"
)

Array = NDArray[Any]
Convert = Callable[..., bytes]

SHAPE = (1, 6, 7, 3)
TYPES = {"f32": "float32", "s8": "int8", "u8": "uint8"}


@pytest.fixture(scope="module")
def convert() -> Convert:
    """Quantizes a network with a convolution, a pool and a dense layer, as the documents of the converter have it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf: Any = importlib.import_module("tensorflow")
    rng: Any = np.random.default_rng(0)
    kernel, bias, matrix = (
        tf.constant(rng.normal(0, 0.3, shape), tf.float32) for shape in ((3, 3, 3, 6), (6,), (6, 5))
    )

    def network(x: Any) -> Any:
        y = tf.nn.relu6(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)
        return tf.matmul(tf.reshape(tf.nn.avg_pool2d(y, [6, 7], 1, "VALID"), (1, 6)), matrix)

    def representative() -> Iterator[list[Array]]:
        rng: Any = np.random.default_rng(1)
        for _ in range(20):
            yield [rng.normal(0.3, 1, SHAPE).astype(np.float32)]

    def convert(source: str = "f32", target: str = "f32", float_operator: str | None = None) -> bytes:
        module = tf.Module()
        function = tf.function(network, input_signature=[tf.TensorSpec(SHAPE, tf.float32)])
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()], module)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = representative
        if float_operator is None:
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = tf.as_dtype(TYPES[source])
            converter.inference_output_type = tf.as_dtype(TYPES[target])
            return converter.convert()
        experimental = tf.lite.experimental
        options = experimental.QuantizationDebugOptions(denylisted_ops=[float_operator])
        debugger = experimental.QuantizationDebugger(
            converter=converter, debug_dataset=representative, debug_options=options
        )
        return debugger.get_nondebug_quantized_model()

    return convert


def quantizers(data: bytes) -> list[tuple[float, int]]:
    """Scale and zero point, of uint8 codes, behind the input and before the output, as LiteRT says."""
    litert: Any = importlib.import_module("ai_edge_litert.interpreter")
    reference = litert.OpResolverType.BUILTIN_REF
    interpreter = litert.Interpreter(model_content=data, experimental_op_resolver_type=reference)
    details = {detail["index"]: detail for detail in interpreter.get_tensor_details()}
    first, *_, last = interpreter._get_ops_details()

    def parameters(*places: int) -> tuple[float, int]:
        codes = next(details[place] for place in places if details[place]["dtype"] in (np.int8, np.uint8))
        scale, zero = codes["quantization"]
        return scale, zero + (128 if codes["dtype"] == np.int8 else 0)

    return [parameters(first["inputs"][0], first["outputs"][0]), parameters(last["outputs"][0], last["inputs"][0])]


def check(
    data: bytes, folder: Path, types: tuple[str, str], given: DataType = "auto", taken: DataType = "auto"
) -> list[str]:
    """Compare the compiled network with LiteRT on 10 inputs of all codes; the operators that it has."""
    file = folder / "net.tflite"
    file.write_bytes(data)
    compiled = compile_model(file, Options(input_data_type=(given,), output_data_type=(taken,)))
    found = analysis_of(compiled)
    [source], [target] = found.model.inputs, found.model.outputs
    assert (source.type, target.type) == types
    check_headers(compiled, found.model.inputs, found.model.outputs, folder / "c")

    [into, out] = quantizers(data)
    rng: Any = np.random.default_rng(3)
    unsigned = rng.integers(0, 256, (10, *SHAPE), np.uint8)
    own = compile_model(file)
    ends = analysis_of(own).model
    expected = np.stack([run_litert(data, [values_for(ends.inputs[0], sample, *into)])[0] for sample in unsigned])
    if ends.outputs[0].type == "f32":
        expected = np.rint(expected / np.float32(out[0]) + out[1]).astype(np.uint8)
    elif ends.outputs[0].type == "s8":
        expected = (expected.astype(np.int16) + 128).astype(np.uint8)
    assert len(np.unique(expected)) > 10, "the outputs differ"
    results = run_samples(compiled.planned, [[values_for(source, sample, *into)] for sample in unsigned])
    for [got], wanted in zip(results, expected, strict=True):
        np.testing.assert_array_equal(got, values_for(target, wanted, *out))
    return [layer.operator for layer in found.layers]


@needs_tensorflow
@pytest.mark.parametrize(
    ("source", "target", "given", "taken", "types"),
    [
        ("f32", "f32", "auto", "auto", ("f32", "f32")),
        ("f32", "f32", "int8", "uint8", ("s8", "u8")),
        ("f32", "f32", "uint8", "int8", ("u8", "s8")),
        ("s8", "s8", "auto", "auto", ("s8", "s8")),
        ("s8", "s8", "uint8", "float32", ("u8", "f32")),
        ("s8", "s8", "float32", "uint8", ("f32", "u8")),
        ("u8", "u8", "auto", "auto", ("u8", "u8")),
        ("u8", "u8", "int8", "float32", ("s8", "f32")),
        ("u8", "u8", "float32", "int8", ("f32", "s8")),
        ("u8", "f32", "auto", "auto", ("u8", "f32")),
        ("f32", "s8", "auto", "auto", ("f32", "s8")),
    ],
)
def test_full_integer_quantization(
    source: str, target: str, given: DataType, taken: DataType, types: tuple[str, str], convert: Convert, tmp_path: Path
):
    """0 codes differ, and an edge costs one conversion where it is not int8."""
    operators = check(convert(source, target), tmp_path, types, given, taken)
    conversions = [name for name in operators if name in ("quantize", "dequantize", "requantize")]
    assert len(conversions) == sum(kind != "s8" for kind in types)


@needs_tensorflow
@pytest.mark.parametrize(
    ("float_operator", "given", "taken", "refused"),
    [
        ("CONV_2D", "int8", "auto", "input 0 ('serving_default_x:0') cannot be int8: no quantizer alone reads it"),
        ("FULLY_CONNECTED", "auto", "uint8", "output 0 ('PartitionedCall:0') cannot be uint8: no quantizer makes it"),
    ],
    ids=["first", "last"],
)
def test_float_fallback(
    float_operator: str, given: DataType, taken: DataType, refused: str, convert: Convert, tmp_path: Path
):
    """Float layers of the file stay float; codes are refused at their side, and taken at the other."""
    data = convert(float_operator=float_operator)
    file = tmp_path / "net.tflite"
    file.write_bytes(data)
    with pytest.raises(UserError) as error:
        compile_model(file, Options(input_data_type=(given,), output_data_type=(taken,)))
    assert refused in str(error.value)
    codes: list[DataType] = ["auto" if given != "auto" else "uint8", "auto" if taken != "auto" else "uint8"]
    rng: Any = np.random.default_rng(3)
    reals = [rng.normal(0, 1, SHAPE).astype(np.float32) for _ in range(10)]
    for options in (Options(), Options(input_data_type=(codes[0],), output_data_type=(codes[1],))):
        compiled = compile_model(file, options)
        inputs, outputs = network_edges(compiled.selected)
        own = network_edges(compiled.imported)
        assert {edge.type.element_type == f32 for edge in (*inputs, *outputs)} == {True, options == Options()}
        given_values = [convert_all([sample], own.inputs, inputs) for sample in reals]
        taken_values = [convert_all(sample, inputs, own.inputs) for sample in given_values]
        results = np.stack(
            [convert_all(sample, outputs, own.outputs)[0] for sample in run_samples(compiled.planned, given_values)]
        )
        expected = np.stack([run_litert(data, sample)[0] for sample in taken_values])
        assert np.abs(results - expected).max() <= 1e-5 * np.abs(expected).max()


def test_unsigned_edges_of_a_float_network(tmp_path: Path):
    """A uint8 image that a float layer reads, and codes that are made of its results."""
    m = ModelBuilder()
    image = m.input((1, 9), "UINT8", scale=0.05, zero_point=100)
    reals = m.op("DEQUANTIZE", [image], m.tensor((1, 9), "FLOAT32"))
    squares = m.op("MUL", [reals, reals], m.tensor((1, 9), "FLOAT32"))
    data = m.finish([m.op("QUANTIZE", [squares], m.tensor((1, 9), "UINT8", scale=0.3, zero_point=7))])
    file = tmp_path / "net.tflite"
    file.write_bytes(data)
    samples = [np.arange(place, place + 9, dtype=np.uint8).reshape(1, 9) for place in range(0, 240, 9)]
    expected = [run_litert(data, [sample])[0] for sample in samples]
    choices: list[tuple[DataType, int]] = [("auto", 0), ("int8", 128)]
    for kind, shift in choices:
        options = Options(input_data_type=(kind,), output_data_type=(kind,))
        compiled = compile_model(file, options)
        model = analysis_of(compiled).model
        check_headers(compiled, model.inputs, model.outputs, tmp_path / kind)
        dtype = np.int8 if shift else np.uint8
        given = [[(sample.astype(np.int16) - shift).astype(dtype)] for sample in samples]
        for [got], wanted in zip(run_samples(compiled.planned, given), expected, strict=True):
            np.testing.assert_array_equal(got.astype(np.int16) + shift, wanted)
