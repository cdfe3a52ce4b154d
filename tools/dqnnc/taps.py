"""Networks that give away what they compute inside: the network as compiled, with further outputs and inputs.

Both forms are made once each operator has its kernel, so that they run the kernels of the network itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, SSAValue

from ...backends.common.kernel_table import KernelTable
from ...dialects.dqnn import DqnnOp, layer_name, tensor_names, tensor_type
from ...dialects.dqnn.base import Tensor
from ...dialects.dqnn.network import NAME_ATTRIBUTE, network_function
from ...passes.select_kernels import KERNEL
from ...passes.target import computed_ops


@dataclass(frozen=True)
class Tap:
    """A value that an operator of the compiled network computes, and the tensor of the model that it equals."""

    tensor: str
    layer: str
    operator: str
    kernel: str
    type: Tensor


@dataclass(frozen=True)
class Taps:
    """The values of a network that can be compared with the model's, and the operators whose values cannot."""

    taps: tuple[Tap, ...]
    skipped: tuple[str, ...]
    """Layers, with the operator, of values that no tensor of the model equals."""


def find_taps(selected: ModuleOp, table: KernelTable, known: Iterable[str]) -> Taps:
    """The values of a network with kernels that equal one of the model's tensors `known`; views compute nothing."""
    wanted = set(known)
    taps: list[Tap] = []
    skipped: list[str] = []
    for op, value in _computed(selected, table):
        name = next((name for name in tensor_names(value) if name in wanted), None)
        operator, layer = op.name.removeprefix("dqnn."), layer_name(op) or op.name
        if name is None:
            skipped.append(f"{layer} ({operator})")
        else:
            callee = table.find(_kernel(op)).kernel.callee
            taps.append(Tap(name, layer, operator, callee, tensor_type(value)))
    return Taps(tuple(taps), tuple(skipped))


def with_outputs(selected: ModuleOp, table: KernelTable, taps: Sequence[Tap]) -> ModuleOp:
    """A copy of the network with the taps as further outputs, behind its own."""
    module, values = _copy(selected, table, taps)
    _set_results(network_function(module), [*_results(module), *values])
    return module


def layers_alone(selected: ModuleOp, table: KernelTable, taps: Sequence[Tap]) -> ModuleOp:
    """A copy of the network cut at each tap: what reads it reads a further input, and its own value is an output.

    So each layer computes on what it is given, whatever the layers before it compute. The inputs are the network's
    and then the taps'; the outputs are the taps'.
    """
    module, values = _copy(selected, table, taps)
    function = network_function(module)
    block = function.body.block
    _set_results(function, values)
    for value in values:
        argument = block.insert_arg(value.type, len(block.args))
        for use in list(value.uses):
            if not isinstance(use.operation, ReturnOp):
                use.operation.operands[use.index] = argument
    names = [] if function.arg_attrs is None else list(function.arg_attrs)
    function.arg_attrs = ArrayAttr([*names, *(DictionaryAttr({NAME_ATTRIBUTE: _text(tap.tensor)}) for tap in taps)])
    function.update_function_type()
    return module


def _copy(selected: ModuleOp, table: KernelTable, taps: Sequence[Tap]) -> tuple[ModuleOp, list[SSAValue]]:
    """A copy of the network, and the values of the taps in it."""
    module = selected.clone()
    known = {tap.tensor for tap in taps}
    values = [value for _, value in _computed(module, table) if known.intersection(tensor_names(value))]
    assert len(values) == len(taps), "found in a network of the same operators"
    return module, values


def _computed(module: ModuleOp, table: KernelTable) -> Iterable[tuple[DqnnOp, SSAValue]]:
    """The results of the operators that have a kernel call."""
    for op in computed_ops(module):
        if not table.find(_kernel(op)).is_view:
            for value in op.results:
                yield op, value


def _kernel(op: DqnnOp) -> str:
    kernel = op.attributes[KERNEL]
    assert isinstance(kernel, StringAttr), "select-kernels has run"
    return kernel.data


def _results(module: ModuleOp) -> list[SSAValue]:
    return list(_return(network_function(module)).operands)


def _return(function: FuncOp) -> ReturnOp:
    last = function.body.block.last_op
    assert isinstance(last, ReturnOp), "verified"
    return last


def _set_results(function: FuncOp, values: Sequence[SSAValue]) -> None:
    """Let the function return these values, without names."""
    old = _return(function)
    function.body.block.insert_op_before(ReturnOp(*values), old)
    old.detach()
    old.erase()
    function.res_attrs = None
    function.update_function_type()


def _text(name: str) -> Attribute:
    return StringAttr(name)
