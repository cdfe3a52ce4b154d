"""Worst-case stack of a network: GCC's call graphs with the stack of each function, and the deepest way through them.

    call graph = functions with their frames, and who calls whom; nothing calls itself and all calls name a function,
                 so that it has no circle
    deepest(f) = frame of f + the greatest deepest(g) of all g that f calls

GCC writes a graph for each source, in a file beside the object. Calls that it adds itself, such as those of its own
routines for floating point, are in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .errors import EmulatorError

CALL_GRAPH = "-fcallgraph-info=su"
"""The flag with which GCC writes call graphs."""

SUFFIX = ".ci"
"""Of a call graph, which has the object's name."""

LIBRARY_BYTES = 128
"""What is allowed for a function of the C library or of the compiler's own, which bring no data. A test measures those
that the kernels call."""

_NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"', re.MULTILINE)
_EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', re.MULTILINE)
_FRAME = re.compile(r"(\d+) bytes \((static|dynamic|dynamic,bounded)\)")
_POINTER = "__indirect_call"
"""What GCC calls the function behind a pointer."""


@dataclass(frozen=True)
class Stack:
    """The stack that a network's run function needs at most, with all that it calls."""

    bytes: int
    path: tuple[str, ...]
    """The functions that take it, each called by the one before."""
    libraries: tuple[str, ...]
    """Functions of the C library and of the compiler's own that it reaches: LIBRARY_BYTES are allowed for each."""
    not_counted: tuple[str, ...]
    """Functions of CMSIS-NN that it reaches, where kernels come from there: nothing is known of them."""


@dataclass
class CallGraph:
    """Functions by their names; those of one source alone have its name in theirs."""

    frames: dict[str, int] = field(default_factory=dict[str, int])
    """Bytes of stack that a function takes itself; none for one of a library."""
    unbounded: set[str] = field(default_factory=set[str])
    """Functions whose frames depend on their arguments."""
    calls: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))

    def add(self, text: str) -> None:
        """Add the graph of a source."""
        for name, label in _NODE.findall(text):
            if match := _FRAME.search(label):
                # A header's static function has a copy in each source, of one name: the largest frame counts.
                self.frames[name] = max(int(match[1]), self.frames.get(name, 0))
                if match[2] == "dynamic":
                    self.unbounded.add(name)
        for caller, callee in _EDGE.findall(text):
            self.calls[caller].add(callee)


def network_stack(objects: Iterable[Path], name: str) -> Stack:
    """The stack that the run function of the network `name` needs at most.

    The objects are those of a build, where the call graphs lie beside them. Raises EmulatorError, as `worst_case`.
    """
    graph = CallGraph()
    for file in objects:
        graph.add(file.with_suffix(SUFFIX).read_text())
    return worst_case(graph, f"{name}_run")


def worst_case(graph: CallGraph, function: str) -> Stack:
    """The stack that a function needs at most.

    Raises:
        EmulatorError: there is no bound: the text names the function that calls itself, calls through a pointer, or
            takes memory by its arguments.
    """
    if function not in graph.frames:
        raise EmulatorError(f"the compiler gave no stack data for {function}")
    depths: dict[str, tuple[int, tuple[str, ...]]] = {}
    _deepest(graph, function, (), depths)
    outside = sorted(name for name in depths if name not in graph.frames)
    size, path = depths[function]
    return Stack(
        bytes=size,
        path=tuple(map(_shown, path)),
        libraries=tuple(name for name in outside if not _is_cmsis_nn(name)),
        not_counted=tuple(filter(_is_cmsis_nn, outside)),
    )


def _deepest(
    graph: CallGraph, name: str, callers: tuple[str, ...], depths: dict[str, tuple[int, tuple[str, ...]]]
) -> tuple[int, tuple[str, ...]]:
    """Bytes of stack that a function needs at most, and the path to there. Each function is walked once."""
    if name in callers:
        raise EmulatorError(f"{_shown(name)} calls itself: its stack has no bound")
    if name == _POINTER:
        raise EmulatorError(f"{_shown(callers[-1])} calls through a pointer: its stack is not known")
    if name in graph.unbounded:
        raise EmulatorError(f"{_shown(name)} takes stack by its arguments: it has no bound")
    if name not in depths:
        below = [_deepest(graph, callee, (*callers, name), depths) for callee in sorted(graph.calls[name])]
        most, path = max(below, default=(0, ()), key=lambda item: item[0])
        if name not in graph.frames and _is_cmsis_nn(name):
            depths[name] = (0, ())
        else:
            depths[name] = (graph.frames.get(name, LIBRARY_BYTES) + most, (name, *path))
    return depths[name]


def _is_cmsis_nn(name: str) -> bool:
    return name.startswith("arm_")


def _shown(name: str) -> str:
    """A function's name without that of its source, and without what GCC adds to a copy's."""
    return name.rpartition(":")[2].partition(".")[0]
