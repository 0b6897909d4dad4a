"""In the worker: modules of Python 3 under their names, which is how they are called already."""

from __future__ import annotations


def install_aliases() -> None:
    """Nothing is called otherwise."""


install_hooks = remove_hooks = install_aliases
