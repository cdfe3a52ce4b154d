"""Reader of ONNX files, on the protobuf classes of the `onnx` package; no code of a file is run."""

from .importer import NOTES, import_onnx
from .operators import SUPPORTED

__all__ = ["NOTES", "SUPPORTED", "import_onnx"]
