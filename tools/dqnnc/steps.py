"""The kernel calls of a compiled network, each with the operator on tensors that it was made from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from xdsl.dialects.builtin import ModuleOp, StringAttr

from ...backends.common.call import KernelCallOp
from ...backends.common.kernel_table import Selection
from ...backends.cortex_m.kernels import TABLE
from ...dialects.dqnn import DqnnOp, layer_name
from ...dialects.dqnn.memory_form import buffer_ops
from ...dialects.dqnn.network import network_function
from ...passes.select_kernels import KERNEL
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
    return [Step(call, op) for call, op in zip(calls, _sources(compiled.selected, calls), strict=True)]


def selection_of(op: DqnnOp) -> Selection:
    """The row and kernel that `select-kernels` chose."""
    kernel = op.attributes[KERNEL]
    assert isinstance(kernel, StringAttr)
    return TABLE.find(kernel.data)


def _sources(selected: ModuleOp, calls: Sequence[KernelCallOp]) -> list[DqnnOp | None]:
    """The op that each call was made from: that of its layer and kernel, in order where several are alike.

    None for a call that no op asked for.
    """
    ops: defaultdict[tuple[str | None, str], list[DqnnOp]] = defaultdict(list)
    for op in computed_ops(selected):
        ops[layer_name(op), selection_of(op).row.id].append(op)
    keys = [(layer_name(call), "" if call.kernel is None else call.kernel.data) for call in calls]
    count, seen = Counter(keys), Counter[tuple[str | None, str]]()
    sources: list[DqnnOp | None] = []
    for key in keys:
        alike = ops.get(key)
        sources.append(None if alike is None else alike[seen[key] * len(alike) // count[key]])
        seen[key] += 1
    return sources
