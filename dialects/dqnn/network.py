"""The function that is the network: its name, arguments and results."""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute
from xdsl.utils.hints import isa

NAME_ATTRIBUTE = "dqnn.name"
"""The attribute of a function's argument or result that holds its name in the model file."""

NOTES = "dqnn.notes"
"""The attribute of a module that says what the model's file asks for and is done in another way, a string each."""


def notes_of(module: ModuleOp) -> list[str]:
    """What is done in another way than the model's file has it."""
    notes = module.attributes.get(NOTES)
    entries = notes.data if isa(notes, ArrayAttr[Attribute]) else ()
    return [note.data for note in entries if isinstance(note, StringAttr)]


def network_function(module: ModuleOp) -> FuncOp:
    """The one function with a body of a module.

    Raises:
        ValueError: the module has none, or several.
    """
    functions = [op for op in module.body.ops if isinstance(op, FuncOp) and not op.is_declaration]
    if len(functions) != 1:
        raise ValueError(f"expected a module with one function, found {len(functions)}")
    return functions[0]


def argument_names(function: FuncOp) -> list[str]:
    """The name of each argument: its `dqnn.name`, else its name in the text, else `in_<index>`."""
    hints = [argument.name_hint for argument in function.body.block.args]
    given = _names(function.arg_attrs, len(hints))
    return [name or hint or f"in_{i}" for i, (name, hint) in enumerate(zip(given, hints, strict=True))]


def result_names(function: FuncOp) -> list[str]:
    """The name of each result: its `dqnn.name`, else `out_<index>`."""
    given = _names(function.res_attrs, len(function.function_type.outputs))
    return [name or f"out_{i}" for i, name in enumerate(given)]


def _names(attributes: ArrayAttr[DictionaryAttr] | None, count: int) -> list[str | None]:
    dictionaries = [DictionaryAttr({})] * count if attributes is None else attributes.data
    return [_text(dictionary.data.get(NAME_ATTRIBUTE)) for dictionary in dictionaries]


def _text(attribute: Attribute | None) -> str | None:
    return attribute.data if isinstance(attribute, StringAttr) else None
