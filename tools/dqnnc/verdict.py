"""What the results of a validation say: which values differ, and the figures that people compare networks by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from .differences import MAX_SHARE, MAX_STEPS, dequantize, difference, differing_samples
from .last_codes import Codes
from .metrics import accuracy, classes, compare, confusion
from .reference import Results
from .report import (
    Classification,
    Comparison,
    Execution,
    ModelInfo,
    OutputDifference,
    PerLayer,
    TargetInfo,
    Validation,
)
from .samples import Array, Samples

C_MODEL = {"host": "HOST c-model", "emulator": "TARGET c-model"}
"""Name of the generated code in a comparison with a user's outputs, by mode."""


def judge(
    model: ModelInfo,
    target: TargetInfo,
    execution: Execution,
    samples: Samples,
    reference: Results,
    generated: Results,
    per_layer: PerLayer | None,
    *,
    is_classifier: bool,
    soft: Collection[int] = (),
    codes: Sequence[Codes] = (),
) -> Validation:
    """Compare what the generated code computed with the reference, and both with what the user expects.

    Outputs that differ are right where each layer alone is: models of Keras and ONNX compute with real numbers between
    roundings, and one code at the border of two changes all that comes of it. Of a model of ONNX also few codes may
    differ by little; of outputs at the places `soft` these are the last `codes` before them. Models on codes must be
    met exactly.
    """
    differences = tuple(map(difference, model.outputs, reference.outputs, generated.outputs))
    is_equal = not any(output.mismatches for output in differences)
    layers_pass = per_layer is None or per_layer.passed
    last = tuple(difference(item.tensor, item.reference, item.generated) for item in codes)
    is_right = (
        is_equal
        or (per_layer is not None and rounds_reals(model.format))
        or (model.format == "onnx" and per_layer is not None and per_layer.is_exact)
        or (model.format == "onnx" and _is_near(soft, model, differences, last, codes, reference, generated))
    )
    return Validation(
        model=model,
        target=target,
        execution=execution,
        reference=reference.source,
        data=samples.source,
        samples=samples.count,
        passed=layers_pass and is_right,
        outputs=differences,
        comparisons=(
            *_compare_all("X-cross", model, reference.outputs, generated.outputs, is_classifier),
            *_compare_with_expected(C_MODEL[execution.mode], model, samples, generated, is_classifier),
            *_compare_with_expected("original model", model, samples, reference, is_classifier),
        ),
        classification=_classify(model, samples, reference, generated),
        per_layer=per_layer,
        last_codes=last,
    )


def _is_near(
    soft: Collection[int],
    model: ModelInfo,
    outputs: Sequence[OutputDifference],
    last: Sequence[OutputDifference],
    codes: Sequence[Codes],
    reference: Results,
    generated: Results,
) -> bool:
    """Whether few codes of each tensor differ, and by little, and that explains the outputs behind them.

    ONNX Runtime computes in float32 between the roundings, the generated code with integers.
    """
    # Where the codes before an output are not known, as of QOperator networks, its own have to do.
    direct = [item for place, item in enumerate(outputs) if place not in soft or not codes]
    direct = [item for item in direct if item.max_code_difference is not None]
    if not all(map(_are_few, (*direct, *last))):
        return False
    explained: set[int] = set()
    for item in codes:
        explained |= set(differing_samples([item.tensor], [item.reference], [item.generated]))
    equal = [sample for sample in range(len(reference.outputs[0])) if sample not in explained]
    return not equal or all(
        _is_close(difference(model.outputs[place], reference.outputs[place][equal], generated.outputs[place][equal]))
        for place in soft
    )


def _are_few(item: OutputDifference) -> bool:
    return item.mismatches <= MAX_SHARE * item.values and (item.max_code_difference or 0) <= MAX_STEPS


def _is_close(item: OutputDifference) -> bool:
    """Whether an output is right whose codes before it are equal to the reference's."""
    return item.mismatches == 0 if item.max_code_difference is None else item.max_code_difference <= MAX_STEPS


def rounds_reals(form: str) -> bool:
    """Whether models of a format compute with real numbers between roundings."""
    return form in ("h5", "keras", "mlir")


def _compare_with_expected(
    name: str, model: ModelInfo, samples: Samples, results: Results, is_classifier: bool
) -> Iterator[Comparison]:
    if samples.outputs is not None:
        yield from _compare_all(name, model, samples.outputs, results.outputs, is_classifier)


def _compare_all(
    name: str, model: ModelInfo, reference: Sequence[Array], prediction: Sequence[Array], is_classifier: bool
) -> Iterator[Comparison]:
    """A row for each output; only the first may be a classifier's."""
    for place, (output, wanted, got) in enumerate(zip(model.outputs, reference, prediction, strict=True), 1):
        metrics = compare(dequantize(output, wanted), dequantize(output, got), classifier=is_classifier and place == 1)
        yield Comparison(f"{name} #{place}", output.name, metrics)


def _classify(model: ModelInfo, samples: Samples, reference: Results, generated: Results) -> Classification | None:
    if samples.labels is None:
        return None
    output = model.outputs[0]
    predicted = classes(generated.outputs[0])
    return Classification(
        output=output.name,
        correct=int(np.count_nonzero(samples.labels == predicted)),
        generated_accuracy=accuracy(samples.labels, predicted),
        reference_accuracy=accuracy(samples.labels, classes(reference.outputs[0])),
        confusion=confusion(samples.labels, predicted, int(np.prod(output.sample_shape))),
    )
