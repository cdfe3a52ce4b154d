"""One operator of the file on its way into the IR: what importers see of it, and what they may do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from ...dialects.dqnn import ReshapeOp, layer_loc, tensor_type
from ..errors import ModelError
from .model import Operator, Tensor, enumeration
from .network import Array, Network, name_hint
from .table import Table
from .types import static_shape, value_type

MAX_OPTION = 65535
"""Largest stride, dilation or window size that makes sense."""

ACTIVATION_NAMES = enumeration("ActivationFunctionType")

ACTIVATION_BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "NONE": (None, None),
    "RELU": (0.0, None),
    "RELU_N1_TO_1": (-1.0, 1.0),
    "RELU6": (0.0, 6.0),
}
"""Fused activation -> its bounds as real numbers."""


class Clamp(TypedDict):
    """A fused activation as keywords of an op: bounds as real numbers, None where there is none."""

    clamp_min: float | None
    clamp_max: float | None


@dataclass
class Layer:
    """An operator, named after its first output, in the network that its ops go to."""

    network: Network
    operator: Operator
    options_table: str | None

    @cached_property
    def outputs(self) -> list[Tensor]:
        """The tensors that the operator computes."""
        return [self.network.model.tensors[i] for i in self.operator.outputs]

    @property
    def name(self) -> str:
        """The layer's name: its first output's."""
        return self.outputs[0].name

    @cached_property
    def options(self) -> Table:
        """The operator's options."""
        assert self.options_table is not None, f"{self.operator.kind} is declared to have no options"
        return self.operator.options(self.options_table)

    def refuse(self, property: str, remedy: str) -> ModelError:
        """The error about this layer."""
        return ModelError(self.network.file.name, property, remedy, layer=self.name, operator=self.operator.kind)

    # --- operands -------------------------------------------------------------------------------------------

    def has(self, index: int) -> bool:
        """Whether the optional operand `index` is there."""
        return index < len(self.operator.inputs) and self.operator.inputs[index] >= 0

    def tensor(self, index: int) -> Tensor:
        """The record of operand `index`.

        Raises:
            ModelError: the operator needs it and it is absent.
        """
        if not self.has(index):
            raise self.refuse(f"input {index} is absent", "the file is damaged; convert the model again")
        return self.network.model.tensors[self.operator.inputs[index]]

    def input(self, index: int) -> SSAValue:
        """Operand `index` as an activation."""
        return self.network.value(self.tensor(index))

    def input_shape(self, index: int) -> tuple[int, ...]:
        """The shape of operand `index`."""
        return static_shape(self.network.file, self.tensor(index))

    def constant(self, index: int, array: Array, element: Attribute, role: str) -> SSAValue:
        """Operand `index`, a constant, as elements of type `element`; named after the layer and its role there."""
        hint = name_hint(self.name)
        return self.network.constant(self.tensor(index), array, element, None if hint is None else f"{hint}_{role}")

    def known(self, index: int) -> Array | None:
        """The elements of operand `index` where they are known at import."""
        return self.network.known(self.tensor(index))

    def integers(self, index: int, what: str) -> NDArray[np.int64]:
        """Operand `index`, which holds integers known at import: a shape, axes, paddings.

        Raises:
            ModelError: it depends on the network's input, or holds no integers.
        """
        tensor = self.tensor(index)
        if tensor.type not in ("INT32", "INT64"):
            raise self.refuse(f"{what} of type {tensor.type}", "they must be 32 or 64-bit integers")
        array = self.known(index)
        if array is None:
            raise self.refuse(
                f"{what} computed from the network's input",
                "convert with a fixed input shape, so that they are constant",
            )
        return array.astype(np.int64)

    def integer(self, index: int, what: str) -> int:
        """Operand `index`, which holds one integer known at import."""
        values = self.integers(index, what)
        if values.size != 1:
            raise self.refuse(f"{values.size} values for {what}", "one is needed; convert the model again")
        return int(values.reshape(()))

    def axis(self, axis: int, rank: int) -> int:
        """An axis of a tensor of `rank` dimensions, counted from the front.

        Raises:
            ModelError: there is no such axis.
        """
        if not -rank <= axis < rank:
            raise self.refuse(f"axis {axis} of {rank} dimensions", "convert the model again")
        return axis % rank

    # --- options --------------------------------------------------------------------------------------------

    def positive(self, field: str) -> int:
        """An option that must be a small positive number, such as a stride.

        Raises:
            ModelError: it is not.
        """
        value = self.options.integer(field)
        if not 0 < value <= MAX_OPTION:
            raise self.refuse(f"{field} is {value}", "it must be positive; convert the model again")
        return value

    def positives(self, *fields: str) -> tuple[int, ...]:
        """Several options that must be small positive numbers."""
        return tuple(self.positive(field) for field in fields)

    def finite(self, field: str) -> float:
        """An option that must be a finite number.

        Raises:
            ModelError: it is not.
        """
        value = self.options.real(field)
        if not math.isfinite(value):
            raise self.refuse(f"{field} is {value}", "it must be finite; convert the model again")
        return value

    def clamp(self) -> Clamp:
        """The fused activation, as the keywords `clamp_min` and `clamp_max` of the op.

        Raises:
            ModelError: the activation is not a clamp.
        """
        number = self.options.integer("FusedActivationFunction")
        name = ACTIVATION_NAMES.get(number, str(number))
        bounds = ACTIVATION_BOUNDS.get(name)
        if bounds is None:
            raise self.refuse(f"fused activation {name}", "convert with the activation as an operator of its own")
        return {"clamp_min": bounds[0], "clamp_max": bounds[1]}

    # --- results --------------------------------------------------------------------------------------------

    def result_type(self, index: int = 0) -> TensorType[Attribute]:
        """The type of output `index`."""
        return value_type(self.network.file, self.outputs[index])

    def result_of_shape(self, shape: Sequence[int], index: int = 0) -> TensorType[Attribute]:
        """The type of output `index`, whose shape must be the one that was computed.

        Raises:
            ModelError: the file says another shape.
        """
        type = self.result_type(index)
        if type.get_shape() != tuple(shape):
            raise self.refuse(
                f"output shape {list(type.get_shape())} where {list(shape)} is computed",
                "convert with a batch of 1 and a fixed input shape",
            )
        return type

    def emit(self, op: Operation) -> SSAValue:
        """Add an op of this layer and return its first result.

        Raises:
            ModelError: the op does not verify: the file contradicts itself, or asks for what no op means.
        """
        op.location = layer_loc(self.name)
        try:
            op.verify_()
        except VerifyException as error:
            raise self.refuse(str(error), "the file contradicts itself; convert the model again") from error
        self.network.block.add_op(op)
        return op.results[0]

    def reshape(self, value: SSAValue, shape: Sequence[int]) -> SSAValue:
        """`value` in another shape; itself where it has that shape already."""
        type = tensor_type(value)
        if type.get_shape() == tuple(shape):
            return value
        return self.emit(ReshapeOp(value, TensorType(type.element_type, shape)))
