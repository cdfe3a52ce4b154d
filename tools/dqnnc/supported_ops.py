"""`dqnnc supported-ops`: what a network may consist of, read off the frontends' tables and the kernel table."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from ...backends.common.backend import find_backend
from ...backends.common.extension import ExtensionError
from ...backends.common.kernel_table import Kernel, Row
from ...backends.common.target import Choice, Target
from ...backends.common.targets import built_targets, table_with
from ...frontends import keras, onnx, tflite
from .compile import Options, find_target, target_name, target_of
from .errors import UserError
from .inspection import describe_target
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
        file = options.target_file
        asked = Options(target_name(options.target, file), options.kernels, options.build, target_file=file)
        supported = supported_by(target_of(asked), options.kernels, file)
        publish(supported, RENDERERS[options.format](supported))
    return 0


def supported_by(target: Target, kernels: Choice, file: str | None = None) -> SupportedOps:
    """What is read, and what there are kernels for."""
    return SupportedOps(
        target=describe_target(target, kernels),
        targets=tuple(_choice(name, kernels, file) for name in built_targets(table_with(file))),
        formats=(
            Format("TensorFlow Lite", ("tflite",), _items(tflite.SUPPORTED), ()),
            Format("Keras, QKeras and Larq", ("h5", "keras"), _items(keras.SUPPORTED), _items(keras.QUANTIZERS)),
            Format("ONNX", ("onnx",), _items(_onnx_names()), ()),
        ),
        rows=tuple(_describe(row, fitting) for row, fitting in _rows(target, kernels)),
    )


def _items(entries: Mapping[str, Entry]) -> tuple[SupportedItem, ...]:
    """A frontend's table."""
    return tuple(SupportedItem(name, tuple(entry.conditions)) for name, entry in entries.items())


def _onnx_names() -> dict[str, Entry]:
    """The operators of ONNX, those of other domains behind their domain's name."""
    return {f"{domain}.{kind}" if domain else kind: entry for (domain, kind), entry in onnx.SUPPORTED.items()}


def _choice(name: str, kernels: Choice, file: str | None) -> TargetChoice:
    """A target, with the kernels of the user's choice where it has such."""
    target = find_target(name, file=file)
    if not target.core.cmsis_nn:
        kernels = "auto"
    rows = sum(1 for _ in _rows(target, kernels))
    return TargetChoice(name, target.core.name, target.build_name, "fpu" in target.core.features, rows)


def _rows(target: Target, kernels: Choice) -> Iterator[tuple[Row, list[Kernel]]]:
    """The rows that have kernels which the core and the user's choice allow, with these."""
    choice, features = target.choice(kernels), target.core.features
    try:
        table = find_backend(target.core.backend).table
    except ExtensionError as error:
        raise UserError(str(error)) from error
    for row in table.rows:
        if fitting := [kernel for kernel in row.kernels if kernel.is_choice(choice) and kernel.features <= features]:
            yield row, fitting


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
