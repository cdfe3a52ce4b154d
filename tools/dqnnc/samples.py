"""Input values, expected outputs and labels of a validation: random ones, or a user's files.

A file holds samples: `.npz` (keys as below), `.npy` (one tensor's), `.csv` (one tensor's, a flattened sample a
line). An array has the shape [samples, ...], where ... is the tensor's shape in the model without its batch of one, or
[samples, values]. Where the network has its dimensions in another order than the model (`--inputs-ch-position`), files
have the model's: they are the same for both.

For a tensor of codes, real numbers are quantized as the model's own quantizer does it: QKeras and Larq round halves to
even, TensorFlow Lite away from zero; for s1 their sign is taken, +1 for 0. Integers are codes, of s1 +1 and -1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..edges import from_reals, turned
from .errors import UserError, one_line
from .report import TensorInfo
from .tensors import edge_of

Array: TypeAlias = npt.NDArray[Any]
Labels: TypeAlias = npt.NDArray[np.int64]

DTYPES = {
    "f32": np.dtype(np.float32),
    "s8": np.dtype(np.int8),
    "u8": np.dtype(np.uint8),
    "s16": np.dtype(np.int16),
    "s32": np.dtype(np.int32),
    "s1": np.dtype(np.int8),
}
"""Element type of a tensor -> its numpy type; values of s1 are +1 and -1."""

INPUT_KEYS = (r"x_test", r"x", r"inputs?", r"in_(\d+)", r"m_inputs_(\d+)")
OUTPUT_KEYS = (r"y_test", r"y", r"outputs?", r"out_(\d+)", r"m_outputs_(\d+)")
"""Spellings of the keys of an `.npz` file; a number orders the tensors, wherever it starts."""


@dataclass(frozen=True)
class Samples:
    """Values to run a network on, and what is known of the results."""

    source: str
    inputs: tuple[Array, ...]
    """One array for each input, [samples, ...] in the input's element type and shape."""
    outputs: tuple[Array, ...] | None = None
    """The user's expected outputs, in the same form."""
    labels: Labels | None = None
    """The class of each sample."""

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.inputs[0])


def dtype_of(tensor: TensorInfo) -> np.dtype[Any]:
    """The numpy type of a tensor's elements."""
    return DTYPES[tensor.type]


def stack(results: Sequence[Sequence[Array]], tensors: Sequence[TensorInfo]) -> tuple[Array, ...]:
    """Values by sample, then tensor, as one array [samples, ...] for each tensor."""
    return tuple(
        np.stack([value.reshape(tensor.sample_shape) for value in values])
        for values, tensor in zip(zip(*results, strict=True), tensors, strict=True)
    )


def random_samples(inputs: Sequence[TensorInfo], count: int, seed: int) -> Samples:
    """Uniform values: in [0, 1) for f32, over the whole range of an integer type's codes; signs for s1."""
    generator: Any = np.random.default_rng(seed)  # whose `integers` is not fully typed

    def values(tensor: TensorInfo) -> Array:
        shape = (count, *tensor.model_sample_shape)
        dtype = dtype_of(tensor)
        if dtype.kind == "f":
            return generator.random(shape, np.float32)
        if tensor.type == "s1":
            return generator.integers(0, 2, shape, dtype) * 2 - 1
        return generator.integers(*_range(tensor), shape, dtype, endpoint=True)

    return Samples(
        f"{count} random samples, seed {seed}", tuple(_in_network(values(tensor), tensor) for tensor in inputs)
    )


def load_samples(
    input_files: Sequence[Path],
    output_files: Sequence[Path],
    inputs: Sequence[TensorInfo],
    outputs: Sequence[TensorInfo],
    limit: int | None = None,
) -> Samples:
    """Read a user's files: one `.npz` with everything, or a file for each tensor in order.

    Expected outputs that stand in the input file count where `output_files` is empty; integers that are one number
    a sample are labels. At most `limit` samples are taken, from the start.

    Raises:
        UserError: a file cannot be read, or does not fit the network.
    """
    given = _read_files(input_files, INPUT_KEYS)
    if given is None:
        raise UserError(f"{input_files[0]}: holds no input; expected keys such as x_test, inputs, in_0 or m_inputs_1")
    expected = _read_files(output_files or _npz_only(input_files), OUTPUT_KEYS)
    if expected is None and output_files:
        raise UserError(
            f"{output_files[0]}: holds no output; expected keys such as y_test, outputs, out_0 or m_outputs_1"
        )
    values = _fit_all(given, inputs, "input")
    labels = None if expected is None else _labels(expected, outputs)
    results = None if expected is None or labels is not None else _fit_all(expected, outputs, "output")
    _check_counts([*values, *(results or ()), *([labels] if labels is not None else ())], input_files[0])
    source = ", ".join(str(path) for path in (*input_files, *output_files))
    return Samples(
        source=source,
        inputs=tuple(value[:limit] for value in values),
        outputs=None if results is None else tuple(value[:limit] for value in results),
        labels=None if labels is None else labels[:limit],
    )


@dataclass(frozen=True)
class _Named:
    """An array and how to name it to the user."""

    name: str
    array: Array


def _npz_only(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.suffix == ".npz"]


def _read_files(files: Sequence[Path], keys: Sequence[str]) -> list[_Named] | None:
    """The arrays of all files in order; of an `.npz` file those under `keys`. None where there is none."""
    arrays: list[_Named] = []
    for path in files:
        arrays += _read_file(path, keys)
    return arrays or None


def _read_file(path: Path, keys: Sequence[str]) -> list[_Named]:
    try:
        match path.suffix:
            case ".npz":
                return _read_npz(path, keys)
            case ".npy":
                return [_Named(str(path), np.load(path, allow_pickle=False))]
            case ".csv":
                return [_Named(str(path), _read_csv(path))]
            case suffix:
                raise UserError(f"{path}: cannot read {suffix or 'this kind of'} files; give .npz, .npy or .csv")
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or one_line(str(error))}") from error
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: is no valid {path.suffix} file: {one_line(str(error))}") from error


def _read_npz(path: Path, keys: Sequence[str]) -> list[_Named]:
    loaded: Any = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        raise ValueError("it holds a single array, as an .npy file does")
    with loaded as archive:
        names = [str(name) for name in archive.files]
        for pattern in keys:
            matches = [match for name in names if (match := re.fullmatch(pattern, name))]
            if matches:
                matches.sort(key=lambda match: int(match.group(1)) if match.groups() else 0)
                return [_Named(f"{path}: {match.group()}", archive[match.group()]) for match in matches]
    return []


def _read_csv(path: Path) -> Array:
    """Numbers with commas, a sample a line; integers where none of them has a point or an exponent."""
    text = path.read_text(encoding="utf-8")
    dtype = np.float64 if re.search(r"[.eEnN]", text) else np.int64
    rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if line.strip()]
    if not rows:
        raise ValueError("it is empty")
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise ValueError(f"its lines have from {min(lengths)} to {max(lengths)} values")
    return np.array(rows).astype(dtype)


def _fit_all(given: Sequence[_Named], tensors: Sequence[TensorInfo], role: str) -> list[Array]:
    if len(given) != len(tensors):
        raise UserError(
            f"{given[0].name}: {len(given)} {role} array(s) given, the network has {len(tensors)} {role}(s)"
        )
    return [_fit(named, tensor) for named, tensor in zip(given, tensors, strict=True)]


def _fit(named: _Named, tensor: TensorInfo) -> Array:
    """The array in the tensor's shape and element type."""
    array, shape = named.array, tensor.model_sample_shape
    size = int(np.prod(shape))
    if array.ndim == 0 or array.shape[1:] not in (shape, (size,)) or not len(array):
        wanted = ", ".join(str(side) for side in ("samples", *shape))
        raise UserError(f"{named.name}: has shape {list(array.shape)}; '{tensor.name}' takes [{wanted}]")
    return _convert(_in_network(array.reshape(len(array), *shape), tensor), named.name, tensor)


def _in_network(array: Array, tensor: TensorInfo) -> Array:
    """Values in the model's order of dimensions, [samples, ...], in the network's."""
    full = array.reshape(len(array), *tensor.model_shape)
    return turned(full, tensor.order).reshape(len(array), *tensor.sample_shape)


def _convert(array: Array, name: str, tensor: TensorInfo) -> Array:
    """The array in the tensor's element type: codes stay, real numbers become what the model's quantizer makes."""
    if array.dtype.kind not in "fiub":
        raise UserError(f"{name}: holds {array.dtype} values, not numbers")
    if tensor.type == "f32":
        return array.astype(np.float32)
    if array.dtype.kind == "f":
        if not np.all(np.isfinite(array)):
            raise UserError(f"{name}: holds NaN or infinity, which no {tensor.type} code stands for")
        return from_reals(array, edge_of(tensor))
    codes = array.astype(np.int64)
    low, high = _range(tensor)
    if codes.min() < low or codes.max() > high or (tensor.type == "s1" and not codes.all()):
        kind = "+1 and -1" if tensor.type == "s1" else f"{tensor.type} codes"
        raise UserError(
            f"{name}: holds integers from {codes.min()} to {codes.max()}, outside {tensor.type}; give {kind} "
            f"of '{tensor.name}', or real numbers as floats"
        )
    return codes.astype(dtype_of(tensor))


def _range(tensor: TensorInfo) -> tuple[int, int]:
    """Smallest and largest code."""
    if tensor.type == "s1":
        return -1, 1
    limits = np.iinfo(dtype_of(tensor))
    low, high = tensor.minimum, tensor.maximum
    return int(limits.min) if low is None else low, int(limits.max) if high is None else high


def _labels(expected: Sequence[_Named], outputs: Sequence[TensorInfo]) -> Labels | None:
    """The expected classes, where the file holds one integer a sample and the network's output has more values."""
    named, count = expected[0], int(np.prod(outputs[0].sample_shape))
    array = named.array
    if len(expected) != 1 or array.dtype.kind not in "iu" or array.ndim == 0 or array.size != len(array) or count == 1:
        return None
    labels = array.reshape(-1).astype(np.int64)
    if labels.size and (labels.min() < 0 or labels.max() >= count):
        raise UserError(
            f"{named.name}: holds labels from {labels.min()} to {labels.max()}; '{outputs[0].name}' has {count} classes"
        )
    return labels


def _check_counts(arrays: Sequence[Array], path: Path) -> None:
    counts = sorted({len(array) for array in arrays})
    if len(counts) > 1:
        raise UserError(f"{path}: the arrays have different numbers of samples: {counts}")
