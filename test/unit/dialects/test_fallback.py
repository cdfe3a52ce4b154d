"""Why an operator stays in float: the attribute, read and written."""

from __future__ import annotations

import pytest
from dqnnc.dialects.dqnn import ReluOp
from dqnnc.dialects.dqnn.fallback import FALLBACK, Fallback, Nearest
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, IntegerAttr, StringAttr, TensorType, f32, i32
from xdsl.ir import Attribute
from xdsl.utils.test_value import create_ssa_value

FULL = Fallback(
    "there is no such row in the kernel table of stm32",
    "s8 x s1 -> s8 convolution",
    (Nearest("s8 x s8 -> s8 convolution", "8-bit weights"), Nearest("s1 x s1 -> s8 convolution", "")),
)


def op_with(attribute: Attribute | None) -> ReluOp:
    type_ = TensorType(f32, [1])
    op = ReluOp(create_ssa_value(type_), type_)
    if attribute is not None:
        op.attributes[FALLBACK] = attribute
    return op


@pytest.mark.parametrize("fallback", [FULL, Fallback("a reason"), Fallback("a reason", "s8 -> s8 softmax")])
def test_what_is_written_is_read(fallback: Fallback) -> None:
    assert Fallback.of(op_with(fallback.attribute)) == fallback


def test_a_frontend_writes_a_reason_alone() -> None:
    assert Fallback.of(op_with(StringAttr("10 bits"))) == Fallback("10 bits")


@pytest.mark.parametrize("attribute", [None, IntegerAttr(1, i32)])
def test_no_fallback(attribute: Attribute | None) -> None:
    assert Fallback.of(op_with(attribute)) is None


def test_odd_fields_are_left_out() -> None:
    number = IntegerAttr(1, i32)
    odd = DictionaryAttr({"reason": number, "asked": number, "nearest": ArrayAttr([DictionaryAttr({"row": number})])})
    assert Fallback.of(op_with(odd)) == Fallback("", None, (Nearest("", ""),))
    assert Fallback.of(op_with(DictionaryAttr({"reason": StringAttr("why"), "nearest": number}))) == Fallback("why")


def test_text() -> None:
    assert str(FULL) == (
        "s8 x s1 -> s8 convolution: there is no such row in the kernel table of stm32; "
        "nearest: s8 x s8 -> s8 convolution (8-bit weights), or s1 x s1 -> s8 convolution"
    )
    assert str(Fallback("why")) == "why"
