"""Operation counts of the source document's worked examples, from their normal form."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.backends.c.project import write_project
from dqnnc.backends.common.binary import pack, unpack
from dqnnc.dialects import semantics
from dqnnc.dialects.dqnn.fallback import Fallback, Nearest
from dqnnc.passes.pipelines import DqnnToCallsPipeline, expand
from dqnnc.passes.select_kernels import SelectKernelsPass
from dqnnc.passes.target import computed_ops
from dqnnc.tools.emulator import build_target, run
from dqnnc.tools.run_compiled import run_compiled
from numpy.typing import NDArray
from support.document_examples import Keras, fallback, first_dense, larq, residual, second_dense
from support.network import Network
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

Array = NDArray[Any]


def lowered(net: Network, target: str = "stm32") -> tuple[ModuleOp, list[tuple[str, int]], list[Fallback]]:
    """The network as kernel calls; operation types with counts, and fallbacks, before that."""
    module = net.module()
    counts: list[tuple[str, int]] = []
    reasons: list[Fallback] = []
    for step in expand([DqnnToCallsPipeline(target, "portable")]):
        if step.name == "convert-dqnn-to-cortex-m":
            ops = computed_ops(module)
            selections = [(op, SelectKernelsPass(target, "portable").select(op)) for op in ops]
            counts = [(found.row.operation, found.row.macc(op)) for op, found in selections if found is not None]
            reasons = [found for op in ops if (found := Fallback.of(op)) is not None]
        step.apply(Context(), module)
    return module, [(kind, count) for kind, count in counts if count or kind != "op_s1_s1"], reasons


def check_numbers(net: Network, module: ModuleOp, expected: Sequence[Array]) -> None:
    for got, reference in zip(run_compiled(module, net.inputs), expected, strict=True):
        if got.dtype.kind == "f":
            assert np.abs(got - reference).max() <= 1e-5 * np.abs(reference).max()
        else:
            np.testing.assert_array_equal(got, reference)


EXAMPLES = {
    fallback: [("conv_s8_f32", 1_568), ("smul_f32_f32", 28_240), ("conv_f32_s8", 6_272)],
    first_dense: [("op_s8_s8", 0), ("smul_s8_s1", 262_144), ("op_f32_f32", 240)],
    second_dense: [("smul_s8_s1", 50_176), ("sxor_s1_s1", 650), ("op_f32_f32", 150)],
    larq: [
        ("smul_f32_f32", 194_720),
        ("conv_f32_s1", 43_264),
        ("op_s1_s1", 21_632),
        ("sxor_s1_s1", 2_230_272),
        ("op_s1_s1", 6_400),
        ("sxor_s1_s1", 331_776),
        ("sxor_s1_s1", 36_864),
        ("sxor_s1_s1", 640),
        ("op_f32_f32", 150),
    ],
    residual: [("sxor_s1_s1", 819_200), ("op_s1_s1", 12_800), ("sxor_s1_s1", 28_800)],
}


@pytest.mark.parametrize("make", EXAMPLES, ids=lambda make: make.__name__)
def test_counts_and_numbers(make: Any):
    net: Keras = make()
    reference = make()
    expected = semantics.run(reference.module(), reference.inputs)
    module, counts, reasons = lowered(net)
    assert counts == EXAMPLES[make]
    if make is fallback:
        assert reasons == [
            Fallback(
                "there is no such row in the kernel table of stm32",
                "s8 x s1 -> s8 convolution",
                (
                    Nearest(
                        "s8 x s8 -> s8 convolution", "8-bit weights: kernel_quantizer=quantized_bits(8, ..., alpha=1)"
                    ),
                    Nearest(
                        "s1 x s1 -> s8 convolution",
                        'binarize its input: QActivation(binary(alpha=1)) before it, or input_quantizer="ste_sign"',
                    ),
                ),
            )
        ]
    else:
        assert not reasons
    check_numbers(net, module, expected)


NEEDED = ("arm-none-eabi-gcc", "qemu-system-arm")


@pytest.mark.skipif(any(shutil.which(tool) is None for tool in NEEDED), reason=f"needs {' and '.join(NEEDED)}")
@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("make", [second_dense, larq, residual], ids=lambda make: make.__name__)
def test_numbers_on_emulated_cores(make: Any, core: str, tmp_path: Path):
    net = make()
    expected = semantics.run(net.module(), net.inputs)
    again = make()
    module, _, _ = lowered(again, core)
    write_project(module, tmp_path / "project", "network")
    program = build_target(tmp_path / "project", core, tmp_path / "build", opt="-O2")
    [outputs] = run(program, [[pack(x) if make is residual else x for x in again.inputs]])
    if make is residual:
        np.testing.assert_array_equal(unpack(outputs[0].astype(np.uint32), 64), expected[0])
    else:
        assert np.abs(outputs[0] - expected[0]).max() <= 1e-5 * np.abs(expected[0]).max()
