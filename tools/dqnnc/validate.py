"""`dqnnc validate`: whether the generated C computes what the model computes."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from .arguments import RANDOM_SAMPLES
from .budget import check_budgets, require_limits
from .compile import Compiled, compile_model, format_of, options_of, write_c
from .differences import differing_samples
from .errors import UserError
from .execute import CmsisNN, Machine, execute
from .framework import import_litert, import_onnx_runtime
from .inspection import budget_of, ends_in_softmax, model_info, stack_of, target_info
from .keras_reference import run_keras
from .last_codes import Codes, last_code_tensors, last_codes, soft_outputs
from .measure import measured_for
from .onnx_reference import run_onnx_runtime
from .output import output
from .per_layer import compare_layers
from .progress import Progress
from .reference import (
    KERAS,
    LITERT,
    LITERT_FLOAT_WEIGHTS,
    ONNX_RUNTIME,
    ONNX_RUNTIME_FLOAT,
    Results,
    as_reals,
    reference_of,
    refined,
    run_litert,
    run_semantics,
)
from .render import render_validation
from .report import Execution, ModelInfo, PerLayer, Validation
from .samples import Samples, load_samples, random_samples
from .taps import computed_tensors, taps_of
from .tensors import model_inputs, model_tensors, network_outputs
from .verdict import judge, rounds_reals

NETWORK_NAME = "net"
"""Prefix of the C names; the project is gone when the command ends."""


MAX_EXPLAINED = 200
"""Samples whose outputs differ that are looked at layer by layer where the user does not ask for all."""


def validate(options: Namespace) -> int:
    """Run the command; the exit status is 1 where results differ from the reference."""
    _check(options)
    with output("validate", options.json) as publish:
        validation = _validate(options)
        publish(validation, render_validation(validation))
    if validation.passed and options.check_budget:
        check_budgets(validation.budget, validation.target, str(options.model))
    return 0 if validation.passed else 1


def _validate(options: Namespace) -> Validation:
    progress = Progress(sys.stderr)
    compiled = compile_model(options.model, options_of(options), progress)
    if options.check_budget:
        require_limits(compiled.target, compiled.options)
    model = model_info(compiled)
    samples = _samples(options, model)
    source = refined(reference_of(compiled.format, options.reference), compiled.data, compiled.file)
    reference = _run_reference(compiled, source, samples, progress, layers=options.per_layer)
    machine = _machine(compiled, options)
    generated, execution = _run_generated(compiled, model, machine, samples, progress)
    codes = _last_codes(compiled, model, machine, samples, reference, generated, progress)
    differing = differing_samples(model.outputs, reference.outputs, generated.outputs)

    def judged(per_layer: PerLayer | None) -> Validation:
        return judge(
            model,
            target_info(compiled),
            execution,
            samples,
            reference,
            generated,
            per_layer,
            is_classifier=options.classifier or samples.labels is not None or ends_in_softmax(compiled),
            soft=soft_outputs(compiled),
            codes=codes,
        )

    if options.per_layer:
        layers = compare_layers(compiled, machine, samples.inputs, generated.outputs, differing, reference, progress)
        verdict = judged(layers)
    else:
        verdict = judged(None)
        if not verdict.passed and _computes_in_reals(compiled, source):
            verdict = judged(_explain(compiled, machine, samples, source, generated, differing, progress))
    measured = measured_for(options, compiled, machine.cmsis_nn)
    return replace(verdict, budget=budget_of(compiled, measured), stack=stack_of(measured))


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
    source = reference_of(format_of(options.model), options.reference)
    if source == LITERT:
        import_litert()
    if source == ONNX_RUNTIME:
        import_onnx_runtime()


def _samples(options: Namespace, model: ModelInfo) -> Samples:
    if options.input_files:
        return load_samples(options.input_files, options.output_files, model.inputs, model.outputs, options.samples)
    return random_samples(model.inputs, options.samples or RANDOM_SAMPLES, options.seed)


def _run_reference(compiled: Compiled, source: str, samples: Samples, progress: Progress, *, layers: bool) -> Results:
    """What the original model computes. It has its own types at its edges: its values become those of the network's."""
    inputs, (shapes, outputs) = model_inputs(compiled, samples.inputs), model_tensors(compiled)
    last = last_code_tensors(compiled) if compiled.format == "onnx" else []
    with progress.step(f"Running the original model with {source}", samples.count) as step:
        if source in (LITERT, LITERT_FLOAT_WEIGHTS):
            results, tensors = run_litert(compiled.file, compiled.data, inputs, outputs, step, layers=layers)
        elif source in (ONNX_RUNTIME, ONNX_RUNTIME_FLOAT):
            names = dict.fromkeys([*last, *(tapped_tensors(compiled) if layers else ())])
            results, tensors = run_onnx_runtime(compiled.file, compiled.data, inputs, shapes, outputs, step, [*names])
        elif source == KERAS:
            results, tensors = run_keras(compiled.file, compiled.data, inputs, step, layers=layers)
        else:
            has_taps = layers or bool(last)
            results, tensors = run_semantics(compiled.imported, inputs, shapes, outputs, step, layers=has_taps)
    if source != KERAS:
        tensors = as_reals(compiled.imported, tensors)
    return Results(source, network_outputs(compiled, results), tensors)


def tapped_tensors(compiled: Compiled) -> list[str]:
    """The tensors of the model that layers of the generated code compute."""
    return [tap.tensor for tap in taps_of(compiled.selected, computed_tensors(compiled.imported))]


def _computes_in_reals(compiled: Compiled, source: str) -> bool:
    """Whether the reference computes with real numbers between roundings, so that layers may say why outputs differ."""
    return rounds_reals(compiled.format) or source == ONNX_RUNTIME


def _explain(
    compiled: Compiled,
    machine: Machine,
    samples: Samples,
    source: str,
    generated: Results,
    differing: list[int],
    progress: Progress,
) -> PerLayer:
    """The comparison layer by layer of samples whose outputs differ."""
    differing = differing[:MAX_EXPLAINED]
    some = Samples(samples.source, tuple(values[differing] for values in samples.inputs))
    reference = _run_reference(compiled, source, some, progress, layers=True)
    outputs = [values[differing] for values in generated.outputs]
    return compare_layers(compiled, machine, some.inputs, outputs, range(some.count), reference, progress)


def _last_codes(
    compiled: Compiled,
    model: ModelInfo,
    machine: Machine,
    samples: Samples,
    reference: Results,
    generated: Results,
    progress: Progress,
) -> list[Codes]:
    """The last codes of an ONNX model before outputs that few codes change by much, where outputs differ."""
    if model.format != "onnx" or not differing_samples(model.outputs, reference.outputs, generated.outputs):
        return []
    tensors = {name: reference.tensors[name] for name in last_code_tensors(compiled) if name in reference.tensors}
    if not tensors:
        return []
    with progress.step("Running the generated code up to its last codes"):
        return last_codes(compiled, machine, samples.inputs, tensors)


def _run_generated(
    compiled: Compiled, model: ModelInfo, machine: Machine, samples: Samples, progress: Progress
) -> tuple[Results, Execution]:
    with tempfile.TemporaryDirectory(prefix="dqnnc-") as folder:
        project, build = Path(folder, "project"), Path(folder, "build")
        write_c(compiled, project, NETWORK_NAME)
        outputs, execution = execute(project, build, samples, model, machine, progress)
    return Results("generated code", outputs), execution


def _machine(compiled: Compiled, options: Namespace) -> Machine:
    if options.mode == "host":
        return Machine(sanitize=options.sanitize)
    library = options.cmsis_nn_library
    cmsis_nn = None if library is None else CmsisNN(options.cmsis_nn_include, library)
    return Machine(compiled.target.core, cmsis_nn=cmsis_nn, optimize=compiled.optimize)
