"""The network under construction: the IR's block, and what is known of each value of the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.dialects.builtin import TensorType, f32
from xdsl.ir import Block, SSAValue

from ...dialects.dqnn import ConstantOp, DequantizeOp, DqnnOp, layer_loc
from ..names import value_name
from .file import SPARE_BYTES, Array, File
from .known import Known
from .model import Model

COPIES = 16
"""How many times the bytes of a file's constant may be written in other forms: widened, turned, for many layers."""

FALLBACK = "dqnn.fallback"
"""Attribute of an op that stays in float: what the file asks for that no kernel has."""

Value = SSAValue | Known


def is_real(array: Array) -> bool:
    """Whether an array holds real numbers, of whatever precision."""
    return array.dtype.kind == "f" or array.dtype.name == "bfloat16"


@dataclass
class Network:
    """What has been imported so far."""

    model: Model
    block: Block
    values: dict[str, Value] = field(default_factory=dict[str, Value])
    notes: dict[str, None] = field(default_factory=dict[str, None])
    """What the file asks for that is done in another way, for the report; in order, each once."""
    _constants: dict[int, tuple[Known, SSAValue]] = field(default_factory=dict[int, tuple[Known, SSAValue]])
    _spare: int = SPARE_BYTES
    """Bytes of constants that may still be made. What the file has may be written a few times more."""

    @property
    def file(self) -> File:
        """The file that is imported."""
        return self.model.file

    def note(self, text: str) -> None:
        """Say in the report that something is done in another way than the file has it."""
        self.notes[text] = None

    def find(self, name: str) -> Value | None:
        """The value of that name, or None where nothing so far has computed it."""
        value = self.values.get(name)
        if value is None and name in self.model.constants:
            value = self.values[name] = self.model.constant(name)
            self._spare += COPIES * value.array.nbytes
        return value

    def spend(self, array: Array) -> None:
        """Count a constant that is made or written.

        Raises:
            ModelError: it is one too many: a small file would become a network larger than any memory.
        """
        self._spare -= array.nbytes
        if self._spare < 0:
            raise self.file.refuse("constants that are much larger than the file", "let the exporter fold constants")

    def emit(self, op: DqnnOp, layer: str, hint: str | None = None) -> SSAValue:
        """Add a verified op and return its first result."""
        if isinstance(op, ConstantOp):
            self.spend(op.array)
        op.location = layer_loc(layer)
        self.block.add_op(op)
        result = op.results[0]
        result.name_hint = value_name(layer if hint is None else f"{layer}_{hint}")
        return result

    def constant(self, known: Known, layer: str, hint: str) -> SSAValue:
        """A constant of real numbers as an f32 value: of codes a dequantize. One op, however often it is asked for."""
        key = id(known)
        if key not in self._constants:
            # The entry keeps `known` alive, and so its id its own.
            self._constants[key] = (known, self._emit_constant(known, layer, hint))
        return self._constants[key][1]

    def _emit_constant(self, known: Known, layer: str, hint: str) -> SSAValue:
        if known.element is None:
            return self.emit(ConstantOp(known.reals(), f32), layer, hint)
        codes = self.emit(ConstantOp(known.array, known.element), layer, f"{hint}_codes")
        return self.emit(DequantizeOp(codes, TensorType(f32, known.shape)), layer, hint)
