"""How --check-semantics compares outputs."""

from __future__ import annotations

import numpy as np
from dqnnc.tools.check_semantics import describe_difference


def test_integers_are_compared_exactly():
    codes = np.array([[1, 2, -128]], np.int8)
    assert describe_difference(codes, codes.copy()) is None
    assert describe_difference(codes, np.array([[1, 3, 127]], np.int8)) == "2 of 3 values, by up to 255"


def test_floats_are_compared_within_a_share_of_the_largest():
    reals = np.array([[1000.0, 0.0]], np.float32)
    assert describe_difference(reals, np.array([[1000.0, 0.009]], np.float32)) is None
    assert describe_difference(reals, np.array([[1000.0, 0.02]], np.float32)) == "1 of 2 values, by up to 0.02"


def test_infinities_and_nans():
    reals = np.array([[np.inf, np.nan, 1.0]], np.float32)
    assert describe_difference(reals, reals.copy()) is None
    assert describe_difference(reals, np.array([[np.inf, 0.0, 1.0]], np.float32)) == "1 of 3 values, by up to nan"
    assert describe_difference(reals, np.array([[-np.inf, np.nan, 1.0]], np.float32)) == "1 of 3 values, by up to inf"


def test_another_type_or_shape():
    codes = np.zeros((2, 1, 3), np.int8)
    assert describe_difference(codes, codes.astype(np.uint8)) == "int8[1, 3] became uint8[1, 3]"
    assert describe_difference(codes, codes.reshape(2, 3)) == "int8[1, 3] became int8[3]"
