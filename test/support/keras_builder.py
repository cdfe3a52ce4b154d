"""Builds .h5 model files as Keras 2 writes them, with h5py and json alone: lit tests need no TensorFlow.

m = KerasBuilder()
x = m.input((8, 8, 3))
x = m.layer("Conv2D", x, filters=4, kernel_size=[3, 3], weights={"kernel": (3, 3, 3, 4), "bias": (4,)})
data = m.finish([x])
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Weight = Array | Sequence[int]
"""An array, or the shape of one that is filled with small numbers."""

h5: Any = h5py


@dataclass(frozen=True)
class Ref:
    """Output 0 of a call of a layer."""

    layer: str
    call: int = 0

    def json(self) -> list[Any]:
        return [self.layer, self.call, 0, {}]


@dataclass
class KerasBuilder:
    """A functional model under construction."""

    layers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    inputs: list[Ref] = field(default_factory=list[Ref])
    weights: dict[str, dict[str, Array]] = field(default_factory=dict[str, dict[str, Array]])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    outputs: list[Ref] = field(default_factory=list[Ref])
    """For tests that keep a builder and its outputs together."""

    def input(self, shape: Sequence[int | None], name: str | None = None, **config: Any) -> Ref:
        """An input of a shape without its batch."""
        name = name or f"x{len(self.inputs)}"
        self._add("InputLayer", name, {"batch_input_shape": [None, *shape], **config}, [])
        self.inputs.append(Ref(name))
        return Ref(name)

    def layer(
        self,
        class_name: str,
        inputs: Ref | Sequence[Ref],
        *,
        name: str | None = None,
        weights: Mapping[str, Weight] | None = None,
        **config: Any,
    ) -> Ref:
        """A layer on one input or several; its name is the class's and a number where none is given."""
        count = self.counts.get(class_name, 0)
        self.counts[class_name] = count + 1
        name = name or class_name.lower() + (f"_{count}" if count else "")
        refs = [inputs] if isinstance(inputs, Ref) else inputs
        self._add(class_name, name, config, [[ref.json() for ref in refs]])
        self.weights[name] = {role: _filled(weight) for role, weight in (weights or {}).items()}
        return Ref(name)

    def again(self, layer: Ref, inputs: Ref | Sequence[Ref]) -> Ref:
        """Another call of a layer."""
        entry = next(entry for entry in self.layers if entry["name"] == layer.layer)
        refs = [inputs] if isinstance(inputs, Ref) else inputs
        entry["inbound_nodes"].append([ref.json() for ref in refs])
        return Ref(layer.layer, len(entry["inbound_nodes"]) - 1)

    def _add(self, class_name: str, name: str, config: Mapping[str, Any], nodes: list[Any]) -> None:
        config = {"name": name, "dtype": "float32", **config}
        self.layers.append({"class_name": class_name, "name": name, "config": config, "inbound_nodes": nodes})

    def description(self, outputs: Sequence[Ref]) -> dict[str, Any]:
        """What Keras calls the model's config."""
        edges = {
            "input_layers": [ref.json()[:3] for ref in self.inputs],
            "output_layers": [ref.json()[:3] for ref in outputs],
        }
        return {"class_name": "Functional", "config": {"name": "net", "layers": self.layers, **edges}}

    def finish(self, outputs: Sequence[Ref]) -> bytes:
        """The bytes of the file."""
        return h5_file(self.description(outputs), self.weights)


def sequential(shape: Sequence[int], *layers: tuple[str, Mapping[str, Any], Mapping[str, Weight]]) -> bytes:
    """The file of a Sequential model: (class, config, weights) of each layer."""
    entries: list[dict[str, Any]] = []
    weights: dict[str, dict[str, Array]] = {}
    for index, (class_name, config, arrays) in enumerate(layers):
        name = f"{class_name.lower()}_{index}"
        first = {} if index else {"batch_input_shape": [None, *shape]}
        entries.append({"class_name": class_name, "config": {"name": name, **first, **config}})
        weights[name] = {role: _filled(weight) for role, weight in arrays.items()}
    return h5_file({"class_name": "Sequential", "config": {"name": "net", "layers": entries}}, weights)


def h5_file(description: Mapping[str, Any] | None, weights: Mapping[str, Mapping[str, Array]]) -> bytes:
    """The .h5 file of a description and each layer's weights by role, or by path for a layer in a network."""
    stream = BytesIO()
    with h5.File(stream, "w") as file:
        if description is not None:
            file.attrs["model_config"] = json.dumps(description)
        file.attrs["keras_version"] = "2.15.0"
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = np.array([name.encode() for name in weights], "S")
        for name, arrays in weights.items():
            group = root.create_group(name)
            paths = [role if "/" in role else f"{name}/{role}:0" for role in arrays]
            group.attrs["weight_names"] = np.array([path.encode() for path in paths], "S")
            for path, array in zip(paths, arrays.values(), strict=True):
                group[path] = array
    return stream.getvalue()


def _filled(weight: Weight) -> Array:
    """A weight's array: as given, or of its shape with 0, 1/8, -1/8, 1/4, -1/4 and so on."""
    if isinstance(weight, np.ndarray):
        return weight
    index = np.arange(int(np.prod(weight)))
    values = (index + 1) // 2 % 8 * np.where(index % 2, 1, -1) / 8
    return values.reshape(weight).astype(np.float32)
