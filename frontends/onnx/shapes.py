"""Shapes of the network's inputs: fixed ones, with the batch and what the user fixes filled in."""

from __future__ import annotations

from collections.abc import Mapping

from .file import File, is_too_large
from .model import Edge, Model, edge_error

BATCH = 1
"""Size of a batch that the file leaves open."""


def input_shapes(model: Model, fixed: Mapping[str, int]) -> list[tuple[int, ...]]:
    """The shape of each input.

    A named dimension that is some input's first one is a batch, wherever it stands. `fixed` maps names of dimensions
    to sizes; one without a name is called `input[axis]`.

    Raises:
        ModelError: a dimension is open, or `fixed` names one that is not.
    """
    batches = {edge.dims[0] for edge in model.inputs if edge.dims and isinstance(edge.dims[0], str)}
    used: set[str] = set()

    def size(edge: Edge, axis: int, dim: int | str | None) -> int:
        if isinstance(dim, int):
            return dim
        name = dim or f"{edge.name}[{axis}]"
        if name in fixed:
            used.add(name)
            return fixed[name]
        if axis == 0 or name in batches:
            return BATCH
        raise edge_error(
            model.file, edge, f"dimension {axis} of no fixed size", f"fix it, with --fix-shape '{name}=N' for size N"
        )

    shapes: list[tuple[int, ...]] = []
    for edge in model.inputs:
        if edge.dims is None:
            raise edge_error(model.file, edge, "an input without a shape", "export the model with a fixed input shape")
        shape = tuple(size(edge, axis, dim) for axis, dim in enumerate(edge.dims))
        if is_too_large(shape):
            raise edge_error(model.file, edge, f"shape {list(shape)}", "no tensor so large is supported")
        shapes.append(shape)
    _check_used(model.file, fixed, used)
    return shapes


def _check_used(file: File, fixed: Mapping[str, int], used: set[str]) -> None:
    for name in fixed:
        if name not in used:
            raise file.refuse(f"no dimension '{name}'", "--fix-shape names a dimension that the inputs leave open")
