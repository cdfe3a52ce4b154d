"""Writes the .npz files of the tests of --check-semantics into the folder that is named."""

import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
small = np.array([[-1, 0, 5, 6]], np.float32)
samples = np.array([[-1, 0, 5, 7], [9, 1, 2, 3]], np.float32)
np.savez(folder / "by_name.npz", x=samples)
np.savez(folder / "by_index.npz", in_0=samples[:1])
np.savez(folder / "missing.npz", y=samples)
np.savez(folder / "type.npz", x=samples.astype(np.float64))
np.savez(folder / "shape.npz", x=samples[:, :3])
(folder / "broken.npz").write_bytes(b"PK nothing")
np.savez(folder / "small.npz", x=small)
np.savez(folder / "image.npz", x=np.arange(24, dtype=np.float32).reshape(2, 2, 2, 3))
