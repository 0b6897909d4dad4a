"""Gathers what helps with an exception; whatever of it fails on student code is left out, however it fails."""

from __future__ import annotations

import contextlib
import linecache
import os

from . import names
from .places import MAX_CODE, Place, Step, part, places, steps, stopped_at
from .signatures import signature


def facts(error: BaseException, root: str) -> dict[str, object]:
    """Lines, values and near names as plain data: `places`, `names`, `called`, `takes`, `defined`."""
    told: dict[str, object] = {}
    found = [_stopped(error, step) for step in steps(error.__traceback__, root)]
    with contextlib.suppress(BaseException):
        told["places"] = _unread(error, root) if isinstance(error, SyntaxError) else places(found, root)
    with contextlib.suppress(BaseException):
        told["names"] = _near(error, found, root)
    if isinstance(error, TypeError):
        with contextlib.suppress(BaseException):
            told |= signature(str(error), root)
    return {key: value for key, value in told.items() if value}


def _stopped(error: BaseException, step: Step) -> Step:
    line = stopped_at(error, step.frame.f_code.co_filename, step.line)
    return step if line == step.line else step._replace(line=line, instruction=-2)


def _near(error: BaseException, found: list[Step], root: str) -> names.Near:
    name = getattr(error, "name", None)
    if isinstance(error, NameError) and isinstance(name, str) and found:
        return names.near_name(name, found[-1].frame, root)
    if isinstance(error, KeyError):
        return _near_key(error, found, root)
    if isinstance(name, str) and hasattr(error, "obj"):  # of an attribute
        return names.near_attribute(error.obj, name, root)
    return []


def _near_key(error: KeyError, found: list[Step], root: str) -> names.Near:
    wanted = error.args[0] if len(error.args) == 1 else None
    if found:
        step = found[-1]
        return names.near_key(names.keys_of(part(step).source, step.frame), wanted, step.frame.f_code, root)
    return names.near_key(getattr(error, "obj", None), wanted, None, root)


def _unread(error: SyntaxError, root: str) -> list[Place]:
    """The line that doesn't parse, with the part that Python points to."""
    path, line = error.filename or "", error.lineno or 0
    code = linecache.getline(path, line).rstrip() or (error.text or "").rstrip()
    margin = len(code) - len(code.lstrip())
    start = max((error.offset or 1) - 1 - margin, 0)
    end = (error.end_offset or 0) - 1 - margin if error.end_lineno == error.lineno else start
    caret = [start, min(max(end, start + 1), MAX_CODE)] if start < MAX_CODE else []
    return [[os.path.relpath(path, root)[:MAX_CODE], line, "", code.strip()[:MAX_CODE], caret, []]]
