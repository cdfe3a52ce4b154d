"""Pipelines: lists of passes under one name, one for each stage of the compiler and one for all of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline

from ..backends.common.target import BuildChoice, Choice, dashed
from ..backends.common.targets import find_target
from ..dialects.dqnn.bit_order import BitOrder
from . import find_pass
from .convert_edges import DataType
from .place_channels import ChannelPosition
from .target import failing


@dataclass(frozen=True)
class Pipeline(ModulePass):
    """A pass that is a list of others. A driver runs `expand(...)` in its place and so sees each of them.

    An option of the pipeline is handed to every pass of `stages` that has an option of the same name.
    """

    stages: ClassVar[tuple[str, ...]]
    """Names of passes or pipelines, in the order in which they run."""

    def passes(self) -> tuple[ModulePass, ...]:
        """The stages with their options."""
        return tuple(self._stage(find_pass(name)) for name in self.stages)

    def _stage(self, stage: type[ModulePass]) -> ModulePass:
        options = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        known = {field.name for field in dataclasses.fields(stage)}
        return stage(**{name: value for name, value in options.items() if name in known})

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Run every stage, with the IR verified in between."""
        PassPipeline(expand([self]), lambda _, module, __: module.verify()).apply(ctx, op)


def expand(passes: Sequence[ModulePass]) -> tuple[ModulePass, ...]:
    """The passes with each pipeline replaced by what it consists of."""
    return tuple(
        inner for item in passes for inner in (expand(item.passes()) if isinstance(item, Pipeline) else (item,))
    )


@dataclass(frozen=True)
class PreparePipeline(Pipeline):
    """Compute what is constant, simplify, and drop what nothing uses."""

    name = "prepare"
    stages = ("fold-constants", "canonicalize")


@dataclass(frozen=True)
class QuantizePipeline(Pipeline):
    """Bring networks with explicit quantizers to codes: at their edges, and in layers that the target has a kernel for.

    It does nothing to layers that compute on codes in the file already.
    """

    name = "quantize"
    stages = (
        "place-channels",
        "move-transposes",
        "sink-reshape",
        "fold-constants",
        "move-quantizers",
        "convert-edges",
        "shift-to-signed",
        "move-batch-norm-before-pool",
        "canonicalize",
        "quantize-operators",
        "fuse-quantizers",
        "fold-batch-norm",
        "fold-constants",
        "canonicalize",
    )

    target: str = "stm32"
    kernels: Choice = "auto"
    build: BuildChoice = "auto"
    target_file: str | None = None
    input_data_type: tuple[DataType, ...] = ("auto",)
    output_data_type: tuple[DataType, ...] = ("auto",)
    s1_bit_order: BitOrder = "lsb"
    inputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
    outputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)


@dataclass(frozen=True)
class OptimizePipeline(Pipeline):
    """Fewer operators for the same values."""

    name = "optimize"
    stages = ("fuse-activation", "canonicalize")


@dataclass(frozen=True)
class LegalizePipeline(Pipeline):
    """Bring layers to the forms that kernels exist for, whatever the target."""

    name = "legalize"
    stages = ("legalize-per-channel",)


@dataclass(frozen=True)
class BackendPipeline(Pipeline):
    """A pipeline some of whose stages the target's backend has under a name of its own."""

    target: str = "stm32"
    kernels: Choice = "auto"
    build: BuildChoice = "auto"
    target_file: str | None = None

    def passes(self) -> tuple[ModulePass, ...]:
        """The stages with their options, those of the target's backend where no backend's are named."""
        if not any("{backend}" in name for name in self.stages):
            return super().passes()
        with failing():
            backend = dashed(find_target(self.target, self.build, self.target_file).core.backend)
        return tuple(self._stage(find_pass(name.format(backend=backend))) for name in self.stages)


@dataclass(frozen=True)
class LowerToCallsPipeline(BackendPipeline):
    """Choose a kernel for each operator and turn the network into kernel calls on buffers."""

    name = "lower-to-{backend}"
    stages = ("insert-float-fallback", "canonicalize", "select-kernels", "convert-dqnn-to-{backend}")


@dataclass(frozen=True)
class DqnnToCallsPipeline(BackendPipeline):
    """All of it: from a network as imported to kernel calls in one planned arena, ready for the C printer."""

    name = "dqnn-to-{backend}"
    stages = ("prepare", "quantize", "optimize", "legalize", "lower-to-{backend}", "plan-memory")

    allocate_inputs: bool = False
    allocate_outputs: bool = False
    alignment: int = 4
    input_data_type: tuple[DataType, ...] = ("auto",)
    output_data_type: tuple[DataType, ...] = ("auto",)
    s1_bit_order: BitOrder = "lsb"
    inputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
    outputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
