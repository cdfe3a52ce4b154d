"""Targets of the Cortex-M backend: names that a user gives, the cores behind them, what the cores can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..common.kernel_table import Core
from .scratch import Build

BuildName: TypeAlias = Literal["c", "dsp", "mve"]
"""A build of CMSIS-NN as options spell it."""

BuildChoice: TypeAlias = Literal["auto", "c", "dsp", "mve"]
"""What a user asks for: the build that compiling for the target's core gives, or another."""

VECTOR_FEATURES: dict[BuildName, frozenset[str]] = {
    "c": frozenset(),
    "dsp": frozenset({"dsp"}),
    "mve": frozenset({"dsp", "mve"}),
}
"""The core features that make a build of CMSIS-NN."""


def build_of(core: Core) -> Build:
    """The build of CMSIS-NN that compiling for this core gives."""
    if "mve" in core.features:
        return Build.MVE
    return Build.DSP if "dsp" in core.features else Build.PLAIN


def _core(name: str, features: str = "", fpu: str | None = None) -> Core:
    """A core with an optional `-mfpu`; without float hardware, floats pass in integer registers."""
    flags = (f"-mcpu={name}", "-mthumb", *((f"-mfpu={fpu}",) if fpu else ()))
    known = frozenset(features.split())
    return Core(name, known, (*flags, "-mfloat-abi=hard" if "fpu" in known else "-mfloat-abi=soft"))


CORES: dict[str, Core] = {
    core.name: core
    for core in (
        _core("cortex-m0"),
        _core("cortex-m0plus"),
        _core("cortex-m3"),
        _core("cortex-m4", "dsp fpu", "fpv4-sp-d16"),
        _core("cortex-m7", "dsp fpu", "fpv5-d16"),
        _core("cortex-m23"),
        _core("cortex-m33", "dsp fpu", "fpv5-sp-d16"),
        _core("cortex-m55", "dsp mve fpu"),
        _core("cortex-m85", "dsp mve fpu"),
    )
}
"""Cores by name. All that have an optional FPU or DSP extension are taken with it, as the series below have it."""

SERIES: dict[str, str] = {
    "stellar-e": "cortex-m7",
    "stm32": "cortex-m4",
    "stm32c0": "cortex-m0plus",
    "stm32f0": "cortex-m0",
    "stm32f1": "cortex-m3",
    "stm32f2": "cortex-m3",
    "stm32f3": "cortex-m4",
    "stm32f4": "cortex-m4",
    "stm32f7": "cortex-m7",
    "stm32g0": "cortex-m0plus",
    "stm32g4": "cortex-m4",
    "stm32h5": "cortex-m33",
    "stm32h7": "cortex-m7",
    "stm32l0": "cortex-m0plus",
    "stm32l1": "cortex-m3",
    "stm32l4": "cortex-m4",
    "stm32l5": "cortex-m33",
    "stm32n6": "cortex-m55",
    "stm32u0": "cortex-m0plus",
    "stm32u3": "cortex-m33",
    "stm32u5": "cortex-m33",
    "stm32wb": "cortex-m4",
    "stm32wb0": "cortex-m0plus",
    "stm32wba": "cortex-m33",
    "stm32wl": "cortex-m4",
    "stm32wl3": "cortex-m0plus",
}
"""The core that each series of chips computes on."""

CORES_WITHOUT_FPU = frozenset({"stm32wl"})
"""Series whose core has no float hardware although others with the same core do."""

REFUSED: dict[str, str] = {
    "neural-art": "the Neural-ART accelerator is programmed by its vendor's compiler only; stm32n6 uses the core",
    "stm32n6npu": "the Neural-ART accelerator is programmed by its vendor's compiler only; stm32n6 uses the core",
    "mlc": "the machine learning core of a sensor runs decision trees, not networks",
    "stm32mp1": "it runs Linux: use TensorFlow Lite or ONNX Runtime there",
    "stm32mp2": "it runs Linux: use TensorFlow Lite or ONNX Runtime there",
}
"""Names that a user may try, with the reason why there is no such target."""


@dataclass(frozen=True)
class Target:
    """What code is generated for."""

    name: str
    core: Core


def target_of(name: str, build: BuildChoice = "auto") -> Target:
    """The target called `name`, a series or a core; `build` takes another build of CMSIS-NN than the core's own.

    Raises:
        ValueError: there is none; one sentence says why, or what there is.
    """
    key = name.lower()
    refused = next((reason for prefix, reason in REFUSED.items() if key.startswith(prefix)), None)
    if refused is not None:
        raise ValueError(f"target '{name}' is not supported: {refused}")
    core = CORES.get(SERIES.get(key, key))
    if core is None:
        raise ValueError(f"no target '{name}': use one of {', '.join(sorted([*SERIES, *CORES]))}")
    if key in CORES_WITHOUT_FPU:
        core = _core(core.name, " ".join(core.features - {"fpu"}))
    if build != "auto":
        core = replace(core, features=core.features - VECTOR_FEATURES["mve"] | VECTOR_FEATURES[build])
    return Target(key, core)
