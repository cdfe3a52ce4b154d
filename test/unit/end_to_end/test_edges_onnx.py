"""Edges of quantized ONNX networks: of each type, with channels first and last, as the C that they become.

The numbers are ONNX Runtime's. What the header and the report say of an edge is what its values are made with here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.compile import Options, compile_model
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.run_compiled import run_samples
from numpy.typing import NDArray
from support.edges import check_headers, values_for
from support.onnx_builder import OnnxBuilder
from support.onnx_cases import codes
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime

pytestmark = needs_onnx_runtime

Array = NDArray[Any]

SCALES, ZEROS = (0.05, 0.04), (100, 77)
"""Of the input's and the output's unsigned codes."""
SHAPES = ((1, 3, 5, 6), (1, 4, 5, 6))
WEIGHTS: dict[str, Any] = {"ua": (np.uint8, 117), "ss": (np.int8, 0)}


def qdq(weights: str) -> bytes:
    """Quantizers around a convolution with padding."""
    kind, zero = WEIGHTS[weights]
    m = OnnxBuilder()
    x = m.quantize(m.input(SHAPES[0], name="image"), SCALES[0], ZEROS[0], np.uint8)
    w = m.weights(codes(4, 3, 3, 3, dtype=kind), 0.01, zero_point=zero)
    return m.finish([m.quantize(m.op("Conv", [x, w], pads=[1] * 4), SCALES[1], ZEROS[1], np.uint8)])


def qoperator(weights: str) -> bytes:
    """The same, as one operator on codes."""
    kind, zero = WEIGHTS[weights]
    m = OnnxBuilder()
    one, other = ([m.scale(scale), m.const(np.uint8(code))] for scale, code in zip(SCALES, ZEROS, strict=True))
    x = [m.op("QuantizeLinear", [m.input(SHAPES[0], name="image"), *one]), *one]
    w = [m.const(codes(4, 3, 3, 3, dtype=kind)), m.scale(0.01), m.const(np.array(zero, kind))]
    y = m.op("QLinearConv", [*x, *w, *other], pads=[1] * 4)
    return m.finish([m.op("DequantizeLinear", [y, *other])])


NETWORKS: dict[str, Callable[[str], bytes]] = {"qdq": qdq, "qoperator": qoperator}

VARIANTS: dict[str, tuple[Options, tuple[str, str]]] = {
    "default": (Options(), ("u8", "u8")),
    "int8": (
        Options(input_data_type=("int8",), output_data_type=("int8",), inputs_ch_position=("chlast",)),
        ("s8", "s8"),
    ),
    "float32": (
        Options(input_data_type=("float32",), output_data_type=("float32",), outputs_ch_position=("chlast",)),
        ("f32", "f32"),
    ),
    "mixed": (
        Options(
            input_data_type=("uint8",),
            output_data_type=("float32",),
            inputs_ch_position=("chlast",),
            outputs_ch_position=("chfirst",),
        ),
        ("u8", "f32"),
    ),
}  # fmt: skip
"""Options, and the types of input and output that they give."""


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_type_and_layout(network: str, weights: str, tmp_path: Path):
    """All give the same codes, those of ONNX Runtime but for roundings of its float32."""
    file = tmp_path / "net.onnx"
    file.write_bytes(NETWORKS[network](weights))
    runtime = OnnxRuntime(file.read_bytes())
    rng: Any = np.random.default_rng(5)
    given = rng.integers(0, 256, (8, *SHAPES[0]), np.uint8)
    reals = (given.astype(np.float32) - ZEROS[0]) * np.float32(SCALES[0])
    expected = np.stack([runtime.run([sample])[0] for sample in reals])
    wanted = np.rint(expected / np.float32(SCALES[1]) + ZEROS[1]).astype(np.uint8)
    assert len(np.unique(wanted)) > 100, "the outputs have nearly all codes"

    results: list[Array] = []
    for name, (options, types) in VARIANTS.items():
        compiled = compile_model(file, options)
        found = analysis_of(compiled)
        [source], [target] = found.model.inputs, found.model.outputs
        assert (source.type, target.type) == types
        assert (source.order is None, target.order is None) == (
            options.inputs_ch_position != ("chlast",), options.outputs_ch_position != ("chlast",)
        )  # fmt: skip
        check_headers(compiled, found.model.inputs, found.model.outputs, tmp_path / name)
        advised = [re.search(r"--(\w+)-ch-position chlast", item.text) for item in found.advice]
        assert [match.group(1) for match in advised if match is not None] == [
            role
            for role, tensor, position in (
                ("inputs", source, options.inputs_ch_position),
                ("outputs", target, options.outputs_ch_position),
            )
            if tensor.order is None and position != ("chlast",)
        ]
        operators = [layer.operator for layer in found.layers]
        assert operators.count("transpose") == (source.order is None) + (target.order is None)
        assert sum(kind in ("quantize", "dequantize", "requantize") for kind in operators) == sum(
            kind != "s8" for kind in types
        )
        samples = [[values_for(source, sample, SCALES[0], ZEROS[0])] for sample in given]
        got = np.stack([output for [output] in run_samples(compiled.planned, samples)])
        results.append(got)
        want = np.stack([values_for(target, sample, SCALES[1], ZEROS[1]) for sample in wanted])
        step = SCALES[1] if target.type == "f32" else 1
        off = np.abs(got.astype(np.float64) - want) / step
        assert (off > 0.5).mean() <= 0.02
        assert off.max() <= 1.5
    for (_, types), got in zip(list(VARIANTS.values())[1:], results[1:], strict=True):
        if got.shape[2:] != results[0].shape[2:]:
            got = got.transpose(0, 1, 4, 2, 3)
        own = results[0].astype(np.int16)
        if types[1] == "f32":
            own = (own.astype(np.float32) - ZEROS[1]) * np.float32(SCALES[1])
        elif types[1] == "s8":
            own -= 128
        np.testing.assert_array_equal(got, own)
