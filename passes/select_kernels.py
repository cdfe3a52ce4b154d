"""Choose a kernel for every operator."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr

from ..backends.common.backend import find_backend
from ..backends.common.kernel_table import Selection
from ..dialects.dqnn import DqnnOp
from .errors import OpError
from .target import TargetPass, computed_ops

KERNEL = "dqnn.kernel"
"""Attribute of an operator: `<row of the kernel table>/<library>`."""

BACKEND = "dqnn.backend"
"""Attribute of the module: the backend whose kernel table that is."""


@dataclass(frozen=True)
class SelectKernelsPass(TargetPass):
    """Write the kernel table's row and library on every operator, as `dqnn.kernel = "conv2d-s8/cmsis-nn"`.

    The first row that fits is taken, with its cheapest kernel for the target's core. It fails where no row fits:
    `insert-float-fallback` leaves no such operator.
    """

    name = "select-kernels"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Choose for each operator on its own."""
        op.attributes[BACKEND] = StringAttr(self.found.core.backend)
        for operator in computed_ops(op):
            selection = self.select(operator)
            if selection is None:
                reason = self.refusal(operator)
                raise OpError(operator, f"no kernel for {self.target}: {reason}; run insert-float-fallback before")
            operator.attributes[KERNEL] = StringAttr(selection.id)


def selection_of(op: DqnnOp) -> Selection | None:
    """The kernel that was chosen for an operator of a network; None where none has been."""
    kernel, module = op.attributes.get(KERNEL), op.get_toplevel_object()
    backend = module.attributes.get(BACKEND) if isinstance(module, ModuleOp) else None
    if not isinstance(kernel, StringAttr) or not isinstance(backend, StringAttr):
        return None
    return find_backend(backend.data).table.find(kernel.data)
