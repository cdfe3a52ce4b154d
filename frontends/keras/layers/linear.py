"""Dense layers and convolutions, of Keras, QKeras and Larq."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from xdsl.ir import SSAValue

from ....dialects.dqnn import (
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DequantizeOp,
    LinearOp,
    PadOp,
    TransposeConv2DOp,
    name_tensor,
    tensor_type,
)
from ....dialects.dqnn.linear import BIAS_FORMAT
from ..file import Array
from ..layer import Layer
from ..options import Options
from ..quantizers import Quantizer, QuantizerError
from ..tensors import quantized_input
from ..weights import Role
from .activation import activate
from .normalization import Folding, folding
from .window import Image, image, padding_of

BIAS_QUANTIZER = "bias_quantizer"


@dataclass(frozen=True)
class Family:
    """What differs between the libraries' versions of a layer."""

    kernel_quantizer: str = ""
    """The option with the kernel's quantizer; empty for Keras, which has none."""
    trainable: bool = False
    """Whether a quantizer without a scale finds one from the weights: QKeras."""
    batch_norm: bool = False
    """Whether the layer has a batch normalization, folded into its weights."""


KERAS = Family()
QKERAS = Family("kernel_quantizer", trainable=True)
QKERAS_DEPTHWISE = Family("depthwise_quantizer", trainable=True)
QKERAS_FOLDED = Family("kernel_quantizer", trainable=True, batch_norm=True)
LARQ = Family("kernel_quantizer")
LARQ_DEPTHWISE = Family("depthwise_quantizer")


def linear_roles(*kernels: str) -> Callable[[Options], list[Role]]:
    """The weights of a layer with these kernels, and a bias where it has one."""

    def roles(options: Options) -> list[Role]:
        bias = [Role("bias")] if options.truth("use_bias", True) else []
        return [*map(Role, kernels), *bias]

    return roles


def folded_roles(options: Options) -> list[Role]:
    """The weights of a layer that folds a batch normalization, which is a layer inside of it."""
    part = "batchnorm"
    scale = [Role("gamma", part=part)] if options.truth("scale", True) else []
    center = [Role("beta", part=part)] if options.truth("center", True) else []
    return [
        *linear_roles("kernel")(options),
        Role("iteration", trainable=False),
        *scale,
        *center,
        Role("moving_mean", trainable=False, part=part),
        Role("moving_variance", trainable=False, part=part),
    ]


@dataclass
class Weighted:
    """A layer with weights: the input behind its quantizer, and why it stays in float, if that is known here."""

    layer: Layer
    family: Family
    fallback: str | None = None

    def note(self, reason: str | None) -> None:
        """Keep a reason to stay in float; the first one counts."""
        self.fallback = self.fallback or reason

    def input(self, value: SSAValue) -> SSAValue:
        """The input behind Larq's `input_quantizer`."""
        quantizer = self.layer.quantizer("input_quantizer")
        if quantizer is None:
            return value
        try:
            result = quantizer.on_activations(value, self.layer)
        except QuantizerError as error:
            self.layer.fail("input_quantizer", quantizer, error)
        name_tensor(result, quantized_input(self.layer.tensor))
        return result

    def image(self, spatial: int) -> Image:
        """The input as NHWC, behind its quantizer."""
        source = image(self.layer, spatial)
        return Image(self.layer, self.input(source.value), spatial)

    def quantizer(self, option: str) -> Quantizer | None:
        """The quantizer of a kernel, in an option that not every family has."""
        return self.layer.quantizer(option, trainable=self.family.trainable) if option else None

    def kernel_quantizer(self) -> Quantizer | None:
        """The kernel's quantizer."""
        return self.quantizer(self.family.kernel_quantizer)

    def kernel(
        self,
        array: Array,
        arrange: Callable[[Array], Array],
        channel_axis: int,
        *,
        role: str = "kernel",
        quantizer: Quantizer | None = None,
    ) -> SSAValue:
        """A kernel behind its quantizer, in the IR's layout."""
        value, reason = self.layer.quantized_constant(
            role, array, quantizer, arrange=arrange, channel_axis=channel_axis, option=f"{role}_quantizer"
        )
        self.note(reason)
        return value

    def bias(self, channels: int, folded: Folding | None = None) -> SSAValue | None:
        """The bias behind its quantizer, or None."""
        array: Array | None = None
        if self.layer.options.truth("use_bias", True):
            array = self.layer.weight("bias", (channels,))
        if folded is not None:
            array = folded.bias(array)
        if array is None:
            return None
        value, _ = self.layer.quantized_constant("bias", array, self.layer.quantizer(BIAS_QUANTIZER))
        return value

    def finish(self, op: LinearOp) -> SSAValue:
        """The op, marked with its bias's format and where it is known to stay in float."""
        if op.bias is not None and isinstance(op.bias.owner, DequantizeOp):
            op.attributes[BIAS_FORMAT] = tensor_type(op.bias.owner.input).element_type
        return self.layer.emit(op, fallback=self.fallback)


def _is_dorefa(quantizer: Quantizer | None) -> bool:
    return quantizer is not None and quantizer.text.lower().startswith("dorefa")


def _check_dorefa(weighted: Weighted, quantizer: Quantizer | None, what: str, has_bias: bool) -> None:
    """DoReFa weights have kernels in a convolution without a bias alone."""
    if not _is_dorefa(quantizer):
        return
    if what != "convolution":
        weighted.note(f"DoReFa weights of a {what}: only QuantConv2D has kernels for them")
    elif has_bias:
        weighted.note("DoReFa weights with a bias: set use_bias=False")


def import_dense(family: Family) -> Callable[[Layer], SSAValue]:
    """Dense, QDense, QuantDense, QDenseBatchnorm: kernel [I, O]. Inputs of more dimensions are rows of I elements."""

    def convert(layer: Layer) -> SSAValue:
        weighted = Weighted(layer, family)
        shape = layer.shape()
        if len(shape) < 2:
            raise layer.refuse(f"an input of shape {list(shape)}", "at least one dimension behind the batch is needed")
        if len(shape) > 2 and family is not KERAS:
            weighted.note(f"an input of {len(shape)} dimensions: put a Flatten layer before it")
        units, features = layer.options.count("units"), shape[-1]
        rows = int(np.prod(shape[:-1]))
        value = layer.reshape(weighted.input(layer.input), (rows, features))
        folded = folding(layer, units) if family.batch_norm else None
        kernel = layer.weight("kernel", (features, units))
        quantizer = weighted.kernel_quantizer()
        _check_dorefa(weighted, quantizer, "dense layer", False)
        kernel = kernel if folded is None else folded.kernel(kernel)
        weights = weighted.kernel(kernel, np.transpose, 0, quantizer=quantizer)
        bias = weighted.bias(units, folded)
        result = weighted.finish(DenseOp(value, weights, bias, layer.type((rows, units))))
        return activate(layer, layer.reshape(result, (*shape[:-1], units)))

    return convert


@dataclass(frozen=True)
class Windows:
    """The options of a convolution."""

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilations: tuple[int, int]
    padding: tuple[int, int, int, int]


def _windows(layer: Layer, source: Image) -> tuple[Image, Windows]:
    """The windows, and the image that they slide over: padded already, where Larq pads with other values than 0."""
    kernel, strides = source.pair("kernel_size"), source.pair("strides", 1)
    dilations = source.pair("dilation_rate", 1)
    padding = padding_of(layer, source, kernel, strides, dilations)
    fill = _pad_value(layer)
    if fill != 0.0 and any(padding):
        top, bottom, left, right = padding
        batch, height, width, channels = layer.shape(source.value)
        shape = (batch, height + top + bottom, width + left + right, channels)
        amounts = (0, 0, top, bottom, left, right, 0, 0)
        padded = layer.emit(PadOp(source.value, layer.type(shape), padding=amounts, value=fill), "padded")
        source, padding = Image(layer, padded, source.spatial), (0, 0, 0, 0)
    return source, Windows(kernel, strides, dilations, padding)


def _pad_value(layer: Layer) -> float:
    """Larq's `pad_values`: the value around the input with padding 'same'."""
    if layer.options.get("padding") != "same" or layer.options.get("pad_values") is None:
        return 0.0
    return layer.options.real("pad_values")


def _slide(
    weighted: Weighted,
    kind: type[Conv2DOp | DepthwiseConv2DOp],
    value: SSAValue,
    windows: Windows,
    weights: SSAValue,
    bias: SSAValue | None,
) -> SSAValue:
    """A convolution of an image; its weights say how many channels come out."""
    channels = tensor_type(weights).get_shape()[3 if kind is DepthwiseConv2DOp else 0]
    strides, padding, dilations = windows.strides, windows.padding, windows.dilations
    result = weighted.layer.windowed(value, windows.kernel, strides, padding, dilations, channels)
    return weighted.finish(kind(value, weights, bias, result, strides=strides, padding=padding, dilations=dilations))


def import_conv(family: Family, spatial: int) -> Callable[[Layer], SSAValue]:
    """Conv1D, Conv2D and their kin: kernel [H, W, I / groups, O]."""

    def convert(layer: Layer) -> SSAValue:
        weighted = Weighted(layer, family)
        source = weighted.image(spatial)
        source, windows = _windows(layer, source)
        filters, groups = layer.options.count("filters"), layer.options.count("groups", 1)
        if source.channels % groups or filters % groups:
            raise layer.refuse(f"groups={groups}", "it must divide the input's and the output's channels")
        own = (windows.kernel[-spatial:], source.channels // groups, filters)
        kernel = layer.weight("kernel", (*own[0], *own[1:]))
        folded = folding(layer, filters) if family.batch_norm else None
        kernel = kernel if folded is None else folded.kernel(kernel)
        quantizer = weighted.kernel_quantizer()
        _check_dorefa(weighted, quantizer, "convolution", layer.options.truth("use_bias", True))

        def arrange(array: Array) -> Array:
            return array.reshape((*windows.kernel, *own[1:])).transpose(3, 0, 1, 2)

        weights = weighted.kernel(kernel, arrange, 0, quantizer=quantizer)
        bias = weighted.bias(filters, folded)
        result = _slide(weighted, Conv2DOp, source.value, windows, weights, bias)
        return activate(layer, source.restore(result))

    return convert


def _depthwise(weighted: Weighted, source: Image, bias: SSAValue | None) -> tuple[SSAValue, Image]:
    """A depthwise convolution of kernel [H, W, C, M]; output channel c * M + m."""
    layer = weighted.layer
    source, windows = _windows(layer, source)
    if windows.strides[0] != windows.strides[1] and source.spatial == 2:
        raise layer.refuse(f"strides={list(windows.strides)}", "TensorFlow has none but equal strides here")
    multiplier = layer.options.count("depth_multiplier", 1)
    channels = source.channels * multiplier
    own = (*windows.kernel[-source.spatial :], source.channels, multiplier)
    kernel = layer.weight("depthwise_kernel", own)

    def arrange(array: Array) -> Array:
        return array.reshape((1, *windows.kernel, channels))

    quantizer = weighted.quantizer("depthwise_quantizer")
    _check_dorefa(weighted, quantizer, "depthwise convolution", False)
    weights = weighted.kernel(kernel, arrange, 3, role="depthwise", quantizer=quantizer)
    return _slide(weighted, DepthwiseConv2DOp, source.value, windows, weights, bias), source


def import_depthwise(family: Family, spatial: int = 2) -> Callable[[Layer], SSAValue]:
    """DepthwiseConv2D and its kin."""

    def convert(layer: Layer) -> SSAValue:
        weighted = Weighted(layer, family)
        source = weighted.image(spatial)
        multiplier = layer.options.count("depth_multiplier", 1)
        bias = weighted.bias(source.channels * multiplier)
        result, source = _depthwise(weighted, source, bias)
        return activate(layer, source.restore(result))

    return convert


def import_separable(family: Family, spatial: int) -> Callable[[Layer], SSAValue]:
    """SeparableConv1D, SeparableConv2D and their kin: a depthwise, then a pointwise convolution."""

    def convert(layer: Layer) -> SSAValue:
        weighted = Weighted(layer, family)
        source = weighted.image(spatial)
        middle, source = _depthwise(weighted, source, None)
        channels, filters = layer.shape(middle)[3], layer.options.count("filters")
        kernel = layer.weight("pointwise_kernel", (*(1,) * spatial, channels, filters))
        pointwise = Weighted(layer, family)
        quantizer = pointwise.quantizer("pointwise_quantizer")
        _check_dorefa(pointwise, quantizer, "separable convolution", False)

        def arrange(array: Array) -> Array:
            return array.reshape((1, 1, channels, filters)).transpose(3, 0, 1, 2)

        weights = pointwise.kernel(kernel, arrange, 0, role="pointwise", quantizer=quantizer)
        bias = pointwise.bias(filters)
        windows = Windows((1, 1), (1, 1), (1, 1), (0, 0, 0, 0))
        return activate(layer, source.restore(_slide(pointwise, Conv2DOp, middle, windows, weights, bias)))

    return convert


def import_conv_transpose(family: Family) -> Callable[[Layer], SSAValue]:
    """Conv2DTranspose, QConv2DTranspose: kernel [H, W, O, I].

    QKeras's of stride 1 and padding 'valid' is a convolution of the input with zeros around it and the kernel turned
    by half a turn, which the rows of convolutions serve.
    """

    def convert(layer: Layer) -> SSAValue:
        weighted = Weighted(layer, family)
        source = weighted.image(2)
        kernel, strides = source.pair("kernel_size"), source.pair("strides", 1)
        if source.pair("dilation_rate", 1) != (1, 1):
            raise layer.refuse(f"dilation_rate={layer.options.get('dilation_rate')}", "only 1 is supported")
        if layer.options.get("output_padding") is not None:
            raise layer.refuse(f"output_padding={layer.options.get('output_padding')}", "leave it out")
        padding = layer.options.choice("padding", ("same", "valid"), "valid", "use 'same' or 'valid'")
        filters = layer.options.count("filters")
        array = layer.weight("kernel", (*kernel, filters, source.channels))
        quantizer = weighted.kernel_quantizer()
        as_convolution = family is not KERAS and strides == (1, 1) and padding == "valid"

        def arrange(array: Array) -> Array:
            turned = array[::-1, ::-1] if as_convolution else array
            return np.ascontiguousarray(turned.transpose(2, 0, 1, 3))

        if family is not KERAS and not as_convolution:
            weighted.note(
                f"a transposed convolution of strides {list(strides)}, {padding}: only stride 1, valid has one"
            )
        weights = weighted.kernel(array, arrange, 0, quantizer=quantizer)
        bias = weighted.bias(filters)
        if as_convolution:
            around = (kernel[0] - 1, kernel[0] - 1, kernel[1] - 1, kernel[1] - 1)
            windows = Windows(kernel, (1, 1), (1, 1), around)
            return activate(layer, _slide(weighted, Conv2DOp, source.value, windows, weights, bias))
        size = [
            length * stride + (max(window - stride, 0) if padding == "valid" else 0)
            for length, stride, window in zip(source.size, strides, kernel, strict=True)
        ]
        cut: list[int] = []
        for length, stride, window, wanted in zip(source.size, strides, kernel, size, strict=True):
            total = (length - 1) * stride + window - wanted
            before = max(total, 0) // 2
            cut += [before, total - before]
        result = layer.type((1, *size, filters))
        op = TransposeConv2DOp(source.value, weights, bias, result, strides=strides, padding=cut)
        return activate(layer, weighted.finish(op))

    return convert
