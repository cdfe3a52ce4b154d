"""Memory of a network after bufferization: one arena and byte-addressed views of buffers.

A buffer is raw bytes (`memref<Nxi8>`), whoever owns it: a `memref.alloc`, the arena, or a function argument.
Everything that lies in it is a `dqnn.view`: a contiguous piece at a static byte offset, with a shape and an
element type of its own. Reshapes, slices and operands of a concat are views of one buffer: they cost nothing.
Ops that compute on memory, calls of C functions for instance, derive from `BufferOp`.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Set as AbstractSet
from math import prod
from typing import NamedTuple, TypeGuard

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    I64,
    DenseArrayBase,
    FixedBitwidthType,
    IntegerAttr,
    MemRefType,
    NoneAttr,
    i8,
    i64,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import EffectInstance, MemoryEffect, MemoryEffectKind, Pure
from xdsl.utils.exceptions import VerifyException


def is_memref(type_: Attribute | None) -> TypeGuard[MemRefType[Attribute]]:
    """Whether a type is a memref.

    As in `tensor_type`, `isinstance` says as much as `isa`, which would build a constraint that any memref meets.
    """
    return isinstance(type_, MemRefType)


def element_bytes(type_: Attribute) -> int:
    """Bytes of one element of `type_`, a memref with a static shape and the identity layout.

    Raises VerifyException for anything else: such a value has no place in a network's memory.
    """
    return _checked(type_)[1]


def _checked(type_: Attribute) -> tuple[MemRefType[Attribute], int]:
    if not is_memref(type_):
        raise VerifyException(f"expected a memref, got {type_}")
    if not isinstance(type_.layout, NoneAttr) or not isinstance(type_.memory_space, NoneAttr):
        raise VerifyException(f"expected a memref with the identity layout and no memory space, got {type_}")
    if DYNAMIC_INDEX in type_.get_shape():
        raise VerifyException(f"expected a static shape, got {type_}")
    if not isinstance(type_.element_type, FixedBitwidthType):
        raise VerifyException(f"expected an element type of known size, got {type_}")
    return type_, type_.element_type.size


def byte_size(type_: Attribute) -> int:
    """Bytes that a value of the memref type `type_` occupies; raises as `element_bytes` does."""
    memory, size = _checked(type_)
    return prod(memory.get_shape()) * size


def bytes_type(size: int) -> MemRefType[Attribute]:
    """The type of a raw buffer of `size` bytes."""
    return MemRefType(i8, (size,))


@irdl_op_definition
class ArenaOp(IRDLOperation):
    """The memory that a network's activations share; its size is that of its type, in bytes."""

    name = "dqnn.arena"

    result = result_def(MemRefType)
    alignment = prop_def(IntegerAttr[I64], default_value=IntegerAttr(4, i64))

    traits = traits_def(Pure())
    assembly_format = "(`align` $alignment^)? attr-dict `:` type($result)"

    def __init__(self, size: int, alignment: int = 4):
        super().__init__(result_types=[bytes_type(size)], properties={"alignment": IntegerAttr(alignment, i64)})

    def verify_(self) -> None:
        """An arena is raw bytes, aligned to a power of two."""
        type_ = self.result.type
        if type_.element_type != i8 or type_.get_num_dims() != 1:
            raise VerifyException(f"an arena is raw bytes, memref<Nxi8>, got {type_}")
        element_bytes(type_)
        alignment = self.alignment.value.data
        if alignment <= 0 or alignment & (alignment - 1):
            raise VerifyException(f"alignment must be a power of two, got {alignment}")


@irdl_op_definition
class ViewOp(IRDLOperation):
    """A contiguous piece of a buffer: `%v = dqnn.view %buffer[16] : memref<64xi8> to memref<2x4xi32>`."""

    name = "dqnn.view"

    base = operand_def(MemRefType)
    offset = prop_def(IntegerAttr[I64])
    result = result_def(MemRefType)

    traits = traits_def(Pure())
    assembly_format = "$base `[` $offset `]` attr-dict `:` type($base) `to` type($result)"

    def __init__(self, base: SSAValue | Operation, offset: int, result_type: MemRefType[Attribute]):
        super().__init__(operands=[base], result_types=[result_type], properties={"offset": IntegerAttr(offset, i64)})

    @property
    def byte_offset(self) -> int:
        """Distance from the start of `base`, in bytes."""
        return self.offset.value.data

    def verify_(self) -> None:
        """A view lies inside its base, at a multiple of its element's size."""
        start, size = self.byte_offset, byte_size(self.result.type)
        base_size = byte_size(self.base.type)
        if start < 0:
            raise VerifyException(f"offset must not be negative, got {start}")
        if start + size > base_size:
            raise VerifyException(f"bytes {start} to {start + size} are outside a base of {base_size} bytes")
        if start % element_bytes(self.result.type):
            raise VerifyException(f"offset {start} is not a multiple of the element size in {self.result.type}")


class BufferEffects(MemoryEffect):
    """Inputs are read, outputs and scratch memory are written."""

    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance]:
        """The effects, value by value."""
        assert isinstance(op, BufferOp)
        reads = {EffectInstance(MemoryEffectKind.READ, value) for value in op.inputs}
        writes = {EffectInstance(MemoryEffectKind.WRITE, value) for value in (*op.outputs, *op.scratch)}
        return reads | writes


class BufferOp(IRDLOperation, ABC):
    """Base of the ops that compute on memory: all that a memory planner has to know of them.

    `inputs` are read, `outputs` written; `scratch` is live during the op only and its contents do not matter.
    `in_place` holds pairs (output index, input index), flat: that output may begin where that input begins,
    if it is not larger.
    """

    inputs = var_operand_def(MemRefType)
    outputs = var_operand_def(MemRefType)
    scratch = var_operand_def(MemRefType)
    in_place = opt_prop_def(DenseArrayBase.constr(i64))

    irdl_options = (AttrSizedOperandSegments(as_property=True),)
    traits = traits_def(BufferEffects())

    @property
    def in_place_pairs(self) -> tuple[tuple[int, int], ...]:
        """Pairs (output index, input index)."""
        if self.in_place is None:
            return ()
        flat = [int(value) for value in self.in_place.get_values()]
        return tuple(zip(flat[::2], flat[1::2], strict=True))

    def verify_(self) -> None:
        """Every operand is memory of known size; `in_place` names operands that exist."""
        for operand in self.operands:
            byte_size(operand.type)
        if self.in_place is not None and len(self.in_place) % 2:
            raise VerifyException("in_place holds pairs (output index, input index)")
        for output, input_ in self.in_place_pairs:
            if not (0 <= output < len(self.outputs) and 0 <= input_ < len(self.inputs)):
                raise VerifyException(f"in_place ({output}, {input_}) names an operand that does not exist")


class Place(NamedTuple):
    """Where a value lies: `offset` bytes into the buffer `base`, which is not a view."""

    base: SSAValue
    offset: int


def place_of(value: SSAValue) -> Place:
    """Follow views from `value` to the buffer that holds it."""
    offset = 0
    while isinstance(view := value.owner, ViewOp):
        offset += view.byte_offset
        value = view.base
    return Place(value, offset)


MEMORY_OPS: list[type[Operation]] = [ArenaOp, ViewOp]
