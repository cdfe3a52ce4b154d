"""The last codes of a quantized network that ends in a softmax, or goes on in float in another way.

There a code that differs from the reference's by one changes all that is computed from it, and by any amount. So the
codes before are what is compared, and the outputs only where these codes are equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from ...dialects.dqnn import (
    DequantizeOp,
    QuantizeOp,
    RequantizeOp,
    ReshapeOp,
    SoftmaxOp,
    quantized_element,
    tensor_names,
)
from ...dialects.dqnn.constant import ConstantOp
from ...dialects.dqnn.edge import Edge
from ...dialects.dqnn.methods import DIVIDE_HALF_EVEN
from ...dialects.dqnn.network import network_function
from ..edges import from_reals, network_edges
from .compile import Compiled
from .execute import Machine
from .per_layer import Runner
from .report import TensorInfo
from .samples import Array
from .taps import taps_of, with_taps
from .tensors import tensor_info


@dataclass(frozen=True)
class Codes:
    """The codes of a tensor, values [samples, ...]."""

    tensor: TensorInfo
    reference: Array
    generated: Array


def soft_outputs(compiled: Compiled) -> list[int]:
    """The places of outputs that are not codes, or codes of a softmax: what few codes before them change by much."""
    types = [edge.type for edge in network_edges(compiled.selected).outputs]
    values = zip(types, _outputs(compiled.imported), strict=True)
    return [
        place for place, (type_, value) in enumerate(values) if quantized_element(type_) is None or _is_softmax(value)
    ]


def last_code_tensors(compiled: Compiled) -> list[str]:
    """The tensors of the model that hold the last codes before such outputs, or the real numbers that these stand for.

    Codes of constants, as of weights, are not meant. Empty for a network without quantizers.
    """
    values = _outputs(compiled.imported)
    pending = [values[place] for place in soft_outputs(compiled)]
    seen: set[SSAValue] = set()
    names: dict[str, None] = {}
    while pending:
        value = pending.pop()
        op = value.owner
        if value in seen or not isinstance(op, Operation):
            continue
        seen.add(value)
        if not isinstance(op, DequantizeOp) or _is_softmax(value):
            pending += op.operands
        elif not isinstance(op.input.owner, ConstantOp):
            # Codes have the names of what is dequantized of them as well.
            names |= dict.fromkeys((tensor_names(op.input) or tensor_names(value))[:1])
    return list(names)


def _outputs(module: ModuleOp) -> Sequence[SSAValue]:
    end = network_function(module).get_return_op()
    assert end is not None, "verified"
    return end.operands


def _is_softmax(value: SSAValue) -> bool:
    """Whether a value is a softmax's, but for a change of type or shape."""
    op = value.owner
    while isinstance(op, QuantizeOp | DequantizeOp | RequantizeOp | ReshapeOp):
        op = op.input.owner
    return isinstance(op, SoftmaxOp)


def last_codes(
    compiled: Compiled, machine: Machine, inputs: Sequence[Array], reference: Mapping[str, Array]
) -> list[Codes]:
    """What the generated code computes for the tensors of `reference`, where it has codes for them.

    Args:
        compiled: the network.
        machine: what runs the generated code.
        inputs: values of the network's inputs, [samples, ...] each.
        reference: real numbers that the reference computes, by tensor.
    """
    taps = taps_of(compiled.selected, reference)
    tapped = with_taps(compiled.selected, reference)
    results = Runner(compiled, machine).run(tapped, inputs)[0] if taps else []
    values = results[len(results) - len(taps) :]
    codes: dict[str, Codes] = {}
    for tap, generated in zip(taps, values, strict=True):
        if quantized_element(tap.type) is None or tap.tensor in codes:
            continue
        edge = Edge(tap.tensor, tap.type, DIVIDE_HALF_EVEN)
        wanted = from_reals(tap.of_value(reference[tap.tensor]), edge)
        codes[tap.tensor] = Codes(tensor_info(edge), wanted, generated)
    return list(codes.values())
