"""Marks mutants and variants on several cores and compares the outcome with what was expected."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from graders.coursework.packs.pack import read_homework
from graders.coursework.record import Report
from graders.marking.validation.changes import worked_submission_of
from graders.marking.validation.diagnoses import approved_of, is_read
from graders.marking.validation.insides import insides
from graders.marking.validation.kinds import shows
from graders.marking.validation.lines import changed, lines_named
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import (
    Outcome,
    failing,
    faults,
    first_lost,
    points_lost,
    reasons,
    said,
    said_twice,
    told,
)
from graders.marking.validation.pack_suite import suite_of
from graders.marking.validation.suite import Case, Mutant, Suite


class Task(NamedTuple):
    """A case of a homework's suite; `should_say` is what may be said about it, None if nobody has looked.

    `is_read` says whether somebody has looked at the others: then a mutant that has no entry is no verdict.
    """

    homework: str
    suite: Suite
    case: Case
    should_say: list[str] | None = None
    is_read: bool = False

    @property
    def kind(self) -> str:
        """`mutant` or `variant`."""
        return "mutant" if isinstance(self.case, Mutant) else "variant"

    def without_reasons(self) -> Task:
        """The same, of which only the marks count."""
        return self._replace(suite=replace(self.suite, explains=False), should_say=None, is_read=False)


def tasks(homeworks: Sequence[str], share: int = 1) -> list[Task]:
    """Every mutant and variant of these homeworks, or one in `share`."""
    found = []
    for homework in homeworks:
        suite, approved, read = suite_of(homework), approved_of(homework), is_read(homework)
        cases: list[Case] = [*suite.mutants, *suite.variants]
        found += [Task(homework, suite, case, approved.get(case.name), read) for case in cases[::share]]
    return found


def validate(
    found: Sequence[Task], processes: int, *, prerecords: bool = True, recorded: str = ""
) -> Iterator[Outcome]:
    """The outcome of each, as they come; ValueError where a case's edits don't fit the worked submission.

    They are marked as a class is, from recordings made in advance; from those in the folder `recorded`; or as if alone.
    """
    markers: SimpleQueue[Marker] = SimpleQueue()

    def one(task: Task) -> Outcome:
        marker = markers.get()
        try:
            return outcome(task, marker)
        finally:
            markers.put(marker)

    started = [Marker(prerecords=prerecords, recorded=recorded) for _ in range(processes)]
    try:
        for marker in started:
            markers.put(marker)
        with ThreadPoolExecutor(processes) as pool:
            for future in as_completed([pool.submit(one, task) for task in found]):
                yield future.result()
    finally:
        for marker in started:
            marker.close()


def outcome(task: Task, marker: Marker) -> Outcome:
    """The outcome of marking one case."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gradmark-validate-") as place:
        folder = task.case.changes.write(task.homework, Path(place) / "submission")
        explain = task.kind == "mutant" and task.suite.explains
        report = marker.mark(folder, task.homework, task.suite.marked(task.case), task.suite.profile, explain=explain)
        shown = insides(report, folder)
        lines = _lines(task, report, folder) if explain and failing(report) else ""
    should_fail = task.suite.fails(task.case)
    return Outcome(
        homework=task.homework,
        name=task.case.name,
        kind=task.kind,
        fails=failing(report),
        should_fail=[section.id for section in report.sections if section.id in should_fail],
        points_lost=points_lost(report),
        faults=faults(report),
        said=said(report),
        should_say=task.should_say,
        unread=task.is_read and task.kind == "mutant" and task.should_say is None,
        twice=said_twice(report),
        told=told(report),
        shows=shows(first_lost(report)),
        reasons=reasons(report),
        seconds=time.monotonic() - began,
        insides=shown,
        lines=lines,
        dialect=report.opening,
    )


def _lines(task: Task, report: Report, folder: Path) -> str:
    """Whether the lines that are reported are those that were changed; nothing where no function's lines were."""
    worked = worked_submission_of(read_homework(task.homework))
    places = changed(worked, folder, task.case.changes.touched)
    return lines_named(report, places) if places else ""
