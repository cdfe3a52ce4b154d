"""The cores that generated code is built for, and what runs their code here.

One row a core. A core that QEMU does not have runs on a bigger one of its family: its code is a subset.
"""

from dataclasses import dataclass

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


def _cortex_m(name: str, board: Board, *fpu: str) -> Core:
    return Core(name, (f"-mcpu={name}", "-mthumb", *fpu), board)


CORES: dict[str, Core] = {
    core.name: core
    for core in (
        _cortex_m("cortex-m0", _mps2("mps2-an385")),
        _cortex_m("cortex-m0plus", _mps2("mps2-an385")),
        _cortex_m("cortex-m3", _mps2("mps2-an385")),
        _cortex_m("cortex-m4", _mps2("mps2-an386"), "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"),
        _cortex_m("cortex-m7", _mps2("mps2-an500"), "-mfpu=fpv5-d16", "-mfloat-abi=hard"),
        _cortex_m("cortex-m23", _AN505),
        _cortex_m("cortex-m33", _AN505, "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"),
        _cortex_m("cortex-m55", _AN547, "-mfloat-abi=hard"),
    )
}


def find_core(name: str) -> Core:
    """The core of that name, or an error that lists the known ones."""
    core = CORES.get(name)
    if core is None:
        raise EmulatorError(f"no emulator for core {name}; there is one for {', '.join(CORES)}")
    return core
