"""Small .onnx files that ask for much: each ends in one line, soon, and long before memory does."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from dqnnc.tools.dqnnc.main import main
from support.onnx_builder import OnnxBuilder, schema

SPACE = 1 << 30
"""Bytes of address space that the command gets beside what the tests have already."""

SECONDS = 10.0
"""Of processor time."""


def made(m: OnnxBuilder, *shape: int, value: float = 0.0) -> str:
    """A constant that the file has as a shape only."""
    return m.op(
        "ConstantOfShape", [m.ints(*shape)], value=schema.numpy_helper.from_array(np.array([value], np.float32))
    )


def numbers(m: OnnxBuilder, count: int) -> str:
    """0, 1, 2 and so on."""
    return m.op("Range", [m.const(np.int64(number)) for number in (0, count, 1)])


def constants(m: OnnxBuilder, x: str):
    return [made(m, 1, 1 << 21) for _ in range(200)]


def expanded(m: OnnxBuilder, x: str):
    return [m.op("Expand", [m.scale(1.0), m.ints(1, 1 << 21)]) for _ in range(200)]


def turned(m: OnnxBuilder, x: str):
    constant = made(m, 2, 1 << 20)
    return [m.op("Reshape", [m.op("Transpose", [constant]), m.ints(1, -1)]) for _ in range(200)]


def weights_of_many_layers(m: OnnxBuilder, x: str):
    weights = made(m, 1024, 1024)
    x = m.op("MatMul", [x, made(m, 4, 1024)])
    for _ in range(200):
        x = m.op("MatMul", [x, weights])
    return [x]


def resized(m: OnnxBuilder, x: str):
    image = m.op("Reshape", [x, m.ints(1, 1, 1, 4)])
    return [m.op("Resize", [image, "", "", m.ints(1, 1, 1, 1 << 26)], mode="nearest", nearest_mode="ceil")]


def gathered(m: OnnxBuilder, x: str):
    indices = m.op("Mul", [numbers(m, 1 << 22), m.ints(0)])
    return [m.op("Gather", [x, indices], axis=1) for _ in range(20)]


def mirrored(m: OnnxBuilder, x: str):
    return [m.op("Pad", [x, m.ints(0, -(1 << 63), 0, 1 << 10)], mode="reflect")]


def dilated_pool(m: OnnxBuilder, x: str):
    image = m.op("Pad", [m.op("Reshape", [x, m.ints(1, 1, 2, 2)]), m.ints(0, 0, 3000, 3000, 0, 0, 3000, 3000)])
    return [m.op("AveragePool", [image], kernel_shape=[15, 15], dilations=[2, 2])]


def dilated_weights(m: OnnxBuilder, x: str):
    image, weights = m.op("Reshape", [x, m.ints(1, 1, 2, 2)]), m.const(np.ones((1, 1, 2, 2), np.float32))
    return [m.op("ConvTranspose", [image, weights], dilations=[7000, 7000])]


def grouped_weights(m: OnnxBuilder, x: str):
    image = m.op("Pad", [m.op("Reshape", [x, m.ints(1, 4, 1, 1)]), m.ints(0, 0, 0, 0, 0, 4092, 0, 0)])
    return [m.op("ConvTranspose", [image, made(m, 4096, 1, 1, 1)], group=4096)]


def many_axes(m: OnnxBuilder, x: str):
    return [m.op("Unsqueeze", [x, numbers(m, 60000)])]


def many_dimensions(m: OnnxBuilder, x: str):
    ones = m.op("Cast", [made(m, 60000, value=1.0)], to=7)
    return [m.op("Reshape", [m.scale(1.0), ones])]


def many_parts(m: OnnxBuilder, x: str):
    wide = m.op("Pad", [x, m.ints(0, 0, 0, 19996)])
    return m.op("Split", [wide], outputs=20000, axis=1, num_outputs=20000)[:3]


def endless_range(m: OnnxBuilder, x: str):
    return [m.op("Range", [m.scale(np.inf), m.scale(0.0), m.scale(1.0)])]


TOO_MANY = "constants that are much larger than the file"

REFUSED: dict[Callable[[OnnxBuilder, str], Sequence[str]], str] = {
    constants: TOO_MANY,
    expanded: TOO_MANY,
    turned: TOO_MANY,
    weights_of_many_layers: TOO_MANY,
    resized: "a resize to",
    gathered: "4194304 indices",
    mirrored: "pads of -9223372036854775808",
    dilated_pool: "of a large image",
    dilated_weights: "the kernel with its holes filled is too large",
    grouped_weights: "the weights without groups are too large",
    many_axes: "60000 axes",
    many_dimensions: "a constant of 60000 dimensions",
    many_parts: "20000 outputs",
    endless_range: "a range of inf to 0.0 by 1.0",
}
"""Part of a network on an input of 4 numbers -> what the error says of it."""


def functions(*bodies: Sequence[str]) -> bytes:
    """A network that calls f0 of functions f0, f1 and so on, each of which calls functions or operators in turn."""
    m = OnnxBuilder()
    proto = m.model([m.op("f0", [m.input((1, 4))], domain="own")])
    opsets = [*proto.opset_import, schema.helper.make_opsetid("own", 1)]
    proto.opset_import.append(opsets[-1])
    for index, body in enumerate(bodies):
        names = ["x", *(f"t{i}" for i in range(len(body) - 1)), "y"]
        calls = [
            schema.helper.make_node(kind, [names[i]], [names[i + 1]], domain="own" if kind.startswith("f") else "")
            for i, kind in enumerate(body)
        ]
        proto.functions.append(schema.helper.make_function("own", f"f{index}", ["x"], ["y"], calls, opsets))
    return proto.SerializeToString()


@pytest.fixture
def little_memory() -> Iterator[None]:
    """Has the process get little more memory."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + SPACE, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def error_of(data: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The line that the command ends in."""
    file, project = folder / "net.onnx", folder / "project"
    file.write_bytes(data)
    start = time.process_time()
    assert main(["generate", "-m", str(file), "--output", str(project)]) == 1
    assert time.process_time() - start < SECONDS
    assert not project.exists()
    [line] = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("part", REFUSED, ids=lambda part: part.__name__)
def test_large_constants_and_long_loops(
    part: Callable[[OnnxBuilder, str], Sequence[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    m = OnnxBuilder()
    x = m.input((1, 4))
    outputs = part(m, x)
    assert REFUSED[part] in error_of(m.finish([m.op("Relu", [x]), *outputs]), tmp_path, capsys)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ([["f0"]], "functions in functions"),
        ([["f1"], ["f0", "f0"]], "functions in functions"),
        ([[f"f{i + 1}"] * 2 for i in range(40)] + [["Relu"]], "functions of more than 65536 nodes"),
        ([[f"f{i + 1}"] for i in range(2000)] + [["Relu"]], "functions in functions"),
    ],
)
def test_functions(
    bodies: Sequence[Sequence[str]], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in error_of(functions(*bodies), tmp_path, capsys)


@pytest.mark.usefixtures("little_memory")
def test_functions_that_end(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(functions(["f1", "Relu", "f1"], ["f2", "Sigmoid"], ["Tanh"]))
    assert main(["generate", "-m", str(file), "--output", str(tmp_path / "project")]) == 0
