"""The compiler from end to end: a model file in, its network at each stage out, and the C project.

The benchmarks and the tests compile with the same function as the commands.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute
from xdsl.parser import Parser
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import DiagnosticException, ParseError
from xdsl.utils.hints import isa

from ...backends.c.project import write_project
from ...backends.common.configuration import type_tag
from ...backends.common.target import UNKNOWN, BuildChoice, Choice, Memory, Optimize, OptimizeChoice, Target
from ...backends.common.targets import find_target as find_by_name
from ...backends.common.targets import package_table, table_with
from ...dialects.dqnn import layer_name
from ...dialects.dqnn.bit_order import BitOrder
from ...dialects.dqnn.network import network_function
from ...frontends.errors import ModelError
from ...frontends.tflite.model import read_model
from ...passes.convert_edges import DataType
from ...passes.pipelines import DqnnToCallsPipeline, expand
from ...passes.place_channels import ChannelPosition
from ...passes.target import computed_ops
from ..check_strings import check_strings
from ..pass_manager import run_passes
from ..universe import DIALECTS, FRONTENDS
from ..verifier import Verifier
from .arguments import DEFAULT_TARGET
from .errors import UserError, one_line
from .files import read_bytes
from .progress import Progress
from .taps import name_values

SELECTION = "select-kernels"
"""The pass after which each op has its kernel."""

EDGE_TYPES = ("f32", "s8", "u8", "s16", "s32", "s1")
"""Element types of a network's inputs and outputs."""


OPTIMIZATIONS: dict[Optimize, str] = {"size": "-Os", "speed": "-O3"}
"""Flags of C compilers; those of CMake's MinSizeRel and Release."""


@dataclass(frozen=True)
class Options:
    """What a network is compiled for."""

    target: str = DEFAULT_TARGET
    kernels: Choice = "auto"
    build: BuildChoice = "auto"
    """Build of CMSIS-NN to size scratch buffers for; auto for the one that compiling for the target's core gives."""
    allocate_inputs: bool = False
    allocate_outputs: bool = False
    input_data_type: tuple[DataType, ...] = ("auto",)
    """One for all inputs, or one for each."""
    output_data_type: tuple[DataType, ...] = ("auto",)
    s1_bit_order: BitOrder = "lsb"
    inputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
    """One for all inputs, or one for each."""
    outputs_ch_position: tuple[ChannelPosition, ...] = ("auto",)
    fixed_dimensions: tuple[tuple[str, int], ...] = ()
    """Sizes of dimensions that the model file leaves open, by name."""
    target_file: str | None = None
    """A file of the user's that describes the target, where the package's table does not."""
    device: str | None = None
    """Of a target with several: the one whose memory counts."""
    optimize: OptimizeChoice = "auto"
    """What C compilers are asked for; auto for what the core wants."""
    memory: Memory = UNKNOWN
    """Of the user's chip, where it is another than the target's."""


@dataclass(frozen=True)
class Compiled:
    """A network at each stage of its compilation."""

    file: Path
    format: str
    data: bytes
    """Contents of the model file."""
    options: Options
    target: Target
    imported: ModuleOp
    """As the file has it, in the dqnn dialect."""
    selected: ModuleOp
    """On tensors still, each op with its kernel chosen; what no integer kernel serves is in float."""
    planned: ModuleOp
    """Kernel calls, and where every buffer lies in the arena."""
    places: Mapping[str, int]
    """Place in the model of the operator that each layer came from, by the layer's name."""

    @property
    def name(self) -> str:
        """What the network is called: the file's name without its extension."""
        return self.file.stem

    @property
    def optimize(self) -> Optimize:
        """What C compilers are asked for."""
        return self.target.core.optimize if self.options.optimize == "auto" else self.options.optimize


def options_of(arguments: Namespace) -> Options:
    """The part of a command line that concerns compilation."""
    return Options(
        target=target_name(arguments.target, arguments.target_file),
        kernels=arguments.kernels,
        build=arguments.build,
        allocate_inputs=arguments.allocate_inputs,
        allocate_outputs=arguments.allocate_outputs,
        input_data_type=tuple(arguments.input_data_type),
        output_data_type=tuple(arguments.output_data_type),
        s1_bit_order=arguments.s1_bit_order,
        inputs_ch_position=tuple(arguments.inputs_ch_position),
        outputs_ch_position=tuple(arguments.outputs_ch_position),
        fixed_dimensions=tuple(arguments.fixed_dimensions),
        target_file=arguments.target_file,
        device=arguments.device,
        optimize=arguments.optimize,
        memory=Memory(arguments.flash, arguments.ram),
    )


def compile_model(file: Path, options: Options | None = None, progress: Progress | None = None) -> Compiled:
    """Compile a model file.

    Raises:
        UserError: the file cannot be read or compiled; the text names it, and the layer where one is at fault.
    """
    options = Options() if options is None else options
    progress = Progress(sys.stderr) if progress is None else progress
    target = target_of(options)
    form = format_of(file)
    data = read_bytes(file)
    with progress.step(f"Compiling {file}"), user_errors(file):
        ctx = Context()
        for name, dialect in {**get_all_dialects(), **DIALECTS}.items():
            ctx.register_dialect(name, dialect)
        verifier = Verifier()
        imported = _read(ctx, form, data, str(file), options.fixed_dimensions, verifier)
        module = imported.clone()
        stages = _Stages()
        pipeline = DqnnToCallsPipeline(
            target=target.name,
            kernels=options.kernels,
            build=options.build,
            target_file=options.target_file,
            allocate_inputs=options.allocate_inputs,
            allocate_outputs=options.allocate_outputs,
            input_data_type=options.input_data_type,
            output_data_type=options.output_data_type,
            s1_bit_order=options.s1_bit_order,
            inputs_ch_position=options.inputs_ch_position,
            outputs_ch_position=options.outputs_ch_position,
        )
        run_passes(ctx, module, expand([pipeline]), observers=[stages.observe], verifier=verifier)
    return Compiled(
        file, form, data, options, target, imported, stages.selected, module, _places(form, data, file, imported)
    )


def target_of(options: Options) -> Target:
    """The target of the options, with the memory of its device.

    Raises:
        UserError: there is none, or it has no such device or kernels.
    """
    target = find_target(options.target, options.build, options.target_file)
    try:
        target.choice(options.kernels)
        return target if options.device is None else target.device(options.device)
    except ValueError as error:
        raise UserError(str(error)) from error


def find_target(name: str, build: BuildChoice = "auto", file: str | None = None) -> Target:
    """The target of that name.

    Raises:
        UserError: there is none.
    """
    try:
        return find_by_name(name, build, file)
    except ValueError as error:
        raise UserError(str(error)) from error


def target_name(given: str | None, file: str | None) -> str:
    """The target that is asked for: as given, or the only one of the user's file, or the default.

    Raises:
        UserError: the file is wrong, or has several targets.
    """
    if given is not None or file is None:
        return given or DEFAULT_TARGET
    try:
        own = [name for name in table_with(file).targets if name not in package_table().targets]
    except ValueError as error:
        raise UserError(str(error)) from error
    if len(own) > 1:
        raise UserError(f"{file}: has several targets; name one with --target: {', '.join(own)}")
    return own[0]


def format_of(file: Path) -> str:
    """The format of a model file, by its extension.

    Raises:
        UserError: it is not read.
    """
    known = {"mlir", *FRONTENDS}
    extension = file.suffix.lower().removeprefix(".")
    if extension in known:
        return extension
    readable = ", ".join(f".{name}" for name in sorted(known))
    raise UserError(f"{file}: no model format known by this extension; give one of {readable}")


@contextmanager
def user_errors(file: Path) -> Generator[None]:
    """Turn the compiler's errors into one line that begins with the file."""
    try:
        yield
    except ModelError as error:
        raise UserError(str(error)) from error
    except ParseError as error:
        raise UserError(f"{error.span.get_location()}: {one_line(error.msg)}") from error
    except (DiagnosticException, ValueError) as error:
        raise UserError(f"{file}: {one_line(str(error))}") from error


class _Stages:
    """Keeps the network as it was once its kernels were chosen."""

    def __init__(self) -> None:
        self.selected = ModuleOp([])

    def observe(self, last_pass: ModulePass, module: ModuleOp) -> None:
        """Called after each pass."""
        if last_pass.name == SELECTION:
            self.selected = module.clone()


def _read(
    ctx: Context, form: str, data: bytes, file: str, fixed: Sequence[tuple[str, int]], verifier: Verifier
) -> ModuleOp:
    """The network of a file, verified."""
    if fixed and form != "onnx":
        raise ValueError("--fix-shape is for ONNX models; leave it out")
    if form == "mlir":
        text = data.decode("utf-8")
        check_strings(text, file)
        module = Parser(ctx, text, file).parse_module()
        name_values(module)
    else:
        reader = FRONTENDS[form]()
        module = reader(data, file, fixed=dict(fixed)) if fixed else reader(data, file)
    run_passes(ctx, module, (), verifier=verifier)
    _verify_edges(network_function(module))
    return module


def _verify_edges(function: FuncOp) -> None:
    """Raise ValueError where a network's inputs or outputs are not what the reports and the C can describe."""
    edges = {"input": function.function_type.inputs.data, "output": function.function_type.outputs.data}
    for role, types in edges.items():
        if not types:
            raise ValueError(f"the network has no {role}; give it one, as an argument or result of its function")
        for index, type_ in enumerate(types):
            if not (isa(type_, TensorType[Attribute]) and type_tag(type_.element_type) in EDGE_TYPES):
                raise ValueError(f"{role} {index} is {type_}; make it a tensor of {', '.join(EDGE_TYPES)}")


def _places(form: str, data: bytes, file: Path, imported: ModuleOp) -> dict[str, int]:
    """Layers of TensorFlow Lite are named after their operator's first output; others are counted as they come.

    A layer of Keras may be several operators here, and none: what computes nothing is not counted.
    """
    if form == "tflite":
        model = read_model(data, str(file))
        return {model.tensors[operator.outputs[0]].name: operator.index for operator in model.operators}
    names = dict.fromkeys(name for op in computed_ops(imported) if (name := layer_name(op)) is not None)
    return {name: place for place, name in enumerate(names)}


def write_c(
    compiled: Compiled, directory: Path, name: str, *, with_example: bool = False, force: bool = False
) -> list[str]:
    """Write the C project of a network, whole or not at all; the paths of its files, sorted.

    Raises:
        UserError: the directory cannot be written, or must not be replaced.
    """
    try:
        return write_project(
            compiled.planned, directory, name, with_example=with_example, force=force, optimize=compiled.optimize
        )
    except OSError as error:
        raise UserError(f"{error.filename or directory}: cannot be written: {error.strerror}") from error
    except (DiagnosticException, ValueError) as error:
        raise UserError(one_line(str(error))) from error
