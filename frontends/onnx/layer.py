"""One node of the graph on its way into the IR: what importers see of it, and the ops that they may make."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from xdsl.dialects.builtin import StringAttr, TensorType, f32
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from ...dialects.dqnn import (
    AddOp,
    ConstantOp,
    DqnnOp,
    MulOp,
    ReshapeOp,
    TransposeOp,
    quantized_element,
    tensor_type,
)
from ...dialects.dqnn.shapes import Shape
from ..errors import ModelError
from .file import Array, is_too_large
from .known import Known
from .model import FLOAT, FLOATS, INT, INTS, STRING, TENSOR, Node
from .network import FALLBACK, Network, Value, is_real

AGAIN = "export the model again"
"""The remedy where a file contradicts itself."""

FIXED = "export with a fixed input shape and constant weights, so that it is known at import"
"""The remedy for what may not depend on the network's input."""

MAX_OPTION = 65535
"""Largest stride, dilation, window or padding that makes sense."""


@dataclass
class Layer:
    """A node, in the network that its ops go to."""

    network: Network
    node: Node
    version: int
    """Version of the operator: that of the operator set in which its meaning last changed."""

    def refuse(self, property: str, remedy: str) -> ModelError:
        """The error about this layer."""
        return ModelError(self.network.file.name, property, remedy, layer=self.node.title, operator=self.node.operator)

    # --- operands -------------------------------------------------------------------------------------------

    def has(self, index: int) -> bool:
        """Whether the optional operand `index` is there."""
        return index < len(self.node.inputs) and self.node.inputs[index] != ""

    def operand(self, index: int) -> Value:
        """Operand `index`, computed or known.

        Raises:
            ModelError: it is absent, or nothing before this node computes it.
        """
        if not self.has(index):
            raise self.refuse(f"input {index} is absent", AGAIN)
        name = self.node.inputs[index]
        value = self.network.find(name)
        if value is None:
            raise self.refuse(f"input '{name}', which nothing before it computes", AGAIN)
        return value

    def optional(self, index: int) -> Value | None:
        """Operand `index`, or None where it is absent."""
        return self.operand(index) if self.has(index) else None

    def value(self, index: int) -> SSAValue:
        """Operand `index` as a value of the IR, real or of codes.

        Raises:
            ModelError: it holds integers that are no codes.
        """
        return self.as_value(self.operand(index), f"input {index}")

    def as_value(self, operand: Value, what: str) -> SSAValue:
        """An operand as a value of the IR."""
        if isinstance(operand, SSAValue):
            return operand
        if operand.element is None and not is_real(operand.array):
            raise self.refuse(
                f"{what} of {operand.array.dtype} elements", "only float tensors and 8-bit codes are computed with"
            )
        if 0 in operand.shape or is_too_large(operand.shape):
            raise self.refuse(f"{what} of shape {list(operand.shape)}", AGAIN)
        return self.network.constant(operand, self.node.title, "constant")

    def real(self, index: int, rank: int | None = None) -> SSAValue:
        """Operand `index` as an f32 value, with `rank` dimensions where that is given.

        Raises:
            ModelError: it is of codes that no DequantizeLinear has said the meaning of, or has another rank.
        """
        value = self.value(index)
        if quantized_element(tensor_type(value)) is not None:
            raise self.refuse(f"input {index} of 8-bit codes", "put a DequantizeLinear before it")
        if rank is not None and len(self.shape(value)) != rank:
            raise self.refuse(f"input {index} of shape {list(self.shape(value))}", f"{rank} dimensions are needed")
        return value

    def known(self, index: int) -> Known | None:
        """Operand `index` where it is known at import."""
        operand = self.operand(index)
        return operand if isinstance(operand, Known) else None

    def constant(self, index: int, what: str) -> Known:
        """Operand `index`, which must be known at import.

        Raises:
            ModelError: it depends on the network's input.
        """
        known = self.known(index)
        if known is None:
            raise self.refuse(f"{what} computed from the network's input", FIXED)
        return known

    def integers(self, index: int, what: str) -> list[int]:
        """Operand `index`, which holds few integers known at import: a shape, axes, paddings.

        Raises:
            ModelError: it depends on the network's input, or holds no integers.
        """
        array = self.constant(index, what).array
        if array.dtype.kind not in "iu" or array.ndim > 1 or array.size > 1 << 16:
            raise self.refuse(f"{what} of {array.dtype} and shape {list(array.shape)}", AGAIN)
        return [int(number) for number in array.reshape(-1)]

    def number(self, index: int, what: str) -> float:
        """Operand `index`, which holds one real number known at import."""
        known = self.constant(index, what)
        if known.array.size != 1 or known.array.dtype.kind not in "fiuV":
            raise self.refuse(f"{what} of shape {list(known.shape)}", "one number is needed; " + AGAIN)
        return float(known.reals().reshape(()))

    def shape(self, value: Value) -> Shape:
        """The shape of an operand."""
        return value.shape if isinstance(value, Known) else tensor_type(value).get_shape()

    def axis(self, axis: int, rank: int) -> int:
        """An axis of a tensor of `rank` dimensions, counted from the front.

        Raises:
            ModelError: there is no such axis.
        """
        if not -rank <= axis < rank:
            raise self.refuse(f"axis {axis} of {rank} dimensions", AGAIN)
        return axis % rank

    def axes(self, axes: Sequence[int], rank: int) -> list[int]:
        """Different axes, counted from the front."""
        found = [self.axis(axis, rank) for axis in axes]
        if len(set(found)) != len(found):
            raise self.refuse(f"axes {list(axes)}", "each may be named once; " + AGAIN)
        return found

    # --- attributes -----------------------------------------------------------------------------------------

    def attribute(self, name: str, kind: int) -> Any:
        """The AttributeProto of that name, or None where there is none.

        Raises:
            ModelError: it is of another kind, or of a function's that is not there.
        """
        found = self.node.attributes.get(name)
        if found is not None and (found.type not in (0, kind) or found.ref_attr_name):
            raise self.refuse(f"attribute '{name}' of another kind", AGAIN)
        return found

    def integer(self, name: str, default: int) -> int:
        """An integer."""
        found = self.attribute(name, INT)
        return default if found is None else int(found.i)

    def truth(self, name: str, default: bool = False) -> bool:
        """A truth value, which files write as 0 or 1."""
        return self.integer(name, int(default)) != 0

    def decimal(self, name: str, default: float) -> float:
        """A finite number.

        Raises:
            ModelError: it is not finite.
        """
        found = self.attribute(name, FLOAT)
        value = default if found is None else float(found.f)
        if not math.isfinite(value):
            raise self.refuse(f"{name}={value}", "it must be finite; " + AGAIN)
        return value

    def decimals(self, name: str) -> list[float] | None:
        """A list of numbers, or None where there is none."""
        found = self.attribute(name, FLOATS)
        return None if found is None else [float(value) for value in found.floats]

    def ints(self, name: str) -> list[int] | None:
        """A list of integers, or None where there is none."""
        found = self.attribute(name, INTS)
        return None if found is None else [int(value) for value in found.ints]

    def sizes(self, name: str, count: int, default: int, least: int = 1) -> list[int]:
        """A list of `count` small integers, such as strides.

        Raises:
            ModelError: there are more or fewer of them, or one is below `least` or makes no sense.
        """
        values = self.ints(name)
        values = [default] * count if values is None else values
        if len(values) != count or not all(least <= value <= MAX_OPTION for value in values):
            raise self.refuse(f"{name}={values}", f"{count} numbers from {least} on are needed; " + AGAIN)
        return values

    def text(self, name: str, default: str, choices: Sequence[str]) -> str:
        """A string that is one of a few.

        Raises:
            ModelError: it is another.
        """
        found = self.attribute(name, STRING)
        value = default if found is None else bytes(found.s).decode("utf-8", "replace")
        if value not in choices:
            raise self.refuse(f"{name}={value}", f"use one of: {', '.join(choices)}")
        return value

    def tensor(self, name: str) -> Any:
        """A TensorProto, or None where there is none."""
        found = self.attribute(name, TENSOR)
        return None if found is None else found.t

    def unused(self, index: int) -> None:
        """Check that output `index` is not asked for.

        Raises:
            ModelError: it is.
        """
        if index < len(self.node.outputs) and self.node.outputs[index]:
            raise self.refuse(f"output {index} is used", "only the first output is computed; export without the others")

    # --- ops ------------------------------------------------------------------------------------------------

    def type(self, shape: Sequence[int], element: Attribute = f32) -> TensorType[Attribute]:
        """The type of a value.

        Raises:
            ModelError: the tensor is too large, or empty.
        """
        if is_too_large(tuple(shape)) or any(size < 1 for size in shape):
            raise self.refuse(f"a tensor of shape {list(shape)}", "none so large, and none empty, is supported")
        return TensorType(element, shape)

    def like(self, value: SSAValue, shape: Sequence[int]) -> TensorType[Attribute]:
        """The type of `value`'s elements in another shape."""
        return self.type(shape, tensor_type(value).element_type)

    def emit(self, op: DqnnOp, hint: str | None = None, fallback: str | None = None) -> SSAValue:
        """Add an op of this layer and return its first result; `fallback` says why no integer kernel serves it.

        Raises:
            ModelError: the op does not verify: the node contradicts itself, or its input.
        """
        try:
            op.verify_()
        except VerifyException as error:
            raise self.refuse(str(error), "the attributes do not fit the input; " + AGAIN) from error
        if fallback is not None:
            op.attributes[FALLBACK] = StringAttr(fallback)
        return self.network.emit(op, self.node.title, hint)

    def infer(self, shape: Callable[..., Shape], *arguments: Any, **options: Any) -> Shape:
        """A result's shape, by a function of `dialects.dqnn.shapes`.

        Raises:
            ModelError: there is none.
        """
        try:
            return shape(*arguments, **options)
        except VerifyException as error:
            raise self.refuse(str(error), "the attributes do not fit the input; " + AGAIN) from error

    def reshape(self, value: SSAValue, shape: Sequence[int]) -> SSAValue:
        """`value` in another shape; itself where it has that shape already."""
        if self.shape(value) == tuple(shape):
            return value
        return self.emit(ReshapeOp(value, self.like(value, shape)))

    def transpose(self, value: SSAValue, permutation: Sequence[int], hint: str | None = None) -> SSAValue:
        """`value` with its axes in another order; itself where the order is the same."""
        if list(permutation) == sorted(permutation):
            return value
        shape = self.shape(value)
        result = self.like(value, [shape[axis] for axis in permutation])
        return self.emit(TransposeOp(value, result, permutation=permutation), hint)

    def filled(self, number: float, rank: int = 1) -> SSAValue:
        """A constant that broadcasts to any tensor of at least `rank` dimensions."""
        return self.emit(ConstantOp(np.full((1,) * rank, number, np.float32), f32), "constant")

    def scale(self, value: SSAValue, factor: float, offset: float = 0.0) -> SSAValue:
        """The value times `factor`, plus `offset`, in float32."""
        rank = min(1, len(self.shape(value)))
        if factor != 1.0:
            value = self.emit(MulOp(value, self.filled(factor, rank), tensor_type(value)))
        if offset != 0.0:
            value = self.emit(AddOp(value, self.filled(offset, rank), tensor_type(value)))
        return value

    def array(self, array: Array) -> Known:
        """What was computed at import.

        Raises:
            ModelError: it is too large.
        """
        if is_too_large(array.shape):
            raise self.refuse(f"a constant of shape {list(array.shape)}", "no constant so large is supported")
        return Known(array)
