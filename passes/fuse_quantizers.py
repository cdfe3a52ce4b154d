"""`fuse-quantizers`: a layer and the quantizers around it become one layer on codes, where the target has a kernel.

The operators of the normal form, `dequantize -> conv2d -> batch_norm -> quantize` with weights from a `dequantize` of
constants, say what the network computes; the layer with an output stage is how. Where the table has no row for it, the
layer stays in float, and says in `dqnn.fallback` why, and which row is nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr, UnitAttr, f32, i8, i32
from xdsl.ir import Attribute
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import dce

from ..backends.common.configuration import Configuration, kind_of, tag_of
from ..dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    MULTIPLY_HALF_EVEN,
    BatchNormOp,
    ClipOp,
    ConstantOp,
    Conv2DAffineOp,
    Conv2DOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseOp,
    DenseThresholdOp,
    DepthwiseConv2DAffineOp,
    DepthwiseConv2DOp,
    DepthwiseConv2DThresholdOp,
    DequantizeOp,
    DqnnOp,
    FakeQuantizeOp,
    FlipOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    StagedOp,
    WindowedLinearOp,
    inherit_layer,
    is_binary,
    quantization,
    quantized_element,
    s1,
    stand_for,
    tensor_type,
)
from ..dialects.dqnn.bounds import NO_BOUNDS, Bounds, bounds_of, clamp_bounds, intersection
from ..dialects.dqnn.fallback import FALLBACK, Fallback
from ..dialects.dqnn.linear import BIAS_FORMAT, FLOAT_NEAR_TIES, ROUND_ONCE, has_float_near_ties
from ..dialects.dqnn.staged import BATCH_NORM
from ..dialects.quant import UniformQuantizedType
from .quantized.float_sums import wants_float_near_ties
from .quantized.integers import are_exact, fit, integers
from .quantized.layer import Layer, binarized, match_layer, pad_code
from .quantized.stage import Affine, Array, affine, negate, reach, settle, thresholds
from .quantized.structural_ties import sums_have_structural_ties
from .target import TargetPass, computed_ops


@dataclass(frozen=True)
class Candidate:
    """One form that a layer could have: constants, the layer, and the operator of the network that it stands for."""

    constants: tuple[ConstantOp, ...]
    op: DqnnOp
    replaced: DqnnOp
    behind: tuple[DqnnOp, ...] = ()
    """What the form needs behind the layer."""


@dataclass(frozen=True)
class Refusal:
    """Why a form cannot be made, whatever the target."""

    reason: str


@dataclass(frozen=True)
class FuseQuantizersPass(TargetPass):
    """Replace layers between quantizers by layers on codes, where the target's kernel table has a row for them.

    It also makes one conversion of a `dequantize` and a `quantize` behind it, from or to s1. What stays is in float,
    with float weights; codes that the target has no kernel for, as those of 10 bits, become `fake_quantize`.
    """

    name = "fuse-quantizers"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Fuse layer by layer, first to last, then tidy what is left of the normal form."""
        for operator in computed_ops(op):
            layer = match_layer(operator)
            if layer is not None and layer.has_codes:
                self._fuse(layer)
        dce(op)
        for operator in computed_ops(op):
            if isinstance(operator, QuantizeOp):
                _fuse_conversion(operator)
            elif isinstance(operator, DequantizeOp) and isinstance(operator.input.owner, ConstantOp):
                _replace(operator, ConstantOp(operator.input.owner.reals, f32))
            elif isinstance(operator, DequantizeOp) and isinstance(operator.input.owner, QuantizeOp):
                self._stay_in_float(operator, operator.input.owner)
        dce(op)

    def _fuse(self, layer: Layer) -> None:
        """Take the first form that has a row; else leave the layer in float, and say why.

        A frontend's reason says it best, then that of the first form.
        """
        known = Fallback.of(layer.op)
        reason = self._missing(layer) if known is None else known.reason
        refused: Fallback | None = None
        for form in forms(layer):
            if isinstance(form, Refusal):
                refused = refused or self.refusal(layer.op, asked(layer), reason or form.reason)
                continue
            if self.select(form.op) is not None:
                if (bias := layer.op.attributes.get(BIAS_FORMAT)) is not None:
                    form.op.attributes[BIAS_FORMAT] = bias
                _replace(form.replaced, *form.constants, form.op, *form.behind, source=layer.op)
                return
            refused = refused or self.refusal(form.op, asked(layer), reason)
            _erase(form)
        if refused is not None:
            layer.op.attributes[FALLBACK] = refused.attribute

    def _missing(self, layer: Layer) -> str | None:
        """What no row has: weights of 8 bits or more with a real input."""
        has_weights_alone = (
            not layer.source.is_codes and quantized_element(tensor_type(layer.weights.result)) is not None
        )
        return (
            "its weights alone are quantized"
            if has_weights_alone and not self.backend.table.has(asked(layer))
            else None
        )

    def _stay_in_float(self, op: DequantizeOp, first: QuantizeOp) -> None:
        """Codes that no kernel makes are only a rounding between reals."""
        codes = quantized_element(tensor_type(first.result))
        if codes is None or codes.axis is not None or self.select(first) is not None:
            return
        fake = FakeQuantizeOp(first.input, op.result.type, codes=codes, method=first.method.data)
        known = Fallback.of(first)
        fake.attributes[FALLBACK] = self.refusal(first, reason=None if known is None else known.reason).attribute
        _replace(op, fake, source=first)


def asked(layer: Layer) -> Configuration:
    """The types that the quantizers around a layer ask for."""
    result = layer.op if layer.quantizer is None else layer.quantizer
    tags = (tag_of(value) for value in (layer.source.value, layer.weights.result, result.results[0]))
    return Configuration(kind_of(type(layer.op)), *tags)


# --- Forms of a layer -------------------------------------------------------------------------------------------


def forms(layer: Layer) -> Iterator[Candidate | Refusal]:
    """The layers on codes that compute what stands in the network, the most desirable first."""
    if not layer.has_channel_scales:
        yield Refusal("supported where the weights' scales are of output channels")
        return
    if not layer.source.has_one_scale:
        yield Refusal("supported where the input has one scale")
        return
    binary = binarized(layer)
    if binary is not None:
        yield from _forms(binary)
    yield from _forms(layer)


def _forms(layer: Layer) -> Iterator[Candidate | Refusal]:
    """The forms of a layer with weights of one type."""
    quantizer = layer.quantizer
    if quantizer is not None:
        if is_binary(tensor_type(quantizer.result).element_type):
            yield _signs(layer)
        else:
            yield from _codes(layer, quantizer)
    yield _reals(layer)


def _signs(layer: Layer) -> Candidate | Refusal:
    """Sums and thresholds, or for f32 input the sign of scale and offset."""
    if not (layer.source.is_codes and layer.has_code_weights):
        norms = _norms(layer)
        if len(norms) + 1 != len(layer.chain) or _has_clamp(layer):
            return Refusal("supported where nothing but a batch normalization comes before")
        return _affine_form(layer, norms, layer.chain[-1], np.ones(()), NO_BOUNDS)
    found = thresholds(layer)
    element, end = tensor_type(layer.weights.result).element_type, layer.chain[-1]
    codes = negate(layer.weights.array, layer.channel_axis, found.negated)
    if codes is not None:
        return _staged(layer, "threshold", ConstantOp(codes, element), [ConstantOp(found.values, i32)], end)
    # A weight of -128 has no negative. With all weights as they are, -sum < t is sum >= 1 - t: the other sign.
    values = np.where(found.negated, 1 - found.values, found.values)
    form = _staged(layer, "threshold", ConstantOp(layer.weights.array, element), [ConstantOp(values, i32)], end)
    if isinstance(form, Refusal):
        return form
    mask = ConstantOp(np.where(found.negated, -1, 1), s1)
    return replace(form, behind=(mask, FlipOp(form.op, mask, end.results[0].type)))


def _codes(layer: Layer, quantizer: QuantizeOp) -> Iterator[Candidate | Refusal]:
    """Scale and offset rounded to codes, or the int8 layer of quantized networks where input and weights are s8."""
    norms, bounds = _norms(layer), _bounds(layer)
    to = quantized_element(tensor_type(quantizer.result))
    assert to is not None, "not s1"
    if bounds is None or (norms and _has_clamp(layer)) or layer.chain[-1] is not quantizer:
        yield Refusal("supported where activations come behind a batch normalization, and clamp")
        return
    source = quantized_element(tensor_type(layer.source.value))
    weights = quantized_element(tensor_type(layer.weights.result))
    has_integers = source is not None and weights is not None and weights.bitwidth == 8
    if quantizer.method.data != MULTIPLY_HALF_EVEN and not has_integers:
        yield Refusal("supported where input and weights are quantized, to 8 bits")
        return
    if quantizer.method.data == DIVIDE_HALF_AWAY:
        yield Refusal("supported where the quantizer rounds halves to even")
        return
    bounds = _in_codes(bounds, to)
    stage = affine(layer, norms)
    if quantizer.method.data != MULTIPLY_HALF_EVEN:
        yield from _codes_of_onnx(layer, stage, norms, quantizer, bounds)
    elif not has_integers:
        yield _affine_form(layer, norms, quantizer, np.array(to.scale), bounds)
    elif are_exact(integers(stage, layer.steps), stage, reach(layer), to.scale):
        yield _integers(layer, stage, quantizer, bounds)
        yield _affine_form(layer, norms, quantizer, np.array(to.scale), bounds)
    else:
        yield _affine_form(layer, norms, quantizer, np.array(to.scale), bounds)
        yield _integers(layer, stage, quantizer, bounds)


def _codes_of_onnx(
    layer: Layer, stage: Affine, norms: tuple[BatchNormOp, ...], quantizer: QuantizeOp, bounds: Bounds
) -> Iterator[Candidate | Refusal]:
    """ONNX's own rounding is that of float32 sums: integers are as near as scale and offset in f32, and faster.

    Only halves they do not round to even. Where the scales make many, and the layer has no near ties in float32, scale
    and offset come first.
    """
    to = quantization(quantizer.result)
    form = _integers(layer, stage, quantizer, bounds)
    if (
        isinstance(form, Refusal)
        or not sums_have_structural_ties(stage, reach(layer), to)
        or has_float_near_ties(form.op)
    ):
        yield form
        return
    _erase(form)
    yield _affine_form(layer, norms, quantizer, np.array(to.scale), bounds)
    yield _integers(layer, stage, quantizer, bounds)


def _erase(form: Candidate) -> None:
    for op in (*reversed(form.behind), form.op, *form.constants):
        op.erase(safe_erase=False)


def _reals(layer: Layer) -> Candidate | Refusal:
    """Scale and offset, in f32."""
    if _has_clamp(layer):
        return Refusal("supported where no activation is fused")
    norms = _norms(layer)
    return _affine_form(layer, norms, norms[-1] if norms else layer.op, np.ones(()), NO_BOUNDS)


def _norms(layer: Layer) -> tuple[BatchNormOp, ...]:
    """The batch normalizations straight behind the layer."""
    end = next((i for i, op in enumerate(layer.chain) if not isinstance(op, BatchNormOp)), len(layer.chain))
    return tuple(op for op in layer.chain[:end] if isinstance(op, BatchNormOp))


def _has_clamp(layer: Layer) -> bool:
    return layer.op.clamp_min is not None or layer.op.clamp_max is not None


def _bounds(layer: Layer) -> Bounds | None:
    """The bounds of what stands between the batch normalizations and the quantizer; None where that does not clamp."""
    bounds: Bounds | None = clamp_bounds(layer.op)
    for op in layer.chain[len(_norms(layer)) :]:
        if isinstance(op, QuantizeOp):
            return bounds
        if bounds is None or not isinstance(op, ReluOp | Relu6Op | ClipOp):
            return None
        bounds = intersection(bounds, bounds_of(op))
    return bounds


def _in_codes(bounds: Bounds, to: UniformQuantizedType) -> Bounds:
    """The reals of the bounds' codes: rounding before clamping is the same as behind it, rounded likewise."""
    low, high = (None if b is None else float(np.rint(b / to.scale)) * to.scale for b in bounds)
    return low, high


def _affine_form(
    layer: Layer, norms: tuple[BatchNormOp, ...], replaced: DqnnOp, step: Array, bounds: Bounds
) -> Candidate | Refusal:
    if layer.weight_zero_points.any():
        return Refusal("supported where weights have zero point 0")
    stage = affine(layer, norms)
    with np.errstate(over="ignore"):
        stage = Affine(stage.scale / step, stage.offset / step)
        if isinstance(replaced, QuantizeOp) and not is_binary(tensor_type(replaced.result).element_type):
            stage = settle(layer, replaced, stage) if layer.source.is_codes and layer.has_code_weights else stage
        tables = [ConstantOp(values.astype(np.float32), f32) for values in stage]
    weights = ConstantOp(layer.weights.array, tensor_type(layer.weights.result).element_type)
    return _staged(layer, "affine", weights, tables, replaced, bounds)


STAGED: dict[tuple[type[DqnnOp], str], type[StagedOp]] = {
    (Conv2DOp, "threshold"): Conv2DThresholdOp,
    (Conv2DOp, "affine"): Conv2DAffineOp,
    (DepthwiseConv2DOp, "threshold"): DepthwiseConv2DThresholdOp,
    (DepthwiseConv2DOp, "affine"): DepthwiseConv2DAffineOp,
    (DenseOp, "threshold"): DenseThresholdOp,
    (DenseOp, "affine"): DenseAffineOp,
}


def _staged(
    layer: Layer,
    stage: str,
    weights: ConstantOp,
    tables: Sequence[ConstantOp],
    replaced: DqnnOp,
    bounds: Bounds = NO_BOUNDS,
) -> Candidate | Refusal:
    """A layer with an output stage."""
    kind = STAGED[type(layer.op), stage]
    if (refusal := _ungrouped(layer)) is not None:
        return refusal
    properties = _window(layer) if isinstance(layer.op, WindowedLinearOp) else {}
    if isinstance(layer.op, WindowedLinearOp):
        properties["pad_value"] = 0 if layer.source.pad is None else pad_code(layer.source.pad, layer.source.value)
    if any(bound is not None for bound in bounds):
        properties |= {"clamp_min": bounds[0], "clamp_max": bounds[1]}
    op = kind(layer.source.value, weights, tables, replaced.results[0].type, **properties)
    if _norms(layer):
        op.attributes[BATCH_NORM] = UnitAttr()
    return Candidate((weights, *tables), op, replaced)


def _ungrouped(layer: Layer) -> Refusal | None:
    """A refusal where an output channel does not read all input channels, or in a depthwise layer not just its own."""
    channels = tensor_type(layer.op.input).get_shape()[-1]
    if isinstance(layer.op, Conv2DOp) and layer.weights.array.shape[3] != channels:
        return Refusal("supported where there is one group")
    if isinstance(layer.op, DepthwiseConv2DOp) and layer.weights.array.shape[3] != channels:
        return Refusal("supported where each channel has one filter")
    return None


def _window(layer: Layer) -> dict[str, Any]:
    """Strides, dilations, and the padding, which may be an operator of its own."""
    op = layer.op
    assert isinstance(op, WindowedLinearOp)
    padding = op.padding.get_values() if layer.source.pad is None else layer.source.pad.padding.get_values()[2:6]
    return {"strides": op.strides.get_values(), "dilations": op.dilations.get_values(), "padding": padding}


# --- The int8 layer ---------------------------------------------------------------------------------------------


def _integers(layer: Layer, stage: Affine, quantizer: QuantizeOp, bounds: Bounds) -> Candidate | Refusal:
    """s8 x s8 -> s8: a batch normalization goes into the weights' scales and the int32 bias.

    A negative scale turns the channel's weights round. A scale of 0 makes them 0.
    """
    numbers = integers(stage, layer.steps)
    if layer.source.pad is not None and pad_code(layer.source.pad, layer.source.value) != 0:
        return Refusal("supported where padding is real 0")
    zero_points = layer.weight_zero_points
    if (zero_points[numbers.signs < 0] != 0).any():
        return Refusal("supported where weights of channels with a negative scale have zero point 0")
    codes = negate(layer.weights.array, layer.channel_axis, numbers.signs < 0)
    if codes is None:
        return Refusal("supported where no weight of a channel with a negative scale is -128")
    shape = [-1 if axis == layer.channel_axis else 1 for axis in range(codes.ndim)]
    codes = np.where(numbers.signs.reshape(shape) == 0, zero_points.reshape(shape), codes).astype(codes.dtype)
    if not fit(numbers, reach(layer)):
        return Refusal("supported where sums with the bias fit 32 bits")
    scales = [float(scale) for scale in numbers.steps / layer.source.scale]
    weights = ConstantOp(codes, _per_channel(codes, layer.channel_axis, scales, zero_points))
    steps = [float(step) for step in numbers.steps]
    bias = ConstantOp(numbers.biases.astype(np.int32), UniformQuantizedType.per_axis(i32, 0, steps))
    properties: dict[str, Any] = {"clamp_min": bounds[0], "clamp_max": bounds[1]}
    if isinstance(layer.op, WindowedLinearOp):
        properties |= _window(layer) | {"rounding": ROUND_ONCE}
    assert isinstance(layer.op, Conv2DOp | DepthwiseConv2DOp | DenseOp), "matched"
    op = type(layer.op)(layer.source.value, weights, bias, quantizer.result.type, **properties)
    if isinstance(op, Conv2DOp) and wants_float_near_ties(op, layer, quantizer):
        op.rounding = StringAttr(FLOAT_NEAR_TIES)
    return Candidate((weights, bias), op, quantizer)


def _per_channel(codes: Array, axis: int, scales: list[float], zero_points: Array) -> Attribute:
    low = min(-127, int(codes.min(initial=0)), int(zero_points.min(initial=0)))
    return UniformQuantizedType.per_axis(i8, axis, scales, [int(point) for point in zero_points], low, 127)


# --- What is left -----------------------------------------------------------------------------------------------


def _fuse_conversion(op: QuantizeOp) -> None:
    """`dequantize -> quantize` between s8 and s1 is one conversion. Both roundings give 1.0 and -1.0 the same codes."""
    first = op.input.owner
    if not isinstance(first, DequantizeOp):
        return
    source, result = tensor_type(first.input), tensor_type(op.result)
    from_binary, to_binary = is_binary(source.element_type), is_binary(result.element_type)
    if from_binary == to_binary:
        return
    element = quantized_element(source if to_binary else result)
    assert element is not None, "the other side is quantized"
    if element.axis is not None or (from_binary and not (1.0 / element.scale).is_integer()):
        return
    _replace(op, RequantizeOp(first.input, op.result.type))


def _replace(op: DqnnOp, *new: DqnnOp, source: DqnnOp | None = None) -> None:
    """Put operators in the place of one; the last has its results. They have the layer name of `source`."""
    for inserted in new:
        inherit_layer(inserted, op if source is None else source)
    stand_for(new[-1].results[0], op.results[0])
    Rewriter.replace_op(op, list(new), [new[-1].results[0]])
