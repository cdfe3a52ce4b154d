"""The name of the layer that an op came from, kept as its location from the model file to the C code."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, FusedLoc, LocationAttr, NameLoc, NoneAttr, StringAttr, UnknownLoc
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter
from xdsl.utils.hints import isa

from .model_tensor import layer_location, stand_for


def layer_loc(name: str) -> NameLoc:
    """The location that names a layer."""
    return NameLoc(StringAttr(name), NoneAttr())


def layer_name(op: Operation) -> str | None:
    """The layer that an op came from: the first name in its location, or None where it has none."""
    return _first_name(op.location)


def describe(op: Operation) -> str:
    """How messages name an op: by its layer where it has one, else by its first result's name, as `dqnn.relu (%y)`."""
    if (name := layer_name(op)) is not None:
        return f"layer '{name}' ({op.name})"
    hint = next((result.name_hint for result in op.results if result.name_hint is not None), None)
    return op.name if hint is None else f"{op.name} (%{hint})"


def _first_name(location: LocationAttr) -> str | None:
    match location:
        case NameLoc():
            return location.desc.data or None
        case FusedLoc():
            parts = location.locations.data if isa(location.locations, ArrayAttr) else ()
            names = (_first_name(part) for part in parts if isinstance(part, NameLoc | FusedLoc))
            return next((name for name in names if name is not None), None)
        case _:
            return None


def inherit_layer(op: Operation, source: Operation) -> None:
    """Give an op that has no location the layer of the op that it was made for."""
    if isinstance(op.location, UnknownLoc):
        op.location = layer_location(source.location)


def replace(
    rewriter: PatternRewriter,
    op: Operation,
    new_ops: Operation | Sequence[Operation],
    new_results: Sequence[SSAValue | None] | None = None,
) -> None:
    """`rewriter.replace`, with the layer's name kept on the ops that come in, and the tensors' on the new results.

    `new_results` are those of the last of `new_ops` where they are not given, as in `rewriter.replace`.
    """
    inserted = [new_ops] if isinstance(new_ops, Operation) else new_ops
    for new_op in inserted:
        inherit_layer(new_op, op)
    results = inserted[-1].results if new_results is None and inserted else new_results or ()
    for new, old in zip(results, op.results, strict=True):
        if new is not None:
            stand_for(new, old)
    rewriter.replace(op, new_ops, new_results)
