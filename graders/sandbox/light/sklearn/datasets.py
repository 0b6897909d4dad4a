"""In the worker: fetch_openml, which reads the run's own images."""

from __future__ import annotations

import numpy as np
from gradmark_images import read
from numpy.typing import DTypeLike


class Table(np.ndarray):
    """An array with what is used of pandas' tables."""

    def to_numpy(self, dtype: DTypeLike | None = None) -> np.ndarray:
        """The plain array."""
        return np.array(self, dtype=dtype, subok=False)

    @property
    def values(self) -> np.ndarray:
        """The plain array."""
        return self.to_numpy()


class Bunch(dict[str, np.ndarray]):
    """What scikit-learn's loaders return: a dict whose entries are attributes, too."""

    __getattr__ = dict.__getitem__


def fetch_openml(
    name: object = None,  # noqa: ARG001 - the run has one set of images
    *,
    return_X_y: bool = False,
    as_frame: bool | str = "auto",
    **_: object,
) -> Bunch | tuple[np.ndarray, np.ndarray]:
    """All images as rows, training images first, and their labels as strings: as scikit-learn has them."""
    images, labels = (np.concatenate(parts) for parts in zip(read("train"), read("t10k"), strict=True))
    X, y = images.reshape(len(images), -1).astype(np.int64), labels.astype(str).astype(object)
    if as_frame:
        X, y = X.view(Table), y.view(Table)
    return (X, y) if return_X_y else Bunch(data=X, target=y)
