"""`dqnnc targets`: what networks can be compiled for, read off the table of targets."""

from __future__ import annotations

from argparse import Namespace

from ...backends.common.target import Target
from ...backends.common.targets import is_built, table_with
from .errors import UserError
from .output import output
from .render_targets import RENDERERS
from .report import Device, RefusedTarget, TargetEntry, Targets


def targets(options: Namespace) -> int:
    """Run the command."""
    with output("targets", options.json) as publish:
        listed = targets_of(options.target_file)
        publish(listed, RENDERERS[options.format](listed))
    return 0


def targets_of(file: str | None = None) -> Targets:
    """The targets of the package's table, and of a user's file.

    Raises:
        UserError: the file is wrong.
    """
    try:
        table = table_with(file)
    except ValueError as error:
        raise UserError(str(error)) from error
    cores = [Target(name, core) for name, core in table.cores.items()]
    return Targets(
        targets=tuple(_entry(target) for target in (*table.targets.values(), *cores)),
        refused=tuple(RefusedTarget(name, reason) for name, reason in table.refused.items()),
    )


def _entry(target: Target) -> TargetEntry:
    core = target.core
    return TargetEntry(
        name=target.name,
        aliases=target.aliases,
        core=core.name,
        features=tuple(sorted(core.features)),
        cmsis_nn=core.cmsis_nn,
        chip=target.chip,
        flash=target.memory.flash,
        ram=target.memory.ram,
        devices=tuple(Device(name, memory.flash, memory.ram) for name, memory in target.devices.items()),
        compiler=core.compiler,
        flags=core.flags,
        emulator=core.machine,
        stand_in=core.stand_in,
        built=is_built(core),
        note=target.note,
    )
