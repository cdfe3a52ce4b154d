"""What to change in a model so that a layer is computed on codes, in the words of the model's format.

The kernel table's remedies are those of QKeras and Larq: what to do, a colon, and how. Models of TensorFlow Lite and
ONNX are quantized by converters, which have no binary types.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...dialects.dqnn.fallback import Fallback
from .report import NearestRow

HOW: Mapping[str, str] = {
    "tflite": "convert with a representative dataset, for all operators",
    "onnx": "quantize_static with this node among those that it quantizes",
}
"""Format -> how its converter quantizes a layer."""

WEIGHTS_ALONE: Mapping[str, str] = {
    "tflite": "quantize with a representative dataset",
    "onnx": "quantize their inputs and results as well, with quantize_static",
}
"""Format -> what to do about a model whose weights alone are quantized."""


def nearest_rows(form: str, fallback: Fallback) -> tuple[NearestRow, ...]:
    """The rows of the kernel table that a model of this format can get to, and how."""
    how = HOW.get(form)
    if how is None:
        return tuple(NearestRow(row, remedy) for row, remedy in fallback.nearest)
    return tuple(
        NearestRow(row, f"{'; '.join(clause.partition(': ')[0] for clause in remedy.split('; '))}: {how}")
        for row, remedy in fallback.nearest
        if "s1" not in row.split()
    )
