"""The weights of a network's layers, by the role that each has in its layer (`kernel`, `bias`, ...)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .file import Array, File, as_float32
from .graph import INPUT, LayerRecord, NetworkRecord
from .hdf5 import Hdf5


@dataclass(frozen=True)
class Role:
    """A weight that a layer has."""

    name: str
    trainable: bool = True
    part: str = ""
    """The layer inside of the layer that holds it: QKeras's layers with batch normalization have one."""


Roles = Mapping[tuple[str, ...], Sequence[Role]]
"""The weights of each layer, by its path, in the order in which Keras holds them."""


class Weights(Protocol):
    """Where weights come from."""

    def get(self, layer: LayerRecord, role: str) -> Array:
        """The weight of a layer, as float32.

        Raises:
            ModelError: there is none.
        """
        ...


OTHER_NAMES = {"depthwise_kernel": "kernel"}
"""What else a weight is called: the kernel of a depthwise convolution, in Keras 3."""


def has_role(name: str, role: str) -> bool:
    """Whether a weight of this name, `conv/kernel:0`, has a role."""
    return role_of(name) in (role, OTHER_NAMES.get(role))


def _missing(layer: LayerRecord, role: str) -> Exception:
    return layer.options.refuse(f"no weight '{role}'", "save the whole model, with its weights")


def leaves(network: NetworkRecord) -> list[LayerRecord]:
    """All layers of a network that are no networks, in the file's order."""
    found: list[LayerRecord] = []
    for layer in network.layers:
        found += [layer] if layer.network is None else leaves(layer.network)
    return found


class LegacyWeights:
    """The `model_weights` of an .h5 file: a group for each layer of the outermost network, with a list of names.

    The weights of a network in the network stand in one list: of all its layers the trainable ones, then the others.
    """

    def __init__(self, store: Hdf5, network: NetworkRecord, roles: Roles):
        self._store = store
        self._root = "model_weights" if store.exists("model_weights") else ""
        self._paths: dict[tuple[tuple[str, ...], str], str] = {}
        for layer in network.layers:
            self._add(layer, roles)

    def _add(self, layer: LayerRecord, roles: Roles) -> None:
        group = f"{self._root}/{layer.name}"
        names = self._store.texts(group, "weight_names")
        if layer.network is None:
            for role in roles.get(layer.path, ()):
                for name in names:
                    if has_role(name, role.name):
                        self._paths[layer.path, role.name] = f"{group}/{name}"
            return
        frozen = not layer.trainable
        expected = [
            (inner.path, role, role.trainable and inner.trainable and not frozen)
            for inner in leaves(layer.network)
            for role in roles.get(inner.path, ())
        ]
        expected.sort(key=lambda entry: not entry[2])
        if len(names) != len(expected) or not all(
            has_role(name, role.name) for name, (_, role, _) in zip(names, expected, strict=True)
        ):
            raise layer.options.refuse(
                f"{len(names)} weights where {len(expected)} are expected, or in another order",
                "save the model again, or without networks inside of it",
            )
        for (path, role, _), name in zip(expected, names, strict=True):
            self._paths[path, role.name] = f"{group}/{name}"

    def get(self, layer: LayerRecord, role: str) -> Array:
        """The weight of a layer."""
        path = self._paths.get((layer.path, role))
        if path is None:
            raise _missing(layer, role)
        return self._store.array(path)


def role_of(name: str) -> str:
    """The role in a weight's name: `conv/kernel:0` is a kernel."""
    return name.rsplit("/", 1)[-1].split(":")[0]


CONTAINERS = ("layers", "_layers", "_layer_checkpoint_dependencies")
"""Groups that hold a network's layers, one of them in each version of Keras."""


class PathWeights:
    """The `model.weights.h5` in a .keras file.

    A layer's weights are `vars/0`, `vars/1`, ... in a group that is named after its class; equal names of one network
    are counted.
    """

    def __init__(self, store: Hdf5, network: NetworkRecord, roles: Roles):
        self._store = store
        self._paths: dict[tuple[tuple[str, ...], str], str] = {}
        self._add(network, "", roles)

    def _add(self, network: NetworkRecord, group: str, roles: Roles) -> None:
        container = next((name for name in CONTAINERS if self._store.exists(f"{group}/{name}")), CONTAINERS[0])
        used: dict[str, int] = {}
        for layer in network.layers:
            name = snake_case(layer.class_name)
            count = used.get(name, -1) + 1
            used[name] = count
            inside = f"{group}/{container}/{name}" + (f"_{count}" if count else "")
            if layer.network is not None:
                self._add(layer.network, inside, roles)
            elif layer.class_name != INPUT:
                places: dict[str, int] = {}
                for role in sorted(roles.get(layer.path, ()), key=lambda role: not role.trainable):
                    place = places.get(role.part, -1) + 1
                    places[role.part] = place
                    part = f"/{role.part}" if role.part else ""
                    self._paths[layer.path, role.name] = f"{inside}{part}/vars/{place}"

    def get(self, layer: LayerRecord, role: str) -> Array:
        """The weight of a layer."""
        path = self._paths.get((layer.path, role))
        if path is None or not self._store.exists(path):
            raise _missing(layer, role)
        return self._store.array(path)


def snake_case(name: str) -> str:
    """A class name as Keras writes it in paths: `QConv2DBatchnorm` is `q_conv2d_batchnorm`."""
    letters = re.sub(r"\W+", "", name)
    return re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", letters).lower()


class LiveWeights:
    """The weights of a model object, which hold them by name."""

    def __init__(self, file: File, model: Any):
        self._file = file
        self._model = model

    def get(self, layer: LayerRecord, role: str) -> Array:
        """The weight of a layer."""
        found = self._model
        for name in layer.path:
            found = next((inner for inner in found.layers if inner.name == name), None)
            if found is None:
                raise _missing(layer, role)
        for variable in found.weights:
            if has_role(str(getattr(variable, "path", variable.name)), role):
                return as_float32(variable.numpy())
        raise _missing(layer, role)
