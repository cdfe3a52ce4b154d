"""The onnx package's own test cases of every operator that is read, by way of import and reference semantics."""

from __future__ import annotations

import re

import pytest
from dqnnc.dialects.semantics import run
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.onnx import import_onnx
from support.onnx_node_cases import SKIPPED, Case, cases

PASSED = [case for case in cases() if case.skipped is None]
NOT_PASSED = [case for case in cases() if case.skipped is not None]


@pytest.mark.parametrize("case", PASSED, ids=lambda case: case.id)
def test_case(case: Case):
    module = import_onnx(case.data, case.name)
    module.verify()
    case.check(run(module, case.given))


@pytest.mark.parametrize("case", NOT_PASSED, ids=lambda case: case.id)
def test_case_that_is_skipped_is_refused(case: Case):
    with pytest.raises(ModelError) as error:
        import_onnx(case.data, case.name)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("way", SKIPPED)
def test_every_reason_is_needed(way: str):
    names = [case.name for case in cases() if case.way == way]
    for pattern in SKIPPED[way]:
        assert any(re.fullmatch(pattern, name) for name in names), pattern
