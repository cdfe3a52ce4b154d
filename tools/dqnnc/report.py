"""What the commands find out, as data: rendered as text by `render`, as JSON by `as_json`.

A field's name is its key in the JSON output, and `docs/json-schema.md` documents each. Sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...dialects.dqnn.edge import shape_in_model
from .metrics import Metrics

SCHEMA = 2
"""Version of the JSON output. It rises when a key goes or changes its meaning; new keys may come without."""


@dataclass(frozen=True)
class TensorInfo:
    """A tensor of the network as a C programmer sees it."""

    name: str
    type: str
    """Element type: f32, s8, u8, s16, s32 or s1."""
    shape: tuple[int, ...]
    scale: float | None
    """Real value of one step of the codes; None for f32 and s1."""
    zero_point: int | None
    """Code of the real value 0; None for f32 and s1."""
    bytes: int
    minimum: int | None = None
    """Smallest code; None where there is no scale."""
    maximum: int | None = None
    """Largest code; None where there is no scale."""
    rounding: Literal["half_away", "half_even", "quotient_half_even"] | None = None
    """How real numbers are rounded to codes; None where there is no scale."""
    bit_order: Literal["lsb", "msb"] | None = None
    """Bit of channel 0 in a word of s1: the least or the most significant one; None for other types."""
    order: tuple[int, ...] | None = None
    """Dimension i is dimension `order[i]` of the model's tensor; None where they are the same."""

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape without the batch of one, where it has one."""
        return _sample_shape(self.shape)

    @property
    def model_shape(self) -> tuple[int, ...]:
        """The shape that the model has it in."""
        return shape_in_model(self.shape, self.order)

    @property
    def model_sample_shape(self) -> tuple[int, ...]:
        """The same, without the batch of one."""
        return _sample_shape(self.model_shape)


def _sample_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[1:] if shape[:1] == (1,) else shape


@dataclass(frozen=True)
class ModelInfo:
    """The network in the model file."""

    file: str
    format: str
    name: str
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    params: int
    """Number of weights and biases; a batch normalization has two a channel."""


@dataclass(frozen=True)
class TargetInfo:
    """What the code is made for."""

    name: str
    core: str
    build: str | None
    """Build of CMSIS-NN that scratch buffers are sized for: c, dsp or mve; None where there is no CMSIS-NN."""
    kernels: str
    """Where kernels may come from: auto, cmsis-nn or portable."""
    device: str | None = None
    """Of a target with several: the chip whose memory counts."""
    stand_in: str | None = None
    """The instruction set that stands in for the core's own where code is compiled and run here."""


@dataclass(frozen=True)
class Weights:
    """Read-only data of the generated code."""

    bytes: int
    """Weights and biases, as the kernels store them."""
    requantization_bytes: int
    """Tables that the kernels want beside them: multipliers, shifts, kernel sums, lookup tables."""
    float_bytes: int
    """The same number of weights and biases in float32."""
    saving: float
    """(float_bytes - bytes) / float_bytes, at most 1; 0 without weights."""
    constants: tuple[Constant, ...]
    """All of it, piece by piece."""


@dataclass(frozen=True)
class Constant:
    """A constant array of the generated code."""

    name: str
    """Its name in C, less the network's."""
    c_id: int | None
    """The first layer that reads it; None where none does."""
    layer: str | None
    """The name of that layer."""
    role: str
    """weights, bias, thresholds, scale, offset, multiplier, shift, kernel_sums, table, ..."""
    type: str
    """Element type in the network, where that is known: binary weights are s1; else as stored."""
    stored: str
    """Element type in C: int8_t, uint32_t, ..."""
    shape: tuple[int, ...]
    """As stored."""
    scale: float | None
    """Real value of one step of the codes, where it is one for all of them."""
    scales: int
    """Number of scales: 1, or one for each output channel; 0 of what has none."""
    bytes: int
    is_parameter: bool
    """Whether it counts as weights; if not, as a requantization table."""


@dataclass(frozen=True)
class Buffer:
    """A value in memory and the time in which it is in use."""

    name: str
    """The layer that writes it, or the name of the input or output."""
    kind: str
    """input, output, activation or scratch."""
    type: str | None
    """Element type as in TensorInfo; None for scratch memory."""
    scale: float | None
    zero_point: int | None
    bytes: int
    offset: int | None
    """Distance from the arena's start; None for inputs and outputs in the application's own memory."""
    first: int
    """c_id of the layer that writes it; -1 where the application does, before the first."""
    last: int
    """c_id of the last layer that reads it; the number of layers where the application does, after the last."""


@dataclass(frozen=True)
class Memory:
    """Read-write data of the generated code."""

    activations_bytes: int
    """The arena."""
    lower_bound_bytes: int
    """The largest sum of bytes in use at one time: no plan is smaller."""
    greedy_by_size_bytes: int
    """What placing the largest buffers first would take."""
    inputs_bytes: int
    outputs_bytes: int
    inputs_in_activations: bool
    outputs_in_activations: bool
    ram_bytes: int
    """The arena, and inputs and outputs where they are outside it."""
    buffers: tuple[Buffer, ...]


@dataclass(frozen=True)
class BudgetPart:
    """What takes up some of a memory."""

    name: str
    bytes: int | None
    """None where it is not measured."""
    note: str | None
    """How it was measured, or why it was not."""


@dataclass(frozen=True)
class StackUse:
    """The stack that the network's run function needs at most, with all that it calls."""

    bytes: int
    path: tuple[str, ...]
    """The functions that take it, each called by the one before."""
    libraries: tuple[str, ...]
    """Functions of the C library and of the compiler's own that are called; of these there is no data."""
    library_bytes: int
    """What is allowed for each of them where it is called."""
    not_counted: tuple[str, ...]
    """Functions of CMSIS-NN that are called, where kernels come from there."""


@dataclass(frozen=True)
class Budget:
    """A memory of the target, and what the network takes of it."""

    memory: Literal["flash", "ram"]
    """flash holds code and constants, ram what is written."""
    limit: int | None
    """Bytes that there are; None where that is not known."""
    source: str | None
    """Whose limit it is: the option's, or the chip's."""
    used: int
    """Sum of the parts that are known."""
    over: int
    """By how much `used` is above the limit; 0 where it is not, or no limit is known."""
    complete: bool
    """Whether all parts are known."""
    parts: tuple[BudgetPart, ...]


@dataclass(frozen=True)
class Layer:
    """One kernel call of the generated code."""

    c_id: int
    """Place in the generated code."""
    m_id: int | None
    """Place of the operator it came from in the model; None for what the compiler added."""
    name: str
    operator: str
    kernel: str
    input_type: str
    weights_type: str | None
    """Of the weights, where it has some."""
    bias_type: str | None
    """Of the bias in the model, whatever the kernel makes of it; None without one."""
    output_shape: tuple[int, ...]
    output_type: str
    macc: int
    """Operations by the counting rules of the documentation."""
    operation_type: str
    """`<op>_<input>_<weights or output>`, such as smul_s8_s8."""


@dataclass(frozen=True)
class OperationType:
    """All operations of one kind."""

    type: str
    macc: int
    share: float
    """Of the network's operations, 0 to 1."""


@dataclass(frozen=True)
class NearestRow:
    """A configuration that there is a kernel for, near to one that there is none for."""

    row: str
    """As `s1 x s1 -> s8 convolution`: input x weights -> output."""
    remedy: str
    """What changes in the model lead to it."""


@dataclass(frozen=True)
class Fallback:
    """A layer that is computed in floating point since no integer kernel fits."""

    name: str
    operator: str
    asked: str | None
    """The configuration that the model asks for; None where only the model's reader knows what is wrong."""
    reason: str
    nearest: tuple[NearestRow, ...]
    """The easiest to get to first; none where the configuration is served on a condition, which `reason` says."""


@dataclass(frozen=True)
class Advice:
    """What would make a layer smaller, faster or more exact."""

    layer: str
    topic: str
    """Which of the recommendations it is, such as channels or pool-order."""
    text: str


@dataclass(frozen=True)
class Scheme:
    """A scheme of 8-bit quantization, and how many layers with weights have it."""

    name: str
    """Weights before activations, each signed or unsigned, symmetric or asymmetric: `ss/sa`."""
    granularity: str
    """Of the weights' scales: `per channel` or `per tensor`."""
    layers: int = 0


@dataclass(frozen=True)
class DequantizedConstant:
    """Data that the model file has as codes and that layers read as float32."""

    name: str
    """The tensor; of ONNX the layer that reads it."""
    type: str
    """Of the codes in the file: `s8`, `u8`, `s4`."""


@dataclass(frozen=True)
class Analysis:
    """What `analyze` reports, and `generate` with it."""

    model: ModelInfo
    target: TargetInfo
    macc: int
    weights: Weights
    memory: Memory
    layers: tuple[Layer, ...]
    operation_types: tuple[OperationType, ...]
    fallbacks: tuple[Fallback, ...]
    advice: tuple[Advice, ...]
    schemes: tuple[Scheme, ...]
    """Of the model as it is in the file; empty where no layer has 8-bit weights and activations."""
    dequantized: tuple[DequantizedConstant, ...]
    """Empty unless weights alone are quantized: then their layers are computed in float."""
    notes: tuple[str, ...]
    """What the model's file asks for and is done in another way, as half precision or dynamic quantization."""
    budget: tuple[Budget, ...]
    """Of flash, and of RAM."""
    stack: StackUse | None
    """None where it is not measured, or has no bound."""


@dataclass(frozen=True)
class Generation:
    """What `generate` reports."""

    analysis: Analysis
    output: str
    files: tuple[str, ...]
    """Paths in the output directory, sorted."""


@dataclass(frozen=True)
class KernelRow:
    """One combination of operator and types that there are kernels for."""

    operator: str
    """Kind of operator: convolution, dense, softmax, ..."""
    input: str
    weights: str | None
    output: str
    kernels: tuple[str, ...]
    """C functions; none where the result is a piece of the input's memory."""
    conditions: tuple[str, ...]
    """What else must hold."""


@dataclass(frozen=True)
class SupportedItem:
    """An operator, layer or quantizer of a model format that is read."""

    name: str
    conditions: tuple[str, ...]
    """On which it is read, or computed on codes."""


@dataclass(frozen=True)
class Format:
    """What is read of one model format."""

    name: str
    extensions: tuple[str, ...]
    operators: tuple[SupportedItem, ...]
    quantizers: tuple[SupportedItem, ...]
    """Quantizers that the format has beside operators."""


@dataclass(frozen=True)
class TargetChoice:
    """A name that `--target` takes."""

    name: str
    core: str
    build: str | None
    has_fpu: bool
    rows: int
    """Rows of the kernel table that have a kernel for it."""


@dataclass(frozen=True)
class SupportedOps:
    """What `supported-ops` reports."""

    target: TargetInfo
    targets: tuple[TargetChoice, ...]
    formats: tuple[Format, ...]
    rows: tuple[KernelRow, ...]


@dataclass(frozen=True)
class Device:
    """A chip of a target that has several."""

    name: str
    flash: int | None
    ram: int | None


@dataclass(frozen=True)
class TargetEntry:
    """A target as `targets` lists it."""

    name: str
    aliases: tuple[str, ...]
    core: str
    features: tuple[str, ...]
    """Of dsp, fpu, mve, neon."""
    cmsis_nn: bool
    """Whether kernels may be Arm's."""
    chip: str | None
    """Whose memory it is."""
    flash: int | None
    ram: int | None
    devices: tuple[Device, ...]
    compiler: str
    flags: tuple[str, ...]
    """That select the core."""
    emulator: str | None
    """The machine or program of QEMU that runs its code."""
    stand_in: str | None
    """The instruction set that stands in for the core's own where code is compiled and run here."""
    built: bool
    """Whether its backend is there."""
    note: str | None


@dataclass(frozen=True)
class RefusedTarget:
    """The beginning of names that are refused."""

    name: str
    reason: str


@dataclass(frozen=True)
class Targets:
    """What `targets` reports."""

    targets: tuple[TargetEntry, ...]
    refused: tuple[RefusedTarget, ...]


@dataclass(frozen=True)
class Comparison:
    """One row of a validation: an output compared with another source's."""

    name: str
    """`X-cross #k` is the generated code against the reference; k counts outputs from 1."""
    output: str
    metrics: Metrics


@dataclass(frozen=True)
class OutputDifference:
    """How many values of an output differ from the reference."""

    name: str
    values: int
    """Values compared, over all samples."""
    mismatches: int
    """Integer outputs: codes that differ. Float outputs: values further away than the tolerance."""
    max_code_difference: int | None
    """The largest difference of two codes; None for f32."""
    max_difference: float
    """The largest difference of two real values."""
    tolerance: float
    """Largest real difference that still counts as equal: 0 for integer outputs."""


@dataclass(frozen=True)
class Classification:
    """How well a classifier does on labelled samples."""

    output: str
    correct: int
    """Labels that the generated code gets right."""
    generated_accuracy: float
    reference_accuracy: float
    confusion: list[list[int]] | None
    """Of the generated code, [label][class taken]; None above 20 classes."""


@dataclass(frozen=True)
class Execution:
    """How the generated code was run."""

    mode: str
    compiler: str
    flags: tuple[str, ...]
    machine: str | None
    """The emulated machine; None on the host."""
    cmsis_nn: str | None
    """The user's CMSIS-NN that the code was linked with; None for the portable kernels."""
    instructions: int | None
    """Instructions of one inference: the mean over the samples, or of the first under qemu-arm; None on the host."""


@dataclass(frozen=True)
class LayerDifference:
    """How far what one layer computes is from the reference, in the network and alone.

    In the network it computes on what the layers before it made; alone, on the reference's own values.
    """

    tensor: str
    """The tensor of the model that it computes: of Keras the layer, of others the operator's output."""
    layer: str
    """The layer that its kernel came from; what is fused into it ends with `tensor`."""
    operator: str
    kernel: str
    type: str
    values: int
    """Values compared, over all samples."""
    mismatches: int
    """In the network: codes that differ, or real numbers further away than the tolerance."""
    max_difference: float
    """In the network: the largest difference of two real numbers."""
    alone_mismatches: int
    alone_max_difference: float
    borderline: int
    """Of alone_mismatches: neighbouring codes, the reference's real number at the border of the two."""
    allowed: int
    """How many of the others may be: of the codes of an ONNX model 2 %, where none differs by more than 2; else 0."""
    tolerance: float
    """Largest difference of real numbers that still counts as equal: 0 for codes."""

    @property
    def wrong(self) -> int:
        """Values of the layer alone that differ and may not."""
        others = self.alone_mismatches - self.borderline
        return others if others > self.allowed else 0


@dataclass(frozen=True)
class PerLayer:
    """The comparison layer by layer."""

    samples: int
    layers: tuple[LayerDifference, ...]
    """In the order of the generated code."""
    skipped: tuple[str, ...]
    """Layers, with the operator, whose values equal no tensor of the model; they are tested with the next."""
    first_difference: str | None
    """The first tensor with a mismatch in the network."""
    unexplained_samples: int
    """Samples of which an output differs, and no value of a layer alone stands at a border, or of ONNX differs."""
    inconsistent: tuple[str, ...]
    """Tensors of layers that compute other values in the network than alone on the same input; none, if all is well."""

    @property
    def passed(self) -> bool:
        """Whether the network is its layers, each computes what the reference does, and that explains the outputs."""
        return not (self.inconsistent or self.unexplained_samples or any(layer.wrong for layer in self.layers))

    @property
    def is_exact(self) -> bool:
        """Whether that holds, and each layer alone differs only at borders: none makes use of what it is allowed."""
        return self.passed and all(layer.alone_mismatches == layer.borderline for layer in self.layers)


@dataclass(frozen=True)
class Validation:
    """What `validate` reports."""

    model: ModelInfo
    target: TargetInfo
    execution: Execution
    reference: str
    """What computed the results to compare with."""
    data: str
    """Where the input values come from."""
    samples: int
    passed: bool
    """Whether no output differs; or, for a model of Keras or ONNX, each layer alone differs only where codes border;
    or, for one of ONNX, few codes differ by little."""
    outputs: tuple[OutputDifference, ...]
    comparisons: tuple[Comparison, ...]
    classification: Classification | None
    per_layer: PerLayer | None
    """Where it is asked for, and where the outputs of a model of Keras differ, or many of a model of ONNX."""
    last_codes: tuple[OutputDifference, ...] = ()
    """Of a quantized model of ONNX whose outputs differ: the last codes before a softmax, or before real numbers."""
    budget: tuple[Budget, ...] = ()
    """Of flash, and of RAM."""
    stack: StackUse | None = None
