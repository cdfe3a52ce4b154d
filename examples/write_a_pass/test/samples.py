"""Writes twenty inputs of `numbers.mlir` to the file that is named: every code, many times, at no regular places."""

import sys

import numpy as np

codes = np.arange(20 * 6 * 6 * 3) * 101 % 257 % 256 - 128
np.savez(sys.argv[1], x=codes.astype(np.int8).reshape(20, 6, 6, 3))
