"""What passes that depend on the target share: its options and their kernel table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..backends.common.configuration import Configuration, configuration_of, remedy
from ..backends.common.kernel_table import KernelTable, Selection
from ..backends.cortex_m.kernels import TABLE
from ..backends.cortex_m.targets import BuildChoice, Target, target_of
from ..dialects.dqnn import ConstantOp, DqnnOp
from ..dialects.dqnn.fallback import Fallback, Nearest

MOST_ROWS = 2
"""Rows that a refusal names: the nearest, and one that a single other change leads to."""


@dataclass(frozen=True)
class TargetPass(ModulePass):
    """A pass that looks into the kernel table of a target.

    `target` is a series or a core. `kernels` narrows the choice: `cmsis-nn` takes Arm's wherever a row has one,
    `portable` takes this project's alone (no scratch memory, not to be linked with CMSIS-NN). `build` is that of the
    CMSIS-NN to link with, where it is not the one that compiling for the target's core gives.
    """

    name = "target"

    target: str = "stm32"
    kernels: Literal["auto", "cmsis-nn", "portable"] = "auto"
    build: BuildChoice = "auto"

    def find_target(self) -> Target:
        """The target of the options.

        Raises:
            PassFailedException: there is no such target.
        """
        try:
            return target_of(self.target, self.build)
        except ValueError as error:
            raise PassFailedException(str(error)) from None

    @property
    def table(self) -> KernelTable:
        """The kernel table of the target's backend."""
        return TABLE

    def select(self, op: DqnnOp) -> Selection | None:
        """The row and kernel for an op, if there is one."""
        return self.table.select(op, self.find_target().core, self.kernels)

    def refusal(self, op: DqnnOp, asked: Configuration | None = None, reason: str | None = None) -> Fallback:
        """Why no row serves an op, and the nearest rows.

        Args:
            op: the operator, or the form of it that came nearest.
            asked: what the network asks for, where `op` is one form among several.
            reason: why, where that is known; then no condition of a row is looked at.
        """
        wanted = configuration_of(op) if asked is None else asked
        if reason is not None and self.table.has(wanted):
            return Fallback(reason, str(wanted))
        rows = self.table.nearest(op, self.find_target().core, self.kernels, wanted)
        if rows and not rows[0].changes:
            return Fallback(f"supported where {rows[0].failures[0]}", str(wanted))
        is_layer = wanted.weights is not None
        near = [row for place, row in enumerate(rows) if place == 0 or (is_layer and len(row.changes) == 1)]
        return Fallback(
            reason or f"there is no such row in the kernel table of {self.target}",
            str(wanted),
            tuple(Nearest(str(row.row.configuration), remedy(wanted, row.changes)) for row in near[:MOST_ROWS]),
        )


def computed_ops(module: Operation) -> list[DqnnOp]:
    """The network operators of a module that compute at run time, in order."""
    return [op for op in module.walk() if isinstance(op, DqnnOp) and not isinstance(op, ConstantOp)]
