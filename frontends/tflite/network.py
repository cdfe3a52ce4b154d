"""The network under construction: the IR's block, and what is known of each tensor of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerType, f32
from xdsl.ir import Attribute, Block, SSAValue

from ...dialects.dqnn import ConstantOp, layer_loc
from ...dialects.dqnn.constant import DEQUANTIZED
from ..names import value_name
from .labels import tensor_labels
from .model import Model, Operator, Tensor
from .table import File
from .types import constant_data, tensor_error, value_type

Array = NDArray[Any]

NOISE = r"(ReadVariableOp|resource|read)?\d*"
"""Parts of a tensor's path that say nothing of its layer."""


def name_hint(name: str) -> str | None:
    """A short name for a value in the IR, made of a tensor's.

    Converters join the names of all that they fused, the layer's own last, as paths that end with an operator:
    `model/relu/Relu;model/conv2d_1/BiasAdd/ReadVariableOp/resource` is `conv2d_1`.
    """
    own_name = re.sub(r":\d+$", "", name.split(";")[-1])
    path = [part for part in own_name.split("/") if not re.fullmatch(NOISE, part)]
    layer = path[-2] if len(path) > 1 else "".join(path)
    return value_name(layer)


@dataclass(frozen=True)
class Dilated:
    """A dilated convolution that the file has in three operators, as far as it is known at the first of them."""

    input: SSAValue
    """The image, [N, H, W, C] or [N, L, C]."""
    block: list[int]
    """How far taps are apart, for each spatial dimension."""
    padding: list[list[int]]
    """[before, after] of each spatial dimension."""
    operator: Operator
    """The convolution."""


@dataclass
class Network:
    """What has been imported so far: a value or a known array for each tensor that has been computed."""

    model: Model
    block: Block
    values: dict[int, SSAValue] = field(default_factory=dict[int, SSAValue])
    arrays: dict[int, Array] = field(default_factory=dict[int, Array])
    """Tensors whose elements are known: the file's constants, and what was computed from them at import."""
    dequantized: dict[int, IntegerType] = field(default_factory=dict[int, IntegerType])
    """Constants that the file has as codes and a float network reads: the tensor's index -> the type of the codes."""
    dilated: dict[int, Dilated] = field(default_factory=dict[int, Dilated])
    """Index of the last of the three operators -> what it becomes; see `operators/dilated.py`."""
    absorbed: set[int] = field(default_factory=set[int])
    """Indices of operators that are part of another one's ops."""
    _constants: dict[tuple[int, Attribute], SSAValue] = field(default_factory=dict[tuple[int, Attribute], SSAValue])

    @cached_property
    def labels(self) -> list[str]:
        """What each tensor is called, see `labels.py`."""
        return tensor_labels(self.model)

    @property
    def file(self) -> File:
        """The file that is imported."""
        return self.model.file

    def known(self, tensor: Tensor) -> Array | None:
        """The tensor's elements (codes, if it is quantized) where they are known now, else None."""
        array = self.arrays.get(tensor.index)
        if array is None and (array := constant_data(self.file, tensor)) is not None:
            self.arrays[tensor.index] = array
        return array

    def value(self, tensor: Tensor) -> SSAValue:
        """The tensor as an activation.

        Raises:
            ModelError: nothing before this point computes it, or its type is not supported.
        """
        value = self.values.get(tensor.index)
        if value is not None:
            return value
        array = self.known(tensor)
        if array is None:
            raise tensor_error(
                self.file,
                tensor,
                "used before it is computed",
                "the order of the file's operators is wrong; convert the model again",
            )
        return self.constant(tensor, array, value_type(self.file, tensor).element_type)

    def constant(self, tensor: Tensor, array: Array, element: Attribute, hint: str | None = None) -> SSAValue:
        """The value of a constant tensor with elements of type `element` (one op, however often it is used).

        `hint` is its name in the IR, by default one after the tensor's.
        """
        key = (tensor.index, element)
        if key not in self._constants:
            op = ConstantOp(array.astype(np.float32) if element == f32 else array, element)
            op.location = layer_loc(tensor.name)
            if element == f32 and (codes := self.dequantized.get(tensor.index)) is not None:
                op.attributes[DEQUANTIZED] = codes
            self.block.add_op(op)
            op.result.name_hint = hint or name_hint(tensor.name)
            self._constants[key] = op.result
        return self._constants[key]

    def named(self, value: SSAValue, tensor: Tensor) -> SSAValue:
        """`value`, with a name in the IR after the tensor's."""
        value.name_hint = name_hint(tensor.name)
        return value
