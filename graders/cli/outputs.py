"""Where the result of a marking goes: what was asked for, and a table from options to writers."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from graders import UsageError
from graders.cli import books
from graders.cli.files import must_be_writable, must_differ, save
from graders.cli.output_options import OutputOptions
from graders.coursework.clean import encoded
from graders.coursework.lateness import penalised, policy_of
from graders.coursework.packs.pack import Homework
from graders.coursework.record import Report
from graders.coursework.rubric import Late
from graders.reports import autolab, gradebook, summary
from graders.reports.classroom50 import classroom50, identity
from graders.reports.github import github
from graders.reports.gradescope import Visibilities, Visibility, gradescope, refusal
from graders.reports.gradescope_metadata import Metadata, RateLimit, rate_limit, read_metadata
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.reports.sarif import sarif

Render = Callable[[Report], bytes]
"""Makes a file of a report."""

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_EVERY = "all"


@dataclass(frozen=True)
class Outputs:
    """What is made of a report, of all that was asked for on the command line."""

    asked: OutputOptions

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output has a form of its own, and nothing else may be printed there."""
        return self.asked.json == "-" or self.asked.autolab or self.asked.github

    @property
    def for_one(self) -> bool:
        """Whether something was asked for that holds one submission only."""
        files = {name: path for name, path in self._paths().items() if name not in _BOOKS}
        return self.takes_stdout or bool(self.asked.json or files)

    def check(self, *read: Path | None) -> None:
        """Whatever can't be used is said before the marking; what is read besides is not to be written over."""
        self._must_be_writable([self.asked.gradescope_metadata, *read])
        self._must_go_together()
        self.metadata()
        if self.asked.classroom50 is not None:
            identity(os.environ)
        self.limit()
        self.visibilities(None)
        for name, path in self._paths().items():
            if name in _BOOKS:
                books.must_be_usable(path, _BOOKS[name][1])

    def _must_be_writable(self, read: list[Path | None]) -> None:
        json, paths = self.asked.json, list(self._paths().values())
        for path in (json, *paths):
            must_be_writable(path)
        if self.asked.github:
            must_be_writable(os.environ.get(_STEP_SUMMARY) or None)
        written = [*paths, Path(json)] if json not in (None, "-") else paths
        must_differ(written, [path for path in read if path is not None])

    def _must_go_together(self) -> None:
        asked = self.asked
        if [asked.json == "-", asked.autolab, asked.github].count(True) > 1:
            raise UsageError("--json -, --autolab and --github each take standard output: give one of them")
        about = (asked.gradescope_metadata, asked.gradescope_limit, asked.gradescope_visibility)
        if asked.gradescope is None and any(about):
            raise UsageError("--gradescope-metadata, -limit and -visibility go with --gradescope FILE")
        if asked.gradescope_limit is not None and asked.gradescope_metadata is None:
            raise UsageError("--gradescope-limit needs --gradescope-metadata FILE to know of earlier submissions")

    def _paths(self) -> dict[str, Path]:
        """The files that were asked for, by format; JSON, which may go to standard output, is not among them."""
        return {name: path for name in (*_FILES, *_BOOKS) if (path := getattr(self.asked, name)) is not None}

    def metadata(self) -> Metadata | None:
        """What Gradescope knows of the submission, if it is to be read."""
        file = self.asked.gradescope_metadata
        return None if file is None else read_metadata(file)

    def limit(self) -> RateLimit | None:
        """How many submissions are marked, if there is a limit."""
        return None if self.asked.gradescope_limit is None else rate_limit(self.asked.gradescope_limit)

    def visibilities(self, homework: Homework | None) -> Visibilities:
        """By section; UsageError for a section that the homework hasn't, or a word that Gradescope hasn't."""
        sections = [section.id for section in homework.sections] if homework is not None else []
        found: dict[str, Visibility] = {}
        for text in self.asked.gradescope_visibility or []:
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
        file = self.asked.gradescope
        if file is None or metadata is None or limit is None:
            return
        if limit.refuses(metadata):
            hidden = any(when is not Visibility.VISIBLE for when in seen.values())
            save(file, refusal(limit, metadata, something_hidden=hidden))
            raise UsageError(limit.reason(metadata))

    def counted(self, report: Report) -> Report:
        """The report as it counts: less what its rubric takes for coming late."""
        metadata = self.metadata()
        return report if metadata is None else penalised(report, metadata.late(self.policy(report)))

    def policy(self, report: Report) -> Late | None:
        """What the rubric says of late submissions, where it is asked for."""
        asked = self.asked.gradescope_metadata is not None and report.homework
        return policy_of(report) if asked else None

    def files(self, homework: Homework | None) -> dict[Path, Render]:
        """The files that hold this submission alone, and how each is made."""
        paths, json = self._paths(), self.asked.json
        made: dict[Path, Render] = {
            path: partial(_FILES[name], self, homework) for name, path in paths.items() if name in _FILES
        }
        return made | ({Path(json): encoded} if json is not None and json != "-" else {})

    def write(self, report: Report, homework: Homework | None, *, unfinished: bool = False) -> None:
        """Every file, and what standard output is for; an unfinished report is in no grade book."""
        try:
            for path, render in self.files(homework).items():
                save(path, render(report))
            if not unfinished:
                self._add_to_books(report)
        finally:  # a full disk is no reason to keep the marks back
            if self.takes_stdout:
                _print(self._for_stdout(report))
        if self.asked.github and os.environ.get(_STEP_SUMMARY):
            _summarise(Path(os.environ[_STEP_SUMMARY]), report)

    def _add_to_books(self, report: Report) -> None:
        for name, path in self._paths().items():
            if name in _BOOKS:
                books.update(path, _BOOKS[name][0], report)

    def _for_stdout(self, report: Report) -> bytes:
        if self.asked.github:
            return github(report, secrets.token_hex(16)).encode()
        return autolab.autolab(report).encode() if self.asked.autolab else encoded(report)


_FILES: dict[str, Callable[[Outputs, Homework | None, Report], bytes]] = {
    "junit": lambda outputs, homework, report: junit(report).encode(),
    "gradescope": lambda outputs, homework, report: gradescope(
        outputs.counted(report), outputs.visibilities(homework), outputs.metadata(), outputs.policy(report)
    ),
    "prairielearn": lambda outputs, homework, report: prairielearn(report),
    "sarif": lambda outputs, homework, report: sarif(report).encode(),
    "classroom50": lambda outputs, homework, report: classroom50(report, identity(os.environ), datetime.now(UTC)),
    "html": lambda outputs, homework, report: _html(outputs.counted(report)),
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
