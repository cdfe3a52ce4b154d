"""Random inputs for a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from dqnnc.dialects.dqnn.network import network_function
from dqnnc.dialects.semantics import Array, array_form
from xdsl.dialects.builtin import ModuleOp


def random_inputs(module: ModuleOp, seed: int) -> list[Array]:
    """An array for each argument: codes over their whole range, or normal floats of deviation 2.

    Seed 0 gives the smallest codes everywhere, seed 1 the largest.
    """
    rng: Any = np.random.default_rng(seed)
    inputs: list[Array] = []
    for argument in network_function(module).body.block.args:
        shape, dtype = array_form(argument.type)
        if dtype.kind == "f":
            inputs.append(rng.normal(0, 2, shape).astype(dtype))
            continue
        info = np.iinfo(dtype.name)
        low, high = int(info.min), int(info.max)
        match seed:
            case 0:
                codes = np.full(shape, low)
            case 1:
                codes = np.full(shape, high)
            case _:
                codes = rng.integers(low, high + 1, shape)
        inputs.append(codes.astype(dtype))
    return inputs
