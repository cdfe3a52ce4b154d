"""What the generators share: the random numbers, one-operator models for LiteRT, multipliers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from dqnnc.dialects.fixed_point import quantize_multiplier
from numpy.typing import NDArray

from ..c_call import Call, Out, Struct
from ..litert import run_litert
from ..tflite_builder import ModelBuilder

Array = NDArray[Any]

Random = Any
"""A numpy random generator; the types that numpy 1.26 gives its methods are partly unknown."""

FLT_MAX = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Case:
    """A call and the buffer that it must write: equal, or within `tolerance` * max|expected|."""

    call: Call
    expected: Callable[[], Array]
    tolerance: float = 0.0


Generator = Callable[[Random], Case]


class Quant(NamedTuple):
    """Scale (a float32) and zero point of an int8 tensor."""

    scale: float
    zero_point: int

    @property
    def keywords(self) -> dict[str, Any]:
        """As keywords of `ModelBuilder.tensor`."""
        return {"scale": self.scale, "zero_point": self.zero_point}


def f32(value: float) -> float:
    """The nearest float32."""
    return float(np.float32(value))


def random_quant(rng: Random, scale: float | None = None) -> Quant:
    """A zero point anywhere, and a scale of 0.005 to 0.5 unless one is given."""
    return Quant(
        f32(scale if scale is not None else np.exp(rng.uniform(np.log(0.005), np.log(0.5)))),
        int(rng.integers(-128, 128)),
    )


def codes(rng: Random, shape: Sequence[int]) -> NDArray[np.int8]:
    """Codes over the whole range."""
    return rng.integers(-128, 128, tuple(shape), dtype=np.int8)


def reals(rng: Random, shape: Sequence[int]) -> NDArray[np.float32]:
    """Normally distributed numbers."""
    return rng.standard_normal(tuple(shape), dtype=np.float32)


def sizes(rng: Random, low: Sequence[int], high: Sequence[int]) -> tuple[int, ...]:
    """Random integers between the bounds, both inclusive."""
    return tuple(int(rng.integers(a, b + 1)) for a, b in zip(low, high, strict=True))


def pick(rng: Random, *options: Any) -> Any:
    """One of the options."""
    return options[int(rng.integers(len(options)))]


ACTIVATIONS = {"NONE": (None, None), "RELU": (0.0, None), "RELU6": (0.0, 6.0), "RELU_N1_TO_1": (-1.0, 1.0)}
"""Fused activation -> real bounds of the output."""


def code_bounds(activation: str, quant: Quant) -> tuple[int, int]:
    """The output codes that a fused activation leaves."""

    def code(real: float) -> int:
        steps = np.float32(real) / np.float32(quant.scale)
        return quant.zero_point + int(np.copysign(np.floor(np.abs(steps) + 0.5), steps))

    low, high = ACTIVATIONS[activation]
    return (-128 if low is None else max(-128, code(low)), 127 if high is None else min(127, code(high)))


def real_bounds(activation: str) -> tuple[float, float]:
    """The float outputs that a fused activation leaves."""
    low, high = ACTIVATIONS[activation]
    return (-FLT_MAX if low is None else low, FLT_MAX if high is None else high)


def multipliers(reals: Sequence[float]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Q31 multipliers and shifts."""
    pairs = np.asarray([quantize_multiplier(real) for real in reals], np.int64)
    return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)


class QuantConstant(NamedTuple):
    """A constant operand quantized along an axis."""

    codes: Array
    scales: Sequence[float]
    axis: int
    zero_points: Sequence[int] | None = None


Operand = tuple[Array, dict[str, Any]] | QuantConstant | Array | None


def one_operator(
    kind: str,
    inputs: Sequence[Operand],
    output: tuple[Sequence[int], str, dict[str, Any]],
    **options: Any,
) -> Array:
    """LiteRT's result of one operator.

    Inputs are (values, quantization); a bare array is a constant, None is left out. `output`: shape, type and
    quantization.
    """
    m = ModelBuilder()
    values: list[Array] = []
    operands: list[int] = []
    for value in inputs:
        if isinstance(value, np.ndarray):
            operands.append(m.const(value))
        elif isinstance(value, QuantConstant):
            array, scales, axis, zero_points = value
            operands.append(m.const(array, scales=scales, axis=axis, zero_points=zero_points))
        elif value is not None:
            operands.append(m.input(value[0].shape, value[0].dtype.name.upper(), **value[1]))
            values.append(value[0])
    shape, type, quantization = output
    result = m.tensor(shape, type, **quantization)
    m.op(kind, operands, result, **options)
    return run_litert(m.finish([result]), values)[0]


def tile(pair: tuple[int, int]) -> Struct:
    """A cmsis_nn_tile from (h, w)."""
    return Struct("cmsis_nn_tile", {"w": pair[1], "h": pair[0]})


def dims(shape: Sequence[int]) -> Struct:
    """A cmsis_nn_dims from NHWC, padded with ones."""
    n, h, w, c = [*shape, *([1] * (4 - len(shape)))]
    return Struct("cmsis_nn_dims", {"n": n, "h": h, "w": w, "c": c})


def bounds(pair: tuple[int, int]) -> Struct:
    """A cmsis_nn_activation."""
    return Struct("cmsis_nn_activation", {"min": pair[0], "max": pair[1]})


def ints(values: Sequence[int]) -> NDArray[np.int32]:
    """An int32 array."""
    return np.asarray(values, np.int32)


def out(shape: Sequence[int], dtype: str = "int8") -> Out:
    """An output buffer."""
    return Out(tuple(shape), dtype)
