"""`dqnnc analyze`: what a network costs on a target."""

from __future__ import annotations

from argparse import Namespace

from .compile import compile_model, options_of
from .inspection import analysis_of
from .output import output
from .render import render_analysis


def analyze(options: Namespace) -> int:
    """Run the command."""
    with output("analyze", options.json) as publish:
        analysis = analysis_of(compile_model(options.model, options_of(options)))
        publish(analysis, render_analysis(analysis, verbose=options.verbose))
    return 0
