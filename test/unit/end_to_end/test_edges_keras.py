"""Networks with codes, signs and real numbers at their edges give what Keras gives for the numbers that these are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.backends.c.project import write_project
from dqnnc.frontends.keras import import_keras_file
from dqnnc.passes.convert_edges import DataType
from dqnnc.passes.pipelines import DqnnToCallsPipeline
from dqnnc.tools.edges import from_memory, from_reals, network_edges, to_memory, to_reals
from dqnnc.tools.emulator import build_host, build_target, run
from numpy.typing import NDArray
from support.keras import Frameworks, frameworks, needs_keras, randomize, run_keras, saved
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

pytestmark = needs_keras

Array = NDArray[Any]
Make = Callable[[Frameworks], Any]
Random = Any


def qkeras_codes(f: Frameworks) -> Any:
    """s8 in and out; the layer between has s1 weights, so that no code differs."""
    q = f.qkeras
    return f.keras.Sequential(
        [
            f.layers.Input((7,)),
            q.QActivation(q.quantized_bits(8, 2, alpha=1)),
            q.QDense(5, kernel_quantizer=q.binary(alpha=1), use_bias=False),
            f.layers.BatchNormalization(),
            q.QActivation(q.quantized_bits(8, 3, alpha=1)),
        ]
    )


def larq_codes(f: Frameworks) -> Any:
    """DoReFa's codes, of scale 1/255, in; signs out."""
    return f.keras.Sequential(
        [
            f.layers.Input((6, 6, 2)),
            f.larq.layers.QuantConv2D(
                40,
                3,
                input_quantizer=f.larq.quantizers.DoReFa(k_bit=8, mode="activations"),
                kernel_quantizer=f.larq.quantizers.DoReFa(k_bit=8, mode="weights"),
                use_bias=False,
            ),
            f.layers.BatchNormalization(),
            f.qkeras.QActivation(f.qkeras.binary(alpha=1)),
        ]
    )


def larq_signs(f: Frameworks) -> Any:
    """s1 in and out, 40 channels at both edges, a pool behind the sign."""
    return f.keras.Sequential(
        [
            f.layers.Input((6, 6, 40)),
            f.larq.layers.QuantConv2D(
                40,
                3,
                input_quantizer="ste_sign",
                kernel_quantizer="ste_sign",
                padding="same",
                pad_values=1.0,
                use_bias=False,
            ),
            f.layers.BatchNormalization(),
            f.qkeras.QActivation(f.qkeras.binary(alpha=1)),
            f.layers.MaxPooling2D(2),
        ]
    )


def qkeras_reshaped(f: Frameworks) -> Any:
    """s1 in behind a reshape; codes out before one."""
    q = f.qkeras
    return f.keras.Sequential(
        [
            f.layers.Input((2, 16)),
            f.layers.Flatten(),
            q.QActivation(q.binary(alpha=1)),
            q.QDense(12, kernel_quantizer=q.binary(alpha=1), use_bias=False),
            q.QActivation(q.quantized_relu(8, 5)),
            f.layers.Reshape((3, 4)),
        ]
    )


DEFAULTS: dict[Make, tuple[str, str]] = {
    qkeras_codes: ("i8", "i8"),
    larq_codes: ("i8", "s1"),
    larq_signs: ("s1", "s1"),
    qkeras_reshaped: ("s1", "i8"),
}
"""The element types that inputs and outputs have by default."""

OPTIONS: list[dict[str, Any]] = [
    {},
    {"s1_bit_order": "msb"},
    {"input_data_type": ("float32",), "output_data_type": ("float32",)},
]


def compiled(model: Any, folder: Path, **options: Any) -> ModuleOp:
    """A Keras model as kernel calls."""
    module = import_keras_file(saved(model, folder), "model.h5")
    DqnnToCallsPipeline(kernels="portable", **options).apply(Context(), module)
    return module


def samples(random: Random, shape: tuple[int, ...], count: int) -> list[Array]:
    """Real numbers among which are halves of codes, 0 and -0."""
    steps = random.integers(-600, 600, (count, *shape)) / 64
    return [np.where(sample == 0, -0.0, sample).astype(np.float32)[np.newaxis] for sample in steps]


def check(model: Any, folder: Path, core: str | None, count: int, **options: Any) -> tuple[str, str]:
    """Compare the network's values, as real numbers, with Keras's; the element types of its input and output."""
    module = compiled(model, folder, **options)
    write_project(module, folder / "project", "net")
    if core is None:
        program = build_host(folder / "project", folder / "build", opt="-O0", sanitize=True)
    else:
        program = build_target(folder / "project", core, folder / "build")
    [given], [made] = network_edges(module)
    random: Random = np.random.default_rng(7)
    inputs = samples(random, given.type.get_shape()[1:], count)
    results = run(program, [[to_memory(from_reals(sample, given), given)] for sample in inputs])
    for sample, [result] in zip(inputs, results, strict=True):
        got = to_reals(from_memory(result, made), made.type.element_type)
        np.testing.assert_array_equal(got, run_keras(model, [sample])[0])
    return name_of(given.type.element_type), name_of(made.type.element_type)


def name_of(element: Any) -> str:
    storage = getattr(element, "storage_type", None)
    return str(element).removeprefix("!dqnn.") if storage is None else str(storage)


def build(make: Make) -> Any:
    model = make(frameworks())
    randomize(model, seed=3)
    return model


@pytest.mark.parametrize("make", DEFAULTS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("options", OPTIONS, ids=["default", "msb", "float32"])
def test_values_are_those_of_keras(make: Make, options: dict[str, Any], tmp_path: Path):
    types = check(build(make), tmp_path, None, 20, **options)
    assert types == (("f32", "f32") if "input_data_type" in options else DEFAULTS[make])


@pytest.mark.parametrize("make", [qkeras_codes, larq_codes], ids=lambda make: make.__name__)
def test_unsigned_codes(make: Make, tmp_path: Path):
    """As cameras give them: those of int8 and 128 more."""
    unsigned: tuple[DataType, ...] = ("uint8",)
    assert check(build(make), tmp_path, None, 20, input_data_type=unsigned)[0] == "ui8"


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("arm-none-eabi-gcc", "qemu-system-arm")),
    reason="needs arm-none-eabi-gcc and qemu-system-arm",
)
@pytest.mark.parametrize("make", [larq_codes, larq_signs], ids=lambda make: make.__name__)
@pytest.mark.parametrize("order", ["lsb", "msb"])
def test_words_on_an_emulated_core(make: Make, order: str, tmp_path: Path):
    check(build(make), tmp_path, "cortex-m4", 3, s1_bit_order=order)
