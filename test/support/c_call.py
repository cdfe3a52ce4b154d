"""Calls of C functions, written once and run two ways.

A `Call` names a function and its arguments. `Library.run` makes the call through ctypes; `render` prints it as C in
which every buffer is a heap block of its exact size, so that a program of calls built with AddressSanitizer finds
each byte read or written outside.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kept = tuple[Any, NDArray[Any]]
"""An argument and the buffer that stands for it, alive until the call returns."""

C_TYPES = {"int8": "int8_t", "uint8": "uint8_t", "int32": "int32_t", "uint32": "uint32_t", "float32": "float"}
"""numpy dtype name -> C type of a buffer's element."""


@dataclass(frozen=True)
class Out:
    """A buffer that the function writes."""

    shape: tuple[int, ...]
    dtype: str = "int8"


@dataclass(frozen=True, eq=False)
class InOut:
    """A buffer that the function reads and then writes; the same object twice is the same buffer twice."""

    data: NDArray[Any]


@dataclass(frozen=True)
class Struct:
    """A struct, passed by address as an argument and by value inside another; `fields` are in the order of C."""

    type: str
    fields: Mapping[str, int | NDArray[Any] | Struct]


Argument = int | float | None | NDArray[Any] | Out | InOut | Struct
"""An integer, a float, NULL, a buffer that is read, one that is written, one that is both, a struct."""


@dataclass(frozen=True)
class Call:
    """A call of `function`, which returns `status` when it returns one."""

    function: str
    args: Sequence[Argument]
    status: int | None = None


class Library:
    """A shared library of kernels."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)

    def run(self, call: Call) -> list[NDArray[Any]]:
        """The buffers that the call writes. The status is checked."""
        outputs: list[NDArray[Any]] = []
        keep: list[Kept] = []
        function = getattr(self._library, call.function)
        function.restype = ctypes.c_int if call.status is not None else None
        status = function(*(_ctypes_argument(arg, outputs, keep) for arg in call.args))
        assert status == call.status, f"{call.function} returns {status}"
        return outputs


def _ctypes_argument(arg: Argument, outputs: list[NDArray[Any]], keep: list[Kept]) -> Any:
    if isinstance(arg, Out):
        outputs.append(np.zeros(arg.shape, arg.dtype))
        return ctypes.c_void_p(outputs[-1].ctypes.data)
    if isinstance(arg, InOut):
        if not any(buffer is arg for buffer, _ in keep):
            outputs.append(np.array(arg.data))
            keep.append((arg, outputs[-1]))
        return ctypes.c_void_p(next(data.ctypes.data for buffer, data in keep if buffer is arg))
    if isinstance(arg, Struct):
        return ctypes.byref(_ctypes_struct(arg, keep))
    if isinstance(arg, np.ndarray):
        data = np.ascontiguousarray(arg)
        keep.append((arg, data))
        return ctypes.c_void_p(data.ctypes.data)
    return ctypes.c_float(arg) if isinstance(arg, float) else arg if arg is None else ctypes.c_int64(arg)


def _ctypes_struct(struct: Struct, keep: list[Kept]) -> ctypes.Structure:
    values: dict[str, Any] = {}
    for name, value in struct.fields.items():
        if isinstance(value, Struct):
            values[name] = _ctypes_struct(value, keep)
        elif isinstance(value, np.ndarray):
            values[name] = _ctypes_argument(value, [], keep)
        else:
            values[name] = ctypes.c_int32(value)
    layout: list[tuple[str, Any]] = [(name, type(value)) for name, value in values.items()]
    return type(struct.type, (ctypes.Structure,), {"_fields_": layout})(**values)


def render(calls: Sequence[Call], headers: Sequence[str]) -> str:
    """A C program that makes the calls and fails with the number of the first one with a wrong status."""
    includes = [f'#include "{header}"' for header in headers] + ["#include <stdlib.h>", "#include <string.h>"]
    bodies = [line for number, call in enumerate(calls) for line in _render_call(number, call)]
    runs = [f"    if (call_{number}()) return 1 + {number} % 255;" for number in range(len(calls))]
    main = ["int main(void)", "{", *runs, "    return 0;", "}"]
    return "\n".join([*includes, *bodies, *main, ""])


def _render_call(number: int, call: Call) -> list[str]:
    before: list[str] = []
    after: list[str] = []
    names: dict[int, str] = {}
    args: list[str] = []
    for arg in call.args:
        if not isinstance(arg, InOut):
            args.append(_c_argument(arg, before, after))
            continue
        if id(arg) not in names:
            names[id(arg)] = _c_argument(arg, before, after)
        args.append(names[id(arg)])
    call_text = f"{call.function}({', '.join(args)})"
    return [
        f"static int call_{number}(void)",
        "{",
        "    int status = 0;",
        *before,
        f"    {call_text};" if call.status is None else f"    status = {call_text} != {call.status};",
        *after,
        "    return status;",
        "}",
    ]


def _c_argument(arg: Argument, before: list[str], after: list[str]) -> str:
    if isinstance(arg, Out):
        return _c_buffer(f"{C_TYPES[arg.dtype]}", int(np.prod(arg.shape)), before, after)
    if isinstance(arg, InOut):
        arg = arg.data
    if isinstance(arg, np.ndarray):
        type = C_TYPES[arg.dtype.name]
        name = _c_buffer(type, arg.size, before, after)
        values = ", ".join(_c_number(value) for value in arg.reshape(-1).tolist())
        before.append(f"    static const {type} {name}_data[] = {{{values}}};")
        before.append(f"    memcpy({name}, {name}_data, sizeof {name}_data);")
        return name
    if isinstance(arg, Struct):
        return f"&({arg.type}){_c_initializer(arg, before, after)}"
    return "NULL" if arg is None else _c_number(arg)


def _c_buffer(type: str, size: int, before: list[str], after: list[str]) -> str:
    name = f"b{len(before)}"
    before.append(f"    {type} *const {name} = malloc({size} * sizeof({type}));")
    after.append(f"    free({name});")
    return name


def _c_initializer(struct: Struct, before: list[str], after: list[str]) -> str:
    fields = (
        f".{name} = {_c_initializer(value, before, after)}"
        if isinstance(value, Struct)
        else f".{name} = {_c_argument(value, before, after)}"
        for name, value in struct.fields.items()
    )
    return f"{{{', '.join(fields)}}}"


def _c_number(value: float) -> str:
    if isinstance(value, int):
        return "INT32_MIN" if value == -(1 << 31) else str(value)
    return f"{value.hex()}f" if np.isfinite(value) else {np.inf: "1e999f", -np.inf: "-1e999f"}.get(value, "(0.0f/0.0f)")
