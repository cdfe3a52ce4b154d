"""What passes that depend on the target share: its options and their kernel table."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..backends.common.backend import Backend, find_backend
from ..backends.common.configuration import Configuration, configuration_of, remedy
from ..backends.common.kernel_table import Selection
from ..backends.common.target import BuildChoice, Choice, Target
from ..backends.common.targets import find_target
from ..dialects.dqnn import ConstantOp, DqnnOp
from ..dialects.dqnn.fallback import Fallback, Nearest

MOST_ROWS = 2
"""Rows that a refusal names: the nearest, and one that a single other change leads to."""


@dataclass(frozen=True)
class TargetPass(ModulePass):
    """A pass that looks into the kernel table of a target.

    `target` is a series or a core, or a target of the user's `target_file`. `kernels` narrows the choice: `cmsis-nn`
    takes Arm's wherever a row has one, `portable` takes this project's alone (no scratch memory, not to be linked with
    CMSIS-NN). `build` is that of the CMSIS-NN to link with, where it is not the one that compiling for the target's
    core gives.
    """

    name = "target"

    target: str = "stm32"
    kernels: Choice = "auto"
    build: BuildChoice = "auto"
    target_file: str | None = None

    @cached_property
    def found(self) -> Target:
        """The target of the options.

        Raises:
            PassFailedException: there is no such target.
        """
        with failing():
            return find_target(self.target, self.build, self.target_file)

    @cached_property
    def choice(self) -> Choice:
        """Where kernels may come from.

        Raises:
            PassFailedException: the target has no such kernels.
        """
        with failing():
            return self.found.choice(self.kernels)

    @property
    def backend(self) -> Backend:
        """The target's backend."""
        return find_backend(self.found.core.backend)

    def select(self, op: DqnnOp) -> Selection | None:
        """The row and kernel for an op, if there is one."""
        return self.backend.table.select(op, self.found.core, self.choice)

    def refusal(self, op: DqnnOp, asked: Configuration | None = None, reason: str | None = None) -> Fallback:
        """Why no row serves an op, and the nearest rows.

        Args:
            op: the operator, or the form of it that came nearest.
            asked: what the network asks for, where `op` is one form among several.
            reason: why, where that is known; then no condition of a row is looked at.
        """
        table, wanted = self.backend.table, configuration_of(op) if asked is None else asked
        if reason is not None and table.has(wanted):
            return Fallback(reason, str(wanted))
        rows = table.nearest(op, self.found.core, self.choice, wanted)
        if rows and not rows[0].changes:
            return Fallback(f"supported where {rows[0].failures[0]}", str(wanted))
        is_layer = wanted.weights is not None
        near = [row for place, row in enumerate(rows) if place == 0 or (is_layer and len(row.changes) == 1)]
        return Fallback(
            reason or f"there is no such row in the kernel table of {self.target}",
            str(wanted),
            tuple(Nearest(str(row.row.configuration), remedy(wanted, row.changes)) for row in near[:MOST_ROWS]),
        )


@contextmanager
def failing() -> Generator[None]:
    """Let a pass fail where its options are wrong."""
    try:
        yield
    except ValueError as error:
        raise PassFailedException(str(error)) from None


def computed_ops(module: Operation) -> list[DqnnOp]:
    """The network operators of a module that compute at run time, in order."""
    return [op for op in module.walk() if isinstance(op, DqnnOp) and not isinstance(op, ConstantOp)]
