"""In the worker: the images of MNIST's and Fashion-MNIST's IDX files, where loaders would download them.

They are looked for below the loader's own root, and in the run's folder `data`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

FOLDERS = (".", "raw", "MNIST/raw", "FashionMNIST/raw")
"""Where torchvision keeps these files below what it calls their root."""


def read(kind: str, root: str = "data") -> tuple[np.ndarray, np.ndarray]:
    """Images (N, rows, columns) as bytes and labels (N,) of `train` or `t10k`."""
    return _array(f"{kind}-images-idx3-ubyte", root), _array(f"{kind}-labels-idx1-ubyte", root).astype(np.int64)


def _array(name: str, root: str) -> np.ndarray:
    content = next((path for path in _places(name, root) if path.is_file()), Path("data", name)).read_bytes()
    shape = np.frombuffer(content, dtype=">u4", count=content[3], offset=4).astype(int)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * content[3]).reshape(shape)


def _places(name: str, root: str) -> Iterator[Path]:
    return (Path(top, folder, name) for top in (root, "data") for folder in FOLDERS)
