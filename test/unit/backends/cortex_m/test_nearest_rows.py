"""Which rows of the kernel table are nearest to a configuration that has none, and what leads there."""

from __future__ import annotations

import pytest
from dqnnc.backends.common.configuration import DOREFA, Configuration, configuration_of, type_tag
from dqnnc.backends.cortex_m.kernels import TABLE
from dqnnc.dialects.dqnn import Conv2DAffineOp, ReluOp
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.passes.select_kernels import SelectKernelsPass
from xdsl.dialects.builtin import IntegerType, TensorType, f32, i8
from xdsl.ir import Attribute
from xdsl.utils.test_value import create_ssa_value


def refusal(kind: str, types: str, reason: str | None = None):
    """Why there is no row, for `input weights output`."""
    source, weights, output = types.split()
    op = ReluOp(create_ssa_value(TensorType(f32, [1])), TensorType(f32, [1]))
    return SelectKernelsPass().refusal(op, Configuration(kind, source, weights, output), reason)


@pytest.mark.parametrize(
    ("kind", "asked", "nearest"),
    [
        # The document's fallback example, and its first QKeras example.
        ("convolution", "s8 s1 s8", ["s8 x s8 -> s8", "s1 x s1 -> s8"]),
        ("convolution", "s8 s1 s1", ["s8 x s8 -> s1", "s1 x s1 -> s1"]),
        # A first layer without a quantizer before it; a last one without a quantizer behind it.
        ("convolution", "f32 s8 s8", ["s8 x s8 -> s8"]),
        ("dense", "s8 s8 f32", ["s8 x s8 -> s8", "s1 x s8 -> f32"]),
        # 10 bits become 8, not 1, though that were fewer changes.
        ("dense", "u10 s10 f32", ["s8 x s8 -> s8"]),
        ("dense", "f32 s10 u10", ["s8 x s8 -> s8"]),
        # One change is better than two that keep more precision.
        ("convolution", "s8 s1 f32", ["s1 x s1 -> f32"]),
        ("depthwise convolution", "s1 s1 f32", ["s1 x s1 -> s1"]),
        # Nobody is told to use DoReFa's weights who does not.
        ("dense", "s8 s8 s1", ["s8 x s8 -> s8", "s1 x s8 -> s1"]),
    ],
)
def test_nearest_rows(kind: str, asked: str, nearest: list[str]):
    found = refusal(kind, asked)
    source, weights, output = asked.split()
    assert found.asked == f"{source} x {weights} -> {output} {kind}"
    assert found.reason == "there is no such row in the kernel table of stm32"
    assert [near.row for near in found.nearest] == [f"{row} {kind}" for row in nearest]


@pytest.mark.parametrize(
    ("kind", "asked", "remedy"),
    [
        ("convolution", "f32 s8 s8", "quantize its input to 8 bits: QActivation(quantized_bits(8, ...)) before it"),
        ("dense", "s8 s8 f32", "quantize its output to 8 bits: QActivation(quantized_bits(8, ...)) behind it"),
        ("dense", "u10 s10 u10", "quantize its input, weights and output to 8 bits: quantized_bits(8, ...)"),
        ("depthwise convolution", "s1 s1 f32", "binarize its output: QActivation(binary(alpha=1)) behind it"),
        ("convolution", "u8 s8 s8", "input of s8 in place of u8"),
    ],
)
def test_remedies(kind: str, asked: str, remedy: str):
    assert refusal(kind, asked).nearest[0].remedy == remedy


def test_a_reason_that_is_known_stands_alone_where_the_types_are_served():
    found = refusal("dense", "s8 s8 s8", "an input of 3 dimensions")
    assert (found.reason, found.nearest) == ("an input of 3 dimensions", ())
    found = refusal("dense", "s8 s8 f32", "an input of 3 dimensions")
    assert found.reason == "an input of 3 dimensions"
    assert found.nearest, "types are to change as well"


def test_there_is_nothing_near_an_operator_without_codes():
    op = ReluOp(create_ssa_value(TensorType(f32, [1])), TensorType(f32, [1]))
    assert SelectKernelsPass().refusal(op, Configuration("batch norm", "s8", None, "s8")).nearest == ()


def uniform(bits: int, low: int, high: int, scale: float = 0.5) -> UniformQuantizedType:
    return UniformQuantizedType.per_tensor(IntegerType(bits), scale, 0, low, high)


@pytest.mark.parametrize(
    ("element", "tag"),
    [
        (uniform(8, -128, 127), "s8"),
        (uniform(8, -127, 127), "s8"),
        (uniform(8, -8, 7), "s8"),
        (uniform(16, -512, 511), "s10"),
        (uniform(16, -511, 511), "s10"),
        (uniform(16, 0, 1023), "u10"),
        (uniform(16, -32768, 32767), "s16"),
        (uniform(16, -255, 255, 1 / 255), DOREFA),
        (uniform(16, -255, 255, 1 / 256), "s9"),
        (IntegerType(32), "s32"),
    ],
)
def test_tags(element: Attribute, tag: str):
    assert type_tag(element) == tag


def test_layers_are_of_four_kinds():
    layers = {row.configuration.kind for row in TABLE.rows if row.weights is not None}
    assert layers == {"convolution", "depthwise convolution", "transposed convolution", "dense"}


def test_a_stage_of_its_own_makes_no_other_kind():
    s8 = UniformQuantizedType.per_tensor(i8, 0.5)
    x, w, t = (create_ssa_value(TensorType(e, s)) for e, s in ((s8, [1, 1, 1, 1]), (s8, [1, 1, 1, 1]), (f32, [1])))
    op = Conv2DAffineOp(x, w, [t, t], TensorType(f32, [1, 1, 1, 1]))
    assert str(configuration_of(op)) == "s8 x s8 -> f32 convolution"
