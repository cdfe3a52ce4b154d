"""Running the C of a network on this machine, with real numbers at its edges whatever types it has there."""

from __future__ import annotations

from typing import Any

import numpy as np
from dqnnc.dialects.dqnn import quantized_element
from dqnnc.dialects.dqnn.memory_form import TYPE, argument_attributes, network_arguments
from dqnnc.dialects.dqnn.network import network_function
from dqnnc.dialects.fixed_point import dequantize, quantize_half_even
from dqnnc.dialects.quant import UniformQuantizedType
from dqnnc.dialects.semantics import Array
from dqnnc.passes.pipelines import DqnnToCallsPipeline
from dqnnc.tools.run_compiled import run_samples
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument


def compiled(module: ModuleOp, inputs: Array) -> Array:
    """What the C of a network with one input and one output makes of reals [N, ...], as reals.

    The module becomes kernel calls.
    """
    DqnnToCallsPipeline().apply(Context(), module)
    function = network_function(module)
    [source], [result] = network_arguments(function)
    given, made = _codes(function, source), _codes(function, result)
    samples = [[image[None] if given is None else quantize_half_even(image[None], given)] for image in inputs]
    outputs = np.stack([outputs[0][0] for outputs in run_samples(module, samples)])
    return outputs.astype(np.float32) if made is None else dequantize(outputs, made)


def _codes(function: FuncOp, argument: BlockArgument) -> UniformQuantizedType | None:
    """The quantized type of a network's input or output; None of f32 and of s1, whose codes are the reals."""
    type_: Any = argument_attributes(function, argument)[TYPE]
    return quantized_element(type_)
