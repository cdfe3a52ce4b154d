"""`dqnn-opt`: reads a network as IR or as a model file, runs passes over it, and prints what comes out.

All of `xdsl-opt`, and: model files by their extension, pipelines by name, `--print-ir-after-all`,
`--elide-large-constants`, `--list-passes`, `--check-semantics`; and every failure is one line on standard error that
names the pass and the op, with exit status 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from time import perf_counter
from typing import IO, NoReturn

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.arg_spec import parse_pipeline, parse_spec
from xdsl.utils.exceptions import ArgSpecParseError, DiagnosticException, ParseError, ShrinkException
from xdsl.xdsl_opt_main import xDSLOptMain

from ..passes.pipelines import expand
from .check_strings import check_strings
from .fixed_dimensions import HELP as FIX_SHAPE_HELP
from .fixed_dimensions import fixed_dimension
from .pass_manager import CompileError, Observer, message_of, one_line_errors, run_passes
from .printing import IRFormat
from .universe import FRONTENDS, UNIVERSE
from .verifier import Verifier

ELIDE_ABOVE = 16
"""Constants of more elements are elided by `--elide-large-constants` without a number."""


INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells report it."""


class DqnnOptMain(xDSLOptMain):
    """xDSL's driver with this package's dialects, passes, targets and frontends, installed or not."""

    def register_all_dialects(self) -> None:
        """Those of the environment, and ours where the package is not installed."""
        super().register_all_dialects()
        for name, factory in UNIVERSE.all_dialects.items():
            if name not in self.ctx.registered_dialect_names:
                self.ctx.register_dialect(name, factory)

    def register_all_passes(self) -> None:
        """Those of the environment, and ours where the package is not installed."""
        super().register_all_passes()
        self.available_passes = {**UNIVERSE.all_passes, **self.available_passes}

    def register_all_targets(self) -> None:
        """Those of the environment, and ours where the package is not installed."""
        super().register_all_targets()
        self.available_targets = {**UNIVERSE.all_targets, **self.available_targets}

    def register_all_frontends(self) -> None:
        """`.mlir`, and the model formats, whose readers are imported when a file needs them."""
        super().register_all_frontends()
        parse = self.available_frontends["mlir"]

        def parse_checked(file: IO[bytes]) -> ModuleOp:
            data = file.read()
            check_strings(data.decode("utf-8"), self.get_input_name())
            return parse(BytesIO(data))

        self.available_frontends["mlir"] = parse_checked

        def reader(extension: str) -> Callable[[IO[bytes]], ModuleOp]:
            return lambda file: self.read_model(extension, file.read())

        for extension in FRONTENDS:
            self.available_frontends[extension] = reader(extension)

    def read_model(self, extension: str, data: bytes) -> ModuleOp:
        """The network in the bytes of a model file."""
        fixed = dict(self.args.fix_shape)
        if fixed and extension != "onnx":
            raise CompileError("--fix-shape is for ONNX models; leave it out")
        reader = FRONTENDS[extension]()
        return reader(data, self.get_input_name(), fixed=fixed) if fixed else reader(data, self.get_input_name())

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        """The options of xDSL and ours."""
        super().register_all_arguments(arg_parser)
        driver = self

        def error(message: str) -> NoReturn:
            arg_parser.exit(1, f"error: {message}; --help lists what there is\n")

        arg_parser.error = error

        class ListPasses(argparse.Action):
            def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
                from .list_passes import describe_passes

                sys.stdout.write(describe_passes(driver.available_passes))
                parser.exit()

        arg_parser.add_argument(
            "--list-passes", action=ListPasses, nargs=0, help="List pipelines and passes with their options, and exit"
        )
        arg_parser.add_argument(
            "--fix-shape",
            type=fixed_dimension,
            action="append",
            default=[],
            metavar="NAME=N",
            help=FIX_SHAPE_HELP[0].upper() + FIX_SHAPE_HELP[1:],
        )
        arg_parser.add_argument(
            "--print-ir-after-all", action="store_true", help="Print the IR to standard error after every pass"
        )
        arg_parser.add_argument(
            "--elide-large-constants",
            type=int,
            metavar="N",
            help=f"Leave out the data of constants of more than N elements (without =N: {ELIDE_ABOVE})",
        )
        arg_parser.add_argument(
            "--check-semantics",
            metavar="INPUTS.npz",
            help="Run the network on these inputs before and after each pass; "
            "fail at the first pass that changes an output",
        )
        arg_parser.add_argument(
            "--traceback", action="store_true", help="Let Python's traceback of a failure through, to debug a pass"
        )

    def setup_pipeline(self) -> None:
        """Read `-p`, each pipeline replaced by its passes."""
        passes: list[ModulePass] = []
        for spec in parse_pipeline(self.args.passes):
            if spec.name not in self.available_passes:
                raise CompileError(f"unknown pass '{spec.name}'; --list-passes names all")
            with one_line_errors(f"pass '{spec.name}'"):
                passes.append(self.available_passes[spec.name]().from_spec(spec))
        self.pipeline = PassPipeline(expand(passes))

    def prepare_input(self) -> tuple[list[tuple[IO[bytes], int]], str]:
        """The parts of the input; with `--split-input-file` those that are not blank."""
        self.check_format()
        chunks, extension = super().prepare_input()
        filled = [chunk for chunk in chunks if not (isinstance(chunk[0], BytesIO) and not chunk[0].getvalue().strip())]
        return filled, extension

    def check_format(self) -> None:
        """Raise CompileError for a file whose extension names no frontend."""
        file, known = self.args.input_file, self.available_frontends
        if file is None or self.args.frontend is not None or Path(file).suffix.removeprefix(".") in known:
            return
        if not Path(file).exists():
            return  # which is told when it is opened
        formats = ", ".join(f".{name}" for name in sorted(known))
        raise CompileError(f"{file}: no format known by this extension; give one of {formats}, or name it with -f")

    @property
    def ir_format(self) -> IRFormat:
        """How the options ask for IR to be printed."""
        return IRFormat(
            elide_above=self.args.elide_large_constants,
            generic=self.args.print_op_generic,
            debuginfo=self.args.print_debuginfo,
            properties_as_attributes=self.args.print_no_properties,
        )

    def run(self) -> None:
        """Read, transform and print each chunk of the input. Nothing is written when one of them fails."""
        chunks, extension = self.prepare_input()
        outputs: list[str] = []
        for chunk, line_offset in chunks:
            with chunk:
                try:
                    outputs.append(self.run_chunk(chunk, extension, line_offset))
                except ParseError as error:
                    error.span = dataclasses.replace(error.span, line_offset=line_offset)
                    if not self.args.parsing_diagnostics:
                        raise
                    outputs.append(f"error: {parse_message(error)}\n")
                except DiagnosticException as error:
                    if not self.args.verify_diagnostics:
                        raise
                    outputs.append(f"error: {one_line(error)}\n")
                except ShrinkException:
                    print("Success, can shrink")
                    return
        if self.args.shrink:
            print("Failure, can't shrink")
            sys.exit(1)
        text = "// -----\n".join(outputs)
        if self.args.output_file is None:
            if sys.stdout is None:
                raise CompileError("standard output: is closed")
            sys.stdout.write(text)
            return
        with open(self.args.output_file, "w", encoding="utf-8") as file:
            file.write(text)

    def run_chunk(self, chunk: IO[bytes], extension: str, line_offset: int) -> str:
        """Read one module, run the passes and return the text of the result."""
        module = self.parse_chunk(chunk, extension, line_offset)
        if module is None:
            return ""
        self.apply_passes(module)
        with one_line_errors(f"target '{self.args.target}' failed"):
            return self.output_resulting_program(module)

    def apply_passes(self, prog: ModuleOp) -> None:
        """Run the passes, each followed by what the options ask for."""
        verify, verifier = not self.args.disable_verify, Verifier()
        run_passes(self.ctx, prog, (), verify=verify, verifier=verifier)
        run_passes(
            self.ctx, prog, self.pipeline.passes, observers=self.observers(prog), verify=verify, verifier=verifier
        )

    def observers(self, prog: ModuleOp) -> list[Observer]:
        """What is to happen after each pass, in order."""
        observers: list[Observer] = []
        if self.args.time_passes:
            observers.append(PassTimer())
        if self.args.print_ir_after_all:
            observers.append(self.print_after)
        if self.args.print_between_passes:
            observers.append(self.print_between)
        if self.args.check_semantics is not None:
            from .check_semantics import SemanticsCheck

            observers.append(SemanticsCheck.start(prog, self.args.check_semantics, sys.stderr))
        return observers

    def print_after(self, last_pass: ModulePass, module: ModuleOp) -> None:
        """Print the IR to standard error. The headings are comments and the marks of `--split-input-file`."""
        print(f"// -----// IR after {last_pass} //----- //", file=sys.stderr)
        self.ir_format.write(self.ctx, module, sys.stderr)

    def print_between(self, last_pass: ModulePass, module: ModuleOp) -> None:
        """Print the IR to standard output but after the last pass, as xDSL's driver does."""
        if last_pass is not self.pipeline.passes[-1]:
            print(f"IR after {last_pass.name}:")
            self.ir_format.write(self.ctx, module, sys.stdout)
            print("\n\n")

    def output_resulting_program(self, prog: ModuleOp) -> str:
        """The text of the result in the target's format."""
        if parse_spec(self.args.target).name != "mlir" or self.args.syntax_highlight:
            return super().output_resulting_program(prog)
        output = StringIO()
        self.ir_format.write(self.ctx, prog, output)
        return output.getvalue()


class PassTimer:
    """Prints to standard error how long each pass took."""

    def __init__(self):
        self.start = perf_counter()

    def __call__(self, last_pass: ModulePass, module: ModuleOp) -> None:
        """Print the time since the call before."""
        del module
        print(f"Pass {last_pass.name} took {perf_counter() - self.start:.6f} seconds", file=sys.stderr)
        self.start = perf_counter()


def parse_message(error: ParseError) -> str:
    """A syntax error in one line: file, line, column, and what is wrong."""
    location = error.span.get_location()
    return f"{location}: {' '.join(error.msg.split())}"


def spread_options(args: Sequence[str]) -> list[str]:
    """The arguments with the number added to a bare `--elide-large-constants`.

    (An optional value would take the input file that may come next.)
    """
    bare = "--elide-large-constants"
    return [f"{bare}={ELIDE_ABOVE}" if argument == bare else argument for argument in args]


def main(args: Sequence[str] | None = None) -> None:
    """Run the driver; exit with status 1 and one line on standard error where it fails."""
    warnings.filterwarnings("default", category=DeprecationWarning)
    arguments = spread_options(sys.argv[1:] if args is None else args)
    try:
        DqnnOptMain(description="dqnnc's modular optimizer driver", args=arguments).run()
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads us has seen enough. Python flushes once more at exit: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except (Exception, ArgSpecParseError) as error:
        if "--traceback" in arguments:
            raise
        sys.exit(f"error: {one_line(error)}")


def one_line(error: BaseException) -> str:
    """What went wrong, in one line."""
    match error:
        case ParseError():
            return parse_message(error)
        case ArgSpecParseError():
            return "passes or target: " + " ".join(str(error).split())
        case OSError(filename=str(name), strerror=str(reason)):
            return f"{name}: {reason}"
        case OSError(filename=None, strerror=str(reason)):
            return f"standard input or output: {reason}"
        case RecursionError():
            return "the input is nested too deeply"
        case MemoryError():
            return "not enough memory; no network for a microcontroller is so large"
        case Exception():
            return " ".join(message_of(error).split())
        case _:
            return str(error)


if __name__ == "__main__":
    main()
