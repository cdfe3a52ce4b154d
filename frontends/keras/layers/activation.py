"""Activations: as layers, and as the option of other layers."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from xdsl.ir import SSAValue

from ....dialects.dqnn import (
    ClipOp,
    HardSwishOp,
    LeakyReluOp,
    MulOp,
    PReluOp,
    Relu6Op,
    ReluOp,
    SigmoidOp,
    SoftmaxOp,
    TanhOp,
    tensor_type,
)
from ..layer import Layer
from ..options import Json
from ..quantizers import QuantizerError, SpellingError, spelling_of
from ..quantizers.spelling import Spelling
from .normalization import check_last_axis

Emit = Callable[[Layer, SSAValue], SSAValue]


def _swish(layer: Layer, value: SSAValue) -> SSAValue:
    gate = layer.like(value, SigmoidOp)
    return layer.emit(MulOp(value, gate, tensor_type(value)))


def _hard_sigmoid(layer: Layer, value: SSAValue) -> SSAValue:
    """Keras 2: 0.2 * x + 0.5 between 0 and 1; Keras 3: x / 6 + 0.5; QKeras's own function of this name: x / 2 + 0.5."""
    slope = 0.5 if layer.record.class_name in QKERAS else 1 / 6 if layer.context.keras3 else 0.2
    line = layer.scale(value, slope, 0.5)
    return layer.emit(ClipOp(line, tensor_type(line), min=0.0, max=1.0))


def _softmax(layer: Layer, value: SSAValue) -> SSAValue:
    if len(layer.shape(value)) < 2:
        raise layer.refuse("softmax of a vector without batch", "give the layer an input of at least one dimension")
    return layer.like(value, SoftmaxOp)


def _hard_tanh(layer: Layer, value: SSAValue) -> SSAValue:
    return layer.emit(ClipOp(value, tensor_type(value), min=-1.0, max=1.0))


QKERAS = frozenset(
    {"QActivation", "QConv1D", "QConv2D", "QConv2DBatchnorm", "QConv2DTranspose", "QDense", "QDenseBatchnorm"}
    | {"QDepthwiseConv2D"}
)
"""Layers that look up their activation's name among QKeras's functions first."""

ACTIVATIONS: dict[str, Emit] = {
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda layer, value: layer.like(value, HardSwishOp),
    "hard_swish": lambda layer, value: layer.like(value, HardSwishOp),
    "hard_tanh": _hard_tanh,
    "leaky_relu": lambda layer, value: layer.leaky_relu(value, 0.2),
    "linear": lambda layer, value: value,
    "relu": lambda layer, value: layer.like(value, ReluOp),
    "relu6": lambda layer, value: layer.like(value, Relu6Op),
    "sigmoid": lambda layer, value: layer.like(value, SigmoidOp),
    "silu": _swish,
    "softmax": _softmax,
    "swish": _swish,
    "tanh": lambda layer, value: layer.like(value, TanhOp),
}
"""Keras's activation functions -> what they are. Other names are quantizers'."""


def activate(layer: Layer, value: SSAValue, option: str = "activation") -> SSAValue:
    """A value behind the activation that an option of the layer spells: Keras's, or a quantizer.

    Raises:
        ModelError: it is neither.
    """
    given: Json = layer.options.get(option)
    if given is None:
        return value
    spelling = _spelling(layer, option, given)
    if spelling is not None and spelling.known_package and spelling.name in ACTIVATIONS:
        if spelling.arguments or spelling.named:
            raise layer.refuse(f"{option} {spelling}", "use a layer of its own for an activation with arguments")
        return ACTIVATIONS[spelling.name](layer, value)
    if spelling is not None and spelling.known_package and spelling.name in LAYERS:
        raise layer.refuse(f"{option} {spelling}", "make the activation a layer of its own")
    quantizer = layer.spelled(option, given, activations=sorted(ACTIVATIONS))
    if quantizer is None:
        return value
    try:
        return quantizer.on_activations(value, layer)
    except QuantizerError as error:
        layer.fail(option, quantizer, error)


def _spelling(layer: Layer, option: str, value: Json) -> Spelling | None:
    try:
        return spelling_of(value)
    except SpellingError as error:
        raise layer.refuse(f"{option}: {error}", "name an activation or a quantizer") from error


LAYERS = frozenset({"ReLU", "LeakyReLU", "PReLU", "Softmax", "Activation"})
"""Layers that Keras also takes as an option's activation."""


def import_activation(layer: Layer) -> SSAValue:
    """Activation, QActivation."""
    return activate(layer, layer.input)


def import_quantizer(layer: Layer) -> SSAValue:
    """SteSign and the like: Larq's quantizers are layers, which networks also use on their own."""
    name = layer.record.class_name
    quantizer = layer.spelled("quantizer", {"class_name": name, "config": layer.options.values})
    assert quantizer is not None, "spelled by its class"
    try:
        return quantizer.on_activations(layer.input, layer)
    except QuantizerError as error:
        layer.fail("quantizer", quantizer, error)


def import_relu(layer: Layer) -> SSAValue:
    """ReLU with an upper bound and a slope for negative values."""
    options, value = layer.options, layer.input
    if options.optional_real("threshold") not in (None, 0.0):
        raise layer.refuse(f"threshold={options.get('threshold')}", "only a threshold of 0 is supported")
    slope = options.optional_real("negative_slope") or 0.0
    bound = options.optional_real("max_value")
    if bound is not None and bound < 0:
        raise options.wrong("max_value", "a bound that is not negative")
    type = tensor_type(value)
    if slope:
        value = layer.emit(LeakyReluOp(value, type, alpha=slope))
        return value if bound is None else layer.emit(ClipOp(value, type, min=-inf, max=bound))
    if bound is None:
        return layer.emit(ReluOp(value, type))
    return layer.emit(Relu6Op(value, type) if bound == 6.0 else ClipOp(value, type, min=0.0, max=bound))


def import_leaky_relu(layer: Layer) -> SSAValue:
    """LeakyReLU: `alpha` in Keras 2, `negative_slope` in Keras 3; 0.3 where neither stands."""
    options = layer.options
    name = "negative_slope" if "negative_slope" in options.values else "alpha"
    return layer.leaky_relu(layer.input, options.real(name, 0.3))


def import_prelu(layer: Layer) -> SSAValue:
    """PReLU: a slope for each element, or one along `shared_axes` (counted from 1, behind the batch)."""
    options = layer.options
    shape = list(layer.shape())
    for axis in options.integers("shared_axes"):
        if not 1 <= axis < len(shape):
            raise options.wrong("shared_axes", "axes of the input")
        shape[axis] = 1
    alpha = layer.constant("alpha", layer.weight("alpha", shape[1:]))
    return layer.emit(PReluOp(layer.input, alpha, tensor_type(layer.input)))


def import_softmax(layer: Layer) -> SSAValue:
    """Softmax along the last axis."""
    check_last_axis(layer)
    return _softmax(layer, layer.input)
