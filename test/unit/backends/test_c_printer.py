"""Generated C compiles without a warning, checks its arguments, and computes what the IR says."""

from __future__ import annotations

import ctypes
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dqnnc.backends.c.network import read_network
from dqnnc.backends.c.project import project_files, write_project
from dqnnc.backends.c.weights import weights_source
from dqnnc.passes.plan_memory import PlanMemoryPass
from dqnnc.tools.universe import DIALECTS
from xdsl.context import Context
from xdsl.dialects.builtin import (
    Builtin,
    BytesAttr,
    DenseIntOrFPElementsAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    TensorType,
    UnitAttr,
    i8,
)
from xdsl.dialects.func import Func
from xdsl.dialects.memref import GlobalOp, MemRef
from xdsl.parser import Parser

WARNINGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wcast-align", "-Werror"]
COMPILERS = {
    "gcc": ["gcc"],
    "unsigned char": ["gcc", "-Os", "-funsigned-char"],
    "clang": ["clang"],
    "arm": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
    "c++ header": ["g++", "-x", "c++", "-fsyntax-only"],
}

NETWORK = (Path(__file__).parent / "network.mlir").read_text()


def parse(text: str) -> ModuleOp:
    context = Context()
    for dialect in (Builtin, Func, MemRef, *(load() for load in DIALECTS.values())):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def planned(text: str, **options: Any) -> ModuleOp:
    module = parse(text)
    PlanMemoryPass(**options).apply(Context(), module)
    module.verify()
    return module


def network(**options: Any) -> ModuleOp:
    return planned(NETWORK, **options)


OPTIONS = [{}, {"allocate_inputs": True, "allocate_outputs": True, "alignment": 16}]


@pytest.mark.parametrize("options", OPTIONS, ids=["outside", "inside"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings(compiler: str, options: dict[str, Any], tmp_path: Path) -> None:
    command = COMPILERS[compiler]
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    write_project(network(**options), tmp_path / "out", with_example=True)
    includes = [f"-I{tmp_path / 'out' / folder}" for folder in (".", "kernels/include", "kernels/portable")]
    if compiler == "c++ header":
        subprocess.run([*command, "-std=c++11", "-Wall", "-Wextra", "-Werror", tmp_path / "out/net.h"], check=True)
        return
    sources = sorted((tmp_path / "out").rglob("*.c"))
    assert len(sources) == 6
    for source in sources:
        subprocess.run([*command, *WARNINGS, *includes, "-c", source, "-o", tmp_path / "x.o"], check=True)


class Library:
    """The generated network, loaded."""

    def __init__(self, module: ModuleOp, folder: Path, *flags: str):
        write_project(module, folder / "out")
        includes = [f"-I{folder / 'out' / name}" for name in (".", "kernels/include", "kernels/portable")]
        sources = sorted((folder / "out").rglob("*.c"))
        library = folder / "net.so"
        subprocess.run(
            ["gcc", "-O1", "-shared", "-fPIC", *flags, *includes, *sources, "-lm", "-o", library], check=True
        )
        self._run = ctypes.CDLL(str(library)).net_run

    def run(self, arena: int | None, inputs: Sequence[int | None] | None, outputs: Sequence[int | None] | None) -> int:
        """Call it with addresses; None is NULL."""
        arrays = [None if a is None else (ctypes.c_void_p * len(a))(*a) for a in (inputs, outputs)]
        return self._run(None if arena is None else ctypes.c_void_p(arena), *arrays)


def aligned(size: int, alignment: int = 16) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    memory = np.full(size + alignment, 0xA5, np.uint8)
    start = -memory.ctypes.data % alignment
    return memory[start : start + size]


def expected(codes: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    """What NETWORK's convolution gives, from the definition (multiplier 2^30 is one half)."""
    weights = np.frombuffer(bytes.fromhex("01ff02038005060708090a0b0c0d0e7f"), np.int8).reshape(4, 4).astype(int)
    sums = (codes.astype(int).reshape(4, 4) + 3) @ weights.T
    halves = np.floor(sums / 2 + 0.5)
    scaled = np.array([[_half_away(value / 2**shift) for shift, value in enumerate(row)] for row in halves])
    return np.clip(scaled + 1, -128, 127).astype(np.int8)


def _half_away(value: float) -> int:
    return int(np.sign(value) * np.floor(abs(value) + 0.5))


def test_runs(tmp_path: Path) -> None:
    library = Library(network(), tmp_path)
    arena = aligned(read_network(network()).arena_bytes)
    codes = np.array([5, -7, 100, -128, 0, 1, 2, 3, 127, -3, -3, 9, 40, 50, -60, 70], np.int8)
    kept = codes.copy()
    floats, last = np.zeros(16, np.float32), np.zeros(4, np.int8)
    assert library.run(arena.ctypes.data, [codes.ctypes.data], [floats.ctypes.data, last.ctypes.data]) == 0
    assert np.array_equal(codes, kept)
    result = expected(codes)
    assert len(set(result.reshape(-1))) > 8
    assert np.array_equal(floats, (result.reshape(-1) - np.float32(1)) * np.float32(0.1))
    assert np.array_equal(last, result[3][::-1])


def test_runs_with_everything_in_the_arena(tmp_path: Path) -> None:
    module = network(allocate_inputs=True, allocate_outputs=True, alignment=16)
    library = Library(module, tmp_path)
    facts = read_network(module)
    arena = aligned(facts.arena_bytes)
    codes = np.arange(-8, 8, dtype=np.int8)
    offsets = [edge.offset for edge in (*facts.inputs, *facts.outputs)]
    at_input, at_floats, at_last = (offset for offset in offsets if offset is not None)
    arena[at_input : at_input + 16] = codes.view(np.uint8)
    assert library.run(arena.ctypes.data, None, None) == 0
    result = expected(codes)
    floats = arena[at_floats : at_floats + 64].view(np.float32)
    assert np.array_equal(floats, (result.reshape(-1) - np.float32(1)) * np.float32(0.1))
    assert np.array_equal(arena[at_last : at_last + 4].view(np.int8), result[3][::-1])


def test_errors(tmp_path: Path) -> None:
    library = Library(network(), tmp_path)
    memory = aligned(1024)
    good: int = memory.ctypes.data
    arena, x, y, z = good, good + 256, good + 512, good + 768
    assert library.run(arena, [x], [y, z]) == 0
    for bad in (
        (None, [x], [y, z]),
        (arena, None, [y, z]),
        (arena, [x], None),
        (arena, [None], [y, z]),
        (arena, [x], [None, z]),
        (arena, [x], [y, None]),
    ):
        assert library.run(*bad) == -1
    assert library.run(arena + 2, [x], [y, z]) == -2
    assert library.run(arena, [x], [y + 1, z]) == -2
    assert library.run(arena, [x + 1], [y, z + 1]) == 0, "bytes need no alignment"


def test_error_of_a_kernel(tmp_path: Path) -> None:
    """The kernel refuses weights of 8 input channels where there are 4."""
    library = Library(
        planned(NETWORK.replace("arena {n = 4, h = 1, w = 1, c = 4}", "arena {n = 4, h = 1, w = 1, c = 8}")), tmp_path
    )
    memory = aligned(1024)
    good: int = memory.ctypes.data
    assert library.run(good, [good + 256], [good + 512, good + 768]) == -3


BUILDS = {
    "plain C": [],
    "DSP": ["-DARM_MATH_DSP"],
    "MVE": ["-DARM_MATH_DSP", "-DARM_MATH_MVEI"],
}


@pytest.mark.parametrize("core", BUILDS)
@pytest.mark.parametrize("build", BUILDS)
def test_wrong_build_of_cmsis_nn(build: str, core: str, tmp_path: Path) -> None:
    """Checked with headers that do not say that they are the portable ones."""
    module = network()
    module.attributes["c.cmsis_nn_build"] = StringAttr(build)
    write_project(module, tmp_path / "out")
    library = tmp_path / "out/kernels/portable/arm_nnfunctions.h"

    def compiles(*flags: str) -> bool:
        includes = [f"-I{tmp_path / 'out' / folder}" for folder in ("kernels/include", "kernels/portable")]
        command = ["gcc", "-std=c99", "-fsyntax-only", *includes, *flags, tmp_path / "out/net.c"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0 or "#error" in result.stderr
        return result.returncode == 0

    assert compiles(*BUILDS[core]), "the portable kernels fit every core"
    library.write_text(library.read_text().replace("#define DQNN_PORTABLE_KERNELS 1", ""))
    assert compiles(*BUILDS[core]) == (build == core)
    assert not compiles(*BUILDS[core], "-DCMSIS_NN_USE_SINGLE_ROUNDING")


def test_equal_input_gives_equal_text() -> None:
    assert project_files(network()) == project_files(network())


def test_another_name() -> None:
    files = project_files(network(), "person")
    assert "int person_run(" in files["person.h"]
    assert "PERSON_ACTIVATIONS_BYTES" in files["person.h"]
    assert not any("net_" in text or "NET_" in text for path, text in files.items() if path.startswith("person"))


@pytest.mark.parametrize("name", ["", "1st", "a-b", "a/b", "../x", "ä"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(Exception, match="name must be a C identifier"):
        project_files(network(), name)


@pytest.mark.parametrize("name", ["arm", "dqnn", "dqnn_kernels"])
def test_names_of_kernels(name: str) -> None:
    with pytest.raises(Exception, match="must not be called as kernels are"):
        project_files(network(), name)


@pytest.mark.parametrize("name", ["stdint", "string", "math"])
def test_names_that_hide_a_header_of_the_c_library(name: str) -> None:
    with pytest.raises(Exception, match=f"must not be called as a header of the C library, got '{name}'"):
        project_files(network(), name)


def test_large_weights_are_exact(tmp_path: Path) -> None:
    """A quarter of a million bytes, printed and compiled; the text stays within 5 characters a byte."""
    data = random.Random(0).randbytes(250_000)
    type_ = TensorType(i8, [len(data)])
    value = DenseIntOrFPElementsAttr(type_, BytesAttr(data))
    module = network()
    memory = MemRefType(i8, [len(data)])
    module.body.block.add_op(GlobalOp.get(StringAttr("big"), memory, value, constant=UnitAttr()))
    text = weights_source(read_network(module))
    assert len(text) < 5 * len(data) + 10_000
    (tmp_path / "net_weights.h").write_text("#include <stdint.h>\n")
    (tmp_path / "w.c").write_text(text)
    library = tmp_path / "w.so"
    subprocess.run(["gcc", "-shared", "-fPIC", f"-I{tmp_path}", tmp_path / "w.c", "-o", library], check=True)
    found = (ctypes.c_uint8 * len(data)).in_dll(ctypes.CDLL(str(library)), "net_big")
    assert bytes(found) == data
