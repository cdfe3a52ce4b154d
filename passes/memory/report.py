"""What `plan-memory` made of a network: each buffer's place and time in the arena, for people and tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument, Operation, SSAValue

from ...dialects.dqnn.layer import layer_name
from ...dialects.dqnn.memory import ArenaOp, BufferOp, byte_size, place_of
from ...dialects.dqnn.memory_form import argument_name, argument_offset, buffer_ops, network_arguments
from ...dialects.dqnn.network import network_function
from ..plan_memory import GREEDY_BY_SIZE, LOWER_BOUND

Kind: TypeAlias = Literal["input", "output", "activation", "scratch"]
_Span: TypeAlias = tuple[int, int]
"""Bytes of the arena: (start, size)."""


@dataclass(frozen=True)
class BufferReport:
    """One value in memory: what a layer writes, or the application's inputs and outputs."""

    name: str
    """The layer that writes it; of an argument, the argument's name."""
    kind: Kind
    size: int
    """Bytes."""
    offset: int | None
    """Bytes from the arena's start; None where the memory is the application's."""
    first_step: int
    """The step that writes it: an index into `MemoryReport.steps`, or -1 for the application before the first."""
    last_step: int
    """The last step that reads it; the number of steps stands for the application after the last."""


@dataclass(frozen=True)
class MemoryReport:
    """The arena of a network and what lies in it, in the order of the steps."""

    arena_bytes: int
    alignment: int
    lower_bound: int
    """The largest sum of live bytes in one step."""
    greedy_by_size: int
    """The arena's bytes if buffers were placed in the order of their size."""
    steps: tuple[str, ...]
    """The layer of each step."""
    buffers: tuple[BufferReport, ...]


def memory_report(module: ModuleOp) -> MemoryReport:
    """Describe the memory of the network in `module`, which has been through `plan-memory`.

    Raises ValueError where there is not exactly one function with a body.
    """
    func = network_function(module)
    arena = next((op for op in func.body.block.ops if isinstance(op, ArenaOp)), None)
    return MemoryReport(
        arena_bytes=0 if arena is None else byte_size(arena.result.type),
        alignment=1 if arena is None else arena.alignment.value.data,
        lower_bound=_integer(arena, LOWER_BOUND),
        greedy_by_size=_integer(arena, GREEDY_BY_SIZE),
        steps=tuple(_step_name(op) for op in buffer_ops(func)),
        buffers=(*_application_buffers(func), *_arena_buffers(func)),
    )


def _application_buffers(func: FuncOp) -> list[BufferReport]:
    """Inputs and outputs that do not lie in the arena."""
    steps = buffer_ops(func)
    touched: dict[SSAValue, list[int]] = defaultdict(list)
    for step, op in enumerate(steps):
        for value in op.operands:
            touched[place_of(value).base].append(step)
    inputs, outputs = network_arguments(func)
    reports = [
        BufferReport(_argument_label(func, arg), "input", byte_size(arg.type), None, -1, max(touched[arg], default=-1))
        for arg in inputs
        if argument_offset(func, arg) is None
    ]
    reports += [
        BufferReport(_argument_label(func, arg), "output", byte_size(arg.type), None, min(touched[arg]), len(steps))
        for arg in outputs
        if argument_offset(func, arg) is None
    ]
    return reports


def _arena_buffers(func: FuncOp) -> list[BufferReport]:
    """Everything that is written to the arena, found by following the bytes from step to step."""
    values: list[_Value] = []
    steps = buffer_ops(func)
    inputs, outputs = network_arguments(func)
    for argument in inputs:
        if (offset := argument_offset(func, argument)) is not None:
            _write(values, _argument_label(func, argument), "input", (offset, byte_size(argument.type)), -1)
    for step, op in enumerate(steps):
        for span in _arena_spans(op.inputs):
            _read(values, span, step)
        for span in _arena_spans(op.outputs):
            _write(values, _step_name(op), "activation", span, step)
        for span in _arena_spans(op.scratch):
            _write(values, _step_name(op), "scratch", span, step)
    for argument in outputs:
        if (offset := argument_offset(func, argument)) is not None:
            for value in _read(values, (offset, byte_size(argument.type)), len(steps)):
                value.kind = "output"
    return [
        BufferReport(value.name, value.kind, value.span[1], value.span[0], value.first, value.last) for value in values
    ]


@dataclass
class _Value:
    """A written value while the steps go by, and which of its bytes nothing has overwritten yet."""

    name: str
    kind: Kind
    span: _Span
    first: int
    last: int
    intact: list[tuple[int, int]]
    """Ranges (start, end)."""


def _read(values: list[_Value], span: _Span, step: int) -> list[_Value]:
    """Note that `step` reads the bytes of `span`; the values that it reads."""
    start, end = span[0], sum(span)
    read = [value for value in values if any(low < end and start < high for low, high in value.intact)]
    for value in read:
        value.last = step
    return read


def _write(values: list[_Value], name: str, kind: Kind, span: _Span, step: int) -> None:
    """Note that `step` writes a new value to the bytes of `span`."""
    start, end = span[0], sum(span)
    for value in values:
        pieces = [part for low, high in value.intact for part in ((low, min(high, start)), (max(low, end), high))]
        value.intact = [(low, high) for low, high in pieces if low < high]
    values.append(_Value(name, kind, span, step, step, [(start, end)]))


def _arena_spans(operands: Sequence[SSAValue[Any]]) -> list[_Span]:
    places = [(place_of(value), byte_size(value.type)) for value in operands]
    return [(place.offset, size) for place, size in places if isinstance(place.base.owner, ArenaOp)]


def _integer(op: Operation | None, key: str) -> int:
    value = None if op is None else op.attributes.get(key)
    return value.value.data if isinstance(value, IntegerAttr) else 0


def _argument_label(func: FuncOp, argument: BlockArgument) -> str:
    return argument_name(func, argument) or f"argument {argument.index}"


def _step_name(op: BufferOp) -> str:
    return layer_name(op) or op.name
