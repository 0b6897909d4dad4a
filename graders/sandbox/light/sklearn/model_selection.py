"""In the worker: train_test_split, without its stratification."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Rows: TypeAlias = Any
"""An array, a list, or what can be indexed like one."""
_GENERATORS = (np.random.RandomState, np.random.Generator)


def train_test_split(
    *arrays: Rows,
    test_size: float | None = None,
    train_size: float | None = None,
    random_state: int | np.random.RandomState | np.random.Generator | None = None,
    shuffle: bool = True,
    **_: object,
) -> list[Rows]:
    """Each array in two parts, of the same rows in all of them; classes aren't balanced."""
    n = len(arrays[0])
    n_test = _part(test_size, n, math.ceil)
    n_train = _part(train_size, n, math.floor)
    if n_test is None:
        n_test = math.ceil(0.25 * n) if n_train is None else n - n_train
    n_train = n - n_test if n_train is None else n_train
    seeded = random_state if isinstance(random_state, _GENERATORS) else np.random.RandomState(random_state)
    order = seeded.permutation(n) if shuffle else np.roll(np.arange(n), n_test)
    parts = order[n_test : n_test + n_train], order[:n_test]
    return [np.asarray(array)[part] if isinstance(array, list) else array[part] for array in arrays for part in parts]


def _part(size: float | None, n: int, rounded: Callable[[float], int]) -> int | None:
    return None if size is None else rounded(size * n) if isinstance(size, float) else int(size)
