"""Instructions of one inference, whole and by function: exact and repeatable.

A plugin of QEMU counts executed instructions by address range. The program runs once with one inference and
once with two; the difference is one inference, without start-up, reading and writing.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import tools
from .build import C_DIRECTORY, Program
from .errors import EmulatorError
from .run import execute, pack

# Suffixes that GCC gives to a function's clones: they count as the function.
_CLONE = re.compile(r"\.(?:constprop|isra|part|cold|lto_priv)\b.*")


@dataclass(frozen=True)
class Profile:
    """Instructions of one inference by function (each without those it calls), most first."""

    by_function: dict[str, int]

    @property
    def instructions(self) -> int:
        """Instructions of the whole inference."""
        return sum(self.by_function.values())


@dataclass(frozen=True)
class _Function:
    name: str
    start: int
    end: int


def profile(program: Program, sample: Sequence[NDArray[np.generic]], *, timeout: float = 600) -> Profile:
    """Count the instructions of one inference on `sample`, `timeout` seconds a run. Raises EmulatorError."""
    if program.core is None:
        raise EmulatorError("instructions are counted on an emulated core, not on the host")
    functions = _functions(program.path)
    samples = pack(program, [sample])
    with tempfile.TemporaryDirectory(prefix="dqnnc-profile-") as name:
        folder = Path(name)
        _build_plugin(folder)
        (folder / "ranges").write_text("".join(f"{f.start:x} {f.end:x}\n" for f in functions))
        once = _count(program, samples, folder, 1, timeout)
        twice = _count(program, samples, folder, 2, timeout)
    totals: defaultdict[str, int] = defaultdict(int)
    for function, first, second in zip(functions, once, twice, strict=True):
        if function.name != "main" and not function.name.startswith("harness_"):
            totals[function.name] += second - first
    found = sorted(((name, count) for name, count in totals.items() if count), key=lambda item: -item[1])
    return Profile(dict(found))


def _build_plugin(folder: Path) -> None:
    source = C_DIRECTORY / "count_functions.c"
    tools.build(["gcc", "-std=gnu11", "-O2", "-shared", "-fPIC", source, "-o", folder / "count_functions.so"])


def _count(program: Program, samples: bytes, folder: Path, repeat: int, timeout: float) -> list[int]:
    """Counts of each address range when the sample is run `repeat` times."""
    counts = folder / "counts"
    counts.unlink(missing_ok=True)
    plugin = f"{folder / 'count_functions.so'},ranges={folder / 'ranges'},counts={counts}"
    execute(program, samples, timeout=timeout, repeat=repeat, emulator_options=("-plugin", plugin))
    if not counts.exists():
        raise EmulatorError("QEMU ended without instruction counts: its plugins may be disabled")
    return [int(line) for line in counts.read_text().split()]


def _functions(elf: Path) -> list[_Function]:
    """The address ranges of an ELF file's functions: each reaches to the next one's start."""
    text = tools.build(["arm-none-eabi-nm", "--defined-only", "--numeric-sort", elf])
    names: dict[int, str] = {}
    for line in text.splitlines():
        address, kind, name = line.split(maxsplit=2)
        # "$t" and "$d" mark code and data, ".name" is a label inside a function.
        if kind in "tTwW" and not name.startswith(("$", ".")):
            names.setdefault(int(address, 16) & ~1, _CLONE.sub("", name))
    starts = sorted(names)
    if not starts:
        raise EmulatorError(f"{elf}: no function symbols")
    ends = [*starts[1:], starts[-1] + 0x10000]
    return [_Function(names[start], start, end) for start, end in zip(starts, ends, strict=True)]
