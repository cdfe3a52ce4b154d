"""An .onnx model that computes in float32 what the generated code does, for ONNX Runtime to compute the same.

Half precision, and activations that are quantized while the model runs, with the scale of each one's own range, are
float32 in the generated code. The model's own results differ from that by more than float32's rounding, which is no
error of the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

import numpy as np
import onnx

from ...frontends.onnx.codes import PASSED_ON
from ...frontends.onnx.model import ALIASES, MICROSOFT, STANDARD

schema: Any = onnx
"""The package, whose classes are made at run time."""

Proto: TypeAlias = Any

FLOAT: int = schema.TensorProto.FLOAT
HALF: tuple[int, ...] = (schema.TensorProto.FLOAT16, schema.TensorProto.BFLOAT16)


def has_other_arithmetic(model: Proto) -> bool:
    """Whether a model without functions has half precision or dynamic quantization."""
    graph = model.graph
    types = {tensor.data_type for tensor in (*graph.initializer, *_attributes(graph))}
    types |= {value.type.tensor_type.elem_type for value in graph.input}
    casts = {item.i for node in graph.node if node.op_type == "Cast" for item in node.attribute if item.name == "to"}
    return bool((types | casts) & set(HALF)) or any(_operator(node) in RULES for node in graph.node)


def compute_in_float32(model: Proto) -> None:
    """Change a model that the frontend has accepted, with all its data in it and no functions."""
    graph = model.graph
    for tensor in (*graph.initializer, *_attributes(graph)):
        if tensor.data_type in HALF:
            numbers = schema.numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(schema.numpy_helper.from_array(numbers, tensor.name))
    for value in graph.input:
        if value.type.tensor_type.elem_type in HALF:
            value.type.tensor_type.elem_type = FLOAT
    for value in graph.output:
        value.ClearField("type")
    graph.ClearField("value_info")
    rewriter = _Rewriter()
    nodes = [new for node in graph.node for new in rewriter.rewritten(node)]
    graph.ClearField("node")
    graph.node.extend(nodes)


def _attributes(graph: Proto) -> Iterator[Proto]:
    """Tensors in attributes."""
    return (attribute.t for node in graph.node for attribute in node.attribute if attribute.HasField("t"))


def _operator(node: Proto) -> tuple[str, str]:
    """Domain and name."""
    domain = str(node.domain)
    return ALIASES.get(domain, domain), str(node.op_type)


@dataclass
class _Rewriter:
    """Rewrites one node after the other."""

    reals: set[str] = field(default_factory=set[str])
    """Values that were codes of a dynamic quantizer, and are real numbers of scale 1 and zero point 0."""
    numbers: Iterator[int] = field(default_factory=count)

    def rewritten(self, node: Proto) -> list[Proto]:
        """What comes in the place of a node."""
        rule = RULES.get(_operator(node))
        if rule is not None:
            return list(rule(self, node))
        is_of_reals = bool(self.reals & set(node.input[:1]))
        if is_of_reals and node.op_type == "DequantizeLinear":
            return [schema.helper.make_node("Identity", node.input[:1], node.output)]
        if node.op_type == "Cast":
            for attribute in node.attribute:
                if attribute.name == "to" and attribute.i in HALF:
                    attribute.i = FLOAT
        if is_of_reals and node.op_type in PASSED_ON:
            self.reals |= set(node.output)
        return [node]

    def name(self) -> str:
        """A new value's name, of characters that no file's name is likely to begin with."""
        return f"\x1fdqnnc/{next(self.numbers)}"

    def steps(self, codes: str, zero_point: str, new: list[Proto], shape: Proto | None = None) -> str:
        """Codes less their zero point, in float32; `shape` is a constant node with the zero point's own."""
        if codes in self.reals:
            return codes
        real = self.add(new, "Cast", [codes], to=FLOAT)
        if not zero_point:
            return real
        zero = self.add(new, "Cast", [zero_point], to=FLOAT)
        if shape is not None:
            new.append(shape)
            zero = self.add(new, "Reshape", [zero, shape.output[0]])
        return self.add(new, "Sub", [real, zero])

    def add(self, new: list[Proto], kind: str, inputs: list[str], **options: Any) -> str:
        """Add a node; the name of its result."""
        result = self.name()
        new.append(schema.helper.make_node(kind, inputs, [result], **options))
        return result

    def constant(self, array: Any, result: str) -> Proto:
        """A node that gives an array."""
        return schema.helper.make_node("Constant", [], [result], value=schema.numpy_helper.from_array(np.array(array)))


def _optional(node: Proto, index: int) -> str:
    return node.input[index] if index < len(node.input) else ""


def _dynamic_quantize_linear(rewriter: _Rewriter, node: Proto) -> Iterator[Proto]:
    """The real numbers, with scale 1 and zero point 0."""
    codes, scale, zero_point = (*node.output, "", "")[:3]
    rewriter.reals.add(codes)
    yield schema.helper.make_node("Identity", node.input[:1], [codes])
    if scale:
        yield rewriter.constant(np.float32(1), scale)
    if zero_point:
        yield rewriter.constant(np.uint8(0), zero_point)


def _matmul_integer(rewriter: _Rewriter, node: Proto) -> Iterator[Proto]:
    new: list[Proto] = []
    factors = [rewriter.steps(node.input[index], _optional(node, index + 2), new) for index in range(2)]
    rewriter.reals |= set(node.output)
    yield from (*new, schema.helper.make_node("MatMul", factors, node.output))


def _conv_integer(rewriter: _Rewriter, node: Proto) -> Iterator[Proto]:
    """A zero point for each output channel stands along the first axis of the weights."""
    new: list[Proto] = []
    x = rewriter.steps(node.input[0], _optional(node, 2), new)
    window = next((len(item.ints) for item in node.attribute if item.name == "kernel_shape"), 2)
    shape = rewriter.constant(np.array([-1, *[1] * (window + 1)]), rewriter.name())
    weights = rewriter.steps(node.input[1], _optional(node, 3), new, shape)
    rewriter.reals |= set(node.output)
    conv = schema.helper.make_node("Conv", [x, weights], node.output)
    conv.attribute.extend(node.attribute)
    yield from (*new, conv)


def _dynamic_quantize_matmul(rewriter: _Rewriter, node: Proto) -> Iterator[Proto]:
    """A in float, B of codes, its scale and zero point, a bias."""
    new: list[Proto] = []
    steps = rewriter.steps(node.input[1], _optional(node, 3), new)
    factors = [node.input[0], rewriter.add(new, "Mul", [steps, node.input[2]])]
    if _optional(node, 4):
        sums = [rewriter.add(new, "MatMul", factors), node.input[4]]
        yield from (*new, schema.helper.make_node("Add", sums, node.output))
    else:
        yield from (*new, schema.helper.make_node("MatMul", factors, node.output))


RULES: dict[tuple[str, str], Callable[[_Rewriter, Proto], Iterator[Proto]]] = {
    (STANDARD, "ConvInteger"): _conv_integer,
    (STANDARD, "DynamicQuantizeLinear"): _dynamic_quantize_linear,
    (STANDARD, "MatMulInteger"): _matmul_integer,
    (MICROSOFT, "DynamicQuantizeMatMul"): _dynamic_quantize_matmul,
}
"""Operator -> what comes in its place."""
