"""Batch normalizations whose scale QKeras makes 2^-32: all sums give about beta, here often the middle of two codes."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.frontends.keras import import_keras
from support.compiled import compiled
from support.keras import frameworks, needs_keras

CHANNELS = 64


@needs_keras
@pytest.mark.parametrize("integer", [0, 1, 2, 3])
def test_codes_are_those_of_qkeras(integer: int):
    f = frameworks()
    qkeras, random = f.qkeras, np.random.default_rng(integer)
    dense = qkeras.QDense(CHANNELS, kernel_quantizer=qkeras.binary(alpha=1))
    norm = qkeras.QBatchNormalization()
    x = f.keras.Input((70,))
    y = norm(dense(qkeras.QActivation(qkeras.binary(alpha=1))(x)))
    model = f.keras.Model(x, qkeras.QActivation(qkeras.quantized_bits(8, integer, alpha=1))(y))
    dense.set_weights([random.normal(size=shape) for shape in ((70, CHANNELS), CHANNELS)])
    half = 2.0 ** (integer - 8)
    tables = [
        random.choice([-1.0, 0.0, 1e-30], CHANNELS),
        random.choice([half, -half, 2 * half], CHANNELS),
        np.rint(random.normal(size=CHANNELS) * 4),
        random.uniform(32, 96, CHANNELS),
    ]
    norm.set_weights([table.astype(np.float32) for table in tables])
    signs = np.where(random.normal(size=(40, 70)) < 0, -1.0, 1.0).astype(np.float32)
    expected = np.asarray(model(signs))
    assert np.array_equal(compiled(import_keras(model), signs).reshape(expected.shape), expected)
