"""The quantizers that can be read: one table, from the libraries' names to what they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..options import Json, is_real, show
from .base import Quantizer, QuantizerError, UnknownQuantizerError
from .kinds import (
    EIGHT_BITS_ONLY,
    AutoFixedPoint,
    DoReFaWeights,
    Identity,
    PowerOfTwo,
    Sign,
    Uniform,
    uniform,
)
from .scales import AUTO, Scale
from .spelling import Spelling

MAX_BITS = 16
"""Widest codes that are read: with more, float32 has no room for the values between them."""

IGNORED = frozenset(
    {
        "clip_value",
        "dtype",
        "metrics",
        "name",
        "temperature",
        "trainable",
        "use_real_sigmoid",
        "use_ste",
        "use_stochastic_rounding",
        "use_variables",
        "var_name",
    }
)
"""Parameters that change training alone."""


@dataclass(frozen=True)
class Arguments:
    """A quantizer's arguments by the names of its parameters, absent ones at their default."""

    text: str
    values: Mapping[str, Json]

    def _wrong(self, name: str, expected: str) -> QuantizerError:
        return QuantizerError(f"{name}={show(self.values[name])}", f"{expected} is expected")

    def integer(self, name: str, least: int, most: int) -> int:
        """An integer of a range (a truth value counts as 0 or 1, as in the libraries)."""
        value = self.values[name]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or not least <= value <= most:
            raise self._wrong(name, f"a number from {least} to {most}")
        return int(value)

    def truth(self, name: str) -> bool:
        """A truth value, perhaps written as 0 or 1."""
        value = self.values[name]
        if value not in (True, False, None):
            raise self._wrong(name, "true or false")
        return bool(value)

    def real(self, name: str) -> float:
        """A finite number."""
        value = self.values[name]
        if not is_real(value):
            raise self._wrong(name, "a finite number")
        return float(value)

    def optional_real(self, name: str) -> float | None:
        """A finite number, or None."""
        return None if self.values[name] is None else self.real(name)

    def scale(self, *, trainable: bool) -> Scale:
        """`alpha`: a number, `auto` or `auto_po2`. None is 1, or `auto_po2` as a QKeras layer's own quantizer."""
        value = self.values["alpha"]
        if value is None:
            return "auto_po2" if trainable else 1.0
        if isinstance(value, str):
            if value not in AUTO:
                raise self._wrong("alpha", "a number, 'auto' or 'auto_po2'")
            return value
        return self.real("alpha")

    def noise(self) -> None:
        """Check that the quantizer is fully on: QKeras can mix in values that are not quantized."""
        if self.values["qnoise_factor"] != 1.0:
            raise self._wrong("qnoise_factor", "1.0 (a quantizer that is fully on)")


Make = Callable[[Arguments, bool], Quantizer]
"""Makes a quantizer; the truth value says that it is the kernel's of a QKeras layer, whose scale adapts to it."""


@dataclass(frozen=True)
class Definition:
    """A class of quantizers: its parameters in the library's order with their defaults, and what it is."""

    parameters: Mapping[str, Json]
    make: Make
    conditions: tuple[str, ...] = ()
    """On which it is read, or, where it says so, computed on codes."""


def _fallback(arguments: Arguments, bits: int) -> str | None:
    return None if bits <= 8 else f"{arguments.text}: {EIGHT_BITS_ONLY}"


def _quantized_bits(arguments: Arguments, trainable: bool) -> Quantizer:
    arguments.noise()
    bits, integer = arguments.integer("bits", 1, MAX_BITS), arguments.integer("integer", -64, 64)
    alpha = arguments.scale(trainable=trainable)
    signed, symmetric = arguments.truth("keep_negative"), arguments.truth("symmetric")
    if isinstance(alpha, str):
        if bits < 2:
            raise QuantizerError(f"bits={bits} with alpha='{alpha}'", "use binary for one bit")
        axis = arguments.values["scale_axis"]
        return AutoFixedPoint(arguments.text, bits, integer, alpha, axis if isinstance(axis, int) else None)
    if bits == 1 and signed:
        return Sign(arguments.text, alpha)
    if alpha <= 0:
        raise QuantizerError(f"alpha={alpha:g}", "a positive scale is needed")
    levels = 1 << (bits - 1 if signed else bits)
    low = 0 if not signed else -levels + (1 if symmetric else 0)
    element = uniform(2.0**integer / levels, low, levels - 1)
    return Uniform(arguments.text, element, _fallback(arguments, bits), alpha=alpha)


def _binary(arguments: Arguments, trainable: bool) -> Quantizer:
    return Sign(arguments.text, arguments.scale(trainable=trainable), arguments.truth("use_01"))


def _stochastic_binary(arguments: Arguments, trainable: bool) -> Quantizer:
    return Sign(arguments.text, arguments.scale(trainable=trainable))


def _sign(arguments: Arguments, trainable: bool) -> Quantizer:
    return Sign(arguments.text)


def _quantized_relu(arguments: Arguments, trainable: bool) -> Quantizer:
    arguments.noise()
    bits, integer = arguments.integer("bits", 1, MAX_BITS), arguments.integer("integer", -64, 64)
    slope = arguments.real("negative_slope")
    if arguments.truth("use_sigmoid"):
        raise QuantizerError("use_sigmoid=True", "use quantized_sigmoid, or use_sigmoid=False")
    if not arguments.truth("is_quantized_clip") and arguments.values["relu_upper_bound"] is not None:
        raise QuantizerError("is_quantized_clip=False with relu_upper_bound", "leave both out")
    if slope == 0.0:
        element = uniform(2.0 ** (integer - bits), 0, (1 << bits) - 1)
        return Uniform(arguments.text, element, _fallback(arguments, bits))
    if slope < 0 or not math.log2(slope).is_integer() or slope > 1:
        raise QuantizerError(f"negative_slope={slope:g}", "a power of two up to 1 is expected")
    levels = 1 << (bits - 1)
    element = uniform(2.0**integer / levels, -max(int(slope * levels), 1), max(levels - 1, 1))
    return Uniform(arguments.text, element, _fallback(arguments, bits), slope)


def _quantized_tanh(arguments: Arguments, trainable: bool) -> Quantizer:
    bits = arguments.integer("bits", 2, MAX_BITS)
    levels = 1 << (bits - 1)
    element = uniform(1 / levels, -levels + (1 if arguments.truth("symmetric") else 0), levels - 1)
    function = "tanh" if arguments.truth("use_real_tanh") else ""
    return Uniform(arguments.text, element, _fallback(arguments, bits), function=function)


def _power_of_two(arguments: Arguments, trainable: bool) -> Quantizer:
    arguments.noise()
    relu = "negative_slope" in arguments.values
    slope = arguments.real("negative_slope") if relu else 0.0
    bits, max_value = arguments.integer("bits", 2, 8), arguments.optional_real("max_value")
    exponent_bits = bits - (0 if relu else 1) - (1 if max_value is None or max_value > 1 else 0)
    quadratic = arguments.truth("quadratic_approximation")
    least, largest = -(1 << max(exponent_bits, 0)), (1 << max(exponent_bits, 0)) - 1
    rounding = arguments.values["log2_rounding"]
    if rounding not in ("rnd", "floor") or slope < 0:
        raise QuantizerError(f"log2_rounding={show(rounding)}, negative_slope={slope:g}", "use the defaults")
    if quadratic:
        largest = 2 * (largest // 2)
    return PowerOfTwo(arguments.text, least, largest, max_value, quadratic, rounding == "floor", relu, slope)


def _dorefa(arguments: Arguments, trainable: bool) -> Quantizer:
    bits, mode = arguments.integer("k_bit", 1, MAX_BITS - 1), arguments.values["mode"]
    if mode == "weights":
        return DoReFaWeights(arguments.text, bits)
    if mode != "activations":
        raise QuantizerError(f"mode={show(mode)}", "'activations' or 'weights' is expected")
    levels = (1 << bits) - 1
    return Uniform(arguments.text, uniform(1 / levels, 0, levels), _fallback(arguments, bits))


def _identity(arguments: Arguments, trainable: bool) -> Quantizer:
    return Identity(arguments.text)


NOISE = {"qnoise_factor": 1.0}

_BITS = "on codes: bits of 8 at most"
_ALPHA = "of activations: alpha a number, on codes 1"
_BINARY = "on codes: alpha=1"
_SLOPE = "negative_slope 0 or a power of two up to 1"
_NO_SIGMOID = "use_sigmoid=False"
_CONSTANTS = ("for weights, biases and batch normalization alone; computed in float",)

_SIGN = Definition({}, _sign)
_DOREFA = Definition(
    {"k_bit": 2, "mode": "activations"},
    _dorefa,
    ("on codes: k_bit of 8 at most", "on codes: as weights in QuantConv1D and QuantConv2D alone"),
)

QUANTIZERS: dict[str, Definition] = {
    "ApproxSign": _SIGN,
    "DoReFa": _DOREFA,
    "DoReFaQuantizer": _DOREFA,
    "NoOp": Definition({"precision": None}, _identity),
    "NoOpQuantizer": Definition({"precision": None}, _identity),
    "SteSign": _SIGN,
    "SwishSign": Definition({"beta": 5.0}, _sign),
    "approx_sign": _SIGN,
    "binary": Definition(
        {"use_01": False, "alpha": None, "use_stochastic_rounding": False},
        _binary,
        ("on codes: use_01=False, alpha=1",),
    ),
    "dorefa_quantizer": _DOREFA,
    "linear": Definition({}, _identity),
    "quantized_bits": Definition(
        {
            "bits": 8,
            "integer": 0,
            "symmetric": 0,
            "keep_negative": True,
            "alpha": None,
            "use_stochastic_rounding": False,
            "scale_axis": None,
            **NOISE,
        },
        _quantized_bits,
        (_BITS, _ALPHA),
    ),
    "quantized_po2": Definition(
        {
            "bits": 8,
            "max_value": None,
            "use_stochastic_rounding": False,
            "quadratic_approximation": False,
            "log2_rounding": "rnd",
            **NOISE,
        },
        _power_of_two,
        _CONSTANTS,
    ),
    "quantized_relu": Definition(
        {
            "bits": 8,
            "integer": 0,
            "use_sigmoid": 0,
            "negative_slope": 0.0,
            "use_stochastic_rounding": False,
            "relu_upper_bound": None,
            "is_quantized_clip": True,
            **NOISE,
        },
        _quantized_relu,
        (_BITS, _SLOPE, _NO_SIGMOID),
    ),
    "quantized_relu_po2": Definition(
        {
            "bits": 8,
            "max_value": None,
            "negative_slope": 0,
            "use_stochastic_rounding": False,
            "quadratic_approximation": False,
            "log2_rounding": "rnd",
            **NOISE,
        },
        _power_of_two,
        _CONSTANTS,
    ),
    "quantized_tanh": Definition(
        {"bits": 8, "use_stochastic_rounding": False, "symmetric": False, "use_real_tanh": False},
        _quantized_tanh,
        ("activations alone where use_real_tanh=True", _BITS),
    ),
    "ste_sign": _SIGN,
    "stochastic_binary": Definition(
        {"alpha": None, "temperature": 6.0, "use_real_sigmoid": True}, _stochastic_binary, (_BINARY,)
    ),
    "swish_sign": _SIGN,
}
"""A quantizer's name, as files have it -> its parameters and what it is."""


USUAL = (
    "quantized_bits, quantized_relu, quantized_tanh, binary, stochastic_binary, SteSign, ApproxSign, SwishSign, DoReFa"
)
"""The quantizers that messages name."""


def make_quantizer(spelling: Spelling, *, trainable: bool) -> Quantizer:
    """The quantizer that a file spells; `trainable` where it is the kernel's of a QKeras layer.

    Raises:
        QuantizerError: it is unknown, or its arguments are none that can be read.
    """
    definition = QUANTIZERS.get(spelling.name) if spelling.known_package else None
    if definition is None:
        from .plugin import find_plugin

        plugin = find_plugin(spelling)
        if plugin is not None:
            return plugin
        raise UnknownQuantizerError("unknown quantizer", f"use one of {USUAL}, or register your own")
    values = dict(definition.parameters)
    if len(spelling.arguments) > len(values):
        raise QuantizerError(f"{len(spelling.arguments)} arguments", f"at most {len(values)} are expected")
    values.update(zip(values, spelling.arguments, strict=False))
    for name, value in spelling.named.items():
        if name in values:
            values[name] = value
        elif name not in IGNORED:
            raise QuantizerError(f"unknown argument {name}", "save the model with a known version of the library")
    return definition.make(Arguments(str(shortened(spelling, definition)), values), trainable)


def shortened(spelling: Spelling, definition: Definition) -> Spelling:
    """The spelling without arguments that only repeat a default or change training alone: files carry all of them."""
    told = {
        name: value
        for name, value in spelling.named.items()
        if name not in IGNORED and not (name in definition.parameters and value == definition.parameters[name])
    }
    return Spelling(spelling.name, spelling.arguments, told, spelling.known_package)
