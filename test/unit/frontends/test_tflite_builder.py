"""The builder's files mean to LiteRT what the calls said."""

import numpy as np
from support.litert import needs_litert, run_litert
from support.tflite_builder import ModelBuilder


@needs_litert
def test_float_add_with_constant():
    m = ModelBuilder()
    x = m.input((1, 3), "FLOAT32")
    y = m.op("ADD", [x, m.const(np.array([[1, -2, 3]], np.float32))], m.tensor((1, 3), "FLOAT32"))
    (out,) = run_litert(m.finish([y]), [np.array([[1, 1, 1]], np.float32)])
    assert out.tolist() == [[2, -1, 4]]


@needs_litert
def test_options_and_per_channel_scales():
    m = ModelBuilder()
    x = m.input((1, 2, 2, 1), scale=1.0, zero_point=3)
    w = m.const(np.array([[[[10]]], [[[20]]]], np.int8), scales=[0.1, 0.2])
    b = m.const(np.array([0, 5], np.int32), scales=[0.1, 0.2])
    y = m.tensor((1, 2, 2, 2), scale=1.0, zero_point=-1)
    m.op("CONV_2D", [x, w, b], y, padding="VALID", stride_h=1, stride_w=1, fused_activation_function="RELU")
    (out,) = run_litert(m.finish([y]), [np.array([3, 4, 5, 2], np.int8).reshape(1, 2, 2, 1)])
    # Real values: x in {0, 1, 2, -1}, weights {1, 4}, bias {0, 1}, relu; the zero point is -1.
    assert out.reshape(-1, 2).tolist() == [[-1, 0], [0, 4], [1, 8], [-1, -1]]


@needs_litert
def test_several_outputs_and_dynamic_batch():
    m = ModelBuilder()
    x = m.input((1, 4), "FLOAT32", signature=(-1, 4))
    left, right = m.tensor((1, 2), "FLOAT32"), m.tensor((1, 2), "FLOAT32")
    m.op("SPLIT", [m.ints(1), x], left, right, num_splits=2)
    out = run_litert(m.finish([right, left]), [np.array([[1, 2, 3, 4]], np.float32)])
    assert [o.tolist() for o in out] == [[[3, 4]], [[1, 2]]]
