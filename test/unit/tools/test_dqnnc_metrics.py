"""The figures of a validation report, against values worked out by hand and numpy's own functions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from dqnnc.tools.dqnnc.metrics import accuracy, classes, compare, confusion


def test_figures_of_a_small_case() -> None:
    # error = [1, 0, -2, 0]
    reference = np.array([[3.0, 1.0], [2.0, 4.0]])
    prediction = np.array([[2.0, 1.0], [4.0, 4.0]])
    figures = compare(reference, prediction)
    assert figures.rmse == pytest.approx(math.sqrt(5 / 4))
    assert figures.mae == pytest.approx(3 / 4)
    assert figures.l2r == pytest.approx(math.sqrt(5) / math.sqrt(37), rel=1e-6)
    assert figures.mean == pytest.approx(-1 / 4)
    assert figures.std == pytest.approx(math.sqrt((1.25**2 + 2 * 0.25**2 + 1.75**2) / 3))
    assert figures.nse == pytest.approx(1 - (5 / 4) / (5 / 3))
    assert figures.cos == pytest.approx(31 / math.sqrt(30 * 37))
    assert figures.snr == pytest.approx(10 * math.log10(30 / 5))
    assert figures.acc is None


def test_figures_agree_with_numpy_on_random_data() -> None:
    generator = np.random.default_rng(1)
    reference = generator.normal(size=(20, 3, 5)).astype(np.float32)
    prediction = reference + generator.normal(scale=0.1, size=reference.shape).astype(np.float32)
    error = (reference.astype(np.float64) - prediction.astype(np.float64)).ravel()
    figures = compare(reference, prediction)
    assert figures.std == pytest.approx(np.std(error, ddof=1))
    assert figures.mean == pytest.approx(error.mean())
    assert figures.nse == pytest.approx(1 - np.mean(error**2) / np.var(reference.astype(np.float64), ddof=1))


def test_equal_results_have_no_error_and_an_infinite_ratio() -> None:
    values = np.array([[1.0, -2.0], [0.5, 3.0]])
    figures = compare(values, values.copy(), classifier=True)
    assert (figures.rmse, figures.mae, figures.l2r, figures.mean, figures.std) == (0, 0, 0, 0, 0)
    assert figures.nse == 1
    assert figures.cos == pytest.approx(1)
    assert figures.snr is None
    assert figures.acc == 1


@pytest.mark.parametrize(
    ("reference", "prediction", "missing"),
    [
        ([[5.0, 5.0]], [[5.0, 4.0]], {"nse"}),
        ([[0.0, 0.0]], [[1.0, 2.0]], {"nse", "cos", "snr"}),
        ([[1.0, 2.0]], [[0.0, 0.0]], {"cos"}),
        ([[1.0]], [[2.0]], {"nse", "std"}),
    ],
)
def test_figures_without_a_finite_value_are_none(
    reference: list[list[float]], prediction: list[list[float]], missing: set[str]
) -> None:
    figures = compare(np.array(reference), np.array(prediction))
    assert {name for name, value in vars(figures).items() if value is None} == missing | {"acc"}


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match=r"shapes \(1, 2\) and \(2, 1\)"):
        compare(np.zeros((1, 2)), np.zeros((2, 1)))


def test_accuracy_counts_equal_places_of_the_maximum() -> None:
    reference = np.array([[1, 5, 2], [9, 0, 0], [0, 1, 1], [3, 2, 1]])
    prediction = np.array([[1, 2, 5], [7, 0, 0], [0, 1, 1], [0, 0, 1]])
    assert classes(reference).tolist() == [1, 0, 1, 0]
    assert accuracy(classes(reference), classes(prediction)) == 0.5
    assert compare(reference, prediction, classifier=True).acc == 0.5


def test_confusion_has_labels_in_rows() -> None:
    labels, predicted = np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2])
    assert confusion(labels, predicted, 3) == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert confusion(labels, predicted, 20) is not None
    assert confusion(labels, predicted, 21) is None
