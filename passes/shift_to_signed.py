"""`shift-to-signed`: unsigned codes become signed ones, as the kernels take them.

    real = scale * (code - zero_point) = scale * ((code - 128) - (zero_point - 128))

so codes and zero points that are both 128 smaller stand for the same real numbers, and every operator that is defined
by real numbers gives the same of them. Two are defined by more than that, and keep it:

* TensorFlow Lite's average pool rounds the mean of codes with halves away from code 0: of unsigned codes that is up,
  of shifted ones it is not. The pool says `rounding = "up"` then.
* Its convolutions multiply the scales of input and weights in float32 where weights are unsigned with one scale, else
  in float64. The weights' scale, which has more digits than float32 here, moves to the nearest one that gives the same
  multiplier.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nextafter

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr, TensorType
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import InsertPoint, Rewriter

from ..dialects.dqnn import (
    AvgPool2DOp,
    ConstantOp,
    Conv2DOp,
    DepthwiseConv2DOp,
    DqnnOp,
    RequantizeOp,
    TransposeConv2DOp,
    inherit_layer,
    layer_loc,
    quantized_element,
    tensor_type,
)
from ..dialects.dqnn.network import argument_names, result_names
from ..dialects.dqnn.pool import ROUND_UP
from ..dialects.fixed_point import quantize_multiplier
from ..dialects.quant import UniformQuantizedType, shift_distance, shifted
from ..dialects.semantics.linear import output_ratios

Convolution = Conv2DOp | DepthwiseConv2DOp | TransposeConv2DOp

CODE_BITS = 8
"""Width of the codes that are shifted: those that kernels take."""

SEARCH = 16
"""Neighbouring scales that are tried on either side. The first nearly always does: a multiplier has 31 bits, a scale
53."""


@dataclass(frozen=True)
class ShiftToSignedPass(ModulePass):
    """Make all unsigned 8-bit codes of a network signed: activations, weights and other constants.

    Arguments and results keep their types: behind an unsigned argument, and before an unsigned result, stands a
    `dqnn.requantize` that shifts, called `image.requantize` for an argument `image`; one that stands there already is
    left. (`convert-edges` gives edges other types; `quantize` has this pass again after it.) Results are the same,
    code by code. Codes of other widths stay.
    """

    name = "shift-to-signed"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Shift in every function with a body."""
        for function in [inner for inner in op.ops if isinstance(inner, FuncOp) and not inner.is_declaration]:
            _shift_body(function)


def _shift_body(function: FuncOp) -> None:
    block = function.body.block
    # What an operator means must be known before its types change.
    for op in list(block.ops):
        if isinstance(op, AvgPool2DOp):
            _keep_rounding(op)
        elif isinstance(op, Convolution):
            _keep_multiplier(op)
    for argument, name in zip(block.args, argument_names(function), strict=True):
        _shift_argument(argument, name, block)
    for op in list(block.ops):
        if isinstance(op, ConstantOp):
            _shift_constant(op)
        elif isinstance(op, DqnnOp) and not _is_last_shift(op):
            for result in op.results:
                if (element := _unsigned(result)) is not None:
                    Rewriter.replace_value_with_new_type(result, _of(shifted(element), result))
    end = function.get_return_op()
    if end is not None:
        for index, name in enumerate(result_names(function)):
            _shift_result(end, index, function.function_type.outputs.data[index], name)


def _unsigned(value: SSAValue) -> UniformQuantizedType | None:
    """The element type of a tensor of unsigned codes; None for others."""
    element = quantized_element(tensor_type(value))
    return element if element is not None and not element.is_signed and element.bitwidth == CODE_BITS else None


def _of(element: UniformQuantizedType, value: SSAValue) -> TensorType[UniformQuantizedType]:
    """The type of a tensor as `value` with elements of type `element`."""
    return TensorType(element, tensor_type(value).get_shape())


# --- Edges and constants ----------------------------------------------------------------------------------------


def _is_shift(op: object) -> bool:
    return isinstance(op, RequantizeOp) and op.is_shift


def _is_last_shift(op: DqnnOp) -> bool:
    """Whether an operator does nothing but shift for the network's results."""
    return _is_shift(op) and all(isinstance(use.operation, ReturnOp) for use in op.results[0].uses)


def _shift_argument(argument: SSAValue, name: str, block: Block) -> None:
    """Let the readers of an unsigned argument read its signed codes."""
    element = _unsigned(argument)
    if element is None or all(_is_shift(use.operation) for use in argument.uses):
        return
    shift = _named(RequantizeOp(argument, _of(shifted(element), argument)), name)
    Rewriter.insert_op(shift, InsertPoint.at_start(block))
    argument.replace_uses_with_if(shift.result, lambda use: use.operation is not shift)


def _shift_result(end: ReturnOp, index: int, type_: Attribute, name: str) -> None:
    """Return the unsigned codes of what has become signed."""
    value = end.operands[index]
    if value.type != type_:
        shift = _named(RequantizeOp(value, type_), name)
        Rewriter.insert_op(shift, InsertPoint.before(end))
        end.operands[index] = shift.result


def _named(shift: RequantizeOp, edge: str) -> RequantizeOp:
    shift.location = layer_loc(f"{edge}.requantize")
    return shift


def _shift_constant(op: ConstantOp) -> None:
    element = _unsigned(op.result)
    if element is not None:
        codes = op.array.astype(np.int16) + shift_distance(element)
        signed = ConstantOp(codes.astype(np.int8), shifted(element))
        inherit_layer(signed, op)
        signed.result.name_hint = op.result.name_hint
        Rewriter.replace_op(op, signed)


# --- What depends on more than real numbers ---------------------------------------------------------------------


def _keep_rounding(op: AvgPool2DOp) -> None:
    if (element := _unsigned(op.input)) is not None and element == quantized_element(tensor_type(op.result)):
        op.rounding = StringAttr(ROUND_UP)


def _keep_multiplier(op: Convolution) -> None:
    """Give a convolution of unsigned weights the scale of weights with which signed ones have the same multiplier."""
    source, target = quantized_element(tensor_type(op.input)), quantized_element(tensor_type(op.result))
    weights = _unsigned(op.weights)
    if source is None or target is None or weights is None or weights.axis is not None:
        return
    wanted = quantize_multiplier(float(output_ratios(op)[0]))
    scale = _scale_with(wanted, weights.scale, source.scale, target.scale)
    if scale == weights.scale or not isinstance(op.weights.owner, ConstantOp):
        return
    _retype(op, 1, op.weights.owner, _with_scale(weights, scale))
    if op.bias is not None and isinstance(op.bias.owner, ConstantOp):
        bias = quantized_element(tensor_type(op.bias))
        assert bias is not None, "verified"
        _retype(op, 2, op.bias.owner, _with_scale(bias, source.scale * scale))


def _scale_with(wanted: tuple[int, int], weights: float, source: float, target: float) -> float:
    """The scale of weights, at or next to `weights` first, for which source * scale / target is that multiplier."""
    if quantize_multiplier(source * weights / target) == wanted:
        return weights
    multiplier, shift = wanted
    guess = multiplier * 2.0 ** (shift - 31) * target / source
    below = above = guess
    for _ in range(SEARCH):
        for candidate in (below, above):
            if quantize_multiplier(source * candidate / target) == wanted:
                return candidate
        below, above = nextafter(below, -inf), nextafter(above, inf)
    return weights


def _with_scale(element: UniformQuantizedType, scale: float) -> UniformQuantizedType:
    bounds = (element.storage_min, element.storage_max)
    return UniformQuantizedType.per_tensor(element.storage_type, scale, element.zero_point, *bounds)


def _retype(op: Convolution, index: int, constant: ConstantOp, element: UniformQuantizedType) -> None:
    """Let an operator read a constant's codes with other parameters; its other readers keep theirs."""
    copy = ConstantOp(constant.array, element)
    inherit_layer(copy, constant)
    copy.result.name_hint = constant.result.name_hint
    Rewriter.insert_op(copy, InsertPoint.after(constant))
    op.operands[index] = copy.result
    if constant.result.first_use is None:
        Rewriter.erase_op(constant)
