"""Reads the reports off the IR: the network as imported, with its kernels chosen, and with its memory planned."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from xdsl.dialects.builtin import MemRefType, ModuleOp, StringAttr
from xdsl.dialects.memref import GlobalOp
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.hints import isa

from ...backends.common.call import KernelCallOp
from ...backends.common.kernel_table import Selection, type_tag
from ...backends.cortex_m.kernels import TABLE
from ...backends.cortex_m.scratch import Build
from ...backends.cortex_m.targets import BuildName, Target, build_of
from ...dialects.dqnn import (
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    QuantizeOp,
    RequantizeOp,
    ReshapeOp,
    SoftmaxOp,
    layer_name,
    tensor_type,
)
from ...dialects.dqnn.edge import Edge
from ...dialects.dqnn.memory import byte_size
from ...dialects.dqnn.memory_form import buffer_ops
from ...dialects.dqnn.network import network_function
from ...passes.insert_float_fallback import FALLBACK
from ...passes.memory.report import BufferReport, memory_report
from ...passes.select_kernels import KERNEL
from ...passes.target import computed_ops
from ..edges import network_edges
from .compile import Compiled, Kernels
from .report import (
    Analysis,
    Buffer,
    Fallback,
    Layer,
    Memory,
    ModelInfo,
    OperationType,
    TargetInfo,
    TensorInfo,
    Weights,
)
from .tensors import tensor_info

FLOAT_BYTES = 4

BUILDS: dict[Build, BuildName] = {Build.PLAIN: "c", Build.DSP: "dsp", Build.MVE: "mve"}


def analysis_of(compiled: Compiled) -> Analysis:
    """Everything that `analyze` reports."""
    model, layers = model_info(compiled), tuple(_layers(compiled))
    return Analysis(
        model=model,
        target=target_info(compiled),
        macc=sum(layer.macc for layer in layers),
        weights=_weights(compiled, model),
        memory=_memory(compiled, model),
        layers=layers,
        operation_types=tuple(_operation_types(layers)),
        fallbacks=tuple(_fallbacks(compiled)),
    )


def model_info(compiled: Compiled) -> ModelInfo:
    """The network in the model file, with the inputs and outputs of the generated code."""
    edges = network_edges(compiled.selected)
    return ModelInfo(
        file=str(compiled.file),
        format=compiled.format,
        name=compiled.name,
        inputs=tuple(map(tensor_info, edges.inputs)),
        outputs=tuple(map(tensor_info, edges.outputs)),
        params=sum(constant.array.size for constant in _constants(compiled.imported)),
    )


def target_info(compiled: Compiled) -> TargetInfo:
    """What the code is made for."""
    return describe_target(compiled.target, compiled.options.kernels)


def describe_target(target: Target, kernels: Kernels) -> TargetInfo:
    """A target as reports show it."""
    return TargetInfo(target.name, target.core.name, BUILDS[build_of(target.core)], kernels)


def ends_in_softmax(compiled: Compiled) -> bool:
    """Whether the network's first output is a softmax's, but for a change of type or shape."""
    source = _results(compiled.imported)[0].owner
    while isinstance(source, QuantizeOp | DequantizeOp | RequantizeOp | ReshapeOp):
        source = source.input.owner
    return isinstance(source, SoftmaxOp)


def _results(module: ModuleOp) -> Sequence[SSAValue]:
    terminator = network_function(module).get_return_op()
    return () if terminator is None else terminator.operands


def _constants(module: ModuleOp) -> list[ConstantOp]:
    return [op for op in module.walk() if isinstance(op, ConstantOp)]


TABLES = re.compile(r".*_(multiplier|shift|kernel_sums|table)(_\d+)?")
"""Names of the constants that the lowering computes beside a layer's parameters."""


def _weights(compiled: Compiled, model: ModelInfo) -> Weights:
    """Parameters, as they are stored, and the tables that come on top.

    Weights, biases, thresholds, scales and offsets are parameters; binary weights are counted packed.
    """
    constants = [op for op in compiled.planned.walk() if isinstance(op, GlobalOp)]
    tables = sum(byte_size(op.type) for op in constants if TABLES.fullmatch(op.sym_name.data))
    stored = sum(byte_size(op.type) for op in constants) - tables
    float_bytes = FLOAT_BYTES * model.params
    return Weights(
        bytes=stored,
        requantization_bytes=tables,
        float_bytes=float_bytes,
        saving=(float_bytes - stored) / float_bytes if float_bytes else 0.0,
    )


def _layers(compiled: Compiled) -> Iterator[Layer]:
    """A row for each kernel call. Of an op that becomes several calls, the first row has the operations."""
    counted: set[DqnnOp] = set()
    calls = [call for call in buffer_ops(network_function(compiled.planned)) if isinstance(call, KernelCallOp)]
    for c_id, (call, op) in enumerate(zip(calls, _sources(compiled.selected, calls), strict=True)):
        if op is None:
            yield _copied_output(c_id, call)
            continue
        row = _selection(op).row
        output = tensor_type(op.results[0])
        name = layer_name(op)
        yield Layer(
            c_id=c_id,
            m_id=compiled.places.get(name or ""),
            name=name or op.name,
            operator=op.name.removeprefix("dqnn."),
            kernel=call.callee.data,
            output_shape=output.get_shape(),
            output_type=type_tag(output.element_type),
            macc=0 if op in counted else row.macc(op),
            operation_type=row.operation,
        )
        counted.add(op)


def _copied_output(c_id: int, call: KernelCallOp) -> Layer:
    """The row of a call that the lowering added: it moves a value to the output that it is returned as."""
    memory = call.outputs[0].type
    assert isa(memory, MemRefType[Attribute])
    kind = type_tag(memory.element_type)
    return Layer(
        c_id=c_id,
        m_id=None,
        name="output",
        operator="copy",
        kernel=call.callee.data,
        output_shape=memory.get_shape(),
        output_type=kind,
        macc=0,
        operation_type=f"op_{kind}_{kind}",
    )


def _sources(selected: ModuleOp, calls: Sequence[KernelCallOp]) -> list[DqnnOp | None]:
    """The op that each call was made from: that of its layer and kernel, in order where several are alike.

    None for a call that no op asked for.
    """
    ops: defaultdict[tuple[str | None, str], list[DqnnOp]] = defaultdict(list)
    for op in computed_ops(selected):
        ops[layer_name(op), _selection(op).row.id].append(op)
    keys = [(layer_name(call), "" if call.kernel is None else call.kernel.data) for call in calls]
    count, seen = Counter(keys), Counter[tuple[str | None, str]]()
    sources: list[DqnnOp | None] = []
    for key in keys:
        alike = ops.get(key)
        sources.append(None if alike is None else alike[seen[key] * len(alike) // count[key]])
        seen[key] += 1
    return sources


def _selection(op: DqnnOp) -> Selection:
    kernel = op.attributes[KERNEL]
    assert isinstance(kernel, StringAttr)
    return TABLE.find(kernel.data)


def _fallbacks(compiled: Compiled) -> Iterator[Fallback]:
    for op in computed_ops(compiled.selected):
        reason = op.attributes.get(FALLBACK)
        if isinstance(reason, StringAttr):
            yield Fallback(layer_name(op) or op.name, op.name.removeprefix("dqnn."), reason.data)


def _operation_types(layers: Sequence[Layer]) -> Iterator[OperationType]:
    """Sums over the layers, in the order of their first appearance."""
    total = sum(layer.macc for layer in layers)
    sums: dict[str, int] = {}
    for layer in layers:
        sums[layer.operation_type] = sums.get(layer.operation_type, 0) + layer.macc
    for kind, macc in sums.items():
        yield OperationType(kind, macc, macc / total if total else 0.0)


def _memory(compiled: Compiled, model: ModelInfo) -> Memory:
    report = memory_report(compiled.planned)
    inputs, outputs = (sum(tensor.bytes for tensor in tensors) for tensors in (model.inputs, model.outputs))
    options = compiled.options
    outside = (0 if options.allocate_inputs else inputs) + (0 if options.allocate_outputs else outputs)
    tensors = _tensors_by_name(compiled, model)
    return Memory(
        activations_bytes=report.arena_bytes,
        lower_bound_bytes=report.lower_bound,
        greedy_by_size_bytes=report.greedy_by_size,
        inputs_bytes=inputs,
        outputs_bytes=outputs,
        inputs_in_activations=options.allocate_inputs,
        outputs_in_activations=options.allocate_outputs,
        ram_bytes=report.arena_bytes + outside,
        buffers=tuple(_buffer(item, tensors) for item in report.buffers if item.offset is not None),
    )


def _buffer(item: BufferReport, tensors: dict[str, TensorInfo]) -> Buffer:
    tensor = None if item.kind == "scratch" else tensors.get(item.name)
    return Buffer(
        name=item.name,
        kind=item.kind,
        type=None if tensor is None else tensor.type,
        scale=None if tensor is None else tensor.scale,
        zero_point=None if tensor is None else tensor.zero_point,
        bytes=item.size,
        offset=item.offset or 0,
        first=item.first_step,
        last=item.last_step,
    )


def _tensors_by_name(compiled: Compiled, model: ModelInfo) -> dict[str, TensorInfo]:
    """What layers compute, by the layer's name, and the network's inputs and outputs by theirs."""
    tensors = {tensor.name: tensor for tensor in (*model.inputs, *model.outputs)}
    for op in computed_ops(compiled.selected):
        if (name := layer_name(op)) is not None:
            tensors[name] = tensor_info(Edge(name, tensor_type(op.results[0])))
    return tensors
