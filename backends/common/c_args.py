"""Dialect `c`: how an argument of a C function call is made.

An argument is one of
- `#c.operand<2>`: a pointer to the call's operand number 2 (counted over all its operand groups), typed as
  the operand's element;
- an integer or float attribute: a literal;
- `#c.struct<"cmsis_nn_dims", "input_dims", {n = 1, h = 8}>`: the address of an object of that C type. Its
  name is what the generated code calls it. A field is itself such a value, or a nested `{...}` for a struct
  inside the struct;
- `#c.array<"uint32_t", "permutation", [0, 2, 1]>`: the address of an array's first element;
- `#c.null`: the null pointer.

Inside these attributes (and in the arguments of a call) an integer without a type is `i32` and a float `f32`,
the types that C libraries for microcontrollers use; other types are spelled out, `3 : i64`. There, short
forms replace the attributes' own: `cmsis_nn_dims input_dims {n = 1}`, `uint32_t order [0, 2, 1]`, `null`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from xdsl.dialects.builtin import (
    AnyFloat,
    ArrayAttr,
    BoolAttr,
    DictionaryAttr,
    FloatAttr,
    IntAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    f32,
    i32,
)
from xdsl.ir import Attribute, Dialect, ParametrizedAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What C accepts as an identifier (keywords aside)."""

OperandPrinter: TypeAlias = Callable[["OperandAttr"], None]
OperandParser: TypeAlias = Callable[[], "OperandAttr | None"]


def verify_identifier(text: str, what: str) -> None:
    """Raise VerifyException unless `text` is shaped as a C identifier."""
    if IDENTIFIER.fullmatch(text) is None:
        raise VerifyException(f"{what} must be a C identifier, got {text!r}")


@irdl_attr_definition
class OperandAttr(ParametrizedAttribute):
    """A pointer to operand `index` of the call."""

    name = "c.operand"
    index: IntAttr

    def __init__(self, index: int | IntAttr):
        super().__init__(IntAttr(index) if isinstance(index, int) else index)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Read `<index>`."""
        with parser.in_angle_brackets():
            return (IntAttr(parser.parse_integer(allow_boolean=False)),)

    def print_parameters(self, printer: Printer) -> None:
        """Write `<index>`."""
        with printer.in_angle_brackets():
            printer.print_int(self.index.data)

    def verify(self) -> None:
        """An index counts from 0."""
        if self.index.data < 0:
            raise VerifyException(f"operand index must not be negative, got {self.index.data}")


@irdl_attr_definition
class NullAttr(ParametrizedAttribute):
    """The null pointer."""

    name = "c.null"


@irdl_attr_definition
class StructAttr(ParametrizedAttribute):
    """The address of an object called `variable`, of the C struct type `type_name`, with these fields set."""

    name = "c.struct"
    type_name: StringAttr
    variable: StringAttr
    fields: DictionaryAttr

    def __init__(
        self,
        type_name: str | StringAttr,
        variable: str | StringAttr,
        fields: Mapping[str, Attribute | int] | DictionaryAttr,
    ):
        if not isinstance(fields, DictionaryAttr):
            fields = DictionaryAttr({key: literal(value) for key, value in fields.items()})
        super().__init__(_string(type_name), _string(variable), fields)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Read `<"type", "variable", {fields}>`."""
        with parser.in_angle_brackets():
            type_name, variable = _parse_head(parser)
            return (type_name, variable, parse_fields(parser))

    def print_parameters(self, printer: Printer) -> None:
        """Write `<"type", "variable", {fields}>`."""
        with printer.in_angle_brackets():
            _print_head(printer, self.type_name, self.variable)
            print_fields(printer, self.fields)

    def verify(self) -> None:
        """Names become C identifiers, fields become C values."""
        verify_identifier(self.type_name.data, "struct type")
        verify_identifier(self.variable.data, "struct variable")
        _verify_fields(self.fields)


@irdl_attr_definition
class ArrayLiteralAttr(ParametrizedAttribute):
    """The address of the first element of an array called `variable` of C element type `type_name`."""

    name = "c.array"
    type_name: StringAttr
    variable: StringAttr
    elements: ArrayAttr[Attribute]

    def __init__(
        self,
        type_name: str | StringAttr,
        variable: str | StringAttr,
        elements: Iterable[Attribute | int] | ArrayAttr[Attribute],
    ):
        if not isinstance(elements, ArrayAttr):
            elements = ArrayAttr([literal(value) for value in elements])
        super().__init__(_string(type_name), _string(variable), elements)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """Read `<"type", "variable", [elements]>`."""
        with parser.in_angle_brackets():
            type_name, variable = _parse_head(parser)
            return (type_name, variable, parse_elements(parser))

    def print_parameters(self, printer: Printer) -> None:
        """Write `<"type", "variable", [elements]>`."""
        with printer.in_angle_brackets():
            _print_head(printer, self.type_name, self.variable)
            print_elements(printer, self.elements)

    def verify(self) -> None:
        """An array holds numbers, at least one (C has no empty arrays)."""
        verify_identifier(self.type_name.data, "array element type")
        verify_identifier(self.variable.data, "array variable")
        if not self.elements.data:
            raise VerifyException("an array has at least one element")
        for value in self.elements:
            if not isinstance(value, IntegerAttr | FloatAttr):
                raise VerifyException(f"array elements are numbers, got {value}")


def literal(value: Attribute | int) -> Attribute:
    """An `i32` attribute for an int; other attributes as they are."""
    return IntegerAttr(value, i32) if isinstance(value, int) else value


def verify_value(value: Attribute) -> None:
    """Raise VerifyException unless `value` is an argument or a field that C can spell."""
    match value:
        case OperandAttr() | NullAttr() | StructAttr() | ArrayLiteralAttr() | IntegerAttr() | FloatAttr():
            return
        case DictionaryAttr():
            _verify_fields(value)
        case _:
            raise VerifyException(f"not a C argument: {value}")


def operands_in(value: Attribute) -> list[int]:
    """Indices of the operands that `value` refers to, in the order of the text."""
    match value:
        case OperandAttr():
            return [value.index.data]
        case StructAttr():
            return operands_in(value.fields)
        case DictionaryAttr():
            return [index for field in value.data.values() for index in operands_in(field)]
        case _:
            return []


def print_value(printer: Printer, value: Attribute, print_operand: OperandPrinter | None = None) -> None:
    """Print an argument or a field in short form; `print_operand` writes an operand as its call names it."""
    match value:
        case OperandAttr() if print_operand is not None:
            print_operand(value)
        case NullAttr():
            printer.print_string("null")
        case StructAttr():
            printer.print_string(f"{value.type_name.data} {value.variable.data} ")
            print_fields(printer, value.fields, print_operand)
        case ArrayLiteralAttr():
            printer.print_string(f"{value.type_name.data} {value.variable.data} ")
            print_elements(printer, value.elements)
        case DictionaryAttr():
            print_fields(printer, value, print_operand)
        case IntegerAttr() if value.type == i32:
            printer.print_int(value.value.data)
        case FloatAttr() if value.type == f32:
            printer.print_float(value.value.data, f32)
        case _:
            printer.print_attribute(value)


def parse_value(parser: AttrParser, parse_operand: OperandParser | None = None) -> Attribute:
    """Read what `print_value` writes."""
    if parse_operand is not None and (operand := parse_operand()) is not None:
        return operand
    if (number := parser.parse_optional_number()) is not None:
        return _typed_number(parser, number)
    if (flag := parser.parse_optional_boolean()) is not None:
        return BoolAttr.from_bool(flag)
    if (word := parser.parse_optional_identifier()) is not None:
        if word == "null":
            return NullAttr()
        variable = parser.parse_identifier(" as the variable's name")
        if parser.parse_optional_punctuation("{") is not None:
            return StructAttr(word, variable, _parse_open_fields(parser, parse_operand))
        return ArrayLiteralAttr(word, variable, parse_elements(parser))
    if parser.parse_optional_punctuation("{") is not None:
        return _parse_open_fields(parser, parse_operand)
    return parser.parse_attribute()


def _typed_number(parser: AttrParser, number: float) -> Attribute:
    """Read the type behind `number`, where it has one."""
    if parser.parse_optional_punctuation(":") is None:
        return IntegerAttr(number, i32) if isinstance(number, int) else FloatAttr(number, f32)
    type_ = parser.parse_type()
    if isa(type_, IntegerType) and isinstance(number, int):
        return IntegerAttr(number, type_)
    if not isinstance(type_, AnyFloat):
        parser.raise_error(f"{number} is not a literal of type {type_}")
    return FloatAttr(float(number), type_)


def print_fields(printer: Printer, fields: DictionaryAttr, print_operand: OperandPrinter | None = None) -> None:
    """Print `{name = value, ...}`."""

    def print_field(item: tuple[str, Attribute]) -> None:
        printer.print_string(f"{item[0]} = ")
        print_value(printer, item[1], print_operand)

    with printer.in_braces():
        printer.print_list(fields.data.items(), print_field)


def parse_fields(parser: AttrParser, parse_operand: OperandParser | None = None) -> DictionaryAttr:
    """Read `{name = value, ...}`."""
    parser.parse_punctuation("{")
    return _parse_open_fields(parser, parse_operand)


def _parse_open_fields(parser: AttrParser, parse_operand: OperandParser | None) -> DictionaryAttr:
    """Read the rest of `{name = value, ...}` when the brace is already behind."""
    fields: dict[str, Attribute] = {}
    if parser.parse_optional_punctuation("}") is not None:
        return DictionaryAttr(fields)
    while True:
        name = parser.parse_identifier(" as a field's name")
        if name in fields:
            parser.raise_error(f"field {name!r} is set twice")
        parser.parse_punctuation("=")
        fields[name] = parse_value(parser, parse_operand)
        if parser.parse_optional_punctuation(",") is None:
            break
    parser.parse_punctuation("}")
    return DictionaryAttr(fields)


def print_elements(printer: Printer, elements: ArrayAttr[Attribute]) -> None:
    """Print `[value, ...]`."""
    with printer.in_square_brackets():
        printer.print_list(elements, lambda value: print_value(printer, value))


def parse_elements(parser: AttrParser) -> ArrayAttr[Attribute]:
    """Read `[value, ...]`."""
    return ArrayAttr(
        parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parse_value(parser), " in an array")
    )


def _verify_fields(fields: DictionaryAttr) -> None:
    for name, value in fields.data.items():
        verify_identifier(name, "field")
        verify_value(value)


def _string(text: str | StringAttr) -> StringAttr:
    return StringAttr(text) if isinstance(text, str) else text


def _parse_head(parser: AttrParser) -> tuple[StringAttr, StringAttr]:
    type_name = StringAttr(parser.parse_str_literal(" as the C type"))
    parser.parse_punctuation(",")
    variable = StringAttr(parser.parse_str_literal(" as the variable's name"))
    parser.parse_punctuation(",")
    return type_name, variable


def _print_head(printer: Printer, type_name: StringAttr, variable: StringAttr) -> None:
    printer.print_string_literal(type_name.data)
    printer.print_string(", ")
    printer.print_string_literal(variable.data)
    printer.print_string(", ")


C = Dialect("c", [], [OperandAttr, NullAttr, StructAttr, ArrayLiteralAttr])
