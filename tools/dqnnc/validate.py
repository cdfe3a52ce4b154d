"""`dqnnc validate`: whether the generated C computes what the model computes."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from .arguments import RANDOM_SAMPLES
from .compile import Compiled, compile_model, format_of, options_of, write_c
from .errors import UserError
from .execute import CmsisNN, run_on_emulator, run_on_host
from .inspection import ends_in_softmax, model_info, target_info
from .keras_reference import run_keras
from .output import output
from .progress import Progress
from .reference import KERAS, LITERT, reference_of, require_litert, run_litert, run_semantics
from .render import render_validation
from .report import Execution, ModelInfo, Validation
from .samples import Samples, load_samples, random_samples
from .tensors import model_inputs, model_tensors, network_outputs
from .verdict import Results, judge

NETWORK_NAME = "net"
"""Prefix of the C names; the project is gone when the command ends."""


def validate(options: Namespace) -> int:
    """Run the command; the exit status is 1 where results differ from the reference."""
    _check(options)
    with output("validate", options.json) as publish:
        validation = _validate(options)
        publish(validation, render_validation(validation))
    return 0 if validation.passed else 1


def _validate(options: Namespace) -> Validation:
    progress = Progress(sys.stderr)
    compiled = compile_model(options.model, options_of(options), progress)
    model = model_info(compiled)
    samples = _samples(options, model)
    reference = _run_reference(compiled, reference_of(compiled.format, options.reference), samples, progress)
    generated, execution = _run_generated(compiled, model, options, samples, progress)
    return judge(
        model,
        target_info(compiled),
        execution,
        samples,
        reference,
        generated,
        is_classifier=options.classifier or samples.labels is not None or ends_in_softmax(compiled),
    )


def _check(options: Namespace) -> None:
    """Refuse at once what would only fail later."""
    if options.sanitize and options.mode != "host":
        raise UserError("--sanitize needs --mode host: the sanitizers do not exist for the emulated cores")
    if (options.cmsis_nn_include is None) != (options.cmsis_nn_library is None):
        raise UserError("--cmsis-nn-include and --cmsis-nn-library go together")
    if options.cmsis_nn_include is not None and options.mode != "emulator":
        raise UserError("--cmsis-nn-include needs --mode emulator: the library is built for the target's core")
    if options.output_files and not options.input_files:
        raise UserError("-vo needs the inputs that belong to it: give them with -vi")
    if reference_of(format_of(options.model), options.reference) == LITERT:
        require_litert()


def _samples(options: Namespace, model: ModelInfo) -> Samples:
    if options.input_files:
        return load_samples(options.input_files, options.output_files, model.inputs, model.outputs, options.samples)
    return random_samples(model.inputs, options.samples or RANDOM_SAMPLES, options.seed)


def _run_reference(compiled: Compiled, source: str, samples: Samples, progress: Progress) -> Results:
    """What the original model computes. It has its own types at its edges: its values become those of the network's."""
    inputs, (shapes, outputs) = model_inputs(compiled, samples.inputs), model_tensors(compiled)
    with progress.step(f"Running the original model with {source}", samples.count) as step:
        if source == LITERT:
            results = run_litert(compiled.file, compiled.data, inputs, outputs, step)
        elif source == KERAS:
            results = run_keras(compiled.file, compiled.data, inputs, step).outputs
        else:
            results = run_semantics(compiled.imported, inputs, shapes, outputs, step)
    return Results(source, network_outputs(compiled, results))


def _run_generated(
    compiled: Compiled, model: ModelInfo, options: Namespace, samples: Samples, progress: Progress
) -> tuple[Results, Execution]:
    with tempfile.TemporaryDirectory(prefix="dqnnc-") as folder:
        project, build = Path(folder, "project"), Path(folder, "build")
        write_c(compiled, project, NETWORK_NAME)
        if options.mode == "host":
            outputs, execution = run_on_host(project, build, samples, model, progress, sanitize=options.sanitize)
        else:
            outputs, execution = run_on_emulator(
                project,
                build,
                samples,
                model,
                progress,
                core=compiled.target.core.name,
                cmsis_nn=_cmsis_nn(options),
            )
    return Results("generated code", outputs), execution


def _cmsis_nn(options: Namespace) -> CmsisNN | None:
    if options.cmsis_nn_include is None:
        return None
    return CmsisNN(options.cmsis_nn_include, options.cmsis_nn_library)
