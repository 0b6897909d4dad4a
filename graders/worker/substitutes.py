"""The worker's: modules that starter code imports and the worker lacks. Standard library and NumPy only, PyTorch late.

They have what such code uses, no more: bars of progress that show nothing, and loaders that read the IDX files of the
run's own folder `data` where the true ones would download. What is installed or handed in under the name comes first.
"""
# ruff: noqa: ARG001, ARG002, D102, PTH118, PTH123 - they have the names and parameters of what they stand for

from __future__ import annotations

import importlib.abc
import importlib.machinery
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

_FOLDERS = (".", "raw", "MNIST/raw", "FashionMNIST/raw")
"""Where torchvision keeps the files of these data sets, below what it calls their root."""


def install(names: Sequence[str]) -> None:
    """Have imports of these packages find their substitutes where they would find nothing."""
    if names:
        sys.meta_path.append(_Finder(frozenset(names)))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _CONTENTS or name.partition(".")[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package="." not in name)

    def exec_module(self, module: Any) -> None:
        vars(module).update(_CONTENTS[module.__name__]())
        for name in _CONTENTS:
            if name.rpartition(".")[0] == module.__name__:
                importlib.import_module(name)


# --- data ---------------------------------------------------------------------------------------------------------


def _read_idx(name: str, root: str = "data") -> np.ndarray:
    """The array in an IDX file below the root, or in the folder `data` of where we are."""
    places = [os.path.join(top, folder, name) for top in (root, "data") for folder in _FOLDERS]
    path = next(filter(os.path.isfile, places), places[-1])
    with open(path, "rb") as file:
        content = file.read()
    shape = np.frombuffer(content, dtype=">u4", count=content[3], offset=4).astype(int)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * content[3]).reshape(shape)


class Images:
    """torchvision.datasets.MNIST and FashionMNIST."""

    def __init__(
        self,
        root: Any = "data",
        train: bool = True,
        transform: Any = None,
        target_transform: Any = None,
        download: bool = False,
    ) -> None:
        import torch

        kind = "train" if train else "t10k"
        self.data = torch.tensor(_read_idx(f"{kind}-images-idx3-ubyte", str(root)))
        self.targets = torch.tensor(_read_idx(f"{kind}-labels-idx1-ubyte", str(root)).astype(np.int64))
        self.transform, self.target_transform = transform, target_transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image, label = self.data[index].numpy(), int(self.targets[index])
        image = self.transform(image) if self.transform else image
        return image, self.target_transform(label) if self.target_transform else label


class Table(np.ndarray):
    """An array with what is used of pandas' tables."""

    def to_numpy(self, dtype: Any = None) -> np.ndarray:
        """The plain array."""
        return np.array(self, dtype=dtype, subok=False)

    @property
    def values(self) -> np.ndarray:
        """The plain array."""
        return self.to_numpy()


class Bunch(dict[str, Any]):
    """What scikit-learn's loaders return: a dict whose entries are attributes, too."""

    __getattr__ = dict.__getitem__


def fetch_openml(name: Any = None, *, return_X_y: bool = False, as_frame: Any = "auto", **_: Any) -> Any:
    """All images as rows, training images first, and their labels as strings: as scikit-learn has them."""
    files = ("train", "t10k")
    images = np.concatenate([_read_idx(f"{kind}-images-idx3-ubyte") for kind in files])
    labels = np.concatenate([_read_idx(f"{kind}-labels-idx1-ubyte") for kind in files])
    X, y = images.reshape(len(images), -1).astype(np.int64), labels.astype(str).astype(object)
    if as_frame:
        X, y = X.view(Table), y.view(Table)
    return (X, y) if return_X_y else Bunch(data=X, target=y)


def train_test_split(
    *arrays: Any,
    test_size: Any = None,
    train_size: Any = None,
    random_state: Any = None,
    shuffle: bool = True,
    **_: Any,
) -> list[Any]:
    """Each array in two parts, of the same rows in all of them; classes aren't balanced."""
    n = len(arrays[0])
    n_test = _part(test_size, n, math.ceil)
    n_train = _part(train_size, n, math.floor)
    if n_test is None:
        n_test = math.ceil(0.25 * n) if n_train is None else n - n_train
    n_train = n - n_test if n_train is None else n_train
    seeded = random_state if hasattr(random_state, "permutation") else np.random.RandomState(random_state)
    order = seeded.permutation(n) if shuffle else np.roll(np.arange(n), n_test)
    parts = order[n_test : n_test + n_train], order[:n_test]
    return [np.asarray(array)[part] if isinstance(array, list) else array[part] for array in arrays for part in parts]


def _part(size: Any, n: int, rounded: Callable[[float], int]) -> int | None:
    return None if size is None else rounded(size * n) if isinstance(size, float) else int(size)


# --- torchvision.transforms ---------------------------------------------------------------------------------------


class Compose:
    """One transform after the other."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, value: Any) -> Any:
        for transform in self.transforms:
            value = transform(value)
        return value


class ToTensor:
    """From bytes (rows, columns) to floats (1, rows, columns) from 0 to 1."""

    def __call__(self, image: Any) -> Any:
        import torch

        array = np.asarray(image)
        scaled = array / 255 if array.dtype == np.uint8 else array
        return torch.tensor(scaled, dtype=torch.float32).reshape(1, *array.shape)


class Normalize:
    """Each channel minus its mean, over its standard deviation."""

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        import torch

        self.mean, self.std = (torch.tensor(values).reshape(-1, 1, 1) for values in (mean, std))

    def __call__(self, image: Any) -> Any:
        return (image - self.mean) / self.std


class Lambda:
    """Any function."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, value: Any) -> Any:
        return self.function(value)


# --- tqdm ---------------------------------------------------------------------------------------------------------


class Progress:
    """tqdm without its bar: iterates, and takes any other call."""

    def __init__(self, iterable: Any = (), *_: Any, **__: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _progress() -> dict[str, Any]:
    return {"tqdm": Progress, "trange": lambda *bounds, **_: Progress(range(*bounds))}


_CONTENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "sklearn": dict,
    "sklearn.datasets": lambda: {"fetch_openml": fetch_openml},
    "sklearn.model_selection": lambda: {"train_test_split": train_test_split},
    "torchvision": dict,
    "torchvision.datasets": lambda: {"MNIST": Images, "FashionMNIST": Images},
    "torchvision.transforms": lambda: {
        "Compose": Compose,
        "ToTensor": ToTensor,
        "Normalize": Normalize,
        "Lambda": Lambda,
    },
    "tqdm": _progress,
    "tqdm.auto": _progress,
    "tqdm.notebook": _progress,
}
"""What each module has, made where it is imported."""
