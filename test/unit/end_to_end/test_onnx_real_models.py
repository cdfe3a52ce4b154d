"""Quantized ONNX networks as the C that they become, compared with ONNX Runtime on real data.

A softmax behind the last codes is left out on both sides: it makes a large difference of one step of a code.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np
import pytest
from dqnnc.dialects.dqnn import (
    ConstantOp,
    DqnnOp,
    ReshapeOp,
    SoftmaxOp,
    TransposeOp,
    quantized_element,
    tensor_type,
)
from dqnnc.dialects.semantics import evaluate
from dqnnc.frontends.onnx import import_onnx
from dqnnc.frontends.tflite import import_tflite
from dqnnc.passes.pipelines import DqnnToCallsPipeline, OptimizePipeline, PreparePipeline, QuantizePipeline, expand
from dqnnc.passes.target import computed_ops
from dqnnc.tools.dqnnc.compile import Options, compile_model
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.edges import convert, network_edges, to_reals
from dqnnc.tools.run_compiled import run_samples
from numpy.typing import NDArray
from support.models import model, needs_models
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from support.real_data import QUANTIZED_ONNX_MODELS, real_data
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

pytestmark = [needs_models, needs_onnx_runtime]

Array = NDArray[Any]

CODES_OFF = 0.02
"""Share of the output codes that may differ from ONNX Runtime's."""
STEPS_OFF = 2
"""How far one may be off."""
LAYER_CODES_OFF = 1e-5
"""Share of codes in which a layer that is given ONNX Runtime's own codes may differ. Measured: 3e-6."""
NEAR_HALF = 2.0**-12
"""How far from the middle of two codes a real number may then lie; float32's sums are off by up to 2e-4 steps."""
IMAGES = 20
"""How many are computed layer by layer."""
CLASSES_LOST = 3 / 1000
"""Share of samples by which fewer may be classified rightly than ONNX Runtime does."""


def without_softmax(data: bytes) -> bytes:
    """The model up to the last real numbers, or codes made real, in front of a softmax; itself if it has none."""
    onnx: Any = pytest.importorskip("onnx")
    network = onnx.load_from_string(data)
    graph = network.graph
    kinds = [node.op_type for node in graph.node]
    place = next((place for place, kind in enumerate(kinds) if kind in ("Softmax", "QLinearSoftmax")), None)
    if place is None:
        return data
    softmax = graph.node[place]
    [output] = graph.output
    del graph.node[place:]
    if softmax.op_type == "Softmax":
        output.name = softmax.input[0]
    else:
        graph.node.append(onnx.helper.make_node("DequantizeLinear", softmax.input[:3], [output.name]))
    return network.SerializeToString()


@pytest.mark.parametrize("name", QUANTIZED_ONNX_MODELS)
def test_compiled_network(name: str):
    """On all the real data: nearly all codes of ONNX Runtime, and its classes."""
    file, real = model(name), real_data(name)
    data = without_softmax(file.read_bytes())
    runtime, module = OnnxRuntime(data), import_onnx(data, name)
    own = network_edges(module)
    DqnnToCallsPipeline().apply(Context(), module)
    network = network_edges(module)
    [source], [target] = network.inputs, network.outputs
    element = target.type.element_type
    samples = [[convert(sample[np.newaxis], own.inputs[0], source)] for sample in real.inputs]
    codes = np.concatenate([outputs[0] for outputs in run_samples(module, samples)])
    expected = np.concatenate([runtime.run([sample[np.newaxis]])[0] for sample in real.inputs])

    step = quantized_element(target.type)
    assert step is not None
    steps = np.rint(np.abs(to_reals(codes, element) - expected) / step.scale)
    print(f"{name}: {(steps > 0).mean():.4%} of codes differ, by up to {steps.max():.0f}")
    assert (steps > 0).mean() <= CODES_OFF
    assert steps.max() <= STEPS_OFF
    if real.labels is not None:
        right, right_there = ((values.argmax(1) == real.labels).sum() for values in (codes, expected))
        print(f"{name}: {right} of {len(codes)} right, ONNX Runtime {right_there}")
        assert right >= right_there - CLASSES_LOST * len(codes)


def integer_network(module: ModuleOp) -> list[DqnnOp]:
    """The operators on signed codes, in order; those that only give a shape are left out, and the softmax."""

    def is_integer(op: DqnnOp) -> bool:
        elements = [quantized_element(tensor_type(value)) for value in (op.operands[0], *op.results)]
        return all(element is not None and element.is_signed for element in elements)

    for item in expand([PreparePipeline(), QuantizePipeline(), OptimizePipeline()]):
        item.apply(Context(), module)
    others = (ReshapeOp, SoftmaxOp, TransposeOp)
    return [op for op in computed_ops(module) if is_integer(op) and not isinstance(op, others)]


def test_one_network_as_qdq_and_as_tflite():
    """The same sequence of integer operators. ONNX's softmax at the end is of real numbers."""
    name, other = "mlperf_tiny_onnx/ic_resnet.onnx", "mlperf_tiny/pretrainedResnet_quant.tflite"
    qdq = integer_network(import_onnx(model(name).read_bytes(), name))
    tflite = integer_network(import_tflite(model(other).read_bytes(), other))
    assert [op.name for op in qdq] == [op.name for op in tflite]
    assert len(qdq) > 12


class Codes(NamedTuple):
    """Codes of an activation in ONNX Runtime, channels last, and the quotients that they were rounded from."""

    codes: Array
    quotients: Array


def runtime_codes(data: bytes, inputs: Array) -> dict[tuple[float, int, int], Codes]:
    """All activations by their scale, zero point of signed codes and number of codes for one image."""
    onnx: Any = pytest.importorskip("onnx")
    network = onnx.load_from_string(data)
    values = {value.name: onnx.numpy_helper.to_array(value) for value in network.graph.initializer}
    nodes = [node for node in network.graph.node if node.op_type == "QuantizeLinear"]
    names = list(dict.fromkeys(name for node in nodes for name in (node.input[0], node.output[0])))
    del network.graph.output[:]
    network.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    runtime = OnnxRuntime(network.SerializeToString())
    results = zip(*[runtime.run([sample[np.newaxis]]) for sample in inputs], strict=True)
    stored = {
        name: np.moveaxis(array, 1, -1) if array.ndim == 4 else array
        for name, array in zip(names, map(np.concatenate, results), strict=True)
    }
    found: dict[tuple[float, int, int], Codes] = {}
    for node in nodes:
        scale, zero_point = values[node.input[1]], values[node.input[2]]
        unsigned = 128 if zero_point.dtype == np.uint8 else 0
        codes = (stored[node.output[0]].astype(np.int16) - unsigned).astype(np.int8)
        quotients = stored[node.input[0]].astype(np.float64) / float(scale)
        found[float(scale), int(zero_point) - unsigned, codes[0].size] = Codes(codes, quotients)
    return found


@pytest.mark.parametrize("name", ["mlperf_tiny_onnx/ic_resnet.onnx", "derived_qoperator/ic_qdq_u8_pert.onnx"])
def test_layers_on_the_same_codes(name: str):
    """A layer's codes are ONNX Runtime's, but where float32's own error decides between two."""
    data = without_softmax(model(name).read_bytes())
    inputs = real_data(name).inputs[:IMAGES]
    activations = runtime_codes(data, inputs)

    def codes_of(value: SSAValue) -> Codes:
        shape, element = tensor_type(value).get_shape(), quantized_element(tensor_type(value))
        assert element is not None
        found = activations[element.scale, element.zero_point, prod(shape)]
        return Codes(*(array.reshape(len(inputs), *shape) for array in found))

    total, off = 0, 0
    for op in integer_network(import_onnx(data, name)):
        expected = codes_of(op.results[0])
        for image in range(len(inputs)):
            operands = [
                value.owner.array if isinstance(value.owner, ConstantOp) else codes_of(value).codes[image]
                for value in op.operands
            ]
            differs = evaluate(op, operands)[0] != expected.codes[image]
            quotients = expected.quotients[image][differs]
            assert (np.abs(quotients - np.floor(quotients) - 0.5) < NEAR_HALF).all()
            total, off = total + differs.size, off + differs.sum()
    print(f"{name}: {off} of {total} codes differ")
    assert total > 1_000_000
    assert off <= LAYER_CODES_OFF * total


@pytest.mark.parametrize(("name", "macc"), [("qdense_64x32", 2938), ("dense_64x32", 3008)])
def test_published_operations(name: str, macc: int):
    """What the vendor of the models counts."""
    options = Options(input_data_type=("float32",), output_data_type=("float32",))
    compiled = compile_model(model(f"st_ispu/{name}.onnx"), options)
    assert analysis_of(compiled).macc == macc
