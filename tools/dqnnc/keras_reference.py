"""What Keras computes for a model file, asked of a process of its own.

A model file is untrusted, and Keras was not made for such files. It gets one only after our frontend has accepted it
(no `Lambda`, no pickle, known layers), as a copy without all that inference does not need (see `keras_screen`), with
safe mode, and in another process, which holds TensorFlow's memory, its threads and its messages, and may crash.
What Keras still reads of the file: the options of known layers and quantizers, as JSON, and arrays, with HDF5.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import numpy as np

from .errors import UserError
from .keras_runner import FAILURE, MISSING, Request
from .progress import Step
from .samples import Array

RUNNER = "dqnnc.tools.dqnnc.keras_runner"


def run_keras(
    file: Path, model: bytes, inputs: Sequence[Array], step: Step | None = None, *, layers: bool = False
) -> tuple[tuple[Array, ...], Mapping[str, Array]]:
    """The outputs of a model, float32, for real inputs of [samples, ...].

    With `layers` also what each layer computes, by the names that the frontend writes on values.

    Raises:
        UserError: Keras is not installed, or cannot run the model.
    """
    with tempfile.TemporaryDirectory(prefix="dqnnc-keras-") as name:
        folder = Path(name)
        request = Request(str(file), f"model{file.suffix}", len(inputs), layers)
        (folder / request.model).write_bytes(model)
        (folder / "request.json").write_text(json.dumps(asdict(request)))
        for place, array in enumerate(inputs):
            np.save(folder / f"in_{place}.npy", array.astype(np.float32))
        with (folder / "errors").open("wb") as errors:
            status = _call([sys.executable, "-P", "-m", RUNNER, str(folder)], errors, step)
        if status != 0:
            raise _failure(file, status, (folder / "errors").read_text("utf-8", "replace"))
        outputs = [np.load(path) for path in sorted(folder.glob("out_*.npy"), key=_place)]
        places = json.loads((folder / "tensors.json").read_text())
        # Mapped, not read: they may be large, and most are looked at one after the other.
        tensors = {key: np.load(folder / path, mmap_mode="r") for key, path in places.items()}
        return tuple(outputs), tensors


def _place(path: Path) -> int:
    return int(path.stem.rpartition("_")[2])


def _call(command: Sequence[str], errors: IO[bytes], step: Step | None) -> int:
    """Run the process, which prints how many samples more are done; its exit status."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if step is not None and line.strip().isdigit():
                    step.advance(int(line))
        except BaseException:
            process.kill()
            raise
    return process.returncode


def _failure(file: Path, status: int, messages: str) -> UserError:
    last = next((line for line in reversed(messages.splitlines()) if line.strip()), "")
    if last.startswith(MISSING):
        return UserError(
            f"validate runs {file} with Keras, and {last.removeprefix(MISSING)} is not installed: "
            "pip install 'dqnnc[keras]', or compare with our own semantics of the imported network: "
            "--reference semantics"
        )
    if last.startswith(FAILURE):
        return UserError(last.removeprefix(FAILURE))
    return UserError(
        f"{file}: Keras ended with status {status}: {last or 'it said nothing'}; try --reference semantics"
    )
