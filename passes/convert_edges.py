"""`convert-edges`: the types that a network takes and gives.

A model of Keras or ONNX takes real numbers and quantizes them at once, and gives those that its last codes stand for.
On a microcontroller the codes themselves go in and out: an input that quantizers alone read becomes what they make of
it, and of a dequantized output the codes are returned. Where a user asks for another type than that, a conversion is
put at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr, TensorType, f32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, BlockArgument, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import InsertPoint, Rewriter
from xdsl.utils.exceptions import PassFailedException

from ..dialects.dqnn import (
    DIVIDE_HALF_AWAY,
    DequantizeOp,
    DqnnOp,
    QuantizeOp,
    RequantizeOp,
    ResizeNearestOp,
    ReverseBitsOp,
    SliceOp,
    SplitOp,
    TransposeOp,
    is_binary,
    layer_loc,
    tensor_type,
)
from ..dialects.dqnn.bit_order import BitOrder
from ..dialects.dqnn.edge import BIT_ORDER, METHOD, Edge, Role, edges_of, set_edge_attribute
from ..dialects.quant import UniformQuantizedType, shifted
from .move_quantizers import is_movable, is_mover

DataType: TypeAlias = Literal["auto", "float32", "int8", "uint8", "s1"]
"""What an edge is asked to be; `auto` is what the model's quantizers say."""


@dataclass(frozen=True)
class ConvertEdgesPass(ModulePass):
    """Give the network's inputs and outputs the types of its first and last quantizers, or those asked for.

    One data type serves all inputs (outputs), or there is one for each. With `auto` a quantizer of TensorFlow Lite
    stays where the file has it, and so does one to other codes than of 8 bits; a type that is asked for takes it away
    as well. With `float32` all stay. Between int8 and uint8 the zero point moves by 128. `s1-bit-order=msb` turns the
    words of s1 edges over.
    """

    name = "convert-edges"

    input_data_type: tuple[DataType, ...] = ("auto",)
    output_data_type: tuple[DataType, ...] = ("auto",)
    s1_bit_order: BitOrder = "lsb"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Convert the edges of every function with a body."""
        for function in [inner for inner in op.ops if isinstance(inner, FuncOp) and not inner.is_declaration]:
            self._convert(function)

    def _convert(self, function: FuncOp) -> None:
        end = function.get_return_op()
        if end is None:
            return
        inputs, outputs = edges_of(function)
        choices = one_each(self.output_data_type, len(outputs), "output", "data type")
        for index, (edge, choice) in enumerate(zip(outputs, choices, strict=True)):
            _convert_output(_Place(function, "output", index, edge), end, choice, self.s1_bit_order)
        choices = one_each(self.input_data_type, len(inputs), "input", "data type")
        for index, (edge, choice) in enumerate(zip(inputs, choices, strict=True)):
            _convert_input(_Place(function, "input", index, edge), choice, self.s1_bit_order)
        function.update_function_type()


Choice = TypeVar("Choice")


def one_each(given: Sequence[Choice], count: int, role: Role, what: str) -> list[Choice]:
    """What is asked for, for each edge.

    Raises:
        PassFailedException: there are neither one nor so many.
    """
    if len(given) not in (1, count):
        raise PassFailedException(
            f"{len(given)} {role} {what}s given, the network has {count} {role}s; give one, or one for each"
        )
    return list(given) * count if len(given) == 1 else list(given)


@dataclass(frozen=True)
class _Place:
    """Which edge it is."""

    function: FuncOp
    role: Role
    index: int
    edge: Edge
    """As the network had it before."""

    def describe(self, key: str, value: Attribute) -> None:
        """Set an attribute of the argument or result."""
        set_edge_attribute(self.function, self.role, self.index, key, value)

    @property
    def is_turned(self) -> bool:
        """Whether its bits have another order than the network's already."""
        return self.edge.bit_order != "lsb"

    def named(self, op: DqnnOp) -> DqnnOp:
        """A conversion at this edge; it is a layer of its own."""
        op.location = layer_loc(f"{self.edge.name}.{op.name.removeprefix('dqnn.')}")
        return op

    def outer(self, inner: Attribute, choice: DataType) -> Attribute:
        """The element type that the edge is to have, where the network has elements of type `inner`.

        Raises:
            PassFailedException: codes are asked for where the model has none, or signs where channels have moved.
        """
        own = data_type(inner)
        if own == "s1" and choice in ("auto", own) and self.edge.order is not None:
            raise PassFailedException(
                f"{self.role} {self.index} ('{self.edge.name}') cannot be s1 with its channels elsewhere than in the "
                f"model: its words lie along them; leave --{self.role}s-ch-position out, or take float32 as "
                f"--{self.role}-data-type"
            )
        if choice in ("auto", own):
            return inner
        if self.is_turned:
            raise PassFailedException(
                f"{self.role} {self.index} ('{self.edge.name}') cannot be {choice}: "
                "its bits are in another order already; convert its type first"
            )
        if choice == "float32" and own is not None:
            return f32
        if isinstance(inner, UniformQuantizedType) and {choice, own} == {"int8", "uint8"}:
            return shifted(inner)
        if inner == f32:
            reason = "no quantizer alone reads it" if self.role == "input" else "no quantizer makes it"
            remedy = f"quantize it in the model, or take float32 as --{self.role}-data-type"
        else:
            reason = f"it is {own or inner} in the model"
            remedy = f"leave --{self.role}-data-type out" + (", or take float32" if own is not None else "")
        raise PassFailedException(
            f"{self.role} {self.index} ('{self.edge.name}') cannot be {choice}: {reason}; {remedy}"
        )


# --- Inputs -----------------------------------------------------------------------------------------------------


def _convert_input(place: _Place, choice: DataType, order: BitOrder) -> None:
    block = place.function.body.block
    argument = block.args[place.index]
    quantizers = sole_quantizers(argument)
    if quantizers and takes_codes(choice, is_served(quantizers[0])):
        first = quantizers[0]
        if first.method.data != DIVIDE_HALF_AWAY:
            place.describe(METHOD, first.method)
        argument = _retyped(argument, tensor_type(first.result).element_type)
        for quantizer in quantizers:
            Rewriter.replace_op(quantizer, [], [argument])
    inner = tensor_type(argument)
    outer = place.outer(inner.element_type, choice)
    if outer != inner.element_type:
        argument = _retyped(argument, outer)
        _convert_readers(place, argument, conversion(argument, inner.element_type))
    if is_binary(outer) and order == "msb" and not place.is_turned:
        place.describe(BIT_ORDER, StringAttr(order))
        _convert_readers(place, argument, ReverseBitsOp(argument, argument.type))


def sole_quantizers(argument: SSAValue) -> list[QuantizeOp]:
    """The readers of a value, if they are quantizers that all make the same of it."""
    readers = [use.operation for use in argument.uses]
    quantizers = [op for op in readers if isinstance(op, QuantizeOp)]
    is_one = len({(op.result.type, op.method) for op in quantizers}) == 1
    return quantizers if is_one and len(quantizers) == len(readers) else []


def _retyped(argument: BlockArgument, element: Attribute) -> BlockArgument:
    """The argument with another element type."""
    new = Rewriter.replace_value_with_new_type(argument, TensorType(element, tensor_type(argument).get_shape()))
    assert isinstance(new, BlockArgument)
    return new


def _convert_readers(place: _Place, argument: SSAValue, cast: DqnnOp) -> None:
    """Let all that read an argument read its conversion instead."""
    Rewriter.insert_op(place.named(cast), InsertPoint.at_start(place.function.body.block))
    argument.replace_uses_with_if(cast.results[0], lambda use: use.operation is not cast)


# --- Outputs ----------------------------------------------------------------------------------------------------


def _convert_output(place: _Place, end: ReturnOp, choice: DataType, order: BitOrder) -> None:
    value = end.operands[place.index]
    source = value.owner
    if isinstance(source, DequantizeOp) and takes_codes(choice, comes_of_quantizers(source.input)):
        value = source.input
        end.operands[place.index] = value
        if source.result.first_use is None:
            Rewriter.erase_op(source)
    inner = tensor_type(value).element_type
    outer = place.outer(inner, choice)
    if outer != inner:
        _append(place, end, conversion(value, outer))
    if is_binary(outer) and order == "msb" and not place.is_turned:
        place.describe(BIT_ORDER, StringAttr(order))
        value = end.operands[place.index]
        _append(place, end, ReverseBitsOp(value, value.type))


SELECTIONS = (ResizeNearestOp, SliceOp, SplitOp, TransposeOp)
"""Operators whose results are elements of their input, on codes as on real numbers."""


def comes_of_quantizers(codes: SSAValue) -> bool:
    """Whether quantizers that an input could take as well made these codes, behind what only moves them or not."""
    owner = codes.owner
    if isinstance(owner, QuantizeOp):
        return is_served(owner)
    if not isinstance(owner, SELECTIONS) and not (isinstance(owner, DqnnOp) and is_mover(owner)):
        return False
    return all(map(comes_of_quantizers, owner.operands))


def _append(place: _Place, end: ReturnOp, cast: DqnnOp) -> None:
    """Return the conversion of what is returned."""
    Rewriter.insert_op(place.named(cast), InsertPoint.before(end))
    end.operands[place.index] = cast.results[0]


# --- Types ------------------------------------------------------------------------------------------------------


def takes_codes(choice: DataType, is_default: bool) -> bool:
    """Whether a quantizer at the edge is left to the application."""
    return is_default if choice == "auto" else choice != "float32"


def is_served(op: QuantizeOp) -> bool:
    """Whether the codes of a quantizer are an edge's by default."""
    return is_movable(op) and data_type(tensor_type(op.result).element_type) in ("int8", "uint8", "s1")


def data_type(element: Attribute) -> DataType | None:
    """What users call an element type; None for those that they cannot ask for."""
    if element == f32:
        return "float32"
    if is_binary(element):
        return "s1"
    if not isinstance(element, UniformQuantizedType) or element.axis is not None or element.bitwidth != 8:
        return None
    return "int8" if element.is_signed else "uint8"


def conversion(value: SSAValue, element: Attribute) -> DqnnOp:
    """The operator that gives a value's elements another type; one of the two may be real numbers."""
    source = tensor_type(value)
    result = TensorType(element, source.get_shape())
    if source.element_type == f32:
        return QuantizeOp(value, result)
    return DequantizeOp(value, result) if element == f32 else RequantizeOp(value, result)
