"""The source document's tables of dense layers and convolutions, as data that tests share."""

from __future__ import annotations

from typing import NamedTuple

CHANNELS = (1, 7, 32, 33, 64)
"""Below, at and above full words."""


class TableRow(NamedTuple):
    """One line of a table: formats, and the kernel-table row that must serve it."""

    input: str
    output: str
    weights: str
    bias: str | None
    row: str

    @property
    def kind(self) -> str:
        """`dense`, `conv2d` or `depthwise`."""
        return self.row.split("-")[0]

    @property
    def is_int8(self) -> bool:
        """Whether it is s8 x s8 -> s8."""
        return self.input == self.weights == self.output == "s8"


def title(row: TableRow) -> str:
    """What a test of a row is called."""
    return f"{row.kind}-{row.input}-{row.weights}-{row.bias}-{row.output}"


DENSE = tuple(
    TableRow(*line.split())
    for line in """
    s1 s1 s1 s1 dense-threshold-s1-s1-s1
    s1 s1 s1 f32 dense-threshold-s1-s1-s1
    s1 s1 s8 s1 dense-threshold-s1-s8-s1
    s1 s8 s1 s8 dense-affine-s1-s1-s8
    s1 s8 s8 s8 dense-affine-s1-s8-s8
    s1 f32 s1 s1 dense-affine-s1-s1-f32
    s1 f32 s1 f32 dense-affine-s1-s1-f32
    s1 f32 s8 s8 dense-affine-s1-s8-f32
    s1 f32 f32 f32 dense-affine-s1-f32-f32
    s8 s1 s1 s1 dense-threshold-s8-s1-s1
    s8 s8 s1 s1 dense-affine-s8-s1-s8
    s8 f32 s1 s1 dense-affine-s8-s1-f32
    s8 s8 s8 s8 dense-s8
    s8 s8 s8 s32 dense-s8
    s8 f32 s1 s1 dense-affine-s8-s1-f32
    f32 s1 s1 s1 dense-affine-f32-s1-s1
    f32 s1 s1 f32 dense-affine-f32-s1-s1
    f32 f32 s1 s1 dense-affine-f32-s1-f32
    f32 f32 s1 f32 dense-affine-f32-s1-f32
    """.strip().splitlines()
)
"""The table of dense layers. The row with an s32 bias is that of TensorFlow Lite's networks."""

CONVOLUTIONS = (
    TableRow("s1", "s1", "s1", "s1", "conv2d-threshold-s1-s1-s1"),
    TableRow("s1", "s8", "s1", "s8", "conv2d-affine-s1-s1-s8"),
    TableRow("s1", "s8", "s1", "f32", "conv2d-affine-s1-s1-s8"),
    TableRow("s1", "f32", "s1", "f32", "conv2d-affine-s1-s1-f32"),
    TableRow("s8", "s1", "s8", None, "conv2d-threshold-s8-s8-s1"),
    TableRow("dorefa", "s1", "dorefa", None, "conv2d-threshold-s8-dorefa-s1"),
    TableRow("s8", "s8", "s8", "s8", "conv2d-s8"),
    TableRow("s8", "s8", "s8", "s32", "conv2d-s8"),
)
"""The table of convolutions. All but DoReFa's serve pointwise ones too."""

DEPTHWISE = (
    TableRow("s1", "s1", "s1", "s1", "depthwise-conv2d-threshold-s1-s1-s1"),
    TableRow("s8", "s8", "s8", "s8", "depthwise-conv2d-s8"),
)
"""What the notes of that table add."""
