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
from dqnnc.dialects.dqnn import (
    CENTERED,
    MULTIPLY_HALF_EVEN,
    SCALED,
    BatchNormOp,
    ConcatOp,
    Conv2DOp,
    DenseOp,
    DepthwiseConv2DOp,
    DequantizeOp,
    MaxPool2DOp,
    QuantizeOp,
    ReshapeOp,
    SoftmaxOp,
    s1,
    tensor_type,
)
from dqnnc.dialects.dqnn.shapes import windowed
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.passes.fuse_quantizers import FALLBACK
from dqnnc.passes.pipelines import DqnnToCortexMPipeline, expand
from dqnnc.passes.select_kernels import SelectKernelsPass
from dqnnc.passes.target import computed_ops
from dqnnc.tools.emulator import build_target, run
from dqnnc.tools.run_compiled import run_compiled
from numpy.typing import NDArray
from support.network import Network
from support.s1 import integers, signs
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, f32, i8
from xdsl.ir import Attribute, SSAValue

S8 = UniformQuantizedType.per_tensor(i8, 1.0)
Array = NDArray[Any]


class Keras(Network):
    """Layers as a frontend imports them, with random parameters."""

    def __init__(self, seed: int = 5):
        super().__init__()
        self.random = np.random.default_rng(seed)

    def sign(self, value: SSAValue) -> SSAValue:
        """Binarized, as reals."""
        return self.quantizer(value, s1)

    def quantizer(self, value: SSAValue, element: Attribute) -> SSAValue:
        """Quantized, as reals."""
        shape = tensor_type(value).get_shape()
        method = {} if element == s1 else {"method": MULTIPLY_HALF_EVEN}
        return self.reals(self.add(QuantizeOp(value, TensorType(element, shape), **method)))

    def reals(self, codes: SSAValue) -> SSAValue:
        return self.add(DequantizeOp(codes, TensorType(f32, tensor_type(codes).get_shape())))

    def binary(self, *shape: int) -> SSAValue:
        """Weights of a binary quantizer."""
        return self.reals(self.constant(signs(self.random, *shape), s1))

    def floats(self, *shape: int) -> SSAValue:
        return self.constant(self.random.random(shape) - 0.5, f32)

    def bias(self, channels: int) -> SSAValue:
        return self.floats(channels)

    def conv(
        self, value: SSAValue, weights: SSAValue, bias: SSAValue | None = None, *, stride: int = 1, same: bool = False
    ):
        outputs, *kernel, _ = tensor_type(weights).get_shape()
        shape = tensor_type(value).get_shape()
        total = [max((-(-shape[1 + i] // stride) - 1) * stride + kernel[i] - shape[1 + i], 0) * same for i in (0, 1)]
        padding = [total[0] // 2, total[0] - total[0] // 2, total[1] // 2, total[1] - total[1] // 2]
        result = TensorType(f32, windowed(shape, kernel, [stride] * 2, padding, (1, 1), outputs))
        return self.add(Conv2DOp(value, weights, bias, result, strides=[stride] * 2, padding=padding))

    def dense(self, value: SSAValue, weights: SSAValue, bias: SSAValue | None = None) -> SSAValue:
        return self.add(DenseOp(value, weights, bias, TensorType(f32, [1, tensor_type(weights).get_shape()[0]])))

    def norm(self, value: SSAValue) -> SSAValue:
        shape = tensor_type(value).get_shape()
        random, channels = self.random, shape[-1]
        gamma = random.random(channels) - 0.4
        tables = [gamma, random.random(channels) - 0.5, integers(random, -4, 5, channels), random.random(channels) * 30]
        g, b, m, v = (self.constant(table, f32) for table in tables)
        formula = CENTERED if len(shape) == 4 else SCALED
        return self.add(BatchNormOp(value, g, b, m, v, value.type, epsilon=1e-3, formula=formula))

    def pool(self, value: SSAValue) -> SSAValue:
        result = windowed(
            tensor_type(value).get_shape(), [2, 2], [2, 2], [0] * 4, (1, 1), tensor_type(value).get_shape()[3]
        )
        return self.add(MaxPool2DOp(value, TensorType(f32, result), kernel=[2, 2], strides=[2, 2]))

    def flatten(self, value: SSAValue) -> SSAValue:
        count = int(np.prod(tensor_type(value).get_shape()))
        return self.add(ReshapeOp(value, TensorType(f32, [1, count])))

    def softmax(self, value: SSAValue) -> SSAValue:
        return self.add(SoftmaxOp(value, value.type))


def lowered(net: Network, target: str = "stm32") -> tuple[ModuleOp, list[tuple[str, int]], list[str]]:
    """The network as kernel calls; operation types with counts, and fallbacks, before that."""
    module = net.module()
    counts: list[tuple[str, int]] = []
    reasons: list[str] = []
    for step in expand([DqnnToCortexMPipeline(target, "portable")]):
        if step.name == "convert-dqnn-to-cortex-m":
            ops = computed_ops(module)
            selections = [(op, SelectKernelsPass(target, "portable").select(op)) for op in ops]
            counts = [(found.row.operation, found.row.macc(op)) for op, found in selections if found is not None]
            reasons = [str(op.attributes[FALLBACK]) for op in ops if FALLBACK in op.attributes]
        step.apply(Context(), module)
    return module, [(kind, count) for kind, count in counts if count or kind != "op_s1_s1"], reasons


def check_numbers(net: Network, module: ModuleOp, expected: Sequence[Array]) -> None:
    for got, reference in zip(run_compiled(module, net.inputs), expected, strict=True):
        if got.dtype.kind == "f":
            assert np.abs(got - reference).max() <= 1e-5 * np.abs(reference).max()
        else:
            np.testing.assert_array_equal(got, reference)


def fallback() -> Keras:
    """s8 x s1 -> s8."""
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 28, 28, 1).astype(np.int8), S8))
    y = net.norm(net.conv(x, net.binary(16, 3, 3, 1), net.bias(16), stride=2, same=True))
    net.outputs.append(net.add(QuantizeOp(y, TensorType(S8, [1, 14, 14, 16]), method=MULTIPLY_HALF_EVEN)))
    return net


def first_dense() -> Keras:
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 128, 128).astype(np.int8), S8))
    y = net.dense(net.flatten(x), net.binary(16, 128 * 128), net.bias(16))
    net.outputs.append(net.softmax(net.norm(y)))
    return net


def second_dense() -> Keras:
    net = Keras()
    x = net.reals(net.input(integers(net.random, -128, 128, 1, 784).astype(np.int8), S8))
    y = net.sign(net.norm(net.dense(x, net.binary(64, 784), net.bias(64))))
    net.outputs.append(net.softmax(net.dense(y, net.binary(10, 64), net.bias(10))))
    return net


def larq() -> Keras:
    """The first layer has float input and weights; scales are positive, as without gamma."""
    net = Keras()
    x = net.input((net.random.random((1, 28, 28, 1)) * 2 - 1).astype(np.float32), f32)
    y = positive(net, net.pool(net.conv(x, net.floats(32, 3, 3, 1))))
    y = net.norm(net.pool(net.conv(net.sign(y), net.binary(64, 3, 3, 32))))
    y = net.norm(net.conv(net.sign(y), net.binary(64, 3, 3, 64)))
    y = net.norm(net.dense(net.sign(net.flatten(y)), net.binary(64, 576)))
    y = net.norm(net.dense(net.sign(y), net.binary(10, 64)))
    net.outputs.append(net.softmax(y))
    return net


def positive(net: Keras, value: SSAValue) -> SSAValue:
    channels = tensor_type(value).get_shape()[-1]
    one, other = net.constant(np.ones(channels), f32), net.floats(channels)
    return net.add(BatchNormOp(value, one, other, other, one, value.type, epsilon=1e-3))


def residual() -> Keras:
    net = Keras()
    x = net.reals(net.input(signs(net.random, 1, 20, 20, 64).astype(np.int8), s1))
    y = net.sign(net.norm(net.pool(net.conv(x, net.binary(32, 1, 1, 64)))))
    w = net.binary(1, 3, 3, 32)
    z = net.add(DepthwiseConv2DOp(y, w, None, TensorType(f32, [1, 10, 10, 32]), padding=[1] * 4))
    z = net.sign(net.norm(z))
    joined = net.add(ConcatOp([z, y], TensorType(f32, [1, 10, 10, 64]), axis=3))
    net.outputs.append(net.add(QuantizeOp(joined, TensorType(s1, [1, 10, 10, 64]))))
    return net


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
        assert reasons == ['"conv2d-affine-s1-s1-s8: supported where the input is s1 (here s8)"']
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
