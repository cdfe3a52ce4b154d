"""One-layer networks of the document's tables, of the layers of Keras, QKeras and Larq.

A branch is a layer with the quantizers around it, and a bias, pool and batch normalization where it has them. Branches
share the inputs of a model and nothing else, so that one file and one program hold the networks of a whole row.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from .document_rows import CHANNELS, CONVOLUTIONS, DENSE, TableRow
from .keras import Frameworks

Array = NDArray[Any]
Random: TypeAlias = Any
"""numpy's generator, whose methods have partial types."""

IMAGE = (6, 5)
"""Rows and columns: with a stride of 2 and padding `same`, one axis is padded on one side alone."""
PIXELS = (1, 3)
"""Rows and columns of what a dense layer takes behind a Flatten."""


class Window(NamedTuple):
    """The geometry of a convolution."""

    kernel: int = 3
    stride: int = 1
    dilation: int = 1
    pad: int | None = None
    """None for padding `valid`; else what `same` pads with. Only Larq has other values than 0."""
    pool: bool = False
    """Whether a max-pool stands between the convolution and the batch normalization."""


class Branch(NamedTuple):
    """What tells one one-layer network of a row from another."""

    row: TableRow
    channels: int
    norm: bool
    bias: bool
    larq: bool
    number: int
    """Place in the model. What is no factor takes turns by it: the spelling of quantizers, the kind of normalization,
    the 8-bit quantizer, the number of filters."""
    window: Window | None = None
    flat: bool = False
    """Whether a Flatten stands before a dense layer."""

    def turn(self, of: Sequence[Any], step: int = 1) -> Any:
        """One of several, by the branch's number."""
        return of[self.number // step % len(of)]

    @property
    def name(self) -> str:
        """Of the layer with the weights."""
        return f"layer{self.number}"

    @property
    def filters(self) -> int:
        """Output channels: above a word, and remainders of 4 and of 2."""
        return self.channels if self.row.kind == "depthwise" else self.turn((33, 6, 8, 3), 2)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the input."""
        if self.row.kind != "dense":
            return (*IMAGE, self.channels)
        return (*PIXELS, self.channels) if self.flat else (self.channels,)

    @property
    def products(self) -> int:
        """Multiply-accumulates of an output element."""
        if self.window is None:
            return int(np.prod(self.shape))
        return self.window.kernel**2 * (1 if self.row.kind == "depthwise" else self.channels)

    @property
    def spread(self) -> float:
        """About the standard deviation of the sums."""
        return SPREADS[self.row.input] * WEIGHT_SPREADS[self.row.weights] * self.products**0.5

    def __str__(self) -> str:
        parts = [f"{self.channels} channels", f"{self.filters} filters", "larq" if self.larq else "qkeras"]
        parts += [word for word in ("norm", "bias", "flat") if getattr(self, word)]
        return f"{self.name} ({', '.join(parts)}, {self.window})"


SPREADS = {"s1": 1.0, "s8": 1.3, "f32": 1.5, "dorefa": 0.4}
WEIGHT_SPREADS = {"s1": 1.0, "s8": 0.6, "f32": 0.6, "dorefa": 0.5}

SCALES = (1.0, -1.0, 1.0, 0.0, -1.0, 1e-30)
"""What a batch normalization's scales are multiples of: there are negative ones, and some that give constants."""
S8 = ("quantized_bits(8,2,alpha=1)", "quantized_relu(8,2)", "quantized_tanh(8)", "quantized_bits(8,1,keep_negative=0)")
"""8-bit activations: scales 2^-5, 2^-6, 2^-7, 2^-7; the second and fourth have the zero point -128."""
S8_WEIGHTS = ("quantized_bits(8,0,alpha=1)", "quantized_bits(8,0,1,alpha=1)")


@dataclass
class Built:
    """The layers of a branch, for the oracle that computes them again."""

    branch: Branch
    source: Callable[[Any], Any]
    """The input behind its quantizer."""
    layer: Any
    norm: Any = None
    step: float = 0.0
    """Of the output's codes, where they have 8 bits."""


@dataclass
class RowModel:
    """Branches in one Keras model."""

    frameworks: Frameworks
    random: Random
    branches: list[Built] = field(default_factory=list[Built])
    inputs: dict[tuple[int, ...], Any] = field(default_factory=dict[tuple[int, ...], Any])
    outputs: list[Any] = field(default_factory=list[Any])
    activations: dict[tuple[tuple[int, ...], str], tuple[Any, Any]] = field(default_factory=dict[Any, Any])

    def add_all(self, branches: Sequence[Branch]) -> None:
        """Add branches with random parameters."""
        with _shapes_without_tracing(self.frameworks):
            for branch in branches:
                self._add(branch)

    def _add(self, branch: Branch) -> None:
        f, row = self.frameworks, branch.row
        x = self.inputs.get(branch.shape)
        if x is None:
            x = self.inputs[branch.shape] = f.keras.Input(branch.shape)
        y, source = self._source(x, branch)
        if branch.flat:
            y = f.layers.Flatten()(y)
        layer = _layer(f, branch)
        y = layer(y)
        built = Built(branch, source, layer)
        self.branches.append(built)
        if branch.window is not None and branch.window.pool:
            y = f.layers.MaxPooling2D(2)(y)
        if branch.norm:
            built.norm = _norm(f, branch)
            y = built.norm(y)
        if row.output != "f32":
            spelling = branch.turn(("binary(alpha=1)", "stochastic_binary(alpha=1)"), 3)
            if row.output == "s8":
                spelling, built.step = _output_codes(branch)
            y = f.qkeras.QActivation(spelling)(y)
        self.outputs.append(y)
        self._parameters(built)

    def _source(self, x: Any, branch: Branch) -> tuple[Any, Callable[[Any], Any]]:
        """The input behind its quantizer, if that is a layer of its own, and the quantizer."""
        f, tag = self.frameworks, branch.row.input
        if tag == "f32":
            return x, lambda value: value
        if branch.larq and tag in ("s1", "dorefa"):
            quantizer = _larq_quantizer(f, branch, tag, "activations")
            return x, f.larq.quantizers.get(quantizer)
        spelling = "binary(alpha=1)" if tag == "s1" else branch.turn(S8)
        key = (branch.shape, spelling)
        if key not in self.activations:
            layer = f.qkeras.QActivation(spelling)
            self.activations[key] = layer(x), layer
        return self.activations[key]

    def _parameters(self, built: Built) -> None:
        """Random weights, with zeros among them; a bias that ties with sums; scales of every sign and size."""
        branch, random, layer = built.branch, self.random, built.layer
        arrays = [random.uniform(-1, 1, weight.shape) for weight in layer.weights]
        arrays[0].flat[:: max(arrays[0].size // 3, 2)] = 0.0
        if branch.bias:
            arrays[1] = arrays[1] * (branch.spread if branch.row.bias == "f32" else 2.0)
        layer.set_weights([array.astype(np.float32) for array in arrays])
        if built.norm is None:
            return
        spread = branch.spread
        values: list[Any] = []
        for weight in built.norm.weights:
            count = weight.shape[0]
            match weight.name.rsplit("/", 1)[-1].split(":")[0]:
                case "gamma":
                    kinds = random.permutation(np.resize(SCALES, count))
                    values.append(kinds * random.uniform(0.5, 1.5, count))
                case "beta":
                    values.append(random.permutation(np.resize([0.0, 0.5, -0.5, 1.0], count)) * random.uniform(0, 1))
                case "moving_mean":
                    values.append(np.rint(random.normal(0, spread / 2, count)))
                case _:
                    values.append(random.uniform(0.5, 1.5, count) * spread**2)
        built.norm.set_weights([value.astype(np.float32) for value in values])

    def model(self) -> Any:
        """The model of all branches."""
        return self.frameworks.keras.Model(list(self.inputs.values()), self.outputs)

    def samples(self, count: int) -> list[Array]:
        """Values for each input, [count, ...]: normal, zeros of both signs, halves between codes, and beyond codes."""
        arrays: list[Array] = []
        for shape in self.inputs:
            size = (count, *shape)
            values = self.random.normal(0, 1.5, size)
            kinds = self.random.integers(0, 10, size)
            values = np.where(kinds < 3, np.rint(values * 256) / 256, values)
            values = np.where(kinds == 3, self.random.choice([0.0, -0.0, 6.0, -6.0], size), values)
            arrays.append(values.astype(np.float32))
        return arrays


@contextmanager
def _shapes_without_tracing(f: Frameworks) -> Generator[None]:
    """Ask layers for the shape of their output, where Keras runs each in a scratch graph to see it.

    That takes most of the time of building a model.
    """
    module: Any = import_module("tf_keras.src.engine.keras_tensor")

    def infer(layer: Any, x: Any, *_: Any) -> Any:
        with f.keras.backend.name_scope(layer.name):
            layer._maybe_build(x)
        return module.KerasTensor(f.tensorflow.TensorSpec(layer.compute_output_shape(x.shape), x.dtype))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f.layers.Layer, "_infer_output_signature", infer)
        yield


def _output_codes(branch: Branch) -> tuple[str, float]:
    """An 8-bit quantizer whose codes span the results, and its step."""
    integer = int(np.ceil(np.log2(2.0 if branch.norm else 2.5 * branch.spread)))
    kind = branch.turn(range(3), 2)
    if kind == 1:
        return f"quantized_relu(8,{integer})", 2.0 ** (integer - 8)
    return f"quantized_bits(8,{integer},{kind // 2},alpha=1)", 2.0 ** (integer - 7)


def _larq_quantizer(f: Frameworks, branch: Branch, tag: str, mode: str) -> Any:
    if tag == "dorefa":
        return f.larq.quantizers.DoReFa(k_bit=8, mode=mode)
    if tag == "f32":
        return None
    spellings = ("ste_sign", "approx_sign", f.larq.quantizers.SteSign(), "swish_sign", f.larq.quantizers.ApproxSign())
    return branch.turn(spellings)


def _qkeras_quantizer(f: Frameworks, branch: Branch, tag: str | None) -> Any:
    match tag:
        case "s1":
            objects = (f.qkeras.binary(alpha=1), f.qkeras.stochastic_binary(alpha=1))
            return branch.turn(("binary(alpha=1)", *objects))
        case "s8":
            return branch.turn(S8_WEIGHTS)
        case _:
            return None


def _layer(f: Frameworks, branch: Branch) -> Any:
    """The layer with the weights."""
    row, window = branch.row, branch.window
    depthwise = row.kind == "depthwise"
    option = "depthwise_quantizer" if depthwise else "kernel_quantizer"
    given: dict[str, Any] = {"name": branch.name, "use_bias": branch.bias}
    if window is None:
        given["units"] = branch.filters
    else:
        given |= {"kernel_size": window.kernel, "dilation_rate": window.dilation, "strides": window.stride}
        given["padding"] = "valid" if window.pad is None else "same"
        given |= {} if depthwise else {"filters": branch.filters}
        if branch.larq:
            given["pad_values"] = float(window.pad or 0)
    if branch.larq:
        given[option] = _larq_quantizer(f, branch, row.weights, "weights")
        if row.input in ("s1", "dorefa"):
            given["input_quantizer"] = _larq_quantizer(f, branch, row.input, "activations")
        names = {"dense": "QuantDense", "conv2d": "QuantConv2D", "depthwise": "QuantDepthwiseConv2D"}
        return getattr(f.larq.layers, names[row.kind])(**given)
    given[option] = _qkeras_quantizer(f, branch, row.weights)
    bias = "quantized_bits(8,1,alpha=1)" if row.bias == "s8" else _qkeras_quantizer(f, branch, row.bias)
    given["bias_quantizer"] = bias
    names = {"dense": "QDense", "conv2d": "QConv2D", "depthwise": "QDepthwiseConv2D"}
    return getattr(f.qkeras, names[row.kind])(**given)


def _norm(f: Frameworks, branch: Branch) -> Any:
    make = f.layers.BatchNormalization
    kinds = (
        make,
        lambda: make(scale=False),
        make,
        f.qkeras.QBatchNormalization,
        make,
        lambda: make(center=False),
        make,
    )
    return branch.turn(kinds)()


# --- The oracle -------------------------------------------------------------------------------------------------


class Exact(NamedTuple):
    """What the output quantizer of a branch sees, computed in float64, [samples, ...]."""

    value: Array
    largest: Array
    """The largest term of the last sum: product with the scale, bias, mean and shift."""
    magnitudes: Array
    """The sum of the magnitudes of all terms, of the layer's products too."""


def exact(built: Built, x: Array) -> Exact:
    """The pre-activation of a branch, from its quantized input and parameters."""
    branch = built.branch
    source = np.asarray(built.source(x), np.float64)
    kernel, *biases = _quantized_weights(built)
    sums, magnitudes = _linear(branch, source, kernel), _linear(branch, abs(source), abs(kernel))
    bias = biases[0] if biases else np.zeros(sums.shape[-1])
    value, largest, magnitudes = sums + bias, np.maximum(abs(sums), abs(bias)), magnitudes + abs(bias)
    if branch.window is not None and branch.window.pool:
        value = _pool(value)
        largest, magnitudes = _pool(largest), _pool(magnitudes)
    if built.norm is None:
        return Exact(value, largest, magnitudes)
    gamma, beta, mean, variance = _norm_parameters(built.norm)
    scale = gamma / np.sqrt(variance + built.norm.epsilon)
    terms = [
        largest * abs(scale),
        np.broadcast_to(abs(mean * scale), value.shape),
        np.broadcast_to(abs(beta), value.shape),
    ]
    return Exact((value - mean) * scale + beta, np.max(terms, axis=0), magnitudes * abs(scale) + terms[1] + terms[2])


def _quantized_weights(built: Built) -> list[Array]:
    """Kernel and bias behind their quantizers, as the layer itself applies them."""
    layer, larq = built.layer, built.branch.larq
    part = "depthwise" if built.branch.row.kind == "depthwise" else "kernel"
    suffix = "" if larq else "_internal"
    quantizers = [getattr(layer, f"{part}_quantizer{suffix}"), None if larq else layer.bias_quantizer_internal]
    pairs = zip(layer.get_weights(), quantizers, strict=False)
    return [np.asarray(weight if quantizer is None else quantizer(weight), np.float64) for weight, quantizer in pairs]


def _linear(branch: Branch, source: Array, kernel: Array) -> Array:
    """The sums of products of a layer: [samples, ...] with Keras's kernel."""
    window = branch.window
    if window is None:
        return source.reshape(len(source), -1) @ kernel
    taps = _taps(source, window)
    if branch.row.kind == "depthwise":
        return (taps * kernel[..., 0]).sum((3, 4))
    return np.tensordot(taps, kernel, 3)


def _taps(source: Array, window: Window) -> Array:
    """[N, H, W, C] to [N, Ho, Wo, Kh, Kw, C]; `same` is TensorFlow's."""
    reach = (window.kernel - 1) * window.dilation + 1
    pads = [(0, 0)] * 4
    if window.pad is not None:
        for axis in (1, 2):
            size = source.shape[axis]
            total = max((-(-size // window.stride) - 1) * window.stride + reach - size, 0)
            pads[axis] = (total // 2, total - total // 2)
    padded = np.pad(source, pads, constant_values=window.pad or 0)
    sliding: Any = np.lib.stride_tricks.sliding_window_view
    views = sliding(padded, (reach, reach), (1, 2))
    views = views[:, :: window.stride, :: window.stride, :, :: window.dilation, :: window.dilation]
    return views.transpose(0, 1, 2, 4, 5, 3)


def _pool(values: Array) -> Array:
    """The largest of each 2 x 2 elements."""
    n, h, w, c = values.shape
    return values[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))


def _norm_parameters(norm: Any) -> list[Array]:
    """Gamma, beta, mean and variance, as the normalization uses them."""
    names = ("gamma", "beta", "mean", "variance")
    weights = (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
    arrays: list[Array] = []
    for name, weight, missing in zip(names, weights, (1.0, 0.0, 0.0, 1.0), strict=True):
        quantizer = getattr(norm, f"{name}_quantizer_internal", None)
        if weight is None:
            arrays.append(np.array(missing))
        else:
            arrays.append(np.asarray(weight if quantizer is None else quantizer(weight), np.float64))
    return arrays


# --- The matrix -------------------------------------------------------------------------------------------------

WINDOWS = tuple(Window(stride=stride, pad=pad) for pad in (None, 0) for stride in (1, 2))
"""What QKeras has, and Larq too."""
SIGN_WINDOWS = tuple(Window(stride=stride, pad=pad) for pad in (1, -1) for stride in (1, 2))
"""What Larq alone has, for s1."""


def branches(row: TableRow) -> list[Branch]:
    """All one-layer networks of a row.

    Every number of channels, with and without normalization, with and without bias, is there with each `shape`. Layers
    of Larq have a bias in float32, as a quantizer for it is not theirs: thresholds and offsets take any bias.
    """
    choices = [
        (larq, window, flat, bias, norm, channels)
        for larq, window, flat in shapes(row)
        for bias in biases(row)
        for norm in (False, True)
        for channels in CHANNELS
    ]
    return [
        Branch(row, channels, norm, bias, larq, number, window, flat)
        for number, (larq, window, flat, bias, norm, channels) in enumerate(choices)
    ]


def biases(row: TableRow) -> tuple[bool, ...]:
    """Without and with a bias. A row that differs from one before in its bias alone has no other layers without.

    That is not so for s32, which is TensorFlow Lite's.
    """
    if row.weights == "dorefa":
        return (False,)
    if row.bias == "s32":
        return (False, True)
    table = DENSE if row in DENSE else CONVOLUTIONS
    before = table[: table.index(row)] if row in table else ()
    return (True,) if row._replace(bias=None) in [other._replace(bias=None) for other in before] else (False, True)


def shapes(row: TableRow) -> Iterator[tuple[bool, Window | None, bool]]:
    """A row's libraries with the geometries that each is built with: whether Larq, the window, whether flat.

    Larq has no 8-bit weights but DoReFa's, QKeras no padding but with zeros. What both have is the same operator once
    it is read, whatever the library: of the two, Larq has what is its own, and in s1 layers one more.
    """
    larq = row.weights != "s8"
    if row.kind == "dense":
        return iter([(False, None, False), (larq, None, True)])
    found = [(row.weights == "dorefa", window, False) for window in WINDOWS]
    if row.kind == "conv2d":
        found += [(found[0][0], Window(kernel=1, stride=stride), False) for stride in (1, 2)]
    found.append((found[0][0], Window(dilation=2, pad=0), False))
    if row.input == "s1":
        found += [(True, window, False) for window in SIGN_WINDOWS]
    if row.input == row.output == "s1":
        found += [(True, Window(), False), (True, Window(dilation=2, pad=-1), False)]
        found += [(pad in (1, -1), Window(pad=pad, pool=True), False) for pad in (None, 0, 1, -1)]
    return iter(found)


# --- The rows of TensorFlow Lite --------------------------------------------------------------------------------


def tflite_file(f: Frameworks, row: TableRow, random: Random) -> tuple[bytes, list[Branch]]:
    """All one-layer networks of an int8 row in one .tflite file, quantized by TensorFlow's converter.

    But for dilated ones, of which that converter makes convolutions of images cut to pieces.
    """
    inputs: dict[tuple[int, ...], Any] = {}
    outputs: list[Any] = []
    found = [branch for branch in branches(row) if branch.window is None or branch.window.dilation == 1]
    for branch in found:
        if branch.shape not in inputs:
            inputs[branch.shape] = f.keras.Input(branch.shape, 1, name=f"x{len(inputs)}")
        y = inputs[branch.shape]
        y = f.layers.Flatten()(y) if branch.flat else y
        y = _float_layer(f, branch)(y)
        y = f.layers.BatchNormalization()(y) if branch.norm else y
        outputs.append(f.layers.ReLU()(y) if branch.turn((False, True, False)) else y)
    model = f.keras.Model(list(inputs.values()), outputs)
    for weight in model.weights:
        low, high = (0.5, 2.0) if "variance" in weight.name else (-1.0, 1.0)
        weight.assign(random.uniform(low, high, weight.shape).astype(np.float32))
    converter = f.tensorflow.lite.TFLiteConverter.from_concrete_functions(*_function(f, model))
    converter.optimizations = [f.tensorflow.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [f.tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = f.tensorflow.int8
    shapes = list(inputs)
    converter.representative_dataset = lambda: (
        {f"x{index}": random.normal(0, 1, (1, *shape)).astype(np.float32) for index, shape in enumerate(shapes)}
        for _ in range(4)
    )
    return converter.convert(), found


def _function(f: Frameworks, model: Any) -> tuple[list[Any], Any]:
    """A Keras model as a function of its inputs by name, and what owns its variables.

    Of the model itself the converter would trace each layer again, a few times.
    """
    owner = f.tensorflow.Module()
    owner.weights = model.weights
    specs = {x.name: f.tensorflow.TensorSpec(x.shape, x.dtype, x.name) for x in model.inputs}

    def run(**inputs: Any) -> Any:
        return model([inputs[x.name] for x in model.inputs])

    function = f.tensorflow.function(run, autograph=False)
    return [function.get_concrete_function(**specs)], owner


def _float_layer(f: Frameworks, branch: Branch) -> Any:
    window = branch.window
    if window is None:
        return f.layers.Dense(branch.filters, use_bias=branch.bias)
    given: dict[str, Any] = {"strides": window.stride, "dilation_rate": window.dilation, "use_bias": branch.bias}
    given["padding"] = "valid" if window.pad is None else "same"
    if branch.row.kind == "depthwise":
        return f.layers.DepthwiseConv2D(window.kernel, **given)
    return f.layers.Conv2D(branch.filters, window.kernel, **given)
