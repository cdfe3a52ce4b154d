"""The operators that can be imported: one table, which the importer and `dqnnc supported-ops` read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ....dialects import dqnn
from ..layer import MAX_OPTION, Layer
from ..model import MICROSOFT, STANDARD
from ..network import Value
from . import activation, cast, elementwise, fold, linear, pool, qoperator, quantization, shape

Results: TypeAlias = Value | Sequence[Value]
"""An importer's values, one for each output."""

ANY = 1 << 16
"""No limit on the number of inputs or outputs."""


@dataclass(frozen=True)
class Importer:
    """How one operator is imported."""

    version: int
    """The last operator set that changed its meaning; newer ones may be used where none has."""
    inputs: tuple[int, int]
    """The least and the largest number of inputs."""
    convert: Callable[[Layer], Results] | None = None
    """Makes its ops, or None where the operator serves constants only."""
    fold: Callable[[Layer], Results] | None = None
    """Evaluates it where all inputs are known."""
    outputs: int = 1
    """The largest number of outputs that may be used."""
    limits: tuple[str, ...] = ()
    """Conditions on its inputs and attributes, as in `dqnnc supported-ops`."""

    @property
    def conditions(self) -> Sequence[str]:
        """On which the operator is read."""
        constants = () if self.convert is not None else ("to compute shapes: constants and sizes alone",)
        return (*constants, *self.limits)


_ADD, _MUL = dqnn.AddOp, dqnn.MulOp
_RESHAPED = (shape.import_reshape(shape.reshaped), shape.fold_reshape(shape.reshaped))
_FLATTENED = (shape.import_reshape(shape.flattened), shape.fold_reshape(shape.flattened))
_SQUEEZED = (shape.import_reshape(shape.squeezed), shape.fold_reshape(shape.squeezed))
_UNSQUEEZED = (shape.import_reshape(shape.unsqueezed), shape.fold_reshape(shape.unsqueezed))

# Conditions, as `dqnnc supported-ops` lists them: what the importers refuse with a remedy.
_IMAGES = "one or two spatial dimensions"
_WEIGHTS = "constant weights"
_FACTOR = "one factor constant"
_FLOAT32 = "computed in float32"
_INFERENCE = "at inference"
_ONE_SCALE = "codes: of one scale"
_RUNS = f"up to {shape.MAX_PIECES} runs of one step each"
_HOLES = f"dilated windows: of up to {shape.MAX_PIECES} places"
_PARAMETERS = "constant scales and zero points"
_CODES = (_PARAMETERS, "codes of integers, of up to 16 bits where they are computed", "in blocks: constants alone")
_AXES = "constant axes"
_NEAREST = ("`mode` nearest", "constant sizes or scales", f"sizes up to {MAX_OPTION}", _RUNS)

ONNX: dict[str, Importer] = {
    "Add": Importer(14, (2, 2), elementwise.import_binary(_ADD), fold.fold_with(np.add)),
    "AveragePool": Importer(22, (1, 1), pool.import_average_pool, limits=(_IMAGES, _HOLES)),
    "BatchNormalization": Importer(
        15,
        (5, 5),
        activation.import_batch_norm,
        limits=(_INFERENCE, "constant parameters", "a batch, channels, and up to two spatial dimensions"),
    ),
    "Cast": Importer(28, (1, 1), cast.import_cast, fold.fold_cast, limits=("to float types, or of constants",)),
    "Ceil": Importer(13, (1, 1), fold=fold.fold_with(np.ceil)),
    "Clip": Importer(13, (1, 3), activation.import_clip, limits=("constant bounds",)),
    "Concat": Importer(13, (1, ANY), shape.import_concat, fold.fold_concat, limits=(_ONE_SCALE,)),
    "Constant": Importer(25, (0, 0), fold=fold.fold_constant),
    "ConstantOfShape": Importer(25, (1, 1), fold=fold.fold_constant_of_shape),
    "Conv": Importer(22, (2, 3), linear.import_conv, limits=(_IMAGES, _WEIGHTS)),
    "ConvInteger": Importer(10, (2, 4), quantization.import_conv_integer, limits=(_FLOAT32, _IMAGES, _WEIGHTS)),
    "ConvTranspose": Importer(22, (2, 3), linear.import_conv_transpose, limits=(_IMAGES, _WEIGHTS)),
    "DequantizeLinear": Importer(
        28, (2, 3), quantization.import_dequantize_linear, quantization.import_dequantize_linear, limits=_CODES
    ),
    "Div": Importer(14, (2, 2), elementwise.import_div, fold.fold_with(fold.divide)),
    "Dropout": Importer(22, (1, 3), shape.import_dropout, shape.import_dropout, outputs=2, limits=(_INFERENCE,)),
    "DynamicQuantizeLinear": Importer(
        11, (1, 1), quantization.import_dynamic_quantize_linear, outputs=3, limits=(_FLOAT32,)
    ),
    "Equal": Importer(19, (2, 2), fold=fold.fold_with(np.equal)),
    "Exp": Importer(13, (1, 1), fold=fold.fold_with(np.exp)),
    "Expand": Importer(13, (2, 2), fold=fold.fold_expand),
    "Flatten": Importer(25, (1, 1), *_FLATTENED),
    "Floor": Importer(13, (1, 1), fold=fold.fold_with(np.floor)),
    "Gather": Importer(13, (2, 2), shape.import_gather, fold.fold_gather, limits=("constant indices", _RUNS)),
    "Gemm": Importer(13, (2, 3), linear.import_gemm, limits=(_FACTOR,)),
    "GlobalAveragePool": Importer(22, (1, 1), pool.import_global_pool(dqnn.AvgPool2DOp), limits=(_IMAGES,)),
    "GlobalMaxPool": Importer(22, (1, 1), pool.import_global_pool(dqnn.MaxPool2DOp), limits=(_IMAGES,)),
    "Greater": Importer(13, (2, 2), fold=fold.fold_with(np.greater)),
    "HardSigmoid": Importer(22, (1, 1), activation.import_hard_sigmoid),
    "HardSwish": Importer(22, (1, 1), activation.import_unary(activation.HARD_SWISH)),
    "Identity": Importer(25, (1, 1), shape.import_nothing, shape.import_nothing),
    "LeakyRelu": Importer(16, (1, 1), activation.import_leaky_relu),
    "Less": Importer(13, (2, 2), fold=fold.fold_with(np.less)),
    "MatMul": Importer(13, (2, 2), linear.import_matmul, limits=(_FACTOR, f"up to {shape.MAX_PIECES} matrices")),
    "MatMulInteger": Importer(10, (2, 4), quantization.import_matmul_integer, limits=(_FLOAT32, _FACTOR)),
    "Max": Importer(13, (1, ANY), elementwise.import_variadic(dqnn.MaximumOp), fold.fold_reduced(np.maximum)),
    "MaxPool": Importer(
        22, (1, 1), pool.import_max_pool, outputs=2, limits=(_IMAGES, _HOLES, "the first output alone")
    ),
    "Min": Importer(13, (1, ANY), elementwise.import_variadic(dqnn.MinimumOp), fold.fold_reduced(np.minimum)),
    "Mul": Importer(14, (2, 2), elementwise.import_binary(_MUL), fold.fold_with(np.multiply)),
    "Neg": Importer(13, (1, 1), elementwise.import_neg, fold.fold_with(np.negative)),
    "Not": Importer(1, (1, 1), fold=fold.fold_with(np.logical_not)),
    "PRelu": Importer(16, (2, 2), activation.import_prelu, limits=("a constant slope, that broadcasts to the input",)),
    "Pad": Importer(
        25, (1, 4), shape.import_pad, limits=("constant amounts and value", f"`mode` edge, reflect or wrap: {_RUNS}")
    ),
    "Pow": Importer(15, (2, 2), fold=fold.fold_with(fold.power)),
    "QLinearConv": Importer(10, (8, 9), qoperator.import_qlinear_conv, limits=(_PARAMETERS, _IMAGES, _WEIGHTS)),
    "QLinearMatMul": Importer(21, (8, 8), qoperator.import_qlinear_matmul, limits=(_PARAMETERS, _FACTOR)),
    "QuantizeLinear": Importer(
        28, (2, 3), quantization.import_quantize_linear, quantization.fold_quantize_linear, limits=_CODES
    ),
    "Range": Importer(27, (3, 3), fold=fold.fold_range),
    "Reciprocal": Importer(13, (1, 1), fold=fold.fold_with(np.reciprocal)),
    "ReduceMean": Importer(18, (1, 2), pool.import_reduce_mean, limits=(_AXES,)),
    "ReduceProd": Importer(18, (1, 2), fold=fold.fold_reduce(np.prod)),
    "ReduceSum": Importer(13, (1, 2), pool.import_reduce_sum, fold.fold_reduce(np.sum), limits=(_AXES,)),
    "Relu": Importer(14, (1, 1), activation.import_unary(activation.RELU)),
    "Reshape": Importer(25, (2, 2), *_RESHAPED, limits=("a constant shape",)),
    "Resize": Importer(19, (1, 4), shape.import_resize, limits=_NEAREST),
    "Shape": Importer(25, (1, 1), fold.shape_of, fold.shape_of),
    "Sigmoid": Importer(13, (1, 1), activation.import_unary(activation.SIGMOID)),
    "Size": Importer(25, (1, 1), fold.size_of, fold.size_of),
    "Slice": Importer(
        13, (1, 5), shape.import_slice, shape.fold_slice, limits=("constant starts, ends, axes and steps",)
    ),
    "Softmax": Importer(13, (1, 1), activation.import_softmax),
    "Split": Importer(
        18,
        (1, 2),
        shape.import_split,
        shape.fold_split,
        outputs=ANY,
        limits=(f"constant sizes, up to {shape.MAX_PIECES} of them",),
    ),
    "Sqrt": Importer(13, (1, 1), fold=fold.fold_with(np.sqrt)),
    "Squeeze": Importer(25, (1, 2), *_SQUEEZED, limits=(_AXES,)),
    "Sub": Importer(14, (2, 2), elementwise.import_binary(dqnn.SubOp), fold.fold_with(np.subtract)),
    "Sum": Importer(13, (1, ANY), elementwise.import_variadic(_ADD), fold.fold_reduced(np.add)),
    "Tanh": Importer(13, (1, 1), activation.import_unary(activation.TANH)),
    "Transpose": Importer(25, (1, 1), shape.import_transpose, shape.fold_transpose),
    "Unsqueeze": Importer(25, (1, 2), *_UNSQUEEZED, limits=(_AXES,)),
    "Upsample": Importer(10, (1, 2), shape.import_resize, limits=_NEAREST),
    "Where": Importer(16, (3, 3), fold=fold.fold_with(np.where)),
}
"""Operator of ONNX's own domain -> its importer."""

ONNX_RUNTIME: dict[str, Importer] = {
    "DequantizeLinear": Importer(
        1, (2, 3), quantization.import_dequantize_linear, quantization.import_dequantize_linear, limits=_CODES
    ),
    "DynamicQuantizeMatMul": Importer(
        1, (3, 5), quantization.import_dynamic_quantize_matmul, limits=(_FLOAT32, _WEIGHTS)
    ),
    "QGemm": Importer(1, (6, 9), qoperator.import_qgemm, limits=(_PARAMETERS, _FACTOR)),
    "QLinearAdd": Importer(1, (7, 8), qoperator.import_binary(_ADD), limits=(_PARAMETERS,)),
    "QLinearAveragePool": Importer(
        1, (4, 5), qoperator.import_unary(qoperator.average_pool), limits=(_PARAMETERS, _IMAGES, _HOLES)
    ),
    "QLinearConcat": Importer(1, (5, ANY), qoperator.import_qlinear_concat, limits=(_PARAMETERS,)),
    "QLinearGlobalAveragePool": Importer(
        1, (5, 5), qoperator.import_unary(qoperator.global_average_pool), limits=(_PARAMETERS, _IMAGES)
    ),
    "QLinearLeakyRelu": Importer(1, (4, 5), qoperator.import_unary(qoperator.leaky), limits=(_PARAMETERS,)),
    "QLinearMul": Importer(1, (7, 8), qoperator.import_binary(_MUL), limits=(_PARAMETERS,)),
    "QLinearSigmoid": Importer(1, (4, 5), qoperator.import_unary(qoperator.sigmoid), limits=(_PARAMETERS,)),
    "QLinearSoftmax": Importer(1, (5, 5), qoperator.import_unary(qoperator.rows_softmax), limits=(_PARAMETERS,)),
    "QuantizeLinear": Importer(
        1, (2, 3), quantization.import_quantize_linear, quantization.fold_quantize_linear, limits=_CODES
    ),
}
"""Operator of ONNX Runtime's domain, com.microsoft -> its importer."""

SUPPORTED: dict[tuple[str, str], Importer] = {
    **{(STANDARD, kind): importer for kind, importer in ONNX.items()},
    **{(MICROSOFT, kind): importer for kind, importer in ONNX_RUNTIME.items()},
}
"""Domain and operator -> its importer."""
