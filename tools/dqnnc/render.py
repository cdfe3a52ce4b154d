"""The reports as text for a terminal; every number comes from `report`, none is made here."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ...frontends.tflite.network import name_hint
from .differences import MAX_SHARE, MAX_STEPS
from .remedies import WEIGHTS_ALONE
from .report import (
    Advice,
    Analysis,
    Budget,
    BudgetPart,
    Classification,
    Fallback,
    Generation,
    Memory,
    ModelInfo,
    Scheme,
    TargetInfo,
    TensorInfo,
    Validation,
    Weights,
)
from .table import Column, pairs, table

WIDTH = 100
"""Characters in a line of running text."""


def render_analysis(analysis: Analysis, *, verbose: bool = False) -> str:
    """The report of `analyze`; `verbose` adds every tensor: activations, and weights."""
    sections = [
        _summary(analysis),
        _budget(analysis.budget),
        _layers(analysis),
        _operation_types(analysis),
        _fallbacks(analysis.fallbacks),
        _advice(analysis.advice),
        *([_activation_tensors(analysis.memory), _weight_tensors(analysis.weights)] if verbose else []),
    ]
    return _join(sections)


def render_generation(generation: Generation) -> str:
    """The report of `generate`."""
    analysis = generation.analysis
    lines = pairs(
        [
            ("model", _model(analysis.model)),
            ("target", target_line(analysis.target)),
            ("macc", f"{analysis.macc:,}"),
            ("weights (ro)", _weights(analysis.weights)),
            ("activations (rw)", _bytes(analysis.memory.activations_bytes)),
            ("output", f"{generation.output}, {len(generation.files)} files"),
        ]
    )
    return _join([lines, _budget(analysis.budget), _fallbacks(analysis.fallbacks)])


def render_validation(validation: Validation) -> str:
    """The report of `validate`."""
    execution = validation.execution
    head = [
        ("model", _model(validation.model)),
        ("target", target_line(validation.target)),
        ("compiled by", " ".join((execution.compiler, *execution.flags))),
        ("kernels of", "dqnnc" if execution.cmsis_nn is None else f"CMSIS-NN, {execution.cmsis_nn}"),
        ("run on", "this computer" if execution.machine is None else f"QEMU, {execution.machine}"),
        ("compared with", validation.reference),
        ("data", validation.data),
    ]
    if execution.instructions is not None:
        head.append(("instructions", f"{execution.instructions:,} per inference"))
    return _join(
        [
            pairs(head),
            _budget([item for item in validation.budget if item.complete or item.over or validation.stack is not None]),
            _comparisons(validation),
            _differences(validation),
            _per_layer(validation),
            _classification(validation.classification),
            [verdict(validation)],
        ]
    )


def _summary(analysis: Analysis) -> list[str]:
    model, memory = analysis.model, analysis.memory
    items = [
        ("model", _model(model)),
        ("target", target_line(analysis.target)),
        *((f"input {place}/{len(model.inputs)}", _tensor(item)) for place, item in enumerate(model.inputs, 1)),
        *((f"output {place}/{len(model.outputs)}", _tensor(item)) for place, item in enumerate(model.outputs, 1)),
        ("params #", f"{model.params:,} items ({_kib(4 * model.params)})"),
        *(("scheme", _scheme(scheme)) for scheme in analysis.schemes),
        *_dequantized(analysis),
        *(("note", note) for note in analysis.notes),
        ("macc", f"{analysis.macc:,}"),
        ("weights (ro)", _weights(analysis.weights)),
        ("activations (rw)", _activations(memory)),
        ("ram (total)", _ram(memory)),
    ]
    return pairs(items)


def _budget(budgets: Sequence[Budget]) -> list[str]:
    """A line for each memory, and its parts; none where nobody says how large a memory is."""
    if all(item.limit is None for item in budgets):
        return []
    lines = ["Budget"]
    for item in budgets:
        known = "at least " if not item.complete else ""
        limit = "unknown" if item.limit is None else f"{item.limit:,} B ({item.source})"
        verdict = f", {item.over:,} B over" if item.over else ""
        lines.append(f"  {item.memory:5} : {known}{item.used:,} B of {limit}{verdict}")
        lines += [f"          {part.name}: {_part(part)}" for part in item.parts]
    return lines


def _part(part: BudgetPart) -> str:
    if part.bytes is None:
        return part.note or "not measured"
    return f"{part.bytes:,} B" + (f" ({part.note})" if part.note else "")


def _scheme(scheme: Scheme) -> str:
    layers = f"{scheme.layers} layer{'s' if scheme.layers > 1 else ''} with weights"
    return f"{scheme.name} (weights/activations), {scheme.granularity}: {layers}"


def _dequantized(analysis: Analysis) -> list[tuple[str, str]]:
    """What becomes of weights that are quantized alone (dynamic-range and weight-only quantization)."""
    if not analysis.dequantized:
        return []
    types = "/".join(sorted({constant.type for constant in analysis.dequantized}))
    return [
        (
            "dequantized",
            f"{len(analysis.dequantized)} tensors of {types} in the model became f32: without quantized activations "
            f"their layers run in float; {WEIGHTS_ALONE[analysis.model.format]}",
        )
    ]


def _layers(analysis: Analysis) -> list[str]:
    columns = [
        Column("c_id", right=True),
        Column("m_id", right=True),
        Column("layer"),
        Column("operator"),
        Column("kernel"),
        Column("bias"),
        Column("output"),
        Column("#op", right=True),
        Column("operation type"),
    ]
    rows = [
        [
            str(layer.c_id),
            "-" if layer.m_id is None else str(layer.m_id),
            _short(layer.name),
            layer.operator,
            layer.kernel,
            layer.bias_type or "-",
            f"{layer.output_type} {_shape(layer.output_shape)}",
            f"{layer.macc:,}",
            layer.operation_type,
        ]
        for layer in analysis.layers
    ]
    total = ["", "", "total", "", "", "", "", f"{analysis.macc:,}", ""]
    return ["Operations per layer", *table(columns, rows, total)]


def _operation_types(analysis: Analysis) -> list[str]:
    columns = [Column("operation type"), Column("#op", right=True), Column("share", right=True)]
    rows = [[kind.type, f"{kind.macc:,}", f"{kind.share:.1%}"] for kind in analysis.operation_types]
    total = ["total", f"{analysis.macc:,}", ""]
    return ["Operation types", *table(columns, rows, total)]


def _fallbacks(fallbacks: Sequence[Fallback]) -> list[str]:
    if not fallbacks:
        return []
    lines = ["Fallbacks: computed in float32, since no integer kernel fits"]
    for item in fallbacks:
        remedies = [f"{row.row}: {row.remedy}" if row.remedy else row.row for row in item.nearest]
        facts = [
            *([] if item.asked is None else [("asked for", item.asked)]),
            ("reason", item.reason),
            *(("nearest" if place == 0 else "or", text) for place, text in enumerate(remedies)),
        ]
        lines += [f"{_short(item.name)} ({item.operator})", *(f"  {line}" for line in pairs(facts))]
    return lines


def _advice(advice: Sequence[Advice]) -> list[str]:
    if not advice:
        return []
    columns = [Column("layer"), Column("subject"), Column("advice")]
    return ["Advice", *table(columns, [[_short(item.layer), item.topic, item.text] for item in advice])]


def _activation_tensors(memory: Memory) -> list[str]:
    columns = [
        Column("offset", right=True),
        Column("bytes", right=True),
        Column("live", right=True),
        Column("kind"),
        Column("type"),
        Column("scale", right=True),
        Column("zero point", right=True),
        Column("tensor"),
    ]
    rows = [
        [
            "-" if buffer.offset is None else f"{buffer.offset:,}",
            f"{buffer.bytes:,}",
            f"{buffer.first}..{buffer.last}",
            buffer.kind,
            buffer.type or "-",
            _optional(buffer.scale),
            _optional(buffer.zero_point),
            _short(buffer.name),
        ]
        for buffer in memory.buffers
    ]
    head = "Activation tensors (offset in the arena, - outside of it; live: first and last c_id)"
    return [head, *table(columns, rows)]


def _weight_tensors(weights: Weights) -> list[str]:
    if not weights.constants:
        return []
    columns = [
        Column("c_id", right=True),
        Column("layer"),
        Column("what"),
        Column("type"),
        Column("stored as"),
        Column("scale", right=True),
        Column("bytes", right=True),
        Column("constant"),
    ]
    rows = [
        [
            "-" if item.c_id is None else str(item.c_id),
            "-" if item.layer is None else _short(item.layer),
            item.role,
            item.type,
            f"{item.stored} {_shape(item.shape)}",
            f"{item.scales} scales" if item.scales > 1 else _optional(item.scale),
            f"{item.bytes:,}",
            item.name,
        ]
        for item in weights.constants
    ]
    total = ["", "total", "", "", "", "", f"{weights.bytes + weights.requantization_bytes:,}", ""]
    return ["Weight tensors and tables", *table(columns, rows, total)]


def _comparisons(validation: Validation) -> list[str]:
    figures = ("rmse", "mae", "l2r", "mean", "std", "nse", "cos", "snr", "acc")
    columns = [Column("comparison"), *(Column(figure, right=True) for figure in figures), Column("output")]
    rows = [
        [row.name, *(_figure(getattr(row.metrics, figure)) for figure in figures), _short(row.output)]
        for row in validation.comparisons
    ]
    return [f"Figures over {validation.samples} samples", *table(columns, rows)]


def _differences(validation: Validation) -> list[str]:
    columns = [
        Column("output"),
        Column("values", right=True),
        Column("mismatches", right=True),
        Column("largest code difference", right=True),
        Column("largest difference", right=True),
    ]
    rows = [
        [
            _short(output.name),
            f"{output.values:,}",
            f"{output.mismatches:,}",
            _optional(output.max_code_difference),
            f"{output.max_difference:.6g}",
        ]
        for output in (*validation.outputs, *validation.last_codes)
    ]
    lines = ["Differences from the reference", *table(columns, rows)]
    if validation.last_codes:
        lines.append("the last rows are of the last codes before a softmax, or before real numbers")
    return lines


def _per_layer(validation: Validation) -> list[str]:
    """A row for each layer: in the network, it computes on what others made, alone on the reference's values."""
    comparison = validation.per_layer
    if comparison is None:
        return []
    has_paths = validation.model.format == "tflite"
    columns = [
        Column("layer"),
        Column("kernel"),
        Column("type"),
        Column("values", right=True),
        Column("differ", right=True),
        Column("by up to", right=True),
        Column("alone", right=True),
        Column("by up to", right=True),
        Column("at a border", right=True),
    ]
    rows = [
        [
            _short(layer.tensor) if has_paths or ";" in layer.tensor else layer.tensor,
            layer.kernel,
            layer.type,
            f"{layer.values:,}",
            f"{layer.mismatches:,}",
            f"{layer.max_difference:.6g}",
            f"{layer.alone_mismatches:,}",
            f"{layer.alone_max_difference:.6g}",
            f"{layer.borderline:,}",
        ]
        for layer in comparison.layers
    ]
    lines = [
        f"Layers over {comparison.samples} samples (differ: in the network; alone: on the reference's own values)",
        *table(columns, rows),
        f"first difference: {comparison.first_difference or 'none'}",
    ]
    if comparison.skipped:
        skipped = ", ".join(comparison.skipped)
        lines += textwrap.wrap(f"no tensor of the model, tested with the next layer: {skipped}", WIDTH)
    return lines


def verdict(validation: Validation) -> str:
    """The last line: whether the generated code is right, and what of it differs."""
    mismatches = sum(output.mismatches for output in validation.outputs)
    values = sum(output.values for output in validation.outputs)
    differ = f"{mismatches:,} of {values:,} output values differ"
    layers = validation.per_layer
    if validation.passed and not mismatches:
        return "PASS: equal to the reference"
    if validation.model.format == "onnx" and layers is None:
        return _verdict_on_codes(validation, differ)
    if layers is None:
        return f"FAIL: {differ} from the reference"
    if layers.inconsistent:
        return f"FAIL: in the network other values than alone: {', '.join(layers.inconsistent)}"
    wrong = [layer for layer in layers.layers if layer.wrong]
    if wrong:
        first = wrong[0]
        return (
            f"FAIL: {differ}; '{first.tensor}' ({first.kernel}), alone on the reference's values, differs in "
            f"{first.wrong:,} of {first.values:,} values"
        )
    if layers.unexplained_samples:
        return f"FAIL: {differ}; in {layers.unexplained_samples} of {layers.samples} samples no layer says why"
    if validation.model.format == "onnx" and not layers.is_exact:
        return _verdict_on_codes(validation, differ)
    if not validation.passed:
        return f"FAIL: {differ} from the reference"
    borderline = sum(layer.borderline for layer in layers.layers)
    total = sum(layer.values for layer in layers.layers)
    return (
        f"PASS: {differ}. In {layers.samples} samples {borderline:,} of {total:,} values of layers lie at the border "
        "of two codes, where a layer alone may take either; all others are equal to the reference"
    )


def _verdict_on_codes(validation: Validation, differ: str) -> str:
    """The verdict on an ONNX model, whose codes may differ from those of float32 between roundings."""
    tensors = validation.last_codes or validation.outputs
    codes = [(item, item.max_code_difference) for item in tensors if item.max_code_difference is not None]
    verdict = "PASS" if validation.passed else "FAIL"
    if not codes:
        return f"{verdict}: {differ} from the reference"
    wrong, values = sum(item.mismatches for item, _ in codes), sum(item.values for item, _ in codes)
    place = " before a softmax or real numbers" if validation.last_codes else ""
    return (
        f"{verdict}: {differ}. Of the codes{place} {wrong:,} of {values:,} differ ({wrong / values:.2%}), by at most "
        f"{max(steps for _, steps in codes)}; of an ONNX model {MAX_SHARE:.0%} may, by {MAX_STEPS}"
    )


def _classification(result: Classification | None) -> list[str]:
    if result is None:
        return []
    lines = pairs(
        [
            ("accuracy, generated code", f"{result.generated_accuracy:.2%} ({result.correct:,} correct)"),
            ("accuracy, reference", f"{result.reference_accuracy:.2%}"),
        ]
    )
    if result.confusion is None:
        return lines
    columns = [Column("class"), *(Column(f"C{place}", right=True) for place in range(len(result.confusion)))]
    rows = [[f"C{place}", *map(_count, row)] for place, row in enumerate(result.confusion)]
    return [*lines, "", "Confusion matrix (rows: label, columns: generated code)", *table(columns, rows)]


def _model(model: ModelInfo) -> str:
    return f"{model.file} ({model.format}), network '{model.name}'"


def target_line(target: TargetInfo) -> str:
    """A target in one line."""
    build = "no CMSIS-NN" if target.build is None else f"{target.build} build"
    device = "" if target.device is None else f" ({target.device})"
    stand_in = "" if target.stand_in is None else f" ({target.stand_in} stands in for it)"
    return f"{target.name}{device}: {target.core}{stand_in}, {build}, {target.kernels} kernels"


def _tensor(tensor: TensorInfo) -> str:
    own = "" if tensor.order is None else f" ({_shape(tensor.model_shape)} in the model)"
    parts = [f"{tensor.name}: {tensor.type} {_shape(tensor.shape)}{own}"]
    if tensor.scale is not None:
        parts.append(f"scale {tensor.scale:.9g}, zero point {tensor.zero_point}")
    if tensor.bit_order is not None:
        parts.append(f"channel 0 in the {tensor.bit_order} of a word")
    return ", ".join([*parts, _bytes(tensor.bytes)])


def _weights(weights: Weights) -> str:
    saved = weights.bytes - weights.float_bytes
    return (
        f"{_bytes(weights.bytes)} / {saved:+,} ({0 - weights.saving:+.1%}) vs float model; "
        f"requantization tables {_bytes(weights.requantization_bytes)} beside them"
    )


def _activations(memory: Memory) -> str:
    return (
        f"{_bytes(memory.activations_bytes)}; lower bound {memory.lower_bound_bytes:,} B, "
        f"greedy by size {memory.greedy_by_size_bytes:,} B"
    )


def _ram(memory: Memory) -> str:
    parts = [f"{memory.activations_bytes:,} activations"]
    if not memory.inputs_in_activations:
        parts.append(f"{memory.inputs_bytes:,} inputs")
    if not memory.outputs_in_activations:
        parts.append(f"{memory.outputs_bytes:,} outputs")
    return f"{_bytes(memory.ram_bytes)} = {' + '.join(parts)}"


def _bytes(count: int) -> str:
    return f"{count:,} B ({_kib(count)})"


def _kib(count: int) -> str:
    return f"{count / 1024:,.2f} KiB"


def _shape(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _optional(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.6f}"


def _count(value: int) -> str:
    return str(value) if value else "."


def _short(name: str) -> str:
    """A layer's own name without the path in front, and without what converters append of fused layers."""
    return name_hint(name) or name


def _join(sections: Sequence[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"
