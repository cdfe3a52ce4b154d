"""Between signed and unsigned codes: the same bits with the highest one turned over, for the same real numbers."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType, Signedness

from .types import UniformQuantizedType


def shift_distance(element: UniformQuantizedType) -> int:
    """What codes of the other signedness are larger by: half of the codes there are, upwards from signed ones."""
    half = 1 << (element.bitwidth - 1)
    return half if element.is_signed else -half


def shifted(element: UniformQuantizedType) -> UniformQuantizedType:
    """The type of the other signedness for the same real numbers: codes and zero points move by half the range."""
    distance = shift_distance(element)
    storage = IntegerType(element.bitwidth, Signedness.UNSIGNED if element.is_signed else Signedness.SIGNLESS)
    bounds = (element.storage_min + distance, element.storage_max + distance)
    zero_points = [zero_point + distance for zero_point in element.zero_points]
    if element.axis is None:
        return UniformQuantizedType.per_tensor(storage, element.scale, zero_points[0], *bounds)
    return UniformQuantizedType.per_axis(storage, element.axis, element.scales, zero_points, *bounds)
