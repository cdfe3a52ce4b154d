"""The Cortex-R52 kernel table: CMSIS-NN's s8 functions, and the project's own for what Arm has none."""

from ..common.kernel_table import KernelTable
from ..common.kernels import ROWS

TABLE = KernelTable(ROWS)
