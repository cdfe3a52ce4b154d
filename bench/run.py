"""Instructions, memory and compile time of networks on emulated cores: see docs/benchmarks.md."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dqnnc.tools.emulator import CORES, EmulatorError
from measure import CmsisNN, Generated, Measurement, Variant, generate, measure
from report import Row, as_json, breakdown, overview

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CORES = ("cortex-m4", "cortex-m7", "cortex-m55")

EXAMPLES = """\
examples:
  python bench/run.py                        all networks at hand, three cores
  python bench/run.py kws --core cortex-m55  networks whose path has "kws" in it, one core
  python bench/run.py --against cmsis-nn --cmsis-nn-include CMSIS-NN/Include \\
      --cmsis-nn-library 'build/{core}/libcmsis-nn.a'
  python bench/run.py kws --against='--kernels portable'
  python bench/run.py kws --against ../older/kws_project
"""


def argument_parser() -> ArgumentParser:
    """The command line."""
    parser = ArgumentParser(
        prog="bench/run.py", description=__doc__, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "networks",
        nargs="*",
        metavar="NETWORK",
        help="model files, or parts of the paths of those in examples/ and $DQNNC_MODELS (default: all of them)",
    )
    add_build_arguments(parser)
    parser.add_argument("--options", default="", metavar="TEXT", help="options for `dqnnc generate`, in one word")
    parser.add_argument(
        "--against",
        metavar="BUILD",
        help="a second build to stand beside the first: 'cmsis-nn', a directory that dqnnc generate wrote, "
        "or other options for dqnnc generate, in one word",
    )
    parser.add_argument(
        "--rows", type=int, default=8, metavar="N", help="kernels to list for each network (8; 0: none)"
    )
    parser.add_argument("--by-function", action="store_true", help="list the C functions inside the kernels as well")
    return parser


def add_build_arguments(parser: ArgumentParser) -> None:
    """What every benchmark takes: cores, CMSIS-NN, the C compiler's flag, where to write."""
    parser.add_argument(
        "--core",
        dest="cores",
        action="append",
        choices=list(CORES),
        metavar="CORE",
        help=f"may be given again (default: {', '.join(DEFAULT_CORES)})",
    )
    parser.add_argument("--cmsis-nn-include", type=Path, metavar="DIR", help="folder of arm_nnfunctions.h")
    parser.add_argument(
        "--cmsis-nn-library", metavar="FILE", help="CMSIS-NN's library; {core} stands for the core's name"
    )
    parser.add_argument("--opt", default="-O3", metavar="FLAG", help="optimization flag of the C compiler (-O3)")
    parser.add_argument("--timeout", type=float, default=600, metavar="S", help="seconds for one run (600)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements as JSON, too")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Exit status 1 when nothing could be measured or an option does not fit."""
    options = argument_parser().parse_args(arguments)
    try:
        models = find_models(options.networks)
        wanted = variants(options)
    except EmulatorError as error:
        return fail(error)
    rows: list[Row] = []
    skipped: dict[str, str] = {}
    for model in models:
        try:
            for core in options.cores or DEFAULT_CORES:
                rows.append(Row(model.stem, core, measure_all(model, core, wanted, options)))
        except EmulatorError as error:
            skipped[str(model)] = str(error)
            print(f"skipped: {error}", file=sys.stderr)
    if not rows:
        return fail("nothing was measured")
    print_report(rows, options)
    if options.json is not None:
        options.json.write_text(as_json(rows, skipped, options.opt))
    return 0


def measure_all(model: Path, core: str, wanted: Sequence[Variant], options: Namespace) -> dict[str, Measurement]:
    """The measurements of each variant, by label. Variants with equal options share one generated project."""
    found: dict[str, Measurement] = {}
    with tempfile.TemporaryDirectory(prefix="dqnnc-bench-") as folder:
        made: dict[tuple[str, ...], Generated] = {}
        for variant in wanted:
            progress(f"{model.stem} on {core}: {variant.label}")
            project = Generated(variant.project) if variant.project is not None else made.get(variant.options)
            if project is None:
                project = generate(model, core, variant.options, Path(folder) / f"project{len(made)}")
                made[variant.options] = project
            found[variant.label] = measure(project, core, variant.cmsis_nn, opt=options.opt, timeout=options.timeout)
    return found


def variants(options: Namespace) -> list[Variant]:
    """The builds to measure: one, or two with --against."""
    own = tuple(shlex.split(options.options))
    first = Variant("dqnnc", own)
    match options.against:
        case None:
            return [first]
        case "cmsis-nn":
            if options.cmsis_nn_include is None or options.cmsis_nn_library is None:
                raise EmulatorError("--against cmsis-nn needs --cmsis-nn-include and --cmsis-nn-library")
            theirs = CmsisNN(options.cmsis_nn_include, options.cmsis_nn_library)
            return [first, Variant("cmsis-nn", own, cmsis_nn=theirs)]
        case str(text) if text.startswith("-"):
            return [first, Variant(text, tuple(shlex.split(text)))]
        case text:
            directory = Path(text)
            if not directory.is_dir():
                raise EmulatorError(f"--against {text}: no such directory; options begin with '-'")
            return [first, Variant(directory.name, project=directory)]


def find_models(wanted: Sequence[str]) -> list[Path]:
    """The model files that are named, or that have one of the words in their path; all at hand without any."""
    known = list(models_at_hand())
    if not wanted:
        return known
    found: list[Path] = []
    for word in wanted:
        fitting = [Path(word)] if Path(word).is_file() else [path for path in known if word in str(path)]
        if not fitting:
            raise EmulatorError(f"no network '{word}': neither a file nor a part of the path of one at hand")
        found += [path for path in fitting if path not in found]
    return found


def models_at_hand() -> Iterator[Path]:
    """The models of the examples, then those in $DQNNC_MODELS."""
    for folder in (ROOT / "examples", Path(os.environ.get("DQNNC_MODELS", ROOT.parent / "shared" / "models"))):
        yield from sorted(folder.rglob("*.tflite"))


def print_report(rows: Sequence[Row], options: Namespace) -> None:
    """The overview, then the kernels and functions of each network and core."""
    print("\n".join(overview(rows)))
    for row in rows if options.rows > 0 else ():
        print("", *breakdown(row, "kernel", options.rows), sep="\n")
        if options.by_function:
            print("", *breakdown(row, "function", options.rows), sep="\n")


def progress(text: str) -> None:
    """Say on a terminal what is being done; nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"{text} ...", file=sys.stderr)


def fail(reason: object) -> int:
    """One line on standard error; the exit status."""
    print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
