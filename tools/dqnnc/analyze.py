"""`dqnnc analyze`: what a network costs on a target."""

from __future__ import annotations

from argparse import Namespace

from .budget import check_budgets, require_limits
from .compile import compile_model, options_of
from .inspection import analysis_of
from .measure import measured_for
from .output import output
from .render import render_analysis


def analyze(options: Namespace) -> int:
    """Run the command."""
    with output("analyze", options.json) as publish:
        compiled = compile_model(options.model, options_of(options))
        if options.check_budget:
            require_limits(compiled.target, compiled.options)
        analysis = analysis_of(compiled, measured_for(options, compiled))
        publish(analysis, render_analysis(analysis, verbose=options.verbose))
    if options.check_budget:
        check_budgets(analysis.budget, analysis.target, str(options.model))
    return 0
