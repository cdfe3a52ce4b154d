"""The onnx package's own test cases as the C that they become: many networks in each of a few builds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from dqnnc.frontends.onnx import import_onnx
from dqnnc.passes.pipelines import DqnnToCallsPipeline
from dqnnc.tools.edges import convert_all, network_edges
from dqnnc.tools.run_compiled import run_samples
from support.onnx_node_cases import COMPUTED, NOT_COMPILED, Array, Case, cases
from support.side_by_side import side_by_side
from xdsl.context import Context
from xdsl.utils.exceptions import DiagnosticException

TOGETHER = 150
"""Networks of a build: to plan the memory of many takes time that grows with the square of their number."""

COMPILED = [case for case in cases() if case.skipped is None and case.not_compiled is None]
REFUSED = [case for case in cases() if case.skipped is None and case.not_compiled is not None]


def results_of(group: Sequence[Case]) -> dict[str, list[Array]]:
    """The outputs of each case, by its name, from one program that computes all of them."""
    modules = [import_onnx(case.data, case.name) for case in group]
    edges = [network_edges(module) for module in modules]
    module = side_by_side(modules)
    DqnnToCallsPipeline().apply(Context(), module)
    inputs, outputs = network_edges(module)
    given = [array for case in group for array in case.given]
    given = convert_all(given, [edge for own, _ in edges for edge in own], inputs)
    [made] = run_samples(module, [given])
    results = iter(convert_all(made, outputs, [edge for _, own in edges for edge in own]))
    return {case.id: [next(results) for _ in own] for case, (_, own) in zip(group, edges, strict=True)}


pytestmark = pytest.mark.xdist_group("compiled nodes")  # one worker builds and runs them all


@pytest.fixture(scope="module")
def results() -> Mapping[str, list[Array]]:
    """The outputs of all cases."""
    found: dict[str, list[Array]] = {}
    for start in range(0, len(COMPILED), TOGETHER):
        found |= results_of(COMPILED[start : start + TOGETHER])
    return found


@pytest.mark.parametrize("case", COMPILED, ids=lambda case: case.id)
def test_case(case: Case, results: Mapping[str, list[Array]]):
    case.check(results[case.id])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_case_without_kernel_is_refused(case: Case):
    with pytest.raises(DiagnosticException) as error:
        DqnnToCallsPipeline().apply(Context(), import_onnx(case.data, case.name))
    assert "no kernel for stm32" in str(error.value)


def test_every_reason_is_needed():
    names = [case.name for case in cases() if case.way == COMPUTED]
    for pattern in NOT_COMPILED:
        assert any(re.fullmatch(pattern, name) for name in names), pattern
