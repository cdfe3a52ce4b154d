"""Which files of the runtime a network needs: its kernels, what they include and what they call.

Every kernel is in `src/<function>.c`. Headers that the kernels share lie beside them, public ones in `include/`. Other
packages may bring folders of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xdsl.utils.exceptions import DiagnosticException

from .. import runtime
from ..common.extension import extensions

RUNTIME = Path(runtime.__file__).parent
"""The runtime's folder."""

_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
_CALL = re.compile(r"\b((?:arm|dqnn)_\w+)\s*\(")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class RuntimeFiles:
    """Texts by file name: our own files are always used, the others where CMSIS-NN's are not."""

    own_sources: dict[str, str]
    own_headers: dict[str, str]
    portable_sources: dict[str, str]
    portable_headers: dict[str, str]

    @property
    def uses_math(self) -> bool:
        """Whether a kernel needs the C library's mathematics."""
        return any("<math.h>" in text for text in (*self.own_sources.values(), *self.portable_sources.values()))


def runtime_files(callees: Iterable[str], headers: Iterable[str], folder: Path = RUNTIME) -> RuntimeFiles:
    """The files for a network that calls `callees` and includes `headers`, from the runtime in `folder` and extensions.

    Raises DiagnosticException where there is no kernel of that name, or two files of one name.
    """
    folders = [folder, *(extension.runtime for extension in extensions())]
    sources = _by_name(path for root in folders for path in root.glob("src/*.[ch]"))
    public = _by_name(path for root in folders for path in root.glob("include/*.h"))
    wanted = [f"{callee}.c" for callee in sorted(set(callees))]
    if missing := [name for name in wanted if name not in sources]:
        raise DiagnosticException(f"the runtime has no kernel {missing[0].removesuffix('.c')}")
    wanted += sorted(set(headers))
    found: dict[str, str] = {}
    while wanted:
        name = wanted.pop()
        path = sources.get(name) or public.get(name)
        if path is None or name in found:
            continue  # A header of the C library or of CMSIS-NN alone.
        found[name] = path.read_text(encoding="utf-8")
        wanted += _INCLUDE.findall(found[name])
        calls = _CALL.findall(_COMMENT.sub("", found[name])) if name in sources else []
        wanted += [f"{callee}.c" for callee in calls if f"{callee}.c" in sources]

    def select(suffix: str, *, own: bool) -> dict[str, str]:
        return {
            name: text
            for name, text in sorted(found.items())
            if name.endswith(suffix) and name.startswith("arm_") != own
        }

    return RuntimeFiles(
        own_sources=select(".c", own=True),
        own_headers=select(".h", own=True),
        portable_sources=select(".c", own=False),
        portable_headers=select(".h", own=False),
    )


def _by_name(paths: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in paths:
        if path.name in found:
            raise DiagnosticException(f"two files {path.name}: {found[path.name]} and {path}; rename one")
        found[path.name] = path
    return found
