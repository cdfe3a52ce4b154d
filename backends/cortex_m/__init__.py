"""Arm Cortex-M: its dialect and its kernel table."""

from ..common.backend import Backend
from .dialect import CORTEX_M, CallOp
from .kernels import TABLE

BACKEND = Backend(CORTEX_M, CallOp, TABLE)
