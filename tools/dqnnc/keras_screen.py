"""What of a model file is handed to Keras: a copy that can make Keras build known classes, and nothing else.

A Keras file names classes and functions, and Keras imports the modules that it names. Our frontend reads the options
that it needs and no others, so that a file which it accepted may still have anything in the rest. The copy has the
description of the network without initializers, regularizers and constraints, which inference does not need; without
the training's configuration; with no class, function or quantizer but those that the frontend knows; and the weights.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import h5py

from ...frontends.errors import ModelError
from ...frontends.keras.archive import CONFIG, METADATA, WEIGHTS
from ...frontends.keras.file import File
from ...frontends.keras.graph import GRAPHS, INPUT, SEQUENTIAL, class_name_of
from ...frontends.keras.layers import SUPPORTED
from ...frontends.keras.layers.activation import ACTIVATIONS, LAYERS
from ...frontends.keras.options import Json, as_list, as_mapping, show
from ...frontends.keras.quantizers import QUANTIZERS, SpellingError, spelling_of

NEUTRAL: Mapping[str, Json] = {"_initializer": "zeros", "_regularizer": None, "_constraint": None}
"""End of an option's name -> what it becomes."""

TRAINING = ("compile_config", "training_config")
"""Parts of a description that are left out."""

SPELLED = ("quantizer", "activation")
"""End of the names of options whose texts QKeras evaluates as calls."""

CLASSES = frozenset({*SUPPORTED, *GRAPHS, SEQUENTIAL, INPUT, *LAYERS, *QUANTIZERS, *ACTIVATIONS}) | {
    "DTypePolicy",
    "Policy",
    "TensorShape",
    "__keras_tensor__",
    "__numpy__",
    "__tuple__",
    "function",
}
"""Classes that a description may name."""

h5: Any = h5py


def screened_copy(file: File, source: Path, target: Path, custom: Container[str] = ()) -> None:
    """Write to `target` what Keras may read of the model file `source`.

    `custom` has the names of the objects of the user's own that Keras is given.

    Raises:
        ModelError: the file names what is not known.
    """
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as copy:
            names = archive.namelist()
            description = screened(file, json.loads(archive.read(CONFIG)), custom)
            copy.writestr(CONFIG, json.dumps(description))
            copy.writestr(METADATA, archive.read(METADATA) if METADATA in names else b"{}")
            copy.writestr(WEIGHTS, archive.read(WEIGHTS))
        return
    shutil.copyfile(source, target)
    with h5.File(target, "r+") as archive:
        text: Any = archive.attrs["model_config"]
        description = screened(file, json.loads(text), custom)
        archive.attrs["model_config"] = json.dumps(description)
        for name in TRAINING:
            archive.attrs.pop(name, None)


def screened(file: File, value: Json, custom: Container[str]) -> Json:
    """A description without what inference does not need.

    Raises:
        ModelError: it names a class, function or quantizer that is not known.
    """
    if (items := as_list(value)) is not None:
        return [screened(file, item, custom) for item in items]
    entry = as_mapping(value)
    if entry is None:
        return value
    if "class_name" in entry:
        entry = _screened_class(file, entry, custom)
    return {key: _screened_option(file, key, option, custom) for key, option in entry.items() if key not in TRAINING}


def _screened_option(file: File, name: str, value: Json, custom: Container[str]) -> Json:
    for end, neutral in NEUTRAL.items():
        if name.endswith(end):
            return neutral
    if name.endswith(SPELLED) and isinstance(value, str):
        _check_call(file, name, value, custom)
    return screened(file, value, custom)


def _screened_class(file: File, entry: Mapping[str, Json], custom: Container[str]) -> Mapping[str, Json]:
    """An entry that names a class or a function; of the user's own, without the module to import it from.

    Raises:
        ModelError: it is not known.
    """
    is_builtin = entry.get("module") == "builtins"  # where Keras writes that its own functions are
    name, is_known = class_name_of({**entry, "module": None} if is_builtin else entry)
    config = entry.get("config")
    short = (config if name == "function" and isinstance(config, str) else name).rpartition(">")[2]
    if short in custom:
        return {**entry, "module": None, "registered_name": short} if "module" in entry else entry
    if is_known and short in CLASSES:
        return entry
    raise _unknown(file, f"class {show(name)} of package {show(entry.get('module'))}")


def _check_call(file: File, option: str, text: str, custom: Container[str]) -> None:
    try:
        spelling = spelling_of(text)
    except SpellingError as error:
        raise _unknown(file, f"{option} {show(text)}") from error
    if spelling is not None and spelling.name not in CLASSES and spelling.name not in custom:
        raise _unknown(file, f"{option} {show(text)}")


def _unknown(file: File, what: str) -> ModelError:
    return file.refuse(
        f"{what} is not known to Keras or not handed to it",
        "take --reference semantics, or, for a quantizer of your own, offer it to Keras in the entry points "
        "'dqnnc.keras_objects'",
    )
