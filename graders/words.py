"""Packages whose words are imported when they are asked for: what needs one of them is not to wait for all."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def importing(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """A package's `__getattr__`; `places` has the words that are defined in each module."""
    modules = {name: module for module, names in places.items() for name in names.split()}

    def word(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(importlib.import_module(modules[name]), name)
        return found

    return word
