"""Random networks of views, copies and element-wise operators: as C they compute what the reference semantics compute.

What is at stake is memory: which tensor lies in which piece of which buffer, and when those bytes are overwritten.
"""

from __future__ import annotations

import random
from math import prod

import numpy as np
import pytest
from dqnnc.dialects.dqnn import (
    AddOp,
    ConcatOp,
    ConstantOp,
    DqnnOp,
    LeakyReluOp,
    MaximumOp,
    PadOp,
    ReluOp,
    ReshapeOp,
    SliceOp,
    SplitOp,
    TransposeOp,
    tensor_type,
)
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.dialects.semantics import run
from dqnnc.passes.convert_dqnn_to_calls import ConvertDqnnToCallsPass
from dqnnc.passes.insert_float_fallback import InsertFloatFallbackPass
from dqnnc.passes.select_kernels import SelectKernelsPass
from dqnnc.tools.run_compiled import run_compiled
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32, i8
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Region, SSAValue

CODES = UniformQuantizedType.per_tensor(i8, 0.5, 3)


class Network:
    """A random network on tensors of one element type."""

    def __init__(self, seed: int, element: Attribute):
        self.rng = random.Random(seed)
        self.element = element
        inputs = [self.type([1, 2, 3, 4]), self.type([1, 1, 2, 6])][: self.rng.randint(1, 2)]
        self.block = Block(arg_types=inputs)
        self.values: list[SSAValue] = list(self.block.args)

    def type(self, shape: list[int]) -> TensorType[Attribute]:
        return TensorType(self.element, shape)

    def add(self, op: DqnnOp) -> None:
        self.block.add_op(op)
        self.values += op.results

    def shape(self, value: SSAValue) -> list[int]:
        return list(tensor_type(value).get_shape())

    def random_value(self) -> SSAValue:
        """Late values more often than early ones: chains, and some values that live long."""
        return self.values[-self.rng.randint(1, min(4, len(self.values)))]

    def grow(self) -> None:
        """Add one random operator."""
        rng, value = self.rng, self.random_value()
        shape = self.shape(value)
        axis = rng.randrange(len(shape))
        match rng.randrange(9):
            case 0:
                self.add(ReluOp(value, self.type(shape)))
            case 1:
                self.add(LeakyReluOp(value, self.type(shape), alpha=0.25))
            case 2:
                other = rng.choice([v for v in self.values if self.shape(v) == shape])
                self.add(AddOp(value, other, self.type(shape)))
            case 3:
                whole = [prod(shape)]
                self.add(ReshapeOp(value, self.type(rng.choice([whole, [1, *whole], shape[::-1]]))))
            case 4:
                offsets = [rng.randrange(size) for size in shape]
                strides = [rng.choice([1, 1, 2, -1]) for _ in shape]
                room = [
                    offset + 1 if stride < 0 else (size - offset + stride - 1) // stride
                    for offset, size, stride in zip(offsets, shape, strides, strict=True)
                ]
                sizes = [rng.choice([most, rng.randint(1, most)]) for most in room]
                self.add(SliceOp(value, self.type(sizes), offsets=offsets, strides=strides))
            case 5 if shape[axis] > 1:
                cut = rng.randrange(1, shape[axis])
                parts = [[*shape[:axis], size, *shape[axis + 1 :]] for size in (cut, shape[axis] - cut)]
                self.add(SplitOp(value, [self.type(part) for part in parts], axis=axis))
            case 6:
                self.concat(value, axis)
            case 7:
                order = rng.sample(range(len(shape)), len(shape))
                self.add(TransposeOp(value, self.type([shape[i] for i in order]), permutation=order))
            case 8:
                self.pad_or_select(value)
            case _:
                return

    def concat(self, value: SSAValue, axis: int) -> None:
        def rest(other: SSAValue) -> list[int]:
            shape = self.shape(other)
            return [*shape[:axis], 0, *shape[axis + 1 :]]

        rank = len(self.shape(value))
        fitting = [v for v in self.values if len(self.shape(v)) == rank and rest(v) == rest(value)]
        operands = [value, *(self.rng.choice(fitting) for _ in range(self.rng.randint(0, 3)))]
        self.rng.shuffle(operands)
        shape = rest(value)
        shape[axis] = sum(self.shape(operand)[axis] for operand in operands)
        if prod(shape) <= 400:
            self.add(ConcatOp(operands, self.type(shape), axis=axis))

    def pad_or_select(self, value: SSAValue) -> None:
        shape = self.shape(value)
        if self.rng.random() < 0.5:
            codes = np.arange(prod(shape)).reshape(shape) % 7
            constant = ConstantOp(codes, self.element)
            self.block.add_op(constant)
            self.values.append(constant.result)
            self.add(MaximumOp(value, constant.result, self.type(shape)))
        elif prod(shape) <= 60:
            padding = [self.rng.choice([0, 0, 1]) for _ in range(2 * len(shape))]
            grown = [size + padding[2 * i] + padding[2 * i + 1] for i, size in enumerate(shape)]
            self.add(PadOp(value, self.type(grown), padding=padding, value=1.5))

    def finish(self) -> ModuleOp:
        """Return the last value and some others, some of them twice."""
        results = [self.values[-1], *self.rng.choices(self.values, k=self.rng.randint(0, 4))]
        self.block.add_op(ReturnOp(*results))
        types = list(self.block.arg_types), [value.type for value in results]
        return ModuleOp([FuncOp("main", types, Region(self.block))])


def lower(module: ModuleOp, target: str) -> None:
    for step in (InsertFloatFallbackPass(target), SelectKernelsPass(target), ConvertDqnnToCallsPass(target)):
        step.apply(Context(), module)
        module.verify()


@pytest.mark.parametrize("element", [CODES, f32], ids=["s8", "f32"])
@pytest.mark.parametrize("seed", range(8))
def test_random_network(seed: int, element: Attribute):
    network = Network(seed, element)
    for _ in range(30):
        network.grow()
    module = network.finish()
    module.verify()
    rng = np.random.default_rng(seed)
    dtype = np.float32 if element == f32 else np.int8
    inputs = [rng.uniform(-128, 127, network.shape(value)).astype(dtype) for value in network.block.args]
    expected = run(module, inputs)
    lower(module, "stm32h7")
    for index, (got, wanted) in enumerate(zip(run_compiled(module, inputs), expected, strict=True)):
        np.testing.assert_array_equal(got.reshape(wanted.shape), wanted, err_msg=f"output {index}")
