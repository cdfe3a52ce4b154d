"""Rewrites from network operators to kernel calls, one pass a file.

`PASSES` is the table of all passes and pipelines of this package, those of the backends included. It imports a pass
when it is asked for. A new pass is one line here; those that every backend has are in `backend_passes`.
"""

from __future__ import annotations

from collections.abc import Callable

from xdsl.passes import ModulePass

from .backend_passes import backend_passes
from .lazy import lazy_table

PASSES: dict[str, Callable[[], type[ModulePass]]] = backend_passes() | lazy_table(
    __package__,
    {
        "convert-edges": ".convert_edges:ConvertEdgesPass",
        "fold-batch-norm": ".fold_batch_norm:FoldBatchNormPass",
        "fold-constants": ".fold_constants:FoldConstantsPass",
        "fuse-activation": ".fuse_activation:FuseActivationPass",
        "fuse-quantizers": ".fuse_quantizers:FuseQuantizersPass",
        "insert-float-fallback": ".insert_float_fallback:InsertFloatFallbackPass",
        "legalize": ".pipelines:LegalizePipeline",
        "legalize-per-channel": ".legalize_per_channel:LegalizePerChannelPass",
        "move-batch-norm-before-pool": ".move_batch_norm_before_pool:MoveBatchNormBeforePoolPass",
        "move-quantizers": ".move_quantizers:MoveQuantizersPass",
        "move-transposes": ".move_transposes:MoveTransposesPass",
        "optimize": ".pipelines:OptimizePipeline",
        "place-channels": ".place_channels:PlaceChannelsPass",
        "plan-memory": ".plan_memory:PlanMemoryPass",
        "prepare": ".pipelines:PreparePipeline",
        "quantize": ".pipelines:QuantizePipeline",
        "quantize-operators": ".quantize_operators:QuantizeOperatorsPass",
        "select-kernels": ".select_kernels:SelectKernelsPass",
        "shift-to-signed": ".shift_to_signed:ShiftToSignedPass",
        "sink-reshape": ".sink_reshape:SinkReshapePass",
    },
)
"""Name to a function that imports the pass."""


def find_pass(name: str) -> type[ModulePass]:
    """The pass of this name, ours or xDSL's own.

    Raises:
        KeyError: there is none.
    """
    if name in PASSES:
        return PASSES[name]()
    from xdsl.transforms import get_all_passes

    return get_all_passes()[name]()
