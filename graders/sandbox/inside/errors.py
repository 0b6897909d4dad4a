"""What went wrong in student code, as plain records."""

from __future__ import annotations

import linecache
import os
from collections.abc import Mapping

from .facts.gathering import facts
from .facts.places import stopped_at
from .hints import assignment, foreign, import_that_works, near
from .origin import is_below
from .placeholders import NotAllowed
from .wire import MAX_TEXT

Record = Mapping[str, object]
"""An exception in plain data: type, text, and where it is known file, line, function, code and what may help."""
_MAX_NAME = 100
_MAX_CODE = 200
_Place = tuple[str, int, str]
"""File, line and function."""


class BrokenModule(Exception):
    """A student's module could not be imported; raised where one of its names is used."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.get("text", ""))
        self.record = record


class Missing(Exception):
    """The submission lacks a module, a class or an attribute, that of `obj`; `module` is where it should be."""

    def __init__(self, what: str, name: str, obj: object = None, module: str = "") -> None:
        super().__init__(name)
        self.module = module
        self.what = what
        self.name = name
        self.obj = obj


def describe_error(error: BaseException, root: str, *, fully: bool = True) -> dict[str, object]:
    """A plain record of an exception, with the innermost line of the student's own code; `fully` with what may help."""
    if isinstance(error, BrokenModule):
        return dict(error.record)
    record: dict[str, object] = {"type": type(error).__name__[:_MAX_NAME], "text": _told(error, root)}
    if isinstance(error, Missing | NotAllowed):
        record |= _told_besides(error, root)
    place = _place(error, root)
    code = "" if place is None else linecache.getline(place[0], place[1]).strip()[:_MAX_CODE]
    record |= _where(error, place, code, root)
    if fully:
        record |= facts(error, root)
    if isinstance(error, AttributeError | Missing):
        record |= assignment(error.obj, error.name, root)
    if isinstance(error, ModuleNotFoundError) and place is not None:
        record |= import_that_works(code, error.name, place[0], root) or foreign(error.name, root)
    return record


def _told_besides(error: Missing | NotAllowed, root: str) -> Record:
    """What an exception of ours holds itself."""
    if isinstance(error, NotAllowed):
        return error.told
    return {"missing": error.what} | (near(error.module, root) if error.what == "module" else {})


def _where(error: BaseException, place: _Place | None, code: str, root: str) -> dict[str, object]:
    """The innermost line of the submission, and the other file that led to it."""
    if place is None:
        return {}
    path, line, function = place
    told = {"file": os.path.relpath(path, root), "line": line, "function": function, "code": code}
    return told | _called_from(error, root)


def _called_from(error: BaseException, root: str) -> dict[str, str]:
    """Which line of another file of the submission led to the innermost one, if one did: the fault may be there."""
    places = _own_places(error, root)
    others = [place for place in places if place[0] != places[-1][0]]
    if not others:
        return {}
    path, line, function = others[-1]
    inside = f", in {function}" if not function.startswith("<") else ""
    return {"called_from": f"{os.path.relpath(path, root)}, line {line}{inside}"[:_MAX_CODE]}


def last_own_place(error: BaseException, root: str) -> _Place | None:
    """The innermost line of the submission that the exception went through."""
    return next(reversed(_own_places(error, root)), None)


def _own_places(error: BaseException, root: str) -> list[_Place]:
    """The lines of the submission that the exception went through, the innermost last."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_below(code.co_filename, root):
            found.append((code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return found


def _place(error: BaseException, root: str) -> _Place | None:
    if isinstance(error, SyntaxError) and is_below(error.filename, root):
        return error.filename or "", error.lineno or 0, ""
    place = last_own_place(error, root)
    return None if place is None else (place[0], stopped_at(error, place[0], place[1]), place[2])


def _told(error: BaseException, root: str) -> str:
    """Its text; that of a syntax error in the submission without the place, which the record names anyway."""
    if isinstance(error, SyntaxError) and is_below(error.filename, root):
        return str(error.msg)[:MAX_TEXT]
    try:
        return str(error)[:MAX_TEXT].replace(root + os.sep, "")
    except BaseException:
        return "(its message could not be read)"
