"""The kernel table: choice of rows and kernels, nearest rows, and operation counts of the source document."""

from __future__ import annotations

import numpy as np
import pytest
from dqnnc.backends.common.kernel_table import Kernel, KernelTable, Row
from dqnnc.backends.common.target import Core
from dqnnc.backends.common.targets import find_target
from dqnnc.backends.cortex_m.kernels import TABLE
from dqnnc.dialects.dqnn import (
    AddOp,
    ClipOp,
    ConstantOp,
    Conv2DOp,
    DenseOp,
    DequantizeOp,
    DqnnOp,
    MaxPool2DOp,
    QuantizeOp,
    ReluOp,
    SoftmaxOp,
    TanhOp,
    TransposeConv2DOp,
)
from dqnnc.dialects.quant import UniformQuantizedType
from xdsl.dialects.builtin import TensorType, f32, i8, i32
from xdsl.ir import Attribute, Block, SSAValue

M0, M4, M55 = (find_target(name).core for name in ("cortex-m0", "cortex-m4", "cortex-m55"))
S8 = UniformQuantizedType.per_tensor(i8, 0.5, 3)


def value(shape: list[int], element: Attribute = f32) -> SSAValue:
    return Block(arg_types=[TensorType(element, shape)]).args[0]


def zeros(shape: list[int], element: Attribute = f32) -> SSAValue:
    return ConstantOp(np.zeros(shape), element).result


def conv(element: Attribute = f32, *, groups: int = 1) -> Conv2DOp:
    return Conv2DOp(
        value([1, 28, 28, groups], element),
        zeros([16, 3, 3, 1], element),
        None,
        TensorType(element, [1, 14, 14, 16]),
        strides=[2, 2],
        padding=[0, 1, 0, 1],
    )


def selected(op: DqnnOp) -> tuple[str, str, int]:
    found = TABLE.select(op, M4)
    assert found is not None
    return found.id, found.row.operation, found.row.macc(op)


def test_fallback_example_of_the_document():
    """784 pixels converted, 14x14 outputs of 16 filters of 9 weights and a bias, 3,136 outputs converted."""
    image, outputs = [1, 28, 28, 1], [1, 14, 14, 16]
    to_float = DequantizeOp(value(image, S8), TensorType(f32, image))
    to_codes = QuantizeOp(value(outputs), TensorType(S8, outputs))
    assert selected(to_float) == ("dequantize-s8-f32/portable", "conv_s8_f32", 1_568)
    assert selected(conv()) == ("conv2d-f32/portable", "smul_f32_f32", 28_240)
    assert selected(to_codes) == ("quantize-f32-s8/portable", "conv_f32_s8", 6_272)


@pytest.mark.parametrize(
    ("op", "macc"),
    [
        (DenseOp(value([1, 64]), zeros([10, 64]), None, TensorType(f32, [1, 10])), 650),
        (SoftmaxOp(value([1, 10]), TensorType(f32, [1, 10])), 150),
        (ReluOp(value([7]), TensorType(f32, [7])), 7),
        (ClipOp(value([7]), TensorType(f32, [7]), min=0, max=1), 14),
        (TanhOp(value([7]), TensorType(f32, [7])), 70),
        (AddOp(value([7]), value([7]), TensorType(f32, [7])), 7),
        (
            MaxPool2DOp(value([1, 26, 26, 32]), TensorType(f32, [1, 13, 13, 32]), kernel=[2, 2], strides=[2, 2]),
            21_632,
        ),
    ],
)
def test_macc(op: DqnnOp, macc: int):
    found = TABLE.select(op, M4)
    assert found is not None
    assert found.row.macc(op) == macc


def test_nearest_row_and_what_it_misses():
    nearest = TABLE.nearest(conv(S8), M4)[0]
    assert nearest.row.id == "conv2d-s8-asymmetric"
    assert nearest.changes == ()
    assert nearest.failures == ("the weights have one scale for each output channel (see legalize-per-channel)",)


def test_wrong_types_are_farther_than_other_conditions():
    unsigned = UniformQuantizedType.per_tensor(i8, 0.5)
    op = SoftmaxOp(value([1, 4], unsigned), TensorType(unsigned, [1, 4]))
    assert [near.row.id for near in TABLE.nearest(op, M4)] == ["softmax-s8"], "the float row is what it falls back to"


def test_a_kernel_that_cmsis_nn_gets_wrong_is_taken_from_the_runtime_alone():
    """Rows cropped at the top of a transposed convolution that are no multiple of its stride."""
    weights = UniformQuantizedType.per_axis(i8, 0, [0.5, 0.25])
    op = TransposeConv2DOp(
        value([1, 2, 2, 1], S8),
        zeros([2, 4, 4, 1], weights),
        None,
        TensorType(S8, [1, 4, 4, 2]),
        strides=[2, 2],
        padding=[1, 1, 1, 1],
    )
    for choice in ("auto", "cmsis-nn"):
        other = TABLE.select(op, M4, choice)
        assert other is not None
        assert other.id == "transpose-conv2d-s8-asymmetric/portable", "a name that CMSIS-NN does not have"
    found = TABLE.select(op, M4, "portable")
    assert found is not None
    assert found.id == "transpose-conv2d-s8/portable"


def test_the_cheapest_kernel_of_a_row_is_taken():
    def nothing(*_: object) -> None: ...

    def kernel(callee: str, plain: float, mve: float, features: frozenset[str] = frozenset()) -> Kernel:
        def cost(op: DqnnOp, core: Core) -> float:
            return mve if "mve" in core.features else plain

        return Kernel(callee, "cmsis-nn", nothing, cost, features=features, variant=callee)

    slow, fast = kernel("slow", 2, 2), kernel("fast", 3, 1, features=frozenset({"dsp"}))
    row = Row("relu", ReluOp, "f32", None, "f32", (slow, fast), "op_f32_f32", lambda op: 0)
    table = KernelTable([row])
    op = ReluOp(value([1]), TensorType(f32, [1]))
    on_m4, on_m55, on_m0 = (table.select(op, core) for core in (M4, M55, M0))
    assert on_m4 is not None
    assert on_m4.kernel is slow
    assert on_m55 is not None
    assert on_m55.kernel is fast
    assert on_m0 is not None
    assert on_m0.kernel is slow
    only_fast = KernelTable([Row("relu", ReluOp, "f32", None, "f32", (fast,), "op_f32_f32", lambda op: 0)])
    assert only_fast.select(op, M0) is None
    nearest = only_fast.nearest(op, M0)[0]
    assert nearest.failures == ("the core has dsp",)


def test_every_row_has_kernels_and_can_be_found():
    for row in TABLE.rows:
        assert row.kernels, row.id
        for kernel in row.kernels:
            found = TABLE.find(f"{row.id}/{kernel.library}")
            assert found.kernel is kernel, row.id


def test_a_row_without_the_kernel_is_not_found():
    with pytest.raises(KeyError):
        TABLE.find("relu-s8/cmsis-nn")
    with pytest.raises(KeyError):
        TABLE.find("no-row/portable")


def test_kernels_of_one_library_are_told_apart_by_their_variant():
    def nothing(*_: object) -> None: ...

    def kernel(callee: str, cost: float, variant: str | None = None) -> Kernel:
        return Kernel(callee, "portable", nothing, lambda op, core: cost, variant=variant)

    def table(*kernels: Kernel) -> KernelTable:
        return KernelTable([Row("relu", ReluOp, "f32", None, "f32", kernels, "op_f32_f32", lambda op: 0)])

    plain, vectors = kernel("a", 2), kernel("b", 1, "neon")
    found = table(plain, vectors).select(ReluOp(value([1]), TensorType(f32, [1])), M4)
    assert found is not None
    assert (found.id, found.kernel) == ("relu/neon", vectors)
    assert table(plain, vectors).find("relu/neon").kernel is vectors
    with pytest.raises(ValueError, match="two kernels of a row have the same id"):
        table(plain, kernel("b", 1))


def test_a_bias_of_another_type_is_refused():
    bias = UniformQuantizedType.per_tensor(i32, 0.25, 1)
    weights = UniformQuantizedType.per_tensor(i8, 0.5)
    op = DenseOp(value([1, 2], S8), zeros([2, 2], weights), zeros([2], bias), TensorType(S8, [1, 2]))
    nearest = TABLE.nearest(op, M4)[0]
    assert nearest.failures == ("the bias is s32 with zero points of 0",)
