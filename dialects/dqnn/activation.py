"""Operators on one tensor, element by element or along its last axis."""

from __future__ import annotations

from math import isfinite
from typing import ClassVar

from xdsl.dialects.builtin import StringAttr, TensorType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from .base import DqnnOp, Float, PropertyValue, Tensor, quantized_element, real, tensor_type
from .checks import activation, check_bounds, check_choice, check_one_kind, check_real, real_or_quantized
from .methods import DIVIDE_HALF_EVEN
from .shapes import Shape, broadcast, check_result, show


class UnaryOp(DqnnOp):
    """An operator on one tensor whose result has the same shape."""

    input = operand_def(TensorType)
    result = result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, **properties: PropertyValue):
        super().__init__([input], [result_type], **properties)

    def verify_(self) -> None:
        """Check types and shapes."""
        self.verify_types()

    def verify_types(self) -> tuple[Tensor, Tensor]:
        """Check that the result has the input's shape, and both are f32 or both quantized; return their types."""
        source, result = activation(self.input, "input"), activation(self.result, "result")
        check_one_kind({"input": source, "result": result})
        check_result(result.get_shape(), source.get_shape())
        return source, result


@irdl_op_definition
class ReluOp(UnaryOp):
    """max(x, 0)."""

    name = "dqnn.relu"


@irdl_op_definition
class Relu6Op(UnaryOp):
    """min(max(x, 0), 6)."""

    name = "dqnn.relu6"


@irdl_op_definition
class ClipOp(UnaryOp):
    """min(max(x, `min`), `max`)."""

    name = "dqnn.clip"
    min = prop_def(Float)
    max = prop_def(Float)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, min: float, max: float):
        super().__init__(input, result_type, min=float(min), max=float(max))

    def verify_(self) -> None:
        """Check types, shapes and bounds."""
        super().verify_()
        check_bounds(self.min.value.data, self.max.value.data)


@irdl_op_definition
class LeakyReluOp(UnaryOp):
    """x where x >= 0, else `alpha` * x.

    `method` says how codes are computed, as that of `dqnn.requantize` does.
    """

    name = "dqnn.leaky_relu"
    alpha = prop_def(Float)
    method = opt_prop_def(StringAttr)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, alpha: float):
        super().__init__(input, result_type, alpha=float(alpha))

    def verify_(self) -> None:
        """Check types, shapes and the slope."""
        super().verify_()
        if not isfinite(self.alpha.value.data):
            raise VerifyException("alpha must be finite")
        if self.method is not None:
            check_choice(self.method, "method", (DIVIDE_HALF_EVEN,))
            if quantized_element(tensor_type(self.input)) is None:
                raise VerifyException("method has no meaning where elements are f32")


@irdl_op_definition
class PReluOp(DqnnOp):
    """x where x >= 0, else alpha * x, in f32, with a slope for each element; `alpha` broadcasts to the input."""

    name = "dqnn.prelu"
    input = operand_def(TensorType)
    alpha = operand_def(TensorType)
    result = result_def(TensorType)

    def __init__(self, input: SSAValue | Operation, alpha: SSAValue | Operation, result_type: Attribute):
        super().__init__([input, alpha], [result_type])

    def verify_(self) -> None:
        """Check types and shapes."""
        tensors = {"input": self.input, "alpha": self.alpha, "result": self.result}
        shapes: dict[str, Shape] = {}
        for name, value in tensors.items():
            tensor = real_or_quantized(value, name)
            check_real(tensor, name)
            shapes[name] = tensor.get_shape()
        check_result(shapes["result"], shapes["input"])
        if broadcast(shapes["input"], shapes["alpha"]) != shapes["input"]:
            raise VerifyException(f"alpha of shape {show(shapes['alpha'])} is larger than the input")


@irdl_op_definition
class HardSwishOp(UnaryOp):
    """x * min(max(x + 3, 0), 6) / 6."""

    name = "dqnn.hard_swish"

    def verify_(self) -> None:
        """Check types and shapes, and that the fixed-point algorithm can reach the result's scale."""
        source, result = map(quantized_element, self.verify_types())
        if source is not None and result is not None and source.scale / 128 >= result.scale:
            raise VerifyException(
                f"result scale {result.scale:g} is too fine: it must be above 1/128 of the input's {source.scale:g}"
            )


@irdl_op_definition
class SigmoidOp(UnaryOp):
    """1 / (1 + exp(-x))."""

    name = "dqnn.sigmoid"


@irdl_op_definition
class TanhOp(UnaryOp):
    """The hyperbolic tangent."""

    name = "dqnn.tanh"


@irdl_op_definition
class SoftmaxOp(UnaryOp):
    """exp(beta * x) over its sum along the last axis."""

    name = "dqnn.softmax"
    beta = prop_def(Float)

    DEFAULTS: ClassVar = {"beta": real(1.0)}

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, beta: float = 1.0):
        super().__init__(input, result_type, beta=float(beta))

    def verify_(self) -> None:
        """Check types, shapes and the factor."""
        source, _ = self.verify_types()
        if not source.get_shape():
            raise VerifyException("a scalar has no last axis")
        if not 0.0 < self.beta.value.data < float("inf"):
            raise VerifyException("beta must be positive and finite")
