"""`dqnnc generate`: the C project of a network."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from .budget import check_budgets, require_limits
from .compile import compile_model, options_of, write_c
from .errors import UserError
from .inspection import analysis_of
from .measure import measured_for
from .output import output
from .render import render_generation
from .report import Generation

IDENTIFIER = r"[A-Za-z][A-Za-z0-9_]*"
"""Names that C takes at file scope without reserving them."""


def generate(options: Namespace) -> int:
    """Run the command."""
    name = network_name(options.name, options.model)
    with output("generate", options.json) as publish:
        compiled = compile_model(options.model, options_of(options))
        if options.check_budget:
            require_limits(compiled.target, compiled.options)
        analysis = analysis_of(compiled, measured_for(options, compiled))
        if options.check_budget:
            check_budgets(analysis.budget, analysis.target, str(options.model))
        files = write_c(compiled, options.output, name, with_example=options.main, force=options.force)
        generation = Generation(analysis, str(options.output), tuple(files))
        publish(generation, render_generation(generation))
    return 0


def network_name(given: str | None, model: Path) -> str:
    """The prefix of the C names: as given, or the model's file name as a C identifier.

    Raises:
        UserError: the given name is none.
    """
    if given is None:
        name = re.sub(r"[^A-Za-z0-9]+", "_", model.stem).strip("_").lower()
        return name if re.fullmatch(IDENTIFIER, name) else f"network_{name}".rstrip("_")
    if not re.fullmatch(IDENTIFIER, given):
        raise UserError(f"--name {given}: is no C identifier; take letters, digits and _, a letter first")
    return given
