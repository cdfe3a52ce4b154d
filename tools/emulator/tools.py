"""Calls of the compilers, of binutils and of QEMU."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .errors import EmulatorError

DEBIAN_PACKAGES = {
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "arm-none-eabi-nm": "binutils-arm-none-eabi",
    "arm-none-eabi-size": "binutils-arm-none-eabi",
    "clang": "clang",
    "gcc": "gcc",
    "picolibc.specs": "picolibc-riscv64-unknown-elf",
    "qemu-arm": "qemu-user",
    "qemu-riscv32": "qemu-user",
    "qemu-system-arm": "qemu-system-arm",
    "riscv64-unknown-elf-gcc": "gcc-riscv64-unknown-elf",
    "riscv64-unknown-elf-size": "binutils-riscv64-unknown-elf",
    "rdimon.specs": "libnewlib-arm-none-eabi",
}


def missing(name: str) -> EmulatorError:
    """The error that says which package to install for a tool or a file."""
    package = DEBIAN_PACKAGES.get(name, name)
    return EmulatorError(f"{name} is not installed: it is in the Debian package {package}")


def find_tool(name: str) -> str:
    """The path of a tool; an error that names its package when it is absent."""
    path = shutil.which(name)
    if path is None:
        raise missing(name)
    return path


C_LIBRARIES = {"arm-none-eabi-gcc": "rdimon.specs", "riscv64-unknown-elf-gcc": "picolibc.specs"}
"""A file of the C library with semihosting, which is a package of its own beside a cross compiler."""


def find_c_library(compiler: str) -> None:
    """Check that a cross compiler has its C library; an error that names the package when it is absent."""
    file = C_LIBRARIES[compiler]
    output = call([compiler, f"-print-file-name={file}"], timeout=10).stdout
    if not Path(output.strip()).is_absolute():
        raise missing(file)


def call(command: Sequence[str | Path], *, timeout: float, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end, for `timeout` seconds at most. Its exit status is the caller's to judge."""
    tool = find_tool(str(command[0]))
    arguments = [tool, *map(str, command[1:])]
    try:
        return subprocess.run(
            arguments,
            cwd=cwd,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EmulatorError(f"{Path(tool).name} did not end within {timeout:g} seconds") from None


def build(command: Sequence[str | Path]) -> str:
    """Run a build tool; return what it printed on standard output. A failure becomes its first error line."""
    done = call(command, timeout=600)
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines()]
        telling = [line for line in lines if "error:" in line or "undefined reference" in line] or lines
        reason = telling[0] if telling else f"exit status {done.returncode}"
        raise EmulatorError(f"{Path(command[0]).name}: {reason}", done.stderr)
    return done.stdout
