"""`dqnn.constant`: weights, biases and other data known at compile time."""

from __future__ import annotations

from math import prod
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
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from ..fixed_point import dequantize
from ..quant import UniformQuantizedType
from .base import DqnnOp, Tensor, quantized_element, tensor_type
from .binary import S1_STORAGE, S1Type, is_binary
from .checks import check_channels
from .shapes import show

DEQUANTIZED = "dqnn.dequantized"
"""Attribute of an f32 constant that a model file has as codes: their integer type. Its readers compute in float."""

Array: TypeAlias = npt.NDArray[np.generic]


def storage_element(element: Attribute) -> IntegerType | Float32Type:
    """The builtin type that an element is stored as: the storage type of a quantized one, i8 for s1, else the type.

    Raises:
        ValueError: the type is neither quantized nor s1 nor f32 nor an integer.
    """
    if is_binary(element):
        return S1_STORAGE
    if isinstance(element, UniformQuantizedType):
        return element.storage_type
    if isa(element, IntegerType) or isinstance(element, Float32Type):
        return element
    raise ValueError(f"no tensor of a network has elements of type {element}")


def element_dtype(element: Attribute) -> np.dtype[np.generic]:
    """The numpy type of an element as it is stored, little endian.

    Raises:
        ValueError: the type is neither quantized nor s1 nor f32 nor an integer.
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

    @property
    def reals(self) -> Array:
        """The float32 numbers that the codes stand for, or the data where the elements are no codes."""
        element = quantized_element(self.result.type)
        return self.array.astype(np.float32) if element is None else dequantize(self.array, element)

    def verify_(self) -> None:
        """Check that data and result agree in shape and storage type, and the number of bytes with both."""
        tensor = tensor_type(self.result)
        shape, stored = tensor.get_shape(), self.value.type
        try:
            storage = storage_element(tensor.element_type)
        except ValueError as error:
            raise VerifyException(str(error)) from error
        if stored.get_shape() != shape:
            raise VerifyException(f"data has shape {show(stored.get_shape())}, the result {show(shape)}")
        if stored.element_type != storage:
            raise VerifyException(f"data has elements of {stored.element_type}, expected {storage}")
        expected = prod(shape) * element_dtype(storage).itemsize
        if len(self.value.data.data) != expected:
            raise VerifyException(f"data has {len(self.value.data.data)} bytes, expected {expected}")
        if (element := quantized_element(tensor)) is not None:
            self.verify_codes(element, shape)
        if is_binary(tensor.element_type) and not (np.abs(self.array) == 1).all():
            raise VerifyException("data of s1 elements has values other than 1 and -1")

    def verify_codes(self, element: UniformQuantizedType, shape: tuple[int, ...]) -> None:
        """Check the scales of quantized data, and that no code is outside of a narrowed range."""
        if element.axis is not None:
            check_channels(element, shape, "result")
        low, high = element.storage_min, element.storage_max
        if high - low + 1 < 1 << (8 * element.numpy_dtype.itemsize) and self.array.size > 0:
            least, largest = int(self.array.min()), int(self.array.max())
            if least < low or largest > high:
                raise VerifyException(f"data from {least} to {largest} is outside of the range {low} to {high}")

    def print(self, printer: Printer) -> None:
        """Print the data in MLIR's form, then the element type where the data is of codes."""
        printer.print_string(" ")
        printer.print_attribute(self.value)
        element = self.result.type.element_type
        if isinstance(element, UniformQuantizedType | S1Type):
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
