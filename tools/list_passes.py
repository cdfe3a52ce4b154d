"""`--list-passes`: every pass with its options."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.utils.hints import type_repr

from ..passes.pipelines import Pipeline


def describe_passes(available: Mapping[str, Callable[[], type[ModulePass]]]) -> str:
    """A text of all pipelines and passes but xDSL's own, which are only named."""
    upstream = get_all_passes()
    ours = [available[name]() for name in sorted(available) if name not in upstream]
    pipelines = [item for item in ours if issubclass(item, Pipeline)]
    passes = [item for item in ours if not issubclass(item, Pipeline)]
    names = ", ".join(sorted(name for name in available if name in upstream))
    return "\n".join(
        [
            "Pipelines:",
            *(line for item in pipelines for line in _describe(item)),
            "Passes:",
            *(line for item in passes for line in _describe(item)),
            f"Passes of xDSL: {names}",
            "",
        ]
    )


def _describe(item: type[ModulePass]) -> Iterable[str]:
    yield f"  {item.name}: {_first_line(item)}"
    if issubclass(item, Pipeline):
        yield f"      = {','.join(item.stages)}"
    types = get_type_hints(item)
    for field in dataclasses.fields(item):
        default = _default(field)
        yield f"      {field.name.replace('_', '-')}: {_type(types[field.name])}{default}"


def _first_line(item: type[ModulePass]) -> str:
    return (inspect.getdoc(item) or "").strip().partition("\n")[0]


def _type(option_type: Any) -> str:
    """An option's type; for one of several words, the words; for an optional one, `none` as well."""
    if get_origin(option_type) is Literal:
        return " | ".join(get_args(option_type))
    if NoneType in (members := get_args(option_type)):
        return " | ".join([*(_type(member) for member in members if member is not NoneType), "none"])
    return type_repr(option_type)


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return " (required)"
    value = field.default
    text = "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f" = {text}"
