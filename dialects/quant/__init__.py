"""MLIR's `quant` dialect: quantized types and the casts between real, quantized and stored values.

Syntax and messages of the types are those of MLIR 19 (https://mlir.llvm.org/docs/Dialects/QuantDialect/).
What only later versions have is as there: the short form, verifiers and folds of the casts, and the checks
that an axis is not negative and that the expressed type can hold a scale.

Not supported, and refused by the parser: sub-channel (block-wise) types and floating-point storage.
"""

from xdsl.ir import Dialect

from .ops import DequantizeCastOp, QuantizeCastOp, StorageCastOp
from .shift import shift_distance, shifted
from .types import AnyQuantizedType, CalibratedQuantizedType, QuantizedType, UniformQuantizedType

__all__ = [
    "AnyQuantizedType",
    "CalibratedQuantizedType",
    "DequantizeCastOp",
    "Quant",
    "QuantizeCastOp",
    "QuantizedType",
    "StorageCastOp",
    "UniformQuantizedType",
    "shift_distance",
    "shifted",
]

Quant = Dialect(
    "quant",
    [DequantizeCastOp, QuantizeCastOp, StorageCastOp],
    [AnyQuantizedType, CalibratedQuantizedType, UniformQuantizedType],
)
