"""Sizes of dimensions that a model file leaves open, as users give them: `--fix-shape NAME=N`."""

from __future__ import annotations

from argparse import ArgumentTypeError

HELP = "size of a dimension that the model's inputs leave open (ONNX); may be given for several"


def fixed_dimension(text: str) -> tuple[str, int]:
    """Name and size of `NAME=N`; the name may hold `=` itself.

    Raises:
        ArgumentTypeError: it is not of that form, or no size.
    """
    name, _, size = text.rpartition("=")
    if not name or not size.isdecimal() or not 0 < int(size) < 1 << 31:
        raise ArgumentTypeError(f"'{text}' is not NAME=N with a size N from 1 on")
    return name, int(size)
