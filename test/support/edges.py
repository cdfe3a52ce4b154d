"""Edges of networks in the tests: what report and header say of them, and values of the types that they have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from dqnnc.tools.dqnnc.compile import Compiled, write_c
from dqnnc.tools.dqnnc.report import TensorInfo
from numpy.typing import NDArray

Array = NDArray[Any]

C_TYPES = {"f32": "float", "s8": "int8_t", "u8": "uint8_t"}


def check_headers(compiled: Compiled, inputs: tuple[TensorInfo, ...], outputs: tuple[TensorInfo, ...], folder: Path):
    """Check that the generated header says of each edge what the report says."""
    write_c(compiled, folder, "net")
    macros = dict(re.findall(r"^#define NET_(\w+) (.+)$", (folder / "net.h").read_text(), re.M))
    for role, tensors in (("INPUT", inputs), ("OUTPUT", outputs)):
        for place, tensor in enumerate(tensors):
            prefix = f"{role}_{place}_"
            found = {name.removeprefix(prefix): text for name, text in macros.items() if name.startswith(prefix)}
            _check(found, tensor)


def _check(found: dict[str, str], tensor: TensorInfo):
    assert found["TYPE"] == C_TYPES[tensor.type]
    assert found["SHAPE"] == _list(tensor.shape)
    assert found.get("ORDER") == (None if tensor.order is None else _list(tensor.order))
    if tensor.type == "f32":
        assert not {"SCALE", "ZERO_POINT"} & set(found)
        return
    assert tensor.scale is not None
    assert np.float32(found["SCALE"].removesuffix("f")) == np.float32(tensor.scale)
    assert int(found["ZERO_POINT"].strip("()")) == tensor.zero_point


def _list(values: tuple[int, ...]) -> str:
    return "{" + ", ".join(map(str, values)) + "}"


def values_for(tensor: TensorInfo, unsigned: Array, scale: float, zero: int) -> Array:
    """Unsigned codes in the model's layout as the values that the report asks for, whose own numbers are checked."""
    if tensor.order is not None:
        unsigned = unsigned.transpose(tensor.order)
    if tensor.type == "f32":
        return (unsigned.astype(np.float32) - zero) * np.float32(scale)
    shift = {"s8": 128, "u8": 0}[tensor.type]
    assert (tensor.scale, tensor.zero_point) == (np.float32(scale), zero - shift)
    assert tensor.minimum is not None
    assert tensor.maximum is not None
    assert tensor.maximum - tensor.minimum == np.iinfo(np.uint8).max
    return (unsigned.astype(np.int16) - shift).astype({"s8": np.int8, "u8": np.uint8}[tensor.type])
