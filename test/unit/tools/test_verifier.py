"""Verification of a module that changes: what was found valid is not looked at again, what has changed is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from dqnnc.dialects.dqnn import AddOp, ReluOp
from dqnnc.passes.errors import OpError
from dqnnc.tools.verifier import Verifier
from support.network import Network
from xdsl.dialects.builtin import FloatAttr, ModuleOp, TensorType, f32
from xdsl.ir import Operation
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import VerifyException

SHORT = TensorType(f32, (3,))


def network() -> tuple[ModuleOp, ReluOp, AddOp]:
    net = Network()
    x = net.input(np.zeros(4, np.float32), f32)
    relu = ReluOp(x, x.type)
    add = AddOp(net.add(relu), x, x.type)
    net.outputs.append(net.add(add))
    return net.module(), relu, add


def shrink_operand(relu: ReluOp, add: AddOp) -> None:
    Rewriter.replace_value_with_new_type(relu.input, SHORT)


def shrink_result(relu: ReluOp, add: AddOp) -> None:
    Rewriter.replace_value_with_new_type(add.result, SHORT)


def turn_bounds(relu: ReluOp, add: AddOp) -> None:
    add.properties |= {"clamp_min": FloatAttr(2.0, 32), "clamp_max": FloatAttr(1.0, 32)}


def add_foreign_property(relu: ReluOp, add: AddOp) -> None:
    relu.properties["colour"] = SHORT


@pytest.mark.parametrize("change", [shrink_operand, shrink_result, turn_bounds, add_foreign_property])
def test_what_has_changed_is_checked_again(change: Callable[[ReluOp, AddOp], None]):
    module, relu, add = network()
    verifier = Verifier()
    verifier.verify(module)
    change(relu, add)
    for _ in range(2):
        with pytest.raises(VerifyException):
            verifier.verify(module)


def test_an_order_that_has_changed_is_found():
    module, relu, add = network()
    verifier = Verifier()
    verifier.verify(module)
    relu.detach()
    add.parent.insert_op_after(relu, add)  # pyright: ignore[reportOptionalMemberAccess]
    with pytest.raises(OpError, match="used before it is defined"):
        verifier.verify(module)


def test_what_is_as_before_is_not_checked_again(monkeypatch: pytest.MonkeyPatch):
    """Not in a copy either."""
    module, _, _ = network()
    checked: list[str] = []

    def note(op: Operation, verify_nested_ops: bool = True) -> None:
        checked.append(op.name)

    monkeypatch.setattr(Operation, "verify", note)
    verifier = Verifier()
    verifier.verify(module)
    assert {"dqnn.relu", "dqnn.add"} <= set(checked)
    checked.clear()
    verifier.verify(module.clone())
    assert checked == ["func.return", "func.func", "builtin.module"]
