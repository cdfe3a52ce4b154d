"""From a .tflite file to a module of the dqnn dialect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue

from ...dialects.dqnn import name_tensor
from ..errors import ModelError
from .layer import Layer
from .model import Model, Operator, Tensor, read_model
from .network import Array, Network
from .operators import SUPPORTED, Importer, Results
from .types import tensor_error, value_type

FUNCTION = "main"
"""Name of the function that holds the network, as converters call the first subgraph."""

INTEGER_RANGES = {"INT32": 2**31, "INT64": 2**63}
"""Types of the tensors that compute shapes -> the first magnitude that they do not hold."""


def import_tflite(data: bytes, file: str) -> ModuleOp:
    """The network in the bytes of a .tflite file; `file` is how errors call it.

    The module holds one function: its arguments and results are the file's inputs and outputs in the file's order,
    with their names as `dqnn.name`. Each op's location is the name of its operator's first output.

    Raises:
        ModelError: the file is damaged, or holds what is not supported.
    """
    model = read_model(data, file)
    inputs = [model.tensors[i] for i in model.inputs]
    outputs = [model.tensors[i] for i in model.outputs]
    _check_edges(model, inputs, outputs)
    block = Block(arg_types=[value_type(model.file, tensor) for tensor in inputs])
    network = Network(model, block)
    for argument, tensor in zip(block.args, inputs, strict=True):
        network.values[tensor.index] = network.named(argument, tensor)
    for operator in model.operators:
        _import_operator(network, operator)
    results = [network.value(tensor) for tensor in outputs]
    block.add_op(ReturnOp(*results))
    function = FuncOp(
        FUNCTION,
        ([argument.type for argument in block.args], [result.type for result in results]),
        Region(block),
        arg_attrs=_names(inputs),
        res_attrs=_names(outputs),
    )
    return ModuleOp([function])


def _names(tensors: Sequence[Tensor]) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr([DictionaryAttr({"dqnn.name": StringAttr(tensor.name)}) for tensor in tensors])


def _check_edges(model: Model, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> None:
    """Check the lists of inputs and outputs, and that no input has a dynamic dimension other than the batch."""
    if not inputs or not outputs:
        raise ModelError(model.file.name, "no inputs or no outputs", "the file holds no network to run")
    if len(set(model.inputs)) != len(inputs):
        raise model.file.damaged("the list of inputs, which names one twice")
    for tensor in inputs:
        if tensor.dynamic:
            raise tensor_error(
                model.file, tensor, "a dynamic dimension", "convert with a fixed input shape (batch excepted)"
            )


def _import_operator(network: Network, operator: Operator) -> None:
    file = network.file
    if not operator.outputs:
        raise file.damaged(f"operator {operator.index}, which has no outputs")
    importer = SUPPORTED.get(operator.kind)
    layer = Layer(network, operator, None if importer is None else importer.options)
    _check_outputs(layer)
    if importer is None:
        raise _unsupported(layer)
    _check_signature(layer, importer)
    if operator.index in network.absorbed:
        return
    if all(tensor.type in INTEGER_RANGES for tensor in layer.outputs):
        if importer.fold is None:
            raise layer.refuse(f"{layer.outputs[0].type} output", "integer tensors may only compute shapes")
        arrays = importer.fold(layer)
        _keep(layer, arrays if isinstance(arrays, list) else [arrays])
        return
    if importer.convert is None:
        remedy = "it may only compute shapes, on constant integers"
        raise layer.refuse(f"{layer.outputs[0].type} output", remedy)
    _bind(layer, importer.convert(layer))


def _unsupported(layer: Layer) -> ModelError:
    """The error for an operator that no importer exists for."""
    operator = layer.operator
    if operator.kind == "CUSTOM":
        remedy = "convert without custom operators (TensorFlow or vendor extensions)"
        return layer.refuse(f"custom operator '{operator.custom_code}'", remedy)
    remedy = "replace the layer by supported ones (`dqnnc supported-ops` lists them)"
    return layer.refuse("unsupported operator", remedy)


def _check_outputs(layer: Layer) -> None:
    """Check that the operator writes no tensor that has been written, and keeps no state."""
    network = layer.network
    indices = layer.operator.outputs
    written = any(
        tensor.index in network.values or tensor.index in network.arrays or tensor.data is not None
        for tensor in layer.outputs
    )
    if written or len(set(indices)) != len(indices):
        raise layer.refuse("writes a tensor that has a value already", "convert the model again")
    operands = [network.model.tensors[i] for i in layer.operator.inputs if i >= 0]
    if any(tensor.variable for tensor in (*operands, *layer.outputs)):
        raise layer.refuse("a variable tensor", "state between inferences is not supported; make it an input")


def _check_signature(layer: Layer, importer: Importer) -> None:
    """Check the operator's version and its numbers of inputs and outputs."""
    operator = layer.operator
    if not 1 <= operator.version <= importer.versions:
        raise layer.refuse(
            f"version {operator.version} of the operator",
            f"versions up to {importer.versions} are known; convert with another release of the converter",
        )
    low, high = importer.inputs
    if not low <= len(operator.inputs) <= high:
        raise layer.refuse(f"{len(operator.inputs)} inputs", "the file is damaged; convert the model again")
    if len(operator.outputs) > importer.outputs:
        raise layer.refuse(f"{len(operator.outputs)} outputs", "the file is damaged; convert the model again")


def _keep(layer: Layer, arrays: Sequence[Array]) -> None:
    """Keep what was computed of integer tensors."""
    if len(arrays) != len(layer.outputs):
        raise layer.refuse(f"{len(layer.outputs)} outputs", "the file is damaged; convert the model again")
    for tensor, array in zip(layer.outputs, arrays, strict=True):
        limit = INTEGER_RANGES[tensor.type]
        if np.any((array < -limit) | (array >= limit)):
            raise layer.refuse(f"a value out of the range of {tensor.type}", "convert the model again")
        layer.network.arrays[tensor.index] = array


def _bind(layer: Layer, results: Results) -> None:
    """Take an importer's values as the operator's outputs, which must be of the types that the file says."""
    if results is None:
        return
    values = [results] if isinstance(results, SSAValue) else results
    for tensor, value in zip(layer.outputs, values, strict=True):
        expected = value_type(layer.network.file, tensor)
        if value.type != expected:
            raise layer.refuse(*_difference(value.type, expected))
        if value.name_hint is None:
            layer.network.named(value, tensor)
        layer.network.values[tensor.index] = value
        name_tensor(value, layer.network.labels[tensor.index])


def _difference(computed: Attribute, said: Attribute) -> tuple[str, str]:
    return (
        f"output of type {said} where {computed} is computed",
        "shape, scale and zero point must be the input's here; convert with a batch of 1 and a fixed shape",
    )
