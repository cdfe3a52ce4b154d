"""Running a network that is kernel calls already: as the C that it becomes, on this machine.

Such IR has no semantics in numpy. What stands for it is the program: buffers that have no place yet get one on a copy,
the copy is printed as C, compiled with the portable kernels, and run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy.typing as npt
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.memref import AllocOp

from ..backends.c.project import write_project
from ..backends.common.call import KernelCallOp
from ..passes.plan_memory import PlanMemoryPass
from .edges import from_memory, network_edges, to_memory
from .emulator import build_host, run

Array: TypeAlias = npt.NDArray[Any]


def can_run_compiled(module: ModuleOp) -> bool:
    """Whether a module is a network of kernel calls."""
    return any(isinstance(op, KernelCallOp) for op in module.walk())


def run_compiled(module: ModuleOp, inputs: Sequence[Array]) -> list[Array]:
    """Compute the outputs of a network of kernel calls for one sample, as `run_samples` does."""
    [outputs] = run_samples(module, [inputs])
    return outputs


def run_samples(module: ModuleOp, samples: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """Compute the outputs of a network of kernel calls for each sample: it is compiled once.

    Args:
        module: the network, its memory planned or not. It is not changed.
        samples: for each sample an array for each input, of storage codes (s1: +1 and -1) or float32.

    Returns:
        For each sample an array for each output, likewise.

    Raises:
        DiagnosticException: the network cannot be planned or printed.
        EmulatorError: there is no C compiler, or the program fails.
    """
    module = module.clone()
    if any(isinstance(op, AllocOp) for op in module.walk()):
        PlanMemoryPass().apply(Context(), module)
    inputs, outputs = network_edges(module)
    arguments = [[to_memory(*each) for each in zip(sample, inputs, strict=True)] for sample in samples]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        write_project(module, project, "network")
        program = build_host(project, Path(folder, "build"), opt="-O1")
        results = run(program, arguments)
    return [[from_memory(*each) for each in zip(result, outputs, strict=True)] for result in results]
