"""Damaged model files through the whole command: one line or a project, never a traceback or half of a directory."""

from __future__ import annotations

import random
import re
import shutil
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest
from dqnnc.tools.dqnnc.main import main
from support.models import MODELS, needs_models, tflite_models
from support.mutations import MUTATIONS

COPIES = 500
"""Of each kind of damage."""

SECONDS = 10.0
"""Longest time that one file may take."""


@needs_models
@pytest.mark.parametrize("mutate", MUTATIONS)
def test_damaged_models_end_in_one_line(
    mutate: Callable[[random.Random, bytearray], bytearray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, project = tmp_path / "model.tflite", tmp_path / "project"
    generator = random.Random(mutate.__name__)
    for name in islice(cycle(tflite_models()), COPIES):
        file.write_bytes(mutate(generator, bytearray((MODELS / name).read_bytes())))
        start = time.monotonic()
        status = main(["generate", "-m", str(file), "--output", str(project)])
        assert time.monotonic() - start < SECONDS
        error = capsys.readouterr().err
        if status == 0:
            assert error == ""
            assert (project / "model.h").exists()
        else:
            assert status == 1
            assert re.fullmatch(r"error: .*\n", error), error
            assert "internal error" not in error
            assert not project.exists()
        assert {path.name for path in tmp_path.iterdir()} <= {"model.tflite", "project"}
        shutil.rmtree(project, ignore_errors=True)
