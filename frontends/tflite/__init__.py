"""Reader of TensorFlow Lite files, on the `tflite` schema package; nothing of TensorFlow is imported."""

from .importer import import_tflite
from .operators import SUPPORTED

__all__ = ["SUPPORTED", "import_tflite"]
