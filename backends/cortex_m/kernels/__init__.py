"""The Cortex-M kernel table: CMSIS-NN's s8 functions, and the project's own for what Arm has none."""

from ...common.kernel_table import KernelTable
from . import activation, affine, asymmetric, binary, dense, elementwise, float32, linear, pool, shape

TABLE = KernelTable(
    [
        *linear.ROWS,
        *dense.ROWS,
        *asymmetric.ROWS,
        *pool.ROWS,
        *elementwise.ROWS,
        *activation.ROWS,
        *shape.ROWS,
        *float32.ROWS,
        *binary.ROWS,
        *affine.ROWS,
    ]
)
"""Every row. Of an op's rows the first that fits is taken, so special cases stand before general ones."""
