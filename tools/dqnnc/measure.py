"""What a compiler alone can say of a network: bytes of code, where the target's compiler is at hand."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from ..emulator import (
    LIBRARY_BYTES,
    EmulatorError,
    NetworkSizes,
    Stack,
    definitions,
    network_sizes,
    network_stack,
)
from .compile import OPTIMIZATIONS, Compiled, write_c
from .execute import CmsisNN

NAME = "net"
"""Prefix of the C names; the project is gone when it has been measured."""


@dataclass(frozen=True)
class Measured:
    """What was measured of a network's C code; None where nothing was."""

    sizes: NetworkSizes | None = None
    stack: Stack | None = None
    note: str = "not measured; --check-budget, --flash or --ram measure it"
    """How the code was measured, or why it was not."""
    stack_note: str = "not measured"
    """The same of the stack."""


NOT_MEASURED = Measured()
"""Measuring takes seconds: it is done where a budget is asked for."""


def measured_for(arguments: Namespace, compiled: Compiled, cmsis_nn: CmsisNN | None = None) -> Measured:
    """What a command line asks to be measured: all, where it has an option of the budget or the target has devices."""
    asked = (arguments.device, arguments.flash, arguments.ram)
    if arguments.check_budget or compiled.target.devices or any(option is not None for option in asked):
        return measure(compiled, cmsis_nn)
    return NOT_MEASURED


def measure(compiled: Compiled, cmsis_nn: CmsisNN | None = None) -> Measured:
    """Compile the C code of a network for its target's core, and see how large it is.

    What must fit is compiled for size, unless the user asks for speed.
    """
    core = compiled.target.core
    optimization = OPTIMIZATIONS["speed" if compiled.options.optimize == "speed" else "size"]
    is_small = compiled.optimize == "size"
    with tempfile.TemporaryDirectory(prefix="dqnnc-") as folder:
        project, build = Path(folder, "project"), Path(folder, "build")
        write_c(compiled, project, NAME)
        include, library = (None, None) if cmsis_nn is None else (cmsis_nn.include, cmsis_nn.library)
        try:
            sizes = network_sizes(
                project,
                core,
                build,
                cmsis_nn_include=include,
                cmsis_nn_library=library,
                opt=optimization,
                small_code=is_small,
            )
        except EmulatorError as error:
            return Measured(note=f"not measured: {error}")
        stack, stack_note = _stack(build)
    kernels = "" if not core.cmsis_nn else ", with CMSIS-NN" if cmsis_nn else ", with dqnnc's kernels, not CMSIS-NN's"
    stand_in = "" if core.stand_in is None else f" for {core.stand_in}, which stands in for the core"
    how = f"{' '.join((optimization, *definitions(is_small)))}{stand_in}{kernels}"
    return Measured(sizes, stack, how, f"{how}{stack_note}")


def _stack(build: Path) -> tuple[Stack | None, str]:
    """The stack of the network in a folder of objects, and what to say of it."""
    try:
        stack = network_stack(build.glob("*.o"), NAME)
    except EmulatorError as error:
        return None, f": {error}"
    libraries = ", ".join(stack.libraries)
    allowed = f"; {LIBRARY_BYTES} B are allowed for each of the libraries' {libraries}" if libraries else ""
    not_counted = f"; not counted: CMSIS-NN's {', '.join(stack.not_counted)}" if stack.not_counted else ""
    return stack, f": {' > '.join(stack.path)}{allowed}{not_counted}"
