"""What the printers of C read from the IR: a planned network, in C's terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    TensorType,
)
from xdsl.dialects.func import FuncOp
from xdsl.dialects.memref import AllocOp, GlobalOp
from xdsl.ir import Attribute, BlockArgument
from xdsl.utils.exceptions import DiagnosticException
from xdsl.utils.hints import isa

from ...dialects.dqnn import is_binary
from ...dialects.dqnn.bit_order import BitOrder
from ...dialects.dqnn.edge import edge
from ...dialects.dqnn.layer import describe
from ...dialects.dqnn.memory import ArenaOp, byte_size, element_bytes, is_memref
from ...dialects.dqnn.memory_form import (
    TYPE,
    argument_attributes,
    argument_name,
    argument_offset,
    buffer_ops,
    network_arguments,
)
from ...dialects.dqnn.network import network_function
from ...dialects.quant import UniformQuantizedType
from ..common.c_args import IDENTIFIER
from ..common.call import KernelCallOp
from ..common.cmsis_nn import BUILD, OTHER_BUILDS
from .text import Names, c_type

KERNEL_PREFIXES = ("arm", "dqnn")
"""What the names of kernels, and of everything else in their headers, begin with."""

LIBRARY_HEADERS = frozenset(
    re.findall(
        r"\w+",
        """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
        stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
        alloca endian features newlib strings unistd""",
    )
)
"""Headers of the C library, and those that they include: a network's `<name>.h` in the include path would hide one."""


@dataclass(frozen=True)
class Edge:
    """One input or output of the network."""

    name: str | None
    """The tensor's name in the model file."""
    c_type: str
    element_bytes: int
    size: int
    """Bytes."""
    shape: tuple[int, ...]
    """Of the tensor; where elements are s1 there are fewer words than elements."""
    quantization: UniformQuantizedType | None
    words_per_pixel: int | None
    """Words that hold the last dimension of an s1 tensor; None for other types."""
    bit_order: BitOrder
    order: tuple[int, ...] | None
    """Dimension i is dimension `order[i]` of the model's tensor; None where they are the same."""
    offset: int | None
    """Bytes from the arena's start; None where the application brings the memory."""


@dataclass(frozen=True)
class Weight:
    """A constant array."""

    symbol: str
    """The name in the IR."""
    identifier: str
    c_type: str
    element_type: Attribute
    count: int
    data: bytes
    alignment: int


@dataclass(frozen=True)
class Network:
    """A network that is ready to be printed."""

    name: str
    arena_bytes: int
    alignment: int
    inputs: tuple[Edge, ...]
    outputs: tuple[Edge, ...]
    arguments: dict[BlockArgument, str]
    """The C expression of each argument's memory, where the application brings it."""
    weights: dict[str, Weight]
    """By symbol."""
    calls: tuple[KernelCallOp, ...]
    cmsis_nn_build: str | None


def read_network(module: ModuleOp, name: str | None = None) -> Network:
    """Read a module that `plan-memory` has finished; `name` replaces the function's own.

    Raises DiagnosticException or ValueError where the module is not such, or has what C cannot express.
    """
    func = network_function(module)
    name = func.sym_name.data if name is None else name
    if IDENTIFIER.fullmatch(name) is None:
        raise DiagnosticException(f"the network's name must be a C identifier, got '{name}'")
    if name.split("_")[0] in KERNEL_PREFIXES:
        raise DiagnosticException(f"a network must not be called as kernels are, arm_... or dqnn_..., got '{name}'")
    if name in LIBRARY_HEADERS:
        raise DiagnosticException(f"a network must not be called as a header of the C library, got '{name}'")
    calls = buffer_ops(func)
    kernel_calls = tuple(op for op in calls if isinstance(op, KernelCallOp))
    if len(kernel_calls) != len(calls):
        stranger = next(op for op in calls if not isinstance(op, KernelCallOp))
        raise DiagnosticException(f"{describe(stranger)}: not a call of a C function")
    if any(isinstance(op, AllocOp) for op in func.body.block.ops):
        raise DiagnosticException("the network's memory is not planned yet: run plan-memory first")
    arena = next((op for op in func.body.block.ops if isinstance(op, ArenaOp)), None)
    inputs, outputs = network_arguments(func)
    arguments = {argument: f"inputs[{index}]" for index, argument in enumerate(inputs)}
    arguments |= {argument: f"outputs[{index}]" for index, argument in enumerate(outputs)}
    return Network(
        name=name,
        arena_bytes=0 if arena is None else byte_size(arena.result.type),
        alignment=1 if arena is None else arena.alignment.value.data,
        inputs=tuple(_edge(func, argument) for argument in inputs),
        outputs=tuple(_edge(func, argument) for argument in outputs),
        arguments=arguments,
        weights=_weights(module, name),
        calls=kernel_calls,
        cmsis_nn_build=_build(module),
    )


def _edge(func: FuncOp, argument: BlockArgument) -> Edge:
    memory = argument.type
    assert is_memref(memory)
    attributes = argument_attributes(func, argument)
    tensor = attributes.get(TYPE)
    if not isa(tensor, TensorType[Attribute]):
        tensor = TensorType(memory.element_type, memory.get_shape())
    name = argument_name(func, argument)
    described = edge(name or f"argument {argument.index}", tensor, attributes)
    return Edge(
        name=name,
        c_type=_c_type(memory, f"argument {argument.index}"),
        element_bytes=element_bytes(memory),
        size=byte_size(memory),
        shape=tensor.get_shape(),
        quantization=_quantization(tensor.element_type),
        words_per_pixel=memory.get_shape()[-1] if is_binary(tensor.element_type) else None,
        bit_order=described.bit_order,
        order=described.order,
        offset=argument_offset(func, argument),
    )


def _quantization(element: Attribute) -> UniformQuantizedType | None:
    """An element type, where it has one scale for the whole tensor."""
    return element if isinstance(element, UniformQuantizedType) and element.axis is None else None


def _weights(module: ModuleOp, name: str) -> dict[str, Weight]:
    names = Names(reserved=[f"{name}_run"])
    return {
        op.sym_name.data: _weight(op, names.unique(f"{name}_{op.sym_name.data}"))
        for op in module.ops
        if isinstance(op, GlobalOp)
    }


def _weight(op: GlobalOp, identifier: str) -> Weight:
    symbol, type_, value = op.sym_name.data, op.type, op.initial_value
    if not is_memref(type_) or not isinstance(value, DenseIntOrFPElementsAttr):
        raise DiagnosticException(f"constant @{symbol}: expected a memref with a dense value")
    size, data = byte_size(type_), value.data.data
    if len(data) != size and prod(value.type.get_shape()) * len(data) == size:
        data *= size // len(data)  # A splat holds one element.
    if len(data) != size:
        raise DiagnosticException(f"constant @{symbol}: has {len(data)} bytes of data, its type {size}")
    return Weight(
        symbol=symbol,
        identifier=identifier,
        c_type=_c_type(type_, f"constant @{symbol}"),
        element_type=type_.element_type,
        count=prod(type_.get_shape()),
        data=data,
        alignment=max(element_bytes(type_), 1 if op.alignment is None else op.alignment.value.data),
    )


def _c_type(type_: MemRefType[Attribute], what: str) -> str:
    try:
        return c_type(type_.element_type)
    except ValueError as error:
        raise DiagnosticException(f"{what}: {error}") from error


def _build(module: ModuleOp) -> str | None:
    build = module.attributes.get(BUILD)
    if build is None:
        return None
    if not isinstance(build, StringAttr) or build.data not in OTHER_BUILDS:
        raise DiagnosticException(f"{BUILD} must be one of {', '.join(OTHER_BUILDS)}, got {build}")
    return build.data
