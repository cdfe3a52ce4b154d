"""The rows that kernel tables are made of: CMSIS-NN's s8 functions, and the project's own for what Arm has none.

A backend takes them all (`KernelTable(ROWS)`), those with kernels of the runtime alone (`portable_rows(ROWS)`), or puts
rows and kernels of its own beside them.
"""

from collections.abc import Sequence
from dataclasses import replace

from ..kernel_table import Row
from . import activation, affine, asymmetric, binary, dense, elementwise, float32, linear, near_ties, pool, shape

ROWS: tuple[Row, ...] = (
    *linear.ROWS,
    *dense.ROWS,
    *asymmetric.ROWS,
    *near_ties.ROWS,
    *pool.ROWS,
    *elementwise.ROWS,
    *activation.ROWS,
    *shape.ROWS,
    *float32.ROWS,
    *binary.ROWS,
    *affine.ROWS,
)
"""Every row. Of an op's rows the first that fits is taken, so special cases stand before general ones."""


def portable_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows for a core without CMSIS-NN: those with a kernel of the runtime, and these kernels alone."""
    own = (replace(row, kernels=tuple(item for item in row.kernels if item.library == "portable")) for row in rows)
    return tuple(row for row in own if row.kernels)
