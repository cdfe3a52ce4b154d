"""The xDSL target `c`: `-t c` prints the source, `-t c{part=header}` and `-t c{part=weights}` the other files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.target import Target

from .header import header
from .network import read_network
from .source import source
from .weights import weights_header, weights_source

_PRINTERS = {
    "source": source,
    "header": header,
    "weights": weights_source,
    "weights-header": weights_header,
}


@dataclass(frozen=True)
class CTarget(Target):
    """C99 of a network that `plan-memory` has finished, one file at a time."""

    name = "c"

    part: Literal["source", "header", "weights", "weights-header"] = "source"

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """Print the file. Raises DiagnosticException where the module is not a planned network."""
        output.write(_PRINTERS[self.part](read_network(module)))
