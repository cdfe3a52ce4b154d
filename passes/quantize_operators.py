"""`quantize-operators`: a float operator between dequantizers and a quantizer becomes the operator on codes.

    dequantize, ... -> op -> [relu, ...] -> quantize      becomes      op on codes, with the bounds of the relu

This is what ONNX's QDQ models mean by the quantizers around an operator. They compute in float32 between two roundings;
the operator on codes is TensorFlow Lite's, in integers: nearly all codes are the same, others one step away. Where the
ratios of scales, as those of powers of two, put many sums or products in the middle of two codes, that would not be so:
these are computed in float32 as well (`quantized/structural_ties.py`).

Layers with weights are for `fuse-quantizers`, which knows batch normalizations as well; transposed convolutions are
made here. Networks of Keras are not touched, whose quantizers mean their products exactly, nor those of TensorFlow
Lite, which have integer operators where they mean them: quantizers of other methods than `divide_half_even` stay.

What is not surrounded stays in float, and says in `dqnn.fallback` what it lacks: so do layers with weights that are
not quantized.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeGuard

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr, TensorType, f32, i32
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import dce
from xdsl.utils.exceptions import VerifyException

from ..dialects.dqnn import (
    DIVIDE_HALF_EVEN,
    ArithmeticOp,
    AvgPool2DOp,
    ClipOp,
    ConcatOp,
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    HardSwishOp,
    LeakyReluOp,
    LinearOp,
    MaxPool2DOp,
    MeanOp,
    MulOp,
    PadOp,
    Pool2DOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    ReshapeOp,
    ResizeNearestOp,
    SelectionOp,
    SigmoidOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    SumOp,
    TanhOp,
    TransposeConv2DOp,
    TransposeOp,
    inherit_layer,
    quantized_element,
    stand_for,
    tensor_type,
)
from ..dialects.dqnn.base import boolean, integer, real
from ..dialects.dqnn.bounds import NO_BOUNDS, Bounds, bounds_of, clamp_bounds, intersection
from ..dialects.dqnn.edge import edges_of
from ..dialects.dqnn.elementwise import ROUND_IN_FLOAT, ROUNDS_WITH_ZERO_POINT, RescalingOp
from ..dialects.dqnn.fallback import FALLBACK, Fallback
from ..dialects.dqnn.linear import ROUND_ONCE
from ..dialects.fixed_point import INT32_MAX
from ..dialects.quant import UniformQuantizedType
from .legalize_per_channel import widened
from .quantized.layer import only_reader
from .quantized.structural_ties import has_structural_ties
from .quantized.sums import nudge_of
from .target import TargetPass, computed_ops

RESCALING = (
    ArithmeticOp, AvgPool2DOp, ClipOp, HardSwishOp, LeakyReluOp, MeanOp, Relu6Op, ReluOp, SigmoidOp, SoftmaxOp, TanhOp,
)  # fmt: skip
"""Operators whose inputs and result may have different scales."""

MOVING = (
    ConcatOp, MaxPool2DOp, PadOp, ReshapeOp, ResizeNearestOp, SelectionOp, SliceOp, SplitOp, TransposeOp,
)  # fmt: skip
"""Operators that move or choose codes, so that all of them mean the same."""

BOUNDED = (ArithmeticOp, Pool2DOp, TransposeConv2DOp)
"""Operators that take in the activation behind them."""

CODE_BITS = 8

FLOAT_WEIGHTS = Fallback("supported where input and weights are quantized, to 8 bits")


@dataclass(frozen=True)
class Surrounded:
    """A float operator whose inputs are dequantized and whose results are quantized."""

    op: DqnnOp
    codes: tuple[SSAValue, ...]
    """What its data operands are dequantized from."""
    quantizers: tuple[QuantizeOp, ...]
    """One for each result."""
    bounds: Bounds


@dataclass(frozen=True)
class QuantizeOperatorsPass(TargetPass):
    """Replace float operators between dequantizers and quantizers by operators on codes, where the table has a row.

    Operators that only move or choose codes get them in the result's type first, by a requantize where it differs. A
    dequantize with a quantize behind it, of different types, is one requantize. Networks that know no quantizer of
    ONNX's rounding, as those of Keras and TensorFlow Lite, stay as they are.
    """

    name = "quantize-operators"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Replace operator by operator, in the order in which they run."""
        if not has_quotients(op):
            return
        for operator in computed_ops(op):
            if isinstance(operator, QuantizeOp):
                self._requantize(operator)
            elif isinstance(operator, (*RESCALING, *MOVING, TransposeConv2DOp)):
                self._quantize(operator)
            elif isinstance(operator, LinearOp) and not is_dequantized(operator.weights):
                operator.attributes[FALLBACK] = FLOAT_WEIGHTS.attribute
        dce(op)

    def _requantize(self, op: QuantizeOp) -> None:
        """`dequantize -> quantize` is `requantize`."""
        source = op.input.owner
        if op.method.data != DIVIDE_HALF_EVEN or not isinstance(source, DequantizeOp):
            return
        if all(is_code(value) for value in (source.input, op.result)):
            form = RequantizeOp(source.input, op.result.type, method=op.method.data)
            self._replace_if_served(op, [], form, [op])

    def _quantize(self, op: DqnnOp) -> None:
        found = surroundings(op)
        if isinstance(found, Surrounded):
            new, form = form_of(found)
            refused = self._replace_if_served(op, new, form, found.quantizers)
        else:
            refused = None if found is None else Fallback(found)
        # A reshape computes nothing, whatever its elements are.
        if refused is not None and not isinstance(op, ReshapeOp):
            op.attributes[FALLBACK] = refused.attribute

    def _replace_if_served(
        self, op: DqnnOp, new: Sequence[DqnnOp], form: DqnnOp, quantizers: Sequence[QuantizeOp]
    ) -> Fallback | None:
        """Put the operator on codes in the place of its quantizers, or say why not."""
        refused = next((why for why in map(self._refusal, (form, *new)) if why is not None), None)
        if refused is not None:
            for made in (form, *reversed(new)):
                made.erase(safe_erase=False)
            return refused
        for made in (*new, form):
            inherit_layer(made, op)
        *first, last = quantizers
        for quantizer, result in zip(quantizers, form.results, strict=True):
            stand_for(result, quantizer.result)
        for quantizer, result in zip(first, form.results[:-1], strict=True):
            quantizer.result.replace_all_uses_with(result)
            Rewriter.erase_op(quantizer)
        # The last of the quantizers comes behind the operator and before all readers.
        Rewriter.replace_op(last, [*new, form], [form.results[-1]])
        return None

    def _refusal(self, op: DqnnOp) -> Fallback | None:
        if isinstance(op, ConstantOp):
            return None
        try:
            op.verify_()
        except VerifyException as error:
            return Fallback(str(error))
        return None if self.select(op) is not None else self.refusal(op)


# --- What stands around an operator -------------------------------------------------------------------------------


def has_quotients(module: ModuleOp) -> bool:
    """Whether a network has quantizers of ONNX's rounding, or had one at an input."""
    functions = [op for op in module.ops if isinstance(op, FuncOp) and not op.is_declaration]
    edges = [edge for function in functions for edge in edges_of(function)[0]]
    ops = [op for op in computed_ops(module) if isinstance(op, QuantizeOp)]
    return DIVIDE_HALF_EVEN in {*(edge.method for edge in edges), *(op.method.data for op in ops)}


def is_dequantized(value: SSAValue) -> bool:
    """Whether a value is made of codes."""
    return isinstance(value.owner, DequantizeOp)


def is_code(value: SSAValue) -> bool:
    """Whether a value is of 8-bit codes with one scale."""
    element = quantized_element(tensor_type(value))
    return element is not None and element.axis is None and element.bitwidth == CODE_BITS


def surroundings(op: DqnnOp) -> Surrounded | str | None:
    """The dequantizers and quantizers around an operator, or what is missing; None where it is not one of ONNX's."""
    data = op.operands[: op.DATA_OPERANDS]
    codes = [
        value.owner.input for value in data if isinstance(value.owner, DequantizeOp) and is_code(value.owner.input)
    ]
    chains = [chain_behind(result, takes_bounds=isinstance(op, BOUNDED)) for result in op.results]
    quantizers = [chain[-1] for chain in chains if chain and isinstance(chain[-1], QuantizeOp)]
    if tensor_type(op.results[0]).element_type != f32:
        return None
    if not codes and not quantizers:
        return "supported where inputs and result are quantized"
    if len(codes) != len(data):
        return "supported where all inputs are quantized, with one scale each"
    if len(quantizers) != len(op.results):
        return "supported where nothing but a quantizer reads the result"
    if any(quantizer.method.data != DIVIDE_HALF_EVEN for quantizer in quantizers):
        return None
    if not all(is_code(quantizer.result) for quantizer in quantizers):
        return "supported where the result is quantized to 8 bits, with one scale"
    if len({quantizer.result.type for quantizer in quantizers if isinstance(op, SplitOp)}) > 1:
        return "supported where all results have one scale"
    bounds: Bounds | None = clamp_bounds(op) if isinstance(op, BOUNDED) else NO_BOUNDS
    for activation in chains[0][:-1]:
        assert isinstance(activation, ReluOp | Relu6Op | ClipOp), "followed"
        bounds = None if bounds is None else intersection(bounds, bounds_of(activation))
    if bounds is None:
        return "supported where the bounds of the activations behind it meet"
    if isinstance(op, AvgPool2DOp) and has_halves(op, codes[0], quantizers[0].result):
        return "supported where the scale changes, or windows have an odd size and no padding: else halves are frequent"
    return Surrounded(op, tuple(codes), tuple(quantizers), bounds)


# The mean of n codes of one scale is a half with a chance of 1/n where n is even, as it is of a window of odd size that
# reaches over the edge. In float32 the errors of the sum
# decide to which side it goes; integers, which send all halves to one side, would change 1/2n of the codes.
def has_halves(op: AvgPool2DOp, codes: SSAValue, result: SSAValue) -> bool:
    """Whether an average pool on codes would often round otherwise than float32 does."""
    is_even = prod(op.kernel.get_values()) % 2 == 0 or any(op.padding.get_values())
    return is_even and tensor_type(codes).element_type == tensor_type(result).element_type


def chain_behind(value: SSAValue, *, takes_bounds: bool) -> list[DqnnOp]:
    """The quantizer behind a value, and the activations in between where the operator takes these in."""
    chain: list[DqnnOp] = []
    while (reader := only_reader(value)) is not None:
        is_activation = takes_bounds and isinstance(reader, ReluOp | Relu6Op | ClipOp)
        if not (is_activation or isinstance(reader, QuantizeOp)):
            break
        chain.append(reader)
        if isinstance(reader, QuantizeOp):
            break
        value = reader.results[0]
    return chain


# --- The operator on codes ----------------------------------------------------------------------------------------


def form_of(found: Surrounded) -> tuple[list[DqnnOp], DqnnOp]:
    """The operator on codes, and what it reads that is not there yet."""
    op, new = found.op, list[DqnnOp]()
    types = [quantizer.result.type for quantizer in found.quantizers]
    operands: list[SSAValue] = list(found.codes)
    if isinstance(op, MOVING):
        operands = [in_type(value, tensor_type(found.quantizers[0].result).element_type, new) for value in operands]
    if (
        is_image_mean(op)
        and tensor_type(operands[0]).element_type != tensor_type(found.quantizers[0].result).element_type
    ):
        return average_of_image(op, operands[0], found.quantizers[0], new)
    if isinstance(op, TransposeConv2DOp):
        operands += weights_and_bias(op, found.codes[0], new)
    properties = dict(op.properties)
    if isinstance(op, AvgPool2DOp):
        properties["by_columns"] = boolean(False)
    if isinstance(op, LeakyReluOp):
        properties["method"] = StringAttr(DIVIDE_HALF_EVEN)
    if isinstance(op, TransposeConv2DOp | MulOp):
        properties["rounding"] = StringAttr(ROUND_ONCE)
    for name, bound in zip(("clamp_min", "clamp_max"), found.bounds, strict=True):
        if bound is not None:
            properties[name] = real(bound)
    form = type(op).create(operands=operands, result_types=types, properties=properties)
    if isinstance(form, RescalingOp) and has_structural_ties(form) and halves_go_to_even(op, form):
        form.rounding = StringAttr(ROUND_IN_FLOAT)
    elif isinstance(form, SumOp):
        form.nudge = integer(nudge_of(form))
    return new, form


# rne(x + z) = rne(x) + z for each x where z is even; where it is odd, not for halves.
def halves_go_to_even(op: DqnnOp, form: RescalingOp) -> bool:
    """Whether the model's operator rounds halves to even before it adds the zero point, or might as well."""
    target = quantized_element(tensor_type(form.result))
    assert target is not None, "codes"
    return ROUNDS_WITH_ZERO_POINT not in op.attributes or target.zero_point % 2 == 0


def is_image_mean(op: DqnnOp) -> TypeGuard[MeanOp]:
    """Whether an operator is the mean over height and width."""
    if not isinstance(op, MeanOp) or len(tensor_type(op.input).get_shape()) != 4:
        return False
    return sorted(op.axes.get_values()) == [1, 2]


# TensorFlow Lite's mean rounds twice, which changes 1 of 40 codes; the pool of a whole image rounds once.
def average_of_image(
    op: MeanOp, codes: SSAValue, quantizer: QuantizeOp, new: list[DqnnOp]
) -> tuple[list[DqnnOp], DqnnOp]:
    """The average pool over a whole image that is this mean."""
    batch, height, width, channels = tensor_type(codes).get_shape()
    result = tensor_type(quantizer.result)
    pooled = TensorType(result.element_type, (batch, 1, 1, channels))
    pool = AvgPool2DOp(codes, pooled, kernel=(height, width))
    if pooled == result:
        return new, pool
    return [*new, pool], ReshapeOp(pool.result, result)


def in_type(codes: SSAValue, element: Attribute, new: list[DqnnOp]) -> SSAValue:
    """Codes of another type for the same real numbers."""
    tensor = tensor_type(codes)
    if tensor.element_type == element:
        return codes
    new.append(RequantizeOp(codes, TensorType(element, tensor.get_shape()), method=DIVIDE_HALF_EVEN))
    return new[-1].results[0]


# bias code = round(bias / (input scale * weights scale)): the accumulator's unit.
def weights_and_bias(op: TransposeConv2DOp, codes: SSAValue, new: list[DqnnOp]) -> list[SSAValue]:
    """The weights' codes with a scale for each output channel, which the kernels take, and the bias as int32.

    Weights without codes stay as they are, and so does a bias that is no constant.
    """
    owner = op.weights.owner
    if not isinstance(owner, DequantizeOp) or not isinstance(owner.input.owner, ConstantOp):
        return [value for value in (op.weights, op.bias) if value is not None]
    constant = owner.input.owner
    weights, source = quantized_element(tensor_type(constant.result)), quantized_element(tensor_type(codes))
    assert weights is not None, "dequantized"
    assert source is not None, "codes"
    if weights.axis is None:
        weights = widened(weights, 0, constant.array.shape[0])
        constant = ConstantOp(constant.array, weights)
        new.append(constant)
    if op.bias is None or not isinstance(op.bias.owner, ConstantOp):
        return [constant.result, *([] if op.bias is None else [op.bias])]
    steps = np.broadcast_to(source.scale * np.array(weights.scales), op.bias.owner.array.shape)
    reals = op.bias.owner.array.astype(np.float64)
    biases = np.clip(np.rint(reals / steps), -INT32_MAX, INT32_MAX).astype(np.int32)
    new.append(ConstantOp(biases, UniformQuantizedType.per_axis(i32, 0, [float(step) for step in steps])))
    return [constant.result, new[-1].results[0]]
