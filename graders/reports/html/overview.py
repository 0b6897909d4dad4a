"""What a class's report shows: frozen records, whoever read them from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graders.coursework.pair import Pair


@dataclass(frozen=True)
class Row:
    """A submission: `score` is None where it couldn't be marked, and then `problem` says why.

    `sections` has the points by section; `causes` are places in its homework's list of misconceptions.
    """

    name: str
    student: str
    homework: str
    score: float | None
    most: float
    sections: Mapping[str, float]
    causes: Sequence[int] = ()
    seconds: float = 0.0
    marked_at: str = ""
    problem: str = ""
    submission: str = ""
    """What it is called in the store, where the row has its student's name."""
    section: str = ""
    """The student's, in the roster."""
    state: str = ""
    """What the search finds it by: marked, unusable, nothing, late."""


@dataclass(frozen=True)
class Section:
    """A row of the rubric; `place` in it is the order of the rows."""

    id: str
    title: str
    most: float


@dataclass(frozen=True)
class CheckSummary:
    """A check over the class: how many failed it, and the seconds that it took."""

    id: str
    title: str
    submissions: int
    failed: int
    median: float
    longest: float
    elsewhere: int = 0
    """Of those that failed how many did for what another check tells of."""
    tells_apart: float | None = None
    """How passing it goes with the points of the other sections, from -1 to 1; None where too few say anything."""


@dataclass(frozen=True)
class LineSummary:
    """A statement of the worked submission, and how many submissions are to look at the line that does the same.

    `text` is empty where only the function is known, which begins in this line.
    """

    file: str
    function: str
    line: int
    text: str
    submissions: int


@dataclass(frozen=True)
class HomeworkSummary:
    """One homework's submissions; almost always there is only one homework."""

    id: str
    most: float
    sections: Sequence[Section]
    misconceptions: Sequence[tuple[str, int]]
    """Each with how many submissions it was found in, the most common first."""
    checks: Sequence[CheckSummary]
    lines: Sequence[LineSummary] = ()
    """Where most mistakes are, the most frequent first."""


@dataclass(frozen=True)
class Group:
    """Some of a class, or another one: how many have marks, and their share of the points in all and by section."""

    label: str
    count: int
    share: float
    sections: Mapping[str, float]


@dataclass(frozen=True)
class Overview:
    """A class."""

    title: str
    homeworks: Sequence[HomeworkSummary]
    rows: Sequence[Row]
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Of some submissions the first check that cost points, with its message."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The address of each submission's page, relative to this one; none where there are no such pages."""
    groups: Sequence[Group] = ()
    """Sections of the course, or another class, beside each other."""
    identical: Sequence[Sequence[str]] = ()
    """Submissions that are the same to the last byte, each group of them."""
    pairs: Sequence[Pair] = ()
    """Submissions with alike code, the most alike first."""
