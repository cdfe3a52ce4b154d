"""Which bytes of which buffer are live when, from the kernel calls of a function.

Step k is the k-th `BufferOp` of the function. Step -1 is the application's, who writes inputs that lie in the arena;
the step after the last op is the application's again, who reads outputs there. Bytes are live from a write to the
last read before the next write. So a slot of a concat buffer is free until its producer runs, and free again once
its last reader is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from xdsl.dialects.func import FuncOp
from xdsl.dialects.memref import AllocOp
from xdsl.ir import BlockArgument, SSAValue
from xdsl.utils.exceptions import DiagnosticException

from ...dialects.dqnn.layer import describe
from ...dialects.dqnn.memory import BufferOp, byte_size, element_bytes, is_memref, place_of
from ...dialects.dqnn.memory_form import buffer_ops, network_arguments
from .placement import Item, Part


class Access(NamedTuple):
    """A read or a write of bytes `start` to `end` in one step. Reads of a step come before its writes."""

    step: int
    is_write: bool
    start: int
    end: int


@dataclass
class Buffer:
    """Memory that a planner places as one: an allocation, or an argument that is to lie in the arena."""

    value: SSAValue
    alignment: int
    accesses: list[Access] = field(default_factory=list[Access])

    def item(self) -> Item:
        """What the placement algorithm has to know."""
        return Item(live_parts(self.accesses), self.alignment)


def collect_buffers(func: FuncOp, arguments: Iterable[BlockArgument] = (), alignment: int = 1) -> list[Buffer]:
    """The allocations of `func`, and those of its `arguments` that are to be placed as well, with their accesses.

    Every buffer is aligned to `alignment`, to its own alignment and to the elements seen in it. Raises
    DiagnosticException where bytes are read that nothing wrote.
    """
    placed = set(arguments)
    steps = buffer_ops(func)
    inputs = network_arguments(func).inputs
    values: list[SSAValue] = [argument for argument in func.body.block.args if argument in placed]
    values += [op.memref for op in func.body.block.ops if isinstance(op, AllocOp)]
    buffers = {value: Buffer(value, max(alignment, _own_alignment(value))) for value in values}
    for argument in placed:
        entry = argument in inputs
        step = -1 if entry else len(steps)
        buffers[argument].accesses.append(Access(step, entry, 0, byte_size(argument.type)))
    for step, op in enumerate(steps):
        for group, is_write in ((op.inputs, False), (op.outputs, True), (op.scratch, True)):
            for value in group:
                base, start = place_of(value)
                if base not in buffers:
                    continue
                buffer = buffers[base]
                buffer.alignment = max(buffer.alignment, element_bytes(value.type))
                buffer.accesses.append(Access(step, is_write, start, start + byte_size(value.type)))
    for buffer in buffers.values():
        buffer.accesses.sort()
        _verify_written_first(buffer, steps)
    return list(buffers.values())


def live_parts(accesses: Sequence[Access]) -> tuple[Part, ...]:
    """The live parts of a buffer with these accesses (sorted): disjoint in bytes and steps taken together.

    The bytes are cut where an access begins or ends. Neighbours with the same live range become one part.
    """
    parts: list[Part] = []
    for start, end in _pieces(accesses):
        covering = [access for access in accesses if access.start <= start and end <= access.end]
        for first, last in _live_ranges(covering):
            parts.append(Part(start, end - start, first, last))
    joined: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in parts:
        same = joined[part.first, part.last]
        if same and same[-1].offset + same[-1].size == part.offset:
            same[-1] = Part(same[-1].offset, same[-1].size + part.size, part.first, part.last)
        else:
            same.append(part)
    return tuple(sorted((part for same in joined.values() for part in same), key=lambda part: part.offset))


def _pieces(accesses: Sequence[Access]) -> list[tuple[int, int]]:
    cuts = sorted({cut for access in accesses for cut in (access.start, access.end)})
    return list(pairwise(cuts))


def _live_ranges(accesses: Sequence[Access]) -> list[tuple[int, int]]:
    """Live ranges of one piece of memory. A write in the step of the last read continues the range."""
    ranges: list[tuple[int, int]] = []
    for access in accesses:
        if not access.is_write or (ranges and ranges[-1][1] == access.step):
            ranges[-1] = (ranges[-1][0], access.step)
        else:
            ranges.append((access.step, access.step))
    return ranges


def _verify_written_first(buffer: Buffer, steps: Sequence[BufferOp]) -> None:
    for start, end in _pieces(buffer.accesses):
        first = next((access for access in buffer.accesses if access.start <= start and end <= access.end), None)
        if first is None or first.is_write:
            continue
        if first.step == len(steps):
            raise DiagnosticException(f"bytes {start} to {end} of an output are never written")
        raise DiagnosticException(
            f"{describe(steps[first.step])}: reads bytes {start} to {end} of a buffer before anything wrote them"
        )


def _own_alignment(value: SSAValue) -> int:
    type_ = value.type
    assert is_memref(type_)
    own = value.owner.alignment if isinstance(value.owner, AllocOp) else None
    return max(element_bytes(type_), 1 if own is None else own.value.data)
