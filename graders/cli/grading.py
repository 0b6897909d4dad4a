"""Marks submissions as the options of `gradmark grade` say, and writes what was asked for; it prints nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graders import UsageError
from graders.cli.files import must_be_instructors
from graders.cli.marking_options import GradeOptions
from graders.cli.options import names, processes
from graders.cli.outputs import Outputs
from graders.cli.reproduce import scripts_for
from graders.cli.seeds import must_be_kept
from graders.cli.selecting import selected
from graders.coursework.finding import opened
from graders.coursework.packs.kept import keeping
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, OnResult, Report
from graders.coursework.submission import find_homework
from graders.sandbox.isolation.choice import Isolation

if TYPE_CHECKING:
    from graders.cli.ledger import Ledger
    from graders.marking.run import Request

WORKED = Path("student_impl")

Progress = Callable[[Homework, int], AbstractContextManager[OnResult]]
"""Shows how far the marking of this many checks is: what it opens is told of each result."""


@dataclass(frozen=True)
class Marked:
    """A marking: the folder that was marked, and whether Ctrl-C ended it before it was whole."""

    folder: Path
    homework: Homework
    report: Report
    stopped: bool


def targets(submission: Path | None, options: GradeOptions) -> list[Path]:
    """What is to be marked; UsageError for options that can't be used, which is reported before the marking."""
    outputs = Outputs(options.outputs)
    outputs.check(submission, options.flags)
    must_be_instructors(options.keys, options.data)
    _ = options.drawn_from  # a file that holds none is reported before anything is marked
    found = [submission] if submission is not None else _worked_here()
    if len(found) > 1 and (outputs.for_one or options.flags or options.repro or options.debug):
        raise UsageError("only --csv and --canvas take several submissions: name one, or leave the other options out")
    return found


def _worked_here() -> list[Path]:
    """The folders of student_impl/ here, or the current folder where there are none."""
    folders = sorted(path for path in WORKED.iterdir() if path.is_dir()) if WORKED.is_dir() else []
    return folders or [Path()]


@dataclass(frozen=True)
class Grading:
    """Marks one submission after the other with these options."""

    options: GradeOptions
    isolation: Isolation

    @property
    def outputs(self) -> Outputs:
        """What is made of each report."""
        return Outputs(self.options.outputs)

    @contextmanager
    def marked(self, target: Path, progress: Progress) -> Iterator[Marked]:
        """The marking of a submission, whose folder is there as long as the context; UsageError where there is none."""
        from graders.cli.ledger import Ledger

        with self._packs_kept(), opened(target, self.options.homework) as folder:
            homework = self._homework(folder, target)
            request = self._request(folder, homework, target)
            ledger = Ledger(request, self.outputs.files(homework))
            ledger.begin()
            with progress(homework, len(request.checks)) as show:
                report, stopped = _marked(request, ledger, show)
            yield Marked(folder, homework, report, stopped)

    @contextmanager
    def _packs_kept(self) -> Iterator[None]:
        """What packs say is read from the user's cache, as recordings are."""
        from graders.marking.recordings.places import packs_folder, trusted

        with keeping(packs_folder() if self.options.recordings and trusted(self.isolation) else None):
            yield

    def refuse(self, why: str, target: Path) -> None:
        """Whoever waits for a file gets one that says why there are no marks; a grade book has no row of it."""
        from graders.cli.refusal import named, refused

        found = named(self.options.homework)
        homework = found.with_keys(self.options.keys) if found is not None else None
        report = refused(why, homework, self._only, str(target))
        self.outputs.write(report, homework, unfinished=True)

    @property
    def _only(self) -> list[str]:
        debug = self.options.debug
        return names(self.options.only if debug is None else [debug])

    def _homework(self, folder: Path, target: Path) -> Homework:
        """The submission's; UsageError where its keys can't be guarded, or the submission is one too many."""
        options = self.options
        homework = find_homework(folder, options.homework, str(target)).with_keys(options.keys)
        if options.guard_keys:
            self._guard(homework)
        self.outputs.admit(homework)
        return homework

    def _guard(self, homework: Homework) -> None:
        """UsageError where student code could read the keys or the private seed."""
        from graders.sandbox.isolation.secrets import must_be_secret
        from graders.sandbox.packages import parts

        packages = parts(tuple(homework.rubric.packages))
        if self.options.keys is not None:
            must_be_secret(self.options.keys, self.isolation, packages)
        must_be_kept(self.options.drawn_from, self.isolation, packages)

    def _request(self, folder: Path, homework: Homework, target: Path) -> Request:
        from graders.marking.run import Request

        options, seed = self.options, self.options.drawn_from
        request = Request(
            submission=folder,
            homework=homework,
            selection=selected(homework, self._only, options.flags, "--only" if options.debug is None else "--debug"),
            profile=options.profile,
            seed=seed.number,
            hides_seed=seed.private,
            processes=processes(options.n),
            keys=options.keys,
            data=options.data,
            name=str(target),
            isolation=self.isolation,
            look=not options.no_look,
            max_seconds=options.max_seconds,
        )
        if options.recordings:
            from graders.cli.recordings import with_recordings

            request = with_recordings(request, options.recorded, quiet=self.outputs.takes_stdout)
        if options.repro is None and options.debug is None:
            return request
        scripts = scripts_for(folder, options.repro, debugged=options.debug is not None)
        return replace(request, repro=scripts)


def _marked(request: Request, ledger: Ledger, show: OnResult) -> tuple[Report, bool]:
    """The report, and whether Ctrl-C ended the marking before it was whole."""
    from graders.marking.run import mark

    def on_result(result: CheckResult) -> None:
        ledger.add(result)
        show(result)

    try:
        return mark(replace(request, on_result=on_result)), False
    except KeyboardInterrupt:
        return ledger.so_far(), True
