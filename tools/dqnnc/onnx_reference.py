"""What ONNX Runtime computes for a model file.

A model file is untrusted: ONNX Runtime gets one only after our frontend has accepted it, and as bytes that name no
other file. External data is read here, with the frontend's checks of where it may lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import inliner

from ...frontends.errors import ModelError
from ...frontends.onnx.external import read_external
from ...frontends.onnx.file import File
from ...frontends.onnx.tensors import EXTERNAL, STORAGE
from .errors import UserError, one_line
from .framework import import_onnx_runtime
from .onnx_float import compute_in_float32, has_other_arithmetic
from .progress import Step
from .report import TensorInfo
from .samples import Array, stack

schema: Any = onnx
"""The package, whose classes are made at run time."""


FLOATS = {"tensor(float16)": np.float16, "tensor(double)": np.float64}
"""Types of inputs that are float32 in our network."""


def run_onnx_runtime(
    file: Path,
    model: bytes,
    inputs: Sequence[Array],
    shapes: Sequence[TensorInfo],
    outputs: Sequence[TensorInfo],
    step: Step,
    tensors: Sequence[str] = (),
) -> tuple[tuple[Array, ...], dict[str, Array]]:
    """The values of a model's outputs, [samples, ...] each, for inputs of the same form, which are `shapes`.

    Nothing is optimized: the operators are those of the file, but for what `onnx_float` says. Dimensions that the file
    leaves open are those that the network was imported with. Also gives what the model computes for `tensors`, by their
    names.

    Raises:
        UserError: ONNX Runtime is missing or refuses the model.
    """
    runtime = import_onnx_runtime()
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # Errors come as exceptions.
    own = [info.name for info in outputs]
    inner = [name for name in tensors if name not in own]
    results: list[dict[str, Array]] = []
    try:
        data = _self_contained(model, file, inner)
        session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        types = {value.name: value.type for value in session.get_inputs()}
        for sample in zip(*inputs, strict=True):
            feeds = {
                info.name: value.reshape(info.shape).astype(FLOATS.get(types[info.name], value.dtype))
                for info, value in zip(shapes, sample, strict=True)
            }
            results.append(dict(zip([*own, *inner], session.run([*own, *inner], feeds), strict=True)))
            step.advance()
    except ModelError as error:
        raise UserError(str(error)) from error
    except Exception as error:  # Its exceptions have no base of their own.
        raise UserError(
            f"{file}: ONNX Runtime cannot run the model: {one_line(str(error))}; try --reference semantics"
        ) from error
    values = stack([[result[name] for name in own] for result in results], outputs)
    return values, {name: np.stack([result[name] for result in results]) for name in tensors}


def _self_contained(model: bytes, file: Path, tensors: Sequence[str]) -> bytes:
    """The model with its external data in itself, and `tensors` as further outputs."""
    proto = _without_functions(model)
    proto.ClearField("training_info")
    place = File(str(file), file.parent)
    constants = [attribute.t for node in proto.graph.node for attribute in node.attribute if attribute.HasField("t")]
    for tensor in (*proto.graph.initializer, *constants):
        if tensor.data_location == EXTERNAL:
            _take_in(place, tensor)
    if has_other_arithmetic(proto):
        compute_in_float32(proto)
    proto.graph.output.extend(schema.ValueInfoProto(name=name) for name in tensors)
    return proto.SerializeToString()


def computes_in_float32(model: bytes) -> bool:
    """Whether ONNX Runtime gets another model than that of the file, which computes in float32."""
    return has_other_arithmetic(_without_functions(model))


def _without_functions(model: bytes) -> Any:
    proto: Any = schema.ModelProto.FromString(model)
    return inliner.inline_local_functions(proto) if proto.functions else proto


def _take_in(place: File, tensor: Any) -> None:
    """Put a tensor's external data into the tensor."""
    storage = STORAGE[tensor.data_type]
    bits = prod(tensor.dims) * (storage.bits or 8 * storage.dtype.itemsize)
    record = {str(entry.key): str(entry.value) for entry in tensor.external_data}
    tensor.raw_data = read_external(place, str(tensor.name), record, -(-bits // 8))
    tensor.ClearField("external_data")
    tensor.ClearField("data_location")
