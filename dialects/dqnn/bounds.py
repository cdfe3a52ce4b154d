"""The real numbers between which an operator's results lie: those of an activation that clamps, alone or fused."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from .activation import ClipOp, Relu6Op, ReluOp
from .base import Float

Bounds: TypeAlias = tuple[float | None, float | None]
"""The lowest and the highest number, None where there is none."""

NO_BOUNDS: Bounds = (None, None)


class Clamping(Protocol):
    """An operator that may have taken in an activation."""

    @property
    def clamp_min(self) -> Float | None:
        """The lowest result."""
        ...

    @property
    def clamp_max(self) -> Float | None:
        """The highest result."""
        ...


def clamp_bounds(op: Clamping) -> Bounds:
    """The bounds of an operator's fused activation."""
    low, high = op.clamp_min, op.clamp_max
    return (None if low is None else low.value.data, None if high is None else high.value.data)


def bounds_of(op: ReluOp | Relu6Op | ClipOp) -> Bounds:
    """The bounds of an activation that clamps; an infinite one is none."""
    match op:
        case ReluOp():
            return (0.0, None)
        case Relu6Op():
            return (0.0, 6.0)
        case ClipOp():
            low, high = op.min.value.data, op.max.value.data
            return (None if low == float("-inf") else low, None if high == float("inf") else high)


def intersection(first: Bounds, second: Bounds) -> Bounds | None:
    """The bounds that clamp as `first` and then `second` do, or None where the two ranges do not meet."""
    lows = [bound for bound in (first[0], second[0]) if bound is not None]
    highs = [bound for bound in (first[1], second[1]) if bound is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        return None
    return (low, high)
