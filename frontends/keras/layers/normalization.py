"""Batch normalization, of its own and folded into the layer before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from xdsl.ir import SSAValue

from ....dialects.dqnn import CENTERED, SCALED, BatchNormOp, tensor_type
from ..file import Array
from ..layer import Layer
from ..options import Options
from ..quantizers import QuantizerError
from ..weights import Role

PARAMETERS = ("gamma", "beta", "moving_mean", "moving_variance")


def batch_norm_roles(options: Options) -> list[Role]:
    """The weights of a batch normalization, which may lack gamma and beta."""
    gamma = [Role("gamma")] if options.truth("scale", True) else []
    beta = [Role("beta")] if options.truth("center", True) else []
    return [*gamma, *beta, Role("moving_mean", trainable=False), Role("moving_variance", trainable=False)]


def parameters_of(layer: Layer, channels: int) -> dict[str, Array]:
    """Gamma (1 where absent), beta (0 where absent), mean and variance.

    Raises:
        ModelError: the variance plus epsilon is not positive, or a parameter is missing.
    """
    options = layer.options
    arrays = {
        "gamma": np.ones(channels, np.float32),
        "beta": np.zeros(channels, np.float32),
    }
    for name in PARAMETERS:
        if (name == "gamma" and not options.truth("scale", True)) or (
            name == "beta" and not options.truth("center", True)
        ):
            continue
        arrays[name] = layer.weight(name, (channels,))
    if (arrays["moving_variance"] + np.float32(epsilon_of(layer)) <= 0).any():
        raise layer.refuse("a variance that is not positive", "train the model again")
    return arrays


def epsilon_of(layer: Layer) -> float:
    """What is added to the variance."""
    epsilon = layer.options.real("epsilon", 0.001)
    if epsilon < 0:
        raise layer.options.wrong("epsilon", "a number that is not negative")
    return epsilon


def check_last_axis(layer: Layer) -> None:
    """Check that the option `axis` is the last one.

    Raises:
        ModelError: it is another.
    """
    axes = layer.options.integers("axis", -1)
    if axes not in ([-1], [len(layer.shape()) - 1]):
        raise layer.refuse(f"axis={axes}", "only the last axis is supported")


def import_batch_norm(*, quantized: bool) -> Callable[[Layer], SSAValue]:
    """BatchNormalization, and QBatchNormalization, whose parameters have quantizers that are evaluated now."""

    def convert(layer: Layer) -> SSAValue:
        shape = layer.shape()
        check_last_axis(layer)
        arrays = parameters_of(layer, shape[-1])
        if quantized:
            for name, option in QUANTIZED.items():
                if name in ("gamma", "beta") and not layer.options.truth(SWITCHES[name], True):
                    continue
                arrays[name] = _quantized(layer, option, arrays[name])
            if (arrays["moving_variance"] + np.float32(epsilon_of(layer)) <= 0).any():
                raise layer.refuse("a quantized variance that is not positive", "use another variance_quantizer")
        fused = len(shape) == 4 and not quantized and not layer.context.keras3
        gamma, beta, mean, variance = (layer.constant(name, arrays[name]) for name in PARAMETERS)
        return layer.emit(
            BatchNormOp(
                layer.input,
                gamma,
                beta,
                mean,
                variance,
                tensor_type(layer.input),
                epsilon=epsilon_of(layer),
                formula=CENTERED if fused else SCALED,
            )
        )

    return convert


QUANTIZED = {
    "gamma": "gamma_quantizer",
    "beta": "beta_quantizer",
    "moving_mean": "mean_quantizer",
    "moving_variance": "variance_quantizer",
}
SWITCHES = {"gamma": "scale", "beta": "center"}


def _quantized(layer: Layer, option: str, array: Array) -> Array:
    """A parameter behind its quantizer; QKeras lets gamma's and the variance's find their scale."""
    trainable = option in ("gamma_quantizer", "variance_quantizer")
    quantizer = layer.quantizer(option, trainable=trainable)
    if quantizer is None:
        return array
    try:
        return quantizer.evaluate(array)
    except QuantizerError as error:
        layer.fail(option, quantizer, error)


@dataclass(frozen=True)
class Folding:
    """A batch normalization inside of a layer, folded into its weights before they are quantized, as QKeras does."""

    inverse: Array
    """gamma / sqrt(variance + epsilon) of each output channel."""
    mean: Array
    beta: Array

    def kernel(self, array: Array) -> Array:
        """The kernel, output channels last."""
        return self.inverse * array

    def bias(self, array: Array | None) -> Array:
        """The bias; the layer has one in any case."""
        bias = np.zeros_like(self.mean) if array is None else array
        return self.inverse * (bias - self.mean) + self.beta


def folding(layer: Layer, channels: int) -> Folding:
    """The batch normalization of QConv2DBatchnorm or QDenseBatchnorm."""
    arrays = parameters_of(layer, channels)
    deviation = np.sqrt(arrays["moving_variance"].astype(np.float64) + float(np.float32(epsilon_of(layer))))
    inverse = (1.0 / deviation).astype(np.float32) * arrays["gamma"]
    return Folding(inverse, arrays["moving_mean"], arrays["beta"])
