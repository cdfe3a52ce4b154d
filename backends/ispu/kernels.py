"""The ISPU's kernel table: the project's own kernels, which need no SIMD and no CMSIS-NN."""

from ..common.kernel_table import KernelTable
from ..common.kernels import ROWS, portable_rows

TABLE = KernelTable(portable_rows(ROWS))
