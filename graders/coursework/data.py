"""Trusted side: the images that training sections use, from a folder of IDX files, else the digits that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from graders import UsageError
from graders.coursework import idx
from graders.coursework.bundled import bundled

FILES = {
    "train-images-idx3-ubyte": 3,
    "train-labels-idx1-ubyte": 1,
    "t10k-images-idx3-ubyte": 3,
    "t10k-labels-idx1-ubyte": 1,
}
"""The names of MNIST's files, and the dimensions of what each holds."""
DIGITS = "fixtures/data/digits"
SIDE = 28
CLASSES = 10


@dataclass(frozen=True, eq=False)
class ImageData:
    """Images (N, 28, 28) and labels (N,), uint8; `name` is what a report calls them, `files` their IDX files."""

    name: str
    is_real: bool
    files: Mapping[str, bytes]

    @cached_property
    def train_images(self) -> np.ndarray:
        """To train on."""
        return self._array("train-images-idx3-ubyte")

    @cached_property
    def train_labels(self) -> np.ndarray:
        """What is on them, 0 to 9."""
        return self._array("train-labels-idx1-ubyte")

    @cached_property
    def test_images(self) -> np.ndarray:
        """Never trained on."""
        return self._array("t10k-images-idx3-ubyte")

    @cached_property
    def test_labels(self) -> np.ndarray:
        """What is on them, 0 to 9."""
        return self._array("t10k-labels-idx1-ubyte")

    def first(self, n_train: int, n_test: int, dimmed: int = 1) -> dict[str, bytes]:
        """The IDX files of this many examples, with pixels divided by `dimmed`."""
        arrays = (
            self.train_images[:n_train] // dimmed,
            self.train_labels[:n_train],
            self.test_images[:n_test] // dimmed,
            self.test_labels[:n_test],
        )
        return {name: idx.encode(array) for name, array in zip(FILES, arrays, strict=True)}

    def _array(self, name: str) -> np.ndarray:
        return idx.decode(self.files[name], name, FILES[name])


def load(folder: Path | None) -> ImageData:
    """The folder's images, or the bundled digits where none is given; UsageError for what can't be trained on."""
    place = folder if folder is not None else bundled(DIGITS)
    files = {name: idx.read(_find(place, name)) for name in FILES}
    arrays = {name: idx.decode(content, place / name, FILES[name]) for name, content in files.items()}
    counts = [_count(place, kind, arrays) for kind in ("train", "t10k")]
    size = f"{counts[0]} + {counts[1]} images"
    name = f"IDX files in {folder} ({size})" if folder is not None else f"bundled digits ({size})"
    return ImageData(name, folder is not None, files)


def _find(folder: Path, name: str) -> Path:
    stem = name.replace("-idx", ".idx")
    candidates = [folder / spelling for spelling in (name, stem, f"{name}.gz", f"{stem}.gz")]
    for path in candidates:
        if path.is_file():
            return path
    raise UsageError(f"{folder} has no {name} (nor {name}.gz): give the folder with the four files of MNIST")


def _count(folder: Path, kind: str, arrays: Mapping[str, np.ndarray]) -> int:
    images, labels = arrays[f"{kind}-images-idx3-ubyte"], arrays[f"{kind}-labels-idx1-ubyte"]
    if len(images) != len(labels):
        raise UsageError(f"{folder}: {len(images)} {kind} images, but {len(labels)} labels")
    if len(images) == 0:
        raise UsageError(f"{folder}: there are no {kind} images")
    if images.shape[1:] != (SIDE, SIDE):
        raise UsageError(f"{folder}: {kind} images are {images.shape[1]} x {images.shape[2]}, but should be 28 x 28")
    if labels.max() >= CLASSES:
        raise UsageError(f"{folder}: a {kind} label is {labels.max()}, but should be 0 to 9")
    return len(images)
