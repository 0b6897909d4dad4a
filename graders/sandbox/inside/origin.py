"""Which of the loaded modules belong to the submission."""

from __future__ import annotations

import os
import sys
from types import ModuleType


def is_below(path: object, root: str) -> bool:
    """Whether a file is in the submission's folder; `<frozen importlib>` is nobody's."""
    return isinstance(path, str) and os.path.isabs(path) and path.startswith(root + os.sep)


def modules_below(root: str) -> list[ModuleType]:
    """The submission's modules among those that are loaded."""
    return [module for module in list(sys.modules.values()) if is_below(getattr(module, "__file__", None), root)]


def reached(name: str) -> object:
    """The module, class or function of this dotted name among what is loaded, or None."""
    first, *others = name.split(".")
    found: object = sys.modules.get(first)
    for part in others:
        found = getattr(found, part, None)
    return found


def held(root: str) -> list[tuple[object, str, object]]:
    """What the submission's modules and their classes hold: holder, name, value."""
    modules = modules_below(root)
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return [(holder, key, value) for holder in [*modules, *classes] for key, value in list(vars(holder).items())]
