"""One call of a layer on its way into the IR: what importers see of it, and the ops that they may make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
from xdsl.dialects.builtin import IntegerType, StringAttr, TensorType, f32
from xdsl.ir import Attribute, Block, SSAValue
from xdsl.utils.exceptions import VerifyException

from ...dialects.dqnn import (
    MULTIPLY_HALF_EVEN,
    AddOp,
    ConstantOp,
    DequantizeOp,
    DqnnOp,
    LeakyReluOp,
    MulOp,
    QuantizeOp,
    ReshapeOp,
    TanhOp,
    is_binary,
    layer_loc,
    tensor_type,
)
from ...dialects.dqnn.fallback import FALLBACK
from ...dialects.dqnn.shapes import windowed
from ...dialects.quant import UniformQuantizedType
from ..errors import ModelError
from ..names import value_name
from .file import Array, File, as_float32, is_too_large
from .graph import LayerRecord
from .options import Json, Options
from .quantizers import (
    QuantizedWeights,
    Quantizer,
    QuantizerError,
    SpellingError,
    UnknownQuantizerError,
    make_quantizer,
    spelling_of,
)
from .weights import Weights

FloatTensor = TensorType[Attribute]


@dataclass
class Context:
    """What all layers of a network share."""

    file: File
    weights: Weights
    block: Block
    keras3: bool
    constants: dict[tuple[tuple[str, ...], str], SSAValue] = field(
        default_factory=dict[tuple[tuple[str, ...], str], SSAValue]
    )
    """Weights that have become constants: layers that are called twice have them once."""


@dataclass
class Layer:
    """A layer, called on `inputs`."""

    context: Context
    record: LayerRecord
    inputs: Sequence[SSAValue]
    tensor: str = ""
    """What the layer's result is called, see `tensors.py`."""

    @property
    def options(self) -> Options:
        """The layer's options."""
        return self.record.options

    def refuse(self, property: str, remedy: str) -> ModelError:
        """The error about this layer."""
        return self.options.refuse(property, remedy)

    # --- operands -------------------------------------------------------------------------------------------

    @property
    def input(self) -> SSAValue:
        """The one input.

        Raises:
            ModelError: there are several.
        """
        if len(self.inputs) != 1:
            raise self.refuse(f"{len(self.inputs)} inputs", "one is expected; save the model again")
        return self.inputs[0]

    def shape(self, value: SSAValue | None = None, rank: int | None = None) -> tuple[int, ...]:
        """The shape of a value, by default of the input.

        Raises:
            ModelError: it has not `rank` dimensions.
        """
        shape = tensor_type(self.input if value is None else value).get_shape()
        if rank is not None and len(shape) != rank:
            raise self.refuse(f"an input of shape {list(shape)}", f"{rank} dimensions are needed, batch included")
        return shape

    def weight(self, role: str, shape: Sequence[int]) -> Array:
        """A weight, float32.

        Raises:
            ModelError: it is missing, has another shape, or numbers that are not finite.
        """
        array = self.context.weights.get(self.record, role)
        if array.shape != tuple(shape):
            raise self.refuse(
                f"weight '{role}' of shape {list(array.shape)}",
                f"the options make it {list(shape)}; save the model again",
            )
        if not np.isfinite(array).all():
            raise self.refuse(f"weight '{role}' with infinities or NaNs", "train the model again")
        return array

    def quantizer(self, option: str, *, trainable: bool = False) -> Quantizer | None:
        """The quantizer that an option spells, or None; `trainable` where QKeras adapts its scale to the weights.

        Raises:
            ModelError: it spells none that is known.
        """
        return self.spelled(option, self.options.get(option), trainable=trainable)

    def spelled(
        self, option: str, value: Json, *, trainable: bool = False, activations: Sequence[str] = ()
    ) -> Quantizer | None:
        """The quantizer that a value of an option spells, or None. `activations` may stand there as well."""
        spelling = None
        try:
            spelling = spelling_of(value)
            return None if spelling is None else make_quantizer(spelling, trainable=trainable)
        except SpellingError as error:
            raise self.refuse(f"{option}: {error}", "name a quantizer, or write a call of it") from error
        except QuantizerError as error:
            property, remedy = error.property, error.remedy
            if activations and isinstance(error, UnknownQuantizerError):
                property, remedy = "unknown activation", f"use one of {', '.join(activations)}, or a quantizer"
            raise self.refuse(f"{option} {spelling}: {property}", remedy) from error
        except VerifyException as error:
            raise self.refuse(f"{option} {spelling}: {error}", "its scale is out of range") from error

    def fail(self, option: str, quantizer: Quantizer, error: QuantizerError) -> NoReturn:
        """Raise the error about a quantizer of this layer."""
        raise self.refuse(f"{option} {quantizer.text}: {error.property}", error.remedy) from error

    # --- constants ------------------------------------------------------------------------------------------

    def constant(self, role: str, array: Array, element: Attribute = f32, fallback: str | None = None) -> SSAValue:
        """A constant of this layer as float32: its codes and a dequantize where it has an element type of its own."""
        key = (self.record.path, role)
        if key in self.context.constants:
            return self.context.constants[key]
        value = self.emit(ConstantOp(array, element), role)
        if element != f32:
            value = self.emit(DequantizeOp(value, TensorType(f32, array.shape)), role, fallback)
        self.context.constants[key] = value
        return value

    def quantized_constant(
        self,
        role: str,
        array: Array,
        quantizer: Quantizer | None,
        *,
        arrange: Callable[[Array], Array] = lambda array: array,
        channel_axis: int = 0,
        option: str = "",
    ) -> tuple[SSAValue, str | None]:
        """A weight after its quantizer, and why no kernel has such weights, if none has.

        `arrange` brings an array from Keras's layout (output channels last) to the IR's, whose axis of channels is
        `channel_axis`. Scales go through it too.
        """
        if quantizer is None:
            return self.constant(role, arrange(array)), None
        try:
            weights = quantizer.on_weights(array)
        except QuantizerError as error:
            self.fail(option or f"{role}_quantizer", quantizer, error)
        codes = arrange(weights.codes)
        try:
            element = self._element(weights, array.shape, arrange, channel_axis)
        except VerifyException as error:
            raise self.refuse(f"{option or role} {quantizer.text}: {error}", "its scale is out of range") from error
        return self.constant(role, codes, element, weights.fallback), weights.fallback

    def _element(
        self,
        weights: QuantizedWeights,
        shape: tuple[int, ...],
        arrange: Callable[[Array], Array],
        channel_axis: int,
    ) -> Attribute:
        """The element type of weights in the IR's layout."""
        if weights.scales is None or weights.storage is None:
            return f32 if weights.element is None else weights.element
        low, high = weights.storage
        storage = IntegerType(8 * weights.codes.dtype.itemsize)
        scales = [float(scale) for scale in weights.scales]
        if len(set(scales)) == 1:
            return UniformQuantizedType.per_tensor(storage, scales[0], 0, low, high)
        spread = arrange(np.broadcast_to(weights.scales, shape))
        for axis in (channel_axis, *range(spread.ndim)):
            along = np.moveaxis(spread, axis, 0).reshape(spread.shape[axis], -1)
            if (along == along[:, :1]).all():
                return UniformQuantizedType.per_axis(storage, axis, map(float, along[:, 0]), None, low, high)
        raise self.refuse("scales that follow no axis", "use one scale for each output channel")

    # --- ops ------------------------------------------------------------------------------------------------

    def type(self, shape: Sequence[int], element: Attribute = f32) -> FloatTensor:
        """The type of a value.

        Raises:
            ModelError: the tensor is too large.
        """
        if is_too_large(tuple(shape)):
            raise self.refuse(f"a tensor of shape {list(shape)}", "it has too many elements for a microcontroller")
        return TensorType(element, shape)

    def emit(self, op: DqnnOp, hint: str | None = None, fallback: str | None = None) -> SSAValue:
        """Add an op of this layer and return its first result.

        Raises:
            ModelError: the op does not verify: the layer's options contradict each other, or its input.
        """
        op.location = layer_loc(self.record.name)
        if fallback is not None:
            op.attributes[FALLBACK] = StringAttr(fallback)
        try:
            op.verify_()
        except VerifyException as error:
            raise self.refuse(str(error), "the options do not fit the input; save the model again") from error
        self.context.block.add_op(op)
        result = op.results[0]
        result.name_hint = value_name(self.record.name if hint is None else f"{self.record.name}_{hint}")
        return result

    def like(self, value: SSAValue, make: Callable[[SSAValue, FloatTensor], DqnnOp]) -> SSAValue:
        """The op that `make` makes of a value and a result of the value's type."""
        return self.emit(make(value, tensor_type(value)))

    def windowed(
        self,
        value: SSAValue,
        kernel: Sequence[int],
        strides: Sequence[int],
        padding: Sequence[int],
        dilations: Sequence[int],
        channels: int,
    ) -> FloatTensor:
        """The type of what windows over a value give.

        Raises:
            ModelError: no window fits.
        """
        try:
            return self.type(windowed(self.shape(value), kernel, strides, padding, dilations, channels))
        except VerifyException as error:
            raise self.refuse(str(error), "make the input larger, or the windows smaller") from error

    def reshape(self, value: SSAValue, shape: Sequence[int]) -> SSAValue:
        """`value` in another shape; itself where it has that shape already."""
        if self.shape(value) == tuple(shape):
            return value
        return self.emit(ReshapeOp(value, self.type(shape)))

    # --- what quantizers on activations need ----------------------------------------------------------------

    def quantize(self, value: SSAValue, element: Attribute, fallback: str | None) -> SSAValue:
        """The value, quantized to `element` and dequantized."""
        shape = self.shape(value)
        codes = self.type(shape, element)
        op = QuantizeOp(value, codes) if is_binary(element) else QuantizeOp(value, codes, method=MULTIPLY_HALF_EVEN)
        return self.emit(DequantizeOp(self.emit(op, "codes", fallback), self.type(shape)))

    def scale(self, value: SSAValue, factor: float, offset: float = 0.0) -> SSAValue:
        """The value times `factor`, plus `offset`, in float32."""
        if factor != 1.0:
            value = self.emit(MulOp(value, self.emit(ConstantOp(number(factor), f32)), tensor_type(value)))
        if offset != 0.0:
            value = self.emit(AddOp(value, self.emit(ConstantOp(number(offset), f32)), tensor_type(value)))
        return value

    def leaky_relu(self, value: SSAValue, slope: float) -> SSAValue:
        """The value, its negative part times `slope`."""
        return self.emit(LeakyReluOp(value, tensor_type(value), alpha=slope))

    def tanh(self, value: SSAValue) -> SSAValue:
        """The hyperbolic tangent."""
        return self.emit(TanhOp(value, tensor_type(value)))


def number(value: float) -> Array:
    """A constant that broadcasts to any tensor."""
    return as_float32(np.array([value]))
