"""`dqnn.constant`: weights, biases and other data known at compile time."""

from __future__ import annotations

from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import (
    BytesAttr,
    DenseIntOrFPElementsAttr,
    Float32Type,
    IntegerType,
    Signedness,
    TensorType,
)
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, prop_def, result_def, traits_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import ConstantLike, Pure
from xdsl.utils.hints import isa

from ..quant import UniformQuantizedType
from .base import DqnnOp, Tensor

Array: TypeAlias = npt.NDArray[np.generic]


def storage_element(element: Attribute) -> IntegerType | Float32Type:
    """The builtin type that an element is stored as: the storage type of a quantized one, else the type itself.

    Raises:
        ValueError: the type is neither quantized nor f32 nor an integer.
    """
    if isinstance(element, UniformQuantizedType):
        return element.storage_type
    if isa(element, IntegerType) or isinstance(element, Float32Type):
        return element
    raise ValueError(f"no tensor of a network has elements of type {element}")


def element_dtype(element: Attribute) -> np.dtype[np.generic]:
    """The numpy type of an element as it is stored, little endian.

    Raises:
        ValueError: the type is neither quantized nor f32 nor an integer.
    """
    storage = storage_element(element)
    if isinstance(storage, Float32Type):
        return np.dtype("<f4")
    sign = "u" if storage.signedness.data == Signedness.UNSIGNED else "i"
    return np.dtype(f"<{sign}{max(8, storage.bitwidth) // 8}")


@irdl_op_definition
class ConstantOp(DqnnOp):
    """Data known at compile time, held as bytes in the element's storage type.

    `%w = dqnn.constant dense<"0x01FF"> : tensor<2xi8> as !quant.uniform<i8:f32, 0.5>` has the result type
    `tensor<2x!quant.uniform<i8:f32, 0.5>>`; without `as` the result has the type of the data.
    """

    name = "dqnn.constant"
    value = prop_def(DenseIntOrFPElementsAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure(), ConstantLike())

    def __init__(self, array: Array, element: Attribute):
        """Make a constant of an array of storage codes (or float32 values) and its element type."""
        data = np.ascontiguousarray(array, dtype=element_dtype(element))
        storage = TensorType(storage_element(element), array.shape)
        value = DenseIntOrFPElementsAttr(storage, BytesAttr(data.tobytes()))
        super().__init__([], [TensorType(element, array.shape)], value=value)

    @property
    def array(self) -> Array:
        """The data as a read-only array of storage codes, in the shape of the result."""
        element = self.result.type.element_type
        return np.frombuffer(self.value.data.data, element_dtype(element)).reshape(self.result.type.get_shape())

    def print(self, printer: Printer) -> None:
        """Print the data in MLIR's form, then the quantized type once."""
        printer.print_string(" ")
        printer.print_attribute(self.value)
        element = self.result.type.element_type
        if isinstance(element, UniformQuantizedType):
            printer.print_string(" as ")
            printer.print_attribute(element)
        printer.print_op_attributes(self.attributes, print_keyword=True)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """Parse what `print` prints."""
        position = parser.pos
        value = parser.parse_attribute()
        if not isa(value, DenseIntOrFPElementsAttr):
            parser.raise_error("dense data expected", position)
        element: Attribute = value.get_element_type()
        if parser.parse_optional_keyword("as") is not None:
            element = parser.parse_type()
        result: Tensor = TensorType(element, value.get_shape())
        attributes = parser.parse_optional_attr_dict_with_keyword()
        return cls.create(
            result_types=[result],
            properties={"value": value},
            attributes={} if attributes is None else dict(attributes.data),
        )
