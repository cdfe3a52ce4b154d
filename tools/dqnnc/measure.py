"""What a compiler alone can say of a network: bytes of code, where the target's compiler is at hand."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from ..emulator import EmulatorError, NetworkSizes, definitions, network_sizes
from .compile import OPTIMIZATIONS, Compiled, write_c
from .execute import CmsisNN

NAME = "net"
"""Prefix of the C names; the project is gone when it has been measured."""


@dataclass(frozen=True)
class Measured:
    """What was measured of a network's C code; None where nothing was."""

    sizes: NetworkSizes | None = None
    stack: int | None = None
    """Bytes of stack that the network's run function needs at most, with all that it calls."""
    note: str = "not measured; --check-budget, --flash or --ram measure it"
    """How the code was measured, or why it was not."""


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
        project = Path(folder, "project")
        write_c(compiled, project, NAME)
        include, library = (None, None) if cmsis_nn is None else (cmsis_nn.include, cmsis_nn.library)
        try:
            sizes = network_sizes(
                project,
                core,
                Path(folder, "build"),
                cmsis_nn_include=include,
                cmsis_nn_library=library,
                opt=optimization,
                small_code=is_small,
            )
        except EmulatorError as error:
            return Measured(note=f"not measured: {error}")
    kernels = "" if not core.cmsis_nn else ", with CMSIS-NN" if cmsis_nn else ", with dqnnc's kernels"
    stand_in = "" if core.stand_in is None else f" for {core.stand_in}, which stands in for the core"
    return Measured(sizes, note=f"{' '.join((optimization, *definitions(is_small)))}{stand_in}{kernels}")
