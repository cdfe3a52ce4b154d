"""Reads the reports off the IR: the network as imported, with its kernels chosen, and with its memory planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from ...backends.common.call import KernelCallOp
from ...backends.common.configuration import data_operands, kind_of, tag_of, type_tag
from ...backends.common.target import Choice, Target
from ...dialects.dqnn import (
    BatchNormOp,
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    LinearOp,
    QuantizeOp,
    RequantizeOp,
    ReshapeOp,
    SoftmaxOp,
    StagedOp,
    layer_name,
    tensor_type,
)
from ...dialects.dqnn import fallback as attribute
from ...dialects.dqnn.edge import Edge
from ...dialects.dqnn.linear import BIAS_FORMAT
from ...dialects.dqnn.memory import is_memref
from ...dialects.dqnn.network import network_function, notes_of
from ...passes.memory.report import BufferReport, memory_report
from ...passes.target import computed_ops
from ..edges import network_edges
from ..emulator import LIBRARY_BYTES
from .advice import advice_of
from .budget import budgets
from .compile import Compiled
from .constants import constants_of
from .measure import NOT_MEASURED, Measured
from .remedies import nearest_rows
from .report import (
    Analysis,
    Budget,
    Buffer,
    Fallback,
    Layer,
    Memory,
    ModelInfo,
    OperationType,
    StackUse,
    TargetInfo,
    TensorInfo,
    Weights,
)
from .schemes import dequantized_of, schemes_of
from .steps import Step, row_of, steps_of
from .tensors import tensor_info

FLOAT_BYTES = 4


def analysis_of(compiled: Compiled, measured: Measured = NOT_MEASURED) -> Analysis:
    """Everything that `analyze` reports."""
    model, steps = model_info(compiled), steps_of(compiled)
    layers = tuple(_layers(compiled, steps))
    weights, memory = _weights(compiled, model, steps), _memory(compiled, model, steps)
    return Analysis(
        model=model,
        target=target_info(compiled),
        macc=sum(layer.macc for layer in layers),
        weights=weights,
        memory=memory,
        layers=layers,
        operation_types=tuple(_operation_types(layers)),
        fallbacks=tuple(_fallbacks(compiled)),
        advice=tuple(advice_of(compiled.imported, compiled.selected, compiled.format)),
        schemes=tuple(schemes_of(compiled.imported)),
        budget=budgets(compiled.target, compiled.options, weights, memory, measured),
        stack=stack_of(measured),
        dequantized=tuple(dequantized_of(compiled)),
        notes=tuple(notes_of(compiled.imported)),
    )


def budget_of(compiled: Compiled, measured: Measured) -> tuple[Budget, ...]:
    """What the network takes of its target's memory."""
    model, steps = model_info(compiled), steps_of(compiled)
    weights, memory = _weights(compiled, model, steps), _memory(compiled, model, steps)
    return budgets(compiled.target, compiled.options, weights, memory, measured)


def stack_of(measured: Measured) -> StackUse | None:
    """The stack of the network's code, as reports show it."""
    stack = measured.stack
    if stack is None:
        return None
    return StackUse(stack.bytes, stack.path, stack.libraries, LIBRARY_BYTES, stack.not_counted)


def model_info(compiled: Compiled) -> ModelInfo:
    """The network in the model file, with the inputs and outputs of the generated code."""
    edges = network_edges(compiled.selected)
    return ModelInfo(
        file=str(compiled.file),
        format=compiled.format,
        name=compiled.name,
        inputs=tuple(map(tensor_info, edges.inputs)),
        outputs=tuple(map(tensor_info, edges.outputs)),
        params=_parameters(compiled.imported),
    )


def _parameters(module: ModuleOp) -> int:
    """The number of parameters: all constants, but of a batch normalization two a channel, scale and offset."""
    ops = list(module.walk())
    norms = [op for op in ops if isinstance(op, BatchNormOp)]
    tables = {value.owner for norm in norms for value in norm.operands[1:]}
    others = (op for op in ops if isinstance(op, ConstantOp) and op not in tables)
    return sum(op.array.size for op in others) + sum(2 * tensor_type(norm.input).get_shape()[-1] for norm in norms)


def target_info(compiled: Compiled) -> TargetInfo:
    """What the code is made for."""
    return describe_target(compiled.target, compiled.options.kernels)


def describe_target(target: Target, kernels: Choice) -> TargetInfo:
    """A target as reports show it."""
    return TargetInfo(
        name=target.name,
        core=target.core.name,
        build=target.build_name,
        kernels=target.choice(kernels),
        device=target.chip if target.devices else None,
        stand_in=target.core.stand_in,
    )


def ends_in_softmax(compiled: Compiled) -> bool:
    """Whether the network's first output is a softmax's, but for a change of type or shape."""
    source = _results(compiled.imported)[0].owner
    while isinstance(source, QuantizeOp | DequantizeOp | RequantizeOp | ReshapeOp):
        source = source.input.owner
    return isinstance(source, SoftmaxOp)


def _results(module: ModuleOp) -> Sequence[SSAValue]:
    terminator = network_function(module).get_return_op()
    return () if terminator is None else terminator.operands


def _weights(compiled: Compiled, model: ModelInfo, steps: Sequence[Step]) -> Weights:
    """Parameters, as they are stored, and the tables that come on top.

    Weights, biases, thresholds, scales and offsets are parameters; binary weights are counted packed.
    """
    constants = tuple(constants_of(compiled, steps))
    stored = sum(constant.bytes for constant in constants if constant.is_parameter)
    float_bytes = FLOAT_BYTES * model.params
    return Weights(
        bytes=stored,
        requantization_bytes=sum(constant.bytes for constant in constants) - stored,
        float_bytes=float_bytes,
        saving=(float_bytes - stored) / float_bytes if float_bytes else 0.0,
        constants=constants,
    )


def _layers(compiled: Compiled, steps: Sequence[Step]) -> Iterator[Layer]:
    """A row for each kernel call. Of an op that becomes several calls, the first row has the operations."""
    counted: set[DqnnOp] = set()
    own = _own_biases(compiled.imported)
    for c_id, (call, op) in enumerate(steps):
        if op is None:
            yield _copied_output(c_id, call)
            continue
        row = row_of(op)
        output = tensor_type(op.results[0])
        name = layer_name(op)
        yield Layer(
            c_id=c_id,
            m_id=compiled.places.get(name or ""),
            name=name or op.name,
            operator=op.name.removeprefix("dqnn."),
            kernel=call.callee.data,
            input_type=tag_of(data_operands(op)[0]),
            weights_type=tag_of(op.weights) if isinstance(op, LinearOp | StagedOp) else None,
            bias_type=_bias_type(op, own),
            output_shape=output.get_shape(),
            output_type=type_tag(output.element_type),
            macc=0 if op in counted else row.macc(op),
            operation_type=row.operation,
        )
        counted.add(op)


def _own_biases(module: ModuleOp) -> dict[tuple[str | None, str], str | None]:
    """The formats of the biases that the model's layers have, by the layer's name and kind."""
    layers = [op for op in computed_ops(module) if isinstance(op, LinearOp)]
    return {(layer_name(op), kind_of(type(op))): None if op.bias is None else tag_of(op.bias) for op in layers}


def _bias_type(op: DqnnOp, own: Mapping[tuple[str | None, str], str | None]) -> str | None:
    """The format of a layer's bias in the model: its quantizer's, which the layer keeps, or as imported."""
    given = op.attributes.get(BIAS_FORMAT)
    return own.get((layer_name(op), kind_of(type(op)))) if given is None else type_tag(given)


def _copied_output(c_id: int, call: KernelCallOp) -> Layer:
    """The row of a call that the lowering added: it moves a value to the output that it is returned as."""
    memory = call.outputs[0].type
    assert is_memref(memory)
    kind = type_tag(memory.element_type)
    return Layer(
        c_id=c_id,
        m_id=None,
        name="output",
        operator="copy",
        kernel=call.callee.data,
        input_type=kind,
        weights_type=None,
        bias_type=None,
        output_shape=memory.get_shape(),
        output_type=kind,
        macc=0,
        operation_type=f"op_{kind}_{kind}",
    )


def _fallbacks(compiled: Compiled) -> Iterator[Fallback]:
    """What is computed in float, and quantizers whose codes only float operators read."""
    for op in computed_ops(compiled.selected):
        found = attribute.Fallback.of(op)
        if found is not None:
            nearest = nearest_rows(compiled.format, found)
            operator = op.name.removeprefix("dqnn.")
            yield Fallback(layer_name(op) or op.name, operator, found.asked, found.reason, nearest)


def _operation_types(layers: Sequence[Layer]) -> Iterator[OperationType]:
    """Sums over the layers, in the order of their first appearance."""
    total = sum(layer.macc for layer in layers)
    sums: dict[str, int] = {}
    for layer in layers:
        sums[layer.operation_type] = sums.get(layer.operation_type, 0) + layer.macc
    for kind, macc in sums.items():
        yield OperationType(kind, macc, macc / total if total else 0.0)


def _memory(compiled: Compiled, model: ModelInfo, steps: Sequence[Step]) -> Memory:
    report = memory_report(compiled.planned)
    inputs, outputs = (sum(tensor.bytes for tensor in tensors) for tensors in (model.inputs, model.outputs))
    options = compiled.options
    outside = (0 if options.allocate_inputs else inputs) + (0 if options.allocate_outputs else outputs)
    return Memory(
        activations_bytes=report.arena_bytes,
        lower_bound_bytes=report.lower_bound,
        greedy_by_size_bytes=report.greedy_by_size,
        inputs_bytes=inputs,
        outputs_bytes=outputs,
        inputs_in_activations=options.allocate_inputs,
        outputs_in_activations=options.allocate_outputs,
        ram_bytes=report.arena_bytes + outside,
        buffers=tuple(_buffer(item, _tensor_in(item, model, steps)) for item in report.buffers),
    )


def _tensor_in(item: BufferReport, model: ModelInfo, steps: Sequence[Step]) -> TensorInfo | None:
    """What a buffer holds: an input or output of the network, or the result of the operator that writes it."""
    edges = {"input": model.inputs, "output": model.outputs}.get(item.kind, ())
    edge = next((tensor for tensor in edges if tensor.name == item.name), None)
    if edge is not None or item.kind == "scratch" or item.first_step < 0:
        return edge
    op = steps[item.first_step].op
    return None if op is None else tensor_info(Edge(item.name, tensor_type(op.results[0])))


def _buffer(item: BufferReport, tensor: TensorInfo | None) -> Buffer:
    return Buffer(
        name=item.name,
        kind=item.kind,
        type=None if tensor is None else tensor.type,
        scale=None if tensor is None else tensor.scale,
        zero_point=None if tensor is None else tensor.zero_point,
        bytes=item.size,
        offset=item.offset,
        first=item.first_step,
        last=item.last_step,
    )
