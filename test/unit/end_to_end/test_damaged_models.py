"""Damaged model files through the whole command: one line or a project, never a traceback or half of a directory."""

from __future__ import annotations

import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice
from pathlib import Path

import pytest
from dqnnc.tools.dqnnc.main import main
from support import damaged_keras
from support.models import MODELS, needs_models, tflite_models
from support.mutations import MUTATIONS
from support.onnx_cases import build
from support.onnx_mutations import ONNX_MUTATIONS

# A warning would be a second line on standard error.
pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

COPIES = 500
"""Of each kind of damage to TensorFlow Lite's files."""

SMALL = 32 * 1024
"""Bytes of files that most of the copies are made of. Larger ones consist of weights, and any weights are good."""

OF_EACH = 3
"""Copies of the other files for each kind of damage."""

KERAS_COPIES = 143
"""Of each of 7 kinds of damage, to both forms of Keras's files: 2,002."""

ONNX_SEEDS = [
    "activations",
    "codes_in_and_out",
    "conv_1d",
    "flatten_chain",
    "gemm_of_all_kinds",
    "pads_of_all_kinds",
    "qdq_conv",
    "qdq_unsigned",
    "qoperator_chain",
    "upsample_by_shape",
]
"""Small networks, float, QDQ and QOperator: nearly all of their files is structure."""

ONNX_COPIES = 19
"""Of each of these and each of 11 kinds of damage: 2,090."""

SECONDS = 10.0
"""Longest time that one file may take."""


def check(files: Iterator[bytes], file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Generate C for each file, under one name: a project and no word, or one line and no project."""
    project = file.parent / "project"
    for data in files:
        file.write_bytes(data)
        start = time.monotonic()
        status = main(["generate", "-m", str(file), "--output", str(project)])
        assert time.monotonic() - start < SECONDS
        error = capsys.readouterr().err
        if status == 0:
            assert error == ""
            assert (project / f"{file.stem}.h").exists()
        else:
            assert status == 1
            assert re.fullmatch(r"error: .*\n", error), error
            assert "internal error" not in error
            assert not project.exists()
        assert {path.name for path in file.parent.iterdir()} <= {file.name, "project"}
        shutil.rmtree(project, ignore_errors=True)


@needs_models
@pytest.mark.parametrize("mutate", MUTATIONS)
def test_damaged_models_end_in_one_line(
    mutate: Callable[[random.Random, bytearray], bytearray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = random.Random(mutate.__name__)
    paths = [MODELS / name for name in tflite_models()]
    small, large = (
        [path for path in paths if (path.stat().st_size <= SMALL) == is_small] for is_small in (True, False)
    )
    models = islice(chain(large * OF_EACH, cycle(small)), COPIES)
    files = (bytes(mutate(generator, bytearray(path.read_bytes()))) for path in models)
    check(files, tmp_path / "model.tflite", capsys)


@pytest.mark.parametrize("mutate", ONNX_MUTATIONS)
def test_damaged_onnx_files_end_in_one_line(
    mutate: Callable[[random.Random, bytearray], bytearray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = random.Random(mutate.__name__)
    seeds = [build(name) for name in ONNX_SEEDS]
    files = (bytes(mutate(generator, bytearray(data))) for data in seeds * ONNX_COPIES)
    check(files, tmp_path / "net.onnx", capsys)


@pytest.mark.parametrize("mutation", damaged_keras.MUTATIONS)
@pytest.mark.parametrize("name", damaged_keras.NAMES)
def test_damaged_keras_files_end_in_one_line(
    name: str, mutation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = random.Random(f"{name} {mutation}")
    files = (damaged_keras.MUTATIONS[mutation](generator, name) for _ in range(KERAS_COPIES))
    check(files, tmp_path / name, capsys)


@pytest.mark.parametrize("name", damaged_keras.NAMES)
def test_the_undamaged_file_is_compiled(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / name
    file.write_bytes(damaged_keras.file_of(name))
    assert main(["generate", "-m", str(file), "--output", str(tmp_path / "project")]) == 0
