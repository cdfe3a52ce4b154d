"""Turn a network into calls of kernels on memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context as IRContext
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Operation
from xdsl.rewriter import Rewriter
from xdsl.traits import SymbolOpInterface
from xdsl.utils.exceptions import PassFailedException

from ..backends.common.backend import Backend
from ..backends.common.cmsis_nn import BUILD
from ..backends.common.kernel_table import Context, KernelTable, Selection
from ..backends.common.lowering import Globals, Lowering
from ..backends.common.placement import Placement
from ..backends.common.target import Core, build_of
from ..dialects.dqnn import ConstantOp, DqnnOp
from .errors import OpError
from .select_kernels import BACKEND, KERNEL
from .target import TargetPass


@dataclass(frozen=True)
class ConvertDqnnToCallsPass(TargetPass):
    """Turn operators, with the kernels that `select-kernels` chose for the same target, into calls.

    Tensors become memory: function arguments (inputs, then outputs), globals, and a `memref.alloc` for each buffer,
    seen through `dqnn.view`. Reshapes, runs of slices and splits, and operands of a concatenation along a leading axis
    are views of one buffer and cost nothing.

    Each backend has it under a name of its own, `convert-dqnn-to-cortex-m`: see `backend_passes`.
    """

    name = "convert-dqnn-to-{backend}"

    only: ClassVar[str | None] = None
    """The backend whose targets it takes; None for any."""

    def apply(self, ctx: IRContext, op: ModuleOp) -> None:
        """Convert every function with a body."""
        core, backend = self.found.core, self.backend
        if self.only not in (None, core.backend):
            raise PassFailedException(f"target '{self.target}' is of the backend {core.backend}, not of {self.only}")
        if op.attributes.pop(BACKEND, wanted := StringAttr(core.backend)) != wanted:
            raise PassFailedException(f"the kernels are not those of '{self.target}'; run select-kernels for it")
        symbols = [symbol.data for inner in op.ops if (symbol := _symbol(inner)) is not None]
        constants = Globals(symbols)
        libraries: set[str] = set()
        for function in [inner for inner in op.ops if isinstance(inner, FuncOp) and not inner.is_declaration]:
            selections = {operator: _selection(operator, backend.table) for operator in _operators(function)}
            libraries |= {item.kernel.library for item in selections.values() if item.kernel.callee.startswith("arm_")}
            Rewriter.replace_op(function, _convert(function, selections, core, backend, constants), [])
        if (first := op.body.block.first_op) is not None:
            op.body.block.insert_ops_before(constants.ops, first)
        if "cmsis-nn" in libraries:
            op.attributes[BUILD] = StringAttr(build_of(core).value)


def _convert(
    function: FuncOp, selections: dict[DqnnOp, Selection], core: Core, backend: Backend, constants: Globals
) -> FuncOp:
    placement = Placement(function, lambda op: op in selections and selections[op].is_view)
    lowering = Lowering(function, placement, backend.call, constants, backend.alignment)
    for operator, selection in selections.items():
        if not selection.is_view:
            lowering.lower(operator, selection, Context(core, selection.kernel.library))
    lowering.copy_outputs()
    return lowering.finish(function)


def _operators(function: FuncOp) -> list[DqnnOp]:
    """The operators that compute at run time.

    Raises:
        OpError: there is another op than operators, constants and the return.
    """
    operators: list[DqnnOp] = []
    for op in function.body.block.ops:
        if isinstance(op, DqnnOp):
            if not isinstance(op, ConstantOp):
                operators.append(op)
        elif not isinstance(op, ReturnOp):
            raise OpError(
                op,
                f"{op.name} is not of the dqnn dialect and cannot become a kernel call; use that dialect's operators",
            )
    return operators


def _selection(op: DqnnOp, table: KernelTable) -> Selection:
    """The kernel that `select-kernels` chose.

    Raises:
        OpError: there is none, or the table does not know it.
    """
    kernel = op.attributes.get(KERNEL)
    if not isinstance(kernel, StringAttr):
        raise OpError(op, f"it has no {KERNEL}; run select-kernels before")
    try:
        return table.find(kernel.data)
    except KeyError:
        raise OpError(op, f"the kernel table has no kernel '{kernel.data}'; run select-kernels again") from None


def _symbol(op: Operation) -> StringAttr | None:
    trait = op.get_trait(SymbolOpInterface)
    return None if trait is None else trait.get_sym_attr_name(op)
