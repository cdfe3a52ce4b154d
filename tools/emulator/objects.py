"""Objects kept from one build for the next: kernels and harness are the same sources in every project.

They are kept in the folder that the environment variable DQNNC_OBJECTS names, and not at all without it. The tests set
it, where thousands of projects are compiled.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from . import tools
from .stack import CALL_GRAPH, SUFFIX

VARIABLE = "DQNNC_OBJECTS"

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


def compile_object(compiler: str, flags: Sequence[str], source: Path, target: Path) -> None:
    """Compile a source, or take the object that was made of the same before. Raises EmulatorError."""
    kept = _place(compiler, flags, source)
    # The object last: where it is kept, its call graph is.
    suffixes = (SUFFIX, ".o") if CALL_GRAPH in flags else (".o",)
    if kept is not None and kept.exists():
        for suffix in suffixes:
            shutil.copyfile(kept.with_suffix(suffix), target.with_suffix(suffix))
        return
    tools.build([compiler, *flags, "-c", source, "-o", target])
    if kept is not None:
        for suffix in suffixes:
            # Renamed, so that a process beside this one never takes half a file.
            partial = kept.with_suffix(f".{os.getpid()}-{target.stem}")
            shutil.copyfile(target.with_suffix(suffix), partial)
            partial.replace(kept.with_suffix(suffix))


def _place(compiler: str, flags: Sequence[str], source: Path) -> Path | None:
    """Where an object is kept: its name is a digest of all that it depends on but the system's headers.

    Of a folder of headers the path does not count, but what the source may include of it.
    """
    keep = os.environ.get(VARIABLE)
    if keep is None:
        return None
    path = tools.find_tool(compiler)
    folders = [Path(flag.removeprefix("-I")) for flag in flags if flag.startswith("-I")]
    options = tuple(flag for flag in flags if not flag.startswith("-I"))
    digest = hashlib.sha256(repr((path, os.stat(path).st_mtime_ns, options, source.name)).encode())
    for text in _texts(source, folders):
        digest.update(len(text).to_bytes(8, "little"))
        digest.update(text)
    return Path(keep, f"{digest.hexdigest()}.o")


def _texts(source: Path, folders: Sequence[Path]) -> list[bytes]:
    """The texts of a source and of all headers in `folders` that it may include, each once."""
    texts: list[bytes] = []
    found = [source]
    for path in found:  # grows while it is walked
        text = path.read_bytes()
        texts.append(text)
        for name in _INCLUDE.findall(text):
            places = (folder / os.fsdecode(name) for folder in (path.parent, *folders))
            header = next((place for place in places if place.is_file()), None)
            if header is not None and header not in found:
                found.append(header)
    return texts
