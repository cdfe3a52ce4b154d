"""ISPU, the processor inside a sensor: its dialect and its kernel table."""

from ..common.backend import Backend
from .dialect import ISPU, CallOp
from .kernels import TABLE

BACKEND = Backend(ISPU, CallOp, TABLE)
