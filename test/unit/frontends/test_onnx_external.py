"""Weights in files beside the model: read from the model's folder, and from nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from dqnnc.dialects.semantics import run
from dqnnc.frontends.errors import ModelError
from dqnnc.frontends.onnx import import_onnx
from support.onnx_builder import OnnxBuilder, schema

WEIGHTS = np.array([[1.0], [2.0]], np.float32)


def model(location: str, **record: str | int) -> bytes:
    """A product with weights that are elsewhere."""
    m = OnnxBuilder()
    y = m.op("MatMul", [m.input((1, 2)), m.const(WEIGHTS, name="w")])
    proto = m.model([y])
    tensor = proto.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = schema.TensorProto.EXTERNAL
    for key, value in {"location": location, **record}.items():
        tensor.external_data.add(key=key, value=str(value))
    return proto.SerializeToString()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The model's folder, a weights file in it, one in a folder below, and one beside the folder."""
    inner = tmp_path / "model" / "data"
    inner.mkdir(parents=True)
    for place in (tmp_path, tmp_path / "model", inner):
        (place / "weights.bin").write_bytes(b"\0\0\0\0" + WEIGHTS.tobytes())
    return tmp_path / "model"


def outputs(data: bytes, folder: Path) -> list[float]:
    (result,) = run(import_onnx(data, str(folder / "net.onnx")), [np.array([[10, 1]], np.float32)])
    return result.reshape(-1).tolist()


@pytest.mark.parametrize("location", ["weights.bin", "data/weights.bin", "./data//weights.bin"])
def test_weights_in_the_folder(location: str, folder: Path):
    assert outputs(model(location, offset=4, length=8), folder) == [12.0]
    assert outputs(model(location, offset=4), folder) == [12.0]


def refusal(data: bytes, folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        import_onnx(data, "net.onnx", folder=folder)
    return str(caught.value)


@pytest.mark.parametrize(
    "location", ["../weights.bin", "data/../../weights.bin", "/etc/hostname", "", "..\\weights.bin", "a\0b"]
)
def test_no_path_leads_out_of_the_folder(location: str, folder: Path):
    assert "it must be a file in the model's folder" in refusal(model(location, offset=4), folder)


def test_no_link_is_followed(folder: Path):
    (folder / "link.bin").symlink_to(folder.parent / "weights.bin")
    (folder / "inside.bin").symlink_to("weights.bin")
    (folder / "linked").symlink_to(folder.parent)
    for location in ("link.bin", "inside.bin", "linked/weights.bin"):
        assert "itself and not a link to it" in refusal(model(location, offset=4), folder)


def test_only_regular_files_are_read(folder: Path):
    os.mkfifo(folder / "pipe")
    assert "no regular file" in refusal(model("pipe"), folder)
    assert "no regular file" in refusal(model("data"), folder)
    assert "No such file" in refusal(model("absent.bin"), folder)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"offset": 8, "length": 8}, "past the file's end"),
        ({"offset": 1 << 40}, "past the file's end"),
        ({"offset": -4}, "offset '-4'"),
        ({"offset": "four"}, "offset 'four'"),
        ({"length": 12}, "its type and shape make it 8 bytes"),
        ({"encoding": "zip"}, "external data with 'encoding'"),
    ],
)
def test_no_length_is_believed(record: dict[str, str | int], message: str, folder: Path):
    assert message in refusal(model("weights.bin", **record), folder)


def test_a_constant_that_no_node_reads_is_not_read(folder: Path):
    m = OnnxBuilder()
    proto = m.model([m.op("Relu", [m.input((1, 2))])])
    unused = schema.ModelProto.FromString(model("../weights.bin")).graph.initializer[0]
    proto.graph.initializer.append(unused)
    import_onnx(proto.SerializeToString(), "net.onnx", folder=folder).verify()
