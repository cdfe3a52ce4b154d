"""The order of bits in the words of s1 tensors. Inside a network it is always the same; it shows at its edges."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from xdsl.irdl import irdl_op_definition
from xdsl.utils.exceptions import VerifyException

from .activation import UnaryOp
from .binary import is_binary
from .checks import activation
from .shapes import check_result

BitOrder: TypeAlias = Literal["lsb", "msb"]
"""Where channel 0 of a word lies: in its least or its most significant bit."""

BIT_ORDERS: tuple[BitOrder, ...] = get_args(BitOrder)


@irdl_op_definition
class ReverseBitsOp(UnaryOp):
    """The same signs, in words with the bits the other way round. It stands between an `msb` edge and the network."""

    name = "dqnn.reverse_bits"

    def verify_(self) -> None:
        """Check types and shapes."""
        source, result = activation(self.input, "input", binary=True), activation(self.result, "result", binary=True)
        for name, tensor in (("input", source), ("result", result)):
            if not is_binary(tensor.element_type):
                raise VerifyException(f"{name} has elements of {tensor.element_type}, expected s1")
        check_result(result.get_shape(), source.get_shape())
