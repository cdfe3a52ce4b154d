"""What the documents recommend for a network, said of the layers that do otherwise: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, BlockArgument, SSAValue

from ...backends.common.binary import WORD_BITS, words
from ...dialects.dqnn import (
    BatchNormOp,
    ClipOp,
    DenseOp,
    DequantizeOp,
    DqnnOp,
    LinearOp,
    MaxPool2DOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    StagedOp,
    TransposeOp,
    is_binary,
    layer_name,
    tensor_type,
)
from ...dialects.dqnn.edge import Edge, edges_of
from ...dialects.dqnn.fallback import Fallback
from ...dialects.dqnn.shapes import inverse
from ...dialects.dqnn.staged import BATCH_NORM
from ...passes.target import computed_ops
from .remedies import nearest_rows
from .report import Advice


class Network(NamedTuple):
    """What advice is read off."""

    imported: list[DqnnOp]
    """Operators as the model has them."""
    selected: list[DqnnOp]
    """Operators as kernels compute them."""
    format: str
    """Of the model file."""


Adviser: TypeAlias = Callable[[Network], Iterator[Advice]]


def advice_of(imported: ModuleOp, selected: ModuleOp, form: str) -> Iterator[Advice]:
    """All advice on a network, subject by subject."""
    network = Network(computed_ops(imported), computed_ops(selected), form)
    for adviser in ADVISERS:
        yield from adviser(network)


def other_quantizer(network: Network) -> Iterator[Advice]:
    """A layer that a kernel would compute on codes if it had another quantizer."""
    for op in network.selected:
        fallback = Fallback.of(op)
        if isinstance(op, LinearOp) and fallback is not None and (rows := nearest_rows(network.format, fallback)):
            yield Advice(name_of(op), "quantizer", f"{rows[0].remedy}; then it is computed as {rows[0].row}")


def flat_dense(network: Network) -> Iterator[Advice]:
    """A quantized dense layer that stays in float and has several rows: kernels for binary types compute one."""
    for op in network.selected:
        if isinstance(op, DenseOp) and rows_of(op.input) > 1 and Fallback.of(op) is not None:
            text = f"it is computed for {rows_of(op.input)} rows of its input; put a Flatten layer before it"
            yield Advice(name_of(op), "flatten", text)


def full_words(network: Network) -> Iterator[Advice]:
    """Binary channels that leave part of a word empty."""
    for op in network.selected:
        if not (isinstance(op, StagedOp) and has_signs(op.result)):
            continue
        channels = tensor_type(op.result).get_shape()[-1]
        if channels % WORD_BITS:
            count = words(channels)
            room = f"{count} word{'s' if count > 1 else ''} of {WORD_BITS} bits, which hold{'' if count > 1 else 's'}"
            text = f"{channels} binary channels lie in {room} {count * WORD_BITS}; make them a multiple of {WORD_BITS}"
            yield Advice(name_of(op), "channels", text)


def pool_order(network: Network) -> Iterator[Advice]:
    """A max pool behind the batch normalization of a network of signs: a pool of signs loses more than one of sums."""
    for op in network.imported:
        if not isinstance(op, MaxPool2DOp):
            continue
        chain = upstream(op.input)
        norm = next((before for before in chain if isinstance(before, BatchNormOp)), None)
        signs = any(isinstance(before, QuantizeOp) and has_signs(before.result) for before in chain)
        if norm is not None and (signs or becomes_signs(op.result)):
            text = f"it stands behind batch normalization '{name_of(norm)}'; put MaxPooling2D before BatchNormalization"
            yield Advice(name_of(op), "pool-order", text)


def precise_ends(network: Network) -> Iterator[Advice]:
    """A binary first or last layer: there precision matters most, and memory least."""
    for place, layers in (("first", first_layers(network.selected)), ("last", last_layers(network.selected))):
        for op in layers:
            binary = [what for what, value in (("input", op.input), ("weights", op.weights)) if has_signs(value)]
            if binary:
                text = f"the {place} layer has binary {' and '.join(binary)}; s8 or f32 is more exact there"
                yield Advice(name_of(op), f"{place}-layer", text)


def batch_norm(network: Network) -> Iterator[Advice]:
    """Signs of sums of binary weights without a batch normalization in between, which costs nothing."""
    for op in network.selected:
        if not (isinstance(op, StagedOp) and has_signs(op.weights) and has_signs(op.result)):
            continue
        if BATCH_NORM not in op.attributes:
            text = "no batch normalization before its sign; BatchNormalization costs nothing there, and trains better"
            yield Advice(name_of(op), "batch-norm", text)


def edge_layout(network: Network) -> Iterator[Advice]:
    """A transpose at an input or output that has its channels first in the model."""
    for op in network.selected:
        if not isinstance(op, TransposeOp):
            continue
        order = tuple(op.permutation.get_values())
        to_first = (0, len(order) - 1, *range(1, len(order) - 1))
        if order == inverse(to_first):
            roles = [("input", edge.name) for edge in edges_before(op)]
        else:
            roles = [("output", edge.name) for edge in edges_behind(op) if order == to_first]
        for role, name in roles:
            text = f"its transpose is for {role} '{name}' with channels first; --{role}s-ch-position chlast drops it"
            yield Advice(name_of(op), "layout", text)


ADVISERS: tuple[Adviser, ...] = (
    other_quantizer, flat_dense, full_words, pool_order, precise_ends, batch_norm, edge_layout,
)  # fmt: skip
"""Every subject, in the order of the report."""


# --- What the advice looks at -----------------------------------------------------------------------------------


def name_of(op: DqnnOp) -> str:
    """The layer, or the operator where it has no name."""
    return layer_name(op) or op.name.removeprefix("dqnn.")


def has_signs(value: SSAValue) -> bool:
    """Whether a value is binary."""
    return is_binary(tensor_type(value).element_type)


def rows_of(value: SSAValue) -> int:
    """The first dimension, which is the batch or what was put into it."""
    return tensor_type(value).get_shape()[0]


CASTS = (QuantizeOp, DequantizeOp, RequantizeOp)


def edges_before(op: DqnnOp) -> list[Edge]:
    """The input that an operator reads, or the conversion of it, where it has the model's own layout."""
    value = op.operands[0]
    while isinstance(value.owner, CASTS):
        value = value.owner.input
    block = value.owner
    if not isinstance(value, BlockArgument) or not isinstance(block, Block):
        return []
    function = block.parent_op()
    assert isinstance(function, FuncOp), "networks are functions"
    edge = edges_of(function).inputs[value.index]
    return [edge] if edge.order is None else []


def edges_behind(op: DqnnOp) -> list[Edge]:
    """The outputs that are an operator's result, or the conversion of it, likewise."""
    found: list[Edge] = []
    pending = list(op.results[0].uses)
    while pending:
        use = pending.pop()
        if isinstance(use.operation, CASTS):
            pending += use.operation.result.uses
        elif isinstance(use.operation, ReturnOp):
            function = use.operation.parent_op()
            assert isinstance(function, FuncOp), "networks are functions"
            found.append(edges_of(function).outputs[use.index])
    return [edge for edge in found if edge.order is None]


MONOTONIC = (BatchNormOp, QuantizeOp, DequantizeOp, ReluOp, Relu6Op, ClipOp)
"""Operators that a max pool may change its place with, but for signs of scales."""


def upstream(value: SSAValue) -> list[DqnnOp]:
    """The monotonic operators that a value went through last, the nearest first."""
    chain: list[DqnnOp] = []
    while isinstance(value.owner, MONOTONIC):
        chain.append(value.owner)
        value = value.owner.operands[0]
    return chain


def becomes_signs(value: SSAValue) -> bool:
    """Whether a quantizer reads a value and makes it binary."""
    return any(isinstance(use.operation, QuantizeOp) and has_signs(use.operation.result) for use in value.uses)


def first_layers(ops: list[DqnnOp]) -> list[LinearOp | StagedOp]:
    """Layers with weights that read nothing of another one."""
    behind: set[SSAValue] = set()
    first: list[LinearOp | StagedOp] = []
    for op in ops:
        is_behind = any(value in behind for value in op.operands)
        if isinstance(op, LinearOp | StagedOp) and not is_behind:
            first.append(op)
        if isinstance(op, LinearOp | StagedOp) or is_behind:
            behind.update(op.results)
    return first


def last_layers(ops: list[DqnnOp]) -> list[LinearOp | StagedOp]:
    """Layers with weights whose result no other one reads anything of."""
    before: set[SSAValue] = set()
    last: list[LinearOp | StagedOp] = []
    for op in reversed(ops):
        is_before = any(result in before for result in op.results)
        if isinstance(op, LinearOp | StagedOp) and not is_before:
            last.append(op)
        if isinstance(op, LinearOp | StagedOp) or is_before:
            before.update(op.operands)
    return last[::-1]
