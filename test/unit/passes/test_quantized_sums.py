"""Sums of codes are ONNX Runtime's, for each pair of codes."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.dialects.dqnn import SumOp
from dqnnc.dialects.semantics import run
from dqnnc.frontends.onnx import import_onnx
from dqnnc.passes.pipelines import QuantizePipeline
from support.onnx_builder import OnnxBuilder
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime
from xdsl.context import Context

pytestmark = needs_onnx_runtime

SCALES = (
    (0.0052774008363485336, -128, 0.010436401702463627, 21, 0.0063169579952955246, -128),
    (0.0112404590472579, -26, 0.026193160563707352, 14, 0.015504402108490467, -128),
)
"""Scale and zero point of both inputs and of the sum, in a residual network. Of the first, TensorFlow Lite's arithmetic
gives one pair another code."""


@pytest.mark.parametrize("kind", ["Add", "Sub"])
@pytest.mark.parametrize("parameters", SCALES)
def test_all_pairs(kind: str, parameters: tuple[float, int, float, int, float, int]):
    m = OnnxBuilder()
    scales = [m.scale(value) for value in parameters[::2]]
    zeros = [m.const(np.array(value, np.int8)) for value in parameters[1::2]]
    reals = [
        m.op("DequantizeLinear", [m.op("QuantizeLinear", [m.input(shape), scale, zero]), scale, zero])
        for shape, scale, zero in zip([(256, 1), (1, 256)], scales, zeros, strict=False)
    ]
    total = m.op("QuantizeLinear", [m.op(kind, reals), scales[2], zeros[2]])
    data = m.finish([m.op("DequantizeLinear", [total, scales[2], zeros[2]])])
    module = import_onnx(data, kind)
    QuantizePipeline(input_data_type=("float32",), output_data_type=("float32",)).apply(Context(), module)
    assert any(isinstance(op, SumOp) and "quant" in str(op.result.type) for op in module.walk())
    codes = np.arange(-128, 128)
    inputs = [
        (np.float32(scale) * (codes - zero).astype(np.float32)).reshape(shape)
        for scale, zero, shape in zip(parameters[0:4:2], parameters[1:4:2], [(256, 1), (1, 256)], strict=True)
    ]
    np.testing.assert_array_equal(run(module, inputs)[0], OnnxRuntime(data).run(inputs)[0])
