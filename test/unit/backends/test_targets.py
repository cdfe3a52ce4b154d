"""The table of targets: what it holds, how names are found, and how files of users are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from dqnnc.backends.common import targets
from dqnnc.backends.common.memory_size import parse_size
from dqnnc.backends.common.target import Memory
from dqnnc.backends.common.target_table import TargetFileError, read_table
from dqnnc.backends.common.targets import built_targets, find_target, package_table
from dqnnc.tools.emulator.machines import MACHINES, find_core

TABLE = package_table()


@pytest.mark.parametrize("name", TABLE.names)
def test_every_entry_is_whole(name: str) -> None:
    target = TABLE.find(name)
    assert target is not None
    core = target.core
    flags = " ".join(core.flags)
    if core.compiler.startswith("arm-"):
        assert f"-mcpu={core.name}" in flags
        assert ("-mfloat-abi=hard" in flags) == ("fpu" in core.features)
        assert flags.count("-mfloat-abi") == 1
    assert core.machine is None or core.machine in MACHINES
    assert (target.chip is None) == (target.memory == Memory())


@pytest.mark.parametrize("name", built_targets(TABLE))
def test_targets_are_found_whatever_their_case(name: str) -> None:
    assert find_target(name.upper()).name == name


SERIES = "c0 f0 f1 f2 f3 f4 f7 g0 g4 h5 h7 l0 l1 l4 l5 n6 u0 u3 u5 wb wb0 wba wl wl3"
"""Of STM32 with a core that is programmed here."""


def test_the_series_of_the_documents_are_there() -> None:
    names = [f"stm32{series}" for series in SERIES.split()]
    names += ["stm32", "stm32xx", "stellar-e", "stellar-pg", "stellar-pg-r52", "stellar-pg-m4", "ispu"]
    assert all(TABLE.find(name) is not None for name in names)


def test_builds_and_features() -> None:
    assert find_target("stm32n6").build_name == "mve"
    assert find_target("stm32f4").build_name == "dsp"
    assert find_target("stm32f4", "c").build_name == "c"
    assert find_target("stm32g0").build_name == "c"
    assert find_target("stm32wl").core.features == {"dsp"}
    assert "-mfloat-abi=hard" not in find_core(find_target("stm32wl").core).flags


def test_budgets_of_the_ispus_devices() -> None:
    target = TABLE.find("ispu")
    assert target is not None
    memory = {name: (item.flash, item.ram) for name, item in target.devices.items()}
    small, large = (32 * 1024, 8 * 1024), (32 * 1024, 56 * 1024)
    assert memory == {"imu_22": small, "ism330is": small, "lsm6dso16is": small, "iis3dwb10is": large}
    assert target.device("IIS3DWB10IS").memory.ram == 56 * 1024
    with pytest.raises(ValueError, match="target 'ispu' has no device 'lsm6dsox': use one of imu_22, "):
        target.device("lsm6dsox")


def test_a_core_without_cmsis_nn_has_portable_kernels_alone() -> None:
    target = TABLE.find("ispu")
    assert target is not None
    assert (target.build_name, target.choice("auto")) == (None, "portable")
    with pytest.raises(ValueError, match="there is no CMSIS-NN for target 'ispu'"):
        target.choice("cmsis-nn")
    with pytest.raises(ValueError, match="there is no CMSIS-NN for target 'ispu'"):
        target.with_build("dsp")


@pytest.mark.parametrize("name", [*TABLE.refused, "stm32mp157", "STM32N6NPU"])
def test_targets_that_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(ValueError, match=r"is not supported: \w"):
        find_target(name)


def test_a_target_without_its_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"""
        backend.cortex_m.default = "here"
        backend.other = { default = "there", built = false }
        core.a = { backend = "cortex_m", compiler = "gcc" }
        core.b = { backend = "other", compiler = "gcc" }
        target.here = { core = "a" }
        target.there = { core = "b" }
    """
    table = read_table(text, "x.toml")
    monkeypatch.setattr(targets, "package_table", lambda: table)
    assert find_target("here").core.name == "a"
    assert built_targets(table) == ["a", "here"]
    for name in ("there", "b"):
        with pytest.raises(ValueError, match=f"target '{name}' is not supported yet: the backend for b is not built"):
            find_target(name)
    with pytest.raises(ValueError, match="no target 'c': use one of a, here"):
        find_target("c")


def test_sizes_of_memory() -> None:
    sizes = {"1": 1, "512": 512, "32k": 32768, "32KiB": 32768, "32 KiB": 32768, "2M": 1 << 21, "2MiB": 1 << 21}
    assert {text: parse_size(text) for text in sizes} == sizes
    for text in ("", "0", "-1", "1.5k", "32kb", "32KB", "5000 MiB", "k", "٣", "1_000", "99999999999999"):
        with pytest.raises(ValueError, match="is no size of memory; write bytes"):
            parse_size(text)


# --- Files of users ----------------------------------------------------------------------------------------------


def found(text: str, tmp_path: Path, name: str = "board"):
    file = tmp_path / "board.toml"
    file.write_text(text)
    return find_target(name, file=str(file))


def test_a_users_target(tmp_path: Path) -> None:
    text = """
        [target.board]
        core = "cortex-m33"
        without = ["dsp", "fpu"]
        flags = ["-mtune=cortex-m33"]
        flash = 524288
        ram = "96 KiB"
        aliases = ["plank"]
        device.big = { ram = "1 MiB" }
    """
    target = found(text, tmp_path)
    assert target == found(text, tmp_path, "PLANK")
    assert (target.memory, target.chip) == (Memory(512 * 1024, 96 * 1024), "board")
    assert target.core.features == frozenset()
    assert target.core.flags == (
        "-mcpu=cortex-m33+nodsp",
        "-mthumb",
        "-mfpu=fpv5-sp-d16",
        "-mfloat-abi=soft",
        "-mtune=cortex-m33",
    )
    assert target.device("big").memory == Memory(None, 1 << 20)
    assert find_target("stm32f4", file=str(tmp_path / "board.toml")) == find_target("stm32f4")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"has no target; write a table \[target.NAME\]"),
        ("core = ", r"is no TOML: Invalid value \(at end of document\)"),
        ("target = 3", r"target: is 3; write a table \[target\]"),
        ("[target.board]", "target.board.core: is missing; write"),
        ("target.board = 1", r"target.board: is 1; write a table \[target.board\]"),
        ('[target.board]\ncore = "z80"', "target.board.core: is 'z80'; use one of cortex-m0, "),
        (
            '[target.board]\ncore = "cortex-m4"\nspeed = 3',
            "target.board.'speed': is not known here; write one of core, ",
        ),
        ('[target.board]\ncore = "cortex-m4"\nram = -1', "target.board.ram: is -1; write bytes, as 524288, or "),
        ('[target.board]\ncore = "cortex-m4"\nram = true', "target.board.ram: is True; write bytes"),
        ('[target.board]\ncore = "cortex-m4"\nram = "8 XB"', "target.board.ram: is '8 XB'; write bytes"),
        ('[target.board]\ncore = "cortex-m0"\nwithout = ["fpu"]', "target.board.without: has 'fpu'; leave it out"),
        ('[target.board]\ncore = "cortex-m4"\nwithout = ["mve"]', "target.board.without: has 'mve'; use some of fpu"),
        ('[target.board]\ncore = "cortex-m4"\nwithout = "fpu"', "target.board.without: is 'fpu'; write a list"),
        ('[target.board]\ncore = "cortex-m4"\nflags = ["-fplugin=x"]', "flags: has '-fplugin=x'; write flags that"),
        ('[target.board]\ncore = "cortex-m4"\nflags = ["-mcpu=a b"]', "flags: has '-mcpu=a b'; write flags that"),
        ('[target.board]\ncore = "cortex-m4"\nnote = "a\\nb"', r"note: is 'a\\nb'; write a line of ASCII"),
        ('[target.board]\ncore = "cortex-m4"\ndevice.x = { rom = 1 }', "device.x.'rom': is not known here"),
        ('[target."a b"]\ncore = "cortex-m4"', "target.'a b': is no name; write small letters"),
        ('[target.stm32f4]\ncore = "cortex-m4"', "target.stm32f4: there is a target of this name; choose another"),
        (
            '[target.board]\ncore = "cortex-m4"\n[core.mine]\ncompiler = "/bin/sh"',
            "'core': is not known here; write one of target",
        ),
    ],
)
def test_wrong_files_are_refused_in_one_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match=f"board.toml: .*{message}") as error:
        found(text, tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "is no text in UTF-8"),
        (b"#" * (1 << 17), "is longer than 64 KiB"),
        (b"x = " + b"[" * 60_000, "is no TOML|is nested too deeply"),
    ],
)
def test_files_that_are_no_toml(data: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "board.toml"
    file.write_bytes(data)
    with pytest.raises(TargetFileError, match=message):
        find_target("board", file=str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match=r"absent.toml: cannot be read: No such file"):
        find_target("board", file=str(tmp_path / "absent.toml"))
    with pytest.raises(TargetFileError, match=r"cannot be read: Is a directory"):
        find_target("board", file=str(tmp_path))


def test_a_target_is_not_called_as_a_core() -> None:
    text = b"""
        backend.cortex_m.default = "a"
        core.a = { backend = "cortex_m", compiler = "gcc" }
        target.a = { core = "a" }
    """
    with pytest.raises(TargetFileError, match=r"x.toml: target.a: is the name of a core"):
        read_table(text, "x.toml")
