"""The TensorFlow Lite frontend: what lit tests cannot show."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn import ConstantOp, DqnnOp, ReluOp, layer_name, quantized_element, tensor_type
from dqnnc.frontends.errors import MAX_PART, ModelError
from dqnnc.frontends.tflite import SUPPORTED, accepted_by_litert, import_tflite
from dqnnc.frontends.tflite.network import name_hint
from dqnnc.frontends.tflite.operators.window import same_padding
from support.models import model, needs_models, tflite_models
from support.tflite_builder import ModelBuilder, schema
from xdsl.dialects.builtin import ModuleOp


def constants(module: ModuleOp) -> list[ConstantOp]:
    return [op for op in module.walk() if isinstance(op, ConstantOp)]


def relu_of(m: ModelBuilder, x: int, shape: tuple[int, ...] = (1, 4)) -> bytes:
    return m.finish([m.op("RELU", [x], m.tensor(shape, "FLOAT32"))])


def refusal(data: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        import_tflite(data, "net.tflite")
    return str(caught.value)


def test_the_table_names_operators_and_options_of_the_schema():
    for kind, importer in SUPPORTED.items():
        assert hasattr(schema.BuiltinOperator, kind)
        assert importer.options is None or hasattr(schema.BuiltinOptions, importer.options)
        assert importer.convert is not None or importer.fold is not None


def test_import_needs_no_framework():
    code = "import sys, dqnnc.frontends.tflite as t; sys.exit(any(m.startswith('tensorflow') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@needs_models
@pytest.mark.parametrize("name", tflite_models())
def test_real_models_import_with_a_layer_name_on_each_op(name: str):
    module = import_tflite(model(name).read_bytes(), name)
    module.verify()
    ops = [op for op in module.walk() if isinstance(op, DqnnOp)]
    assert ops
    assert all(layer_name(op) for op in ops)


def test_scales_are_the_file_s_float32_exactly():
    m = ModelBuilder()
    x = m.input((1, 4), scale=0.1)
    module = import_tflite(m.finish([m.op("RELU", [x], m.tensor((1, 4), scale=1e-6))]), "net.tflite")
    (relu,) = (op for op in module.walk() if isinstance(op, ReluOp))
    for value, scale in ((relu.input, 0.1), (relu.result, 1e-6)):
        element = quantized_element(tensor_type(value))
        assert element is not None
        assert element.scale == float(np.float32(scale))


def test_a_constant_that_is_used_twice_is_one_op():
    m = ModelBuilder()
    x = m.input((1, 2), "FLOAT32")
    c = m.const(np.ones(2, np.float32))
    y = m.op("ADD", [x, c], m.tensor((1, 2), "FLOAT32"))
    module = import_tflite(m.finish([m.op("MUL", [y, c], m.tensor((1, 2), "FLOAT32"))]), "net.tflite")
    assert len(constants(module)) == 1


def test_a_constant_or_an_input_may_be_an_output():
    m = ModelBuilder()
    x = m.input((1, 2), "FLOAT32")
    module = import_tflite(m.finish([x, m.const(np.ones(2, np.float32))]), "net.tflite")
    module.verify()
    assert len(constants(module)) == 1


def test_subgraphs_that_nothing_reaches_do_no_harm():
    m = ModelBuilder(empty_subgraphs=1)
    import_tflite(relu_of(m, m.input((1, 4), "FLOAT32")), "net.tflite").verify()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("model/conv2d_1/Conv2D", "conv2d_1"),
        ("model/relu/Relu;model/conv2d/Conv2D", "conv2d"),
        ("f/bn/FusedBatchNormV3;f/depthwise_conv2d/BiasAdd/ReadVariableOp/resource1", "depthwise_conv2d"),
        ("StatefulPartitionedCall:0", "StatefulPartitionedCall"),
        ("a b\nc", "a_b_c"),
        ("5x5", "t5x5"),
        ("\x1b/\x1b", None),
        ("", None),
    ],
)
def test_names_of_values(name: str, hint: str | None):
    assert name_hint(name) == hint


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "expected"),
    [
        (5, 3, 1, 1, (1, 1)),
        (5, 2, 1, 1, (0, 1)),
        (6, 3, 2, 1, (0, 1)),
        (5, 3, 2, 1, (1, 1)),
        (5, 1, 3, 1, (0, 0)),
        (9, 3, 1, 3, (3, 3)),
        (1, 10, 1, 1, (4, 5)),
        (49, 10, 2, 1, (4, 5)),
    ],
)
def test_same_padding(size: int, kernel: int, stride: int, dilation: int, expected: tuple[int, int]):
    assert same_padding(size, kernel, stride, dilation) == expected
    windows = (size + sum(expected) - ((kernel - 1) * dilation + 1)) // stride + 1
    assert windows == -(-size // stride)


def test_an_error_is_one_line_whatever_the_file_s_names():
    error = ModelError("a\nb.tflite", "p" * 1000, "r\x1b[2J\u202e", layer="\u2028x", operator="CONV_2D")
    text = str(error)
    assert text.isprintable()
    assert text.startswith("a\\nb.tflite: layer '\\u2028x' (CONV_2D): ppp")
    assert len(text) < 3 * MAX_PART
    assert str(ModelError("f", "p", "r")) == "f: p: r"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"scale": 0.0}, "a scale that is not positive"),
        ({"scale": -1.0}, "a scale that is not positive"),
        ({"scale": float("inf")}, "a scale that is not positive"),
        ({"scale": float("nan")}, "a scale that is not positive"),
        ({"scale": 1.0, "zero_point": 128}, "a zero point out of its type's range"),
        ({"scale": 1.0, "zero_point": -(2**62)}, "a zero point out of its type's range"),
        ({"scales": [1.0], "zero_points": [0, 0]}, "1 scales and 2 zero points"),
        ({"scales": [1.0, 1.0]}, "2 scales: per-channel quantization is for weights only"),
    ],
)
def test_quantization_parameters_are_checked(parameters: dict[str, Any], message: str):
    m = ModelBuilder()
    x = m.input((1, 4), name="x", **parameters)
    text = refusal(m.finish([m.op("RELU", [x], m.tensor((1, 4), scale=1.0))]))
    assert text.startswith(f"net.tflite: layer 'x' (INT8 tensor): {message}")


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, -2), "dynamic shape [1, -2]"),
        ((1, 0), "empty shape [1, 0]"),
        ((1, 2**30, 2**30), "no tensor so large"),
        ((1,) * 9, "no tensor so large"),
    ],
)
def test_shapes_are_checked(shape: tuple[int, ...], message: str):
    m = ModelBuilder()
    assert message in refusal(relu_of(m, m.input(shape, "FLOAT32"), shape))


def test_weights_scales_must_be_as_many_as_channels():
    m = ModelBuilder()
    x = m.input((1, 4), scale=0.5)
    w = m.const(np.ones((3, 4), np.int8), scales=[0.5, 0.5], name="w")
    text = refusal(m.finish([m.op("FULLY_CONNECTED", [x, w], m.tensor((1, 3), scale=0.5))]))
    assert "layer 'w' (INT8 tensor): 2 scales for shape [3, 4]" in text


def test_tables_that_overlap_are_read_a_bounded_number_of_times():
    """A vector of two thousand references to one tensor of twenty thousand scales describes 240 MB."""
    m = ModelBuilder()
    m.tensor((1, 4), scales=[0.5] * 20_000)
    x = m.input((1, 4), "FLOAT32")
    for _ in range(2000):
        m.tensor((1, 4), "FLOAT32")
    data = bytearray(relu_of(m, x))
    tensors: Any = schema.Model.GetRootAs(bytes(data)).Subgraphs(0)._tab
    start: int = tensors.Vector(tensors.Offset(4))
    first = start + int.from_bytes(data[start : start + 4], "little")
    for place in range(start, start + 4 * len(m.tensors), 4):
        data[place : place + 4] = (first - place).to_bytes(4, "little")
    assert "damaged at the model, Subgraphs 0, Tensors" in refusal(bytes(data))


@pytest.mark.parametrize("field", ["inputs", "outputs"])
def test_a_network_has_inputs_and_outputs(field: str):
    m = ModelBuilder()
    x = m.input((1, 4), "FLOAT32")
    if field == "inputs":
        m.inputs.clear()
    assert "no inputs or no outputs" in refusal(m.finish([x] if field == "inputs" else []))


def test_the_same_input_twice():
    m = ModelBuilder()
    x = m.input((1, 4), "FLOAT32")
    m.inputs.append(x)
    assert "names one twice" in refusal(relu_of(m, x))


def test_files_are_made_acceptable_to_litert():
    m = ModelBuilder()
    x = m.input((1, 4), "FLOAT32")
    m.tensor((4,), scale=1.0, axis=3)
    m.tensor((1, 4), scale=1.0, axis=1)
    data = relu_of(m, x)
    tensors = [schema.Model.GetRootAs(accepted_by_litert(data, "net"), 0).Subgraphs(0).Tensors(i) for i in (1, 2)]
    assert [tensor.Quantization().QuantizedDimension() for tensor in tensors] == [0, 1]
    unchanged = ModelBuilder()
    data = relu_of(unchanged, unchanged.input((1, 4), "FLOAT32"))
    assert accepted_by_litert(data, "net") == data
