"""Operators between real numbers and codes."""

from __future__ import annotations

from xdsl.dialects.builtin import Float32Type
from xdsl.irdl import irdl_op_definition
from xdsl.utils.exceptions import VerifyException

from .activation import UnaryOp
from .base import Tensor, quantized_element
from .checks import real_or_quantized
from .shapes import check_result


def check_real(tensor: Tensor, name: str) -> None:
    """Check that a tensor holds f32."""
    if not isinstance(tensor.element_type, Float32Type):
        raise VerifyException(f"{name} has elements of {tensor.element_type}, expected f32")


def check_quantized(tensor: Tensor, name: str) -> None:
    """Check that a tensor holds codes."""
    if quantized_element(tensor) is None:
        raise VerifyException(f"{name} has elements of {tensor.element_type}, expected a quantized type")


class CastOp(UnaryOp):
    """An operator that changes what elements are: real numbers or codes, with one scale or several."""

    def verify_types(self) -> tuple[Tensor, Tensor]:
        """Check that the result has the input's shape; return their types."""
        source, result = real_or_quantized(self.input, "input"), real_or_quantized(self.result, "result")
        check_result(result.get_shape(), source.get_shape())
        return source, result


@irdl_op_definition
class QuantizeOp(CastOp):
    """The code of each real number: clamp(round(x / scale) + zero point), halves rounded away from zero."""

    name = "dqnn.quantize"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = self.verify_types()
        check_real(source, "input")
        check_quantized(result, "result")


@irdl_op_definition
class DequantizeOp(CastOp):
    """The real number of each code: scale * (code - zero point)."""

    name = "dqnn.dequantize"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = self.verify_types()
        check_quantized(source, "input")
        check_real(result, "result")


@irdl_op_definition
class RequantizeOp(CastOp):
    """The code, in the result's type, of the real number that each code of the input's type stands for."""

    name = "dqnn.requantize"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = self.verify_types()
        check_quantized(source, "input")
        check_quantized(result, "result")
