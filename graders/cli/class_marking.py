"""Marks a class as the options of `gradmark class` say, and returns the outcome as data; it prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graders import UsageError
from graders.classroom.comparison import Change, compare
from graders.classroom.course.tables import keep_submissions
from graders.classroom.marker import OpenMarker
from graders.classroom.marks import finals
from graders.classroom.result import Result, State
from graders.classroom.run import Due, OnMarked, Settings, due, now, run
from graders.classroom.store import Store
from graders.cli.files import must_be_instructors
from graders.cli.marking_options import ClassOptions
from graders.cli.options import names, opened_results, processes
from graders.coursework.finding import Submission, find
from graders.coursework.packs.loading import load_whole
from graders.coursework.selection import select
from graders.sandbox.isolation.choice import Isolation

Say = Callable[[str], None]
"""Told a line for the user who waits."""


@dataclass(frozen=True)
class Outcome:
    """The results of the submissions in the folder, and the changes that a regrade has found."""

    results: Sequence[Result]
    changes: Sequence[Change]

    @cached_property
    def faulty(self) -> list[str]:
        """Whose marking met a fault in gradmark."""
        return [result.name for result in self.results if result.state is State.FAULT or _in_doubt(result)]

    @cached_property
    def dropped(self) -> list[str]:
        """Whose mark is lower than before."""
        return [change.name for change in self.changes if change.dropped]

    @property
    def exit_status(self) -> int:
        """1 where marks dropped, 3 after a fault, else 0."""
        if self.dropped:
            return 1
        return 3 if self.faulty else 0


def _in_doubt(result: Result) -> bool:
    return result.report is not None and result.report.exit_status == 3


@dataclass(frozen=True)
class ClassMarking:
    """A class, its open store, and how it is marked; `regrade` is the number of the regrade, if it is one."""

    submissions: Sequence[Submission]
    store: Store
    settings: Settings
    open_marker: OpenMarker
    regrade: int | None

    @cached_property
    def names(self) -> set[str]:
        """What the submissions in the folder are called: the store may have others."""
        return {submission.name for submission in self.submissions}

    def due(self) -> list[Due]:
        """What is left to mark."""
        return due(self.submissions, self.store, self.settings, self.regrade)

    def mark(self, found: Sequence[Due], on_marked: OnMarked) -> None:
        """Have them marked; each result is stored as it comes."""
        run(found, self.store, self.settings, self.open_marker, on_marked, self.regrade)

    def finish(self) -> Outcome:
        """What there is of the class after the marking; a regrade ends with it."""
        results = [result for result in finals(self.store) if result.name in self.names]
        if self.regrade is None:
            return Outcome(results, [])
        changes = list(compare(self.store, self.regrade))
        self.store.close_regrade(self.regrade, now())
        return Outcome(results, changes)


@contextmanager
def opened_class(folder: Path, options: ClassOptions, isolation: Isolation | None, say: Say) -> Iterator[ClassMarking]:
    """The class in a folder, ready to be marked; UsageError where that or an option can't be used."""
    seed = options.drawn_from
    settings = Settings(
        homework=options.homework,
        only=tuple(names(options.only)),
        profile=options.profile,
        seed=seed.number,
        hides_seed=seed.private,
        keys=options.keys,
        data=options.data,
        isolation=isolation,
        marks_only=options.marks_only,
        look=not options.no_look,
        max_seconds=options.max_seconds,
    )
    _must_be_usable(settings)
    submissions = find(folder)
    with opened_results(folder, options.db) as store:
        keep_submissions(store, submissions)
        open_marker = _marker(store, options.n, options.scheduler, isolation, say)
        regrade = store.open_regrade(now()) if options.regrade else None
        yield ClassMarking(submissions, store, settings, open_marker, regrade)


def _must_be_usable(settings: Settings) -> None:
    """What is wrong with the options is said once and at the start, not in each submission's row."""
    must_be_instructors(settings.keys, settings.data)
    if settings.homework is not None:
        select(load_whole(settings.homework).with_keys(settings.keys), settings.only, {})
    elif settings.only:
        raise UsageError("--only needs --homework ID here: submissions may be of several homeworks")


def _marker(store: Store, n: str, scheduler: str | None, isolation: Isolation | None, say: Say) -> OpenMarker:
    """This machine, or the cluster. What isn't available of it is reported before anything is marked."""
    from graders.classroom.local import local

    most = processes(n, spare=1)  # each waits for its worker now and then
    if scheduler is None:
        return lambda: local(store, most)
    try:
        from graders.classroom.cluster import cluster
    except ModuleNotFoundError as error:
        raise UsageError(f'--scheduler needs Dask ({error}): pip install "gradmark[cluster]"') from None
    return lambda: cluster(scheduler, isolation, None if n == "auto" else most, say)
