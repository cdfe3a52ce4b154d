"""`dqnnc supported-ops`: what a network may consist of, read off the frontends' tables and the kernel table."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Protocol

from ...backends.common.kernel_table import Kernel, Row
from ...backends.cortex_m.kernels import TABLE
from ...backends.cortex_m.targets import CORES, SERIES, Target, build_of, target_of
from ...frontends import keras, onnx, tflite
from .compile import Kernels, find_target
from .inspection import BUILDS, describe_target
from .output import output
from .render_supported_ops import RENDERERS
from .report import Format, KernelRow, SupportedItem, SupportedOps, TargetChoice


class Entry(Protocol):
    """What an entry of a frontend's table has: `Importer` of an operator, `Definition` of a quantizer."""

    @property
    def conditions(self) -> Sequence[str]:
        """On which the operator is read, or computed on codes."""
        ...


def supported_ops(options: Namespace) -> int:
    """Run the command."""
    with output("supported-ops", options.json) as publish:
        supported = supported_by(find_target(options.target, options.build), options.kernels)
        publish(supported, RENDERERS[options.format](supported))
    return 0


def supported_by(target: Target, kernels: Kernels) -> SupportedOps:
    """What is read, and what there are kernels for."""
    return SupportedOps(
        target=describe_target(target, kernels),
        targets=tuple(_choice(name, kernels) for name in sorted([*SERIES, *CORES])),
        formats=(
            Format("TensorFlow Lite", ("tflite",), _items(tflite.SUPPORTED), ()),
            Format("Keras, QKeras and Larq", ("h5", "keras"), _items(keras.SUPPORTED), _items(keras.QUANTIZERS)),
            Format("ONNX", ("onnx",), _items(_onnx_names()), ()),
        ),
        rows=tuple(_describe(row, fitting) for row in TABLE.rows if (fitting := _kernels(row, target, kernels))),
    )


def _items(entries: Mapping[str, Entry]) -> tuple[SupportedItem, ...]:
    """A frontend's table."""
    return tuple(SupportedItem(name, tuple(entry.conditions)) for name, entry in entries.items())


def _onnx_names() -> dict[str, Entry]:
    """The operators of ONNX, those of other domains behind their domain's name."""
    return {f"{domain}.{kind}" if domain else kind: entry for (domain, kind), entry in onnx.SUPPORTED.items()}


def _choice(name: str, kernels: Kernels) -> TargetChoice:
    target = target_of(name)
    core, rows = target.core, sum(bool(_kernels(row, target, kernels)) for row in TABLE.rows)
    return TargetChoice(name, core.name, BUILDS[build_of(core)], "fpu" in core.features, rows)


def _kernels(row: Row, target: Target, choice: Kernels) -> list[Kernel]:
    """The kernels of a row that the core and the user's choice allow."""
    return [kernel for kernel in row.kernels if kernel.is_choice(choice) and kernel.features <= target.core.features]


def _describe(row: Row, kernels: list[Kernel]) -> KernelRow:
    kind, source, weights, result = row.configuration
    return KernelRow(
        operator=kind,
        input=source,
        weights=weights,
        output=result,
        kernels=tuple(dict.fromkeys(kernel.callee for kernel in kernels if kernel.callee)),
        conditions=tuple(constraint.text for constraint in row.constraints),
    )
