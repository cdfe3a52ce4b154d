"""The output directory: complete, reproducible, never half-written, and never somebody else's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from dqnnc.backends.c.kernels import RUNTIME, runtime_files
from dqnnc.backends.c.project import MARKER, project_files, write_project
from dqnnc.passes.plan_memory import PlanMemoryPass
from dqnnc.tools.universe import DIALECTS
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.parser import Parser
from xdsl.utils.exceptions import DiagnosticException

NETWORK = (Path(__file__).parent / "network.mlir").read_text()


def network(text: str = NETWORK) -> ModuleOp:
    context = Context()
    for dialect in (Builtin, Func, MemRef, *(load() for load in DIALECTS.values())):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    PlanMemoryPass().apply(context, module)
    return module


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_complete_and_no_more(tmp_path: Path) -> None:
    files = write_project(network(), tmp_path / "out", with_example=True)
    assert files == sorted(contents(tmp_path / "out"))
    assert {path for path in files if not path.endswith(".h") or path.startswith("kernels/portable")} == {
        ".dqnnc",
        "CMakeLists.txt",
        "kernels/dqnn_dequantize_s8_f32.c",
        "kernels/dqnn_slice.c",
        "kernels/portable/arm_convolve_wrapper_s8.c",
        "kernels/portable/arm_nn_types.h",
        "kernels/portable/arm_nnfunctions.h",
        "net.c",
        "net_main.c",
        "net_weights.c",
    }
    assert "net_main.c" not in write_project(network(), tmp_path / "out")


def test_reproducible(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_project(network(), tmp_path / name, with_example=True)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert str(tmp_path) not in b"".join(contents(tmp_path / "a").values()).decode()


def test_headers_and_called_kernels_come_along(tmp_path: Path) -> None:
    """A kernel's headers, their headers, kernels that it calls; not what a comment or a string only mentions."""
    for folder in ("src", "include"):
        (tmp_path / folder).mkdir()
    (tmp_path / "include/dqnn_kernels.h").write_text("void dqnn_a(void); void dqnn_b(void); void dqnn_c(void);")
    (tmp_path / "include/arm_nnfunctions.h").write_text('#include "arm_nn_types.h"\n')
    (tmp_path / "include/arm_nn_types.h").write_text("#include <math.h>\n")
    (tmp_path / "src/dqnn_a.c").write_text(
        '#include "dqnn_x.h"\n /* like dqnn_c() */ // dqnn_c()\nvoid dqnn_a(void) { dqnn_b(); arm_d(); }'
    )
    (tmp_path / "src/dqnn_b.c").write_text('# include "dqnn_kernels.h"\n#include <math.h>\n')
    (tmp_path / "src/dqnn_c.c").write_text("")
    (tmp_path / "src/arm_d.c").write_text('#include "arm_nnfunctions.h"\n')
    (tmp_path / "src/dqnn_x.h").write_text('#include "dqnn_y.h"\n')
    (tmp_path / "src/dqnn_y.h").write_text('#include "dqnn_x.h"\n#include "not_ours.h"\n')
    files = runtime_files(["dqnn_a"], ["dqnn_kernels.h", "stdio.h"], tmp_path)
    assert list(files.own_sources) == ["dqnn_a.c", "dqnn_b.c"]
    assert list(files.own_headers) == ["dqnn_kernels.h", "dqnn_x.h", "dqnn_y.h"]
    assert list(files.portable_sources) == ["arm_d.c"]
    assert list(files.portable_headers) == ["arm_nn_types.h", "arm_nnfunctions.h"]
    assert files.uses_math
    with pytest.raises(DiagnosticException, match="the runtime has no kernel arm_e"):
        runtime_files(["dqnn_a", "arm_e"], [], tmp_path)


@pytest.mark.parametrize("kernel", sorted(path.stem for path in RUNTIME.glob("src/*.c")))
def test_each_kernel_compiles_with_its_files_alone(kernel: str, tmp_path: Path) -> None:
    header = "arm_nnfunctions.h" if kernel.startswith("arm_") else "dqnn_kernels.h"
    files = runtime_files([kernel], [header])
    headers = files.own_headers | files.portable_headers
    sources = files.own_sources | files.portable_sources
    for name, text in (headers | sources).items():
        (tmp_path / name).write_text(text)
    objects = [tmp_path / name for name in sources]
    command = ["gcc", "-std=c99", "-shared", "-fPIC", "-Wl,-z,defs", "-O0", *objects, "-lm", "-o", tmp_path / "x.so"]
    subprocess.run(command, check=True)


def test_empty_directory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_project(network(), tmp_path / "out")
    assert (tmp_path / "out/net.c").exists()


def test_own_directory_is_replaced(tmp_path: Path) -> None:
    write_project(network(), tmp_path / "deep/out", "old", with_example=True)
    files = write_project(network(), tmp_path / "deep/out", "new")
    assert sorted(contents(tmp_path / "deep/out")) == files
    assert not any("old" in path for path in files)
    assert os.listdir(tmp_path / "deep") == ["out"]


def test_directories_of_others_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    with pytest.raises(DiagnosticException, match="not written by dqnnc"):
        write_project(network(), out)
    assert contents(tmp_path) == {"out/thesis.txt": b"precious"}
    write_project(network(), out, force=True)
    assert "thesis.txt" not in contents(out)
    (out / "build").mkdir()
    (out / "build/net.o").write_text("object")
    before = contents(tmp_path)
    with pytest.raises(DiagnosticException, match=r"did not write, as build/net\.o"):
        write_project(network(), out)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_what_is_no_directory_is_refused(kind: str, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    if kind == "file":
        out.write_text("x")
    else:
        if kind == "link":
            other.mkdir()
        out.symlink_to(other)
    with pytest.raises(DiagnosticException, match="is no directory"):
        write_project(network(), out, force=True)
    assert os.path.lexists(out)
    assert sorted(os.listdir(tmp_path)) == (["other", "out"] if kind == "link" else ["out"])


def test_nothing_is_left_of_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where the network cannot be printed, nor where writing or renaming stops half-way."""
    with pytest.raises(DiagnosticException):
        write_project(network(NETWORK.replace("dqnn_slice in", "dqnn_missing in")), tmp_path / "out")
    assert os.listdir(tmp_path) == []

    write_text = Path.write_text

    def fail_late(path: Path, *args: str, **kwargs: str) -> int:
        if path.name == "CMakeLists.txt":
            raise OSError("disk full")
        return write_text(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", fail_late)
        with pytest.raises(OSError, match="disk full"):
            write_project(network(), tmp_path / "out")
    assert os.listdir(tmp_path) == []

    write_project(network(), tmp_path / "out")
    before = contents(tmp_path)
    replace = os.replace

    def fail_second(source: Path, target: Path) -> None:
        if Path(source).name == "new":
            raise OSError("no such device")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail_second)
        with pytest.raises(OSError, match="no such device"):
            write_project(network(), tmp_path / "out", "other")
    assert contents(tmp_path) == before


needs_cmake = pytest.mark.skipif(shutil.which("cmake") is None, reason="no cmake")


def cmake(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Configure and build in `folder`/build, with a compiler flag that turns warnings into errors."""
    build = folder / "build"
    flags = "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror"
    run = subprocess.run(["cmake", "-S", folder, "-B", build, flags, *options], capture_output=True, text=True)
    if run.returncode != 0:
        return run
    return subprocess.run(["cmake", "--build", build], capture_output=True, text=True)


@needs_cmake
def test_cmake_with_portable_kernels(tmp_path: Path) -> None:
    write_project(network(), tmp_path / "out", with_example=True)
    result = cmake(tmp_path / "out")
    assert result.returncode == 0, result.stderr
    shown = subprocess.run([tmp_path / "out/build/net_main"], capture_output=True, text=True, check=True).stdout.split()
    # Zeros in: the four sums of the weights times 3, halved, shifted and offset by 1; as floats of scale 0.1.
    codes = [round(float(value) * 10) + 1 for value in shown[:16]]
    assert codes == codes[:4] * 4
    assert [int(value) for value in shown[16:]] == codes[:4][::-1]


@needs_cmake
@pytest.mark.parametrize("name", ["test", "m", "int"])
def test_cmake_with_a_name_that_means_something(name: str, tmp_path: Path) -> None:
    write_project(network(), tmp_path / "out", name, with_example=True)
    result = cmake(tmp_path / "out")
    assert result.returncode == 0, result.stderr


@needs_cmake
def test_cmake_with_cmsis_nn(tmp_path: Path) -> None:
    """CMSIS-NN's headers and library take the place of the portable kernels; our own kernels stay."""
    out, cmsis_nn = tmp_path / "out", tmp_path / "CMSIS-NN"
    write_project(network(), out)
    shutil.copytree(out / "kernels/portable", cmsis_nn)
    for folder in (out, cmsis_nn):  # Whoever includes or builds the portable ones fails.
        for path in (folder / "kernels/portable").glob("*"):
            path.write_text("#error portable\n")
    sources = sorted(cmsis_nn.glob("*.c"))
    include = [f"-I{cmsis_nn}", f"-I{out}/kernels/include"]
    subprocess.run(["gcc", "-c", *include, *sources, "-o", tmp_path / "c.o"], check=True)
    subprocess.run(["ar", "rcs", tmp_path / "libcmsis-nn.a", tmp_path / "c.o"], check=True)
    result = cmake(out, f"-DCMSIS_NN_INCLUDE={cmsis_nn}", f"-DCMSIS_NN_LIBRARY={tmp_path / 'libcmsis-nn.a'}")
    assert result.returncode == 0, result.stderr
    members = subprocess.run(
        ["ar", "t", out / "build/libnet_network.a"], capture_output=True, text=True, check=True
    ).stdout
    assert "dqnn_slice.c.o" in members
    assert "arm_" not in members
    shutil.rmtree(out / "build")
    result = cmake(out, f"-DCMSIS_NN_LIBRARY={tmp_path / 'libcmsis-nn.a'}")
    assert "CMSIS_NN_LIBRARY wants CMSIS_NN_INCLUDE" in result.stderr


def test_marker_lists_what_was_written() -> None:
    files = project_files(network())
    assert files[MARKER].splitlines() == sorted(files)
