"""From operators on tensors to kernel calls on memory: the part that all backends share.

`placement` says where tensors lie, the kernel table how an operator is called. Here, buffers and views are made as the
calls need them, and constants become globals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import (
    ArrayAttr,
    BytesAttr,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    Float32Type,
    FloatAttr,
    FunctionType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    Signedness,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    UnitAttr,
    f32,
    i32,
    i64,
)
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.dialects.memref import AllocOp, GetGlobalOp, GlobalOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from ...dialects.dqnn import ConstantOp, DqnnOp, LinearOp, StagedOp, layer_name, tensor_type
from ...dialects.dqnn.constant import storage_element
from ...dialects.dqnn.memory import ViewOp, bytes_type
from ...dialects.dqnn.memory_form import OUTPUT, TYPE
from ...dialects.dqnn.network import NAME_ATTRIBUTE
from .binary import WORD, holds_binary, memory_shape, pack
from .c_args import NullAttr, OperandAttr, StructAttr
from .call import KernelCallOp
from .kernel_table import Context, InPlace, Selection
from .placement import Placement, storage_bytes

MemRef: TypeAlias = MemRefType[Attribute]

LONGEST_NAME = 40
"""Characters of a layer's name that names of its constants start with."""

_OUTPUTS, _SCRATCH = 1 << 16, 1 << 17
"""Offsets of operand numbers while a call is put together and the size of its operand groups is not known."""


@dataclass
class _Operands:
    """The operands of the call that is being put together."""

    inputs: list[SSAValue] = field(default_factory=list)
    outputs: list[SSAValue] = field(default_factory=list)
    scratch: list[SSAValue] = field(default_factory=list)

    def renumbered(self, value: Attribute) -> Attribute:
        """An argument with the final numbers of its operands."""
        match value:
            case OperandAttr():
                index = value.index.data
                if index >= _SCRATCH:
                    return OperandAttr(index - _SCRATCH + len(self.inputs) + len(self.outputs))
                return OperandAttr(index - _OUTPUTS + len(self.inputs)) if index >= _OUTPUTS else value
            case StructAttr():
                return StructAttr(value.type_name, value.variable, self._fields(value.fields))
            case DictionaryAttr():
                return self._fields(value)
            case _:
                return value

    def _fields(self, fields: DictionaryAttr) -> DictionaryAttr:
        return DictionaryAttr({name: self.renumbered(value) for name, value in fields.data.items()})


class Globals:
    """The constants of a module; equal ones are shared."""

    def __init__(self, taken: Sequence[str]):
        self.ops: list[GlobalOp] = []
        self._names = set(taken)
        self._by_value: dict[Attribute, GlobalOp] = {}

    def find(self, value: DenseIntOrFPElementsAttr, name: str) -> GlobalOp:
        """The global that holds `value`; a new one is called `name`, with a number where that is taken."""
        if (known := self._by_value.get(value)) is not None:
            return known
        unique, number = name, 2
        while unique in self._names:
            unique, number = f"{name}_{number}", number + 1
        self._names.add(unique)
        op = GlobalOp.get(
            StringAttr(unique),
            MemRefType(value.get_element_type(), value.get_shape()),
            value,
            sym_visibility=StringAttr("private"),
            constant=UnitAttr(),
        )
        self._by_value[value] = op
        self.ops.append(op)
        return op


class Lowering:
    """Builds the memory form of one function. It is the `CallBuilder` that the kernel table's emit functions get."""

    def __init__(
        self,
        function: FuncOp,
        placement: Placement,
        call_op: type[KernelCallOp],
        globals: Globals,
        alignment: int,
    ):
        self._placement = placement
        self._call_op = call_op
        self._globals = globals
        self._alignment = alignment
        inputs = function.body.block.args
        last = function.body.block.last_op
        assert isinstance(last, ReturnOp)
        tensors = [*inputs, *last.operands]
        self._block = Block(arg_types=[memory_type(value) for value in tensors])
        self._bases: dict[SSAValue, SSAValue] = dict(zip(inputs, self._block.args, strict=False))
        """The memory of each whole that has some already."""
        self._outputs = self._block.args[len(inputs) :]
        for argument, value in zip(self._block.args, inputs, strict=False):
            argument.name_hint = value.name_hint
        for argument in self._outputs:
            argument.name_hint = "output"
        self._values: dict[SSAValue, SSAValue] = {}
        """Memory in the shape and type of a tensor, for each tensor that was asked for."""
        self._loaded: dict[GlobalOp, SSAValue] = {}
        self._operands = _Operands()
        self._source: DqnnOp | None = None
        self._kernel: str | None = None

    # --- The function ---

    def lower(self, op: DqnnOp, selection: Selection, context: Context) -> None:
        """Add the calls of one operator."""
        self._source, self._kernel = op, selection.row.id
        selection.kernel.emit(op, self, context)

    def copy_outputs(self) -> None:
        """Copy what is returned but lies elsewhere: arguments, constants, pieces, values returned twice."""
        self._source = self._kernel = None
        for index, value in self._placement.copied_outputs.items():
            self._operands = _Operands([self._memory(value)], [self._outputs[index]])
            args = [OperandAttr(0), OperandAttr(_OUTPUTS), storage_bytes(value)]
            self.call("dqnn_copy", args, header="dqnn_kernels.h")

    def finish(self, function: FuncOp) -> FuncOp:
        """The function on memory: inputs, then outputs, and nothing returned."""
        self._block.add_op(ReturnOp())
        result = FuncOp(
            function.sym_name.data,
            FunctionType.from_lists(list(self._block.arg_types), []),
            Region(self._block),
            function.sym_visibility,
            arg_attrs=_argument_attributes(function),
        )
        result.attributes |= function.attributes
        result.location = function.location
        return result

    # --- CallBuilder ---

    def read(self, value: SSAValue) -> OperandAttr:
        """The memory of a tensor that the call reads."""
        return self._input(self._memory(value))

    def read_piece(self, value: SSAValue, offset: int, size: int) -> OperandAttr:
        """`size` bytes of a tensor that the call reads, from byte `offset` on."""
        return self._input(self._view(value, offset, bytes_type(size)))

    def write(self, value: SSAValue) -> OperandAttr:
        """The memory of a result that the call writes."""
        return self._output(self._memory(value))

    def write_piece(self, value: SSAValue, offset: int, size: int) -> OperandAttr:
        """`size` bytes of a result that the call writes, from byte `offset` on."""
        return self._output(self._view(value, offset, bytes_type(size)))

    def constant(self, array: npt.NDArray[Any], name: str) -> OperandAttr:
        """A table known at compile time, called after the layer and `name`."""
        little_endian = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        value = DenseIntOrFPElementsAttr(
            TensorType(_element_of(array), array.shape), BytesAttr(little_endian.tobytes())
        )
        return self._input(self._load(value, name))

    def scratch(self, size: int) -> OperandAttr | NullAttr:
        """`size` bytes of memory for the duration of the call; the null pointer for 0."""
        if size == 0:
            return NullAttr()
        self._operands.scratch.append(self._allocate(size, "scratch"))
        return OperandAttr(_SCRATCH + len(self._operands.scratch) - 1)

    def scratch_words(self, count: int) -> OperandAttr:
        """`count` words of memory for the duration of the call, as `uint32_t`."""
        view = self._add(ViewOp(self._allocate(4 * count, "scratch"), 0, MemRefType(WORD, [count])))
        self._operands.scratch.append(view.results[0])
        return OperandAttr(_SCRATCH + len(self._operands.scratch) - 1)

    def is_placed(self, op: DqnnOp, index: int) -> bool:
        """Whether operand `index` of a concatenation was already written to its place in the result."""
        return self._placement.is_placed(op, index)

    def call(
        self,
        callee: str,
        args: Sequence[Attribute | int | float],
        *,
        header: str,
        checked: bool = False,
        in_place: InPlace = (),
    ) -> None:
        """Make the call with the operands that were named since the last one."""
        operands, self._operands = self._operands, _Operands()
        self._add(
            self._call_op(
                callee,
                header,
                [operands.renumbered(_literal(arg)) for arg in args],
                inputs=operands.inputs,
                outputs=operands.outputs,
                scratch=operands.scratch,
                kernel=self._kernel,
                checked=checked,
                in_place=in_place,
            )
        )

    # --- Memory ---

    def _input(self, memory: SSAValue) -> OperandAttr:
        self._operands.inputs.append(memory)
        return OperandAttr(len(self._operands.inputs) - 1)

    def _output(self, memory: SSAValue) -> OperandAttr:
        self._operands.outputs.append(memory)
        return OperandAttr(_OUTPUTS + len(self._operands.outputs) - 1)

    def _memory(self, value: SSAValue) -> SSAValue:
        """The memory of a tensor in the tensor's shape and element type."""
        if value not in self._values:
            self._values[value] = self._view(value, 0, memory_type(value))
        return self._values[value]

    def _view(self, value: SSAValue, offset: int, type_: MemRef) -> SSAValue:
        """A piece of a tensor's memory, `offset` bytes behind its start."""
        whole, start = self._placement.place(value)
        base = self._base(whole)
        if start + offset == 0 and base.type == type_:
            return base
        view = ViewOp(base, start + offset, type_)
        view.result.name_hint = value.name_hint
        return self._add(view).results[0]

    def _base(self, whole: SSAValue) -> SSAValue:
        """The memory of a whole: an argument, a global, or a buffer that is made when it is first asked for."""
        if whole not in self._bases:
            self._bases[whole] = self._new_base(whole)
        return self._bases[whole]

    def _new_base(self, whole: SSAValue) -> SSAValue:
        if isinstance(constant := whole.owner, ConstantOp):
            if holds_binary(whole):
                constant = ConstantOp(pack(constant.array), WORD)
            return self._load(constant.value, _role(self._source, whole))
        output = self._placement.output_of(whole)
        return self._allocate(storage_bytes(whole), "buffer") if output is None else self._outputs[output]

    def _allocate(self, size: int, hint: str) -> SSAValue:
        op = AllocOp([], [], bytes_type(size), alignment=IntegerAttr(self._alignment, i64))
        op.memref.name_hint = hint
        return self._add(op).results[0]

    def _load(self, value: DenseIntOrFPElementsAttr, name: str) -> SSAValue:
        """The memory of a constant."""
        layer = None if self._source is None else layer_name(self._source)
        op = self._globals.find(value, f"{identifier(layer)}_{name}" if layer else name)
        if op not in self._loaded:
            assert isinstance(op.type, MemRefType)
            load = GetGlobalOp(SymbolRefAttr(op.sym_name), op.type)
            load.memref.name_hint = op.sym_name.data
            self._loaded[op] = self._add(load).results[0]
        return self._loaded[op]

    def _add(self, op: Operation) -> Operation:
        if self._source is not None:
            op.location = self._source.location
        self._block.add_op(op)
        return op


def memory_type(value: SSAValue) -> MemRef:
    """The type of the memory that holds a tensor."""
    if holds_binary(value):
        return MemRefType(WORD, memory_shape(value))
    type_ = tensor_type(value)
    return MemRefType(storage_element(type_.element_type), type_.get_shape())


def identifier(layer: str) -> str:
    """The start of a C identifier from a layer's name: of names joined by `;` the first, of a long one its end."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", layer.split(";", 1)[0]).strip("_")[-LONGEST_NAME:].lstrip("_")
    return words if words[:1].isalpha() else f"layer_{words}"


def _role(op: DqnnOp | None, value: SSAValue) -> str:
    """What a constant is to the operator that reads it first."""
    if isinstance(op, LinearOp):
        return "weights" if value == op.weights else "bias"
    if isinstance(op, StagedOp):
        roles = ("input", "weights", "thresholds") if len(op.stage) == 1 else ("input", "weights", "scale", "offset")
        return roles[list(op.operands).index(value)]
    return "constant"


def _element_of(array: npt.NDArray[Any]) -> IntegerType | Float32Type:
    """The builtin type of an array's elements."""
    if array.dtype.kind == "f":
        return f32
    signedness = Signedness.UNSIGNED if array.dtype.kind == "u" else Signedness.SIGNLESS
    return IntegerType(array.dtype.itemsize * 8, signedness)


def _literal(arg: Attribute | float) -> Attribute:
    if isinstance(arg, int):
        return IntegerAttr(arg, i32)
    return FloatAttr(arg, f32) if isinstance(arg, float) else arg


def _argument_attributes(function: FuncOp) -> ArrayAttr[DictionaryAttr]:
    """Names and tensor types of inputs and outputs; outputs are marked."""
    results = function.body.block.last_op
    assert results is not None
    inputs = _dictionaries(function.arg_attrs, len(function.body.block.args))
    outputs = _dictionaries(function.res_attrs, len(results.operands))
    for entry, value in zip([*inputs, *outputs], [*function.body.block.args, *results.operands], strict=True):
        entry[TYPE] = value.type
    for entry, value in zip(inputs, function.body.block.args, strict=True):
        if value.name_hint is not None:
            entry.setdefault(NAME_ATTRIBUTE, StringAttr(value.name_hint))
    for entry in outputs:
        entry[OUTPUT] = UnitAttr()
    return ArrayAttr(DictionaryAttr(entry) for entry in (*inputs, *outputs))


def _dictionaries(attributes: ArrayAttr[DictionaryAttr] | None, count: int) -> list[dict[str, Attribute]]:
    return [{} for _ in range(count)] if attributes is None else [dict(entry.data) for entry in attributes]
