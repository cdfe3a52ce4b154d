"""Where generated code begins to differ from its reference: each layer in the network, and each on its own.

In the network, a layer computes on what the layers before it made, and the first that differs is where to look. Alone,
it computes on the reference's own values, so that each is judged by itself:

- Codes must be equal. They may differ by one where the real number that the reference rounds there lies at the border
  of two codes, within the tolerance of real numbers: two float32 programs cannot agree there. (Signs are codes of two
  values, with the border 0.) ONNX Runtime computes in float32 what the generated code computes with integers: a few
  codes of a layer may differ by little wherever they lie, as few and as little as an output's.
- Real numbers must be equal within `FLOAT_TOLERANCE` of the tensor's largest.

That the network is nothing but its layers is checked, too: fed with the network's own values, each layer alone gives
what it gives in the network, and the network with taps gives the outputs of the one without.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from ...backends.c.project import write_project
from ...backends.common.configuration import type_tag
from ...dialects import semantics
from ...dialects.dqnn import quantized_element
from ...dialects.dqnn.edge import Edge
from ...passes.convert_dqnn_to_calls import ConvertDqnnToCallsPass
from ...passes.plan_memory import PlanMemoryPass
from ..edges import from_reals, network_edges, to_reals
from .compile import Compiled, user_errors
from .differences import MAX_SHARE, MAX_STEPS, real_distances, real_tolerance
from .execute import Machine, run_values
from .progress import Progress
from .reference import Results
from .report import LayerDifference, PerLayer
from .samples import Array
from .taps import (
    Tap,
    cut_at_taps,
    cut_before_roundings,
    output_tensor,
    roundings_of,
    taps_of,
    untapped_layers,
    with_named_outputs,
    with_taps,
)
from .tensors import model_inputs

Tensors: TypeAlias = Mapping[str, Array]
"""What the reference computes for each tensor of the model: real numbers, [samples, ...]."""
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Runner:
    """Compiles networks with kernels for the machine, and runs them."""

    compiled: Compiled
    machine: Machine

    def run(self, module: ModuleOp, *runs: Sequence[Array]) -> list[list[Array]]:
        """The outputs of a network for each of several lists of inputs, values [samples, ...]; `module` is changed."""
        edges = network_edges(module)
        options = self.compiled.options
        convert = ConvertDqnnToCallsPass(options.target, build=options.build, target_file=options.target_file)
        with user_errors(self.compiled.file), tempfile.TemporaryDirectory(prefix="dqnnc-") as name:
            for step in (convert, PlanMemoryPass()):
                step.apply(Context(), module)
            folder = Path(name)
            write_project(module, folder / "project", "net")
            program = self.machine.build(folder / "project", folder / "build")
            return [run_values(program, inputs, edges.inputs, edges.outputs) for inputs in runs]


@dataclass(frozen=True)
class Layer:
    """What a layer of the generated code computes, values [samples, ...]."""

    tap: Tap
    wanted: Array
    """The reference's."""
    in_network: Array
    alone: Array
    """On the reference's values."""
    again: Array
    """Alone, on the network's values."""


def compare_layers(
    compiled: Compiled,
    machine: Machine,
    inputs: Sequence[Array],
    outputs: Sequence[Array],
    differing: Collection[int],
    reference: Results,
    progress: Progress,
) -> PerLayer:
    """Compare what each layer of the generated code computes with the reference.

    Args:
        compiled: the network.
        machine: what runs the generated code.
        inputs: values of the network's inputs, [samples, ...] each.
        outputs: what the generated code gave for them.
        differing: the samples of which an output differs from the reference.
        reference: what the reference computes for them, layer by layer.
        progress: where steps are shown.
    """
    network = with_named_outputs(compiled.selected, reference.tensors)
    edges = network_edges(network).outputs
    # Outputs that have another form than the model's, as other codes, are tensors of their own.
    ends = {
        output_tensor(edge.name): to_reals(values, edge.type.element_type)
        for edge, values in zip(edges, reference.outputs, strict=True)
    }
    tensors = {**ends, **reference.tensors}
    with progress.step("Running the network layer by layer"):
        layers, own = _run(Runner(compiled, machine), network, inputs, tensors)
    reals = _before_rounding(compiled, inputs, tensors, layers)
    inconsistent = [layer.tap.tensor for layer in layers if not _same(layer.in_network, layer.again)]
    if not all(map(_same, outputs, own)):
        inconsistent.append("outputs")
    borders = [_borders(layer, reals.get(layer.tap.tensor)) for layer in layers]
    is_near_enough = compiled.format == "onnx"
    # A real number that differs within the tolerance may be a quantizer's other code, too.
    causes = [
        layer.wanted != layer.alone if is_near_enough or layer.wanted.dtype.kind == "f" else border
        for layer, border in zip(layers, borders, strict=True)
    ]
    explained = {int(sample) for cause in causes for sample in np.nonzero(cause)[0]}
    differences = tuple(
        _difference(layer, border, _allowed(layer) if is_near_enough else 0)
        for layer, border in zip(layers, borders, strict=True)
    )
    return PerLayer(
        samples=len(inputs[0]),
        layers=differences,
        skipped=tuple(untapped_layers(network, tensors)),
        first_difference=next((item.tensor for item in differences if item.mismatches), None),
        unexplained_samples=len(set(differing) - explained),
        inconsistent=tuple(inconsistent),
    )


def _run(
    runner: Runner, network: ModuleOp, inputs: Sequence[Array], tensors: Tensors
) -> tuple[list[Layer], list[Array]]:
    """The layers' values, and the network's own outputs."""
    taps = taps_of(network, tensors)
    wanted = [_codes(tap, tensors[tap.tensor]) for tap in taps]
    [results] = runner.run(with_taps(network, tensors), inputs)
    outputs = len(results) - len(taps)
    own, in_network = results[:outputs], results[outputs:]
    alone, again = runner.run(cut_at_taps(network, tensors), [*inputs, *wanted], [*inputs, *in_network])
    return [Layer(*values) for values in zip(taps, wanted, in_network, alone, again, strict=True)], own


def _same(one: Array, other: Array) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _codes(tap: Tap, reals: Array) -> Array:
    """The reference's values as those of the generated code: codes, signs or float32."""
    return from_reals(tap.of_value(np.asarray(reals)), Edge(tap.tensor, tap.type))


def _before_rounding(compiled: Compiled, inputs: Sequence[Array], tensors: Tensors, layers: Sequence[Layer]) -> Tensors:
    """The real numbers that quantizers round, where a code differs: computed of the reference's values before them."""
    roundings = roundings_of(compiled.imported)
    differing = [layer for layer in layers if not _same(layer.wanted, layer.alone)]
    rounded = sorted({layer.tap.tensor for layer in differing if layer.tap.tensor in roundings})
    if not rounded:
        return {}
    known = [_codes(tap, tensors[tap.tensor]) for tap in taps_of(compiled.imported, tensors)]
    columns = [*model_inputs(compiled, inputs), *known]
    module = cut_before_roundings(compiled.imported, tensors, rounded)
    shapes = [edge.type.get_shape() for edge in network_edges(module).inputs]
    results = [
        semantics.run(module, [value.reshape(shape) for value, shape in zip(sample, shapes, strict=True)])
        for sample in zip(*columns, strict=True)
    ]
    return {
        name: roundings[name].of_tensor(np.stack(column))
        for name, column in zip(rounded, zip(*results, strict=True), strict=True)
    }


def _differing(layer: Layer) -> Mask:
    """Where a layer alone differs."""
    return _distance(layer, layer.alone) > _tolerance(layer)


def _allowed(layer: Layer) -> int:
    """How many codes of a layer of an ONNX model may differ: few, and none where one differs by much."""
    if quantized_element(layer.tap.type) is None:
        return 0
    steps = np.abs(layer.wanted.astype(np.int64) - layer.alone).max()
    return int(MAX_SHARE * layer.wanted.size) if steps <= MAX_STEPS else 0


def _difference(layer: Layer, borders: Mask, allowed: int) -> LayerDifference:
    tolerance = _tolerance(layer)
    in_network, alone = _distance(layer, layer.in_network), _distance(layer, layer.alone)
    return LayerDifference(
        tensor=layer.tap.tensor,
        layer=layer.tap.layer,
        operator=layer.tap.operator,
        kernel=layer.tap.kernel,
        type=type_tag(layer.tap.type.element_type),
        values=layer.wanted.size,
        mismatches=int(np.count_nonzero(in_network > tolerance)),
        max_difference=float(in_network.max()),
        alone_mismatches=int(np.count_nonzero(alone > tolerance)),
        alone_max_difference=float(alone.max()),
        borderline=int(np.count_nonzero(borders)),
        allowed=allowed,
        tolerance=tolerance,
    )


def _tolerance(layer: Layer) -> float:
    return real_tolerance(layer.wanted) if layer.wanted.dtype.kind == "f" else 0.0


def _distance(layer: Layer, got: Array) -> npt.NDArray[np.float64]:
    """How far results are from the reference, as real numbers."""
    element = layer.tap.type.element_type
    return real_distances(to_reals(layer.wanted, element), to_reals(got, element))


def _borders(layer: Layer, reals: Array | None) -> Mask:
    """Where a layer alone differs and may: codes are neighbours, and the real number rounded lies between them.

    It may lie as far from the border as two real numbers may be from each other. `reals` are the numbers that the
    reference rounds to the tensor, None where nothing is rounded.
    """
    wanted, got = layer.wanted, layer.alone
    if reals is None:
        return np.zeros(wanted.shape, np.bool_)
    values = layer.tap.of_value(reals).astype(np.float64)
    tolerance = real_tolerance(values)
    element = quantized_element(layer.tap.type)
    if element is None:
        return _differing(layer) & (np.abs(values) <= tolerance)
    low = np.minimum(wanted, got).astype(np.float64)
    border = (low + 0.5 - element.zero_point) * element.scale
    return (np.abs(wanted.astype(np.int64) - got) == 1) & (np.abs(values - border) <= tolerance)
