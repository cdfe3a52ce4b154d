"""Targets: the cores behind them, what the cores can do, and the memory of the chips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias

BuildName: TypeAlias = Literal["c", "dsp", "mve"]
"""A build of CMSIS-NN as options spell it."""

BuildChoice: TypeAlias = Literal["auto", "c", "dsp", "mve"]
"""What a user asks for: the build that compiling for the target's core gives, or another."""

Choice: TypeAlias = Literal["auto", "cmsis-nn", "portable"]
"""What a user asks for: the cheapest kernels; CMSIS-NN's wherever a row has one; or the runtime's alone, which need no
scratch memory (the result cannot be linked with CMSIS-NN then)."""

Optimize: TypeAlias = Literal["size", "speed"]
"""What C compilers are asked for: small code, or fast code."""

SMALL_CODE = "DQNN_SMALL_CODE"
"""The macro that makes the runtime's kernels small at the cost of speed."""

OptimizeChoice: TypeAlias = Literal["auto", "size", "speed"]
"""What a user asks for: what the core wants, or one of both."""

FEATURES = ("dsp", "fpu", "mve", "neon")
"""What a core may have: 16-bit SIMD, float32 in hardware, integer vectors of the M profile, and of the R profile."""

VECTOR_FEATURES: dict[BuildName, frozenset[str]] = {
    "c": frozenset(),
    "dsp": frozenset({"dsp"}),
    "mve": frozenset({"dsp", "mve"}),
}
"""The core features that make a build of CMSIS-NN."""


class Build(Enum):
    """A build of CMSIS-NN; it follows from the core that the library is compiled for."""

    PLAIN = "plain C"
    DSP = "DSP"
    MVE = "MVE"


BUILDS: dict[Build, BuildName] = {Build.PLAIN: "c", Build.DSP: "dsp", Build.MVE: "mve"}
"""Builds of CMSIS-NN, and how options spell them."""


@dataclass(frozen=True)
class Core:
    """A processor core, and the tools that compile and run code for it here."""

    name: str
    backend: str
    """The package in `backends/` that has its dialect and its kernel table."""
    features: frozenset[str]
    """Some of `FEATURES`."""
    cmsis_nn: bool
    """Whether Arm's CMSIS-NN exists for it."""
    compiler: str
    flags: tuple[str, ...]
    """Flags that select the core for the compiler."""
    machine: str | None
    """What runs its code: a machine or a program of QEMU, see tools/emulator; None where nothing does."""
    stand_in: str | None = None
    """The instruction set that its code is compiled to and run as here, where its own compiler is not to be had."""
    optimize: Optimize = "speed"
    """What its code is compiled for where the user does not say."""
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], hash=False, repr=False)
    """Features that a chip may leave out, each with the flags that say so."""

    def lacking(self, features: frozenset[str]) -> Core:
        """The core of a chip without some of its optional features."""
        flags = [flag for feature in sorted(features) for flag in self.optional[feature]]
        return replace(self.with_flags(flags), features=self.features - features)

    def with_flags(self, flags: Sequence[str]) -> Core:
        """The core with further flags for the compiler."""
        return replace(self, flags=last_of_each([*self.flags, *flags]))


def dashed(backend: str) -> str:
    """A backend's name as names of passes have it."""
    return backend.replace("_", "-")


def build_of(core: Core) -> Build:
    """The build of CMSIS-NN that compiling for this core gives."""
    if "mve" in core.features:
        return Build.MVE
    return Build.DSP if "dsp" in core.features else Build.PLAIN


STATES = ("-marm", "-mthumb")
"""Flags for the two instruction sets of Arm cores that have both."""


def last_of_each(flags: Sequence[str]) -> tuple[str, ...]:
    """Compiler flags of which each `-m<what>=`, and each choice, stands once: as compilers do, the last is taken."""
    return tuple({STATES if flag in STATES else flag.partition("=")[0]: flag for flag in flags}.values())


@dataclass(frozen=True)
class Memory:
    """The memory of a chip in bytes; None where it is not known."""

    flash: int | None = None
    """What holds code and constants."""
    ram: int | None = None


UNKNOWN = Memory()
"""That of a core, and of a target that says nothing."""


@dataclass(frozen=True)
class Target:
    """What code is generated for."""

    name: str
    core: Core
    memory: Memory = UNKNOWN
    chip: str | None = None
    """Whose memory it is."""
    devices: Mapping[str, Memory] = field(default_factory=dict[str, Memory], hash=False)
    """Chips that differ in their memory alone."""
    aliases: tuple[str, ...] = ()
    note: str | None = None

    def with_build(self, build: BuildChoice) -> Target:
        """The same for another build of CMSIS-NN than that which compiling for the core gives.

        Raises:
            ValueError: there is no CMSIS-NN for the core.
        """
        if build == "auto":
            return self
        if not self.core.cmsis_nn:
            raise ValueError(f"there is no CMSIS-NN for target '{self.name}': leave out build {build}")
        features = self.core.features - VECTOR_FEATURES["mve"] | VECTOR_FEATURES[build]
        return replace(self, core=replace(self.core, features=features))

    def choice(self, kernels: Choice) -> Choice:
        """What a user's choice of kernels comes to: without CMSIS-NN, the runtime's alone.

        Raises:
            ValueError: CMSIS-NN is asked for, and there is none.
        """
        if self.core.cmsis_nn:
            return kernels
        if kernels == "cmsis-nn":
            raise ValueError(f"there is no CMSIS-NN for target '{self.name}': leave out kernels cmsis-nn")
        return "portable"

    @property
    def build(self) -> Build | None:
        """The build of CMSIS-NN that scratch memory is sized for; None where there is none."""
        return build_of(self.core) if self.core.cmsis_nn else None

    @property
    def build_name(self) -> BuildName | None:
        """The same as options spell it."""
        return None if self.build is None else BUILDS[self.build]

    def device(self, name: str) -> Target:
        """The same on one of its devices.

        Raises:
            ValueError: it has no such device.
        """
        memory = self.devices.get(name.lower())
        if memory is None:
            known = f"use one of {', '.join(self.devices)}" if self.devices else "leave it out"
            raise ValueError(f"target '{self.name}' has no device '{name}': {known}")
        return replace(self, memory=memory, chip=name.lower())
