"""In the worker: MNIST and Fashion-MNIST, read from the run's own files."""

from __future__ import annotations

import torch
from gradmark_images import read

from .transforms import Image, Transform


class MNIST:
    """Examples by number, and all of them as `data` (N, 28, 28) and `targets` (N,)."""

    def __init__(
        self,
        root: object = "data",
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,  # noqa: ARG002 - there is nothing to download from
    ) -> None:
        images, labels = read("train" if train else "t10k", str(root))
        self.data, self.targets = torch.tensor(images), torch.tensor(labels)
        self.transform, self.target_transform = transform, target_transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Image, Image]:
        image, label = self.data[index].numpy(), int(self.targets[index])
        image = self.transform(image) if self.transform else image
        return image, self.target_transform(label) if self.target_transform else label


class FashionMNIST(MNIST):
    """The same by its other name: the run has one set of images."""
