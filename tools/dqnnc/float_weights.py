"""A .tflite file with float weights in place of codes, for LiteRT to compute in float what the generated code does."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT32 = 0
"""The schema's TensorType."""

IDENTIFIER = b"TFL3"


def with_float_weights(model: bytes, weights: Mapping[int, NDArray[np.float32]]) -> bytes:
    """The bytes of a file whose tensors of these indices hold these values instead. Other readers of them see them too.

    It needs LiteRT, whose package brings a writer of the format. The model must have been imported: its bytes are
    believed.
    """
    # The package is optional, large and untyped.
    schema: Any = importlib.import_module("ai_edge_litert.schema_py_generated")
    flatbuffers: Any = importlib.import_module("flatbuffers")
    content = schema.ModelT.InitFromPackedBuf(model, 0)
    for index, values in weights.items():
        buffer = schema.BufferT()
        buffer.data = np.ascontiguousarray(values, "<f4").reshape(-1).view(np.uint8)
        tensor = content.subgraphs[0].tensors[index]
        tensor.type, tensor.quantization, tensor.buffer = FLOAT32, None, len(content.buffers)
        content.buffers.append(buffer)
    builder = flatbuffers.Builder(len(model))
    builder.Finish(content.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())
