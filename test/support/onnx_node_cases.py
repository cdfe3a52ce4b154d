"""The test cases that the `onnx` package has for its operators, as models of ours, and those that we do not pass.

Each case is a model of one operator with its inputs and outputs. Weights and parameters must be constants here, so a
case is run in up to two ways: *computed*, where the first input (of operators without weights all inputs) is the
network's and the others are constants; and *folded*, where all inputs are constants.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnx
from dqnnc.frontends.onnx import SUPPORTED
from numpy.typing import NDArray

schema: Any = onnx

Array = NDArray[Any]

COMPUTED, FOLDED = "computed", "folded"

WITHOUT_WEIGHTS = frozenset({"Add", "Concat", "Div", "Max", "Min", "Mul", "Sub", "Sum"})
"""Operators all of whose inputs may be computed."""

ENOUGH = {10: 2e-3, 16: 2e-2}
"""Type of an output -> how far it may be off, as part of its largest value, for being computed in float32."""

WRITTEN_SHORT = {"test_averagepool_2d_ceil_last_window_starts_on_pad": 1e-3}
"""Cases whose outputs are written with few digits -> how far they may be off."""

INTEGERS = "integers are computed with at import only"
SMALL_FLOATS = "floats of less than 16 bits"
EMPTY = "a tensor without elements"
TRAINING = "training"

IN_BOTH_WAYS = {
    r"test_cast(like)?_(.*_)?(FLOAT8|FLOAT4|FLOAT6|e8m0).*": SMALL_FLOATS,
    r"test_(quantize|dequantize)linear_(e4m3fn|e5m2|float4e2m1).*": SMALL_FLOATS,
    r"test_cast(like)?_FLOAT(16)?_to_U?INT[24](_expanded)?": "a cast to less than 8 bits",
    r"test_training_dropout.*": TRAINING,
    r"test_identity_(opt|sequence)": "values that are no tensors",
    r"test_(reshape_allowzero_reordered|reduce_.*_empty_set_non.*|slice_start_out_of_bounds)": EMPTY,
    r"test_split_zero_size_splits_opset\d+": EMPTY,
}

SKIPPED: dict[str, Mapping[str, str]] = {
    COMPUTED: {
        **IN_BOTH_WAYS,
        r"test_(add|sub|mul|div|max|min|less|greater|equal)_u?int\d+(_.*)?": INTEGERS,
        r"test_(quantize|dequantize)linear_blocked.*": "quantization in blocks of what is no constant",
        r"test_clip_default_int8_.*(_expanded)?": INTEGERS,
        r"test_(edge|reflect|wrap)_pad": INTEGERS,
        r"test_.*pool_3d_.*|test_convtranspose_3d": "images have one or two spatial dimensions",
        r"test_maxpool_with_argmax_.*": "the places of the largest values are not computed",
        r"test_maxpool_2d_uint8": "codes that nothing gives a scale",
        r"test_batchnorm_.*_training_mode(_expanded)?": TRAINING,
        r"test_cast(like)?_U?INT[24]_to_.*|test_dequantizelinear_u?int[24]": "an input of less than 8 bits",
        r"test_dynamicquantizelinear.*": "it becomes float32: there are no codes",
        r"test_reduce_.*_empty_set(_expanded)?|test_shape_start_greater_than_end": EMPTY,
        r"test_resize_.*_(linear|cubic).*|test_resize_tf_crop_and_resize.*": "resizing to other than the nearest pixel",
    },
    FOLDED: {
        **IN_BOTH_WAYS,
        r"test_quantizelinear_blocked_symmetric": "codes of 16 bits in blocks",
        r"test_not_\dd": "an operator set older than 7",
        r"test_constantofshape_int_shape_zero|test_shape_start_greater_than_end": EMPTY,
        r"test_cast(like)?_FLOAT4E2M1.*": SMALL_FLOATS,
        r"test_equal_string.*": "text",
    },
}
"""Way -> names of cases that are not passed (regular expressions), and why. Each must be refused in one line."""

NOT_COMPILED = {
    r"test_(quantize|dequantize)linear_axis|test_quantizelinear_u?int[24]": "a scale for each channel of an activation",
    r"test_(quantize|dequantize)linear_u?int16": "codes of 16 bits",
    r"test_convtranspose_group_2_image_3": "a batch of 3",
}
"""Names of computed cases that no kernel serves, and why; their semantics are tested. Each is refused in one line."""


@dataclass(frozen=True)
class Case:
    """A model whose inputs that are none of the network's have become constants."""

    name: str
    way: str
    data: bytes
    inputs: Sequence[Array]
    outputs: Sequence[Array]
    tolerance: float
    skipped: str | None
    not_compiled: str | None

    @property
    def id(self) -> str:
        """Its name in reports of tests."""
        return f"{self.name}-{self.way}"

    @property
    def given(self) -> list[Array]:
        """The inputs as the network takes them: of any precision in single precision."""
        return [np.ascontiguousarray(_single_precision(array)) for array in self.inputs]

    def check(self, results: Sequence[Array]) -> None:
        """Check that results are the case's outputs; codes must be the same."""
        for result, expected in zip(results, self.outputs, strict=True):
            assert result.shape == expected.shape
            reference = expected.astype(np.float64)
            bound = self.tolerance * np.abs(reference[np.isfinite(reference)]).max(initial=0.0)
            np.testing.assert_allclose(result.astype(np.float64), reference, rtol=0, atol=bound)


def _single_precision(array: Array) -> Array:
    return array.astype(np.float32) if array.dtype.kind == "f" or array.dtype.name == "bfloat16" else array


@cache
def cases() -> Sequence[Case]:
    """All cases of the operators that we have."""
    from onnx.backend.test.case import node

    collect: Any = node.collect_testcases
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = collect(None)
    return [case for test in found for case in _ways(test)]


def _ways(test: Any) -> Iterator[Case]:
    nodes = test.model.graph.node
    importers = [SUPPORTED.get((node.domain, node.op_type)) for node in nodes]
    if not all(importers):
        return
    data_sets: Sequence[tuple[Sequence[Any], Sequence[Any]]] = test.data_sets or []
    for inputs, outputs in data_sets:
        values: dict[str, Any] = {edge.name: value for edge, value in zip(test.model.graph.input, inputs, strict=False)}
        if all(importer is not None and importer.convert is not None for importer in importers) and values:
            free = len(values) if {node.op_type for node in nodes} <= WITHOUT_WEIGHTS else 1
            yield _case(test, COMPUTED, values, list(values)[:free], outputs)
        if len(nodes) == 1 and importers[0] is not None and importers[0].fold is not None:
            yield _case(test, FOLDED, values, [], outputs)


def _case(test: Any, way: str, values: Mapping[str, Any], free: Sequence[str], outputs: Sequence[Any]) -> Case:
    model = schema.ModelProto()
    model.CopyFrom(test.model)
    graph = model.graph
    for name, value in values.items():
        if name not in free and not isinstance(value, list) and value is not None:
            graph.initializer.append(_proto(value, name))
    kept = [edge for edge in graph.input if edge.name in free]
    del graph.input[:]
    graph.input.extend(kept or [schema.helper.make_tensor_value_info("unused", 1, [1])])
    _as_floats(graph, way)
    types = [edge.type.tensor_type.elem_type for edge in test.model.graph.output]
    return Case(
        test.name,
        way,
        model.SerializeToString(),
        [_array(values[name]) for name in free] if free else [np.zeros(1, np.float32)],
        [_array(output) for output in outputs],
        max(WRITTEN_SHORT.get(test.name, 1e-5), *(ENOUGH.get(type, 1e-5) for type in types)),
        _reason(SKIPPED[way], test.name),
        _reason(NOT_COMPILED, test.name) if way == COMPUTED else None,
    )


def _reason(reasons: Mapping[str, str], name: str) -> str | None:
    return next((reason for pattern, reason in reasons.items() if re.fullmatch(pattern, name)), None)


def _as_floats(graph: Any, way: str) -> None:
    """Casts outputs that are integers, and no codes, to float32: what a network gives."""
    for edge in graph.output:
        type = edge.type.tensor_type.elem_type
        if way == COMPUTED and type not in (schema.TensorProto.INT64, schema.TensorProto.BOOL):
            continue
        name = edge.name
        edge.name = f"{name}_as_float"
        graph.node.append(schema.helper.make_node("Cast", [name], [edge.name], to=1))


def _proto(value: Any, name: str) -> Any:
    proto = schema.TensorProto()
    proto.CopyFrom(
        value if isinstance(value, schema.TensorProto) else schema.numpy_helper.from_array(np.asarray(value))
    )
    proto.name = name
    return proto


def _array(value: Any) -> Array:
    if isinstance(value, schema.TensorProto):
        return np.asarray(schema.numpy_helper.to_array(value))
    return np.asarray(value, object) if isinstance(value, list) or value is None else np.asarray(value)
