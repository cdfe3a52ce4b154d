"""Runs a Keras model in a process of its own: `python -m dqnnc.tools.dqnnc.keras_runner FOLDER`.

The only module that imports TensorFlow, Keras, QKeras and Larq. Keras computes here as the project's reference does:
`model(x)`, not `predict`, without oneDNN, whose fused batch normalization has other last bits.

The folder holds `request.json` (see `Request`), the model, and `in_0.npy`, `in_1.npy`, ... of float32, [samples, ...].
What comes out are `out_0.npy`, ... and, where asked for, a file for each tensor inside of the network, listed by its
name in `tensors.json`. A line on standard output says that so many more samples are done. On failure the
last line of standard error begins with `FAILURE` and says why; the exit status is 1.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from ...frontends.errors import ModelError
from ...frontends.keras.archive import open_archive
from ...frontends.keras.file import File
from ...frontends.keras.graph import INPUT, GraphReader, NetworkRecord, Tensor
from ...frontends.keras.tensors import call_names, quantized_input
from .keras_screen import screened_copy

Array: TypeAlias = npt.NDArray[Any]

FAILURE = "FAILURE "
MISSING = "MISSING "
"""How the line about a framework that is not installed begins."""

OBJECTS = "dqnnc.keras_objects"
"""Group of the entry points with classes and functions of the user's own that Keras is given by their names."""

BATCH = 32
"""Samples that Keras computes at a time."""

SETTINGS = {
    "TF_USE_LEGACY_KERAS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
}
"""Environment under which TensorFlow is imported."""


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    file: str
    """How errors call the model file."""
    model: str
    """Its copy's name in the folder."""
    inputs: int
    layers: bool
    """Whether the tensors inside of the network are wanted."""


@dataclass
class Loaded:
    """A model of Keras, and the network that our reader makes of its description."""

    model: Any
    network: NetworkRecord


def load(folder: Path, request: Request) -> Loaded:
    """The model, from a copy that can make Keras build known classes alone.

    Raises:
        ModelError: the file names others.
    """
    file = File(request.file)
    source = folder / request.model
    archive = open_archive(file, source.read_bytes())
    network = GraphReader(file).network(archive.description)
    custom = {entry.name: entry.load() for entry in entry_points(group=OBJECTS)}
    screened = source.with_name(f"screened{source.suffix}")
    screened_copy(file, source, screened, custom)
    keras = import_module("keras" if archive.keras3 else "tf_keras")
    objects = custom if archive.keras3 else {**_classes_of_libraries(), **custom}
    model = keras.models.load_model(str(screened), compile=False, custom_objects=objects, safe_mode=True)
    return Loaded(model, network)


def _classes_of_libraries() -> dict[str, Any]:
    """The classes of QKeras; Larq's are known to Keras once it is imported."""
    objects: dict[str, Any] = {}
    # QKeras 0.9 calls this function where newer versions of TensorFlow no longer have it.
    array_ops: Any = import_module("tensorflow.python.ops.array_ops")
    array_ops.stack = import_module("tensorflow").stack
    import_module("qkeras.utils")._add_supported_quantized_objects(objects)
    import_module("larq")
    return objects | {"QActivation": _activation_of_archives(objects["QActivation"])}


def _activation_of_archives(layer: Any) -> Any:
    """QKeras's `QActivation`, able to load its own `.keras` files.

    They describe a quantizer that was given as an object by its class and configuration. QKeras 0.9 makes quantizers
    of these in all layers but this one, which takes the description for the quantizer.
    """
    get_quantizer = import_module("qkeras.quantizers").get_quantizer

    def init(self: Any, activation: Any, **options: Any) -> None:
        layer.__init__(self, get_quantizer(activation) if isinstance(activation, Mapping) else activation, **options)

    return type(layer.__name__, (layer,), {"__init__": init})


def evaluate(
    model: Any, network: NetworkRecord, inputs: Sequence[Any], found: dict[str, Any], prefix: str = ""
) -> list[Any]:
    """The outputs of a network, layer by layer; `found` gets what each layer computes, by the names of `call_names`.

    The order is that of our reader, and each call is Keras's own.
    """
    values: dict[Tensor, Any] = dict(zip(network.inputs, inputs, strict=True))
    for call, name in zip(network.calls, call_names(network, prefix), strict=True):
        if call.layer.class_name == INPUT:
            continue
        layer = model.get_layer(call.layer.name)
        arguments = [values[tensor] for tensor in call.inputs]
        if call.layer.network is not None:
            results = evaluate(layer, call.layer.network, arguments, found, f"{name}/")
        else:
            if getattr(layer, "input_quantizer", None) is not None:
                found[quantized_input(name)] = layer.input_quantizer(arguments[0])
            results = [layer(arguments[0] if len(arguments) == 1 else arguments)]
            found[name] = results[0]
        for index, result in enumerate(results):
            values[Tensor(call.layer.name, call.index, index)] = result
    return [values[tensor] for tensor in network.outputs]


@dataclass
class Store:
    """Arrays that are written batch by batch."""

    folder: Path
    samples: int
    files: dict[str, Any] = field(default_factory=dict[str, Any])

    def write(self, name: str, file: str, first: int, values: Array) -> None:
        """Write the values of the samples from `first` on."""
        if name not in self.files:
            shape = (self.samples, *values.shape[1:])
            lib: Any = np.lib  # whose `open_memmap` is not fully typed
            self.files[name] = lib.format.open_memmap(self.folder / file, "w+", np.float32, shape)
        self.files[name][first : first + len(values)] = values


def as_sequence(result: Any) -> Sequence[Any]:
    """What a model returns: Keras gives one output as it is, and several as a list."""
    return cast("Sequence[Any]", result) if isinstance(result, list | tuple) else [result]


def run(loaded: Loaded, inputs: Sequence[Array], *, layers: bool, outputs: Store, tensors: Store) -> Iterator[int]:
    """Write what the model computes; gives the number of samples of each batch when it is done."""
    count = len(inputs[0])
    for first in range(0, count, BATCH):
        batch = [array[first : first + BATCH] for array in inputs]
        results = as_sequence(loaded.model(batch[0] if len(batch) == 1 else batch))
        for place, value in enumerate(results):
            outputs.write(str(place), f"out_{place}.npy", first, np.asarray(value))
        if layers:
            found: dict[str, Any] = {}
            walked = evaluate(loaded.model, loaded.network, batch, found)
            for whole, value in zip(results, walked, strict=True):
                if not np.array_equal(np.asarray(whole), np.asarray(value), equal_nan=True):
                    raise ValueError("the network, computed layer by layer, gives other outputs than as a whole")
            for place, (name, value) in enumerate(found.items()):
                tensors.write(name, f"tensor_{place}.npy", first, np.asarray(value))
        yield len(batch[0])


def main(folder: Path) -> int:
    """Answer the request in a folder."""
    os.environ.update(SETTINGS)
    warnings.simplefilter("ignore")
    request = Request(**json.loads((folder / "request.json").read_text()))
    inputs = [np.load(folder / f"in_{place}.npy") for place in range(request.inputs)]
    try:
        outputs, tensors = (Store(folder, len(inputs[0])) for _ in range(2))
        for done in run(load(folder, request), inputs, layers=request.layers, outputs=outputs, tensors=tensors):
            print(done, flush=True)
    except ModuleNotFoundError as error:
        return _fail(f"{MISSING}{error.name}")
    except ModelError as error:
        return _fail(f"{FAILURE}{error}")
    except Exception as error:
        reason = f"{request.file}: Keras cannot run the model: {type(error).__name__}: {error}"
        return _fail(f"{FAILURE}{reason}; try --reference semantics")
    (folder / "tensors.json").write_text(json.dumps(_places(tensors.files)))
    return 0


def _places(files: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"tensor_{place}.npy" for place, name in enumerate(files)}


def _fail(line: str) -> int:
    print("\n" + " ".join(line.split()), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
