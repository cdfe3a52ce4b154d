"""IR as text, with the option to leave the data of large constants out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TypeGuard

from xdsl.context import Context
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp
from xdsl.ir import Attribute
from xdsl.printer import Printer
from xdsl.utils.hints import isa


@dataclass(eq=False, repr=False)
class ElidingPrinter(Printer):
    """Prints dense data of more than `elide_above` elements as `dense_resource<__elided__>`, as MLIR does."""

    elide_above: int | None = None

    def print_attribute(self, attribute: Attribute) -> None:
        """Print an attribute, or the stand-in for its data."""
        if self.is_large(attribute):
            self.print_string("dense_resource<__elided__> : ")
            attribute = attribute.get_type()
        super().print_attribute(attribute)

    def is_large(self, attribute: Attribute) -> TypeGuard[DenseIntOrFPElementsAttr]:
        """Whether this is data that would print as more than `elide_above` elements; a splat prints as one."""
        return (
            self.elide_above is not None
            and isa(attribute, DenseIntOrFPElementsAttr)
            and len(attribute) > self.elide_above
            and not attribute.is_splat()
        )


@dataclass(frozen=True)
class IRFormat:
    """How a module is printed."""

    elide_above: int | None = None
    generic: bool = False
    debuginfo: bool = False
    properties_as_attributes: bool = False

    def write(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """Print a module and a final newline."""
        printer = ElidingPrinter(
            stream=output,
            print_generic_format=self.generic,
            print_debuginfo=self.debuginfo,
            print_properties_as_attributes=self.properties_as_attributes,
            elide_above=self.elide_above,
        )
        printer.print_op(module)
        printer.print_metadata(ctx.loaded_dialects)
        output.write("\n")
