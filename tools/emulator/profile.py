"""Instructions of one inference, whole, by kernel and by function: exact and repeatable.

A plugin of QEMU counts executed instructions by function, and by call from the network's function. The program
runs once with one inference and once with two; the difference is one inference, without start-up, reading and writing.
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
    """Instructions of one inference, most first.

    `by_kernel` has the functions that the network's function calls, each with all that it calls itself, and the
    network's function without them. `by_function` has every function, each without those it calls. Both add up to
    the whole inference.
    """

    by_kernel: dict[str, int]
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

    @property
    def is_harness(self) -> bool:
        return self.name == "main" or self.name.startswith("harness_")


def profile(program: Program, sample: Sequence[NDArray[np.generic]], *, timeout: float = 600) -> Profile:
    """Count the instructions of one inference on `sample`, `timeout` seconds a run. Raises EmulatorError."""
    if program.core is None:
        raise EmulatorError("instructions are counted on an emulated core, not on the host")
    functions = _functions(program.path, f"{program.core.compiler.removesuffix('gcc')}nm")
    network = f"{program.project.name}_run"
    samples = pack(program, [sample])
    with tempfile.TemporaryDirectory(prefix="dqnnc-profile-") as name:
        folder = Path(name)
        _build_plugin(folder)
        lines = (f"{f.start:x} {f.end:x} {int(f.is_harness or f.name == network)}\n" for f in functions)
        (folder / "ranges").write_text("".join(lines))
        once = _count(program, samples, folder, 1, timeout)
        twice = _count(program, samples, folder, 2, timeout)
    differences = twice - once
    return Profile(
        by_kernel=_totals(functions, [int(whole) for _, whole in differences]),
        by_function=_totals(functions, [int(own) for own, _ in differences]),
    )


def _totals(functions: Sequence[_Function], counts: Sequence[int]) -> dict[str, int]:
    """Counts by name, without the harness and what was not executed, most first."""
    totals: defaultdict[str, int] = defaultdict(int)
    for function, count in zip(functions, counts, strict=True):
        if count and not function.is_harness:
            totals[function.name] += count
    return dict(sorted(totals.items(), key=lambda item: -item[1]))


def _build_plugin(folder: Path) -> None:
    source = C_DIRECTORY / "count_functions.c"
    tools.build(["gcc", "-std=gnu11", "-O2", "-shared", "-fPIC", source, "-o", folder / "count_functions.so"])


def _count(program: Program, samples: bytes, folder: Path, repeat: int, timeout: float) -> NDArray[np.int64]:
    """Counts when the sample is run `repeat` times: [function, own instructions or those of the whole call]."""
    counts = folder / "counts"
    counts.unlink(missing_ok=True)
    plugin = f"{folder / 'count_functions.so'},ranges={folder / 'ranges'},counts={counts}"
    execute(program, samples, timeout=timeout, mode=str(repeat), emulator_options=("-plugin", plugin))
    if not counts.exists():
        raise EmulatorError("QEMU ended without instruction counts: its plugins may be disabled")
    return np.array([[int(word) for word in line.split()] for line in counts.read_text().splitlines()], np.int64)


def _functions(elf: Path, nm: str) -> list[_Function]:
    """The address ranges of an ELF file's functions: each reaches to the next one's start."""
    text = tools.build([nm, "--defined-only", "--numeric-sort", elf])
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
