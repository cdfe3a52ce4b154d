"""The read-only data of a compiled network: what each constant array is, whose, and how it is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xdsl.dialects.memref import GetGlobalOp, GlobalOp

from ...backends.common.configuration import tag_of, type_tag
from ...dialects.dqnn import DqnnOp, LinearOp, StagedOp, layer_name, quantized_element, tensor_type
from ...dialects.dqnn.memory import byte_size, is_memref, place_of
from .compile import Compiled
from .report import Constant
from .steps import Step

PARAMETERS = ("weights", "bias", "thresholds", "limits", "bounds", "scale", "offset", "flips", "constant")
"""Roles of the constants that hold what was trained, in whatever form."""
NEAR_TIES = ("tie_channels", "tie_first", "tie_sums", "tie_codes", "tie_weight_scales")
TABLES = ("multiplier", "shift", "kernel_sums", "weight_offsets", "table", *NEAR_TIES)
"""Roles of the constants that the lowering computes beside them."""
ROLE = re.compile(rf"(?:.*_)?({'|'.join((*PARAMETERS, *TABLES))})(?:_\d+)?")
"""A constant is called after its layer and its role, with a number where that is taken."""


def constants_of(compiled: Compiled, steps: Sequence[Step]) -> list[Constant]:
    """Every constant, in the order in which the code has them."""
    readers: dict[str, int] = {}
    for c_id, step in enumerate(steps):
        for operand in step.call.operands:
            owner = place_of(operand).base.owner
            if isinstance(owner, GetGlobalOp):
                readers.setdefault(owner.name_.string_value(), c_id)
    constants = [op for op in compiled.planned.walk() if isinstance(op, GlobalOp)]
    return [_constant(op, readers.get(op.sym_name.data), steps) for op in constants]


def _constant(op: GlobalOp, c_id: int | None, steps: Sequence[Step]) -> Constant:
    name = op.sym_name.data
    matched = ROLE.fullmatch(name)
    role = "constant" if matched is None else matched[1]
    memory = op.type
    assert is_memref(memory)
    source = None if c_id is None else steps[c_id].op
    stored = type_tag(memory.element_type)
    tag, scales = _quantization(source, role, stored)
    different = len(set(scales))
    return Constant(
        name=name,
        c_id=c_id,
        layer=None if source is None else layer_name(source),
        role=role,
        type=tag,
        stored=stored,
        shape=memory.get_shape(),
        scale=scales[0] if different == 1 else None,
        scales=len(scales) if different > 1 else different,
        bytes=byte_size(memory),
        is_parameter=role not in TABLES,
    )


def _quantization(source: DqnnOp | None, role: str, stored: str) -> tuple[str, tuple[float, ...]]:
    """Element type and scales of a layer's weights or bias in the network."""
    if role == "flips":
        return "s1", ()
    value = None
    if isinstance(source, LinearOp | StagedOp) and role == "weights":
        value = source.weights
    elif isinstance(source, LinearOp) and role == "bias":
        value = source.bias
    if value is None:
        return stored, ()
    element = quantized_element(tensor_type(value))
    return tag_of(value), () if element is None else element.scales
