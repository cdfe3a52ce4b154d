"""Kernel tables: which operators a backend serves, on which types, under which conditions, with which C functions.

A table is data. Four readers share it: the fallback to float (no row for an op), the lowering (how a row is called),
operation counts (`Row.operation`, `Row.macc`) and the list of what is supported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from xdsl.ir import Attribute, SSAValue

from ...dialects.dqnn import DqnnOp
from .c_args import NullAttr, OperandAttr
from .configuration import Change, Configuration, changes, configuration_of, kind_of
from .target import Choice, Core

Library: TypeAlias = Literal["cmsis-nn", "portable"]
"""Whose kernel it is: Arm's (this project's runtime has one of the same name and results), or the runtime's only."""

InPlace: TypeAlias = Sequence[tuple[int, int]]
"""Pairs (output index, input index): the output may begin where that input begins, if it is not larger."""


@dataclass(frozen=True)
class Constraint:
    """A condition on an op. `text` completes the sentence "supported where ...", without a full stop."""

    text: str
    holds: Callable[[Any], bool] = field(repr=False)


class CallBuilder(Protocol):
    """What an emit function is given: it names the memory of one call, then makes the call."""

    def read(self, value: SSAValue) -> OperandAttr:
        """The memory of a tensor that the call reads."""
        ...

    def read_piece(self, value: SSAValue, offset: int, size: int) -> OperandAttr:
        """`size` bytes of a tensor that the call reads, from byte `offset` on."""
        ...

    def write(self, value: SSAValue) -> OperandAttr:
        """The memory of a result that the call writes."""
        ...

    def write_piece(self, value: SSAValue, offset: int, size: int) -> OperandAttr:
        """`size` bytes of a result that the call writes, from byte `offset` on."""
        ...

    def constant(self, array: Any, name: str) -> OperandAttr:
        """A table known at compile time, called after the layer and `name`."""
        ...

    def scratch(self, size: int) -> OperandAttr | NullAttr:
        """`size` bytes of memory for the duration of the call; the null pointer for 0."""
        ...

    def scratch_words(self, count: int) -> OperandAttr:
        """`count` words of memory for the duration of the call, as `uint32_t`."""
        ...

    def is_placed(self, op: DqnnOp, index: int) -> bool:
        """Whether operand `index` of a concatenation was already written to its place in the result."""
        ...

    def call(
        self,
        callee: str,
        args: Sequence[Attribute | int | float],
        *,
        header: str,
        checked: bool = False,
        in_place: InPlace = (),
    ) -> None:
        """Make the call with the operands that were named since the last one."""
        ...


class Context(NamedTuple):
    """What a kernel's functions may depend on beside the op."""

    core: Core
    library: Library


@dataclass(frozen=True)
class Kernel:
    """One way to compute a row."""

    callee: str
    """The C function, or several, joined by `, `; empty where the results are pieces of the input's memory."""
    library: Library
    emit: Callable[[Any, CallBuilder, Context], None] = field(repr=False)
    """Makes the call or calls for an op."""
    cost: Callable[[Any, Core], float] = field(repr=False)
    """Estimated instructions for one inference; kernels of a row are compared by it."""
    scratch: Callable[[Any, Core], int] = field(repr=False, default=lambda op, core: 0)
    """Bytes of memory that the kernel needs for the duration of the call."""
    features: frozenset[str] = frozenset()
    """Core features that it needs."""
    constraints: tuple[Constraint, ...] = ()
    """Conditions beyond the row's."""
    core_constraints: tuple[tuple[str, Callable[[Any, Core], bool]], ...] = field(repr=False, default=())
    """Conditions, as in `Constraint`, that depend on the core as well."""
    variant: str | None = None
    """What it is called where another kernel of the row is of the same library."""

    @property
    def id(self) -> str:
        """What tells it from the other kernels of its row."""
        return self.variant or self.library

    def is_choice(self, choice: Choice) -> bool:
        """Whether a user's choice allows this kernel at all.

        The runtime's kernels of CMSIS-NN's names are for programs without CMSIS-NN: a linker cannot tell them apart.
        """
        if choice == "portable":
            return self.library == "portable"
        return self.library == "cmsis-nn" or not self.callee.startswith("arm_")

    def failures(self, op: DqnnOp, core: Core) -> list[str]:
        """Conditions of this kernel that an op does not meet."""
        missing = [f"the core has {feature}" for feature in sorted(self.features - core.features)]
        unmet = [constraint.text for constraint in self.constraints if not constraint.holds(op)]
        return [*missing, *unmet, *(text for text, holds in self.core_constraints if not holds(op, core))]


@dataclass(frozen=True)
class Row:
    """One combination of operator and types that a backend serves."""

    id: str
    op: type[DqnnOp]
    input: str
    """Type of the inputs that are not weights: `s8`, `f32`, ..."""
    weights: str | None
    """Type of the weights, for operators that have some."""
    output: str
    kernels: tuple[Kernel, ...]
    """Those of a row have different `id`s."""
    operation: str
    """The kind of work, as in `smul_s8_s8`."""
    macc: Callable[[Any], int] = field(repr=False)
    """Operations counted for an op: multiply-accumulates, or what stands for them."""
    constraints: tuple[Constraint, ...] = ()

    @cached_property
    def configuration(self) -> Configuration:
        """The kind of operator and the types that the row serves."""
        return Configuration(kind_of(self.op), self.input, self.weights, self.output)

    def failures(self, op: DqnnOp) -> list[str]:
        """Conditions of this row that an op of its types does not meet."""
        return [constraint.text for constraint in self.constraints if not constraint.holds(op)]


class Selection(NamedTuple):
    """A row and one of its kernels."""

    row: Row
    kernel: Kernel

    @property
    def is_view(self) -> bool:
        """Whether the results are pieces of the input's memory, and nothing is called."""
        return not self.kernel.callee

    @property
    def id(self) -> str:
        """What the op carries as `dqnn.kernel`: `<row>/<library>`, or a variant's name in the library's place."""
        return f"{self.row.id}/{self.kernel.id}"


class Mismatch(NamedTuple):
    """A row near to an operator that no row serves, and what lies between the two."""

    row: Row
    changes: tuple[Change, ...]
    """Types that differ."""
    failures: tuple[str, ...]
    """Where no type does: conditions that the op does not meet."""

    @property
    def distance(self) -> tuple[int, int, int]:
        """Wrong types weigh more than any number of conditions; what is easy to change stands first."""
        return sum(change.cost for change in self.changes), len(self.failures), len(self.changes)


class KernelTable:
    """The rows of a backend."""

    def __init__(self, rows: Sequence[Row]):
        self.rows = tuple(rows)
        self._by_id = {row.id: row for row in self.rows}
        self._by_op: dict[type[DqnnOp], list[Row]] = {}
        for row in self.rows:
            self._by_op.setdefault(row.op, []).append(row)
        if len(self._by_id) != len(self.rows):
            raise ValueError("two rows have the same id")
        if any(len({kernel.id for kernel in row.kernels}) != len(row.kernels) for row in self.rows):
            raise ValueError("two kernels of a row have the same id")

    def select(self, op: DqnnOp, core: Core, choice: Choice = "auto") -> Selection | None:
        """The first row that serves `op`, with its cheapest kernel; None where no row does."""
        asked = configuration_of(op)
        for row in self._by_op.get(type(op), ()):
            if row.configuration != asked or row.failures(op):
                continue
            allowed = [kernel for kernel in row.kernels if kernel.is_choice(choice)]
            fitting = [kernel for kernel in allowed if not kernel.failures(op, core)]
            preferred = [kernel for kernel in fitting if kernel.library == choice]
            if fitting:
                return Selection(row, min(preferred or fitting, key=lambda kernel: kernel.cost(op, core)))
        return None

    def nearest(
        self, op: DqnnOp, core: Core, choice: Choice = "auto", asked: Configuration | None = None
    ) -> list[Mismatch]:
        """The rows of the same kind of operator, nearest first.

        Only the network knows what it asks for where `op` is one form among several: that is `asked`. Rows in f32 alone
        are left out for codes: that is what they fall back to. Of rows of one configuration the best stands for all.
        """
        asked = configuration_of(op) if asked is None else asked
        best: dict[Configuration, Mismatch] = {}
        for row in self.rows:
            if row.configuration.kind != asked.kind or (is_float(row.configuration) and not is_float(asked)):
                continue
            differing = changes(asked, row.configuration)
            if not differing and not (isinstance(op, row.op) and asked == configuration_of(op)):
                continue
            mismatch = Mismatch(row, differing, () if differing else tuple(_all_failures(row, op, core, choice)))
            known = best.get(row.configuration)
            if known is None or mismatch.distance < known.distance:
                best[row.configuration] = mismatch
        return sorted(best.values(), key=lambda mismatch: mismatch.distance)

    def has(self, configuration: Configuration) -> bool:
        """Whether a row serves operators of these types, on some condition."""
        return any(row.configuration == configuration for row in self.rows)

    def find(self, kernel_id: str) -> Selection:
        """The row and kernel of a `dqnn.kernel` attribute.

        Raises:
            KeyError: the table has no such row or kernel.
        """
        row_id, _, name = kernel_id.partition("/")
        row = self._by_id[row_id]
        kernel = next((kernel for kernel in row.kernels if kernel.id == name), None)
        if kernel is None:
            raise KeyError(kernel_id)
        return Selection(row, kernel)

    def row(self, row_id: str) -> Row:
        """The row of this id; raises KeyError where there is none."""
        return self._by_id[row_id]


def is_float(configuration: Configuration) -> bool:
    """Whether all types are f32."""
    return set(configuration[1:]) <= {"f32", None}


def _all_failures(row: Row, op: DqnnOp, core: Core, choice: Choice) -> list[str]:
    """What an op misses of a row and, where it misses nothing, of the row's most willing kernel."""
    kernels = [kernel.failures(op, core) for kernel in row.kernels if kernel.is_choice(choice)]
    return row.failures(op) or min(kernels, key=len, default=[f"kernels=auto, not {choice}, is chosen"])
