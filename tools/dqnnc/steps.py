"""The kernel calls of a compiled network, each with the operator on tensors that it was made from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from xdsl.dialects.builtin import ModuleOp

from ...backends.common.call import KernelCallOp
from ...backends.common.kernel_table import Row
from ...dialects.dqnn import DqnnOp, layer_name
from ...dialects.dqnn.memory_form import buffer_ops
from ...dialects.dqnn.network import network_function
from ...passes.select_kernels import selection_of
from ...passes.target import computed_ops
from .compile import Compiled


class Step(NamedTuple):
    """One kernel call."""

    call: KernelCallOp
    op: DqnnOp | None
    """None for a call that the lowering added: it moves a value to the output that it is returned as."""


def steps_of(compiled: Compiled) -> list[Step]:
    """The calls in order: index is c_id."""
    ops = buffer_ops(network_function(compiled.planned))
    calls = [op for op in ops if isinstance(op, KernelCallOp)]
    sources = _sources(compiled.selected, calls)
    return [Step(call, op) for call, op in zip(calls, sources, strict=True)]


def row_of(op: DqnnOp) -> Row:
    """The row of the kernel table that `select-kernels` chose."""
    selection = selection_of(op)
    assert selection is not None
    return selection.row


def _sources(selected: ModuleOp, calls: Sequence[KernelCallOp]) -> list[DqnnOp | None]:
    """The op that each call was made from: that of its layer and kernel, in order where several are alike.

    None for a call that no op asked for.
    """
    ops: defaultdict[tuple[str | None, str], list[DqnnOp]] = defaultdict(list)
    for op in computed_ops(selected):
        ops[layer_name(op), row_of(op).id].append(op)
    keys = [(layer_name(call), "" if call.kernel is None else call.kernel.data) for call in calls]
    count, seen = Counter(keys), Counter[tuple[str | None, str]]()
    sources: list[DqnnOp | None] = []
    for key in keys:
        alike = ops.get(key)
        sources.append(None if alike is None else alike[seen[key] * len(alike) // count[key]])
        seen[key] += 1
    return sources
