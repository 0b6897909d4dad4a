"""In the worker: what starter code does to an image on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

Image: TypeAlias = Any
"""An array, a tensor, or what a submission's own transform makes of one."""
Transform = Callable[[Image], Image]


class Compose:
    """One transform after the other."""

    def __init__(self, transforms: Sequence[Transform]) -> None:
        self.transforms = transforms

    def __call__(self, value: Image) -> Image:
        """The value, transformed by each."""
        for transform in self.transforms:
            value = transform(value)
        return value


class ToTensor:
    """From bytes (rows, columns) to floats (1, rows, columns) from 0 to 1."""

    def __call__(self, image: Image) -> Image:
        """(1, rows, columns), float32."""
        array = np.asarray(image)
        scaled = array / 255 if array.dtype == np.uint8 else array
        return torch.tensor(scaled, dtype=torch.float32).reshape(1, *array.shape)


class Normalize:
    """Each channel minus its mean, over its standard deviation."""

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> None:  # noqa: ARG002 - the result is the same
        self.mean, self.std = (torch.tensor(values).reshape(-1, 1, 1) for values in (mean, std))

    def __call__(self, image: Image) -> Image:
        """The same shape."""
        return (image - self.mean) / self.std


class Lambda:
    """Any function."""

    def __init__(self, function: Transform) -> None:
        self.function = function

    def __call__(self, value: Image) -> Image:
        """What the function makes of it."""
        return self.function(value)
