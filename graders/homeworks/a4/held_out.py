"""What a trained network says about images whose labels its submission was never given.

They go to the worker after training. The submission loads and scales them as it does its own, in its own order:
which row is which image is read off the images that come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graders.checking import CheckFailed, Value, array_of, list_of

if TYPE_CHECKING:
    from graders.checking import ImageData

MOST = 500
CLASSES = 10
ALIKE = 0.999
"""The correlation of an image with itself after it was scaled, at least."""
SMALLEST = 1e-12


@dataclass(frozen=True)
class HeldOut:
    """Outputs (N, 10) of the network for each image that was held out, of one that wasn't trained, and the labels (N,).

    An image that the submission's loader left out has NaN.
    """

    values: np.ndarray
    untrained: np.ndarray
    labels: np.ndarray

    @property
    def accuracy(self) -> float:
        """The share of images that the network's largest output gets right."""
        values = np.where(np.isfinite(self.values), self.values, -np.inf)
        right = (values.argmax(axis=1) == self.labels) & np.isfinite(self.values).any(axis=1)
        return float(right.mean())

    @property
    def losses(self) -> tuple[float, float]:
        """The cross-entropy of the untrained network's probabilities, and of the trained one's."""
        return self._loss(self.untrained), self._loss(self.values)

    def _loss(self, values: np.ndarray) -> float:
        chosen = values[np.arange(len(self.labels)), self.labels]
        return float(-np.log(np.clip(np.nan_to_num(chosen), SMALLEST, None)).mean())


def split(data: ImageData) -> tuple[int, int]:
    """How many test images the submission has with their labels, and how many are held out."""
    half = min(MOST, len(data.test_images) // 2)
    return half, min(MOST, len(data.test_images) - half)


def images(data: ImageData) -> np.ndarray:
    """Those that are held out, (N, 28, 28)."""
    first, count = split(data)
    return data.test_images[first : first + count]


def labels(data: ImageData) -> np.ndarray:
    """What is on them, (N,)."""
    first, count = split(data)
    return data.test_labels[first : first + count].astype(np.int64)


def understood(told: Value, data: ImageData) -> HeldOut:
    """What the worker was `asked`; CheckFailed for what can't be read."""
    what = "what the network gives for new images"
    answers = list_of(told, what)
    if len(answers) != 4:
        raise CheckFailed(f"{what} can't be read")
    loaded, values, loaded_again, untrained = (array_of(answer, what) for answer in answers)
    wanted = images(data)
    return HeldOut(_in_order(loaded, values, wanted), _in_order(loaded_again, untrained, wanted), labels(data))


def _in_order(loaded: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The rows of `values` in the order of the images; NaN where an image is missing."""
    if values.ndim != 2 or values.shape[1] < CLASSES:
        raise CheckFailed(f"for each image the network should give {CLASSES} numbers, but gives {values.shape[1:]}")
    if len(values) != len(loaded) or len(values) > len(wanted):
        raise CheckFailed(f"the network gives {len(values)} rows for {len(wanted)} images")
    found = np.full((len(wanted), values.shape[1]), np.nan)
    found[_places(loaded, wanted)] = values
    return found


def _places(loaded: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which image each row that was loaded is: the one that it is a scaled copy of.

    Where rows are no scaled copies (features, or pixels scaled one by one), they are taken to be in the files' order.
    """
    in_files_order = np.arange(len(loaded))
    if loaded.ndim != 2 or loaded.shape[1] != wanted[0].size or not np.isfinite(loaded).all():
        return in_files_order
    alike = _standard(loaded) @ _standard(wanted.reshape(len(wanted), -1)).T
    places = alike.argmax(axis=1)
    is_copy = (alike.max(axis=1) > ALIKE).all() and len(set(places.tolist())) == len(places)
    return places if is_copy else in_files_order


def _standard(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=1, keepdims=True, dtype=np.float64)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), SMALLEST))
