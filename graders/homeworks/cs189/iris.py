"""The Iris table, and the files in which starter code expects it."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from graders.coursework.bundled import bundled

IRIS = "fixtures/data/iris.csv"
N_SEEN = 100
SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}


def iris() -> tuple[np.ndarray, np.ndarray]:
    """Features (150, 4) as they were measured, and one-hot labels (150, 3)."""
    with bundled(IRIS).open(newline="", encoding="utf-8") as file:
        table = np.array(list(csv.reader(file))[1:], dtype=np.float64)
    return table[:, :-1], np.eye(3)[table[:, -1].astype(int)]


class Flowers(NamedTuple):
    """Standardised features (N, 4) and one-hot labels (N, 3)."""

    X: np.ndarray
    Y: np.ndarray


def parts_of_iris() -> tuple[Flowers, Flowers]:
    """100 flowers to learn from, and the 50 others, whose labels no submission is told."""
    X, Y = iris()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    order = np.random.default_rng(0).permutation(len(X))
    seen, new = order[:N_SEEN], order[N_SEEN:]
    return Flowers(X[seen], Y[seen]), Flowers(X[new], Y[new])


def iris_files() -> dict[str, bytes]:
    """What is in the starter code's `datasets`: a table, or arrays for training, validation and test.

    There is also the folder that its logger makes new ones in.
    """
    X, Y = iris()
    order = np.random.default_rng(0).permutation(len(X))
    ends = np.cumsum([round(share * len(X)) for share in SHARES.values()])[:-1]
    arrays = {
        f"datasets/iris/iris_{part}_{kind}.npy": _npy(values[rows])
        for part, rows in zip(SHARES, np.split(order, ends), strict=True)
        for kind, values in (("data", X), ("labels", Y))
    }
    return {"datasets/iris.csv": bundled(IRIS).read_bytes(), "experiments/README": b"", **arrays}


def _npy(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()
