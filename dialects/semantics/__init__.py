"""Reference semantics of the dqnn ops in numpy.

A module is run on arrays of storage codes (quantized tensors) or float32. What each operator computes stands in one
file for each group of operators; `run` puts them together.
"""

from .interpreter import Array, array_form, can_run, evaluate, run

__all__ = ["Array", "array_form", "can_run", "evaluate", "run"]
