"""Reader of TensorFlow Lite files, on the `tflite` schema package; nothing of TensorFlow is imported."""

from .importer import import_tflite
from .operators import SUPPORTED
from .repair import accepted_by_litert

__all__ = ["SUPPORTED", "accepted_by_litert", "import_tflite"]
