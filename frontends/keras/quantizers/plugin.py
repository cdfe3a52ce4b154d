"""Quantizers of the user's own: functions on numpy arrays, which packages offer as entry points.

In the package's pyproject.toml, with the name that the model file has for the quantizer:

    [project.entry-points."dqnnc.quantizers"]
    magnitude_sign = "my_package:magnitude_sign"

and `def magnitude_sign(x, **config)` gives an array of x's shape, computed element by element where it quantizes
activations. What it does to activations is found by calling it on a dense grid: it must be a sign (with sign(0) = +1),
or a rounding to equal steps of at most 256 codes. `config` has the arguments that the file gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from typing import Any

import numpy as np
from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException

from ....dialects.dqnn import s1
from ....dialects.fixed_point import dequantize, quantize_half_even
from ....dialects.quant import UniformQuantizedType
from ..file import Array
from .base import Emitter, QuantizedWeights, Quantizer, QuantizerError
from .spelling import Spelling

GROUP = "dqnnc.quantizers"
"""The group of the entry points."""

GRID = np.concatenate(
    [
        np.linspace(-2, 2, 40_001, dtype=np.float32),
        np.linspace(-300, 300, 60_001, dtype=np.float32),
        np.array([-0.0, 0.0, 1e-30, -1e-30, 1e6, -1e6], np.float32),
    ]
)
"""Where an activation quantizer is looked at."""

MAX_CODES = 256

NEAR = 1e-6
"""Relative difference that comes of another order of float32 operations. Within it of a tie, a code may be the next."""

FAR = 0.05
"""Distance of a value from a multiple of a scale that no rounding explains, in scales."""


def find_plugin(spelling: Spelling) -> Quantizer | None:
    """The quantizer that an installed package offers under this name, or None.

    Raises:
        QuantizerError: the package cannot be loaded, or offers no function.
    """
    name = spelling.name.rpartition(">")[2]
    for entry in entry_points(group=GROUP, name=name):
        try:
            function: Any = entry.load()
        except Exception as error:
            raise QuantizerError(f"plugin {entry.value}: {error}", "mend the plugin, or remove it") from error
        if not callable(function):
            raise QuantizerError(f"plugin {entry.value} is no function", "offer a function on numpy arrays")
        if spelling.arguments:
            raise QuantizerError("arguments without names", "give a plugin's arguments by name")
        return PluginQuantizer(str(spelling), partial(function, **spelling.named))
    return None


@dataclass(frozen=True)
class PluginQuantizer(Quantizer):
    """A quantizer that is known by what it computes."""

    text: str
    function: Callable[[Array], object]

    def _call(self, array: Array) -> Array:
        try:
            result = np.asarray(self.function(array.astype(np.float32)), np.float32)
        except Exception as error:
            raise QuantizerError(f"plugin failed: {error}", "mend the plugin") from error
        if result.shape != array.shape or not np.isfinite(result).all():
            raise QuantizerError("plugin gives another shape, or infinities", "mend the plugin")
        return result

    def on_activations(self, value: SSAValue, emitter: Emitter) -> SSAValue:
        """Quantized to the type that the function's values on a grid have."""
        element = element_of(GRID, self._call(GRID))
        if element is None:
            raise QuantizerError(
                "plugin is neither a sign nor a rounding to equal steps", "only such activations have integer types"
            )
        return emitter.quantize(value, element, None)

    def on_weights(self, array: Array) -> QuantizedWeights:
        """Codes of a type that holds the function's values exactly, or the values."""
        values = self._call(array)
        if (np.abs(values) == 1).all():
            return QuantizedWeights(values.astype(np.int8), s1)
        element = steps_of(values)
        if element is not None:
            codes = quantize_half_even(values, element)
            if _equal(dequantize(codes, element), values).all():
                return QuantizedWeights(codes, element)
        return QuantizedWeights(values, fallback=f"{self.text}: its values are no multiples of one scale")


def element_of(grid: Array, values: Array) -> Attribute | None:
    """The type of an activation quantizer that maps a grid to values, or None where there is none."""
    if np.array_equal(values, np.where(grid >= 0, 1, -1)):
        return s1
    element = steps_of(values)
    if element is None:
        return None
    steps = grid.astype(np.float64) / element.scale
    is_tie = np.abs(np.abs(steps - np.floor(steps)) - 0.5) <= NEAR * np.maximum(np.abs(steps), 1.0)
    agrees = _equal(dequantize(quantize_half_even(grid, element), element), values)
    return element if (agrees | is_tie).all() else None


def _equal(ours: Array, values: Array) -> Array:
    return np.abs(ours - values) <= NEAR * np.abs(values)


def steps_of(values: Array) -> UniformQuantizedType | None:
    """The type of 8 bits whose codes are multiples of one scale, with the values' own range, or None.

    The scale is the least difference of values, or half of it: +0.5 and -0.5, with no 0 between, are codes 1 and -1.
    """
    levels = np.unique(values).astype(np.float64)
    if not 2 <= len(levels) <= MAX_CODES:
        return None
    least = float(np.diff(levels).min())
    for step in (least, least / 2):
        codes = np.rint(levels / step)
        if np.abs(levels / step - codes).max() > FAR:
            continue
        low, high = int(codes[0]), int(codes[-1])
        # The difference of two values has lost digits that the largest value still has.
        step = float(levels[-1]) / high if abs(high) >= abs(low) else float(levels[0]) / low
        zero_point = 0 if low >= -128 and high <= 127 else -128 - low
        try:
            return UniformQuantizedType.per_tensor(
                IntegerType(8), step, zero_point, low + zero_point, high + zero_point
            )
        except VerifyException:
            return None
    return None
