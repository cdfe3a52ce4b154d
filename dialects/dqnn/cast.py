"""Operators between real numbers and codes."""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from ..quant import UniformQuantizedType, shifted
from .activation import UnaryOp
from .base import Tensor, quantized_element, tensor_type
from .binary import is_binary
from .checks import check_choice, check_real, real_or_quantized
from .methods import DIVIDE_HALF_AWAY, DIVIDE_HALF_EVEN, METHODS
from .shapes import check_result


def check_quantized(tensor: Tensor, name: str) -> None:
    """Check that a tensor holds codes."""
    if quantized_element(tensor) is None:
        raise VerifyException(f"{name} has elements of {tensor.element_type}, expected a quantized type")


class CastOp(UnaryOp):
    """An operator that changes what elements are: real numbers or codes, with one scale or several."""

    def verify_types(self) -> tuple[Tensor, Tensor]:
        """Check that the result has the input's shape; return their types."""
        source = real_or_quantized(self.input, "input", binary=True)
        result = real_or_quantized(self.result, "result", binary=True)
        check_result(result.get_shape(), source.get_shape())
        return source, result


@irdl_op_definition
class QuantizeOp(CastOp):
    """The code of each real number: clamp(round(x / scale) + zero point); of s1 the sign, +1 for 0.

    `method` says how the quotient is formed and rounded: `divide_half_away` as TensorFlow Lite's QUANTIZE,
    `multiply_half_even` as QKeras and Larq, `divide_half_even` as ONNX. It has no meaning for s1 and stays at its
    default there.
    """

    name = "dqnn.quantize"
    method = prop_def(StringAttr)

    DEFAULTS: ClassVar = {"method": StringAttr(DIVIDE_HALF_AWAY)}

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, method: str = DIVIDE_HALF_AWAY):
        super().__init__(input, result_type, method=StringAttr(method))

    def verify_(self) -> None:
        """Check types, shapes and the method."""
        source, result = self.verify_types()
        check_real(source, "input")
        check_choice(self.method, "method", METHODS)
        if not is_binary(result.element_type):
            check_quantized(result, "result")
        elif self.method.data != DIVIDE_HALF_AWAY:
            raise VerifyException("method has no meaning where the result is s1; leave it out")


@irdl_op_definition
class DequantizeOp(CastOp):
    """The real number of each code: scale * (code - zero point); of s1 +1.0 or -1.0."""

    name = "dqnn.dequantize"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = self.verify_types()
        if not is_binary(source.element_type):
            check_quantized(source, "input")
        check_real(result, "result")


@irdl_op_definition
class RequantizeOp(CastOp):
    """The code, in the result's type, of the real number that each code of the input's type stands for.

    From or to s1: a code's sign, +1 for real 0; the codes of 1.0 and -1.0 as `dqnn.quantize` gives them.

    Between codes, `method` says how: in fixed point with two roundings, as TensorFlow Lite, where it is absent;
    `divide_half_even` as ONNX's DequantizeLinear and QuantizeLinear, with one.
    """

    name = "dqnn.requantize"
    method = opt_prop_def(StringAttr)

    def __init__(self, input: SSAValue | Operation, result_type: Attribute, *, method: str | None = None):
        super().__init__(input, result_type, method=None if method is None else StringAttr(method))

    @property
    def is_shift(self) -> bool:
        """Whether codes and zero point only move by half the range, between signed and unsigned codes."""
        source, result = quantized_element(tensor_type(self.input)), quantized_element(tensor_type(self.result))
        return source is not None and result == shifted(source)

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = self.verify_types()
        if not is_binary(source.element_type):
            check_quantized(source, "input")
        if not is_binary(result.element_type) or is_binary(source.element_type):
            check_quantized(result, "result")
        if self.method is not None:
            check_choice(self.method, "method", (DIVIDE_HALF_EVEN,))
            if is_binary(source.element_type) or is_binary(result.element_type):
                raise VerifyException("method has no meaning from or to s1; leave it out")


@irdl_op_definition
class FakeQuantizeOp(CastOp):
    """The real number that the code of each real number stands for: `dqnn.quantize` to `codes`, `dqnn.dequantize`.

    For codes that no kernel computes with, such as those of 10 bits.
    """

    name = "dqnn.fake_quantize"
    codes = prop_def(UniformQuantizedType)
    method = prop_def(StringAttr)

    DEFAULTS: ClassVar = {"method": StringAttr(DIVIDE_HALF_AWAY)}

    def __init__(
        self,
        input: SSAValue | Operation,
        result_type: Attribute,
        *,
        codes: UniformQuantizedType,
        method: str = DIVIDE_HALF_AWAY,
    ):
        super().__init__(input, result_type, codes=codes, method=StringAttr(method))

    def verify_(self) -> None:
        """Check types, shapes and the method."""
        source, result = self.verify_types()
        check_real(source, "input")
        check_real(result, "result")
        check_choice(self.method, "method", METHODS)
        if self.codes.axis is not None:
            raise VerifyException("codes are quantized per axis, expected one scale")
