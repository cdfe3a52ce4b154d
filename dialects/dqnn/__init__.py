"""The dqnn dialect: the operators of a network, on tensors of f32 or quantized elements.

Activations are NHWC, convolution weights OHWI, depthwise weights 1HWC, dense weights [O, I]. An operator whose tensors
are f32 computes in floating point; one whose tensors are quantized computes as TensorFlow Lite's integer reference
kernel does, bit for bit. What each computes is written in `dqnnc.dialects.semantics`.
"""

from xdsl.ir import Dialect

from .activation import (
    ClipOp,
    HardSwishOp,
    LeakyReluOp,
    PReluOp,
    Relu6Op,
    ReluOp,
    SigmoidOp,
    SoftmaxOp,
    TanhOp,
    UnaryOp,
)
from .base import DqnnOp, quantization, quantized_element, tensor_type
from .binary import S1Type, is_binary, s1
from .bit_order import ReverseBitsOp
from .cast import DequantizeOp, FakeQuantizeOp, QuantizeOp, RequantizeOp
from .constant import ConstantOp
from .elementwise import AddOp, ArithmeticOp, BinaryOp, DivOp, MaximumOp, MinimumOp, MulOp, SelectionOp, SubOp, SumOp
from .flip import FlipOp, MaxPool2DFlipOp
from .layer import inherit_layer, layer_loc, layer_name, replace
from .linear import Conv2DOp, DenseOp, DepthwiseConv2DOp, LinearOp, TransposeConv2DOp, WindowedLinearOp
from .memory import MEMORY_OPS, ArenaOp, ViewOp
from .methods import DIVIDE_HALF_AWAY, DIVIDE_HALF_EVEN, MULTIPLY_HALF_EVEN
from .model_tensor import ModelTensor, forget_tensors, model_tensors, name_tensor, stand_for, tensor_names
from .normalization import CENTERED, SCALED, BatchNormOp
from .pool import AvgPool2DOp, MaxPool2DOp, MeanOp, Pool2DOp
from .shape import ConcatOp, PadOp, ReshapeOp, ResizeNearestOp, SliceOp, SplitOp, TransposeOp
from .staged import (
    MAX_THRESHOLD,
    AffineOp,
    Conv2DAffineOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseThresholdOp,
    DepthwiseConv2DAffineOp,
    DepthwiseConv2DThresholdOp,
    StagedOp,
    StagedWindowOp,
)

OPERATORS: tuple[type[DqnnOp], ...] = (
    AddOp,
    AvgPool2DOp,
    BatchNormOp,
    ClipOp,
    ConcatOp,
    ConstantOp,
    Conv2DAffineOp,
    Conv2DOp,
    Conv2DThresholdOp,
    DenseAffineOp,
    DenseOp,
    DenseThresholdOp,
    DepthwiseConv2DAffineOp,
    DepthwiseConv2DOp,
    DepthwiseConv2DThresholdOp,
    DequantizeOp,
    DivOp,
    FakeQuantizeOp,
    FlipOp,
    HardSwishOp,
    LeakyReluOp,
    MaxPool2DFlipOp,
    MaxPool2DOp,
    MaximumOp,
    MeanOp,
    MinimumOp,
    MulOp,
    PReluOp,
    PadOp,
    QuantizeOp,
    Relu6Op,
    ReluOp,
    RequantizeOp,
    ReshapeOp,
    ResizeNearestOp,
    ReverseBitsOp,
    SigmoidOp,
    SliceOp,
    SoftmaxOp,
    SplitOp,
    SubOp,
    TanhOp,
    TransposeConv2DOp,
    TransposeOp,
)

Dqnn = Dialect("dqnn", [*OPERATORS, *MEMORY_OPS], [S1Type])

__all__ = [
    "CENTERED",
    "DIVIDE_HALF_AWAY",
    "DIVIDE_HALF_EVEN",
    "MAX_THRESHOLD",
    "MEMORY_OPS",
    "MULTIPLY_HALF_EVEN",
    "OPERATORS",
    "SCALED",
    "AddOp",
    "AffineOp",
    "ArenaOp",
    "ArithmeticOp",
    "AvgPool2DOp",
    "BatchNormOp",
    "BinaryOp",
    "ClipOp",
    "ConcatOp",
    "ConstantOp",
    "Conv2DAffineOp",
    "Conv2DOp",
    "Conv2DThresholdOp",
    "DenseAffineOp",
    "DenseOp",
    "DenseThresholdOp",
    "DepthwiseConv2DAffineOp",
    "DepthwiseConv2DOp",
    "DepthwiseConv2DThresholdOp",
    "DequantizeOp",
    "DivOp",
    "Dqnn",
    "DqnnOp",
    "FakeQuantizeOp",
    "FlipOp",
    "HardSwishOp",
    "LeakyReluOp",
    "LinearOp",
    "MaxPool2DFlipOp",
    "MaxPool2DOp",
    "MaximumOp",
    "MeanOp",
    "MinimumOp",
    "ModelTensor",
    "MulOp",
    "PReluOp",
    "PadOp",
    "Pool2DOp",
    "QuantizeOp",
    "Relu6Op",
    "ReluOp",
    "RequantizeOp",
    "ReshapeOp",
    "ResizeNearestOp",
    "ReverseBitsOp",
    "S1Type",
    "SelectionOp",
    "SigmoidOp",
    "SliceOp",
    "SoftmaxOp",
    "SplitOp",
    "StagedOp",
    "StagedWindowOp",
    "SubOp",
    "SumOp",
    "TanhOp",
    "TransposeConv2DOp",
    "TransposeOp",
    "UnaryOp",
    "ViewOp",
    "WindowedLinearOp",
    "forget_tensors",
    "inherit_layer",
    "is_binary",
    "layer_loc",
    "layer_name",
    "model_tensors",
    "name_tensor",
    "quantization",
    "quantized_element",
    "replace",
    "s1",
    "stand_for",
    "tensor_names",
    "tensor_type",
]
