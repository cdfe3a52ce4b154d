"""What the rows of the table share: constraints, quantization parameters, and CMSIS-NN's argument structs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntegerAttr, f32, i32
from xdsl.ir import Attribute, SSAValue

from ....dialects.dqnn import ConstantOp, DqnnOp, quantization, quantized_element, tensor_type
from ....dialects.dqnn.base import Float
from ....dialects.dqnn.bounds import clamp_bounds
from ....dialects.dqnn.linear import has_float_near_ties
from ....dialects.fixed_point import activation_range, quantize_multiplier, quantize_multiplier_once
from ....dialects.quant import UniformQuantizedType
from ..c_args import ArrayLiteralAttr, NullAttr, OperandAttr, StructAttr
from ..cmsis_nn import HEADER
from ..kernel_table import CallBuilder, Constraint, Context, Core, InPlace, Kernel
from ..target import Build, build_of
from ..window import window_of

CMSIS_NN = HEADER
RUNTIME = "dqnn_kernels.h"

FLT_MAX = float(np.finfo(np.float32).max)
"""A bound that bounds nothing."""


# --- Values -----------------------------------------------------------------------------------------------------


def shape_of(value: SSAValue) -> tuple[int, ...]:
    """The shape of a tensor."""
    return tensor_type(value).get_shape()


def count_of(value: SSAValue) -> int:
    """The number of elements of a tensor."""
    return prod(shape_of(value))


def element_bytes(value: SSAValue) -> int:
    """Bytes of one element of a tensor, as it is stored."""
    element = tensor_type(value).element_type
    return element.numpy_dtype.itemsize if isinstance(element, UniformQuantizedType) else 4


def is_constant(value: SSAValue) -> bool:
    """Whether a tensor is known at compile time."""
    return isinstance(value.owner, ConstantOp)


def constant_array(value: SSAValue) -> npt.NDArray[Any]:
    """The codes (or floats) of a constant."""
    assert isinstance(value.owner, ConstantOp)
    return value.owner.array


def real_of(attribute: Float | None, default: float) -> float:
    """The number in an optional property."""
    return default if attribute is None else attribute.value.data


def code_range(op: Any) -> tuple[int, int]:
    """Smallest and largest code of an op's result, after its fused activation."""
    return activation_range(quantization(op.result), *clamp_bounds(op))


def float_bounds(op: Any) -> tuple[float, float]:
    """Smallest and largest real result of an op after its fused activation."""
    return real_of(op.clamp_min, -FLT_MAX), real_of(op.clamp_max, FLT_MAX)


def channel_multipliers(
    input: UniformQuantizedType, weights: UniformQuantizedType, output: UniformQuantizedType, *, once: bool = False
) -> npt.NDArray[np.int32]:
    """Multiplier and shift of each output channel as one row, s_in * s_w / s_out in float64 as TFLite computes it.

    Source: PopulateConvolutionQuantizationParams in tensorflow/lite/kernels/kernel_util.cc. With `once`, multipliers
    that round once.
    """
    encode = quantize_multiplier_once if once else quantize_multiplier
    return np.array([encode(input.scale * scale / output.scale) for scale in weights.scales], np.int32)


def float32_product(a: float, b: float) -> float:
    """The product rounded to float32, where TFLite multiplies scales as floats."""
    return float(np.float32(a) * np.float32(b))


def float32_quotient(a: float, b: float) -> float:
    """The quotient rounded to float32, where TFLite divides scales as floats."""
    return float(np.float32(a) / np.float32(b))


def in_place_of(op: DqnnOp) -> InPlace:
    """The result may lie on any input that has its shape and its element size and is no constant."""
    result = op.results[0]
    return [
        (0, index)
        for index, value in enumerate(op.operands)
        if not is_constant(value) and _memory_of(value) == _memory_of(result)
    ]


def _memory_of(value: SSAValue) -> tuple[tuple[int, ...], int]:
    return shape_of(value), element_bytes(value)


def unit_strides(shape: Sequence[int], of: Sequence[int]) -> tuple[int, ...]:
    """Strides, in elements, with which a tensor of shape `of` is read as one of `shape`: 0 where it repeats."""
    padded = (1,) * (len(shape) - len(of)) + tuple(of)
    return tuple(0 if size == 1 else prod(padded[axis + 1 :]) for axis, size in enumerate(padded))


# --- Arguments --------------------------------------------------------------------------------------------------


def integer(value: int) -> IntegerAttr[Any]:
    """An `int32_t` literal."""
    return IntegerAttr(value, i32)


def real(value: float) -> FloatAttr[Any]:
    """A `float` literal."""
    return FloatAttr(value, f32)


def record(fields: Mapping[str, Attribute | int]) -> DictionaryAttr:
    """A struct inside a struct."""
    return DictionaryAttr({name: integer(v) if isinstance(v, int) else v for name, v in fields.items()})


def array(name: str, values: Sequence[int], type_name: str = "int32_t") -> ArrayLiteralAttr:
    """An array argument."""
    return ArrayLiteralAttr(type_name, name, list(values))


def dims(name: str, shape: Sequence[int]) -> StructAttr:
    """A `cmsis_nn_dims`, with dimensions of 1 in front of a shorter shape."""
    n, h, w, c = (1,) * (4 - len(shape)) + tuple(shape)
    return StructAttr("cmsis_nn_dims", name, {"n": n, "h": h, "w": w, "c": c})


def window_struct(op: Any) -> StructAttr:
    """A `dqnn_window`, of the runtime."""
    return StructAttr("dqnn_window", "window", window_of(op)._asdict())


def tile(height: int, width: int) -> DictionaryAttr:
    """A `cmsis_nn_tile`."""
    return record({"w": width, "h": height})


def activation(bounds: tuple[int, int]) -> DictionaryAttr:
    """A `cmsis_nn_activation`."""
    return record({"min": bounds[0], "max": bounds[1]})


def context(name: str, memory: OperandAttr | NullAttr, size: int) -> StructAttr:
    """A `cmsis_nn_context`: scratch memory, or constants that a kernel looks for there."""
    return StructAttr("cmsis_nn_context", name, {"buf": memory, "size": size})


# --- Constraints ------------------------------------------------------------------------------------------------

CONSTANT_WEIGHTS = Constraint("weights and bias are constants", lambda op: _linear_constants(op))
NO_NEAR_TIES = Constraint("near ties are rounded as other sums are", lambda op: not has_float_near_ties(op))
SYMMETRIC_WEIGHTS = Constraint(
    "the weights' zero points are 0", lambda op: not any(quantization(op.weights).zero_points)
)
INTEGER_BIAS = Constraint(
    "the bias is s32 with zero points of 0",
    lambda op: op.bias is None or (quantization(op.bias).bitwidth == 32 and not any(quantization(op.bias).zero_points)),
)
FLOAT_BIAS = Constraint("the bias is f32", lambda op: op.bias is None or tensor_type(op.bias).element_type == f32)
SAME_QUANTIZATION = Constraint("input and output have one scale and zero point", lambda op: _is_one_scale(op))
PER_LAYER = Constraint(
    "input and output have one scale each, not one for each channel",
    lambda op: not any(_has_axis(value) for value in (*_activations(op), *op.results)),
)
FULL_RANGE = Constraint(
    "the output may use all codes from -128 to 127",
    lambda op: (quantization(op.result).storage_min, quantization(op.result).storage_max) == (-128, 127),
)
ONE_IMAGE = Constraint("the batch is 1", lambda op: shape_of(op.input)[0] == 1)
MAX_RANK = 6
"""Dimensions that the runtime's kernels on tensors of any rank take."""
RANK_FITS = Constraint(
    f"tensors have 1 to {MAX_RANK} dimensions",
    lambda op: all(1 <= len(shape_of(value)) <= MAX_RANK for value in _all_values(op)),
)


def _linear_constants(op: Any) -> bool:
    return is_constant(op.weights) and (op.bias is None or is_constant(op.bias))


def _has_axis(value: SSAValue) -> bool:
    element = quantized_element(tensor_type(value))
    return element is not None and element.axis is not None


def _activations(op: DqnnOp) -> Sequence[SSAValue]:
    return [value for value in op.operands if not is_constant(value)]


def _is_one_scale(op: DqnnOp) -> bool:
    elements = [quantization(value) for value in _all_values(op)]
    return len({(element.scales, element.zero_points) for element in elements}) == 1


SAME_SHAPES = Constraint("both inputs have the output's shape", lambda op: len({*map(shape_of, _all_values(op))}) == 1)


def _all_values(op: DqnnOp) -> Sequence[SSAValue]:
    return [*op.operands, *op.results]


# --- Costs ------------------------------------------------------------------------------------------------------


def per_build(
    work: Callable[[Any], float], plain: float, dsp: float | None = None, mve: float | None = None
) -> Callable[[Any, Core], float]:
    """A cost: instructions for each unit of `work` in each build (the build before it where one is not given)."""
    dsp = plain if dsp is None else dsp
    rates = {Build.PLAIN: plain, Build.DSP: dsp, Build.MVE: dsp if mve is None else mve}
    return lambda op, core: work(op) * rates[build_of(core)]


def per_element(factor: int) -> Callable[[Any], int]:
    """Operations in proportion to the result's elements."""
    return lambda op: factor * count_of(op.results[0])


def no_operations(op: DqnnOp) -> int:
    """None: the op moves data."""
    return 0


def both_libraries(
    callee: str,
    emit: Callable[[Any, CallBuilder, Context], None],
    work: Callable[[Any], float],
    rates: tuple[float, ...],
    constraints: tuple[Constraint, ...] = (),
) -> tuple[Kernel, Kernel]:
    """CMSIS-NN's kernel, and the runtime's of that name, which runs at the plain build's rate on every core."""
    return (
        Kernel(callee, "cmsis-nn", emit, per_build(work, *rates), constraints=constraints),
        Kernel(callee, "portable", emit, per_build(work, rates[0]), constraints=constraints),
    )
