"""Networks that give away what they compute inside: copies with further outputs, and cut into layers.

Of a network whose operators have their kernels, the copies run these same kernels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import SSAValue
from xdsl.transforms.dead_code_elimination import dce

from ...dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    DqnnOp,
    ModelTensor,
    QuantizeOp,
    ReverseBitsOp,
    is_binary,
    layer_name,
    model_tensors,
    name_tensor,
    tensor_names,
    tensor_type,
)
from ...dialects.dqnn.base import Tensor
from ...dialects.dqnn.network import network_function, result_names
from ...passes.select_kernels import selection_of
from ...passes.target import computed_ops

Array = NDArray[Any]


@dataclass(frozen=True)
class Tap:
    """A value that a network computes, and the tensor of the model that it equals."""

    tensor: str
    order: tuple[int, ...]
    """Of the tensor's axes among those of the value, as `ModelTensor.order`."""
    layer: str
    operator: str
    kernel: str
    """The C function; empty in a network without kernels."""
    type: Tensor

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The value's shape without the batch of one, where it has one."""
        shape = self.type.get_shape()
        return shape[1:] if shape[:1] == (1,) else shape

    def of_value(self, tensor: Array) -> Array:
        """The tensor's numbers as the value has them: both are [samples, ...], with or without a batch of one."""
        shape, axes = self.type.get_shape(), self._axes
        given = tensor.reshape(len(tensor), *(shape[axis] for axis in axes))
        ordered = given.transpose(0, *(int(axis) + 1 for axis in np.argsort(axes)))
        return ordered.reshape(len(tensor), *self.sample_shape)

    def of_tensor(self, values: Array) -> Array:
        """The value's numbers as the tensor has them: [samples, ...] with a batch of one, where it has one."""
        given = values.reshape(len(values), *self.type.get_shape())
        return given.transpose(0, *(axis + 1 for axis in self._axes))

    @property
    def _axes(self) -> tuple[int, ...]:
        return self.order or tuple(range(len(self.type.get_shape())))


@dataclass(frozen=True)
class TappedValue:
    """A tap, and its value in the IR."""

    tap: Tap
    value: SSAValue


def taps_of(module: ModuleOp, known: Collection[str]) -> list[Tap]:
    """The values of a network that equal one of the model's tensors `known`. Views, which compute nothing, are none."""
    return [item.tap for item in _tapped_values(module, known)]


def computed_tensors(module: ModuleOp) -> set[str]:
    """The tensors of the model that values of a network equal."""
    return {name for op in computed_ops(module) for value in op.results for name in tensor_names(value)}


def name_values(module: ModuleOp) -> None:
    """Let a network without a model be its own: each value is the tensor of its name in the text, or of its place."""
    given = computed_tensors(module)
    for place, value in enumerate(value for op in computed_ops(module) for value in op.results):
        if not tensor_names(value):
            name = value.name_hint or f"value {place}"
            name_tensor(value, name if name not in given else f"{name} {place}")
            given.add(name)


def with_named_outputs(module: ModuleOp, known: Collection[str]) -> ModuleOp:
    """A copy of a network in which each output that equals no tensor `known` is one of its own, `output 'name'`.

    Bits in another order are the same values in another memory: the output's value is that before.
    """
    module = module.clone()
    function = network_function(module)
    for name, value in zip(result_names(function), _end(function).operands, strict=True):
        if _tensor(value, known) is None and not isinstance(value.owner, ReverseBitsOp):
            name_tensor(value, output_tensor(name))
    return module


def output_tensor(name: str) -> str:
    """What an output that the model has in another form is called."""
    return f"output '{name}'"


def untapped_layers(module: ModuleOp, known: Collection[str]) -> list[str]:
    """Layers with their operators whose values equal no tensor of the model: they go into the next tap."""
    return [
        f"{layer_name(op) or op.name} ({op.name.removeprefix('dqnn.')})"
        for op in _calls(module)
        if not any(_tensor(value, known) for value in op.results)
    ]


def with_taps(module: ModuleOp, known: Collection[str]) -> ModuleOp:
    """A copy of a network whose outputs are its own, and then the taps."""
    module = module.clone()
    function = network_function(module)
    values = [item.value for item in _tapped_values(module, known)]
    own = _attributes(function.res_attrs, len(function.function_type.outputs))
    _return(function, [*_end(function).operands, *values])
    function.res_attrs = ArrayAttr([*own, *(DictionaryAttr({}) for _ in values)])
    return module


def cut_at_taps(module: ModuleOp, known: Collection[str]) -> ModuleOp:
    """A copy of a network cut at the taps: what reads one reads a further input in its place. The outputs are the taps.

    So each layer computes on what it is given, whatever the layers before it compute. The inputs are the network's, and
    then one for each tap.
    """
    module = module.clone()
    function = network_function(module)
    values = [item.value for item in _tapped_values(module, known)]
    _return(function, values)
    _cut(function, values)
    return module


def cut_before_roundings(module: ModuleOp, known: Collection[str], rounded: Sequence[str]) -> ModuleOp:
    """A copy of an imported network cut at the taps, whose outputs are the real numbers that quantizers round.

    `rounded` are tensors that are quantizers' results, see `roundings_of`.
    """
    module = module.clone()
    function = network_function(module)
    values = [item.value for item in _tapped_values(module, known)]
    quantizers = [_roundings(module)[name].value.owner for name in rounded]
    _return(function, [op.input for op in quantizers if isinstance(op, QuantizeOp)])
    _cut(function, values)
    dce(module)
    return module


def roundings_of(module: ModuleOp) -> dict[str, Tap]:
    """The tensors of an imported network that are the results of quantizers, as QKeras, Larq and ONNX have them.

    Those of TensorFlow Lite are left out: its integer arithmetic has no real numbers before it rounds.
    """
    return {name: item.tap for name, item in _roundings(module).items()}


def _roundings(module: ModuleOp) -> dict[str, TappedValue]:
    return {
        tensor.name: _tapped(op, op.result, tensor)
        for op in computed_ops(module)
        if isinstance(op, QuantizeOp)
        and (op.method.data != DIVIDE_HALF_AWAY or is_binary(tensor_type(op.result).element_type))
        for tensor in model_tensors(op.result)
    }


def _tapped_values(module: ModuleOp, known: Collection[str]) -> Iterator[TappedValue]:
    for op in _calls(module):
        for value in op.results:
            if (tensor := _tensor(value, known)) is not None:
                yield _tapped(op, value, tensor)


def _tapped(op: DqnnOp, value: SSAValue, tensor: ModelTensor) -> TappedValue:
    layer, operator = layer_name(op) or op.name, op.name.removeprefix("dqnn.")
    return TappedValue(Tap(tensor.name, tensor.order, layer, operator, _callee(op) or "", tensor_type(value)), value)


def _tensor(value: SSAValue, known: Collection[str]) -> ModelTensor | None:
    return next((tensor for tensor in model_tensors(value) if tensor.name in known), None)


def _calls(module: ModuleOp) -> list[DqnnOp]:
    """The operators but views."""
    return [op for op in computed_ops(module) if _callee(op) != ""]


def _callee(op: DqnnOp) -> str | None:
    """The C function that an operator becomes, empty for a view; None where no kernel has been chosen."""
    selection = selection_of(op)
    return None if selection is None else selection.kernel.callee


def _cut(function: FuncOp, values: Sequence[SSAValue]) -> None:
    """Let what reads a value, but the return, read a further argument instead."""
    block = function.body.block
    own = _attributes(function.arg_attrs, len(block.args))
    for value in values:
        argument = block.insert_arg(value.type, len(block.args))
        value.replace_uses_with_if(argument, lambda use: not isinstance(use.operation, ReturnOp))
    function.arg_attrs = ArrayAttr([*own, *(DictionaryAttr({}) for _ in values)])
    function.update_function_type()


def _attributes(attributes: ArrayAttr[DictionaryAttr] | None, count: int) -> list[DictionaryAttr]:
    """What is said of each argument or result."""
    return [DictionaryAttr({})] * count if attributes is None else list(attributes)


def _return(function: FuncOp, values: Sequence[SSAValue]) -> None:
    """Let the function return these values, of which nothing is said."""
    old = _end(function)
    function.body.block.insert_op_before(ReturnOp(*values), old)
    old.detach()
    old.erase()
    function.res_attrs = None
    function.update_function_type()


def _end(function: FuncOp) -> ReturnOp:
    end = function.get_return_op()
    assert end is not None, "verified"
    return end
