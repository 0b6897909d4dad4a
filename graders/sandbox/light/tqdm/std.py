"""In the worker: where tqdm is imported from, too."""

from tqdm import tqdm, trange

__all__ = ["tqdm", "trange"]
