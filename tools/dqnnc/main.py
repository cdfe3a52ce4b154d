"""`dqnnc`: analyze a network, generate its C code, validate it."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TypeAlias

from .arguments import argument_parser
from .errors import UserError, one_line
from .files import leave_standard_output

TRACEBACK = "DQNNC_TRACEBACK"
"""Environment variable: when set, an error of the compiler itself shows its traceback."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells report it."""

COLLECT_ABOVE = 50_000
"""New objects before Python looks for garbage in cycles: a compiler makes many objects and few cycles."""


Command: TypeAlias = Callable[[Namespace], int]
"""Does a command's work and returns the exit status; raises UserError when it cannot be done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (by default the process's own) and return the exit status."""
    gc.set_threshold(COLLECT_ABOVE)
    options = argument_parser().parse_args(arguments)
    try:
        status = command(options.command)(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the report has gone, as `head` does
        leave_standard_output()
        return 1
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except UserError as error:
        return fail(str(error))
    except MemoryError:
        return fail("not enough memory; take fewer --samples, or a smaller network")
    except RecursionError:
        return fail(f"{options.model}: is nested too deeply")
    except Exception as error:
        if TRACEBACK in os.environ:
            raise
        kind = type(error).__name__
        return fail(f"internal error, please report it: {kind}: {error} ({TRACEBACK}=1 shows where)")


def command(name: str) -> Command:
    """The command of that name; only its own module is imported."""
    match name:
        case "analyze":
            from .analyze import analyze as run
        case "generate":
            from .generate import generate as run
        case "supported-ops":
            from .supported_ops import supported_ops as run
        case "targets":
            from .targets import targets as run
        case "validate":
            from .validate import validate as run
        case _:
            raise ValueError(f"no command '{name}'")
    return run


def fail(text: str, status: int = 1) -> int:
    """Print one line to standard error, and return the exit status."""
    print(f"error: {one_line(text)}", file=sys.stderr)
    return status
