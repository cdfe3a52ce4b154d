"""The operators that can be imported: one table, which the importer and `dqnnc supported-ops` read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from xdsl.ir import SSAValue

from ....dialects import dqnn
from ..layer import Layer
from . import activation, cast, dilated, elementwise, fold, linear, pool, shape

Results: TypeAlias = SSAValue | Sequence[SSAValue] | None
"""An importer's values, one for each output; None where it has left the output as a known array."""

ANY = 1 << 16
"""No limit on the number of inputs or outputs."""


@dataclass(frozen=True)
class Importer:
    """How one operator is imported."""

    versions: int
    """The highest version of the operator whose meaning is known: LiteRT's own limit when this was written."""
    options: str | None
    """The schema's table of its options, or None where there are none to look at."""
    inputs: tuple[int, int]
    """The least and the largest number of inputs."""
    convert: Callable[[Layer], Results] | None = None
    """Makes its ops, or None where the operator serves shapes only."""
    fold: Callable[[Layer], fold.Ints | list[fold.Ints]] | None = None
    """Evaluates it on known integers, where it may be part of a shape's computation."""
    outputs: int = 1
    """The largest number of outputs; the least is 1."""
    needs: tuple[str, ...] = ()
    """Conditions beside the version, for whoever wants to know beforehand."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """On which such operators are read."""
        return (f"operator version {self.versions} at most", *self.needs)


_SHAPES_ONLY = ("to compute shapes: constants and sizes alone",)
_CONSTANT_WEIGHTS = (
    "constant weights and bias",
    "int8 weights with zero points of 0, a bias of 32 bits",
)
_AXES = ("constant axes",)
_ONE_SCALE = ("inputs of the output's scale and zero point",)

SUPPORTED: dict[str, Importer] = {
    "ADD": Importer(5, "AddOptions", (2, 2), elementwise.import_arithmetic(dqnn.AddOp), fold.fold_binary(np.add)),
    "AVERAGE_POOL_2D": Importer(3, "Pool2DOptions", (1, 1), pool.import_average_pool_2d),
    "BATCH_TO_SPACE_ND": Importer(4, None, (3, 3), dilated.import_batch_to_space, needs=dilated.CONDITIONS),
    "CAST": Importer(8, "CastOptions", (1, 1), fold=fold.fold_cast, needs=_SHAPES_ONLY),
    "CONCATENATION": Importer(
        5, "ConcatenationOptions", (1, ANY), shape.import_concatenation, fold.fold_concatenation, needs=_ONE_SCALE
    ),
    "CONV_2D": Importer(8, "Conv2DOptions", (2, 3), linear.import_conv_2d, needs=_CONSTANT_WEIGHTS),
    "DEPTHWISE_CONV_2D": Importer(
        6, "DepthwiseConv2DOptions", (2, 3), linear.import_depthwise_conv_2d, needs=_CONSTANT_WEIGHTS
    ),
    "DEQUANTIZE": Importer(7, None, (1, 1), cast.import_dequantize),
    "DIV": Importer(2, "DivOptions", (2, 2), elementwise.import_arithmetic(dqnn.DivOp)),
    "EXPAND_DIMS": Importer(1, None, (2, 2), shape.import_expand_dims, fold.fold_expand_dims),
    "FULLY_CONNECTED": Importer(
        14, "FullyConnectedOptions", (2, 3), linear.import_fully_connected, needs=_CONSTANT_WEIGHTS
    ),
    "GATHER": Importer(6, "GatherOptions", (2, 2), fold=fold.fold_gather, needs=_SHAPES_ONLY),
    "HARD_SWISH": Importer(1, None, (1, 1), activation.import_unary(dqnn.HardSwishOp)),
    "LEAKY_RELU": Importer(2, "LeakyReluOptions", (1, 1), activation.import_leaky_relu),
    "LOGISTIC": Importer(3, None, (1, 1), activation.import_fixed_range(dqnn.SigmoidOp)),
    "MAXIMUM": Importer(4, None, (2, 2), elementwise.import_selection(dqnn.MaximumOp), fold.fold_binary(np.maximum)),
    "MAX_POOL_2D": Importer(3, "Pool2DOptions", (1, 1), pool.import_max_pool_2d),
    "MEAN": Importer(3, "ReducerOptions", (2, 2), pool.import_mean, needs=_AXES),
    "MINIMUM": Importer(4, None, (2, 2), elementwise.import_selection(dqnn.MinimumOp), fold.fold_binary(np.minimum)),
    "MUL": Importer(7, "MulOptions", (2, 2), elementwise.import_arithmetic(dqnn.MulOp), fold.fold_binary(np.multiply)),
    "PACK": Importer(3, "PackOptions", (1, ANY), shape.import_pack, fold.fold_pack, needs=_ONE_SCALE),
    "PAD": Importer(4, None, (2, 2), shape.import_pad, needs=("constant paddings",)),
    "PADV2": Importer(4, None, (3, 3), shape.import_padv2, needs=("constant paddings and padding value",)),
    "QUANTIZE": Importer(4, None, (1, 1), cast.import_quantize),
    "REDUCE_PROD": Importer(2, "ReducerOptions", (2, 2), fold=fold.fold_reduce_prod, needs=_SHAPES_ONLY),
    "RELU": Importer(3, None, (1, 1), activation.import_unary(dqnn.ReluOp)),
    "RELU6": Importer(3, None, (1, 1), activation.import_unary(dqnn.Relu6Op)),
    "RELU_N1_TO_1": Importer(1, None, (1, 1), activation.import_relu_n1_to_1),
    "RESHAPE": Importer(
        1, "ReshapeOptions", (1, 2), shape.import_reshape, fold.fold_reshape, needs=("a shape that is known",)
    ),
    "RESIZE_NEAREST_NEIGHBOR": Importer(
        4, "ResizeNearestNeighborOptions", (2, 2), shape.import_resize_nearest_neighbor
    ),
    "SHAPE": Importer(1, None, (1, 1), fold=fold.fold_shape, needs=_SHAPES_ONLY),
    "SLICE": Importer(7, None, (3, 3), shape.import_slice, fold.fold_slice),
    "SOFTMAX": Importer(3, "SoftmaxOptions", (1, 1), activation.import_softmax),
    "SPACE_TO_BATCH_ND": Importer(4, None, (3, 3), dilated.import_space_to_batch, needs=dilated.CONDITIONS),
    "SPLIT": Importer(4, None, (2, 2), shape.import_split, fold.fold_split, outputs=ANY),
    "SPLIT_V": Importer(2, None, (3, 3), shape.import_split_v, outputs=ANY),
    "SQUEEZE": Importer(2, "SqueezeOptions", (1, 1), shape.import_squeeze, fold.fold_squeeze),
    "STRIDED_SLICE": Importer(8, "StridedSliceOptions", (4, 4), shape.import_strided_slice, fold.fold_strided_slice),
    "SUB": Importer(5, "SubOptions", (2, 2), elementwise.import_arithmetic(dqnn.SubOp), fold.fold_binary(np.subtract)),
    "TANH": Importer(3, None, (1, 1), activation.import_fixed_range(dqnn.TanhOp)),
    "TRANSPOSE": Importer(7, None, (2, 2), shape.import_transpose),
    "TRANSPOSE_CONV": Importer(
        5, "TransposeConvOptions", (3, 4), linear.import_transpose_conv, needs=_CONSTANT_WEIGHTS
    ),
    "UNPACK": Importer(4, "UnpackOptions", (1, 1), shape.import_unpack, fold.fold_unpack, outputs=ANY),
}
"""Operator, as the schema names it -> its importer."""
