"""The benchmark command, from end to end on the example network."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.models import ROOT

MODEL = ROOT / "examples" / "digits_int8" / "digits_int8.tflite"

needs_arm = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("arm-none-eabi-gcc", "qemu-system-arm", "qemu-arm")),
    reason="needs gcc-arm-none-eabi, qemu-system-arm and qemu-user",
)


def bench(*arguments: str | Path, script: str = "run.py") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "bench" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def generate(directory: Path) -> None:
    command = [sys.executable, "-m", "dqnnc.tools.dqnnc", "generate", "--model", str(MODEL), "--target", "cortex-m4"]
    subprocess.run([*command, "--name", "earlier", "--output", str(directory)], check=True, capture_output=True)


@needs_arm
def test_a_network_stands_beside_an_earlier_build(tmp_path: Path):
    earlier = tmp_path / "earlier"
    generate(earlier)
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(MODEL.read_bytes()[:100])
    report = tmp_path / "report.json"
    done = bench(MODEL, damaged, "--core", "cortex-m4", "--against", earlier, "--json", report, "--by-function")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("skipped: ")
    assert done.stderr.count("\n") == 1

    document: dict[str, Any] = json.loads(report.read_text())
    assert list(document["skipped"]) == [str(damaged)]
    now, before = document["measurements"]
    assert (now["network"], now["core"], now["build"]) == ("digits_int8", "cortex-m4", "dqnnc")
    assert before["build"] == "earlier"
    for measurement in (now, before):
        assert sum(measurement["by_kernel"].values()) == measurement["instructions"] > 93_736  # its MACs
        assert sum(measurement["by_function"].values()) == measurement["instructions"]
        assert measurement["constant_bytes"] > 5_000
        assert measurement["code_bytes"] > 1_000
        assert 500 < measurement["stack_bytes"] < 2_000
    assert now["instructions"] == before["instructions"]
    assert now["by_kernel"]["net_run"] == before["by_kernel"]["earlier_run"]
    assert now["arena_bytes"] >= now["lower_bound_bytes"] > 0
    assert 0 < now["generate_seconds"] < 60
    assert before["lower_bound_bytes"] is None
    assert before["generate_seconds"] is None

    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["ratio", "1.000", "1.000", "-", "1.000", "1.000", "1.000", "-"] in lines
    total = f"{now['instructions']:,}"
    assert [line for line in lines if line[:3] == ["all", total, total]] == [
        ["all", total, total, "100.0", "100.0"]
    ] * 2


@needs_arm
def test_other_options_make_another_build(tmp_path: Path):
    report = tmp_path / "report.json"
    done = bench(MODEL, "--core", "cortex-m55", "--against=--kernels portable", "--json", report, "--rows", "0")
    assert done.returncode == 0, done.stderr
    auto, portable = json.loads(report.read_text())["measurements"]
    assert portable["build"] == "--kernels portable"
    # CMSIS-NN's MVE kernels want scratch memory; the portable ones, which are linked here in both builds, do not.
    assert auto["arena_bytes"] > portable["arena_bytes"]
    assert auto["by_kernel"]["arm_softmax_s8"] == portable["by_kernel"]["arm_softmax_s8"]
    assert len(done.stdout.splitlines()) == 5  # head, rule, two builds, ratio


@needs_arm
@pytest.mark.parametrize(("core", "bar"), [("cortex-m4", 0.35), ("cortex-m55", 0.2), ("cortex-r52", 0.1)])
def test_a_binary_convolution_stands_beside_one_of_int8(tmp_path: Path, core: str, bar: float):
    report = tmp_path / "report.json"
    done = bench("--first", "1", "--core", core, "--json", report, script="convolutions.py")
    assert done.returncode == 0, done.stderr
    binary, int8 = json.loads(report.read_text())["measurements"]
    assert [(row["build"], row["core"], row["kernel"]) for row in (binary, int8)] == [
        ("s1", core, 3),
        ("int8", core, 3),
    ]
    macs = 16 * 16 * 32 * 3 * 3 * 32
    for row in (binary, int8):
        assert (row["core"], row["kernel"]) == (core, 3)
        assert row["instructions"] == pytest.approx(row["per_mac"] * macs)
        assert row["arena"] > 0
        assert row["code"] > 1_000
        assert row["generate"] > 0
    assert binary["per_mac"] <= bar
    assert int8["per_mac"] > binary["per_mac"]
    assert binary["constants"] < int8["constants"] / 7  # a bit instead of a byte a weight
    assert len(done.stdout.splitlines()) == 5  # head, rule, two builds, ratio


def test_convolutions_want_all_of_cmsis_nn():
    done = bench("--cmsis-nn-include", "x", script="convolutions.py")
    assert done.returncode == 1
    assert done.stderr == "error: CMSIS-NN needs both --cmsis-nn-include and --cmsis-nn-library\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no_such_network"], "no network 'no_such_network'"),
        (["--against", "cmsis-nn"], "--against cmsis-nn needs --cmsis-nn-include and --cmsis-nn-library"),
        (["--against", "no/such/folder"], "--against no/such/folder: no such directory"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(arguments: list[str], message: str):
    done = bench(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {message}")
    assert done.stderr.count("\n") == 1
