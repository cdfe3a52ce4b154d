"""RELU, RELU6, RELU_N1_TO_1, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH and SOFTMAX."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.ir import SSAValue

from ....dialects.dqnn import ClipOp, LeakyReluOp, SigmoidOp, SoftmaxOp, TanhOp, UnaryOp, quantized_element
from ..layer import Layer

OUTPUT_RANGES: dict[type[UnaryOp], tuple[float, int]] = {
    SigmoidOp: (1 / 256, -128),
    SoftmaxOp: (1 / 256, -128),
    TanhOp: (1 / 128, 0),
}
"""Op -> scale and int8 zero point of its quantized result, which TensorFlow Lite fixes (uint8: 128 more)."""

SCALE_TOLERANCE = 1e-3
"""How far from it the file's scale may be, relative to it. TensorFlow Lite's tolerance for softmax."""


def import_unary(op: type[UnaryOp]) -> Callable[[Layer], SSAValue]:
    """The importer of an operator on one tensor without options."""
    return lambda layer: layer.emit(op(layer.input(0), layer.result_type()))


def import_fixed_range(op: type[UnaryOp]) -> Callable[[Layer], SSAValue]:
    """The importer of an operator without options whose quantized result has a fixed range."""

    def importer(layer: Layer) -> SSAValue:
        check_output_range(layer, op)
        return layer.emit(op(layer.input(0), layer.result_type()))

    return importer


def check_output_range(layer: Layer, op: type[UnaryOp]) -> None:
    """Check the scale and zero point of a quantized result that TensorFlow Lite fixes.

    Raises:
        ModelError: they are others.
    """
    element = quantized_element(layer.result_type())
    if element is None:
        return
    scale, zero_point = OUTPUT_RANGES[op]
    zero_point += 0 if element.is_signed else 128
    if abs(element.scale - scale) > SCALE_TOLERANCE * scale or element.zero_point != zero_point:
        raise layer.refuse(
            f"output scale {element.scale} and zero point {element.zero_point}",
            f"TensorFlow Lite fixes them at {scale} and {zero_point}; convert the model again",
        )


def import_relu_n1_to_1(layer: Layer) -> SSAValue:
    """The input."""
    return layer.emit(ClipOp(layer.input(0), layer.result_type(), min=-1.0, max=1.0))


def import_leaky_relu(layer: Layer) -> SSAValue:
    """The input."""
    alpha = layer.finite("Alpha")
    return layer.emit(LeakyReluOp(layer.input(0), layer.result_type(), alpha=alpha))


def import_softmax(layer: Layer) -> SSAValue:
    """The input; along the last axis."""
    check_output_range(layer, SoftmaxOp)
    beta = layer.finite("Beta")
    return layer.emit(SoftmaxOp(layer.input(0), layer.result_type(), beta=beta))
