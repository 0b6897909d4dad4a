"""Where in the submission a function is called: its arguments are computed there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace

from ..origin import is_below
from .statements import Statement

Place = tuple[str, int]
"""A file below the submission's folder, and a line in it."""


class Callers:
    """The places that functions are called from, each its own statement with its own number."""

    def __init__(self, root: str, statements: dict[int, Statement]) -> None:
        self._root = root
        self._statements = statements
        self._numbers: dict[tuple[int, Place], int] = {}
        self.passed: dict[int, tuple[int, Place]] = {}
        """By its number: the parameter, and where it is passed."""

    def place(self) -> Place | None:
        """Where the function is called from that has called our hook's caller; None where it isn't the submission."""
        frame = sys._getframe(2).f_back
        if frame is None or not is_below(frame.f_code.co_filename, self._root):
            return None
        return os.path.relpath(frame.f_code.co_filename, self._root), frame.f_lineno

    def number(self, parameter: int, place: Place) -> int:
        """That of the statement which passes a value to a parameter there."""
        key = parameter, place
        if key not in self._numbers:
            number = len(self._statements)
            self._numbers[key] = number
            self.passed[number] = key
            self._statements[number] = self._statement(number, parameter, place)
        return self._numbers[key]

    def _statement(self, number: int, parameter: int, place: Place) -> Statement:
        inner = self._statements[parameter]
        file, line = place
        around = [one for one in self._statements.values() if one.file == file and one.line <= line <= one.end]
        here = next((one for one in around if one.kind not in ("passed", "default")), None) or self._before(place)
        made = replace(inner, number=number, file=file, line=line, end=line, kind="passed", reads=[], calls=[])
        made.sets_in = inner.file, inner.function
        if here is None:
            return replace(made, function=line)
        reads = here.reads if here in around else []
        return replace(made, function=here.function, name=here.name, reads=reads, loop=here.loop, calls=here.calls)

    def _before(self, place: Place) -> Statement | None:
        """The last statement above: a call that stands in a condition is in the same function, most likely."""
        file, line = place
        above: Iterable[Statement] = (one for one in self._statements.values() if one.file == file and one.line <= line)
        return max(above, key=lambda one: one.line, default=None)
