"""Small packages that a worker has in place of large ones which starter code imports and hardly uses."""

from __future__ import annotations

LIGHT = {
    "future": (),
    "pandas": (),
    "past": (),
    "sklearn": ("gradmark_images.py",),
    "torchvision": ("gradmark_images.py",),
    "tqdm": (),
}
"""Their names, and what else in this folder each needs."""
