"""Reader of Keras models: .h5 and .keras files of Keras 2 and 3, with layers of QKeras and Larq, and live models.

Files are read with h5py, json and zipfile. Neither TensorFlow nor QKeras nor Larq is imported, and no code of a file
is run.
"""

from .importer import import_keras, import_keras_file
from .layers import SUPPORTED
from .quantizers import QUANTIZERS

__all__ = ["QUANTIZERS", "SUPPORTED", "import_keras", "import_keras_file"]
