"""`dqnnc supported-ops`: what a network may consist of."""

from __future__ import annotations

from argparse import Namespace

from ...backends.common.kernel_table import Kernel, Row
from ...backends.cortex_m.kernels import TABLE
from ...backends.cortex_m.targets import Target
from ...frontends import keras, tflite
from .compile import Kernels, find_target
from .inspection import describe_target
from .output import output
from .render import render_supported_ops
from .report import KernelRow, SupportedOps


def supported_ops(options: Namespace) -> int:
    """Run the command."""
    with output("supported-ops", options.json) as publish:
        target = find_target(options.target, options.build)
        supported = SupportedOps(
            target=describe_target(target, options.kernels),
            model_operators={"tflite": tuple(tflite.SUPPORTED), "keras": (*keras.SUPPORTED, *keras.QUANTIZERS)},
            rows=tuple(
                _describe(row, kernels) for row in TABLE.rows if (kernels := _kernels(row, target, options.kernels))
            ),
        )
        publish(supported, render_supported_ops(supported))
    return 0


def _kernels(row: Row, target: Target, choice: Kernels) -> list[Kernel]:
    """The kernels of a row that the core and the user's choice allow."""
    return [kernel for kernel in row.kernels if kernel.is_choice(choice) and kernel.features <= target.core.features]


def _describe(row: Row, kernels: list[Kernel]) -> KernelRow:
    return KernelRow(
        operator=row.op.name.removeprefix("dqnn."),
        input=row.input,
        weights=row.weights,
        output=row.output,
        kernels=tuple(dict.fromkeys(kernel.callee for kernel in kernels if kernel.callee)),
        conditions=tuple(constraint.text for constraint in row.constraints),
    )
