"""Weights of codes that float layers read: dynamic-range quantization.

LiteRT quantizes the activations of such a layer at run time. Here the weights become float32 and the layer computes in
float. Weight-only quantization has a DEQUANTIZE between weights and layer, and means just that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...dialects.fixed_point import dequantize
from .model import read_model
from .types import constant_data, quantized_type

LAYERS = {
    "CONV_2D": (0, 1, 0),
    "DEPTHWISE_CONV_2D": (0, 1, 3),
    "FULLY_CONNECTED": (0, 1, 0),
    "TRANSPOSE_CONV": (2, 1, 0),
}
"""Operator with weights -> which operands are input and weights, and the weights' axis of output channels."""

CODES = ("INT8", "UINT8")


def float_weights(data: bytes, file: str) -> dict[int, NDArray[np.float32]]:
    """The real weights of a .tflite file's float layers that have codes: index of the tensor -> its values.

    Raises:
        ModelError: the file is damaged, or such weights are not as their layer needs them.
    """
    model = read_model(data, file)
    found: dict[int, NDArray[np.float32]] = {}
    for operator in model.operators:
        if operator.kind not in LAYERS:
            continue
        source, place, axis = LAYERS[operator.kind]
        if max(source, place) >= len(operator.inputs) or min(operator.inputs[source], operator.inputs[place]) < 0:
            continue
        weights = model.tensors[operator.inputs[place]]
        if model.tensors[operator.inputs[source]].type != "FLOAT32" or weights.type not in CODES:
            continue
        codes = constant_data(model.file, weights)
        if codes is not None:
            found[weights.index] = dequantize(codes, quantized_type(model.file, weights, axis))
    return found
