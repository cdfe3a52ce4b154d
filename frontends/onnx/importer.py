"""From an .onnx file to a module of the dqnn dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr, TensorType, f32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue

from ...dialects.dqnn import name_tensor
from ...dialects.dqnn.network import NAME_ATTRIBUTE, NOTES
from ..names import value_name
from .codes import NUMBERS, code_type
from .file import File
from .known import Known
from .layer import AGAIN, Layer
from .model import GRAPH, MICROSOFT, STANDARD, Edge, Model, Node, edge_error, read_model
from .network import Network, Value
from .operators import SUPPORTED, Importer
from .shapes import input_shapes
from .tensors import type_name

FUNCTION = "main"
"""Name of the function that holds the network."""

HALF_PRECISION = ("FLOAT16", "BFLOAT16", "DOUBLE")

schema: Any = onnx


def import_onnx(
    data: bytes, file: str, *, folder: Path | None = None, fixed: Mapping[str, int] | None = None
) -> ModuleOp:
    """The network in the bytes of an .onnx file.

    The module holds one function with the network's inputs and outputs, named as in the file (`dqnn.name`). Each op's
    location is its node's name. Layers are float, quantizers are `dqnn.quantize` and `dqnn.dequantize` around them,
    also where the file has quantized operators; weights are constants behind a `dqnn.dequantize`. Operators on images
    are channel-last with a `dqnn.transpose` before and behind each.

    Args:
        data: the file's bytes.
        file: how errors call it.
        folder: where external data is; by default the folder that the path `file` is in.
        fixed: sizes of dimensions that the inputs leave open, by name.

    Raises:
        ModelError: the file is damaged, or holds what is not supported.
    """
    model = read_model(data, File(file, Path(file).parent if folder is None else folder))
    shapes = input_shapes(model, fixed or {})
    if not model.inputs or not model.outputs:
        raise model.file.refuse("no inputs or no outputs", "the file holds no network to run")
    types = [TensorType(_element(model, edge), shape) for edge, shape in zip(model.inputs, shapes, strict=True)]
    network = Network(model, Block(arg_types=types))
    for argument, edge in zip(network.block.args, model.inputs, strict=True):
        if edge.name in network.values:
            raise model.file.damaged("the list of inputs, which names one twice")
        argument.name_hint = value_name(edge.name)
        network.values[edge.name] = argument
    for name in precisions(model):
        network.note(f"{name} tensors: computed in float32")
    for node in model.nodes:
        _import_node(network, node)
    results = [_output(network, edge) for edge in model.outputs]
    network.block.add_op(ReturnOp(*results))
    function = FuncOp(
        FUNCTION,
        (types, [result.type for result in results]),
        Region(network.block),
        arg_attrs=_names(model.inputs),
        res_attrs=_names(model.outputs),
    )
    attributes = {NOTES: ArrayAttr([StringAttr(note) for note in network.notes])} if network.notes else {}
    return ModuleOp([function], attributes)


def precisions(model: Model) -> list[str]:
    """Names of the types of real numbers other than float32 that inputs and constants have."""
    types = {edge.type for edge in model.inputs} | {int(proto.data_type) for proto in model.constants.values()}
    return sorted({type_name(type) for type in types if type is not None} & set(HALF_PRECISION))


def _names(edges: Sequence[Edge]) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr([DictionaryAttr({NAME_ATTRIBUTE: StringAttr(edge.name)}) for edge in edges])


def _element(model: Model, edge: Edge) -> Attribute:
    """The element type of an input: f32, or codes with the meaning that the operators behind it give them."""
    name = None if edge.type is None else type_name(edge.type)
    if name == "FLOAT" or name in HALF_PRECISION:
        return f32
    if name in NUMBERS:
        return code_type(model, edge)
    raise edge_error(model.file, edge, "an input of this type", "feed the network with float32, int8 or uint8")


def _output(network: Network, edge: Edge) -> SSAValue:
    value = network.find(edge.name)
    if value is None:
        raise edge_error(network.file, edge, "an output that nothing computes", AGAIN)
    if isinstance(value, Known):
        return Layer(network, Node(0, edge.name, "", "output", (), (edge.name,), {}), 0).as_value(value, "output")
    return value


def _import_node(network: Network, node: Node) -> None:
    importer = SUPPORTED.get((node.domain, node.kind))
    if importer is None:
        raise _unsupported(Layer(network, node, 0))
    layer = Layer(network, node, _version(network, node))
    _check_signature(layer, importer)
    operands = [layer.operand(index) for index in range(len(node.inputs)) if layer.has(index)]
    if importer.fold is not None and all(isinstance(operand, Known) for operand in operands):
        _bind(layer, importer.fold(layer))
    elif importer.convert is None:
        raise layer.refuse("an input that is no constant", "it may only compute shapes and other constants")
    else:
        _bind(layer, importer.convert(layer))


def _unsupported(layer: Layer) -> Exception:
    """The error for an operator that no importer exists for."""
    node = layer.node
    if any(attribute.type == GRAPH for attribute in node.attributes.values()):
        return layer.refuse("control flow", "export the model without branches and loops")
    if node.domain not in (STANDARD, MICROSOFT):
        return layer.refuse("a custom operator", "export the model without operators of other domains")
    return layer.refuse(
        "unsupported operator", "replace the layer by supported ones (`dqnnc supported-ops` lists them)"
    )


def _version(network: Network, node: Node) -> int:
    """The operator set in which the operator got the meaning that it has in this file."""
    if node.domain != STANDARD:
        return 1
    version = network.model.opsets[STANDARD]
    if not schema.defs.has(node.kind, version, STANDARD):
        raise Layer(network, node, 0).refuse(f"an operator that operator set {version} does not have", AGAIN)
    return int(schema.defs.get_schema(node.kind, version, STANDARD).since_version)


def _check_signature(layer: Layer, importer: Importer) -> None:
    """Check the operator's version and its numbers of inputs and outputs."""
    if layer.version > importer.version:
        raise layer.refuse(
            f"version {layer.version} of the operator", f"versions up to {importer.version} are known; export to that"
        )
    low, high = importer.inputs
    if not low <= len(layer.node.inputs) <= high:
        raise layer.refuse(f"{len(layer.node.inputs)} inputs", AGAIN)
    if len(layer.node.outputs) > importer.outputs:
        for index in range(importer.outputs, len(layer.node.outputs)):
            layer.unused(index)


def _bind(layer: Layer, results: Value | Sequence[Value]) -> None:
    """Take an importer's values as the node's outputs."""
    values = [results] if isinstance(results, SSAValue | Known) else results
    network = layer.network
    for name, value in zip(layer.node.outputs, values, strict=False):
        if not name:
            continue
        if network.find(name) is not None:
            raise layer.refuse(f"output '{name}', which has a value already", AGAIN)
        network.values[name] = value
        if isinstance(value, Known) and not any(_same_memory(value, layer, i) for i in range(len(layer.node.inputs))):
            network.spend(value.array)
        if isinstance(value, SSAValue):
            name_tensor(value, name)


def _same_memory(value: Known, layer: Layer, index: int) -> bool:
    """Whether a constant is operand `index` seen in another way."""
    operand = layer.known(index) if layer.has(index) else None
    return operand is not None and np.may_share_memory(value.array, operand.array)
