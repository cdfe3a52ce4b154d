"""One small network twice: as a .tflite file and as dqnn IR, to compare LiteRT's results with ours.

net = Twin()
x = net.input((1, 4, 4, 2), int8(0.5, 3))
y = net.op("RELU", [x], (1, 4, 4, 2), int8(0.25, -128), ReluOp)
net.check([y])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn import ConstantOp
from dqnnc.dialects.quant import UniformQuantizedType
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerType, ModuleOp, Signedness, TensorType, f32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from .litert import run_litert
from .tflite_builder import ModelBuilder

I8, I32 = IntegerType(8), IntegerType(32)
U8 = IntegerType(8, Signedness.UNSIGNED)

TYPE_NAMES = {"int8": "INT8", "uint8": "UINT8", "int32": "INT32"}


def int8(scale: float, zero_point: int = 0) -> UniformQuantizedType:
    """int8 with a scale that a .tflite file can hold."""
    return UniformQuantizedType.per_tensor(I8, float(np.float32(scale)), zero_point)


def uint8(scale: float, zero_point: int = 0) -> UniformQuantizedType:
    """uint8 with a scale that a .tflite file can hold."""
    return UniformQuantizedType.per_tensor(U8, float(np.float32(scale)), zero_point)


def weights_type(axis: int, scales: Sequence[float]) -> UniformQuantizedType:
    """int8 weights: per tensor where there is one scale."""
    if len(scales) == 1:
        return int8(scales[0])
    return UniformQuantizedType.per_axis(I8, axis, [float(np.float32(scale)) for scale in scales])


def bias_type(source: UniformQuantizedType, weights: UniformQuantizedType) -> UniformQuantizedType:
    """int32 with scale input * weights, per channel where the weights are."""
    scales = [float(np.float32(source.scale) * np.float32(scale)) for scale in weights.scales]
    if weights.axis is None:
        return UniformQuantizedType.per_tensor(I32, scales[0])
    return UniformQuantizedType.per_axis(I32, 0, scales)


@dataclass(frozen=True)
class Tensor:
    """A tensor in both networks."""

    index: int
    value: SSAValue


@dataclass
class Twin:
    """The two networks while they are built."""

    model: ModelBuilder = field(default_factory=ModelBuilder)
    block: Block = field(default_factory=Block)

    def input(self, shape: Sequence[int], element: Attribute = f32) -> Tensor:
        """Add an input."""
        index = self.tensor(shape, element)
        self.model.inputs.append(index)
        return Tensor(index, self.block.insert_arg(TensorType(element, shape), len(self.block.args)))

    def const(self, array: NDArray[Any], element: Attribute = f32) -> Tensor:
        """Add a constant of storage codes or float32."""
        op = ConstantOp(array, element)
        self.block.add_op(op)
        return Tensor(self.model.const(op.array, **_quantization(element)), op.result)

    def op(
        self,
        kind: str,
        inputs: Sequence[Tensor],
        shape: Sequence[int],
        element: Attribute,
        make: Callable[..., Operation],
        *,
        extra: Sequence[int] = (),
        file_inputs: Sequence[int] | None = None,
        properties: dict[str, Any] | None = None,
        **options: Any,
    ) -> Tensor:
        """Add an operator of one result: `kind` with `options` there, `make(*inputs, type, **properties)` here.

        `extra` are operands that only the file has, such as a pad's amounts; `file_inputs` are all that it has, where
        their order is another.
        """
        index = self.tensor(shape, element)
        if file_inputs is None:
            file_inputs = [*(tensor.index for tensor in inputs), *extra]
        self.model.op(kind, file_inputs, index, **options)
        operands = [tensor.value for tensor in inputs]
        op = make(*operands, TensorType(element, shape), **(properties or {}))
        self.block.add_op(op)
        return Tensor(index, op.results[0])

    def check(self, outputs: Sequence[Tensor], *, samples: int = 3, seed: int = 0, spread: float = 4.0) -> None:
        """Run both on random inputs and compare: codes exactly, float32 within 1e-5 of the largest value.

        Inputs take every code of their type; float32 inputs are normal with standard deviation `spread`.
        """
        data = self.model.finish([tensor.index for tensor in outputs])
        module = self.module(outputs)
        module.verify()
        rng = np.random.default_rng(seed)
        for _ in range(samples):
            inputs = [_random(rng, argument.type, spread) for argument in self.block.args]
            expected = run_litert(data, inputs)
            for ours, theirs in zip(semantics.run(module, inputs), expected, strict=True):
                assert_same(ours, theirs)

    def module(self, outputs: Sequence[Tensor]) -> ModuleOp:
        """The IR, which the network cannot be added to any more."""
        values = [tensor.value for tensor in outputs]
        self.block.add_op(ReturnOp(*values))
        types = ([argument.type for argument in self.block.args], [value.type for value in values])
        return ModuleOp([FuncOp("main", types, Region(self.block))])

    def tensor(self, shape: Sequence[int], element: Attribute) -> int:
        """Add a tensor to the file alone."""
        name = TYPE_NAMES[element.numpy_dtype.name] if isinstance(element, UniformQuantizedType) else "FLOAT32"
        return self.model.tensor(shape, name, **_quantization(element))


def assert_same(ours: NDArray[Any], theirs: NDArray[Any]) -> None:
    """Compare an output with LiteRT's."""
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    if ours.dtype.kind == "f":
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * max(np.abs(theirs).max(), 1e-30))
    else:
        np.testing.assert_array_equal(ours, theirs)


def _quantization(element: Attribute) -> dict[str, Any]:
    if not isinstance(element, UniformQuantizedType):
        return {}
    axis = 0 if element.axis is None else element.axis
    return {"scales": element.scales, "zero_points": element.zero_points, "axis": axis}


def _random(rng: Any, type_: Attribute, spread: float) -> NDArray[Any]:
    shape, dtype = semantics.array_form(type_)
    if dtype.kind == "f":
        return (spread * rng.standard_normal(shape)).astype(np.float32)
    low, high = (0, 255) if dtype == np.uint8 else (-128, 127)
    return rng.integers(low, high, shape, dtype, endpoint=True)
