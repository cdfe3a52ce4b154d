"""What the C calls of every backend have in common: operands in memory, C arguments made from them."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Any, Self

from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    StringAttr,
    UnitAttr,
    i64,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import opt_prop_def, prop_def
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from ...dialects.dqnn.memory import BufferOp
from .c_args import OperandAttr, operands_in, parse_value, print_value, verify_identifier, verify_value


class KernelCallOp(BufferOp, ABC):
    """One call of a C function on memory.

    `args` are the C arguments in order, see `c_args`. With `checked`, the function returns 0 or an error.
    `kernel` is the id of the kernel table's row that the call was made from. The rest is said in `BufferOp`.

    In text:

        cortex_m.call checked arm_softmax_s8 in(%x : memref<1x12xi8>) out(%y : memref<1x12xi8>)
          args(%x, 1, 12, 1073741824, 23, -124, %y) {header = "arm_nnfunctions.h", kernel = "softmax-s8"}
    """

    callee = prop_def(StringAttr)
    header = prop_def(StringAttr)
    args = prop_def(ArrayAttr)
    kernel = opt_prop_def(StringAttr)
    checked = opt_prop_def(UnitAttr)

    def __init__(
        self,
        callee: str,
        header: str,
        args: Sequence[Attribute],
        *,
        inputs: Sequence[SSAValue | Operation] = (),
        outputs: Sequence[SSAValue | Operation] = (),
        scratch: Sequence[SSAValue | Operation] = (),
        kernel: str | None = None,
        checked: bool = False,
        in_place: Sequence[tuple[int, int]] = (),
    ):
        super().__init__(
            operands=[inputs, outputs, scratch],
            properties={
                "callee": StringAttr(callee),
                "header": StringAttr(header),
                "args": ArrayAttr(args),
                "kernel": None if kernel is None else StringAttr(kernel),
                "checked": UnitAttr() if checked else None,
                "in_place": _flat(in_place),
            },
        )

    def verify_(self) -> None:
        """Names are fit for C; arguments refer to operands that exist."""
        super().verify_()
        verify_identifier(self.callee.data, "callee")
        if not self.header.data or any(c in self.header.data for c in '"\\\n'):
            raise VerifyException(f"not the name of a header: {self.header.data!r}")
        for arg in self.args:
            verify_value(arg)
            if any(index >= len(self.operands) for index in operands_in(arg)):
                raise VerifyException(f"argument {arg} refers to one of {len(self.operands)} operands")

    def print(self, printer: Printer) -> None:
        """Print operand groups, then the C arguments on a line of their own."""
        printer.print_string(" checked " if self.checked is not None else " ")
        printer.print_string(self.callee.data)
        for keyword, group in (("in", self.inputs), ("out", self.outputs), ("scratch", self.scratch)):
            if group:
                _print_group(printer, keyword, group)
        first_index = {value: index for index, value in reversed(list(enumerate(self.operands)))}

        def print_operand(operand: OperandAttr) -> None:
            index = operand.index.data
            if first_index[self.operands[index]] == index:
                printer.print_operand(self.operands[index])
            else:  # The same value twice: its name stands for the first.
                printer.print_attribute(operand)

        with printer.indented():
            printer.print_string("\n")
            printer.print_string("args(")
            printer.print_list(self.args, lambda arg: print_value(printer, arg, print_operand))
            printer.print_string(")")
        shown = {key: self.properties[key] for key in _SHOWN if key in self.properties}
        printer.print_op_attributes({**shown, **self.attributes})

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        """Read what `print` writes."""
        checked = parser.parse_optional_keyword("checked") is not None
        callee = parser.parse_identifier(" as the C function's name")
        groups = [_parse_group(parser, keyword) for keyword in ("in", "out", "scratch")]
        names = [(name.operand_name, name.index) for group in groups for name, _ in group]

        def parse_operand() -> OperandAttr | None:
            position = parser.pos
            if (operand := parser.parse_optional_unresolved_operand()) is None:
                return None
            key = (operand.operand_name, operand.index)
            if key not in names:
                parser.raise_error(f"%{operand.operand_name} is no operand of this call", position)
            return OperandAttr(names.index(key))

        parser.parse_keyword("args")
        args = parser.parse_comma_separated_list(
            parser.Delimiter.PAREN, lambda: parse_value(parser, parse_operand), " in arguments"
        )
        attributes = parser.parse_optional_attr_dict()
        properties: dict[str, Attribute] = {key: attributes.pop(key) for key in _SHOWN if key in attributes}
        properties |= {"callee": StringAttr(callee), "args": ArrayAttr(args)}
        if checked:
            properties["checked"] = UnitAttr()
        operands = [[parser.resolve_operand(name, type_) for name, type_ in group] for group in groups]
        return cls.build(operands=operands, properties=properties, attributes=attributes)


_SHOWN = ("header", "kernel", "in_place")
"""Properties that stand in the attribute dictionary in text."""


def _flat(pairs: Sequence[tuple[int, int]]) -> Attribute | None:
    return DenseArrayBase.from_list(i64, [index for pair in pairs for index in pair]) if pairs else None


def _print_group(printer: Printer, keyword: str, group: Sequence[SSAValue[Any]]) -> None:
    def print_typed(value: SSAValue[Any]) -> None:
        printer.print_operand(value)
        printer.print_string(" : ")
        printer.print_attribute(value.type)

    printer.print_string(f" {keyword}(")
    printer.print_list(group, print_typed)
    printer.print_string(")")


def _parse_group(parser: Parser, keyword: str) -> list[tuple[UnresolvedOperand, Attribute]]:
    def parse_typed() -> tuple[UnresolvedOperand, Attribute]:
        name = parser.parse_unresolved_operand()
        parser.parse_punctuation(":")
        return name, parser.parse_type()

    if parser.parse_optional_keyword(keyword) is None:
        return []
    return parser.parse_comma_separated_list(parser.Delimiter.PAREN, parse_typed)
