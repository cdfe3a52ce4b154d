"""Give every buffer of a network its place in one arena."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, UnitAttr, i64
from xdsl.dialects.func import FuncOp
from xdsl.dialects.memref import AllocOp
from xdsl.ir import BlockArgument, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import InsertPoint, Rewriter
from xdsl.utils.exceptions import PassFailedException

from ..dialects.dqnn.memory import ArenaOp, ViewOp, is_memref
from ..dialects.dqnn.memory_form import OFFSET, OUTPUT, network_arguments, set_argument_attribute
from .memory.in_place import Group, alone, merge_in_place
from .memory.live_ranges import collect_buffers
from .memory.placement import Placement, place

LOWER_BOUND = "dqnn.lower_bound"
"""Attribute of the arena: the largest sum of live bytes at any step; no plan is smaller."""
GREEDY_BY_SIZE = "dqnn.greedy_by_size"
"""Attribute of the arena: the bytes it would have if buffers were placed in the order of their size."""


@dataclass(frozen=True)
class PlanMemoryPass(ModulePass):
    """Replace each `memref.alloc` by a view of one `dqnn.arena`, with offsets such that live bytes never overlap.

    Kernels that can work in place do so where their input is not needed any more. With `allocate-inputs` and
    `allocate-outputs`, function arguments lie in the arena as well: the argument gets `dqnn.offset`. An input's
    memory is reused once it has been read. `alignment` is that of every buffer, in bytes.
    """

    name = "plan-memory"

    allocate_inputs: bool = False
    allocate_outputs: bool = False
    alignment: int = 4

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Plan each function on its own."""
        if self.alignment <= 0 or self.alignment & (self.alignment - 1):
            raise PassFailedException(f"alignment must be a power of two, got {self.alignment}")
        for func in list(op.ops):
            if isinstance(func, FuncOp) and func.body.blocks:
                self._plan(func)

    def _plan(self, func: FuncOp) -> None:
        inputs, outputs = network_arguments(func)
        for output in outputs:
            set_argument_attribute(func, output, OUTPUT, UnitAttr())
        arguments = (inputs if self.allocate_inputs else ()) + (outputs if self.allocate_outputs else ())
        buffers = collect_buffers(func, arguments, self.alignment)
        if not buffers:
            return
        groups, placement = _best(merge_in_place(func, buffers), alone(buffers))
        alignment = max(self.alignment, *(group.alignment for group in groups))
        arena = ArenaOp(placement.peak, alignment)
        arena.attributes[LOWER_BOUND] = IntegerAttr(placement.lower_bound, i64)
        arena.attributes[GREEDY_BY_SIZE] = IntegerAttr(placement.greedy_by_size, i64)
        Rewriter.insert_op(arena, InsertPoint.at_start(func.body.block))
        arena.result.name_hint = "arena"
        for group, start in zip(groups, placement.offsets, strict=True):
            for buffer, offset in group.members:
                _settle(arena, func, buffer.value, start + offset)


def _best(merged: list[Group], separate: list[Group]) -> tuple[list[Group], Placement]:
    """The smaller of two plans. Working in place saves memory, but ties buffers together, which may cost more."""
    in_place = place([group.item() for group in merged])
    if len(merged) == len(separate) or in_place.peak <= in_place.lower_bound:
        return merged, in_place
    apart = place([group.item() for group in separate])
    return (merged, in_place) if in_place.peak <= apart.peak else (separate, apart)


def _settle(arena: ArenaOp, func: FuncOp, value: SSAValue, offset: int) -> None:
    """Turn everything that refers to the buffer `value` into views of the arena."""
    for use in list(value.uses):
        if isinstance(view := use.operation, ViewOp):
            _settle(arena, func, view.result, offset + view.byte_offset)
    made_by = value.owner if isinstance(value.owner, AllocOp | ViewOp) else None
    if value.uses:
        assert is_memref(value.type)
        view = ViewOp(arena, offset, value.type)
        view.result.name_hint = value.name_hint
        if made_by is not None:
            view.location = made_by.location
        Rewriter.insert_op(view, InsertPoint.after(arena) if made_by is None else InsertPoint.before(made_by))
        value.replace_all_uses_with(view.result)
    if made_by is not None:
        Rewriter.erase_op(made_by)
    if isinstance(value, BlockArgument):
        set_argument_attribute(func, value, OFFSET, IntegerAttr(offset, i64))
