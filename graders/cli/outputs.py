"""Where the result of a marking goes: what was asked for, written by the formats of `graders/reports/formats.py`."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from graders import UsageError
from graders.cli.books import must_be_usable, update
from graders.cli.files import must_be_writable, must_differ, save
from graders.cli.output_options import OutputOptions
from graders.coursework.lateness import penalised, policy_of
from graders.coursework.packs.pack import Homework
from graders.coursework.record import Report
from graders.coursework.rubric import Late
from graders.reports.classroom50 import identity
from graders.reports.formats import FORMATS, BookFormat, Format, Marked, Target, books, those_of
from graders.reports.gradescope import Visibilities, Visibility, refusal
from graders.reports.gradescope_metadata import Metadata, RateLimit, rate_limit, read_metadata
from graders.reports.summary import MAX_BYTES

Render = Callable[[Report], bytes]
"""Makes a file of a report."""

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
_EVERY = "all"
_JSON = "json"


@dataclass(frozen=True)
class Outputs:
    """What is made of a report, of all that was asked for on the command line."""

    asked: OutputOptions

    @property
    def takes_stdout(self) -> bool:
        """Whether standard output has its own form, and nothing else may be printed there."""
        return self.asked.json == "-" or self.asked.autolab or self.asked.github

    @property
    def for_one(self) -> bool:
        """Whether something was asked for that holds one submission only."""
        files = {name: path for name, path in self._paths().items() if name not in books()}
        return self.takes_stdout or bool(self.asked.json or files)

    def check(self, *read: Path | None) -> None:
        """Whatever can't be used is reported before the marking; what is read besides is not to be written over."""
        self._must_be_writable([self.asked.gradescope_metadata, *read])
        self._must_go_together()
        self.metadata()
        if self.asked.classroom50 is not None:
            identity(os.environ)
        self.limit()
        self.visibilities(None)
        for book, path in self._books():
            must_be_usable(path, book.check)

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
        named = [one.id for one in FORMATS if one.target in (Target.FILE, Target.BOOK) and one.id != _JSON]
        return {name: path for name in named if (path := getattr(self.asked, name)) is not None}

    def _books(self) -> list[tuple[BookFormat, Path]]:
        paths = self._paths()
        return [(book, paths[name]) for name, book in books().items() if name in paths]

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
        """What the rubric says about late submissions, where it is asked for."""
        asked = self.asked.gradescope_metadata is not None and report.homework
        return policy_of(report) if asked else None

    def files(self, homework: Homework | None) -> dict[Path, Render]:
        """The files that hold this submission alone, and how each is made."""
        paths, json = self._paths(), self.asked.json
        if json is not None and json != "-":
            paths |= {_JSON: Path(json)}
        single = those_of(Target.FILE)
        return {path: partial(self._rendered, single[name], homework) for name, path in paths.items() if name in single}

    def _rendered(self, form: Format, homework: Homework | None, report: Report) -> bytes:
        return form.write(self._marked(report, homework))

    def _marked(self, report: Report, homework: Homework | None) -> Marked:
        return Marked(
            report=report,
            counted=self.counted(report),
            visibilities=self.visibilities(homework),
            metadata=self.metadata(),
            policy=self.policy(report),
        )

    def write(self, report: Report, homework: Homework | None, *, unfinished: bool = False) -> None:
        """Every file, and what standard output is for; an unfinished report is in no grade book."""
        try:
            for path, render in self.files(homework).items():
                save(path, render(report))
            if not unfinished:
                self._add_to_books(report)
        finally:  # a full disk is no reason to keep the marks back
            if self.takes_stdout:
                self._print(report)
        if self.asked.github and os.environ.get(_STEP_SUMMARY):
            _summarise(Path(os.environ[_STEP_SUMMARY]), Marked(report=report, counted=report))

    def _add_to_books(self, report: Report) -> None:
        for book, path in self._books():
            update(path, book.add, report)

    def _print(self, report: Report) -> None:
        """The last thing that this process says."""
        printed = those_of(Target.STDOUT)
        form = next((one for name, one in printed.items() if getattr(self.asked, name)), those_of(Target.FILE)[_JSON])
        sys.stderr.flush()
        sys.stdout.flush()
        sys.stdout.buffer.write(form.write(Marked(report=report, counted=report, token=secrets.token_hex(16))))
        sys.stdout.buffer.flush()


def _summarise(path: Path, marked: Marked) -> None:
    """Add to what the step's summary holds already, within what one step may have."""
    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("ab") as file:
            file.write(those_of(Target.STEP)["summary"].write(replace(marked, room=MAX_BYTES - used)))
    except OSError as error:
        raise UsageError(f"${_STEP_SUMMARY}: {path} can't be written ({error.strerror})") from None
