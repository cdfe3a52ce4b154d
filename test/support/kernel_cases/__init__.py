"""Random calls of the runtime's kernels, each with the result that a reference gives.

A generator takes a numpy random generator and yields one `Case`; CASES has all of them by name.
"""

from .asymmetric import ASYMMETRIC
from .base import Case as Case
from .base import Generator
from .byte_movers import BYTE_MOVERS
from .float32 import FLOAT32
from .in_float import IN_FLOAT
from .quantized import QUANTIZED
from .windowed import WINDOWED

CASES: dict[str, Generator] = {**WINDOWED, **ASYMMETRIC, **QUANTIZED, **BYTE_MOVERS, **FLOAT32, **IN_FLOAT}
