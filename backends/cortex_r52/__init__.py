"""Arm Cortex-R52: its dialect and its kernel table."""

from ..common.backend import Backend
from .dialect import CORTEX_R52, CallOp
from .kernels import TABLE

BACKEND = Backend(CORTEX_R52, CallOp, TABLE)
