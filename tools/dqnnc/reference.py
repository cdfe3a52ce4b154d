"""What the results of the generated code are compared with.

A `.tflite` model is run by LiteRT with its reference kernels, an `.h5` or `.keras` model by Keras. IR, which no
framework reads, is run by the numpy semantics of our own dialects; a model of Keras is, too, where the user asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from xdsl.dialects.builtin import ModuleOp

from ...frontends.tflite import accepted_by_litert
from .errors import UserError, one_line
from .progress import Step
from .report import TensorInfo
from .samples import Array, stack

ReferenceChoice: TypeAlias = Literal["framework", "semantics"]

LITERT = "LiteRT, reference kernels"
KERAS = "Keras, model(x) without oneDNN"
SEMANTICS = "the reference semantics of the IR"

FRAMEWORKS = {"tflite": LITERT, "h5": KERAS, "keras": KERAS}
"""Format of a model file -> what runs it."""


def reference_of(form: str, choice: ReferenceChoice) -> str:
    """What computes the results to compare with, for a format of model files and the user's choice."""
    return SEMANTICS if choice == "semantics" else FRAMEWORKS.get(form, SEMANTICS)


def require_litert() -> Any:
    """The LiteRT interpreter's module, which only a validation of a `.tflite` file needs.

    Raises:
        UserError: it is not installed.
    """
    try:
        return importlib.import_module("ai_edge_litert.interpreter")
    except ImportError as error:
        raise UserError(
            "validate runs the model with LiteRT, which is not installed: pip install 'dqnnc[validate]'"
        ) from error


def run_litert(
    file: Path, model: bytes, inputs: Sequence[Array], outputs: Sequence[TensorInfo], step: Step
) -> tuple[Array, ...]:
    """The values of a `.tflite` model's outputs, [samples, ...] each, for inputs of the same form.

    Raises:
        UserError: LiteRT is missing or refuses the model.
    """
    litert = require_litert()
    try:
        interpreter = litert.Interpreter(
            model_content=accepted_by_litert(model, str(file)),
            experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF,
        )
        interpreter.allocate_tensors()
        results = [_invoke(interpreter, sample, step) for sample in zip(*inputs, strict=True)]
    except (RuntimeError, ValueError) as error:
        raise UserError(f"{file}: LiteRT cannot run the model: {one_line(str(error))}") from error
    return stack(results, outputs)


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
) -> tuple[Array, ...]:
    """The same for a network in the dqnn dialect, whose inputs are `shapes`."""
    from ...dialects.semantics import run

    results: list[list[Array]] = []
    for sample in zip(*inputs, strict=True):
        results.append(run(module, [value.reshape(info.shape) for value, info in zip(sample, shapes, strict=True)]))
        step.advance()
    return stack(results, outputs)
