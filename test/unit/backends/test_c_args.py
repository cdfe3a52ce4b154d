"""Attributes of dialect `c` refuse what C cannot spell, wherever they are made."""

from __future__ import annotations

import pytest
from dqnnc.backends.common.c_args import (
    ArrayLiteralAttr,
    NullAttr,
    OperandAttr,
    StructAttr,
    operands_in,
    verify_value,
)
from xdsl.dialects.builtin import DictionaryAttr, StringAttr, i32
from xdsl.utils.exceptions import VerifyException


def test_operand_index_counts_from_zero() -> None:
    with pytest.raises(VerifyException, match="must not be negative, got -1"):
        OperandAttr(-1)


@pytest.mark.parametrize("name", ["", "1x", "a b", "x;", "é", "x\n"])
def test_names_are_identifiers(name: str) -> None:
    for make in (lambda: StructAttr(name, "v", {}), lambda: ArrayLiteralAttr(name, "v", [1])):
        with pytest.raises(VerifyException, match="type must be a C identifier"):
            make()
    with pytest.raises(VerifyException, match="variable must be a C identifier"):
        StructAttr("t", name, {})
    with pytest.raises(VerifyException, match="field must be a C identifier"):
        StructAttr("t", "v", {name: 1})
    with pytest.raises(VerifyException, match="field must be a C identifier"):
        StructAttr("t", "v", {"nested": DictionaryAttr({name: i32})})


def test_arrays_hold_numbers() -> None:
    with pytest.raises(VerifyException, match="at least one element"):
        ArrayLiteralAttr("int", "v", [])
    with pytest.raises(VerifyException, match="array elements are numbers"):
        ArrayLiteralAttr("int", "v", [NullAttr()])


def test_values() -> None:
    with pytest.raises(VerifyException, match="not a C argument"):
        verify_value(StringAttr("text"))
    with pytest.raises(VerifyException, match="not a C argument"):
        StructAttr("t", "v", {"x": StringAttr("text")})


def test_operands_are_found_in_nested_fields() -> None:
    inner = DictionaryAttr({"p": OperandAttr(3), "q": NullAttr()})
    struct = StructAttr("t", "v", {"a": OperandAttr(1), "b": inner, "c": StructAttr("u", "w", {"d": OperandAttr(0)})})
    assert operands_in(struct) == [1, 3, 0]
