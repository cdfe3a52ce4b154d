"""Networks of uint8 codes: after `shift-to-signed`, and as the C that they become, they are what LiteRT computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn import Conv2DOp
from dqnnc.dialects.dqnn.fallback import Fallback
from dqnnc.dialects.fixed_point import quantize_multiplier
from dqnnc.dialects.quant import UniformQuantizedType, shifted
from dqnnc.dialects.semantics import run
from dqnnc.dialects.semantics.linear import output_ratios
from dqnnc.frontends.tflite import import_tflite
from dqnnc.passes.pipelines import DqnnToCallsPipeline, expand
from dqnnc.passes.shift_to_signed import ShiftToSignedPass
from dqnnc.passes.target import computed_ops
from dqnnc.tools.run_compiled import run_samples
from support.inputs import random_inputs
from support.litert import needs_litert, run_litert
from support.tflite_builder import ModelBuilder
from support.tflite_cases import UNSIGNED_CASES
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerType, ModuleOp, Signedness, i8

u8 = IntegerType(8, Signedness.UNSIGNED)

NO_KERNEL = {"mean_of_all_u8", "div_u8", "div_channels_u8"}
"""Cases that no kernel computes on codes, in int8 neither: a result of rank 0, and quotients."""


def test_shifted_types_stand_for_the_same_reals():
    element = UniformQuantizedType.per_tensor(u8, 0.5, 3, 1, 255)
    assert shifted(element) == UniformQuantizedType.per_tensor(i8, 0.5, -125, -127, 127)
    per_axis = UniformQuantizedType.per_axis(i8, 2, [0.5, 0.25], [-128, 127])
    assert shifted(per_axis) == UniformQuantizedType.per_axis(u8, 2, [0.5, 0.25], [0, 255])
    assert shifted(shifted(per_axis)) == per_axis


@needs_litert
@pytest.mark.parametrize("name", UNSIGNED_CASES)
def test_shifted_network(name: str):
    data = UNSIGNED_CASES[name]
    module = import_tflite(data, name)
    samples = [random_inputs(module, seed) for seed in range(4)]
    ShiftToSignedPass().apply(Context(), module)
    module.verify()
    for inputs in samples:
        for output, reference in zip(run(module, inputs), run_litert(data, inputs), strict=True):
            assert output.dtype == reference.dtype
            np.testing.assert_array_equal(output, reference)


@needs_litert
@pytest.mark.parametrize("name", sorted(set(UNSIGNED_CASES) - NO_KERNEL))
def test_compiled_network(name: str):
    data = UNSIGNED_CASES[name]
    module = import_tflite(data, name)
    samples = [random_inputs(module, seed) for seed in range(4)]
    for step in expand([DqnnToCallsPipeline()]):
        step.apply(Context(), module)
        assert not any(Fallback.of(op) for op in computed_ops(module)), "integers all the way"
    for inputs, outputs in zip(samples, run_samples(module, samples), strict=True):
        for output, reference in zip(outputs, run_litert(data, inputs), strict=True):
            np.testing.assert_array_equal(output, reference)


def convolution(scales: list[float]) -> ModuleOp:
    """One of uint8 codes; the scales of input, weights and output."""
    m = ModelBuilder()
    x = m.input((1, 1, 1, 1), "UINT8", scale=scales[0], zero_point=7)
    w = m.const(np.ones((1, 1, 1, 1), np.uint8), scale=scales[1], zero_point=3)
    y = m.tensor((1, 1, 1, 1), "UINT8", scale=scales[2])
    m.op("CONV_2D", [x, w, m.const(np.ones(1, np.int32))], y, padding="VALID", stride_h=1, stride_w=1)
    return import_tflite(m.finish([y]), "convolution")


def multiplier_of(module: ModuleOp) -> tuple[int, int]:
    (op,) = (op for op in module.walk() if isinstance(op, Conv2DOp))
    return quantize_multiplier(float(output_ratios(op)[0]))


def test_multipliers_are_those_of_unsigned_weights():
    """A product of scales in float32 is another than one in float64: seldom, the scale of weights can stay."""
    rng: Any = np.random.default_rng(0)
    moved = 0
    for _ in range(300):
        scales = np.exp(rng.uniform(-6, 0, 3)).astype(np.float32).tolist()
        module = convolution(scales)
        unsigned = multiplier_of(module)
        moved += unsigned != quantize_multiplier(scales[0] * scales[1] / scales[2])
        ShiftToSignedPass().apply(Context(), module)
        module.verify()
        assert multiplier_of(module) == unsigned
    assert moved > 100
