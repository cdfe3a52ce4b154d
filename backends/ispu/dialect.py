"""Dialect `ispu`: calls of our own kernels on memory."""

from __future__ import annotations

from xdsl.ir import Dialect
from xdsl.irdl import irdl_op_definition

from ..common.call import KernelCallOp


@irdl_op_definition
class CallOp(KernelCallOp):
    """One kernel call in a network for the ISPU; see `KernelCallOp`."""

    name = "ispu.call"


ISPU = Dialect("ispu", [CallOp])
