"""A statement of a submission as its worker describes it: read once, for what a worker says may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_KINDS = frozenset({"value", "returned", "in place", "argument", "default", "passed", "missing"})
_MAX_TEXT = 300
_MAX_NAMES = 64


@dataclass(frozen=True)
class Statement:
    """A value that is made in one place, and what it hangs on.

    `kind` is `value`, `returned`, `in place` (into what other names may hold, too), `argument` (of a call whose value
    nobody takes), `default` (of a parameter), `passed` (to a parameter, by a call) or `missing` (what a function gives
    that returns nothing). `sets_in` is the function, by file and line, whose names it sets.
    `function` is the line in which the function begins that is called `name`; `loop` that of the innermost loop, or 0.
    """

    file: str
    line: int
    end: int
    kind: str
    function: int
    name: str
    loop: int
    reads: frozenset[str]
    sets: frozenset[str]
    calls: frozenset[str]
    sets_in: tuple[str, int]
    plain: bool
    """Whether it only gives another name to what is there."""
    blank: bool = False
    """Whether it is nothing yet: None, 0, an array of zeros, an empty list."""
    whole: bool = False
    """Whether it is all of a name's value, though it is written into what was there."""

    @classmethod
    def of(cls, told: object) -> Statement | None:
        """As the worker tells it; None where that is no statement."""
        match told:
            case [
                str(file), int(line), int(end), str(kind), int(function), str(name), int(loop),
                list(reads), list(sets), list(calls), [str(inner), int(begins)], *flags,
            ] if kind in _KINDS and len(file) <= _MAX_TEXT and 0 < function <= line <= end < 1 << 20:  # fmt: skip
                names = (_names(reads), _names(sets), _names(calls))
                plain, blank, whole = (flag is True for flag in (*flags, None, None, None)[:3])
                place = (file, line, end, kind, function, name[:_MAX_TEXT], loop)
                return cls(*place, *names, (inner, begins), plain, blank, whole)
        return None

    @property
    def place(self) -> tuple[str, int]:
        """The file and the line."""
        return self.file, self.line

    @property
    def scope(self) -> tuple[str, int]:
        """The function that it stands in."""
        return self.file, self.function

    @property
    def writes_into(self) -> bool:
        """Whether it changes what other names may hold."""
        return self.kind in ("in place", "argument")

    @property
    def leaves_function(self) -> bool:
        """Whether its value goes to whoever called the function."""
        return self.kind in ("returned", "missing")

    @property
    def kept(self) -> frozenset[str]:
        """What it sets that outlives the call."""
        return frozenset(name for name in self.sets if name.startswith("self."))


Statements = Mapping[int, Statement]
"""The statements that ran, by number."""


def _names(told: list[object]) -> frozenset[str]:
    return frozenset(name[:_MAX_TEXT] for name in told[:_MAX_NAMES] if isinstance(name, str))
