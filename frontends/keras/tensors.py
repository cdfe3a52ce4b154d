"""What the tensors of a Keras model are called: the layer that computes one, by its path, and which call of it.

Importers write these names on the values of the IR; whoever runs the model with Keras finds the same tensors by them.
"""

from __future__ import annotations

from collections import Counter

from .graph import NetworkRecord


def call_names(network: NetworkRecord, prefix: str = "") -> list[str]:
    """The names of what the calls of a network compute: `block/conv`, `shared (call 2)`.

    `prefix` is that of a network in a network: the name of the call that it stands for, and a `/`.
    """
    total = Counter(call.layer.name for call in network.calls)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for call in network.calls:
        layer = call.layer.name
        seen[layer] += 1
        names.append(f"{prefix}{layer}" + (f" (call {seen[layer]})" if total[layer] > 1 else ""))
    return names


def quantized_input(name: str) -> str:
    """The name of a layer's input behind the layer's own `input_quantizer`."""
    return f"{name} input_quantizer"
