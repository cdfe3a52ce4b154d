"""Keras's processes of `dqnnc validate`, forked from one that has TensorFlow in it: to import it takes five seconds.

That one process has imported the frameworks and computed nothing, so that it has no thread of TensorFlow's. Where it is
not used, a test starts the runner as a user's computer does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import IO, Any

import pytest
from dqnnc.tools.dqnnc import keras_reference, keras_runner
from dqnnc.tools.dqnnc.progress import Step

FRAMEWORKS = ["tensorflow", "tf_keras", "qkeras", "larq"]


def fork_keras(patch: pytest.MonkeyPatch) -> None:
    """Let `run_keras` fork its processes."""
    patch.setattr(keras_reference, "_call", _call)


@cache
def _server() -> ForkServerContext:
    """The process that forks, with the environment that the runner sets."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*FRAMEWORKS, __name__])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # which it does not get from us
        for name, value in keras_runner.SETTINGS.items():
            patch.setenv(name, value)
        forkserver.ensure_running()
    return context


def _call(command: Sequence[str], errors: IO[bytes], step: Step | None) -> int:
    """As the function of `keras_reference`, whose command ends with the folder."""
    folder = Path(command[-1])
    process: Any = _server().Process(target=_answer, args=(folder, errors.name))
    process.start()
    process.join()
    if step is not None:
        for line in (folder / "progress").read_text().split():
            step.advance(int(line))
    return process.exitcode


def _answer(folder: Path, errors: str) -> None:
    """Be the runner's process."""
    for number, path in ((1, folder / "progress"), (2, errors)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
    sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
    sys.exit(keras_runner.main(folder))
