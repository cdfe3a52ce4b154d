"""Writes four inputs of `numbers.mlir` to the file that is named: every code once."""

import sys

import numpy as np

np.savez(sys.argv[1], x=np.arange(-128, 128).astype(np.int8).reshape(4, 1, 64))
