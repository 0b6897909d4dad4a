"""In the worker: of torchvision, what starter code needs to load MNIST and Fashion-MNIST."""

from . import datasets, transforms

__all__ = ["datasets", "transforms"]
