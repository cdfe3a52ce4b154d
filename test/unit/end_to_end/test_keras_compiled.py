"""Keras networks as the C that they become, compared with Keras: what is on codes, and what falls back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn import quantized_element
from dqnnc.dialects.dqnn.base import Tensor
from dqnnc.dialects.dqnn.fallback import FALLBACK
from dqnnc.dialects.dqnn.memory_form import TYPE, argument_attributes, network_arguments
from dqnnc.dialects.dqnn.network import network_function
from dqnnc.dialects.fixed_point import dequantize
from dqnnc.frontends.keras import import_keras_file
from dqnnc.passes.pipelines import DqnnToCallsPipeline, PreparePipeline, QuantizePipeline
from dqnnc.tools.run_compiled import run_compiled
from numpy.typing import NDArray
from support.keras import Frameworks, frameworks, needs_keras, randomize, run_keras, saved
from support.s1 import integers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.hints import isa

pytestmark = needs_keras

Array = NDArray[Any]


@dataclass(frozen=True)
class Case:
    """A branch of a network."""

    build: Callable[[Frameworks, Any], Any]
    falls_back: bool = False
    """Whether a layer of it computes in float, for a reason that it says; else none with quantizers does."""
    step: float = 0.0
    """One code of the output, which s8 layers on s8 may be off, where a sum is an exact half."""


def sign(f: Frameworks, x: Any) -> Any:
    return f.qkeras.QActivation("binary(alpha=1)")(x)


CODE = 2.0**-6
"""The scale of `codes`."""


def codes(f: Frameworks, x: Any) -> Any:
    return f.qkeras.QActivation("quantized_bits(8,1,alpha=1)")(x)


def norm(f: Frameworks, x: Any) -> Any:
    return f.layers.BatchNormalization()(x)


def conv(f: Frameworks, x: Any, kernel: Any = "binary(alpha=1)", **options: Any) -> Any:
    return f.qkeras.QConv2D(9, 3, kernel_quantizer=kernel, **{"use_bias": False, **options})(x)


def depthwise(f: Frameworks, x: Any, kernel: Any = "binary(alpha=1)", **options: Any) -> Any:
    return f.qkeras.QDepthwiseConv2D(3, depthwise_quantizer=kernel, **options)(x)


def dense(f: Frameworks, x: Any, kernel: Any = "binary(alpha=1)") -> Any:
    return f.qkeras.QDense(5, kernel_quantizer=kernel)(x)


def other(f: Frameworks, x: Any) -> Any:
    """Other numbers than x."""
    return f.layers.Subtract()([x, f.layers.Multiply()([x, x])])


IMAGE: dict[str, Case] = {
    # Signs with scales: QKeras finds them, or they are given.
    "auto scale to s1": Case(lambda f, x: sign(f, norm(f, conv(f, sign(f, x), "binary(alpha='auto')")))),
    "found scale to s1, bias": Case(lambda f, x: sign(f, conv(f, sign(f, x), "binary", use_bias=True))),
    "negative scale to s8": Case(lambda f, x: codes(f, norm(f, conv(f, sign(f, x), "binary(alpha=-0.75)")))),
    "half to f32": Case(lambda f, x: conv(f, sign(f, x), "stochastic_binary(alpha=0.5)")),
    "auto scale, pool between": Case(
        lambda f, x: sign(f, norm(f, f.layers.MaxPooling2D()(conv(f, sign(f, x), "binary(alpha='auto')")))),
    ),
    "auto scale, depthwise": Case(
        lambda f, x: sign(f, norm(f, depthwise(f, sign(f, x), "binary(alpha='auto')", use_bias=False)))
    ),
    "scale of s8 input": Case(lambda f, x: conv(f, codes(f, x), "binary(alpha=0.5)"), falls_back=True),
    "0 and 1": Case(lambda f, x: conv(f, sign(f, x), "binary(use_01=1,alpha=1)"), falls_back=True),
    "activation with a scale": Case(
        lambda f, x: conv(f, f.qkeras.QActivation("binary(alpha=2.0)")(x)), falls_back=True
    ),
    # Depthwise layers.
    "depthwise to s1": Case(lambda f, x: sign(f, depthwise(f, sign(f, x), padding="same", strides=(2, 2)))),
    "depthwise to s8": Case(lambda f, x: codes(f, depthwise(f, sign(f, x))), falls_back=True),
    "depthwise to f32": Case(lambda f, x: depthwise(f, sign(f, x)), falls_back=True),
    "depthwise of two filters": Case(
        lambda f, x: sign(f, depthwise(f, sign(f, x), depth_multiplier=2)), falls_back=True
    ),
    "depthwise s8 of two filters": Case(
        lambda f, x: codes(f, depthwise(f, codes(f, x), "quantized_bits(8,0,alpha=1)", depth_multiplier=2)),
        step=CODE,
    ),
    "larq depthwise": Case(
        lambda f, x: sign(
            f,
            f.larq.layers.QuantDepthwiseConv2D(
                3, padding="same", pad_values=-1.0, input_quantizer="ste_sign", depthwise_quantizer="ste_sign"
            )(x),
        )
    ),
    "dorefa depthwise": Case(
        lambda f, x: sign(
            f,
            f.larq.layers.QuantDepthwiseConv2D(
                3,
                input_quantizer=f.larq.quantizers.DoReFa(8),
                depthwise_quantizer=f.larq.quantizers.DoReFa(8, mode="weights"),
            )(x),
        ),
        falls_back=True,
    ),
    "dorefa with a bias": Case(
        lambda f, x: sign(
            f,
            f.larq.layers.QuantConv2D(
                4,
                3,
                padding="same",
                input_quantizer=f.larq.quantizers.DoReFa(8),
                kernel_quantizer=f.larq.quantizers.DoReFa(8, mode="weights"),
            )(x),
        )
    ),
    "larq separable": Case(
        lambda f, x: f.larq.layers.QuantSeparableConv2D(
            5, 3, input_quantizer="ste_sign", depthwise_quantizer="ste_sign", pointwise_quantizer="ste_sign"
        )(x),
        falls_back=True,
    ),
    # What moves signs, and what computes with them.
    "cropped": Case(lambda f, x: conv(f, f.layers.Cropping2D(((1, 0), (1, 1)))(sign(f, x))), falls_back=True),
    "padded": Case(lambda f, x: sign(f, norm(f, conv(f, f.layers.ZeroPadding2D(1)(sign(f, x)))))),
    "padded, an output": Case(lambda f, x: f.layers.ZeroPadding2D(1)(sign(f, x))),
    "joined by rows": Case(lambda f, x: conv(f, f.layers.Concatenate(axis=1)([sign(f, x), sign(f, other(f, x))]))),
    "joined by channels": Case(lambda f, x: conv(f, f.layers.Concatenate()([sign(f, x), sign(f, other(f, x))]))),
    "added": Case(lambda f, x: sign(f, f.layers.Add()([sign(f, x), sign(f, other(f, x))]))),
    "multiplied": Case(lambda f, x: conv(f, sign(f, f.layers.Multiply()([sign(f, x), sign(f, other(f, x))])))),
    "repeated": Case(lambda f, x: conv(f, f.layers.UpSampling2D(2)(sign(f, x))), falls_back=True),
    "turned": Case(lambda f, x: conv(f, f.layers.Permute((2, 1, 3))(sign(f, x)))),
    "average": Case(lambda f, x: sign(f, f.layers.AveragePooling2D(2)(sign(f, x)))),
    "maximum": Case(lambda f, x: conv(f, f.layers.MaxPooling2D(2, strides=1, padding="same")(sign(f, x)))),
    "maximum of all": Case(lambda f, x: f.layers.GlobalMaxPooling2D()(sign(f, x))),
    "activated": Case(lambda f, x: f.layers.ReLU()(sign(f, x))),
    # Transposed convolutions.
    "transposed s1": Case(
        lambda f, x: sign(f, norm(f, f.qkeras.QConv2DTranspose(4, 3, kernel_quantizer="binary(alpha=1)")(sign(f, x))))
    ),
    "transposed s8": Case(
        lambda f, x: codes(
            f, f.qkeras.QConv2DTranspose(4, 3, kernel_quantizer="quantized_bits(8,0,1,alpha=1)")(codes(f, x))
        ),
        step=CODE,
    ),
    "transposed, scales of inputs": Case(
        lambda f, x: codes(f, f.qkeras.QConv2DTranspose(7, 3, kernel_quantizer="binary(alpha='auto')")(codes(f, x))),
        falls_back=True,
    ),
    "transposed with strides": Case(
        lambda f, x: f.qkeras.QConv2DTranspose(4, 3, strides=2, kernel_quantizer="binary(alpha=1)")(sign(f, x)),
        falls_back=True,
    ),
    # Activations of QKeras behind layers.
    "hard sigmoid": Case(lambda f, x: conv(f, sign(f, x), activation="hard_sigmoid")),
    "tanh": Case(lambda f, x: conv(f, sign(f, x), activation="quantized_tanh(8)")),
    "slope": Case(lambda f, x: f.layers.PReLU(shared_axes=[1, 2])(conv(f, sign(f, x)))),
    "q batch norm": Case(lambda f, x: sign(f, f.qkeras.QBatchNormalization(scale=False)(conv(f, sign(f, x))))),
    "residual": Case(
        lambda f, x: sign(
            f, f.layers.Add()([norm(f, depthwise(f, sign(f, x), padding="same")), f.layers.ReLU()(sign(f, x))])
        ),
        falls_back=True,
    ),
}

WIDE: dict[str, Case] = {
    "flat": Case(lambda f, x: sign(f, dense(f, f.layers.Flatten()(sign(f, x))))),
    "flat behind a pool": Case(lambda f, x: dense(f, f.layers.Flatten()(f.layers.MaxPooling2D()(sign(f, x))))),
    "flat, an output": Case(lambda f, x: f.layers.Flatten()(sign(f, x))),
    "flat, a float layer": Case(lambda f, x: f.layers.Dense(3)(f.layers.Flatten()(sign(f, x)))),
    "flat, joined": Case(
        lambda f, x: dense(
            f, f.layers.Concatenate()([f.layers.Flatten()(v) for v in (sign(f, x), sign(f, other(f, x)))])
        )
    ),
    "other rows": Case(lambda f, x: conv(f, f.layers.Reshape((8, 2, 40))(sign(f, x)), padding="same")),
    "other channels": Case(lambda f, x: conv(f, f.layers.Reshape((8, 4, 20))(sign(f, x))), falls_back=True),
}

LINE: dict[str, Case] = {
    "one dimension": Case(
        lambda f, x: sign(f, norm(f, f.qkeras.QConv1D(4, 3, kernel_quantizer="binary(alpha='auto')")(sign(f, x))))
    ),
    "one dimension, a pool": Case(
        lambda f, x: sign(
            f,
            norm(f, f.layers.MaxPooling1D(2)(f.qkeras.QConv1D(4, 3, kernel_quantizer="binary(alpha=1)")(sign(f, x)))),
        )
    ),
    "one dimension, larq": Case(
        lambda f, x: f.larq.quantizers.SteSign()(
            f.larq.layers.QuantConv1D(
                4, 3, padding="same", pad_values=1.0, input_quantizer="ste_sign", kernel_quantizer="ste_sign"
            )(x)
        )
    ),
    "rows": Case(lambda f, x: sign(f, dense(f, sign(f, x))), falls_back=True),
}

VECTOR: dict[str, Case] = {
    "s8 and signs with a scale": Case(lambda f, x: codes(f, norm(f, dense(f, codes(f, x), "binary(alpha='auto')")))),
    "f32 and signs with a scale": Case(lambda f, x: sign(f, norm(f, dense(f, x, "binary")))),
    "dorefa dense": Case(
        lambda f, x: f.larq.layers.QuantDense(
            3,
            input_quantizer=f.larq.quantizers.DoReFa(8),
            kernel_quantizer=f.larq.quantizers.DoReFa(8, mode="weights"),
        )(x),
        falls_back=True,
    ),
    "larq quantizers": Case(
        lambda f, x: f.layers.Concatenate()(
            [f.larq.quantizers.SwishSign()(x), f.larq.quantizers.DoReFa(8)(x), f.larq.quantizers.ApproxSign()(x)]
        )
    ),
}

GROUPS: dict[tuple[int, ...], dict[str, Case]] = {(6, 5, 7): IMAGE, (4, 4, 40): WIDE, (11, 5): LINE, (40,): VECTOR}


def output_types(module: ModuleOp) -> list[Tensor]:
    """The tensor type of each output of kernel calls."""
    function = network_function(module)
    types = [argument_attributes(function, argument).get(TYPE) for argument in network_arguments(function).outputs]
    return [type_ for type_ in types if isa(type_, Tensor)]


def reals(array: Array, type_: Tensor) -> Array:
    """The numbers that an output's elements stand for."""
    element = quantized_element(type_)
    return array if element is None else dequantize(array, element)


@pytest.mark.parametrize("shape", GROUPS, ids=lambda shape: "x".join(map(str, shape)))
def test_networks(shape: tuple[int, ...], tmp_path: Path):
    cases, f = GROUPS[shape], frameworks()
    x = f.keras.Input(shape)
    model = f.keras.Model(x, [case.build(f, x) for case in cases.values()])
    randomize(model)
    data = saved(model, tmp_path)
    # Multiples of 2^-8 that lie on ties of the quantizers now and then.
    sample = integers(np.random.default_rng(4), -400, 400, 1, *shape).astype(np.float32) / np.float32(256)
    expected = run_keras(model, [sample])
    module = import_keras_file(data, "model.h5")
    DqnnToCallsPipeline().apply(Context(), module)
    results = run_compiled(module, [sample])
    for (name, case), array, type_, theirs in zip(cases.items(), results, output_types(module), expected, strict=True):
        ours = reals(array, type_)
        assert ours.shape == theirs.shape, name
        assert np.abs(ours - theirs).max() <= max(1e-5 * np.abs(theirs).max(), case.step), name


@pytest.mark.parametrize(("shape", "name"), [(shape, name) for shape, cases in GROUPS.items() for name in cases])
def test_fallbacks(shape: tuple[int, ...], name: str, tmp_path: Path):
    f = frameworks()
    x = f.keras.Input(shape)
    case = GROUPS[shape][name]
    module = import_keras_file(saved(f.keras.Model(x, case.build(f, x)), tmp_path), "model.h5")
    for step in (PreparePipeline(), QuantizePipeline()):
        step.apply(Context(), module)
    reasons = [op.attributes[FALLBACK] for op in module.walk() if FALLBACK in op.attributes]
    assert bool(reasons) == case.falls_back, reasons
