"""Reader of ONNX files, on the protobuf classes of the `onnx` package; no code of a file is run."""

from .importer import import_onnx
from .operators import SUPPORTED

__all__ = ["SUPPORTED", "import_onnx"]
