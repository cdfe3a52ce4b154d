"""`!dqnn.s1`: the element type of binary tensors."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition

S1_STORAGE = IntegerType(8)
"""What a constant of binary elements holds until it is packed: +1 and -1 as i8."""


@irdl_attr_definition
class S1Type(ParametrizedAttribute, TypeAttribute):
    """A value that is +1 or -1. It is a type of values: how they are packed into words is the backend's matter."""

    name = "dqnn.s1"


s1 = S1Type()


def is_binary(element: Attribute) -> bool:
    """Whether an element type is `!dqnn.s1`."""
    return isinstance(element, S1Type)
