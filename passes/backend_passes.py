"""Passes that each backend has under a name of its own: the same pass, with the backend in its name.

`convert-dqnn-to-cortex-m` is `ConvertDqnnToCallsPass` for the targets of the backend `cortex_m`, and `dqnn-to-cortex-m`
the pipeline that ends with it. A new backend gets its own from its entry in `backends/targets.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from xdsl.passes import ModulePass

from ..backends.common.target import dashed
from ..backends.common.targets import built_backends

P = TypeVar("P", bound=ModulePass)


def backend_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Name to a function that imports the pass, for all passes of all backends."""
    return {
        template.format(backend=dashed(backend)): _importer(template, backend)
        for backend in built_backends()
        for template in ("convert-dqnn-to-{backend}", "dqnn-to-{backend}", "lower-to-{backend}")
    }


def _importer(template: str, backend: str) -> Callable[[], type[ModulePass]]:
    def find() -> type[ModulePass]:
        from .convert_dqnn_to_calls import ConvertDqnnToCallsPass
        from .pipelines import DqnnToCallsPipeline, LowerToCallsPipeline

        known = {item.name: item for item in (ConvertDqnnToCallsPass, DqnnToCallsPipeline, LowerToCallsPipeline)}
        return of_backend(known[template], backend)

    return find


@cache
def of_backend(template: type[P], backend: str) -> type[P]:
    """A pass for the targets of one backend. Its default target is the backend's."""
    name = dashed(backend)
    own: dict[str, Any] = {"name": template.name.format(backend=name), "only": backend}
    own |= {"__doc__": template.__doc__, "__module__": template.__module__}
    if (stages := getattr(template, "stages", None)) is not None:
        own["stages"] = tuple(stage.format(backend=name) for stage in stages)
    target = ("target", str, built_backends()[backend])
    made = make_dataclass(template.__name__, [target], bases=(template,), namespace=own, frozen=True)
    return cast(type[P], made)
