"""What `dqnnc analyze` finds out about a network that a test has built."""

from __future__ import annotations

from pathlib import Path

from dqnnc.passes.pipelines import DqnnToCallsPipeline, expand
from dqnnc.tools.dqnnc.compile import SELECTION, Compiled, Options, find_target
from dqnnc.tools.dqnnc.inspection import analysis_of
from dqnnc.tools.dqnnc.report import Analysis
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp


def analysis(imported: ModuleOp, target: str = "stm32") -> Analysis:
    """The report on a network as a frontend imports it."""
    module = imported.clone()
    selected = module
    for step in expand([DqnnToCallsPipeline(target)]):
        step.apply(Context(), module)
        if step.name == SELECTION:
            selected = module.clone()
    file = Path("network.mlir")
    return analysis_of(
        Compiled(file, "mlir", b"", Options(target), find_target(target), imported, selected, module, {})
    )
