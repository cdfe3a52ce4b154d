"""Running a network that is kernel calls already: as the C that it becomes, on this machine.

Such IR has no semantics in numpy. What stands for it is the program: buffers that have no place yet get one on a copy,
the copy is printed as C, compiled with the portable kernels, and run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.memref import AllocOp
from xdsl.ir import BlockArgument
from xdsl.utils.hints import isa

from ..backends.c.project import write_project
from ..backends.common.binary import pack, unpack
from ..backends.common.call import KernelCallOp
from ..dialects.dqnn import is_binary
from ..dialects.dqnn.base import Tensor
from ..dialects.dqnn.memory_form import TYPE, argument_attributes, network_arguments
from ..dialects.dqnn.network import network_function
from ..passes.plan_memory import PlanMemoryPass
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
    given, made = _binary_types(module)
    arguments = [
        [pack(array) if type_ is not None else array for array, type_ in zip(inputs, given, strict=True)]
        for inputs in samples
    ]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        write_project(module, project, "network")
        program = build_host(project, Path(folder, "build"), opt="-O1")
        results = run(program, arguments)
    return [
        [
            array if type_ is None else unpack(array.astype(np.uint32), type_.get_shape()[-1])
            for array, type_ in zip(outputs, made, strict=True)
        ]
        for outputs in results
    ]


def _binary_types(module: ModuleOp) -> tuple[list[Tensor | None], list[Tensor | None]]:
    """For each input and each output of a network: its type where it holds s1, which is words in memory."""
    function = network_function(module)
    arguments = network_arguments(function)

    def binary(argument: BlockArgument) -> Tensor | None:
        type_ = argument_attributes(function, argument).get(TYPE)
        return type_ if isa(type_, Tensor) and is_binary(type_.element_type) else None

    return [binary(argument) for argument in arguments.inputs], [binary(argument) for argument in arguments.outputs]
