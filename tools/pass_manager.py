"""Passes run one after the other, the IR checked after each, every failure told in one line that names pass and op."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import IRNode, Operation
from xdsl.passes import ModulePass
from xdsl.utils.diagnostic import Diagnostic
from xdsl.utils.exceptions import DiagnosticException, ShrinkException

from ..dialects.dqnn.layer import describe
from ..passes.errors import OpError
from .verifier import Verifier

Observer = Callable[[ModulePass, ModuleOp], None]
"""Called after each pass, with the pass and the module that it left."""


class CompileError(DiagnosticException):
    """What a user is told, in one line."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


def run_passes(
    ctx: Context,
    module: ModuleOp,
    passes: Sequence[ModulePass],
    *,
    observers: Sequence[Observer] = (),
    verify: bool = True,
    verifier: Verifier | None = None,
) -> None:
    """Verify a module, then run passes over it and verify after each.

    `verifier` is one that has seen other forms of the module, whose ops it need not check again.

    Raises:
        CompileError: the module is invalid, a pass fails, or leaves an invalid module; or an observer objects.
    """
    verifier = verifier or Verifier()

    def check(what: str) -> None:
        if verify:
            with one_line_errors(what):
                verifier.verify(module)

    check("invalid IR")
    for item in passes:
        with one_line_errors(f"pass '{item.name}' failed"):
            item.apply(ctx, module)
        check(f"invalid IR after pass '{item.name}'")
        for observer in observers:
            observer(item, module)


@contextmanager
def one_line_errors(what: str) -> Generator[None]:
    """Turn any exception into a `CompileError` that begins with `what` and names the op, where one is known.

    xDSL attaches the text of the whole module to an error, weights included; here it only remembers the op.

    Raises:
        CompileError: the exception, told in one line.
    """
    failed_ops: list[Operation] = []
    with _short_diagnostics(failed_ops):
        try:
            yield
        except (CompileError, ShrinkException):
            raise
        except Exception as error:
            op = error.op if isinstance(error, OpError) else next(iter(failed_ops), None)
            where = "" if op is None else f"{describe(op)}: "
            raise CompileError(f"{what}: {where}{message_of(error)}") from error


def message_of(error: Exception) -> str:
    """What an exception says; its type as well where the exception is no message for users."""
    if isinstance(error, DiagnosticException | ValueError | OSError) and str(error):
        return str(error)
    return f"internal error: {type(error).__name__}: {error}"


@contextmanager
def _short_diagnostics(failed_ops: list[Operation]) -> Generator[None]:
    """While open, a diagnostic notes its op in `failed_ops`, innermost first, and prints no IR."""

    def raise_exception(self: Diagnostic, ir: IRNode, underlying_error: Exception) -> NoReturn:
        del ir
        failed_ops.extend(self.op_messages)
        raise underlying_error

    original = Diagnostic.raise_exception
    Diagnostic.raise_exception = raise_exception
    try:
        yield
    finally:
        Diagnostic.raise_exception = original
