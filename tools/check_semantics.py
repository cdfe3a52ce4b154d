"""`--check-semantics`: the module is run after every pass, and the first pass that changes an output is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO, TypeAlias

import numpy as np
import numpy.typing as npt
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.passes import ModulePass

from ..dialects import semantics
from ..dialects.dqnn.edge import Edges, edges_of
from ..dialects.dqnn.network import argument_names, network_function
from .edges import convert_all, network_edges
from .pass_manager import CompileError, one_line_errors
from .run_compiled import can_run_compiled, run_samples

Array: TypeAlias = npt.NDArray[Any]
Runner: TypeAlias = Callable[[ModuleOp, Sequence[Sequence[Array]]], Sequence[Sequence[Array]]]


def run_reference(module: ModuleOp, samples: Sequence[Sequence[Array]]) -> list[list[Array]]:
    """Compute the outputs of each sample with the reference semantics."""
    return [semantics.run(module, sample) for sample in samples]


EXECUTORS: list[tuple[Callable[[ModuleOp], bool], Runner]] = [
    (semantics.can_run, run_reference),
    (can_run_compiled, run_samples),
]
"""How to run a module: the first pair whose predicate holds. The runner gets, for each sample, the inputs in the order
of the network's arguments, as arrays of storage codes or float32, and returns the outputs in the order of its
results."""

FLOAT_TOLERANCE = 1e-5
"""Largest difference of float outputs, as a share of the largest absolute reference value of the tensor."""


def find_executor(module: ModuleOp) -> Runner | None:
    """The way to run a module in its present form, if there is one."""
    return next((runner for can_run, runner in EXECUTORS if can_run(module)), None)


@dataclass
class SemanticsCheck:
    """Runs a module on samples before the first pass, and again after each."""

    samples: list[list[Array]]
    reference: list[list[Array]]
    edges: Edges
    """Of the module before the first pass; passes may change their types."""
    notes: TextIO

    @classmethod
    def start(cls, module: ModuleOp, file: str, notes: TextIO) -> SemanticsCheck:
        """Read the samples of an .npz file and run the module on them.

        Args:
            module: the module before the first pass.
            file: an .npz file with an array for each argument, see `read_samples`.
            notes: where a pass is listed whose IR cannot be run.

        Raises:
            CompileError: the file does not fit the module, or the module cannot be run.
        """
        function = network_function(module)
        samples = read_samples(file, function)
        executor = find_executor(module)
        if executor is None:
            raise CompileError("--check-semantics: the input has operators without reference semantics")
        with one_line_errors("--check-semantics: the input cannot be run"):
            reference = [list(outputs) for outputs in executor(module, samples)]
        return cls(samples, reference, edges_of(function), notes)

    def __call__(self, last_pass: ModulePass, module: ModuleOp) -> None:
        """Run the module that a pass left and compare.

        Raises:
            CompileError: an output differs, or the module can no longer be run.
        """
        executor = find_executor(module)
        if executor is None:
            print(f"note: not checked after pass '{last_pass.name}': its IR has no semantics to run", file=self.notes)
            return
        with one_line_errors(f"pass '{last_pass.name}' left IR that cannot be run"):
            now = network_edges(module)
            samples = [convert_all(sample, self.edges.inputs, now.inputs) for sample in self.samples]
            results = executor(module, samples)
            outputs = [convert_all(result, now.outputs, self.edges.outputs) for result in results]
        for index, name in enumerate(edge.name for edge in self.edges.outputs):
            difference = describe_difference(
                np.stack([sample[index] for sample in self.reference]),
                np.stack([sample[index] for sample in outputs]),
            )
            if difference is not None:
                raise CompileError(f"pass '{last_pass.name}' changes output {index} ('{name}'): {difference}")


def describe_difference(reference: Array, result: Array) -> str | None:
    """How two outputs differ, or None where they do not.

    Integers are compared exactly, floats within `FLOAT_TOLERANCE`; a NaN equals a NaN.
    """
    if reference.shape != result.shape or reference.dtype != result.dtype:
        before = f"{reference.dtype}{list(reference.shape[1:])}"
        return f"{before} became {result.dtype}{list(result.shape[1:])}"
    is_float = reference.dtype.kind == "f"
    with np.errstate(invalid="ignore"):
        error = np.abs(result.astype(np.float64) - reference.astype(np.float64))
    finite = np.abs(reference[np.isfinite(reference)], dtype=np.float64) if is_float else np.zeros(0)
    tolerance = FLOAT_TOLERANCE * finite.max(initial=0.0)
    same = (error <= tolerance) | (reference == result)
    if is_float:
        same |= np.isnan(reference) & np.isnan(result)
    if same.all():
        return None
    largest = f"{error[~same].max():.6g}"
    return f"{np.count_nonzero(~same)} of {reference.size} values, by up to {largest}"


def read_samples(file: str, function: FuncOp) -> list[list[Array]]:
    """The inputs of an .npz file, one list of arguments a sample.

    Each argument's array is found by the argument's name or as `in_0`, `in_1`, ...; its shape is the argument's,
    or has the number of samples in place of the leading 1, or before the whole shape. Its type must be the argument's.

    Raises:
        CompileError: the file cannot be read, or an array is missing or does not fit.
    """
    with one_line_errors(f"--check-semantics: {file}"), np.load(file, allow_pickle=False) as archive:
        arrays: dict[str, Array] = dict(archive)
    columns: list[Array] = []
    for index, (name, argument) in enumerate(zip(argument_names(function), function.body.block.args, strict=True)):
        found = next((key for key in (name, f"in_{index}") if key in arrays), None)
        if found is None:
            raise CompileError(f"--check-semantics: {file}: no array '{name}' or 'in_{index}'")
        shape, dtype = semantics.array_form(argument.type)
        array = arrays[found]
        where = f"--check-semantics: {file}: '{found}'"
        if array.dtype != dtype:
            raise CompileError(f"{where} has type {array.dtype}, expected {dtype}")
        if array.size == 0 or (array.shape[1:] not in (shape, shape[1:]) and array.shape != shape):
            raise CompileError(f"{where} has shape {list(array.shape)}, expected samples of {list(shape)}")
        columns.append(array.reshape(-1, *shape))
    counts = {len(column) for column in columns}
    if len(counts) > 1:
        raise CompileError(f"--check-semantics: {file}: arrays hold different numbers of samples: {sorted(counts)}")
    return [[column[i] for column in columns] for i in range(max(counts, default=0))] or [[]]
