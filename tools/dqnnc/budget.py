"""Whether a network fits the memory of its target: what is known of each part, added up, against what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ...backends.common.target import Target
from .compile import Options
from .errors import UserError
from .measure import Measured
from .report import Budget, BudgetPart, Memory, TargetInfo, Weights

MemoryName = Literal["flash", "ram"]

LIBRARIES = "what the code needs of the C library and of the compiler's own"


def budgets(
    target: Target, options: Options, weights: Weights, memory: Memory, measured: Measured
) -> tuple[Budget, Budget]:
    """The budgets of flash and of RAM."""
    ram = _budget("ram", target, options, _ram_parts(memory, measured))
    if measured.stack is not None and measured.stack.not_counted:
        ram = replace(ram, complete=False)
    return _budget("flash", target, options, _flash_parts(weights, measured)), ram


def _flash_parts(weights: Weights, measured: Measured) -> tuple[BudgetPart, ...]:
    """Constants beside weights and tables are small ones in C: shapes, which compilers keep near the code."""
    code = library = None
    if measured.sizes is not None:
        (own, other), known = measured.sizes, weights.bytes + weights.requantization_bytes
        code, library = own.code + max(0, own.constants - known), other.code + other.constants
    return (
        BudgetPart("weights", weights.bytes, None),
        BudgetPart("requantization tables", weights.requantization_bytes, None),
        BudgetPart("code", code, measured.note),
        BudgetPart("libraries", library, LIBRARIES if library is not None else "not measured"),
    )


def _ram_parts(memory: Memory, measured: Measured) -> tuple[BudgetPart, ...]:
    parts = [BudgetPart("activations", memory.activations_bytes, None)]
    if not memory.inputs_in_activations:
        parts.append(BudgetPart("inputs", memory.inputs_bytes, None))
    if not memory.outputs_in_activations:
        parts.append(BudgetPart("outputs", memory.outputs_bytes, None))
    if measured.sizes is not None and (variables := measured.sizes.own.variables + measured.sizes.library.variables):
        parts.append(BudgetPart("variables", variables, "of the libraries"))
    stack = None if measured.stack is None else measured.stack.bytes
    return (*parts, BudgetPart("stack", stack, measured.stack_note))


def _budget(name: MemoryName, target: Target, options: Options, parts: tuple[BudgetPart, ...]) -> Budget:
    limit, source = _limit(name, target, options)
    used = sum(part.bytes or 0 for part in parts)
    return Budget(
        memory=name,
        limit=limit,
        source=source,
        used=used,
        over=0 if limit is None else max(0, used - limit),
        complete=all(part.bytes is not None for part in parts),
        parts=parts,
    )


def _limit(name: MemoryName, target: Target, options: Options) -> tuple[int | None, str | None]:
    """How much there is, and who says so."""
    if (own := getattr(options.memory, name)) is not None:
        return own, f"--{name}"
    limit = getattr(target.memory, name)
    return limit, None if limit is None else target.chip or target.name


def require_limits(target: Target, options: Options) -> None:
    """Raise UserError where `--check-budget` has nothing to check against."""
    unknown = [name for name in ("flash", "ram") if _limit(name, target, options)[0] is None]
    if unknown:
        missing = " and ".join(f"--{name}" for name in unknown)
        raise UserError(f"--check-budget: the memory of target '{target.name}' is not known: give {missing}")


def check_budgets(items: Sequence[Budget], target: TargetInfo, name: str) -> None:
    """Raise UserError where a network, a file of that name, does not fit."""
    if over := [_over(item) for item in items if item.over]:
        larger = "another --device" if target.device else "give a larger chip's --flash and --ram"
        raise UserError(f"{name}: {'; '.join(over)}; take a smaller network, or {larger}")


def _over(item: Budget) -> str:
    parts = ", ".join(f"{part.name} {part.bytes:,}" for part in item.parts if part.bytes)
    return f"{item.memory} is {item.over:,} bytes over: {item.used:,} of {item.limit:,} ({item.source}): {parts}"
