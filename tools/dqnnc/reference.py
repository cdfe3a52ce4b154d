"""What the results of the generated code are compared with.

A `.tflite` model is run by LiteRT with its reference kernels, an `.onnx` model by ONNX Runtime, an `.h5` or `.keras`
model by Keras. IR, which no framework reads, is run by the numpy semantics of our own dialects; every model is, where
the user asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from ...dialects.semantics import run
from ...frontends.tflite import accepted_by_litert
from ...frontends.tflite.dynamic_range import float_weights
from ...frontends.tflite.labels import tensor_labels
from ...frontends.tflite.model import read_model
from ..edges import to_reals
from .errors import UserError, one_line
from .float_weights import with_float_weights
from .framework import import_litert
from .onnx_reference import computes_in_float32
from .progress import Step
from .report import TensorInfo
from .samples import Array, stack
from .taps import computed_tensors, taps_of, with_taps

ReferenceChoice: TypeAlias = Literal["framework", "semantics"]


@dataclass(frozen=True)
class Results:
    """What one source computes, [samples, ...] each."""

    source: str
    outputs: tuple[Array, ...]
    tensors: Mapping[str, Array] = field(default_factory=dict[str, Array])
    """Real numbers that layers compute, by the tensor's name in the model; empty where not asked for."""


LITERT = "LiteRT, reference kernels"
LITERT_FLOAT_WEIGHTS = "LiteRT, reference kernels, with the model's 8-bit weights in float32"
"""For dynamic-range quantization: with 8-bit weights LiteRT quantizes activations at run time, which we do not."""
KERAS = "Keras, model(x) without oneDNN"
ONNX_RUNTIME = "ONNX Runtime on the CPU, without optimizations"
ONNX_RUNTIME_FLOAT = f"{ONNX_RUNTIME}, with half precision and dynamic quantization in float32"
"""For what is float32 in the generated code: see `onnx_float`."""
SEMANTICS = "the reference semantics of the IR"

FRAMEWORKS = {"tflite": LITERT, "onnx": ONNX_RUNTIME, "h5": KERAS, "keras": KERAS}
"""Format of a model file -> what runs it."""


def reference_of(form: str, choice: ReferenceChoice) -> str:
    """What computes the results to compare with, for a format of model files and the user's choice."""
    return SEMANTICS if choice == "semantics" else FRAMEWORKS.get(form, SEMANTICS)


def refined(source: str, model: bytes, file: Path) -> str:
    """The same for this model file, which has been imported."""
    if source == LITERT and float_weights(model, str(file)):
        return LITERT_FLOAT_WEIGHTS
    return ONNX_RUNTIME_FLOAT if source == ONNX_RUNTIME and computes_in_float32(model) else source


def run_litert(
    file: Path,
    model: bytes,
    inputs: Sequence[Array],
    outputs: Sequence[TensorInfo],
    step: Step,
    *,
    layers: bool = False,
) -> tuple[tuple[Array, ...], dict[str, Array]]:
    """The values of a `.tflite` model's outputs, [samples, ...] each, for inputs of the same form.

    Weights of codes that float layers read become float32: see `LITERT_FLOAT_WEIGHTS`. With `layers` also what its
    operators compute, by the names that the frontend writes on values.

    Raises:
        UserError: LiteRT is missing or refuses the model.
    """
    litert = import_litert()
    if weights := float_weights(model, str(file)):
        model = with_float_weights(model, weights)
    indices = _computed_tensors(model, file) if layers else {}
    results: list[list[Array]] = []
    tensors: dict[str, list[Array]] = {name: [] for name in indices}
    try:
        interpreter = litert.Interpreter(
            model_content=accepted_by_litert(model, str(file)),
            experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=layers,
        )
        interpreter.allocate_tensors()
        for sample in zip(*inputs, strict=True):
            results.append(_invoke(interpreter, sample, step))
            for name, index in indices.items():
                tensors[name].append(interpreter.get_tensor(index))
    except (RuntimeError, ValueError) as error:
        raise UserError(f"{file}: LiteRT cannot run the model: {one_line(str(error))}") from error
    return stack(results, outputs), {name: np.stack(values) for name, values in tensors.items()}


def _computed_tensors(model: bytes, file: Path) -> dict[str, int]:
    """The tensors that operators write: name -> index."""
    network = read_model(model, str(file))
    labels = tensor_labels(network)
    return {labels[index]: index for operator in network.operators for index in operator.outputs}


def _invoke(interpreter: Any, sample: Sequence[Array], step: Step) -> list[Array]:
    """The outputs for one sample."""
    for detail, value in zip(interpreter.get_input_details(), sample, strict=True):
        interpreter.set_tensor(detail["index"], value.reshape(detail["shape"]))
    interpreter.invoke()
    step.advance()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def run_semantics(
    module: ModuleOp,
    inputs: Sequence[Array],
    shapes: Sequence[TensorInfo],
    outputs: Sequence[TensorInfo],
    step: Step,
    *,
    layers: bool = False,
) -> tuple[tuple[Array, ...], dict[str, Array]]:
    """The same for a network in the dqnn dialect, whose inputs are `shapes`."""
    names: set[str] = computed_tensors(module) if layers else set()
    module = with_taps(module, names) if layers else module
    results: list[list[Array]] = []
    for sample in zip(*inputs, strict=True):
        results.append(run(module, [value.reshape(info.shape) for value, info in zip(sample, shapes, strict=True)]))
        step.advance()
    columns = list(zip(*results, strict=True))
    taps = zip(taps_of(module, names), columns[len(outputs) :], strict=True)
    tensors = {tap.tensor: tap.of_tensor(np.stack(column)) for tap, column in taps}
    return stack([row[: len(outputs)] for row in results], outputs), tensors


def as_reals(module: ModuleOp, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """Values of tensors as real numbers: codes are those of the types that the imported network has them in."""
    types = {tap.tensor: tap.type.element_type for tap in taps_of(module, tensors)}
    return {name: to_reals(values, types[name]) for name, values in tensors.items() if name in types}
