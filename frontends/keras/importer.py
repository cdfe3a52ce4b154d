"""From a Keras model to a module of the dqnn dialect."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr, TensorType, f32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue

from ...dialects.dqnn import name_tensor
from ...dialects.dqnn.network import NAME_ATTRIBUTE
from ..names import value_name
from .archive import open_archive
from .file import File
from .graph import INPUT, Call, GraphReader, LayerRecord, NetworkRecord, Tensor, input_shape
from .layer import Context, Layer
from .layers import SUPPORTED
from .options import Json, as_mapping
from .tensors import call_names
from .weights import LiveWeights, Roles, Weights, leaves

FUNCTION = "main"
"""Name of the function that holds the network."""

Values = dict[Tensor, SSAValue]


def import_keras_file(data: bytes, file: str) -> ModuleOp:
    """The network in the bytes of an .h5 or .keras file; `file` is how errors call it.

    The module holds one function with the network's inputs and outputs, batch 1 and float32, named as the layers
    that they are of (`dqnn.name`). Each op's location is its layer's name. Operators are float; quantizers are
    `dqnn.quantize` and `dqnn.dequantize` around them, weights constants behind a `dqnn.dequantize`.

    Raises:
        ModelError: the file is damaged, or holds what is not supported.
    """
    source = File(file)
    archive = open_archive(source, data)
    network = GraphReader(source).network(archive.description)
    return _import(source, network, archive.weights(network, roles_of(network)), keras3=archive.keras3)


def import_keras(model: Any, name: str | None = None) -> ModuleOp:
    """The network of a model object of Keras 2 (tf_keras) or Keras 3, with its weights as they are now.

    Raises:
        ModelError: it holds what is not supported.
    """
    source = File(name or str(model.name))
    description = json.loads(model.to_json())
    version = str(description.get("keras_version", ""))
    keras3 = version.startswith("3") or (not version and type(model).__module__.startswith("keras."))
    network = GraphReader(source).network(description)
    return _import(source, network, LiveWeights(source, model), keras3=keras3)


def roles_of(network: NetworkRecord) -> Roles:
    """The weights of each layer. Layers of unknown classes have none here; their import fails."""
    return {
        layer.path: tuple(SUPPORTED[layer.class_name].roles(layer.options))
        for layer in leaves(network)
        if layer.class_name in SUPPORTED
    }


def _import(file: File, network: NetworkRecord, weights: Weights, *, keras3: bool) -> ModuleOp:
    _check_classes(file, network)
    inputs = [_layer(network, tensor, file) for tensor in network.inputs]
    if len({layer.name for layer in inputs}) != len(inputs) or any(layer.class_name != INPUT for layer in inputs):
        raise file.damaged("the list of inputs")
    block = Block(arg_types=[TensorType(f32, input_shape(layer.options)) for layer in inputs])
    for argument, layer in zip(block.args, inputs, strict=True):
        argument.name_hint = value_name(layer.name)
    context = Context(file, weights, block, keras3)
    outputs = _emit(context, network, list(block.args))
    block.add_op(ReturnOp(*outputs))
    function = FuncOp(
        FUNCTION,
        ([argument.type for argument in block.args], [output.type for output in outputs]),
        Region(block),
        arg_attrs=_names([layer.name for layer in inputs]),
        res_attrs=_names([tensor.layer for tensor in network.outputs]),
    )
    return ModuleOp([function])


def _names(names: Sequence[str]) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr([DictionaryAttr({NAME_ATTRIBUTE: StringAttr(name)}) for name in names])


def _layer(network: NetworkRecord, tensor: Tensor, file: File) -> LayerRecord:
    found = next((layer for layer in network.layers if layer.name == tensor.layer), None)
    if found is None:
        raise file.damaged(f"'{tensor.layer}', which is no layer")
    return found


def _check_classes(file: File, network: NetworkRecord) -> None:
    """Check that each layer is of a class that can be imported, before anything of it is looked at.

    Raises:
        ModelError: one is not.
    """
    for layer in leaves(network):
        if layer.class_name == INPUT or layer.class_name in SUPPORTED:
            continue
        if "Lambda" in layer.class_name or layer.class_name == "SlicingOpLambda":
            raise layer.options.refuse(
                "a layer that holds code",
                "no code of a file is run; use layers, or a layer of its own for each operation",
            )
        raise layer.options.refuse(
            "unsupported layer", "replace it by supported ones (`dqnnc supported-ops` lists them)"
        )


def _emit(context: Context, network: NetworkRecord, arguments: Sequence[SSAValue], prefix: str = "") -> list[SSAValue]:
    """The outputs of a network for given inputs; `prefix` is for the names of its tensors."""
    file = context.file
    if len(arguments) != len(network.inputs):
        raise file.damaged(f"a network of {len(network.inputs)} inputs that is called with {len(arguments)}")
    values: Values = dict(zip(network.inputs, arguments, strict=True))
    for call, name in zip(network.calls, call_names(network, prefix), strict=True):
        if call.layer.class_name == INPUT:
            if Tensor(call.layer.name, call.index, 0) not in values:
                raise file.damaged(f"'{call.layer.name}', an input that is not in the list of inputs")
            continue
        inputs = [_value(values, tensor, file) for tensor in call.inputs]
        for index, result in enumerate(_call(context, call, name, inputs)):
            values[Tensor(call.layer.name, call.index, index)] = result
    return [_value(values, tensor, file) for tensor in network.outputs]


def _value(values: Mapping[Tensor, SSAValue], tensor: Tensor, file: File) -> SSAValue:
    value = values.get(tensor)
    if value is None:
        raise file.damaged(f"output {tensor.index} of call {tensor.call} of '{tensor.layer}', which nothing computes")
    return value


def _call(context: Context, call: Call, name: str, inputs: list[SSAValue]) -> list[SSAValue]:
    """The results of one call of a layer, whose result is called `name`."""
    layer = call.layer
    if layer.network is not None:
        return _emit(context, layer.network, inputs, f"{name}/")
    _check_float32(layer)
    result = SUPPORTED[layer.class_name].convert(Layer(context, layer, inputs, name))
    name_tensor(result, name)
    return [result]


def _check_float32(layer: LayerRecord) -> None:
    """Check that the layer computes in float32."""
    dtype: Json = layer.options.get("dtype", "float32")
    if (policy := as_mapping(dtype)) is not None:
        config = as_mapping(policy.get("config"))
        dtype = None if config is None else config.get("name")
    if dtype not in ("float32", None):
        raise layer.options.refuse(f"dtype {dtype}", "save the model with the dtype policy float32")
