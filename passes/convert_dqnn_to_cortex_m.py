"""Turn a network into calls of Cortex-M kernels on memory."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context as IRContext
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.traits import SymbolOpInterface
from xdsl.utils.exceptions import PassFailedException

from ..backends.common.cmsis_nn import BUILD
from ..backends.common.kernel_table import Context, Selection
from ..backends.common.lowering import Globals, Lowering
from ..backends.common.placement import Placement
from ..backends.cortex_m.dialect import CallOp
from ..backends.cortex_m.kernels import TABLE
from ..backends.cortex_m.targets import BuildChoice, Target, build_of, target_of
from ..dialects.dqnn import ConstantOp, DqnnOp
from .errors import OpError
from .select_kernels import KERNEL

ALIGNMENT = 4
"""Bytes that buffers are aligned to: CMSIS-NN keeps int32 sums in its scratch memory."""


@dataclass(frozen=True)
class ConvertDqnnToCortexMPass(ModulePass):
    """Turn operators, with the kernels that `select-kernels` chose for the same target, into `cortex_m.call`s.

    Tensors become memory: function arguments (inputs, then outputs), globals, and a `memref.alloc` for each buffer,
    seen through `dqnn.view`. Reshapes, runs of slices and splits, and operands of a concatenation along a leading axis
    are views of one buffer and cost nothing.
    """

    name = "convert-dqnn-to-cortex-m"

    target: str = "stm32"
    build: BuildChoice = "auto"

    def apply(self, ctx: IRContext, op: ModuleOp) -> None:
        """Convert every function with a body."""
        try:
            target = target_of(self.target, self.build)
        except ValueError as error:
            raise PassFailedException(str(error)) from None
        symbols = [symbol.data for inner in op.ops if (symbol := _symbol(inner)) is not None]
        constants = Globals(symbols)
        libraries: set[str] = set()
        for function in [inner for inner in op.ops if isinstance(inner, FuncOp) and not inner.is_declaration]:
            selections = {operator: _selection(operator) for operator in _operators(function)}
            libraries |= {item.kernel.library for item in selections.values() if item.kernel.callee.startswith("arm_")}
            Rewriter.replace_op(function, _convert(function, selections, target, constants), [])
        if (first := op.body.block.first_op) is not None:
            op.body.block.insert_ops_before(constants.ops, first)
        if "cmsis-nn" in libraries:
            op.attributes[BUILD] = StringAttr(build_of(target.core).value)


def _convert(function: FuncOp, selections: dict[DqnnOp, Selection], target: Target, constants: Globals) -> FuncOp:
    placement = Placement(function, lambda op: op in selections and selections[op].is_view)
    lowering = Lowering(function, placement, CallOp, constants, ALIGNMENT)
    for operator, selection in selections.items():
        if not selection.is_view:
            lowering.lower(operator, selection, Context(target.core, selection.kernel.library))
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


def _selection(op: DqnnOp) -> Selection:
    """The kernel that `select-kernels` chose.

    Raises:
        OpError: there is none, or the table does not know it.
    """
    kernel = op.attributes.get(KERNEL)
    if not isinstance(kernel, StringAttr):
        raise OpError(op, f"it has no {KERNEL}; run select-kernels before")
    try:
        return TABLE.find(kernel.data)
    except KeyError:
        raise OpError(op, f"the kernel table has no kernel '{kernel.data}'; run select-kernels again") from None


def _symbol(op: Operation) -> StringAttr | None:
    trait = op.get_trait(SymbolOpInterface)
    return None if trait is None else trait.get_sym_attr_name(op)
