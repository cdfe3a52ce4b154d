"""What code that calls CMSIS-NN assumes of the library, and how a C compiler checks it.

CMSIS-NN's headers define ARM_MATH_DSP and ARM_MATH_MVEI from the core that is compiled for. Scratch memory and the
layout of some constants differ between the three builds, so code that was generated for one must not meet another.
"""

from __future__ import annotations

HEADER = "arm_nnfunctions.h"
"""The header that declares CMSIS-NN's functions, Arm's own or the portable kernels'."""

BUILD = "c.cmsis_nn_build"
"""Attribute of the module: the build of CMSIS-NN that scratch memory was sized for, a key of `OTHER_BUILDS`."""

OTHER_BUILDS: dict[str, str] = {
    "plain C": "defined(ARM_MATH_DSP) || defined(ARM_MATH_MVEI)",
    "DSP": "!defined(ARM_MATH_DSP) || defined(ARM_MATH_MVEI)",
    "MVE": "!defined(ARM_MATH_MVEI)",
}
"""For each build: the preprocessor condition that holds in the others."""

VERSIONS = "7.0.0 and later"
"""The versions of CMSIS-NN whose signatures and scratch sizes the generated code fits."""
