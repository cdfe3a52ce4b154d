"""The command line of `dqnnc`. Nothing of the compiler is imported here: `--help` answers at once."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import NoReturn

from ...backends.common.memory_size import parse_size
from ..fixed_dimensions import HELP as FIX_SHAPE_HELP
from ..fixed_dimensions import fixed_dimension

DEFAULT_TARGET = "stm32"
RANDOM_SAMPLES = 10
SEED = 42

KERNELS = ("auto", "cmsis-nn", "portable")
REFERENCES = ("framework", "semantics")
BUILDS = ("auto", "c", "dsp", "mve")
OPTIMIZE = ("auto", "size", "speed")
FORMATS = ("text", "json", "markdown")
DATA_TYPES = ("auto", "float32", "int8", "uint8", "s1")
CHANNEL_POSITIONS = ("auto", "chfirst", "chlast")
BIT_ORDERS = ("lsb", "msb")


class OneLineParser(ArgumentParser):
    """Tells a wrong command line as every other error: in one line, with exit status 1."""

    def error(self, message: str) -> NoReturn:
        """End the process."""
        self.exit(1, f"error: {message}; '{self.prog} --help' lists what there is\n")


def argument_parser() -> ArgumentParser:
    """The parser of all commands."""
    parser = OneLineParser(
        prog="dqnnc",
        description="Compiles quantized neural networks to C for microcontrollers.",
        epilog="'dqnnc COMMAND --help' lists a command's options.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    analyze = commands.add_parser(
        "analyze",
        help="report what a network costs: memory, operations, kernels, layer by layer",
        description="Reports what a network costs on a target: memory, operations and kernels, layer by layer.",
    )
    _add_model(analyze)
    _add_common(analyze)
    _add_compilation(analyze)
    analyze.add_argument("--verbose", action="store_true", help="print every tensor: activations and weights")

    generate = commands.add_parser(
        "generate",
        help="write the C project of a network",
        description="Writes a directory with the C code of a network and the kernels it uses.",
    )
    _add_model(generate)
    _add_common(generate)
    _add_compilation(generate)
    generate.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="directory to write")
    generate.add_argument(
        "-n", "--name", metavar="NAME", help="prefix of the C names; by default the model's file name as a C identifier"
    )
    generate.add_argument("--main", action="store_true", help="add an example with int main")
    generate.add_argument("--force", action="store_true", help="replace the directory if it exists")

    validate = commands.add_parser(
        "validate",
        help="run the generated C and compare its results with the model's",
        description="Compiles and runs the C code of a network and compares its results with the model's own.\n"
        "Exit status 1 when they differ.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    _add_model(validate)
    _add_common(validate)
    _add_compilation(validate)
    _add_validation(validate)

    supported = commands.add_parser(
        "supported-ops",
        help="list the operators that are read, and the kernels for a target",
        description="Lists the operators of model files that are read, and what there are kernels for on a target.",
    )
    _add_common(supported)
    _add_format(supported)

    targets = commands.add_parser(
        "targets",
        help="list what networks can be compiled for",
        description="Lists the names that --target takes: cores, what they can do, memory, compiler and emulator.",
    )
    _add_target_file(targets)
    targets.add_argument("--json", type=Path, metavar="FILE", help="write the list as JSON, too")
    _add_format(targets)
    return parser


def _add_format(command: ArgumentParser) -> None:
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="what to print: text, json, or markdown (default: text)"
    )


def _add_model(command: ArgumentParser) -> None:
    command.add_argument(
        "-m",
        "--model",
        type=Path,
        required=True,
        metavar="MODEL",
        help="model file: .tflite, .onnx, .h5, .keras or .mlir",
    )
    command.add_argument(
        "--fix-shape",
        dest="fixed_dimensions",
        type=fixed_dimension,
        action="append",
        default=[],
        metavar="NAME=N",
        help=FIX_SHAPE_HELP,
    )


def _add_common(command: ArgumentParser) -> None:
    command.add_argument(
        "-t",
        "--target",
        metavar="TARGET",
        help="microcontroller series, such as stm32f4, stm32h7, stm32u5 or stm32n6; 'dqnnc targets' lists all "
        f"(default: {DEFAULT_TARGET}, or what --target-file describes)",
    )
    _add_target_file(command)
    command.add_argument(
        "--kernels", choices=KERNELS, default="auto", help="where kernels may come from (default: auto, the cheapest)"
    )
    command.add_argument(
        "--build",
        choices=BUILDS,
        default="auto",
        help="build of CMSIS-NN to size scratch buffers for (default: auto, the core's own)",
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON, too")


def _add_target_file(command: ArgumentParser) -> None:
    command.add_argument("--target-file", metavar="FILE", help="targets of your own, in TOML: see docs/add-a-target.md")


def _add_compilation(command: ArgumentParser) -> None:
    group = command.add_argument_group("budget")
    group.add_argument("--device", metavar="NAME", help="chip of a target that has several, such as ispu")
    group.add_argument(
        "--flash", type=_size, metavar="SIZE", help="memory for code and weights: bytes, or as in 512k, 2MiB"
    )
    group.add_argument("--ram", type=_size, metavar="SIZE", help="memory for data, likewise")
    group.add_argument("--check-budget", action="store_true", help="fail where the network does not fit that memory")
    group.add_argument(
        "--optimize",
        choices=OPTIMIZE,
        default="auto",
        help="what the C compiler is asked for, here and in the project's CMakeLists.txt: small code (-Os, and kernels "
        "that inline less) or fast code (-O3) (default: auto, size on ispu, speed elsewhere; budgets count code of -Os "
        "unless speed is named)",
    )
    group = command.add_argument_group("memory")
    group.add_argument("--allocate-inputs", action="store_true", help="place the inputs in the activations' arena")
    group.add_argument("--allocate-outputs", action="store_true", help="place the outputs in the activations' arena")
    group = command.add_argument_group("inputs and outputs")
    for role in ("input", "output"):
        group.add_argument(
            f"--{role}-data-type",
            nargs="+",
            choices=DATA_TYPES,
            default=["auto"],
            metavar="TYPE",
            help=f"float32, int8, uint8 or s1; one for all {role}s or one for each (default: auto, what the model's "
            f"{'first' if role == 'input' else 'last'} quantizer gives; a TensorFlow Lite model's own)",
        )
        group.add_argument(
            f"--{role}s-ch-position",
            nargs="+",
            choices=CHANNEL_POSITIONS,
            default=["auto"],
            metavar="POSITION",
            help=f"chfirst (NCHW) or chlast (NHWC), whatever the model has; one for all {role}s or one for each "
            "(default: auto, the model's own)",
        )
    group.add_argument(
        "--s1-bit-order",
        choices=BIT_ORDERS,
        default="lsb",
        help="whether channel 0 is the least or most significant bit of a word of s1 inputs and outputs (default: lsb)",
    )


def _add_validation(command: ArgumentParser) -> None:
    group = command.add_argument_group("validation")
    group.add_argument(
        "--mode",
        choices=("host", "emulator"),
        default="host",
        help="run on this computer, or cross-compiled on the target's core under QEMU, counting instructions "
        "(default: host)",
    )
    group.add_argument(
        "-vi",
        "--valinput",
        dest="input_files",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="input values: one .npz, or an .npy or .csv for each input",
    )
    group.add_argument(
        "-vo",
        "--valoutput",
        dest="output_files",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="expected outputs or labels, in the same form",
    )
    group.add_argument(
        "--samples",
        type=_positive,
        metavar="N",
        help=f"number of samples (default: {RANDOM_SAMPLES} random ones, or all of a file)",
    )
    group.add_argument("--seed", type=_natural, default=SEED, metavar="N", help=f"of random inputs (default: {SEED})")
    group.add_argument(
        "--reference",
        choices=REFERENCES,
        default="framework",
        help="what to compare with: the framework of the model's format (LiteRT, ONNX Runtime, or Keras, which "
        "pip install 'dqnnc[keras]' brings), or our own semantics of the imported network, for which no framework is "
        "needed (default: framework; of IR always semantics)",
    )
    group.add_argument(
        "--per-layer",
        action="store_true",
        help="compare what each layer computes, and say which differs first; memory grows with the number of --samples",
    )
    group.add_argument("--classifier", action="store_true", help="report accuracy even if no softmax shows it")
    group.add_argument("--sanitize", action="store_true", help="with -fsanitize=address,undefined; --mode host only")
    group.add_argument(
        "--cmsis-nn-include",
        type=Path,
        metavar="DIR",
        help="folder of arm_nnfunctions.h: link CMSIS-NN, not our kernels",
    )
    group.add_argument(
        "--cmsis-nn-library", type=Path, metavar="FILE", help="CMSIS-NN built for the core: libcmsis-nn.a"
    )


def _size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _positive(text: str) -> int:
    value = _natural(text)
    if value == 0:
        raise ArgumentTypeError("must be at least 1")
    return value


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"'{text}' is no whole number")
    return int(text)
