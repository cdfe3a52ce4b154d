"""Building a network of dqnn operators, in Python, for tests."""

from __future__ import annotations

from typing import Any

from dqnnc.dialects.dqnn import ConstantOp, DqnnOp
from numpy.typing import NDArray
from xdsl.dialects.builtin import FunctionType, ModuleOp, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue

Array = NDArray[Any]


class Network:
    """A module while it is built: inputs with their values, operators, outputs."""

    def __init__(self):
        self.block = Block()
        self.inputs: list[Array] = []
        self.outputs: list[SSAValue] = []

    def input(self, array: Array, element: Attribute) -> SSAValue:
        self.inputs.append(array)
        return self.block.insert_arg(TensorType(element, array.shape), len(self.block.args))

    def constant(self, array: Array, element: Attribute) -> SSAValue:
        return self.add(ConstantOp(array, element))

    def add(self, op: DqnnOp) -> SSAValue:
        self.block.add_op(op)
        return op.results[0]

    def module(self) -> ModuleOp:
        self.block.add_op(ReturnOp(*self.outputs))
        types = FunctionType.from_lists(list(self.block.arg_types), [value.type for value in self.outputs])
        module = ModuleOp([FuncOp("net", types, Region(self.block))])
        module.verify()
        return module
