"""s1 convolutions beside int8 ones of the same shape on emulated cores: see docs/benchmarks.md."""

from __future__ import annotations

import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dqnnc.tools.dqnnc.table import Column, table
from dqnnc.tools.emulator import EmulatorError
from layers import CONVOLUTIONS, Convolution, with_s1, with_s8
from measure import CmsisNN, Generated, Measurement, generate, measure
from run import add_build_arguments, fail, progress

DEFAULT_CORES = ("cortex-m4", "cortex-m55", "cortex-r52")
CONVERSIONS = ("dqnn_pack_s8_s1", "dqnn_unpack_s1_s8")
"""Kernels at the edges of the s1 networks, which are no part of the layer."""


class Values(NamedTuple):
    """What is compared of a build."""

    instructions: int
    per_mac: float
    arena: int
    code: int
    constants: int
    generate: float | None


HEADS = ("instructions", "per MAC", "arena", "code", "constants", "generate s")
"""Of the fields of Values."""


@dataclass(frozen=True)
class Result:
    """A shape on a core: its builds by label, s1 first."""

    layer: Convolution
    core: str
    builds: dict[str, Values]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Exit status 1 when something cannot be measured."""
    parser = ArgumentParser(prog="bench/convolutions.py", description=__doc__)
    parser.add_argument(
        "--first", type=int, default=len(CONVOLUTIONS), metavar="N", help="only the first N shapes (default: all)"
    )
    add_build_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        results = [
            Result(layer, core, measure_layer(layer, core, options))
            for layer in CONVOLUTIONS[: options.first]
            for core in options.cores or DEFAULT_CORES
        ]
    except EmulatorError as error:
        return fail(error)
    print("\n".join(report(results)))
    if options.json is not None:
        options.json.write_text(as_json(results, options.opt))
    return 0


def measure_layer(layer: Convolution, core: str, options: Namespace) -> dict[str, Values]:
    """s1 and int8 with the portable kernels; where CMSIS-NN is given, int8 with it."""
    if (options.cmsis_nn_include is None) != (options.cmsis_nn_library is None):
        raise EmulatorError("CMSIS-NN needs both --cmsis-nn-include and --cmsis-nn-library")
    progress(f"{layer} on {core}")
    builds: dict[str, Values] = {}
    with tempfile.TemporaryDirectory(prefix="dqnnc-bench-") as name:
        made: dict[str, Generated] = {}
        for label, text in (("s1", with_s1(layer)), ("int8", with_s8(layer))):
            model = Path(name) / f"{label}.mlir"
            model.write_text(text)
            made[label] = generate(model, core, (), Path(name) / label)
            builds[label] = _values(layer, measure(made[label], core, None, opt=options.opt, timeout=options.timeout))
        if options.cmsis_nn_include is not None:
            library = CmsisNN(options.cmsis_nn_include, options.cmsis_nn_library)
            measurement = measure(made["int8"], core, library, opt=options.opt, timeout=options.timeout)
            builds["int8, CMSIS-NN"] = _values(layer, measurement)
    return builds


def _values(layer: Convolution, measurement: Measurement) -> Values:
    conversions = sum(measurement.by_kernel.get(name, 0) for name in CONVERSIONS)
    instructions = measurement.instructions - conversions
    return Values(
        instructions,
        instructions / layer.macs,
        measurement.arena_bytes,
        measurement.code_bytes,
        measurement.constant_bytes,
        measurement.generate_seconds,
    )


def report(results: Sequence[Result]) -> list[str]:
    """A line for each build; under an int8 one, what it takes of each for one of s1."""
    columns = [Column("convolution"), Column("core"), Column("build"), *(Column(head, right=True) for head in HEADS)]
    cells: list[list[str]] = []
    for result in results:
        first, *others = result.builds.items()
        cells.append([str(result.layer), result.core, first[0], *_texts(first[1])])
        for label, values in others:
            cells.append(["", "", label, *_texts(values)])
            ratios = [f"{b / a:.2f}" if a and b else "-" for a, b in zip(first[1], values, strict=True)]
            cells.append(["", "", "  / s1", *ratios])
    return table(columns, cells)


def _texts(values: Values) -> list[str]:
    instructions, per_mac, *sizes, seconds = values
    return [
        f"{instructions:,}",
        f"{per_mac:.3f}",
        *(f"{size:,}" for size in sizes),
        "-" if seconds is None else f"{seconds:.2f}",
    ]


def as_json(results: Sequence[Result], opt: str) -> str:
    """The same as a JSON document."""
    measurements = [
        {**result.layer._asdict(), "core": result.core, "build": label, **values._asdict()}
        for result in results
        for label, values in result.builds.items()
    ]
    return json.dumps({"opt": opt, "measurements": measurements}, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
