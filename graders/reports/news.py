"""What changed since the run before: which checks pass now and didn't, which fail now and didn't, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

MOST_LISTED = 8
"""Of the checks that pass, or fail, since then."""


@dataclass(frozen=True)
class Then:
    """What failed before and wasn't run now: this many checks, and of these the first, with the reason that it had.

    It has no name where all that is left failed for the same reason as what passes now: that may be mended, too.
    """

    check: str
    why: str
    left: int


@dataclass(frozen=True)
class Changes:
    """What another marking has shown: the checks that pass since, and those that fail since, in the rubric's order."""

    passing: Sequence[str] = ()
    failing: Sequence[str] = ()
    then: Then | None = None


NONE = Changes()


def told(changes: Changes, *, goes_on: bool) -> Iterator[tuple[bool, str]]:
    """Each in a line, with whether it is good; the last leads over to what to mend next, if that follows."""
    if changes.failing:
        yield False, f"✗ {listed(changes.failing)} {_verb(changes.failing, 'fails', 'fail')} now."
    if changes.passing:
        leads = " Next:" if goes_on else ""
        yield True, f"✓ {listed(changes.passing)} {_verb(changes.passing, 'passes', 'pass')} now.{leads}"


def listed(checks: Iterable[str]) -> str:
    """The checks' names in one line, those of a section together: `linear.forward, shapes; sgd.plain`."""
    named = list(checks)
    grouped = (list(names) for _, names in groupby(named[:MOST_LISTED], key=lambda name: name.partition(".")[0]))
    line = "; ".join(", ".join([first, *(name.partition(".")[2] for name in rest)]) for first, *rest in grouped)
    more = len(named) - MOST_LISTED
    return f"{line} and {more} more" if more > 0 else line


def _verb(checks: Sequence[str], one: str, several: str) -> str:
    return one if len(checks) == 1 else several
