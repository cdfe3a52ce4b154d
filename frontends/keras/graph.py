"""What a description of a network says, as plain records: layers, and the calls that connect them.

Keras has two kinds of network, a sequence of layers and a graph, and networks stand as layers in others. Keras 2 and
Keras 3 write graphs differently; records do not show which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import pairwise

from .file import File, is_too_large
from .options import Json, Options, as_list, as_mapping, show

MAX_DEPTH = 16
"""Deepest nesting of networks in networks."""

MAX_LAYERS = 20_000
"""Most layers, and most calls, of a network."""

SEQUENTIAL = "Sequential"
GRAPHS = ("Functional", "Model")
"""Class names of graphs; old files say `Model`."""

INPUT = "InputLayer"

_NOTHING: Mapping[str, Json] = {}

PACKAGES = {
    "keras",
    "larq",
    "qkeras",
    "tensorflow",
    "tf_keras",
}
"""Python packages whose classes are known here. Another package's `Dense` may compute anything."""

REGISTERED = {"", "Custom", "Larq", "keras", "qkeras", "larq"}
"""Prefixes of registered class names, `Larq>QuantDense`, that say nothing else than the class."""


@dataclass(frozen=True)
class Tensor:
    """Output `index` of call `call` of the layer `layer`."""

    layer: str
    call: int
    index: int


@dataclass(frozen=True)
class Call:
    """A layer applied to tensors."""

    layer: LayerRecord
    index: int
    """Which of the layer's calls this is."""
    inputs: tuple[Tensor, ...]


@dataclass(frozen=True)
class LayerRecord:
    """A layer: its class, options and place, and its own network where it is one."""

    class_name: str
    name: str
    path: tuple[str, ...]
    """Names of the networks that it is in, outermost first, and its own."""
    options: Options
    trainable: bool
    network: NetworkRecord | None = None


@dataclass(frozen=True)
class NetworkRecord:
    """A network: its layers in the file's order, its calls in an order in which they can be computed."""

    layers: tuple[LayerRecord, ...]
    calls: tuple[Call, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def class_name_of(entry: Mapping[str, Json]) -> tuple[str, bool]:
    """The class that an entry names, and whether it is one of a known package."""
    raw = entry.get("class_name")
    name = raw if isinstance(raw, str) else show(raw)
    prefix, _, short = name.rpartition(">")
    module = entry.get("module")
    known = prefix in REGISTERED and (not isinstance(module, str) or module.split(".")[0] in PACKAGES)
    return (short, True) if known else (name, False)


@dataclass
class GraphReader:
    """Reads the description of a network and of those in it."""

    file: File
    count: int = 0

    def network(self, entry: Mapping[str, Json], path: tuple[str, ...] = (), input_shape: Json = None) -> NetworkRecord:
        """The network of an entry `{"class_name": ..., "config": ...}`.

        `input_shape` is that of a sequence that does not say it itself.

        Raises:
            ModelError: it describes no network, or one that contradicts itself.
        """
        class_name, known = class_name_of(entry)
        where = "the network's description" if not path else f"the description of '{path[-1]}'"
        config = as_mapping(entry.get("config"))
        if known and class_name == SEQUENTIAL:
            old_style = as_list(entry.get("config"))
            config = {"layers": old_style} if old_style is not None else config
            if config is None:
                raise self.file.damaged(where)
            return self._sequence(config, path, where, input_shape)
        if config is None:
            raise self.file.damaged(where)
        if not known or class_name not in GRAPHS or as_list(config.get("layers")) is None:
            raise self.file.refuse(
                f"a model of class {show(class_name)}",
                "only Sequential and functional models can be read; rebuild a subclassed one from layers",
            )
        return self._graph(config, path, where)

    def _layer(self, entry: Json, path: tuple[str, ...], where: str, input_shape: Json = None) -> LayerRecord:
        values = as_mapping(entry)
        config = None if values is None else as_mapping(values.get("config"))
        if values is None or (config is None and as_list(values.get("config")) is None):
            raise self.file.damaged(where)
        self.count += 1
        if self.count > MAX_LAYERS or len(path) > MAX_DEPTH:
            raise self.file.refuse("too many layers", f"at most {MAX_LAYERS}, nested {MAX_DEPTH} deep, can be read")
        class_name, known = class_name_of(values)
        config = _NOTHING if config is None else config
        name = config.get("name", values.get("name"))
        if not isinstance(name, str):
            name = f"{class_name.lower()}_{self.count}"
        options = Options(self.file, name, class_name, config)
        if not known:
            raise options.refuse(
                f"unknown class {show(class_name)} of package {show(values.get('module'))}",
                "only layers of Keras, QKeras and Larq can be read; no code of a file is run",
            )
        inside = (*path, name)
        network = None
        if class_name == SEQUENTIAL or class_name in GRAPHS:
            network = self.network(values, inside, input_shape)
        return LayerRecord(class_name, name, inside, options, config.get("trainable", True) is not False, network)

    def _sequence(
        self, config: Mapping[str, Json], path: tuple[str, ...], where: str, input_shape: Json
    ) -> NetworkRecord:
        entries = as_list(config.get("layers"))
        if not entries:
            raise self.file.refuse(f"no layers in {where}", "an empty network cannot be compiled")
        layers = [self._layer(entry, path, where) for entry in entries]
        self._check_names(layers, where)
        if layers[0].class_name != INPUT:
            first = layers[0].options.values
            shape = first.get("batch_input_shape", config.get("build_input_shape", input_shape))
            if shape is None and layers[0].network is not None:
                shape = _input_shape(layers[0].network)
            options = Options(self.file, f"{layers[0].name}_input", INPUT, {"batch_shape": shape})
            layers.insert(0, LayerRecord(INPUT, options.layer, (*path, options.layer), options, True))
        calls = [Call(layers[0], 0, ())]
        for previous, layer in pairwise(layers):
            calls.append(Call(layer, 0, (Tensor(previous.name, 0, 0),)))
        return NetworkRecord(
            tuple(layers), tuple(calls), (Tensor(layers[0].name, 0, 0),), (Tensor(layers[-1].name, 0, 0),)
        )

    def _graph(self, config: Mapping[str, Json], path: tuple[str, ...], where: str) -> NetworkRecord:
        layers: list[LayerRecord] = []
        nodes: list[list[tuple[Tensor, ...]]] = []
        is_keras3 = False
        for entry in as_list(config.get("layers")) or []:
            values = as_mapping(entry)
            inbound = None if values is None else as_list(values.get("inbound_nodes"))
            if values is None or inbound is None:
                raise self.file.damaged(where)
            layer = self._layer(entry, path, where)
            # The name in the graph is the entry's; that in the options is the same in all files but damaged ones.
            if values.get("name", layer.name) != layer.name:
                raise self.file.damaged(f"{where}, where '{layer.name}' has two names")
            layers.append(layer)
            nodes.append([()] if layer.class_name == INPUT else [self._node(node, layer.options) for node in inbound])
            is_keras3 = is_keras3 or any(as_mapping(node) is not None for node in inbound)
        self._check_names(layers, where)
        inputs = self._edges(config.get("input_layers"), where)
        outputs = self._edges(config.get("output_layers"), where)
        inner = _calls_in(tensor for made in nodes for call in made for tensor in call)
        outer = _calls_in(outputs)
        first = {
            layer.name: _first_calls(
                layer, len(made), inner.get(layer.name, set()), outer.get(layer.name, set()), is_keras3
            )
            for layer, made in zip(layers, nodes, strict=True)
        }
        calls = [
            Call(layer, index, tuple(_counted(tensor, first, 0) for tensor in tensors))
            for layer, made in zip(layers, nodes, strict=True)
            for index, tensors in enumerate(made)
        ]
        ordered = tuple(self._ordered(calls, where))
        return NetworkRecord(tuple(layers), ordered, inputs, tuple(_counted(tensor, first, 1) for tensor in outputs))

    def _check_names(self, layers: Sequence[LayerRecord], where: str) -> None:
        if len({layer.name for layer in layers}) != len(layers):
            raise self.file.damaged(f"{where}, where two layers have one name")

    def _node(self, node: Json, layer: Options) -> tuple[Tensor, ...]:
        """The tensors of one entry of a layer's `inbound_nodes`."""
        where = f"a call of '{layer.layer}'"
        found: list[Tensor] = []
        if (entry := as_mapping(node)) is not None:
            self._keras3_tensors(entry.get("args"), found, layer, 0)
            arguments = dict(as_mapping(entry.get("kwargs")) or _NOTHING)
        else:
            items = as_list(node)
            if items is None:
                raise self.file.damaged(where)
            arguments: dict[str, Json] = {}
            if items and isinstance(items[0], str):
                items = [items]
            for item in items:
                parts = as_list(item)
                if parts is None:
                    raise self.file.damaged(where)
                found.append(self._tensor(parts[:3], where))
                arguments.update((as_mapping(parts[3]) if len(parts) > 3 else None) or _NOTHING)
        for name, value in arguments.items():
            if name == "training" and value in (None, False, 0):
                continue
            if value is not None:
                raise layer.refuse(
                    f"a call with {name}={show(value)}", "only tensors as positional arguments can be read"
                )
        if len(found) > MAX_LAYERS:
            raise self.file.damaged(where)
        return tuple(found)

    def _keras3_tensors(self, value: Json, found: list[Tensor], layer: Options, depth: int) -> None:
        """Collect the tensors in the arguments of a call, in order."""
        if (items := as_list(value)) is not None and depth < MAX_DEPTH:
            for item in items:
                self._keras3_tensors(item, found, layer, depth + 1)
            return
        entry = as_mapping(value)
        config = None if entry is None else as_mapping(entry.get("config"))
        if entry is None or config is None or entry.get("class_name") != "__keras_tensor__":
            raise layer.refuse(f"a call with the argument {show(value)}", "only tensors as arguments can be read")
        found.append(self._tensor(config.get("keras_history"), f"a call of '{layer.layer}'"))

    def _tensor(self, value: Json, where: str) -> Tensor:
        parts = as_list(value)
        if parts is None or len(parts) != 3 or not isinstance(parts[0], str):
            raise self.file.damaged(where)
        if not all(isinstance(part, int) and not isinstance(part, bool) and part >= 0 for part in parts[1:]):
            raise self.file.damaged(where)
        return Tensor(parts[0], parts[1], parts[2])

    def _edges(self, value: Json, where: str) -> tuple[Tensor, ...]:
        """The inputs or outputs of a graph: a list of tensors, or one tensor."""
        items = as_list(value)
        if not items:
            raise self.file.refuse(
                f"no inputs or outputs, or named ones, in {where}", "give the network a list of inputs and of outputs"
            )
        if isinstance(items[0], str):
            items = [items]
        return tuple(self._tensor(item, where) for item in items)

    def _ordered(self, calls: Sequence[Call], where: str) -> list[Call]:
        """The calls, each behind those that it depends on; else in the file's order."""
        made = {(call.layer.name, call.index): place for place, call in enumerate(calls)}
        users: dict[int, list[int]] = {}
        missing = [0] * len(calls)
        for place, call in enumerate(calls):
            for tensor in call.inputs:
                source = made.get((tensor.layer, tensor.call))
                if source is None:
                    raise self.file.damaged(f"{where}: '{call.layer.name}' uses what '{tensor.layer}' never computes")
                users.setdefault(source, []).append(place)
                missing[place] += 1
        ready = [place for place, count in enumerate(missing) if count == 0]
        ordered: list[Call] = []
        while ready:
            place = heappop(ready)
            ordered.append(calls[place])
            for user in users.get(place, ()):
                missing[user] -= 1
                if missing[user] == 0:
                    heappush(ready, user)
        if len(ordered) != len(calls):
            raise self.file.damaged(f"{where}, where layers form a circle")
        return ordered


def _calls_in(tensors: Iterable[Tensor]) -> dict[str, set[int]]:
    """The numbers of each layer's calls that tensors are of."""
    found: dict[str, set[int]] = {}
    for tensor in tensors:
        found.setdefault(tensor.layer, set()).add(tensor.call)
    return found


def _first_calls(layer: LayerRecord, count: int, inner: set[int], outer: set[int], is_keras3: bool) -> tuple[int, int]:
    """The number of a layer's first call, of `count`: where other calls use it, and where the graph's outputs do.

    It is 0. Of a network it is 1 in the files of Keras 2, where call 0 made it from its own inputs (unless it is a
    sequence that had none), and for outputs alone in those of Keras 3 where the network is a graph. Files do not say
    which it is, but every call is used, `inner` by calls and `outer` by outputs.
    """
    if layer.network is None:
        return 0, 0
    candidates = [(0, 1), (1, 1), (0, 0)] if is_keras3 and layer.class_name in GRAPHS else [(0, 0), (1, 1)]
    for first in candidates:
        if {call - first[0] for call in inner} | {call - first[1] for call in outer} == set(range(count)):
            return first
    return 0, 0


def _counted(tensor: Tensor, first: Mapping[str, tuple[int, int]], kind: int) -> Tensor:
    """A tensor whose call is counted from 0; `kind` is 0 where a call uses it, 1 where it is an output."""
    return replace(tensor, call=tensor.call - first.get(tensor.layer, (0, 0))[kind])


def _input_shape(network: NetworkRecord) -> Json:
    """The shape that a network's first input layer says."""
    options = network.layers[0].options
    return options.get("batch_shape", options.get("batch_input_shape"))


def input_shape(options: Options) -> tuple[int, ...]:
    """The shape of an input layer, with a batch of 1.

    Raises:
        ModelError: it is unknown, dynamic, or not of float32.
    """
    shape = as_list(options.get("batch_shape", options.get("batch_input_shape")))
    if shape is None:
        raise options.refuse("no input shape", "give the first layer an input shape, or build the model before saving")
    if any(size is None for size in shape[1:]):
        raise options.refuse(f"input shape {show(shape)}", "all dimensions but the batch must be fixed")
    sizes = tuple(size for size in shape[1:] if isinstance(size, int) and not isinstance(size, bool) and size > 0)
    if len(sizes) != len(shape) - 1 or not sizes or is_too_large(sizes):
        raise options.refuse(f"input shape {show(shape)}", "give it a fixed shape")
    if (dtype := options.get("dtype", "float32")) not in ("float32", None):
        raise options.refuse(f"input type {show(dtype)}", "use float32 inputs")
    return (1, *sizes)
