"""How a pass says that it cannot go on."""

from __future__ import annotations

from xdsl.ir import Operation
from xdsl.utils.exceptions import PassFailedException


class OpError(PassFailedException):
    """A pass cannot serve one op. The message says why and what to do; the driver adds the pass and the op."""

    def __init__(self, op: Operation, message: str):
        super().__init__(message)
        self.op = op
