"""gradmark: a gradient checker and autograder for hand-written NumPy layers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

__version__ = "0.1.0"


class UsageError(Exception):
    """The command, the submission or the rubric can't be used; the text says why and what to do."""


class SubmissionError(UsageError):
    """It is the submission that can't be used: whoever handed it in is told, in every report that was asked for."""


class AuthorError(Exception):
    """A check asks for what no submission can give: only its author can mend that, and no student hears of it."""


def importing(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """A package's `__getattr__`: its words are imported when they are asked for; `places` has those of each module."""
    modules = {name: module for module, names in places.items() for name in names.split()}

    def word(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(importlib.import_module(modules[name]), name)
        return found

    return word
