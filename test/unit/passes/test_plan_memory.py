"""Planned networks compute what they computed before: shown by running random ones on bytes that remember."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from dqnnc.backends.cortex_m.dialect import CallOp
from dqnnc.dialects.dqnn.layer import layer_loc
from dqnnc.dialects.dqnn.memory import ArenaOp, ViewOp, byte_size, bytes_type, place_of
from dqnnc.dialects.dqnn.memory_form import argument_offset, buffer_ops, network_arguments
from dqnnc.passes.memory.report import memory_report
from dqnnc.passes.plan_memory import PlanMemoryPass
from xdsl.context import Context
from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.dialects.memref import AllocOp
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.utils.exceptions import DiagnosticException


@dataclass
class Builder:
    """Builds a network with one input and one output of `size` bytes."""

    size: int
    ops: list[Operation] = field(default_factory=list[Operation])

    def __post_init__(self) -> None:
        self.block = Block(arg_types=[bytes_type(self.size), bytes_type(self.size)])
        self.input, self.output = self.block.args

    def alloc(self, size: int) -> SSAValue:
        return self.add(AllocOp([], [], bytes_type(size))).results[0]

    def view(self, value: SSAValue, offset: int, size: int) -> SSAValue:
        return self.add(ViewOp(value, offset, bytes_type(size))).results[0]

    def call(self, inputs: list[SSAValue], output: SSAValue, **options: Any) -> None:
        call = CallOp("f", "f.h", [], inputs=inputs, outputs=[output], **options)
        call.location = layer_loc(f"layer {len(self.ops)}")
        self.add(call)

    def add(self, op: Operation) -> Operation:
        self.ops.append(op)
        return op

    def module(self) -> ModuleOp:
        self.block.add_ops([*self.ops, ReturnOp()])
        function = FunctionType.from_lists([value.type for value in self.block.args], [])
        module = ModuleOp([FuncOp("net", function, Region(self.block))])
        module.verify()
        return module


def random_network(seed: int) -> ModuleOp:
    """Layers on buffers and parts of buffers, in place where they say so, some with scratch memory."""
    generator = random.Random(seed)
    builder = Builder(16)
    values: list[SSAValue] = [builder.input]  # of 16 bytes each
    for _ in range(generator.randrange(1, 14)):
        kind = generator.choice(("new", "new", "in place", "concat", "view", "narrow"))
        if kind == "view":  # Reshape: the same bytes under another name.
            values.append(builder.view(generator.choice(values), 0, 16))
            continue
        if kind == "concat":  # Two results side by side, then as one; later layers see a window across both.
            whole = builder.alloc(32 + generator.choice((0, 8)))
            slots = [builder.view(whole, start, 16) for start in (0, 16)]
            for slot in slots:
                builder.call([generator.choice(values)], slot, in_place=[(0, 0)])
            values += [*slots, builder.view(whole, generator.choice((0, 4, 8, 16)), 16)]
            continue
        if kind == "narrow":  # Half as many bytes, in place of the input, and a layer on them.
            small, result = builder.alloc(8), builder.alloc(16)
            builder.call([generator.choice(values)], small, in_place=[(0, 0)])
            builder.call([small], result)
            values.append(result)
            continue
        inputs = generator.sample(values, k=min(len(values), generator.randrange(1, 3)))
        scratch = [builder.alloc(generator.choice((4, 24)))] if generator.random() < 0.3 else []
        pairs = [(0, i) for i in range(generator.randrange(1, len(inputs) + 1))] if kind == "in place" else []
        result = builder.alloc(16)
        builder.call(inputs, result, scratch=scratch, in_place=pairs)
        values.append(result)
    builder.call([generator.choice(values)], builder.output, in_place=[(0, 0)])
    return builder.module()


def run(module: ModuleOp) -> list[int]:
    """Run the network on bytes that are hashes of all that went into them; the output's bytes.

    Kernels behave as badly as they may: scratch memory and results are overwritten before inputs are read, but where
    a pair of `in_place` begins at the same byte; then each byte is written once its own input bytes have been read
    (several, where the result is smaller), while other inputs are read again for each byte.
    """
    func = next(op for op in module.ops if isinstance(op, FuncOp))
    memory: dict[SSAValue, list[int]] = {}
    (entry,), (result,) = network_arguments(func)

    def bytes_of(value: SSAValue) -> tuple[list[int], range]:
        base, offset = place_of(value)
        cells = memory.setdefault(base, [0] * byte_size(base.type))
        return cells, range(offset, offset + byte_size(value.type))

    def application_memory(argument: SSAValue) -> tuple[list[int], range]:
        assert argument in (entry, result)
        offset = argument_offset(func, entry if argument is entry else result)
        if offset is None:
            return bytes_of(argument)
        arena = next(op for op in func.body.block.ops if isinstance(op, ArenaOp))
        cells, _ = bytes_of(arena.result)
        return cells, range(offset, offset + byte_size(argument.type))

    def share(cells: list[int], range_: range, place: int, places: int) -> tuple[int, ...]:
        """The input's bytes that a result of so many bytes has at this place."""
        count = len(range_) // places
        return tuple(cells[index] for index in range_[place * count : (place + 1) * count])

    cells, where = application_memory(entry)
    for index in where:
        cells[index] = 1000 + index - where.start
    for step, op in enumerate(buffer_ops(func)):
        spots = [bytes_of(value) for value in op.inputs]
        paired = [i for _, i in op.in_place_pairs]
        (target, span), *_ = [bytes_of(value) for value in op.outputs]
        in_place = any(spots[i][0] is target and spots[i][1].start == span.start for i in paired)
        for memory_, range_ in [*map(bytes_of, op.scratch), *([] if in_place else [(target, span)])]:
            for index in range_:
                memory_[index] = -step
        for i, index in enumerate(span):
            own = tuple(share(*spots[j], i, len(span)) for j in paired)
            others = tuple(
                tuple(cells[k] for k in range_) for j, (cells, range_) in enumerate(spots) if j not in paired
            )
            target[index] = hash((step, i, own, others))
    cells, where = application_memory(result)
    return [cells[index] for index in where]


OPTIONS = [
    PlanMemoryPass(),
    PlanMemoryPass(alignment=1),
    PlanMemoryPass(allocate_inputs=True, allocate_outputs=True, alignment=8),
]


@pytest.mark.parametrize("plan", OPTIONS, ids=["outside", "unaligned", "inside"])
@pytest.mark.parametrize("seed", range(100))
def test_plan_keeps_what_is_computed(seed: int, plan: PlanMemoryPass) -> None:
    module = random_network(seed)
    expected = run(module)
    plan.apply(Context(), module)
    module.verify()
    assert not any(isinstance(op, AllocOp) for op in module.walk())
    assert run(module) == expected
    report = memory_report(module)
    assert report.lower_bound <= report.arena_bytes
    assert all(buffer.offset is None or buffer.offset % 4 == 0 for buffer in report.buffers) or plan.alignment == 1


def test_the_check_notices_a_wrong_plan() -> None:
    """Two buffers that are live together, moved onto each other, change the result."""
    module = random_network(4)
    expected = run(module)
    PlanMemoryPass().apply(Context(), module)
    views = [op for op in module.walk() if isinstance(op, ViewOp) and isinstance(op.base.owner, ArenaOp)]
    assert len({view.byte_offset for view in views}) > 1
    for view in views:
        view.offset = views[0].offset
    assert run(module) != expected


def planned(build: Callable[[Builder], None], plan: PlanMemoryPass = OPTIONS[0]) -> int:
    """Bytes of the arena of a network with edges of 16 bytes."""
    builder = Builder(16)
    build(builder)
    module = builder.module()
    plan.apply(Context(), module)
    return memory_report(module).arena_bytes


def test_in_place_needs_an_input_that_nobody_reads_later() -> None:
    def build(builder: Builder, *, read_later: bool) -> None:
        a, b = builder.alloc(16), builder.alloc(16)
        builder.call([builder.input], a)
        builder.call([a], b, in_place=[(0, 0)])
        builder.call([a, b] if read_later else [b], builder.output)

    assert planned(lambda builder: build(builder, read_later=False)) == 16
    assert planned(lambda builder: build(builder, read_later=True)) == 32


def test_in_place_never_writes_the_applications_input() -> None:
    def build(builder: Builder) -> None:
        a = builder.alloc(16)
        builder.call([builder.input], a, in_place=[(0, 0)])
        builder.call([a], builder.output, in_place=[(0, 0)])

    assert planned(build) == 16
    assert planned(build, PlanMemoryPass(allocate_inputs=True)) == 16
    assert planned(build, PlanMemoryPass(allocate_inputs=True, allocate_outputs=True)) == 16


def test_in_place_needs_a_result_that_is_not_larger() -> None:
    def build(builder: Builder, size: int) -> None:
        a, b = builder.alloc(16), builder.alloc(size)
        builder.call([builder.input], a)
        builder.call([a], b, in_place=[(0, 0)])
        builder.call([b], builder.output)

    assert planned(lambda builder: build(builder, 16)) == 16
    assert planned(lambda builder: build(builder, 8)) == 16
    assert planned(lambda builder: build(builder, 24)) == 40


def test_in_place_spares_other_inputs_in_the_same_bytes() -> None:
    """The second input reaches into the first: overwriting the first would change it."""

    def build(builder: Builder, second: int, pairs: list[tuple[int, int]]) -> None:
        a, b = builder.alloc(24), builder.alloc(16)
        builder.call([builder.input], builder.view(a, 0, 16))
        builder.call([builder.input], builder.view(a, 8, 16))
        builder.call([builder.view(a, 0, 16), builder.view(a, second, 16)], b, in_place=pairs)
        builder.call([b], builder.output)

    assert planned(lambda builder: build(builder, 8, [(0, 0)])) == 40
    assert planned(lambda builder: build(builder, 0, [(0, 0)])) == 40 - 8
    assert planned(lambda builder: build(builder, 0, [(0, 0), (0, 1)])) == 24


def test_in_place_is_for_the_bytes_of_the_pair_alone() -> None:
    """Both results lie in one buffer: in place of the first input, the second result would fall on the second input."""

    def build(builder: Builder, pairs: list[tuple[int, int]]) -> None:
        a, b = builder.alloc(32), builder.alloc(32)
        builder.call([builder.input], builder.view(a, 0, 16))
        builder.call([builder.input], builder.view(a, 16, 16))
        halves = [[builder.view(whole, start, 16) for start in (0, 16)] for whole in (a, b)]
        builder.add(CallOp("f", "f.h", [], inputs=halves[0], outputs=halves[1], in_place=pairs))
        builder.call([b], builder.output)

    assert planned(lambda builder: build(builder, [(0, 0)])) == 64


def test_concat_slots_are_free_until_written() -> None:
    """The scratch of the first layer lies where the second slot will be."""

    def build(builder: Builder) -> None:
        whole = builder.alloc(32)
        builder.call([builder.input], builder.view(whole, 0, 16), scratch=[builder.alloc(16)])
        builder.call([builder.input], builder.view(whole, 16, 16))
        builder.call([whole], builder.output)

    assert planned(build) == 32


def test_report() -> None:
    builder = Builder(16)
    a, b, scratch = builder.alloc(16), builder.alloc(8), builder.alloc(40)
    builder.call([builder.input], a, scratch=[scratch])
    builder.call([a], b)
    builder.call([b], builder.output)
    module = builder.module()
    PlanMemoryPass(allocate_outputs=True).apply(Context(), module)
    report = memory_report(module)
    assert (report.arena_bytes, report.lower_bound, report.alignment) == (56, 56, 4)
    assert report.steps == ("layer 3", "layer 4", "layer 5")
    kinds = [(buffer.name, buffer.kind, buffer.size, buffer.first_step, buffer.last_step) for buffer in report.buffers]
    assert kinds == [
        ("argument 0", "input", 16, -1, 0),
        ("layer 3", "activation", 16, 0, 1),
        ("layer 3", "scratch", 40, 0, 0),
        ("layer 4", "activation", 8, 1, 2),
        ("layer 5", "output", 16, 2, 3),
    ]
    assert [buffer.offset is None for buffer in report.buffers] == [True, False, False, False, False]


def test_reading_what_nobody_wrote() -> None:
    builder = Builder(16)
    builder.call([builder.alloc(16)], builder.output)
    with pytest.raises(DiagnosticException, match=r"layer 'layer 1' .*: reads bytes 0 to 16 .* before anything wrote"):
        PlanMemoryPass().apply(Context(), builder.module())


def test_arguments_in_the_wrong_order() -> None:
    builder = Builder(16)
    builder.call([builder.output], builder.input)
    with pytest.raises(DiagnosticException, match="outputs come after inputs"):
        PlanMemoryPass().apply(Context(), builder.module())


def test_alignment_is_a_power_of_two() -> None:
    with pytest.raises(DiagnosticException, match="power of two, got 6"):
        PlanMemoryPass(alignment=6).apply(Context(), Builder(16).module())
