"""Reads tables of targets: the package's own, and files of users, which may hold anything.

Both are TOML. The package's has backends, cores, targets and refused names; a user's has targets on the package's
cores, no more. What a key means is said in docs/add-a-target.md. Nothing is guessed: a key that is not known, a value
of another type or out of its range is an error that names the file, the key, what is wrong and what to write.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from .memory_size import parse_size
from .target import FEATURES, Core, Memory, Target

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""Names of cores, targets and devices."""
FLAG = re.compile(r"-m[a-z0-9-]+(=[A-Za-z0-9+._-]+)?")
"""Flags that tell a compiler what core it compiles for; others may do anything."""
CORE_FLAG = re.compile(rf"{FLAG.pattern}|--specs=[a-z]+\.specs")
"""In the package's table, also the C library."""
PRINTABLE = re.compile(r"[ -~]{1,200}")

Table = dict[str, Any]


class TargetFileError(ValueError):
    """What is wrong with a table of targets, in one line."""


@dataclass(frozen=True)
class BackendEntry:
    """A backend as the table has it."""

    name: str
    default: str
    """The target that its passes take where none is named."""
    built: bool
    """Whether it is there: if not, its targets are refused."""


@dataclass(frozen=True)
class TargetTable:
    """Everything a table says."""

    backends: Mapping[str, BackendEntry]
    cores: Mapping[str, Core]
    targets: Mapping[str, Target]
    """By their own names, in alphabetical order."""
    refused: Mapping[str, str]
    """The beginnings of names that a user may try -> why there is no such target."""

    def find(self, name: str) -> Target | None:
        """The target of this name or alias, or the one of a core's name."""
        if (core := self.cores.get(name)) is not None:
            return Target(name, core)
        named = self.targets.get(name)
        return named or next((target for target in self.targets.values() if name in target.aliases), None)

    @property
    def names(self) -> list[str]:
        """What `find` finds, but for aliases."""
        return sorted([*self.targets, *self.cores])

    def with_own(self, data: bytes, file: str) -> TargetTable:
        """The targets of a user's file beside these.

        Raises:
            TargetFileError: the file is wrong.
        """
        root = _parse(data, file)
        own = dict(_targets(root, self.cores, own=True))
        root.finish()
        if not own:
            raise TargetFileError(f"{file}: has no target; write a table [target.NAME]")
        for name in own:
            if self.find(name) is not None:
                raise TargetFileError(f"{file}: target.{name}: there is a target of this name; choose another")
        return TargetTable(self.backends, self.cores, {**self.targets, **own}, self.refused)


def read_table(data: bytes, file: str) -> TargetTable:
    """The package's table.

    Raises:
        TargetFileError: it is wrong.
    """
    root = _parse(data, file)
    backends = {name: _backend(name, entry) for name, entry in root.tables("backend")}
    cores = {name: _core(name, entry, backends) for name, entry in root.tables("core")}
    targets = dict(_targets(root, cores, own=False))
    if taken := [name for name in targets if name in cores]:
        root.fail(f"target.{taken[0]}", "is the name of a core; choose another")
    refused = root.table("refused").texts()
    root.finish()
    return TargetTable(backends, cores, dict(sorted(targets.items())), refused)


def _parse(data: bytes, file: str) -> Section:
    try:
        return Section(tomllib.loads(data.decode("utf-8")), file, "")
    except UnicodeDecodeError:
        raise TargetFileError(f"{file}: is no text in UTF-8; write it in TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise TargetFileError(f"{file}: is no TOML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise TargetFileError(f"{file}: is nested too deeply; write tables [target.NAME]") from None


# --- Entries ------------------------------------------------------------------------------------------------------


def _backend(name: str, entry: Section) -> BackendEntry:
    backend = BackendEntry(name, entry.name("default"), entry.boolean("built", default=True))
    entry.finish()
    return backend


def _core(name: str, entry: Section, backends: Collection[str]) -> Core:
    core = Core(
        name=name,
        backend=entry.one_of("backend", backends),
        features=frozenset(entry.some_of("features", FEATURES)),
        cmsis_nn=entry.boolean("cmsis-nn", default=False),
        compiler=entry.text("compiler"),
        flags=entry.flags("flags", CORE_FLAG),
        machine=entry.optional_text("machine"),
        stand_in=entry.optional_text("stand-in"),
        optimize="size" if entry.optional_one_of("optimize", ("size", "speed")) == "size" else "speed",
        optional=(optional := entry.table("without")).flags_by_feature(),
    )
    optional.finish()
    entry.finish()
    return core


def _targets(root: Section, cores: Mapping[str, Core], *, own: bool) -> Iterator[tuple[str, Target]]:
    for name, entry in root.tables("target"):
        core = cores[entry.one_of("core", cores)]
        core = core.lacking(frozenset(entry.some_of("without", core.optional))).with_flags(entry.flags("flags"))
        devices = {device: _memory(memory) for device, memory in entry.tables("device")}
        target = Target(
            name=name,
            core=core,
            memory=_memory(entry, last=False),
            chip=entry.optional_text("chip") or (name if own else None),
            devices=devices,
            aliases=entry.names("aliases"),
            note=entry.optional_text("note"),
        )
        entry.finish()
        yield name, target


def _memory(entry: Section, *, last: bool = True) -> Memory:
    memory = Memory(entry.size("flash"), entry.size("ram"))
    if last:
        entry.finish()
    return memory


# --- Values -------------------------------------------------------------------------------------------------------


class Section:
    """A table whose keys are taken out one by one; `finish` finds those that nobody knows."""

    def __init__(self, values: Table, file: str, path: str):
        self._values = dict(values)
        self._known: list[str] = []
        self._file, self._path = file, path

    def fail(self, key: str, problem: str) -> NoReturn:
        """Raise the error about a key."""
        where = ".".join(filter(None, (self._path, key)))
        raise TargetFileError(f"{self._file}: {where}: {problem}")

    def finish(self) -> None:
        """Raise TargetFileError where a key is left."""
        for key in self._values:
            self.fail(shown(key), f"is not known here; write one of {', '.join(self._known) or 'no keys'}")

    def remaining(self) -> list[str]:
        """The keys that are left."""
        return list(self._values)

    def _take(self, key: str) -> Any:
        self._known.append(key)
        return self._values.pop(key, None)

    def optional_text(self, key: str) -> str | None:
        """A line of printable characters, or None."""
        value = self._take(key)
        if value is not None and not (isinstance(value, str) and PRINTABLE.fullmatch(value)):
            self.fail(key, f"is {shown(value)}; write a line of ASCII in quotes, at most 200 characters")
        return value

    def text(self, key: str) -> str:
        """A line that must be there."""
        value = self.optional_text(key)
        if value is None:
            self.fail(key, "is missing; write a line of ASCII in quotes")
        return value

    def name(self, key: str) -> str:
        """A name that must be there."""
        value = self.text(key)
        if NAME.fullmatch(value) is None:
            self.fail(key, f"is {shown(value)}; write small letters, digits and -")
        return value

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of some words."""
        value = self.text(key)
        if value not in known:
            self.fail(key, f"is {shown(value)}; use one of {', '.join(sorted(known))}")
        return value

    def optional_one_of(self, key: str, known: Collection[str]) -> str | None:
        """One of some words, or None."""
        return self.one_of(key, known) if key in self._values else self.optional_text(key)

    def boolean(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self.fail(key, f"is {shown(value)}; write true or false")
        return default if value is None else value

    def size(self, key: str) -> int | None:
        """A number of bytes, or None."""
        value = self._take(key)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | str):
                raise ValueError
            return parse_size(str(value))
        except ValueError:
            self.fail(key, f'is {shown(value)}; write bytes, as 524288, or "512 KiB", or "2 MiB"')

    def _list(self, key: str) -> list[str]:
        value = self._take(key)
        if value is None:
            return []
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if len(items) > 32 or not all(isinstance(item, str) for item in items):
            self.fail(key, f'is {shown(cast(object, value))}; write a list of at most 32 words, as ["fpu"]')
        return cast("list[str]", items)

    def some_of(self, key: str, known: Collection[str]) -> list[str]:
        """Some of some words."""
        items = self._list(key)
        for item in items:
            if item not in known:
                choice = f"use some of {', '.join(sorted(known))}" if known else "leave it out"
                self.fail(key, f"has {shown(item)}; {choice}")
        return items

    def names(self, key: str) -> tuple[str, ...]:
        """Names."""
        items = self._list(key)
        for item in items:
            if NAME.fullmatch(item) is None:
                self.fail(key, f"has {shown(item)}; write small letters, digits and -")
        return tuple(items)

    def flags(self, key: str, allowed: re.Pattern[str] = FLAG) -> tuple[str, ...]:
        """Flags for a compiler."""
        items = self._list(key)
        for item in items:
            if allowed.fullmatch(item) is None:
                self.fail(key, f"has {shown(item)}; write flags that begin with -m")
        return tuple(items)

    def flags_by_feature(self) -> dict[str, tuple[str, ...]]:
        """A table of features, each with flags."""
        return {feature: self.flags(feature) for feature in FEATURES if feature in self._values}

    def texts(self) -> dict[str, str]:
        """A table of lines."""
        return {key: self.text(key) for key in self.remaining()}

    def table(self, key: str) -> Section:
        """A table, empty where there is none."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.fail(key, f"is {shown(value)}; write a table [{'.'.join(filter(None, (self._path, key)))}]")
        return Section(cast(Table, value or {}), self._file, ".".join(filter(None, (self._path, key))))

    def tables(self, key: str) -> Iterator[tuple[str, Section]]:
        """A table of tables, each under its name."""
        outer = self.table(key)
        for name in outer.remaining():
            if NAME.fullmatch(name) is None:
                outer.fail(shown(name), "is no name; write small letters, digits and -")
            yield name, outer.table(name)


def shown(value: object) -> str:
    """A value of a file as an error shows it: on one line, and not all of a long one."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
