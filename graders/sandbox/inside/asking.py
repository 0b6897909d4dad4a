"""Which code imports a module: whether it is the submission's, and whether it handles an ImportError."""

from __future__ import annotations

import ast
import contextlib
import importlib
import linecache
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from types import FrameType

from .guards import Guard, guards
from .origin import is_below

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_MACHINERY = str(importlib.__file__)
LOADING = "imports"
"""The function of this package that imports the submission's modules itself."""


def asking(roots: Sequence[str]) -> FrameType | None:
    """The frame of the submission that imports something just now; None where a library does, or we do."""
    frame = _importer()
    return frame if frame is not None and _is_own(frame, roots) else None


def is_asked_by_us() -> bool:
    """Whether it is this package that imports a module of the submission."""
    frame = _importer()
    return frame is not None and frame.f_code.co_filename.startswith(_HERE)


def is_guarded(frame: FrameType | None, roots: Sequence[str]) -> bool:
    """Whether code of the submission, here or further out, catches an ImportError that is raised in this frame."""
    while frame is not None:
        if _is_own(frame, roots) and _is_in_guard(frame):
            return True
        frame = frame.f_back
    return False


def _importer() -> FrameType | None:
    """The innermost frame that imports for itself."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _passes_on(frame):
        frame = frame.f_back
    return frame


def _passes_on(frame: FrameType) -> bool:
    """Whether a frame imports for another: the import system, a part of ours in it, code that is a string."""
    name = frame.f_code.co_filename
    ours = name.startswith(_HERE) and frame.f_code.co_name != LOADING
    return ours or name.startswith("<") or name == _MACHINERY


def _is_own(frame: FrameType, roots: Sequence[str]) -> bool:
    return any(is_below(frame.f_code.co_filename, root) for root in roots)


def _is_in_guard(frame: FrameType) -> bool:
    code = frame.f_code
    scope = 0 if code.co_name == "<module>" else code.co_firstlineno
    return any(guard.covers(scope, frame.f_lineno or 0) for guard in _guards(code.co_filename))


@lru_cache(maxsize=256)
def _guards(path: str) -> tuple[Guard, ...]:
    with contextlib.suppress(Exception):  # the file is the student's
        return tuple(guards(ast.parse("".join(linecache.getlines(path)))))
    return ()
