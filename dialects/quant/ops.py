"""The casts of the `quant` dialect, with the verifiers and folds of MLIR."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AnyFloat,
    IntegerType,
    Signedness,
    TensorType,
    UnrankedTensorType,
)
from xdsl.interfaces import HasFolderInterface
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from .types import QuantizedType, StoredQuantizedType, UniformQuantizedType


class CastOp(IRDLOperation, HasFolderInterface, ABC):
    """Base of the casts: scalar to scalar, or tensor to tensor of the same shape."""

    input = operand_def()
    result = result_def()

    traits = traits_def(Pure())

    assembly_format = "$input attr-dict `:` type($input) `to` type($result)"

    def __init__(self, input: SSAValue, result_type: Attribute):
        super().__init__(operands=[input], result_types=[result_type])

    def _fold_inverse(self, inverse: type[CastOp]) -> Sequence[SSAValue] | None:
        """Fold `x -> inverse -> self -> y` to x where both have the same type."""
        source = self.input.owner
        if not isinstance(source, inverse) or source.input.type != self.result.type:
            return None
        return (source.input,)

    def _verify_same_shape(self) -> None:
        if _shape(self.input.type) != _shape(self.result.type):
            raise VerifyException(
                "failed to verify that input and result are both scalars or both tensors with matching shape"
            )


@irdl_op_definition
class QuantizeCastOp(CastOp):
    """`quant.qcast`: from reals to the quantized type's codes, rounded and saturated."""

    name = "quant.qcast"

    def verify_(self) -> None:
        """Check the types as MLIR does."""
        _verify_is_float("operand #0", self.input.type)
        _verify_is_quantized("result #0", self.result.type)
        self._verify_same_shape()
        _verify_expressed_type(_element_type(self.result.type), _element_type(self.input.type))
        _verify_per_axis(_element_type(self.result.type), self.input.type)

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        """Fold away the quantization of what was quantized with the same parameters."""
        return self._fold_inverse(DequantizeCastOp)


@irdl_op_definition
class DequantizeCastOp(CastOp):
    """`quant.dcast`: from codes to the reals that they stand for."""

    name = "quant.dcast"

    def verify_(self) -> None:
        """Check the types as MLIR does."""
        _verify_is_quantized("operand #0", self.input.type)
        _verify_is_float("result #0", self.result.type)
        self._verify_same_shape()
        _verify_expressed_type(_element_type(self.input.type), _element_type(self.result.type))
        _verify_per_axis(_element_type(self.input.type), self.input.type)

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        """Fold `dcast(qcast(x))` to x, as MLIR does: the rounding to codes is lost."""
        return self._fold_inverse(QuantizeCastOp)


@irdl_op_definition
class StorageCastOp(CastOp):
    """`quant.scast`: between codes and the signless integers that store them; no value changes."""

    name = "quant.scast"

    def verify_(self) -> None:
        """Check the types as MLIR does."""
        _verify_is_storage_or_quantized("operand #0", self.input.type)
        _verify_is_storage_or_quantized("result #0", self.result.type)
        self._verify_same_shape()
        source, target = _element_type(self.input.type), _element_type(self.result.type)
        if isinstance(source, QuantizedType) == isinstance(target, QuantizedType):
            raise VerifyException(
                "failed to verify that input must be integer and result must be quantized, or vice versa"
            )
        quantized, integer = (source, target) if isinstance(source, QuantizedType) else (target, source)
        if not isinstance(quantized, StoredQuantizedType) or quantized.signless_storage_type != integer:
            raise VerifyException("storage type in quantized type expected to match integer type")
        _verify_per_axis(quantized, self.input.type)

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        """Fold a cast there and back."""
        return self._fold_inverse(StorageCastOp)


# --- Verifiers ---

AnyTensor = TensorType[Attribute] | UnrankedTensorType[Attribute]


def _element_type(type: Attribute) -> Attribute:
    return type.get_element_type() if isa(type, AnyTensor) else type


def _shape(type: Attribute) -> tuple[int, ...] | str:
    """Return a tensor's shape, or what the type is instead of a ranked tensor."""
    if isa(type, TensorType[Attribute]):
        return type.get_shape()
    return "unranked" if isa(type, UnrankedTensorType[Attribute]) else "scalar"


def _verify_is_float(what: str, type: Attribute) -> None:
    if not isa(_element_type(type), AnyFloat):
        raise VerifyException(f"{what} must be scalar or tensor of floating-point, but got '{type}'")


def _verify_is_quantized(what: str, type: Attribute) -> None:
    if not isinstance(_element_type(type), QuantizedType):
        raise VerifyException(f"{what} must be scalar or tensor of quantized type, but got '{type}'")


def _verify_is_storage_or_quantized(what: str, type: Attribute) -> None:
    element = _element_type(type)
    if not isinstance(element, QuantizedType) and not _is_signless_integer(element):
        raise VerifyException(
            f"{what} must be scalar or tensor of signless integer or quantized type, but got '{type}'"
        )


def _is_signless_integer(type: Attribute) -> bool:
    return isa(type, IntegerType) and type.signedness.data == Signedness.SIGNLESS


def _verify_expressed_type(quantized: Attribute, expressed: Attribute) -> None:
    if isinstance(quantized, QuantizedType) and quantized.expressed_type != expressed:
        raise VerifyException("expressed type in quantized type expected to match float type")


def _verify_per_axis(quantized: Attribute, container: Attribute) -> None:
    """Check that the scales fit the dimension of `container` along which `quantized` has them."""
    if not isinstance(quantized, UniformQuantizedType) or quantized.axis is None:
        return
    if not isa(container, AnyTensor):
        raise VerifyException("scalar types may not use per-axis quantization")
    if not isa(container, TensorType[Attribute]):
        return
    shape = container.get_shape()
    if quantized.axis >= len(shape):
        raise VerifyException("quantized dimension must be less than tensor rank")
    if shape[quantized.axis] not in (DYNAMIC_INDEX, len(quantized.scales)):
        raise VerifyException("quantized dimension size does not match number of scales")
