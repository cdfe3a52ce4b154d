"""Verification of a module that is changed again and again: what is as it was is not checked again.

Checking all of a module after each pass takes longer than the passes do.
"""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation
from xdsl.utils.exceptions import VerifyException

from ..dialects.dqnn.base import DqnnOp
from ..dialects.dqnn.memory import BufferOp, ViewOp
from ..passes.errors import OpError

LOCAL = (DqnnOp, BufferOp, ViewOp)
"""Ops whose rules are about their own types, properties and attributes alone."""


class Verifier:
    """Verifies modules, and remembers what it found valid."""

    def __init__(self) -> None:
        self._valid: dict[tuple[object, ...], tuple[object, ...]] = {}
        """Identities of all that the rules of a `LOCAL` op look at -> the objects, which keep the identities theirs."""

    def verify(self, module: ModuleOp) -> None:
        """Check a module: each op's own rules, and that every value is defined before it is used.

        Raises:
            VerifyException, ValueError: an op or a block is invalid.
            OpError: an op uses a value that is defined by itself or further down.
        """
        self._verify(module)
        check_order(module)

    def _verify(self, op: Operation) -> None:
        for region in op.regions:
            for block in region.blocks:
                self._verify_block(block)
        if not isinstance(op, LOCAL):
            op.verify(verify_nested_ops=False)
            return
        seen = _seen_by_rules(op)
        key = (type(op), len(op.operands), len(op.results), *map(id, seen))
        if key not in self._valid:
            op.verify(verify_nested_ops=False)
            self._valid[key] = seen

    def _verify_block(self, block: Block) -> None:
        if not block.ops:
            block.verify()
        for inner in block.ops:
            if inner.parent is not block:
                raise VerifyException(f"{inner.name} is in a block that it does not know")
            self._verify(inner)


def _seen_by_rules(op: Operation) -> tuple[object, ...]:
    """All that a `LOCAL` op's rules look at. Names are interned: equal ones are one object."""
    return (
        *(value.type for value in op.operands),
        *(value.type for value in op.results),
        *op.properties,
        *op.properties.values(),
        *op.attributes,
        *op.attributes.values(),
    )


def check_order(module: ModuleOp) -> None:
    """Check that in each block a value is defined before it is used, which xDSL's verifier does not.

    Raises:
        OpError: an op uses a value that is defined by itself or further down.
    """
    done: set[Operation] = set()

    def visit(op: Operation, open_blocks: frozenset[Block]) -> None:
        for index, operand in enumerate(op.operands):
            owner = operand.owner
            if isinstance(owner, Operation) and owner not in done and owner.parent in open_blocks:
                raise OpError(op, f"operand {index} is used before it is defined")
        for region in op.regions:
            for block in region.blocks:
                for inner in block.ops:
                    visit(inner, open_blocks | {block})
        done.add(op)

    visit(module, frozenset())
