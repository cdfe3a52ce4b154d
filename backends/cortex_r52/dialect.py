"""Dialect `cortex_r52`: calls of CMSIS-NN kernels and of our own on memory."""

from __future__ import annotations

from xdsl.ir import Dialect
from xdsl.irdl import irdl_op_definition

from ..common.call import KernelCallOp


@irdl_op_definition
class CallOp(KernelCallOp):
    """One kernel call in a network for Cortex-R52; see `KernelCallOp`."""

    name = "cortex_r52.call"


CORTEX_R52 = Dialect("cortex_r52", [CallOp])
