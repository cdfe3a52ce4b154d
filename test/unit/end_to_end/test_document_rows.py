"""Every row of the source document's tables, from real layers of Keras, QKeras, Larq and TensorFlow Lite to C.

A row is a file with a branch for each one-layer network. Of each row there is every number of channels (1, 7, 32, 33,
64) with and without batch normalization, with and without bias (DoReFa has none), and with each padding: none, zeros,
and Larq's +1 and -1 around s1. What takes turns among these, because it is independent of them: the library where both
have the row, the spelling of quantizers, the kind of batch normalization, the 8-bit quantizers, the number of filters.
Strides of 1 and 2 are there with each padding, dilation with zeros, and in s1 layers with -1, pools with each padding
and a stride of 1. A row that differs from another in the bias's format alone has no layers without a bias of its own.
The whole compiler reads, compiles and prints the file; the C runs on this machine and on an emulated Cortex-M4. From
the same operators, kernels are chosen for the other cores, which run theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from dqnnc.backends.common.target import Target, dashed
from dqnnc.backends.common.targets import find_target
from dqnnc.dialects.dqnn import DqnnOp, LinearOp, layer_name, tensor_type
from dqnnc.dialects.dqnn.network import network_function
from dqnnc.passes import find_pass
from dqnnc.passes.select_kernels import KERNEL
from dqnnc.passes.target import TargetPass, computed_ops
from dqnnc.tools.dqnnc.compile import Compiled, Options, compile_model, write_c
from dqnnc.tools.emulator import Program, build_host, build_target, run
from dqnnc.tools.pass_manager import run_passes
from numpy.typing import NDArray
from support.document_rows import CHANNELS, CONVOLUTIONS, DENSE, DEPTHWISE, TableRow, title
from support.keras import frameworks, needs_keras, saved
from support.keras_rows import Built, RowModel, branches, exact, tflite_file
from support.litert import needs_litert, run_litert
from xdsl.context import Context
from xdsl.dialects.builtin import StringAttr

pytestmark = needs_keras

Array = NDArray[Any]

ROWS = [*DENSE, *CONVOLUTIONS, *DEPTHWISE]
KERAS_ROWS = list(dict.fromkeys(row for row in ROWS if row.bias != "s32"))
"""One of them is twice in the table."""
SAMPLES = 4
FLOAT_EDGES = Options(input_data_type=("float32",), output_data_type=("float32",))
"""Inputs and outputs as Keras has them, so that conversions from and to codes are in each network too."""

ALTERNATIVES = {
    "dense-s8": ("dense-s8-per-channel", "dense-s8-rounding-once", "dense-affine-s8-s8-s8"),
    "conv2d-s8": ("conv2d-affine-s8-s8-s8",),
    "depthwise-conv2d-s8": ("depthwise-conv2d-affine-s8-s8-s8",),
}
"""Rows of the kernel table that serve the same formats: other scales, and a bias too fine for int32."""


TARGETS = {"r52": find_target("stellar-pg"), "ispu": find_target("ispu")}
"""Where the networks run beside this machine and a Cortex-M4."""


class Counts(NamedTuple):
    """How many outputs of a row there are, and how many differ."""

    outputs: int
    differing: int = 0
    allowed: int = 0
    """Of those: near the threshold of a sign, or exact halves between codes."""


def kernel_rows(row: TableRow) -> set[str]:
    """The rows of the kernel table that may serve a row of the document."""
    return {row.row, *ALTERNATIVES.get(row.row, ())}


def rows_of_layers(network: Compiled) -> dict[str | None, set[str]]:
    """The rows of the kernel table that serve each layer."""
    rows: dict[str | None, set[str]] = {}
    for op in computed_ops(network.selected):
        rows.setdefault(layer_name(op), set()).add(row_of(op))
    return rows


def row_of(op: DqnnOp) -> str:
    """The row of the kernel table that was chosen for an operator."""
    kernel = op.attributes[KERNEL]
    assert isinstance(kernel, StringAttr)
    return kernel.data.split("/")[0]


def lowered(network: Compiled, target: Target) -> Compiled:
    """The network with kernels chosen for another target, whose tables have the same rows."""
    names = ("select-kernels", f"convert-dqnn-to-{dashed(target.core.backend)}", "plan-memory")
    options: dict[str, Any] = {"target": target.name}
    module = network.selected.clone()
    passes = [find_pass(name) for name in names]
    run_passes(Context(), module, [made(**options) if issubclass(made, TargetPass) else made() for made in passes])
    return replace(network, target=target, planned=module)


def run_everywhere(network: Compiled, folder: Path, inputs: Sequence[Array]) -> dict[str, list[Array]]:
    """The outputs [samples, ...] on this machine and on emulated cores."""
    samples = [[array[index : index + 1] for array in inputs] for index in range(len(inputs[0]))]

    def outputs(program: Program) -> list[Array]:
        return [np.concatenate(output) for output in zip(*run(program, samples), strict=True)]

    write_c(network, folder / "project", "net")
    results = {
        "host": outputs(build_host(folder / "project", folder / "host", opt="-O1")),
        "m4": outputs(build_target(folder / "project", network.target.core, folder / "m4", opt="-O1")),
    }
    for name, target in TARGETS.items():
        project, is_small = folder / f"{name}_project", target.core.optimize == "size"
        write_c(lowered(network, target), project, "net")
        results[name] = outputs(build_target(project, target.core, folder / name, opt="-O1", small_code=is_small))
    return results


def check_sign(built: Built, ours: Array, keras: Array, x: Array) -> Counts:
    """Equal but near the threshold: 4 ulp of the largest term; where sums round, 1e-5 of the sum of magnitudes."""
    reference = exact(built, x)
    rounds = built.branch.row.input in ("f32", "dorefa")
    near = 1e-5 * reference.magnitudes if rounds else 4 * np.spacing(reference.largest.astype(np.float32))
    is_near = np.abs(reference.value) <= near
    assert ((keras > 0) == (reference.value >= 0))[~is_near].all(), f"{built.branch}: the oracle is not Keras's"
    differs = ours != keras
    assert not (differs & ~is_near).any(), f"{built.branch}: {np.count_nonzero(differs & ~is_near)} of {ours.size}"
    return Counts(ours.size, np.count_nonzero(differs), np.count_nonzero(differs))


def check_codes(built: Built, ours: Array, keras: Array, x: Array) -> Counts:
    """Equal where an operand is s1; of s8 x s8 exact halves differ by one code, or few codes behind a normalization."""
    difference = np.abs(ours - keras) / built.step
    differs = difference > 0
    if not built.branch.row.is_int8:
        assert not differs.any(), f"{built.branch}: {np.count_nonzero(differs)} of {ours.size}"
        return Counts(ours.size)
    assert difference.max() <= 1, str(built.branch)
    if built.norm is None:
        halves = (exact(built, x).value / built.step) % 1.0 == 0.5
        assert halves[differs].all(), f"{built.branch}: {np.count_nonzero(differs & ~halves)} of {ours.size}"
        return Counts(ours.size, np.count_nonzero(differs), np.count_nonzero(differs))
    return Counts(ours.size, np.count_nonzero(differs))


def check_reals(built: Built, ours: Array, keras: Array, x: Array) -> Counts:
    """Within 1e-5 of the largest value."""
    worst = np.abs(ours - keras).max()
    assert worst <= 1e-5 * np.abs(keras).max(), f"{built.branch}: {worst}"
    return Counts(ours.size)


CHECKS = {"s1": check_sign, "s8": check_codes, "f32": check_reals}


@pytest.mark.parametrize("row", KERAS_ROWS, ids=title)
def test_row(row: TableRow, tmp_path: Path, record_property: Any):
    f = frameworks()
    net = RowModel(f, np.random.default_rng(ROWS.index(row)))
    net.add_all(branches(row))
    model, inputs = net.model(), net.samples(SAMPLES)
    keras = [output.numpy() for output in model(inputs)]
    saved(model, tmp_path)
    network = compile_model(tmp_path / "model.h5", FLOAT_EDGES)
    rows = rows_of_layers(network)
    for built in net.branches:
        assert rows[built.branch.name] & kernel_rows(row), f"{built.branch}: {rows[built.branch.name]}"
    xs = dict(zip(net.inputs, inputs, strict=True))
    counted: dict[bytes, Counts] = {}
    for place, results in run_everywhere(network, tmp_path, inputs).items():
        # What is equal bit by bit on two machines is held against Keras once.
        key = b"".join(output.tobytes() for output in results)
        if key not in counted:
            counts = [
                CHECKS[row.output](built, ours, theirs, xs[built.branch.shape])
                for built, ours, theirs in zip(net.branches, results, keras, strict=True)
            ]
            counted[key] = Counts(*map(sum, zip(*counts, strict=True)))
        total = counted[key]
        for name, number in total._asdict().items():
            record_property(f"{place} {name}", number)
        # Exact halves are frequent among sums of 8-bit codes; all else is rare.
        assert total.differing - (total.allowed if row.is_int8 else 0) <= 0.001 * total.outputs


def test_misc_layers(tmp_path: Path):
    """Max-pool and concatenation of s1, which stay in words of 32 channels."""
    f, random = frameworks(), np.random.default_rng(5)
    inputs = [f.keras.Input((6, 5, channels)) for channels in CHANNELS]
    signs = [f.qkeras.QActivation("binary")(x) for x in inputs]
    pool = f.layers.MaxPooling2D
    pooled = [make(y) for y in signs for make in (pool(2), pool(3, strides=2, padding="same"), pool((1, 5), strides=1))]
    joined = [f.layers.Concatenate(name=f"join{n}")([y, signs[n - 1], y]) for n, y in enumerate(signs)]
    model = f.keras.Model(inputs, [*pooled, *joined, f.layers.Concatenate(name="all")(pooled[::3])])
    saved(model, tmp_path)
    network = compile_model(tmp_path / "model.h5", FLOAT_EDGES)
    used = Counter(row_of(op) for op in computed_ops(network.selected))
    assert (used["max-pool2d-s1"], used["concat-s1"]) == (len(pooled), len(joined) + 1)
    arrays = [random.normal(0, 1, (SAMPLES, *x.shape[1:])).astype(np.float32) for x in inputs]
    for results in run_everywhere(network, tmp_path, arrays).values():
        for ours, theirs in zip(results, model(arrays), strict=True):
            np.testing.assert_array_equal(ours, theirs.numpy())


TFLITE_ROWS = [row for row in ROWS if row.bias == "s32"] + [DEPTHWISE[1]._replace(bias="s32")]


@needs_litert
@pytest.mark.parametrize("row", TFLITE_ROWS, ids=title)
def test_row_of_tensorflow_lite(row: TableRow, tmp_path: Path):
    """The rows with an s32 bias: 0 codes differ from TensorFlow Lite's reference kernels."""
    random: Any = np.random.default_rng(ROWS.index(row) if row in ROWS else 0)
    data, layers = tflite_file(frameworks(), row, random)
    path = tmp_path / "row.tflite"
    path.write_bytes(data)
    network = compile_model(path)
    used = Counter(row_of(op) for op in computed_ops(network.selected) if isinstance(op, LinearOp))
    assert used.total() == len(layers)
    assert set(used) <= kernel_rows(row)
    shapes = [tensor_type(argument).get_shape()[1:] for argument in network_function(network.imported).args]
    inputs = [random.integers(-128, 128, (SAMPLES, *shape), np.int8) for shape in shapes]
    litert = [run_litert(data, [array[index : index + 1] for array in inputs]) for index in range(SAMPLES)]
    for results in run_everywhere(network, tmp_path, inputs).values():
        for ours, theirs in zip(results, zip(*litert, strict=True), strict=True):
            np.testing.assert_array_equal(ours, np.concatenate(theirs))
