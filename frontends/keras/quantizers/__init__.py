"""The quantizers of QKeras and Larq, and those that plugins offer."""

from .base import Emitter, QuantizedWeights, Quantizer, QuantizerError, UnknownQuantizerError
from .plugin import GROUP
from .spelling import Spelling, SpellingError, parse_call, spelling_of
from .table import QUANTIZERS, make_quantizer

__all__ = [
    "GROUP",
    "QUANTIZERS",
    "Emitter",
    "QuantizedWeights",
    "Quantizer",
    "QuantizerError",
    "Spelling",
    "SpellingError",
    "UnknownQuantizerError",
    "make_quantizer",
    "parse_call",
    "spelling_of",
]
