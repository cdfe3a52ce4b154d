"""What all network operators share: purity, their one textual form, and typed properties.

The textual form is

    %y = dqnn.conv2d %x, %w, %b {strides = [2, 2], clamp_min = 0.0} : tensor<1x16x16x8xf32>

Operand types are not written again: a value's type stands where the value is defined, and a value is defined above
its uses (the parser insists). That keeps a per-channel weight type, some kilobytes of text, in one place.
Properties that equal their default are left out. Discardable attributes follow as `attributes {...}`.
"""

from __future__ import annotations

import struct
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self, TypeAlias, cast

from xdsl.dialects.builtin import (
    I64,
    BoolAttr,
    DenseArrayBase,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    TensorType,
    f32,
    i64,
)
from xdsl.interfaces import HasCanonicalizationPatternsInterface
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import IRDLOperation, traits_def
from xdsl.parser import Parser
from xdsl.pattern_rewriter import RewritePattern
from xdsl.printer import Printer
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from ..quant import UniformQuantizedType

Tensor: TypeAlias = TensorType[Attribute]
Ints: TypeAlias = DenseArrayBase[I64]
Float: TypeAlias = FloatAttr[Float32Type]
Int: TypeAlias = IntegerAttr[I64]

PropertyValue: TypeAlias = Sequence[int] | float | bool | Attribute | None


def ints(values: Sequence[int]) -> Ints:
    """The attribute of a list of integers, such as strides."""
    return DenseArrayBase.from_list(i64, values)


def real(value: float) -> Float:
    """The attribute of a real number, rounded to float32."""
    return FloatAttr(value, f32)


def boolean(value: bool) -> BoolAttr:
    """The attribute of a truth value."""
    return BoolAttr.from_bool(value)


def integer(value: int) -> Int:
    """The attribute of an integer, such as an axis."""
    return IntegerAttr(value, i64)


def property_attribute(value: Sequence[int] | float | bool | Attribute) -> Attribute:
    """The attribute that holds a Python value; an attribute is passed through."""
    match value:
        case Attribute():
            return value
        case bool():
            return boolean(value)
        case int():
            return integer(value)
        case float():
            return real(value)
        case _:
            return ints(value)


class DqnnOp(HasCanonicalizationPatternsInterface, IRDLOperation, ABC):
    """An operator of a network: a pure function of tensors, printed in the common form."""

    traits = traits_def(Pure())

    DEFAULTS: ClassVar[Mapping[str, Attribute]] = {}
    """Properties that need not be written, with the value that they have then."""
    DATA_OPERANDS: ClassVar[int | None] = None
    """How many operands, from the first, are activations: the rest are weights and other tables; None for all."""

    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        """The simplifications of this operator, which `canonicalize` tries."""
        from .canonicalization import PATTERNS

        return PATTERNS.get(cls, ())

    def __init__(
        self,
        operands: Sequence[SSAValue | Operation],
        result_types: Sequence[Attribute],
        **properties: PropertyValue,
    ):
        given = {name: property_attribute(value) for name, value in properties.items() if value is not None}
        super().__init__(
            operands=self.group_operands([SSAValue.get(operand) for operand in operands]),
            result_types=self.group_results(result_types),
            properties={**self.DEFAULTS, **given},
        )

    @classmethod
    def group_operands(cls, operands: Sequence[SSAValue]) -> Sequence[SSAValue | Sequence[SSAValue]]:
        """The operands, one entry for each operand that the op declares; optional and variadic ones as lists."""
        return operands

    @classmethod
    def group_results(cls, types: Sequence[Attribute]) -> Sequence[Attribute | Sequence[Attribute]]:
        """The result types, one entry for each result that the op declares; variadic ones as lists."""
        return types

    def print(self, printer: Printer) -> None:
        """Print the common form."""
        if self.operands:
            printer.print_string(" ")
            printer.print_list(self.operands, printer.print_ssa_value)
        self.print_properties(printer)
        printer.print_op_attributes(self.attributes, print_keyword=True)
        printer.print_string(" : ")
        printer.print_list(self.result_types, printer.print_attribute)

    def print_properties(self, printer: Printer) -> None:
        """Print the properties that differ from their default, as ` {name = value, ...}`."""
        written = [(name, value) for name, value in self.properties.items() if value != self.DEFAULTS.get(name)]
        if not written:
            return

        def print_property(item: tuple[str, Attribute]) -> None:
            printer.print_string(f"{item[0]} = ")
            print_literal(printer, item[1])

        printer.print_string(" ")
        with printer.in_braces():
            printer.print_list(sorted(written), print_property)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """Parse the common form.

        Raises:
            ParseError: an operand is not defined above, or a property is unknown or no literal.
        """
        operands = parser.parse_optional_undelimited_comma_separated_list(
            lambda: parse_optional_defined_operand(parser), lambda: parse_defined_operand(parser)
        )
        properties = dict(cls.DEFAULTS) | cls.parse_properties(parser)
        attributes = parser.parse_optional_attr_dict_with_keyword()
        parser.parse_punctuation(":")
        types = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_type)
        return cls.create(
            operands=operands or (),
            result_types=types,
            properties=properties,
            attributes={} if attributes is None else dict(attributes.data),
        )

    @classmethod
    def parse_properties(cls, parser: Parser) -> dict[str, Attribute]:
        """Parse `{name = value, ...}` where it is present."""
        known = cls.get_irdl_definition().properties
        properties: dict[str, Attribute] = {}
        if parser.parse_optional_punctuation("{") is None:
            return properties
        while True:
            position = parser.pos
            name = parser.parse_identifier("property name expected")
            if name not in known:
                parser.raise_error(f"{cls.name} has no property '{name}'", position)
            if name in properties:
                parser.raise_error(f"property '{name}' stands twice", position)
            parser.parse_punctuation("=")
            properties[name] = parse_literal(parser)
            if parser.parse_optional_punctuation(",") is None:
                parser.parse_punctuation("}")
                return properties


def print_literal(printer: Printer, value: Attribute) -> None:
    """Print a property's value without its type, which the op knows."""
    if isinstance(value, DenseArrayBase):
        with printer.in_square_brackets():
            printer.print_list(value.get_values(), lambda item: printer.print_string(str(item)))
    elif isa(value, Float):
        printer.print_float(value.value.data, value.type)
    elif isa(value, Int):
        printer.print_int(value.value.data)
    else:
        printer.print_attribute(value)


def parse_literal(parser: Parser) -> Attribute:
    """Parse a property's value: `[1, 2]`, `true`, `0.5`, `0x7F800000` (a float32), `3`, or any attribute."""
    position = parser.pos
    values = parser.parse_optional_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_integer)
    if values is not None:
        check_range(parser, values, position)
        return ints(values)
    if (truth := parser.parse_optional_boolean()) is not None:
        return boolean(truth)
    if (number := parser.parse_optional_number()) is None:
        return parser.parse_attribute()
    if isinstance(number, float):
        return real(number)
    if parser.lexer.input.content[position : position + 2] in (b"0x", "0x"):
        return real_of_bits(parser, number, position)
    check_range(parser, [number], position)
    return integer(number)


def check_range(parser: Parser, values: Sequence[int], position: int) -> None:
    """Refuse an integer that does not fit 64 bits."""
    if any(not -(1 << 63) <= value < 1 << 63 for value in values):
        parser.raise_error("an integer property has 64 bits", position)


def real_of_bits(parser: Parser, bits: int, position: int) -> Float:
    """The float32 of these bits: how infinities and NaNs are written."""
    if bits >> 32:
        parser.raise_error("a float32 has 32 bits", position)
    return real(struct.unpack("<f", struct.pack("<I", bits))[0])


def parse_optional_defined_operand(parser: Parser) -> SSAValue | None:
    """Parse `%name` if it comes next, and take the value that stands above under that name."""
    operand = parser.parse_optional_unresolved_operand()
    if operand is None:
        return None
    values = parser.ssa_values.get(operand.operand_name)
    if values is None or operand.index >= len(values):
        parser.raise_error(f"%{operand.operand_name} is used before it is defined", operand.span)
    return values[operand.index]


def parse_defined_operand(parser: Parser) -> SSAValue:
    """Parse `%name`, and take the value that stands above under that name."""
    operand = parse_optional_defined_operand(parser)
    if operand is None:
        parser.raise_error("operand expected")
    return operand


def tensor_type(value: SSAValue) -> Tensor:
    """The type of a value that must be a tensor of static shape with f32 or quantized elements.

    Raises:
        VerifyException: it is not.
    """
    # `isa` would build and check the constraint of TensorType[Attribute] anew, which any TensorType meets: a third of
    # the time of a compilation.
    if not isinstance(value.type, TensorType):
        raise VerifyException(f"expected a tensor, got {value.type}")
    tensor = cast("Tensor", value.type)
    if any(size < 0 for size in tensor.get_shape()):
        raise VerifyException(f"expected a static shape, got {tensor}")
    return tensor


def quantized_element(tensor: Tensor) -> UniformQuantizedType | None:
    """The quantized element type of a tensor, or None where its elements are f32 or plain integers."""
    element = tensor.element_type
    return element if isinstance(element, UniformQuantizedType) else None


def quantization(value: SSAValue) -> UniformQuantizedType:
    """The element type of a tensor that is known to hold codes."""
    element = quantized_element(tensor_type(value))
    assert element is not None, "codes"
    return element
