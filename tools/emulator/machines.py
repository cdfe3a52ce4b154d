"""The cores whose code can be run here, and the emulated machines that run it."""

from dataclasses import dataclass

from ...backends.cortex_m import targets as cortex_m
from .errors import EmulatorError


@dataclass(frozen=True)
class Region:
    """A piece of a machine's memory: first address and size in bytes."""

    origin: int
    length: int


@dataclass(frozen=True)
class Board:
    """A machine of `qemu-system-arm`.

    `vectors` is the address the core takes its vector table from at reset (1 KB is set aside there).
    `instructions_per_tick` says how many instructions pass in one SysTick tick with `-icount shift=0`, where
    an instruction takes 1 ns: 1000 / (core clock in MHz).
    """

    name: str
    vectors: int
    code: Region
    data: Region
    instructions_per_tick: float


@dataclass(frozen=True)
class Core:
    """A core: compiler flags, and the board that runs its code."""

    name: str
    flags: tuple[str, ...]
    board: Board


VECTOR_BYTES = 0x400
_KB, _MB = 1 << 10, 1 << 20


def _mps2(name: str) -> Board:
    """An MPS2 board of the first generation: 4 MB of code memory at 0, 4 MB of data memory, 25 MHz."""
    code = Region(VECTOR_BYTES, 4 * _MB - VECTOR_BYTES)
    return Board(name, 0, code, Region(0x2000_0000, 4 * _MB), instructions_per_tick=40.0)


# The secure aliases of SSRAM1, and of SSRAM2 and 3: the core starts in secure state. 20 MHz.
_AN505 = Board(
    "mps2-an505",
    0x1000_0000,
    Region(0x1000_0000 + VECTOR_BYTES, 4 * _MB - VECTOR_BYTES),
    Region(0x3800_0000, 4 * _MB),
    instructions_per_tick=50.0,
)
# Vectors in the tightly coupled memory, all else in the large memory. 32 MHz.
_AN547 = Board(
    "mps3-an547",
    0,
    Region(0x6000_0000, 16 * _MB),
    Region(0x6100_0000, 16 * _MB),
    instructions_per_tick=31.25,
)


BOARDS: dict[str, Board] = {
    "cortex-m0": _mps2("mps2-an385"),
    "cortex-m0plus": _mps2("mps2-an385"),
    "cortex-m3": _mps2("mps2-an385"),
    "cortex-m4": _mps2("mps2-an386"),
    "cortex-m7": _mps2("mps2-an500"),
    "cortex-m23": _AN505,
    "cortex-m33": _AN505,
    "cortex-m55": _AN547,
}
"""What runs a core's code. A core that QEMU does not have runs on a bigger one, of whose code its own is a part."""

CORES: dict[str, Core] = {name: Core(name, cortex_m.CORES[name].gcc_flags, board) for name, board in BOARDS.items()}
"""The cores that can be emulated; how they are compiled for is in the backend's table."""


def find_core(name: str) -> Core:
    """The core of that name, or an error that lists the known ones."""
    core = CORES.get(name)
    if core is None:
        raise EmulatorError(f"no emulator for core {name}; there is one for {', '.join(CORES)}")
    return core
