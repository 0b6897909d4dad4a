"""Every format that `gradmark grade` writes, as one list: the command line and the tests are made from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from graders.coursework.clean import encoded
from graders.coursework.record import Report
from graders.coursework.rubric import Late
from graders.reports import gradebook
from graders.reports.autolab import autolab
from graders.reports.classroom50 import classroom50, identity
from graders.reports.github import github
from graders.reports.gradescope import Visibilities, gradescope
from graders.reports.gradescope_metadata import Metadata
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.reports.sarif import sarif
from graders.reports.summary import MAX_BYTES, markdown


class Target(StrEnum):
    """Where a format goes."""

    FILE = "file"
    """A file that holds one submission."""
    BOOK = "book"
    """A file that holds many: a row is added, or replaced."""
    STDOUT = "standard output"
    STEP = "step"
    """The summary of a step of GitHub Actions, which is added to."""


class Shown(StrEnum):
    """A part of the record that a format shows; all but section and points may be text that the student chose."""

    SUBMISSION = "submission"
    SECTION = "section"
    POINTS = "points"
    MESSAGE = "message"
    REASON = "reason"
    """The diagnosis and the hint."""
    OUTPUT = "output"


_ALL = frozenset(Shown)
_LINES = _ALL - {Shown.POINTS, Shown.OUTPUT}
_ROW = frozenset({Shown.SUBMISSION, Shown.POINTS})


@dataclass(frozen=True)
class Marked:
    """A record, and what formats show besides. `counted` is the record less what lateness takes."""

    report: Report
    counted: Report
    visibilities: Visibilities = field(default_factory=dict)
    metadata: Metadata | None = None
    policy: Late | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    token: str = ""
    """Drawn after student code has run: it ends what a runner of GitHub Actions takes for text."""
    room: int = MAX_BYTES
    """How many bytes the step's summary may still have."""


@dataclass(frozen=True)
class Format:
    """One format: its option's name, what its file is usually called, and what it shows of a record."""

    id: str
    target: Target
    file: str
    shows: frozenset[Shown]
    write: Callable[[Marked], bytes]


@dataclass(frozen=True)
class BookFormat(Format):
    """A grade book: how a row is added to what the file held, and how a file that was there is checked."""

    add: Callable[[str, Report], str]
    check: Callable[[str], None]


def _book(
    name: str, shows: frozenset[Shown], add: Callable[[str, Report], str], check: Callable[[str], None]
) -> BookFormat:
    def write(marked: Marked) -> bytes:
        return add("", marked.report).encode()

    return BookFormat(id=name, target=Target.BOOK, file=f"{name}.csv", shows=shows, write=write, add=add, check=check)


def _html(marked: Marked) -> bytes:
    from graders.reports.html.student import student  # templates and pictures, which other formats don't need

    return student(marked.counted)


FORMATS: tuple[Format, ...] = (
    Format("json", Target.FILE, "report.json", _ALL, lambda marked: encoded(marked.report)),
    Format("html", Target.FILE, "report.html", _ALL, _html),
    Format("junit", Target.FILE, "junit.xml", _ALL, lambda marked: junit(marked.report).encode()),
    Format(
        "gradescope",
        Target.FILE,
        "results.json",
        _ALL,
        lambda marked: gradescope(marked.counted, marked.visibilities, marked.metadata, marked.policy),
    ),
    Format("prairielearn", Target.FILE, "results.json", _ALL, lambda marked: prairielearn(marked.report)),
    Format("sarif", Target.FILE, "gradmark.sarif", _LINES, lambda marked: sarif(marked.report).encode()),
    Format(
        "classroom50",
        Target.FILE,
        "result.json",
        frozenset({Shown.SECTION, Shown.POINTS, Shown.MESSAGE}),
        lambda marked: classroom50(marked.report, identity(marked.environment), marked.now),
    ),
    _book("csv", _ROW | {Shown.SECTION}, gradebook.gradebook, gradebook.must_be_gradebook),
    _book("canvas", _ROW, gradebook.canvas, gradebook.must_be_canvas),
    Format("autolab", Target.STDOUT, "", _ALL, lambda marked: autolab(marked.report).encode()),
    Format("github", Target.STDOUT, "", _ALL, lambda marked: github(marked.report, marked.token).encode()),
    Format("summary", Target.STEP, "", _ALL, lambda marked: markdown(marked.report, marked.room).encode()),
)


def those_of(target: Target) -> Mapping[str, Format]:
    """The formats that go there, by their ids."""
    return {one.id: one for one in FORMATS if one.target is target}


def books() -> Mapping[str, BookFormat]:
    """The grade books, by their ids."""
    return {one.id: one for one in FORMATS if isinstance(one, BookFormat)}
