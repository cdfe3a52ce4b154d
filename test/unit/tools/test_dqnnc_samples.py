"""Reading a user's input files, and what is said of those that do not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from dqnnc.tools.dqnnc.errors import UserError
from dqnnc.tools.dqnnc.report import TensorInfo
from dqnnc.tools.dqnnc.samples import Samples, load_samples, random_samples
from numpy.typing import NDArray


def codes(name: str, *shape: int, type: str = "s8", scale: float = 0.5, zero_point: int = -3) -> TensorInfo:
    return TensorInfo(name, type, shape, scale, zero_point, int(np.prod(shape)))


def reals(name: str, *shape: int) -> TensorInfo:
    return TensorInfo(name, "f32", shape, None, None, 4 * int(np.prod(shape)))


IMAGE = codes("image", 1, 2, 3)
SCORES = codes("scores", 1, 4)


def load(path: Path, *outputs: Path, limit: int | None = None, image: TensorInfo = IMAGE) -> Samples:
    return load_samples([path], outputs, [image], [SCORES], limit)


SIGNS = TensorInfo("signs", "s1", (1, 4), None, None, 4, bit_order="lsb")


def _loaded(array: NDArray[Any], tensor: TensorInfo) -> list[int]:
    """What becomes of a user's array for one input."""
    with TemporaryDirectory() as folder:
        np.save(Path(folder, "a.npy"), array)
        return load_samples([Path(folder, "a.npy")], [], [tensor], [SCORES]).inputs[0][0].tolist()


def save(path: Path, **arrays: NDArray[Any]) -> Path:
    np.savez(path, **arrays)
    return path


DATA = np.arange(-12, 12, dtype=np.int8).reshape(4, 2, 3)


def test_random_values_cover_an_integer_type_and_the_unit_interval() -> None:
    samples = random_samples([codes("a", 1, 500), reals("b", 1, 500), codes("c", 1, 500, type="u8")], 10, 42)
    signed, real, unsigned = samples.inputs
    assert (signed.shape, signed.dtype, signed.min(), signed.max()) == ((10, 500), np.int8, -128, 127)
    assert (unsigned.dtype, unsigned.min(), unsigned.max()) == (np.uint8, 0, 255)
    assert real.dtype == np.float32
    assert 0 <= real.min() < 0.01
    assert 0.99 < real.max() < 1
    again = random_samples([codes("a", 1, 500)], 10, 42)
    assert np.array_equal(again.inputs[0], signed)
    assert not np.array_equal(random_samples([codes("a", 1, 500)], 10, 43).inputs[0], signed)


@pytest.mark.parametrize("key", ["x_test", "x", "input", "inputs", "in_0", "m_inputs_1"])
def test_npz_keys_of_inputs(tmp_path: Path, key: str) -> None:
    samples = load(save(tmp_path / "a.npz", **{key: DATA}))
    assert np.array_equal(samples.inputs[0], DATA)
    assert samples.outputs is None
    assert samples.labels is None


@pytest.mark.parametrize("key", ["y_test", "y", "outputs", "out_0", "m_outputs_1"])
def test_npz_keys_of_outputs(tmp_path: Path, key: str) -> None:
    expected = np.arange(16, dtype=np.int8).reshape(4, 4)
    samples = load(save(tmp_path / "a.npz", x_test=DATA, **{key: expected}))
    assert samples.outputs is not None
    assert np.array_equal(samples.outputs[0], expected)


def test_numbered_keys_are_ordered_as_numbers(tmp_path: Path) -> None:
    arrays = {f"in_{place}": np.full((2, 1), place, np.int8) for place in (10, 9, 2)}
    inputs = [codes(name, 1, 1) for name in "abc"]
    samples = load_samples([save(tmp_path / "a.npz", **arrays)], [], inputs, [SCORES])
    assert [int(array[0, 0]) for array in samples.inputs] == [2, 9, 10]


def test_npy_and_csv_hold_one_tensor(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", DATA)
    np.savetxt(tmp_path / "a.csv", DATA.reshape(4, 6), delimiter=",", fmt="%d")
    for name in ("a.npy", "a.csv"):
        assert np.array_equal(load(tmp_path / name).inputs[0], DATA)


def test_real_numbers_are_quantized_for_an_integer_input(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0.0, 0.25, -0.25, 1.0, 1e3, -1e3\n")
    assert load(tmp_path / "a.csv").inputs[0].tolist() == [[[-3, -2, -4], [-1, 127, -128]]]


def test_codes_are_rounded_as_the_models_quantizer_does() -> None:
    reals = np.array([[0.25, 0.75, -0.25, -0.75, 70.0]])
    rounded = {
        rounding: _loaded(reals, replace(codes("x", 1, 5, zero_point=0), rounding=rounding))
        for rounding in ("half_even", "half_away", None)
    }
    assert rounded == {
        "half_even": [0, 2, 0, -2, 127],
        "half_away": [1, 2, -1, -2, 127],
        None: [1, 2, -1, -2, 127],
    }


def test_integers_without_a_scale() -> None:
    count = TensorInfo("count", "s32", (1, 2), None, None, 8)
    assert _loaded(np.array([[1.5, -70000.0]]), count) == [2, -70000]
    assert _loaded(np.array([[3, -70000]]), count) == [3, -70000]


def test_signs_of_real_numbers_and_of_integers(tmp_path: Path) -> None:
    assert _loaded(np.array([[0.0, -0.0, 0.5, -1e-30]]), SIGNS) == [1, 1, 1, -1]
    assert _loaded(np.array([[1, -1, -1, 1]]), SIGNS) == [1, -1, -1, 1]
    for other in (0, 2, -2):
        np.save(tmp_path / "a.npy", np.array([[1, -1, 1, other]]))
        with pytest.raises(UserError, match=r"outside s1; give \+1 and -1 of 'signs'"):
            load_samples([tmp_path / "a.npy"], [], [SIGNS], [SCORES])


def test_codes_outside_the_range_in_use_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((1, 2, 3), -128, np.int8))
    with pytest.raises(UserError, match="holds integers from -128 to -128, outside s8"):
        load(tmp_path / "a.npy", image=replace(IMAGE, minimum=-127, maximum=127))


def test_random_values_are_signs_and_codes_in_use() -> None:
    narrow = replace(codes("a", 1, 500), minimum=-127, maximum=3)
    signs, some = random_samples([replace(SIGNS, shape=(1, 500)), narrow], 10, 42).inputs
    assert signs.dtype == np.int8
    assert np.unique(signs).tolist() == [-1, 1]
    assert (some.min(), some.max()) == (-127, 3)


def test_integers_in_a_csv_are_codes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0, 1, 2, 3, 4, -5\n")
    assert load(tmp_path / "a.csv").inputs[0].tolist() == [[[0, 1, 2], [3, 4, -5]]]


def test_labels_are_one_integer_a_sample(tmp_path: Path) -> None:
    for labels in (np.array([0, 3, 1, 2]), np.array([[0], [3], [1], [2]], np.uint8)):
        samples = load(save(tmp_path / "a.npz", x_test=DATA, y_test=labels))
        assert samples.labels is not None
        assert samples.labels.tolist() == [0, 3, 1, 2]
        assert samples.outputs is None


def test_limit_takes_the_first_samples(tmp_path: Path) -> None:
    samples = load(save(tmp_path / "a.npz", x_test=DATA, y_test=np.array([0, 3, 1, 2])), limit=2)
    assert samples.count == 2
    assert np.array_equal(samples.inputs[0], DATA[:2])
    assert samples.labels is not None
    assert samples.labels.tolist() == [0, 3]


def test_expected_outputs_from_a_file_of_their_own(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", DATA)
    np.save(tmp_path / "y.npy", np.zeros((4, 4), np.float32))
    samples = load(tmp_path / "x.npy", tmp_path / "y.npy")
    assert samples.outputs is not None
    assert samples.outputs[0].tolist() == [[-3] * 4] * 4


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"data": DATA}, "holds no input"),
        ({"x_test": DATA[:, :1]}, r"has shape \[4, 1, 3\]; 'image' takes \[samples, 2, 3\]"),
        ({"x_test": DATA[:0]}, r"has shape \[0, 2, 3\]"),
        ({"x_test": np.array(3)}, r"has shape \[\]"),
        ({"x_test": DATA.astype(np.int16) + 200}, "holds integers from 188 to 211, outside s8"),
        ({"x_test": np.full((1, 2, 3), np.nan)}, "holds NaN or infinity"),
        ({"x_test": np.full((1, 2, 3), "a")}, "not numbers"),
        ({"in_0": DATA, "in_1": DATA}, r"2 input array\(s\) given, the network has 1"),
        ({"x_test": DATA, "y_test": np.arange(3)}, r"different numbers of samples: \[3, 4\]"),
        ({"x_test": DATA, "y_test": np.array([0, 1, 2, 4])}, "labels from 0 to 4; 'scores' has 4 classes"),
        ({"x_test": DATA, "y_test": np.zeros((4, 5), np.int8)}, r"'scores' takes \[samples, 4\]"),
        ({"x_test": np.array([{}], object)}, "is no valid .npz file"),
    ],
)
def test_files_that_do_not_fit(tmp_path: Path, arrays: dict[str, NDArray[Any]], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        load(save(tmp_path / "bad.npz", **arrays))
    assert "bad.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.npz", b"no archive", "is no valid .npz file"),
        ("a.npz", b"PK\x03\x04 cut short", "is no valid .npz file"),
        ("a.npy", b"", "is no valid .npy file"),
        ("a.csv", b"1,2,3,4,5,6\n1,2\n", "its lines have from 2 to 6 values"),
        ("a.csv", b"\n", "it is empty"),
        ("a.csv", b"1,2,3,4,5,six\n", "is no valid .csv file"),
        ("a.csv", b"\xff\xfe", "is no valid .csv file"),
        ("a.txt", b"", "cannot read .txt files"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        load(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_directory(tmp_path: Path) -> None:
    for path in (tmp_path / "none.npz", tmp_path / "none.npy", tmp_path / "none.csv"):
        with pytest.raises(UserError, match=r"cannot be read: No such file"):
            load(path)
