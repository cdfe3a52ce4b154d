"""Give weights the granularity of scales that the integer kernels take."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import SSAValue
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from ..dialects.dqnn import (
    ConstantOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    LinearOp,
    TransposeConv2DOp,
    inherit_layer,
    quantized_element,
    tensor_type,
)
from ..dialects.quant import UniformQuantizedType


class WidenConvolution(RewritePattern):
    """Repeat the one scale of a convolution's weights and bias for every output channel."""

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self, op: Conv2DOp | DepthwiseConv2DOp | TransposeConv2DOp, rewriter: PatternRewriter, /
    ) -> None:
        """Widen what has one scale."""
        weights_axis = 3 if isinstance(op, DepthwiseConv2DOp) else 0
        for value, axis in ((op.weights, weights_axis), (op.bias, 0)):
            if value is not None and (element := _one_scale(value)) is not None:
                _retype(op, value, widened(element, axis, tensor_type(value).get_shape()[axis]), rewriter)


class NarrowDense(RewritePattern):
    """Give the weights and the bias of a dense layer whose scales are all equal that one scale."""

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: DenseOp, rewriter: PatternRewriter, /) -> None:
        """Narrow both or neither: a kernel takes either one multiplier, or one for each output."""
        values = [value for value in (op.weights, op.bias) if value is not None]
        elements = [quantized_element(tensor_type(value)) for value in values]
        if any(element is None or not _is_uniform(element) for element in elements):
            return
        for value, element in zip(values, elements, strict=True):
            if element is not None and element.axis is not None:
                _retype(op, value, _narrowed(element), rewriter)


def _one_scale(value: SSAValue) -> UniformQuantizedType | None:
    """The type of a constant that is quantized with one scale."""
    element = quantized_element(tensor_type(value))
    return element if element is not None and element.axis is None and isinstance(value.owner, ConstantOp) else None


def _is_uniform(element: UniformQuantizedType) -> bool:
    return len({*zip(element.scales, element.zero_points, strict=True)}) == 1


def widened(element: UniformQuantizedType, axis: int, size: int) -> UniformQuantizedType:
    """The type with its one scale and zero point repeated along an axis."""
    scales, zero_points = element.scales * size, element.zero_points * size
    return UniformQuantizedType.per_axis(
        element.storage_type, axis, scales, zero_points, element.storage_min, element.storage_max
    )


def _narrowed(element: UniformQuantizedType) -> UniformQuantizedType:
    return UniformQuantizedType.per_tensor(
        element.storage_type, element.scales[0], element.zero_points[0], element.storage_min, element.storage_max
    )


def _retype(op: LinearOp, value: SSAValue, element: UniformQuantizedType, rewriter: PatternRewriter) -> None:
    """Let an op read a constant as of another element type; the bytes stay, other users keep theirs."""
    constant = value.owner
    if not isinstance(constant, ConstantOp):
        return
    result = TensorType(element, tensor_type(value).get_shape())
    copy = ConstantOp.create(result_types=[result], properties={"value": constant.value})
    inherit_layer(copy, constant)
    rewriter.insert(copy)
    op.operands[list(op.operands).index(value)] = copy.result
    rewriter.notify_op_modified(op)
    if constant.result.first_use is None:
        rewriter.erase(constant)


@dataclass(frozen=True)
class LegalizePerChannelPass(ModulePass):
    """Convolutions get one scale for each output channel, in weights and bias; dense layers of one scale keep it.

    CMSIS-NN's convolutions take a multiplier for each channel only; its dense layer of one multiplier is the faster,
    so dense layers whose scales are all equal get that one. Nothing changes where the scales are as wanted already,
    in float layers, and for weights that are no constants.
    """

    name = "legalize-per-channel"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Rewrite every layer with weights."""
        patterns = GreedyRewritePatternApplier([WidenConvolution(), NarrowDense()], dce_enabled=False)
        PatternRewriteWalker(patterns, apply_recursively=False).rewrite_module(op)
