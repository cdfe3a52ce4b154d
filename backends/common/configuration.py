"""Configurations: an operator and the types that it computes with, as the documents write them: s8 x s1 -> s8.

Where a kernel table has no row for the configuration of a layer, the nearest row is the one that costs the user least
to get to. What that costs, and what there is to do, stands here as data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xdsl.dialects.builtin import Float32Type, IntegerType, Signedness
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.hints import isa

from ...dialects.dqnn import DqnnOp, LinearOp, StagedOp, is_binary, tensor_type
from ...dialects.quant import UniformQuantizedType

DOREFA = "s8 (DoReFa)"
"""The tag of weights that Larq's DoReFa of 8 bits makes: odd codes from -255 to 255, which a byte holds as k."""

KINDS: Mapping[str, str] = {
    "avg_pool2d": "average pool",
    "conv2d": "convolution",
    "depthwise_conv2d": "depthwise convolution",
    "max_pool2d": "max pool",
    "transpose_conv2d": "transposed convolution",
}
"""What users call an operator, where its name in the dialect is not that."""
STAGE = re.compile("_(threshold|affine|flip)$")
"""What stands behind the name of an operator that has an output stage: to a user it is the same kind of layer."""


def kind_of(op: type[DqnnOp]) -> str:
    """What a class of operators is called: the same with an output stage as without."""
    name = STAGE.sub("", op.name.removeprefix("dqnn."))
    return KINDS.get(name, name.replace("_", " "))


def type_tag(element: Attribute) -> str:
    """How the tables spell an element type: `f32`, `s8`, `u8`, `s32`, `s1`.

    What fits into 8 bits is `s8` or `u8`; codes of more bits are called after the bits that they need: `s10`.
    """
    if isinstance(element, Float32Type):
        return "f32"
    if is_binary(element):
        return "s1"
    if isinstance(element, UniformQuantizedType):
        return _quantized_tag(element)
    if isa(element, IntegerType):
        return f"{'u' if element.signedness.data == Signedness.UNSIGNED else 's'}{element.bitwidth}"
    return str(element)


def _quantized_tag(element: UniformQuantizedType) -> str:
    if element.bitwidth <= 8:
        return f"{'s' if element.is_signed else 'u'}{element.bitwidth}"
    low, high = element.storage_min, element.storage_max
    if (low, high) == (-255, 255) and element.scales == (1 / 255,):
        return DOREFA
    if low >= 0:
        return f"u{high.bit_length()}"
    return f"s{max((-low - 1).bit_length(), high.bit_length()) + 1}"


def tag_of(value: SSAValue) -> str:
    """The tag of a tensor's elements."""
    return type_tag(tensor_type(value).element_type)


def data_operands(op: DqnnOp) -> Sequence[SSAValue]:
    """The operands that are activations: all but weights and other tables."""
    return op.operands[: op.DATA_OPERANDS]


class Configuration(NamedTuple):
    """A kind of operator and its types."""

    kind: str
    input: str
    weights: str | None
    output: str

    def __str__(self) -> str:
        source = self.input if self.weights is None else f"{self.input} x {self.weights}"
        return f"{source} -> {self.output} {self.kind}"


def configuration_of(op: DqnnOp) -> Configuration:
    """The configuration of an operator."""
    weights = tag_of(op.weights) if isinstance(op, LinearOp | StagedOp) else None
    return Configuration(kind_of(type(op)), _tags(data_operands(op)), weights, _tags(op.results))


def _tags(values: Sequence[SSAValue]) -> str:
    return " and ".join(dict.fromkeys(map(tag_of, values)))


# --- From one configuration to another --------------------------------------------------------------------------


class Change(NamedTuple):
    """One type that would have to be another."""

    place: str
    """input, weights or output."""
    old: str
    new: str

    @property
    def cost(self) -> int:
        """How hard the change is on the user's network; the fewer changes, the better."""
        old, new = (tag if tag in ("s1", "s8", "f32", DOREFA) else "other" for tag in (self.old, self.new))
        return COSTS.get((old, new), MOST)


COSTS: Mapping[tuple[str, str], int] = {
    ("other", "s8"): 4,
    (DOREFA, "s8"): 4,
    ("f32", "s8"): 5,
    ("s1", "s8"): 6,
    ("s8", "s1"): 7,
    (DOREFA, "s1"): 7,
    ("s8", "f32"): 8,
    ("s1", "f32"): 8,
    ("other", "f32"): 8,
    (DOREFA, "f32"): 8,
    ("f32", "s1"): 10,
    ("other", "s1"): 10,
}
"""Types asked for and had -> cost. Two changes cost more than any one that keeps the network's precision.

8 bits in place of another width are a change of one argument, in place of none one quantizer more, in place of binary
more memory. Binary takes precision away. Float takes away what the user wants: a small, fast layer.
"""
MOST = 12
"""The cost of any other change."""

REMEDIES: Mapping[tuple[str, str], str] = {
    ("input", "s8"): "quantize its input to 8 bits: QActivation(quantized_bits(8, ...)) before it",
    ("input", "s1"): 'binarize its input: QActivation(binary(alpha=1)) before it, or input_quantizer="ste_sign"',
    ("input", "f32"): "take away the quantizer before it",
    ("weights", "s8"): "8-bit weights: kernel_quantizer=quantized_bits(8, ..., alpha=1)",
    ("weights", "s1"): 'binary weights: kernel_quantizer=binary(alpha=1) or "ste_sign"',
    ("weights", "f32"): "take away the kernel_quantizer",
    ("output", "s8"): "quantize its output to 8 bits: QActivation(quantized_bits(8, ...)) behind it",
    ("output", "s1"): "binarize its output: QActivation(binary(alpha=1)) behind it",
    ("output", "f32"): "take away the quantizer behind it",
}
"""Place and type to have -> what to do about a layer with weights."""

REMEDIES_FOR_SEVERAL: Mapping[str, str] = {
    "s8": "quantize its {places} to 8 bits: quantized_bits(8, ...)",
    "s1": "binarize its {places}: binary(alpha=1)",
    "f32": "take away the quantizers of its {places}",
}
"""Type to have in several places -> what to do."""


def changes(asked: Configuration, had: Configuration) -> tuple[Change, ...]:
    """The types that differ between two configurations of one kind."""
    pairs = zip(("input", "weights", "output"), asked[1:], had[1:], strict=True)
    return tuple(Change(place, old or "no", new or "no") for place, old, new in pairs if old != new)


def remedy(asked: Configuration, differing: Sequence[Change]) -> str:
    """What a user has to do to get from the configuration asked for to another one."""
    by_type: dict[str, list[Change]] = {}
    for change in differing:
        by_type.setdefault(change.new, []).append(change)
    return "; ".join(_remedy(asked, new, group) for new, group in by_type.items())


def _remedy(asked: Configuration, new: str, group: Sequence[Change]) -> str:
    """The same for changes to one type. Layers alone have quantizers of their own, which make s8 of other types."""
    places = [change.place for change in group]
    if asked.weights is not None and "u8" not in (change.old for change in group):
        if len(group) == 1 and (places[0], new) in REMEDIES:
            return REMEDIES[places[0], new]
        if len(group) > 1 and new in REMEDIES_FOR_SEVERAL:
            return REMEDIES_FOR_SEVERAL[new].format(places=_listed(places))
    return f"{_listed(places)} of {new} in place of {_listed([*dict.fromkeys(change.old for change in group)])}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
