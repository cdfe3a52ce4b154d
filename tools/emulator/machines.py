"""The cores whose code can be run here, and the emulated machines that run it."""

from dataclasses import dataclass

from ...backends.common import target
from ...backends.common.targets import package_table
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
class UserMode:
    """A program of QEMU's that runs code as a process of this computer, which serves its semihosting calls.

    There is no board, and no clock to count instructions by.
    """

    name: str
    options: tuple[str, ...]
    link: tuple[str, ...]
    """What the linker needs for the C library with semihosting."""
    startup: tuple[str, ...] = ()
    """Files in `c/` that take the place of the C library's own start-up."""


@dataclass(frozen=True)
class Core:
    """A core: its compiler and flags, and what runs its code."""

    name: str
    compiler: str
    flags: tuple[str, ...]
    machine: Board | UserMode


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


# QEMU 7.2 has no Cortex-R52, but all of its instructions.
_QEMU_ARM = UserMode("qemu-arm", ("-cpu", "max"), ("--specs=rdimon.specs",))
# picolibc's start-up sets up a machine, which a process may not; its linker script takes little memory to be enough.
_QEMU_RISCV32 = UserMode(
    "qemu-riscv32",
    (),
    ("--oslib=semihost", "-nostartfiles", "-Wl,--defsym=__flash_size=0x10000000,--defsym=__ram_size=0x20000000"),
    startup=("start_riscv.c",),
)

MACHINES: dict[str, Board | UserMode] = {
    machine.name: machine
    for machine in (*map(_mps2, ("mps2-an385", "mps2-an386", "mps2-an500")), _AN505, _AN547, _QEMU_ARM, _QEMU_RISCV32)
}
"""What runs code, by the name that the table of targets has."""


def emulated(core: target.Core) -> Core | None:
    """A core of the table of targets as it is emulated; None where nothing runs its code."""
    machine = MACHINES.get(core.machine or "")
    return None if machine is None else Core(core.name, core.compiler, core.flags, machine)


CORES: dict[str, Core] = {
    name: found for name, core in package_table().cores.items() if (found := emulated(core)) is not None
}
"""The cores that can be emulated."""


def find_core(name: str | target.Core) -> Core:
    """The core of that name, or a chip's as the table of targets has it.

    Raises:
        EmulatorError: nothing runs its code.
    """
    core = CORES.get(name) if isinstance(name, str) else emulated(name)
    if core is None:
        shown = name if isinstance(name, str) else name.name
        raise EmulatorError(f"no emulator for core {shown}; there is one for {', '.join(CORES)}")
    return core
