"""What the tensors of a .tflite model are called, in the IR and by whoever runs the model.

Files may have two tensors of one name.
"""

from __future__ import annotations

from collections import Counter

from .model import Model


def tensor_labels(model: Model) -> list[str]:
    """For each tensor its name, with its index where it is not the only one of that name."""
    count = Counter(tensor.name for tensor in model.tensors)
    return [
        tensor.name if count[tensor.name] == 1 else f"{tensor.name} (tensor {tensor.index})" for tensor in model.tensors
    ]
