"""Where the result of a marking goes: an option for each format, and a table from options to writers."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from graders.cli import books
from graders.cli.files import must_be_writable, must_differ, save
from graders.errors import UsageError
from graders.lateness import penalised
from graders.record import Report
from graders.reports import autolab, gradebook, summary
from graders.reports.clean import encoded
from graders.reports.github import github
from graders.reports.gradescope import Visibilities, Visibility, gradescope, refusal
from graders.reports.gradescope_metadata import Metadata, RateLimit, rate_limit, read_metadata
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.rubric import Homework

JsonFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write the result as JSON; with - nothing else is printed.")
]
JunitFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result as JUnit XML.")]
GradescopeFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write Gradescope's results.json.")]
MetadataFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Gradescope's submission_metadata.json: late days, earlier ones.")
]
LimitText = Annotated[
    str | None, typer.Option(metavar="N/HOURS", help="Mark N submissions in so many hours; needs the metadata.")
]
VisibilityTexts = Annotated[
    list[str] | None,
    typer.Option(metavar="SECTION=WHEN", help="visible, after_due_date, after_published or hidden; all=WHEN for all."),
]
PrairielearnFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write PrairieLearn's results.json.")]
CsvFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Add the submission's row to a grade book, or replace it.")
]
CanvasFile = Annotated[Path | None, typer.Option(metavar="FILE", help="The same in the columns that Canvas imports.")]
HtmlFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a web page for the student, one file.")]
Autolab = Annotated[bool, typer.Option("--autolab", help="Print the report as Autolab reads it.")]
Github = Annotated[
    bool, typer.Option("--github", help="Print annotations for GitHub Actions, and write the job's summary.")
]

Render = Callable[[Report], bytes]
"""Makes a file of a report."""

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_EVERY = "all"


@dataclass(frozen=True)
class Outputs:
    """What was asked for on the command line."""

    json: str | None = None
    junit: Path | None = None
    gradescope: Path | None = None
    gradescope_metadata: Path | None = None
    gradescope_limit: str | None = None
    gradescope_visibility: list[str] = field(default_factory=list)
    prairielearn: Path | None = None
    csv: Path | None = None
    canvas: Path | None = None
    autolab: bool = False
    github: bool = False
    html: Path | None = None

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output has a form of its own, and nothing else may be printed there."""
        return self.json == "-" or self.autolab or self.github

    @property
    def for_one(self) -> bool:
        """Whether something was asked for that holds one submission only."""
        return self.takes_stdout or any([self.json, self.junit, self.gradescope, self.prairielearn, self.html])

    def check(self, *read: Path | None) -> None:
        """Whatever can't be used is said before the marking; what is read besides is not to be written over."""
        for path in (self.json, *self._paths()):
            must_be_writable(path)
        if self.github:
            must_be_writable(os.environ.get(_STEP_SUMMARY) or None)
        written = [*self._paths(), *([Path(self.json)] if self.json not in (None, "-") else [])]
        must_differ(written, [path for path in (self.gradescope_metadata, *read) if path is not None])
        if [self.json == "-", self.autolab, self.github].count(True) > 1:
            raise UsageError("--json -, --autolab and --github each take standard output: give one of them")
        if self.gradescope is None and (
            self.gradescope_metadata or self.gradescope_limit or self.gradescope_visibility
        ):
            raise UsageError("--gradescope-metadata, -limit and -visibility go with --gradescope FILE")
        if self.gradescope_limit is not None and self.gradescope_metadata is None:
            raise UsageError("--gradescope-limit needs --gradescope-metadata FILE to know of earlier submissions")
        self.metadata()
        self.limit()
        self.visibilities(None)
        for name, (_, check) in _BOOKS.items():
            if getattr(self, name) is not None:
                books.must_be_usable(getattr(self, name), check)

    def _paths(self) -> list[Path]:
        return [path for name in (*_FILES, *_BOOKS) if (path := getattr(self, name)) is not None]

    def metadata(self) -> Metadata | None:
        """What Gradescope knows of the submission, if it is to be read."""
        return None if self.gradescope_metadata is None else read_metadata(self.gradescope_metadata)

    def limit(self) -> RateLimit | None:
        """How many submissions are marked, if there is a limit."""
        return None if self.gradescope_limit is None else rate_limit(self.gradescope_limit)

    def visibilities(self, homework: Homework | None) -> Visibilities:
        """By section; UsageError for a section that the homework hasn't, or a word that Gradescope hasn't."""
        sections = [section.id for section in homework.sections] if homework is not None else []
        found: dict[str, Visibility] = {}
        for text in self.gradescope_visibility:
            section, _, when = text.partition("=")
            if when not in list(Visibility):
                raise UsageError(f"--gradescope-visibility {text}: give SECTION={'|'.join(Visibility)}")
            if homework is not None and section not in (_EVERY, *sections):
                raise UsageError(f"--gradescope-visibility {text}: {homework.id} has no section {section}")
            found |= dict.fromkeys(sections if section == _EVERY else [section], Visibility(when))
        return found

    def admit(self, homework: Homework) -> None:
        """UsageError, and a results.json that says why, where the submission is one too many."""
        seen = self.visibilities(homework)
        metadata, limit = self.metadata(), self.limit()
        if self.gradescope is None or metadata is None or limit is None:
            return
        if limit.refuses(metadata):
            hidden = any(when is not Visibility.VISIBLE for when in seen.values())
            save(self.gradescope, refusal(limit, metadata, something_hidden=hidden))
            raise UsageError(limit.reason(metadata))

    def counted(self, report: Report) -> Report:
        """The report as it counts: less what its rubric takes for coming late."""
        metadata = self.metadata()
        return report if metadata is None else penalised(report, metadata.late_days)

    def files(self, homework: Homework | None) -> dict[Path, Render]:
        """The files that hold this submission alone, and how each is made."""
        made = {
            getattr(self, name): partial(make, asked=self, homework=homework)
            for name, make in _FILES.items()
            if getattr(self, name) is not None
        }
        return made | ({Path(self.json): encoded} if self.json is not None and self.json != "-" else {})

    def write(self, report: Report, homework: Homework | None, *, unfinished: bool = False) -> None:
        """Every file, and what standard output is for; an unfinished report is in no grade book."""
        try:
            for path, render in self.files(homework).items():
                save(path, render(report))
            for name, (add, _) in _BOOKS.items():
                if getattr(self, name) is not None and not unfinished:
                    books.update(getattr(self, name), add, report)
        finally:  # a full disk is no reason to keep the marks back
            if self.takes_stdout:
                _print(self._for_stdout(report))
        if self.github and os.environ.get(_STEP_SUMMARY):
            _summarise(Path(os.environ[_STEP_SUMMARY]), report)

    def _for_stdout(self, report: Report) -> bytes:
        if self.github:
            return github(report, secrets.token_hex(16)).encode()
        return autolab.autolab(report).encode() if self.autolab else encoded(report)


_FILES: dict[str, Callable[..., bytes]] = {
    "junit": lambda report, asked, homework: junit(report).encode(),
    "gradescope": lambda report, asked, homework: gradescope(
        asked.counted(report), asked.visibilities(homework), asked.metadata()
    ),
    "prairielearn": lambda report, asked, homework: prairielearn(report),
    "html": lambda report, asked, homework: _html(asked.counted(report)),
}
"""Files that hold one submission."""

_BOOKS: dict[str, tuple[Callable[[str, Report], str], Callable[[str], None]]] = {
    "csv": (gradebook.gradebook, gradebook.must_be_gradebook),
    "canvas": (gradebook.canvas, gradebook.must_be_canvas),
}
"""Files that hold many: how one more is added, and how a file that was there is checked."""


def _html(report: Report) -> bytes:
    from graders.reports.html.student import student

    return student(report)


def _print(written: bytes) -> None:
    """The last thing that this process says."""
    sys.stderr.flush()
    sys.stdout.flush()
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


def _summarise(path: Path, report: Report) -> None:
    """Add to what the step's summary holds already, within what one step may have."""
    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("ab") as file:
            file.write(summary.markdown(report, summary.MAX_BYTES - used).encode())
    except OSError as error:
        raise UsageError(f"${_STEP_SUMMARY}: {path} can't be written ({error.strerror})") from None
