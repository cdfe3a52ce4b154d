"""Cross-compile generated projects, run them under QEMU or on the host, and count their instructions.

    program = build_target(project_dir, "cortex-m55", build_dir)
    outputs = run(program, [[sample] for sample in samples])
    print(profile(program, [samples[0]]).instructions)

Needs gcc; for an emulated core also Debian's gcc-arm-none-eabi, libnewlib-arm-none-eabi and qemu-system-arm.
"""

from .build import Program, build_host, build_target, definitions
from .errors import EmulatorError
from .machines import CORES, UserMode
from .profile import Profile, profile
from .project import Project, Tensor, read_project
from .run import CountedRun, run, run_counted, run_stack
from .sizes import NetworkSizes, Sizes, network_sizes, sizes
from .stack import LIBRARY_BYTES, Stack, network_stack

__all__ = [
    "CORES",
    "LIBRARY_BYTES",
    "CountedRun",
    "EmulatorError",
    "NetworkSizes",
    "Profile",
    "Program",
    "Project",
    "Sizes",
    "Stack",
    "Tensor",
    "UserMode",
    "build_host",
    "build_target",
    "definitions",
    "network_sizes",
    "network_stack",
    "profile",
    "read_project",
    "run",
    "run_counted",
    "run_stack",
    "sizes",
]
