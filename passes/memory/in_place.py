"""Let a result take its input's memory, where the kernel can work in place and nobody needs the input any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.func import FuncOp
from xdsl.ir import SSAValue

from ...dialects.dqnn.memory import BufferOp, byte_size, place_of
from ...dialects.dqnn.memory_form import buffer_ops
from .live_ranges import Access, Buffer, live_parts
from .placement import Item, Part


@dataclass
class Group:
    """Buffers that lie at fixed distances from each other and are placed as one."""

    members: list[tuple[Buffer, int]]
    """Buffers with their offset in the group, in bytes."""
    alignment: int
    accesses: list[Access]

    def item(self) -> Item:
        """What the placement algorithm has to know."""
        return Item(live_parts(self.accesses), self.alignment)


def alone(buffers: Sequence[Buffer]) -> list[Group]:
    """Every buffer in a group of its own."""
    return [Group([(buffer, 0)], buffer.alignment, buffer.accesses) for buffer in buffers]


def merge_in_place(func: FuncOp, buffers: Sequence[Buffer]) -> list[Group]:
    """Join buffers by the in-place pairs of the ops, in the order of the ops and of their pairs.

    A pair is used when both values lie in buffers that are placed here (not in a global, nor in memory that the
    application owns), the output is not larger than the input, and no other byte of the two buffers would be in the
    other's way: above all, when the input's bytes are not read later. Both then begin at the same place.
    """
    group_of = {buffer.value: group for buffer, group in zip(buffers, alone(buffers), strict=True)}
    for step, op in enumerate(buffer_ops(func)):
        for output, input_ in op.in_place_pairs:
            if not _others_allow(op, output, input_):
                continue
            joined = _join(group_of, op.outputs[output], op.inputs[input_], step)
            if joined is not None:
                group_of |= {buffer.value: joined for buffer, _ in joined.members}
    unique = {id(group): group for group in group_of.values()}
    return list(unique.values())


def _others_allow(op: BufferOp, output: int, input_: int) -> bool:
    """Whether no other input of `op` would be overwritten while the output is made in place of `input_`.

    Another input may lie in the same bytes only if it is just as good a place for the output.
    """
    base, start = place_of(op.inputs[input_])
    end = start + byte_size(op.inputs[input_].type)
    for index, value in enumerate(op.inputs):
        other = place_of(value)
        if index == input_ or other.base is not base:
            continue
        other_end = other.offset + byte_size(value.type)
        same = (other.offset, other_end) == (start, end) and (output, index) in op.in_place_pairs
        if not same and other.offset < end and start < other_end:
            return False
    return True


def _join(group_of: dict[SSAValue, Group], output: SSAValue, input_: SSAValue, step: int) -> Group | None:
    """The group in which `output` lies where `input_` lies, or None where that cannot be."""
    size = byte_size(input_.type)
    target, source = place_of(output), place_of(input_)
    if byte_size(output.type) > size or target.base not in group_of or source.base not in group_of:
        return None
    kept, moved = group_of[source.base], group_of[target.base]
    if kept is moved:
        return None
    start = _offset_in(kept, source.base) + source.offset
    shift = start - _offset_in(moved, target.base) - target.offset
    alignment = max(kept.alignment, moved.alignment)
    handover = _Handover(step, start, start + size)
    if shift % alignment or handover.prevented(kept.item().parts, moved.item().parts, shift):
        return None
    lift = max(0, -shift)  # Groups begin at 0: whichever reaches below moves both up.
    members = [(buffer, offset + lift) for buffer, offset in kept.members]
    members += [(buffer, offset + shift + lift) for buffer, offset in moved.members]
    accesses = [_moved(access, lift) for access in kept.accesses]
    accesses += [_moved(access, shift + lift) for access in moved.accesses]
    return Group(members, alignment, sorted(accesses))


@dataclass(frozen=True)
class _Handover:
    """In `step`, bytes `start` to `end` go from an input to the output that is made in its place."""

    step: int
    start: int
    end: int

    def prevented(self, kept: Sequence[Part], moved: Sequence[Part], shift: int) -> bool:
        """Whether `moved`, `shift` bytes up, shares bytes with `kept` at the same time in any other way."""
        for a in kept:
            for b in moved:
                low = max(a.offset, b.offset + shift)
                high = min(a.offset + a.size, b.offset + shift + b.size)
                if low >= high or a.first > b.last or b.first > a.last:
                    continue
                if not (a.last == self.step == b.first and self.start <= low and high <= self.end):
                    return True
        return False


def _offset_in(group: Group, value: SSAValue) -> int:
    return next(offset for buffer, offset in group.members if buffer.value is value)


def _moved(access: Access, distance: int) -> Access:
    return access._replace(start=access.start + distance, end=access.end + distance)
