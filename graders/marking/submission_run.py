"""Runs the checks of a collection with one submission: its own object for each, and each check in a child."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graders.checking.decorators import budget_of
from graders.coursework.record import Cause, CheckResult, OnResult, Status
from graders.coursework.rubric import Reveal
from graders.marking.agreement import agreed, of_parts
from graders.marking.collecting import Collection, id_of
from graders.marking.execution import Course, Execution
from graders.marking.fresh_cases import is_drawn
from graders.marking.patience import Patience
from graders.marking.recordings.making import Recordings
from graders.marking.shards import run_in_shards
from graders.marking.shared_runs import SharedRuns
from graders.marking.suspect.battery import Batteries
from graders.marking.suspect.looking import Looking, joined, told
from graders.sandbox.process import Worker
from graders.sandbox.session import Session

if TYPE_CHECKING:
    from graders.marking.repro.scripts import Scripts


@dataclass(frozen=True)
class Place:
    """Where one submission is marked: its private copy, the workers on that, and what its checks need besides."""

    copy: Path
    workers: Sequence[Worker]
    keys: Path | None = None
    repro: Scripts | None = None


@dataclass
class SubmissionRun:
    """One submission's way through the checks of a collection; `results` has each of them as it comes.

    What is `known` already isn't run. With `recorder` this submission is a right one, and its checks are recorded.
    With `batteries` its lines at fault are looked for when all else is done.
    """

    collection: Collection
    place: Place
    checks: Sequence[str]
    on_result: OnResult
    known: Mapping[str, CheckResult] = field(default_factory=dict)
    recorder: Recordings | None = None
    batteries: Batteries | None = None
    results: dict[str, CheckResult] = field(default_factory=dict, init=False)
    causes: list[Cause] = field(default_factory=list, init=False)
    faults: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """What all its checks have in common."""
        self._items = self.collection.of(self.checks)
        self.results.update(self.known)
        self._patience = Patience(self.collection.effort, self.checks)
        self._runs = SharedRuns()
        self._course = Course(
            homework=self.collection.homework,
            effort=self.collection.effort,
            copy=self.place.copy,
            keys=self.place.keys,
            images=self.collection.images,
            repro=self.place.repro,
            patience=self._patience,
            record=None if self.recorder is None else self.recorder.keep,
            recall=self._runs.recall,
        )

    def run(self) -> None:
        """Run the checks here, or dealt out to forks of this process, one for each worker."""
        left = [item for item in self._items if id_of(item) not in self.known]

        def run(index: int, worker: Worker) -> CheckResult | None:
            return Execution(self._course, id_of(left[index]), worker).run(left[index])

        with self._runs:
            self.faults += run_in_shards(len(left), self.place.workers, run, self._keep)
        self.results = {check: self._patience.explained(result) for check, result in self.results.items()}
        if self.collection.effort.explains:
            self._look_at_parts()
            if self.collection.homework.rubric.reveal is not Reveal.NOTHING:
                self.results = agreed(self.results, of_parts(self.collection.homework, self.results))
            self._look_at_lines()

    def open(self, check: str, budget: int) -> Session:
        """A child of the first worker for this check."""
        return self._patience.open(self.place.workers[0], check, budget)

    def _look_at_parts(self) -> None:
        """See whether sections that are built on others pass on right parts."""
        items = {id_of(item): item for item in self._items}
        parts = self._course.on_right_parts(self.place.workers[0])
        for result in parts.first_of_sections(items, self.results):
            self.results[result.id] = result

    def _look_at_lines(self) -> None:
        """Last of all: nothing that a submission does while it is looked at changes what it has earned."""
        if self.batteries is not None:
            worker, homework = self.place.workers[0], self.collection.homework
            self.causes = joined(Looking(homework, self.place.copy, worker, self.batteries).causes(self.results))
            self.results = told(self.results, self.causes)

    def _keep(self, result: CheckResult) -> None:
        """The result of a check; of one that pytest has several items of, the first that isn't a pass."""
        earlier = self.results.get(result.id)
        if earlier is None or earlier.status is Status.PASSED:
            self.results[result.id] = result
        self.on_result(result)


class RecordingRun:
    """A right submission's way through a collection, with what that leaves: recordings, and answers of oracles.

    What trains takes as long as all others together, and is never answered alike: it is left out.
    """

    def __init__(
        self, collection: Collection, place: Place, checks: Sequence[str], on_result: OnResult, looks: bool = False
    ) -> None:
        self.recordings = Recordings(collection)
        items = collection.of(checks)
        checks = [id_of(item) for item in items if not _trains(item)]
        self._run = SubmissionRun(collection, place, checks, on_result, recorder=self.recordings)
        self._workers = place.workers
        self.batteries = Batteries(collection.homework, items, lambda: place.workers[0]) if looks else None

    def run(self) -> None:
        """Run the checks, and see which of them go the same way again; forks may follow."""
        self._run.run()
        self.recordings.prove(self._run.open)
        _settle_memory()

    def prefetch(self) -> bool:
        """Prefetch, in forks that follow, what one more check asks for where it fails; False if that is all."""
        if self.recordings.prefetch(self._run.open):
            return True
        if self.batteries is not None and self.batteries.make_next():
            return True
        for worker in self._workers:
            worker.close()
        _settle_memory()
        return False


def _trains(item: pytest.Function) -> bool:
    """Whether a check trains: it has a budget, and no cases of which each takes its part."""
    return bool(budget_of(item.obj)) and not is_drawn(item.obj)


def _settle_memory() -> None:
    """Before forks: what is there needn't be looked through at every collection, nor copied for that."""
    gc.collect()
    gc.freeze()
