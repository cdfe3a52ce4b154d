"""Sums, differences and products whose scales have simple ratios, against ONNX Runtime: many are halves.

Every pair of codes goes through the C.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.dialects.dqnn.elementwise import RescalingOp, rounds_in_float
from dqnnc.dialects.semantics import evaluate
from dqnnc.tools.dqnnc.compile import compile_model
from numpy.typing import NDArray
from support.on_targets import run_on
from support.onnx_builder import MICROSOFT, OnnxBuilder
from support.onnx_runtime import OnnxRuntime, needs_onnx_runtime

pytestmark = needs_onnx_runtime

Array = NDArray[Any]

COLUMNS = 16
"""Codes of the right operand in one run, each with all codes of the left."""

OPERANDS = {
    "powers of two": (0.0625, np.uint8(121), 0.03125, np.uint8(130)),
    "ratios": (0.3, np.int8(3), 0.45, np.int8(-8)),
}
"""Scale and zero point of both. float32 has no 0.3 and no 0.45: how their sums are rounded is for its errors to say."""


@dataclass(frozen=True)
class Operator:
    """One of the network's, on a pair of its inputs."""

    operands: str
    kind: str
    scale: float
    zero_point: Any
    activation: str | None = None
    bounds: Sequence[float] = ()


OPERATORS = {
    "add": Operator("powers of two", "Add", 0.125, np.uint8(117)),
    "sub": Operator("powers of two", "Sub", 0.125, np.int8(-7)),
    "mul": Operator("powers of two", "Mul", 0.5, np.uint8(93)),
    "relu": Operator("powers of two", "Add", 0.125, np.uint8(0), "Relu"),
    # 0.125 is half a step: the code of 0.
    "clip": Operator("powers of two", "Sub", 0.25, np.int8(1), "Clip", (0.125, 5.0)),
    "codes, add": Operator("powers of two", "QLinearAdd", 0.125, np.uint8(118)),
    "codes, mul": Operator("powers of two", "QLinearMul", 0.5, np.uint8(92)),
    "add, ratios": Operator("ratios", "Add", 0.6, np.int8(0)),
    "sub, ratios": Operator("ratios", "Sub", 0.6, np.int8(5)),
    "mul, ratios": Operator("ratios", "Mul", 3.6, np.int8(-1)),
}


def network() -> bytes:
    """The operators side by side, each with codes of its own as a result."""
    m = OnnxBuilder(opset=21)
    operands = {
        name: [
            [m.input(shape, zero.dtype.name.upper()), m.scale(scale), m.const(zero)]
            for shape, scale, zero in (((256, 1), lhs, left), ((1, COLUMNS), rhs, right))
        ]
        for name, (lhs, left, rhs, right) in OPERANDS.items()
    }
    for operator in OPERATORS.values():
        lhs, rhs = operands[operator.operands]
        result = [m.scale(operator.scale), m.const(operator.zero_point)]
        if operator.kind.startswith("QLinear"):
            m.outputs.append(m.op(operator.kind, [*lhs, *rhs, *result], domain=MICROSOFT))
            continue
        y = m.op(operator.kind, [m.op("DequantizeLinear", codes) for codes in (lhs, rhs)])
        if operator.activation is not None:
            y = m.op(operator.activation, [y, *map(m.scale, operator.bounds)])
        m.outputs.append(m.op("QuantizeLinear", [y, *result]))
    return m.finish(m.outputs)


@dataclass(frozen=True)
class Case:
    """The network, all pairs of codes for it, and what ONNX Runtime makes of them."""

    file: Path
    inputs: Sequence[Sequence[Array]]
    expected: Sequence[Sequence[Array]]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    file = tmp_path_factory.mktemp("structural_ties") / "net.onnx"
    file.write_bytes(network())
    inputs: list[list[Array]] = []
    for first in range(0, 256, COLUMNS):
        lhs, rhs = np.arange(256).reshape(256, 1), np.arange(first, first + COLUMNS).reshape(1, COLUMNS)
        unsigned, signed = ([codes.astype(np.uint8) for codes in (lhs, rhs)], [signed_codes(lhs), signed_codes(rhs)])
        inputs.append([*unsigned, *signed])
    runtime = OnnxRuntime(file.read_bytes())
    return Case(file, inputs, [runtime.run(x) for x in inputs])


def signed_codes(codes: Array) -> Array:
    return codes.astype(np.int8) if codes.dtype == np.int8 else (codes.astype(np.int16) - 128).astype(np.int8)


def test_each_operator(case: Case) -> None:
    """All codes are ONNX Runtime's; many are not where codes are computed in integers."""
    found = [op for op in compile_model(case.file).selected.walk() if isinstance(op, RescalingOp)]
    assert len(found) == len(OPERATORS)
    for number, (operator, op) in enumerate(zip(OPERATORS.items(), found, strict=True)):
        name, pair = operator[0], list(OPERANDS).index(operator[1].operands)
        assert rounds_in_float(op), name
        off: list[int] = []
        for _ in ("in float", "in integers"):
            results = [
                evaluate(op, [*map(signed_codes, inputs[2 * pair : 2 * pair + 2])])[0] != signed_codes(outputs[number])
                for inputs, outputs in zip(case.inputs, case.expected, strict=True)
            ]
            off.append(int(np.sum(results)))
            op.rounding = None
        assert off[0] == 0, name
        assert off[1] > 65536 // 1000, name


@pytest.mark.parametrize("target", ["stm32", "stm32f0", "stm32f4"])
def test_compiled(case: Case, target: str, tmp_path: Path) -> None:
    results = run_on(target, case.file, case.inputs, tmp_path)
    for outputs, expected in zip(results, case.expected, strict=True):
        for name, output, result in zip(OPERATORS, outputs, expected, strict=True):
            np.testing.assert_array_equal(output.reshape(result.shape), result, err_msg=name)
