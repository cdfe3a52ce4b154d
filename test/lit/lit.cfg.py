"""lit configuration: every .mlir (and .test) file under this folder is a FileCheck test."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points

import lit.formats

config.name = "dqnnc"
config.test_format = lit.formats.ShTest()
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.test_source_root, "Output")
config.maxIndividualTestTime = 60

for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "DQNNC_MODELS", "HOME", "TMPDIR"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# Tests written in Python import what tests share as `support.<module>`.
shared = os.path.dirname(config.test_source_root)
config.environment["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), shared]))

# Commands are forked from one process that has them imported. One test starts what is installed.
installed = shutil.which("dqnn-opt", path=config.environment["PATH"])
commands = subprocess.Popen(
    [sys.executable, "-Pm", "support.lit_commands"], env=config.environment, stdout=subprocess.PIPE, text=True
)
programs = commands.stdout.readline().strip()
if not programs:
    lit_config.fatal("the commands of the tests do not start")
config.environment["PATH"] = os.pathsep.join([programs, config.environment["PATH"]])
config.substitutions.append(("%installed-dqnn-opt", installed))
config.substitutions.append(("%python %s", "run-script %s"))
config.substitutions.append(("%python", sys.executable))

# A tool that not every machine has: tests ask for it with `REQUIRES: mlir-opt`.
mlir_opt = next((path for name in ("mlir-opt-19", "mlir-opt") if (path := shutil.which(name))), None)
if mlir_opt is not None:
    config.available_features.add("mlir-opt")
    config.substitutions.append(("mlir-opt", mlir_opt))

# xDSL's own tools know us only where the package is installed.
if any(entry.name == "dqnnc" for entry in entry_points(group="xdsl.universe")):
    config.available_features.add("dqnnc-installed")

# Prints an op in both of its forms and reads it back: what is checked has been through the parser twice.
config.substitutions.append(
    (
        "ROUNDTRIP",
        "dqnn-opt %s | dqnn-opt | filecheck %s && dqnn-opt %s --print-op-generic | dqnn-opt | filecheck %s",
    )
)
